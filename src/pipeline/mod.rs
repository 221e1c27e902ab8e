//! Poll and dispatch: calls the decisions and the edges in order.

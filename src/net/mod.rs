//! The one guarded HTTP client: no request leaves to an address that was not checked.

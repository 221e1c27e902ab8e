//! Poll, dispatch, search: calls the decisions and the edges in order, and holds no rule of its own.
//!
//! ```text
//! poll:      due ─► fetch ─► parse ─► ingest ─► match ─► decide ─► commit (T1)
//! dispatch:  group (T2) ─► claim (T3) ─► deliver ─► retry? ─► record (T4)
//! ```
//!
//! A poll always ends in one commit, whatever went wrong before it, and every commit moves
//! `next_poll_at`. Nothing is sent that was not committed first.

mod ambient;
mod decide;
mod dispatch;
mod pause;
mod poll;
mod reading;
mod retention;
mod scheduler;
mod search;
mod setup;

pub use ambient::Ambient;
pub use dispatch::{Dispatched, bury_orphans, dispatch_due, serve_channel};
pub use poll::{PollReport, PollStatus, poll_each};
pub use retention::{prune, tidy_regularly};
pub use scheduler::{Scheduler, resume};
pub use search::{Found, Search};
pub use setup::{Setup, SetupError};

//! Poll, dispatch, search, backtest, lint: calls the decisions and the edges in order, and holds no rule of its own.
//!
//! ```text
//! poll:      due ─► fetch ─► parse ─► ingest ─► pages? ─► match ─► cluster ─► decide ─► commit (T1)
//! pages:     due ─► fetch ─► ingest ─► match ─► cluster ─► commit (T1)
//! volume:    count ─► judge ─► commit (T1)
//! dispatch:  group (T2) ─► claim (T3) ─► deliver ─► retry? ─► record (T4)
//! ```
//!
//! A poll always ends in one commit, whatever went wrong before it, and every commit moves
//! `next_poll_at`. Nothing is sent that was not committed first.

mod ambient;
mod archive;
mod attempt;
mod backtest;
mod decide;
mod dispatch;
mod examine;
#[cfg(test)]
mod fixture;
mod give_up;
mod group;
mod holds;
mod lint;
mod pages;
mod pause;
mod poll;
mod pulse;
mod reading;
mod reindex;
mod report;
mod retention;
mod room;
mod round;
mod scheduler;
mod search;
mod setup;
mod stories;
mod sync;
mod under_way;
mod volume;
mod websub;

pub use ambient::Ambient;
pub use archive::{Archive, ask, compile_query, doubts};
pub use backtest::{Backtest, Change, Different, Trial};
pub use dispatch::{Dispatched, dispatch_due, serve_channel};
pub use examine::{Due, Examined, FeedView, Reader, examine_body, examine_feed};
pub use give_up::{bury_orphans, revive_orphans};
pub use lint::{Finding, FindingKind, Linter};
pub use pages::{PagesReport, fetch_due_pages, fetch_page, fetch_pages};
pub use pulse::Pulse;
pub use reindex::{Reindexing, reindex_in_background};
pub use report::{PollReport, PollStatus};
pub use retention::{prune, tidy_regularly};
pub use round::poll_each;
pub use scheduler::{Scheduler, resume};
pub use search::{Found, search, search_steps};
pub use setup::{Setup, SetupError};
pub use sync::sync;
pub use volume::{look, look_regularly};
pub use websub::{Hubs, Push, Pushed, Question};

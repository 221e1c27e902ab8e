//! When a feed is polled: its own schedule, the server's wishes, failures → `next_poll_at`. And the clocks
//! on the wall that people are told by: crontab lines, quiet hours.
//!
//! Pure: the present and the jitter are arguments. Nothing here knows what a feed contains or how it
//! is fetched.

mod cron;
mod field;
mod next;
mod quiet;
mod skip;
mod wall;

use std::time::Duration;

pub use cron::Cron;
pub use next::{Limits, Signals, first_poll_at, next_poll_at, resume_at};
pub use quiet::Quiet;
pub use skip::SkipHints;

/// A feed's own schedule.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// At this interval.
    Every(Duration),
    /// At the instants of a crontab line.
    Cron(Cron),
}

//! When a feed is polled: its own schedule, the server's wishes, failures → `next_poll_at`. And the clocks
//! on the wall that people are told by: crontab lines, quiet hours.
//!
//! Pure: the present and the jitter are arguments. Nothing here knows what a feed contains or how it
//! is fetched; of its entries it is told when they came.

mod cron;
mod field;
mod lease;
mod network;
mod next;
mod page;
mod quiet;
mod rhythm;
mod skip;
mod wall;

use std::time::Duration;

pub use cron::Cron;
pub use lease::{LEASE, ask_again_at, lease_end, renewal_at};
pub use network::{Network, News};
pub use next::{Limits, Signals, first_poll_at, latest_poll_at, next_poll_at, resume_at, retry_at};
pub use page::next_fetch_at;
pub use quiet::{Quiet, covered_from, free_at};
pub use rhythm::{Bounds, Rhythm};
pub use skip::SkipHints;

/// A feed's own schedule.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// At an interval that follows the feed's [`Rhythm`].
    Adaptive {
        /// Never sooner, failures and others' wishes aside.
        min: Duration,
        /// Never later, the same aside.
        max: Duration,
    },
    /// At this interval.
    Every(Duration),
    /// At the instants of a crontab line.
    Cron(Cron),
}

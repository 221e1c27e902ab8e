//! When a feed is polled: its own schedule, the server's wishes, failures → `next_poll_at`.
//!
//! Pure: the present and the jitter are arguments.

use std::time::Duration;

/// A feed's own schedule.
#[derive(Clone, Debug, PartialEq)]
pub enum Schedule {
    /// At this interval.
    Every(Duration),
}

//! How long a loop sleeps. Pure.

use std::time::Duration;

use crate::model::Timestamp;

/// The longest sleep: the clock may be set while we sleep, and what was far away be due.
const LONGEST: Duration = Duration::from_secs(30);

/// The pause after the database failed (a full disk, most often).
pub(super) const AFTER_STORE_FAILURE: Duration = Duration::from_secs(10);

/// The pause between two looks at whether the network is back.
pub(super) const WHILE_OFFLINE: Duration = Duration::from_secs(2);

/// The pause between two looks at which hubs are to be asked.
pub(super) const BETWEEN_HUBS: Duration = Duration::from_secs(2);

/// The sleep until `next`, the moment of the next thing to do; `None`: nothing is planned.
pub(super) fn until(next: Option<Timestamp>, now: Timestamp) -> Duration {
    next.map_or(LONGEST, |next| (next - now).to_std().unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn sleeps_until_the_next_thing_but_never_for_long() {
        let now = DateTime::UNIX_EPOCH;
        for (next, expected) in
            [(None, 30_000), (Some(-5_000), 0), (Some(0), 0), (Some(1_500), 1_500), (Some(90_000), 30_000)]
        {
            let next = next.map(|wait| now + TimeDelta::milliseconds(wait));
            assert_eq!(until(next, now), Duration::from_millis(expected));
        }
    }
}

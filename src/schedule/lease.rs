//! When a WebSub hub is asked again: before a lease ends, and after a request that came to nothing.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::next::later;

/// The lease that hubs are asked for: as long as most give.
pub const LEASE: Duration = Duration::from_secs(10 * 24 * 60 * 60);

/// A hub that grants less is not asked every few seconds for all that.
const SHORTEST_LEASE: Duration = Duration::from_secs(10 * 60);
/// A promise for longer is not relied on.
const LONGEST_LEASE: Duration = Duration::from_secs(30 * 24 * 60 * 60);

/// After the first request that came to nothing.
const FIRST_RETRY: Duration = Duration::from_secs(15 * 60);
const LONGEST_RETRY: Duration = Duration::from_secs(24 * 60 * 60);

/// The end of a lease that a hub granted at `now`.
pub fn lease_end(now: DateTime<Utc>, granted: Duration) -> DateTime<Utc> {
    later(now, granted.clamp(SHORTEST_LEASE, LONGEST_LEASE))
}

/// When such a lease is renewed: in its last fifth, with time for several tries.
pub fn renewal_at(now: DateTime<Utc>, granted: Duration) -> DateTime<Utc> {
    later(now, granted.clamp(SHORTEST_LEASE, LONGEST_LEASE).mul_f64(0.8))
}

/// When a hub is asked again after `failures` requests that came to nothing.
pub fn ask_again_at(now: DateTime<Utc>, failures: u32) -> DateTime<Utc> {
    let doublings = failures.saturating_sub(1).min(16);
    later(now, FIRST_RETRY.saturating_mul(1 << doublings).min(LONGEST_RETRY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lease_is_renewed_before_it_ends() {
        let now = DateTime::UNIX_EPOCH;
        for (granted, end, renewal) in
            [(86_400, 86_400, 69_120), (0, 600, 480), (u64::from(u32::MAX), 2_592_000, 2_073_600)]
        {
            let granted = Duration::from_secs(granted);
            assert_eq!(lease_end(now, granted).timestamp(), end);
            assert_eq!(renewal_at(now, granted).timestamp(), renewal);
        }
    }

    #[test]
    fn a_hub_that_does_not_answer_is_asked_ever_more_rarely() {
        let waits = [0, 1, 2, 3, 7, 8, u32::MAX]
            .map(|failures| ask_again_at(DateTime::UNIX_EPOCH, failures).timestamp());
        assert_eq!(waits, [900, 900, 1_800, 3_600, 57_600, 86_400, 86_400]);
    }
}

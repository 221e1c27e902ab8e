//! How many messages a channel takes: a token bucket, known by the one moment at which it is full again.

use crate::model::{Limit, Timestamp};

/// Tokens in the bucket of `limit` at `now`.
pub fn tokens(limit: &Limit, full_at: Timestamp, now: Timestamp) -> u32 {
    let ahead = (clamp(limit, full_at, now) - now).to_std().unwrap_or_default();
    let missing = ahead.as_nanos().div_ceil(limit.every.as_nanos().max(1));
    limit.burst.saturating_sub(u32::try_from(missing).unwrap_or(u32::MAX))
}

/// When it is full again after `count` tokens are taken at `now`.
pub fn take(limit: &Limit, full_at: Timestamp, count: u32, now: Timestamp) -> Timestamp {
    clamp(limit, full_at, now).max(now) + limit.every.saturating_mul(count)
}

/// When there is a token; not later than `now` where there is one.
pub fn next_token_at(limit: &Limit, full_at: Timestamp, now: Timestamp) -> Timestamp {
    clamp(limit, full_at, now) - limit.every.saturating_mul(limit.burst.saturating_sub(1))
}

/// An empty bucket is the worst, whatever was recorded: under another limit, or by a clock that was ahead.
fn clamp(limit: &Limit, full_at: Timestamp, now: Timestamp) -> Timestamp {
    full_at.min(now + limit.every.saturating_mul(limit.burst))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use chrono::TimeDelta;

    use super::*;
    use crate::alert::fixture::now;

    const LIMIT: Limit = Limit { every: Duration::from_secs(180), burst: 10 };

    /// Tokens when the bucket is full again in so many seconds.
    fn check(full_in: i64, expected: u32) {
        assert_eq!(tokens(&LIMIT, now() + TimeDelta::seconds(full_in), now()), expected, "{full_in} s");
    }

    #[test]
    fn a_bucket_fills_as_time_passes() {
        check(-5, 10);
        check(0, 10);
        check(1, 9);
        check(180, 9);
        check(181, 8);
        check(1_800, 0);
        check(1_000_000_000, 0);
    }

    #[test]
    fn a_burst_empties_it_and_then_it_drips() {
        let mut full_at = Timestamp::UNIX_EPOCH;
        for _ in 0..10 {
            assert!(tokens(&LIMIT, full_at, now()) > 0);
            full_at = take(&LIMIT, full_at, 1, now());
        }
        assert_eq!(tokens(&LIMIT, full_at, now()), 0);
        let next = next_token_at(&LIMIT, full_at, now());
        assert_eq!(next, now() + LIMIT.every);
        assert_eq!(tokens(&LIMIT, full_at, next - TimeDelta::milliseconds(1)), 0);
        assert_eq!(tokens(&LIMIT, full_at, next), 1);
        let drained = take(&LIMIT, full_at, 1, next);
        assert_eq!(next_token_at(&LIMIT, drained, next), next + LIMIT.every);
    }

    #[test]
    fn a_clock_that_was_ahead_empties_it_at_worst() {
        let full_at = now() + TimeDelta::days(3650);
        assert_eq!(next_token_at(&LIMIT, full_at, now()), now() + LIMIT.every);
        assert_eq!(take(&LIMIT, full_at, 1, now()), now() + LIMIT.every * 11);
    }
}

//! What follows an attempt: delivered, another attempt, or the dead letters.

use std::time::Duration;

use crate::model::{ChannelState, Timestamp};

/// How an attempt ended, as a channel tells it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The channel took it; `detail` is its answer, for the log.
    Delivered {
        /// One line.
        detail: String,
    },
    /// It did not work now and may work later.
    Retry {
        /// The wait that the channel asked for.
        after: Option<Duration>,
        /// One line.
        reason: String,
    },
    /// It will not work however often it is tried.
    Rejected {
        /// One line.
        reason: String,
    },
    /// The destination is gone for good and wants nothing more (HTTP 410).
    Disabled {
        /// One line.
        reason: String,
    },
}

/// What happens to the delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Nothing more.
    Delivered {
        /// The channel's answer.
        detail: String,
    },
    /// Another attempt.
    At {
        /// When.
        at: Timestamp,
        /// Why the last one failed.
        reason: String,
    },
    /// The dead letters, until a person retries or drops it.
    Dead {
        /// Why, in words.
        reason: String,
        /// Why, in a word.
        because: Death,
    },
}

/// Why a delivery is given up on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// Trying it again would change nothing.
    Rejected,
    /// It was tried as often as it is to be.
    Exhausted,
    /// Its destination is gone: the channel gets nothing more until the configuration changes.
    Disabled,
}

/// The wait after the first failure, the second, and so on: ten attempts within about 75 hours, as
/// Standard Webhooks recommends.
const WAITS: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_mins(5),
    Duration::from_mins(30),
    Duration::from_hours(2),
    Duration::from_hours(5),
    Duration::from_hours(10),
    Duration::from_hours(14),
    Duration::from_hours(20),
    Duration::from_hours(24),
];

/// The longest wait that a channel may ask for; with chance added, no attempt is further away than twice
/// this.
pub const MAX_WAIT: Duration = Duration::from_hours(24);

/// The part of a wait that chance may add, so that what failed together does not return together.
const SPREAD: f64 = 0.1;

/// Attempts that may end without an outcome, each a crash, before the delivery is held back.
const MAX_UNFINISHED: u32 = 5;

/// Decides what follows the `attempts`-th attempt (the first is 1), which ended at `now` with
/// `outcome`. `jitter` is chance, from 0 up to 1.
pub fn next(outcome: Outcome, attempts: u32, now: Timestamp, jitter: f64) -> Next {
    match outcome {
        Outcome::Delivered { detail } => Next::Delivered { detail },
        Outcome::Rejected { reason } => Next::Dead { reason, because: Death::Rejected },
        Outcome::Disabled { reason } => Next::Dead { reason, because: Death::Disabled },
        Outcome::Retry { after, reason } => match WAITS.get(attempts.saturating_sub(1) as usize) {
            None => Next::Dead {
                reason: format!("gave up after {attempts} attempts: {reason}"),
                because: Death::Exhausted,
            },
            Some(&wait) => {
                let wait = wait.max(after.unwrap_or_default().min(MAX_WAIT));
                Next::At { at: now + wait.mul_f64(1.0 + SPREAD * jitter.clamp(0.0, 1.0)), reason }
            }
        },
    }
}

/// How long a channel is left alone after its second failure in a row, the third, and so on; the last holds
/// for all that follow. The first may be the fault of one message: the others are not held up by it.
const PAUSES: [Duration; 4] =
    [Duration::from_secs(2), Duration::from_secs(5), Duration::from_secs(15), Duration::from_secs(30)];

/// Decides what is remembered of a channel after an attempt that ended at `now` with `outcome`; `before` is
/// what was remembered. A destination that asks for patience is given it, whatever else waits for it.
pub fn channel_after(outcome: &Outcome, before: &ChannelState, now: Timestamp) -> ChannelState {
    match outcome {
        Outcome::Delivered { .. } => {
            let (failing_since, succeeded_at) = (None, Some(now));
            ChannelState { failures: 0, failing_since, resume_at: now, succeeded_at, ..*before }
        }
        Outcome::Retry { after, .. } => {
            let failures = before.failures.saturating_add(1);
            let pause = match failures.checked_sub(2) {
                None => Duration::ZERO,
                Some(more) => PAUSES[PAUSES.len().min(more as usize + 1) - 1],
            };
            let pause = pause.max(after.unwrap_or_default().min(MAX_WAIT));
            let failing_since = before.failing_since.or(Some(now));
            ChannelState { failures, failing_since, failed_at: Some(now), resume_at: now + pause, ..*before }
        }
        // It answered.
        Outcome::Rejected { .. } | Outcome::Disabled { .. } => *before,
    }
}

/// Decides whether a delivery that is about to be taken up must go to the dead letters instead,
/// because the process died in each of its last attempts: `claims` were taken up, the outcomes of
/// `attempts` recorded. The reason, if so.
pub fn quarantine(claims: u32, attempts: u32) -> Option<String> {
    let unfinished = claims.saturating_sub(attempts);
    (unfinished >= MAX_UNFINISHED)
        .then(|| format!("{unfinished} attempts began and never ended: sending it may crash the daemon"))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;
    use crate::alert::fixture::now;

    fn retry(after: Option<u64>) -> Outcome {
        Outcome::Retry { after: after.map(Duration::from_secs), reason: "busy".to_owned() }
    }

    /// `expected` is the wait in seconds, `None` the dead letters.
    fn check(attempts: u32, after: Option<u64>, jitter: f64, expected: Option<f64>) {
        let next = next(retry(after), attempts, now(), jitter);
        let found = match &next {
            Next::At { at, .. } => Some((*at - now()).as_seconds_f64()),
            _ => None,
        };
        assert_eq!(found, expected, "attempt {attempts}, after {after:?}, jitter {jitter}: {next:?}");
    }

    #[test]
    fn waits_grow_to_a_day_and_then_it_is_dead() {
        const HOUR: f64 = 3600.0;
        let waits = [5.0, 300.0, 1800.0, 2.0 * HOUR, 5.0 * HOUR, 10.0 * HOUR, 14.0 * HOUR, 20.0 * HOUR];
        for (failures, wait) in waits.into_iter().chain([24.0 * HOUR]).enumerate() {
            check(failures as u32 + 1, None, 0.0, Some(wait));
        }
        check(10, None, 0.0, None);
        check(u32::MAX, None, 0.0, None);
    }

    #[test]
    fn chance_only_adds() {
        check(2, None, 0.5, Some(315.0));
        check(2, None, 1.0, Some(330.0));
        check(2, None, -7.0, Some(300.0));
        check(2, None, f64::INFINITY, Some(330.0));
    }

    #[test]
    fn a_server_may_ask_for_longer_but_not_for_ever() {
        check(1, Some(60), 0.0, Some(60.0));
        check(3, Some(60), 0.0, Some(1800.0));
        check(1, Some(u64::MAX), 0.0, Some(86_400.0));
        check(10, Some(60), 0.0, None);
    }

    #[test]
    fn only_temporary_failures_are_tried_again() {
        let reason = || "no".to_owned();
        for (outcome, expected) in [
            (Outcome::Delivered { detail: reason() }, Next::Delivered { detail: reason() }),
            (
                Outcome::Rejected { reason: reason() },
                Next::Dead { reason: reason(), because: Death::Rejected },
            ),
            (
                Outcome::Disabled { reason: reason() },
                Next::Dead { reason: reason(), because: Death::Disabled },
            ),
            (retry(None), Next::At { at: now() + TimeDelta::seconds(5), reason: "busy".to_owned() }),
        ] {
            assert_eq!(next(outcome, 1, now(), 0.0), expected);
        }
    }

    #[test]
    fn a_channel_that_fails_is_left_alone_for_longer_and_longer() {
        for (failures, after, pause) in [
            (0, None, 0),
            (1, None, 2),
            (2, None, 5),
            (3, None, 15),
            (4, None, 30),
            (u32::MAX, None, 30),
            (0, Some(120), 120),
            (9, Some(20), 30),
            (0, Some(u64::MAX), 86_400),
        ] {
            let before = ChannelState { failures, ..ChannelState::default() };
            let found = channel_after(&retry(after), &before, now());
            assert_eq!(found.resume_at, now() + TimeDelta::seconds(pause), "{failures} {after:?}");
            assert_eq!(found.failures, failures.saturating_add(1));
            let again = channel_after(&retry(None), &found, now() + TimeDelta::hours(1));
            let expected = (Some(now()), Some(now() + TimeDelta::hours(1)));
            assert_eq!((again.failing_since, again.failed_at), expected, "it fails since the first one");
        }
        let failing = ChannelState { failures: 9, failing_since: Some(now()), ..ChannelState::default() };
        let well = channel_after(&Outcome::Delivered { detail: String::new() }, &failing, now());
        assert_eq!((well.failures, well.resume_at, well.succeeded_at), (0, now(), Some(now())));
        assert_eq!(well.failing_since, None);
        assert_eq!(channel_after(&Outcome::Rejected { reason: String::new() }, &failing, now()), failing);
    }

    #[test]
    fn a_delivery_that_keeps_killing_the_daemon_is_held_back() {
        for (claims, attempts, held) in
            [(0, 0, false), (4, 0, false), (5, 0, true), (9, 5, false), (10, 5, true), (1, 2, false)]
        {
            assert_eq!(quarantine(claims, attempts).is_some(), held, "{claims} claims, {attempts} attempts");
        }
    }
}

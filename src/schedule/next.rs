//! The decision: when is a feed polled next?

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use super::{Cron, Schedule, SkipHints};

/// What the last poll says about the next one.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Signals {
    /// Failed polls in a row, the last one included; 0 after a success.
    pub failures: u32,
    /// The interval that the feed's rhythm gives; counts for [`Schedule::Adaptive`] only. `None` before
    /// anything is known: the shortest.
    pub own: Option<Duration>,
    /// For how long the server or the feed asks not to be polled again: the longest of `max-age`,
    /// `Expires` and `<ttl>`.
    pub wish: Option<Duration>,
    /// `Retry-After` of a refusal (429, 503 and other failures). Obeyed, up to a day.
    pub retry_after: Option<Duration>,
    /// `skipHours` and `skipDays` of the feed.
    pub skip: SkipHints,
}

/// The user's bounds on what others may ask of a feed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// The longest [`Signals::wish`] that is honoured.
    pub max_wait: Duration,
    /// The longest wait after failures.
    pub max_backoff: Duration,
}

/// The longest `Retry-After` that is obeyed: more is a mistake or a way to be rid of us for good.
const MAX_RETRY_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// No interval is longer; keeps sums of times in range.
const MAX_INTERVAL: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// The share of a wait by which it is varied, so that feeds of one interval drift apart.
const SPREAD: f64 = 0.1;

/// By how much a poll may follow its cron instant, for the same reason.
const CRON_SPREAD: Duration = Duration::from_secs(5);

/// An instant this shortly before the end of a wait is delayed rather than left out.
const CRON_DELAY: Duration = Duration::from_secs(5 * 60);

/// Over how long the polls are spread that waited for the end of skipped hours.
const SKIP_SPREAD: Duration = Duration::from_secs(5 * 60);

/// The first wait after failures of a feed on a cron line.
const CRON_BACKOFF: Duration = Duration::from_secs(60);

/// When a feed is due after a poll that ended at `now`; always later than `now`. `jitter` is a chance
/// from 0 to 1.
///
/// - The wait is the longest of the feed's own, the server's wish (up to [`Limits::max_wait`]),
///   `Retry-After` (up to a day) and, after failures, a wait that doubles with each (up to
///   [`Limits::max_backoff`], never shorter than the own interval).
/// - A feed on a cron line is polled at instants of the line only: those that a wait covers are left
///   out. An instant in the last tenth of the wait (five minutes at most) is delayed instead, so that an
///   hourly line and a `max-age` of an hour give a poll every hour.
/// - `skipHours` and `skipDays` move a poll to their end, unless that would be later than any other wait
///   may last, or a cron line has no instant outside of them.
pub fn next_poll_at(
    schedule: &Schedule,
    signals: &Signals,
    limits: &Limits,
    now: DateTime<Utc>,
    jitter: f64,
) -> DateTime<Utc> {
    let jitter = share(jitter);
    let wait = asked_wait(schedule, signals, limits);
    let next = match schedule {
        Schedule::Cron(cron) => cron_instant(cron, now, wait, jitter),
        Schedule::Every(_) | Schedule::Adaptive { .. } => {
            later(now, varied_interval(schedule, signals, jitter).max(wait.mul_f64(1.0 + SPREAD * jitter)))
        }
    };
    heed_skips(schedule, signals.skip, limits, next, now, jitter)
}

/// Until when a server that asked for `wait` at `now` is left alone, a day at most; `None`: it did not ask
/// for any time.
pub fn retry_at(now: DateTime<Utc>, wait: Duration) -> Option<DateTime<Utc>> {
    (!wait.is_zero()).then(|| later(now, wait.min(MAX_RETRY_AFTER)))
}

/// When a feed that was never polled is due: `feeds` of them are spread over a tenth of a second each, a
/// quarter of an hour at most, by the digest `id`. A cron line is not waited for: the first poll is the
/// baseline that makes its first instant worth while.
pub fn first_poll_at(id: &[u8], feeds: usize, now: DateTime<Utc>) -> DateTime<Utc> {
    let number = id.iter().take(4).fold(0u32, |number, byte| number << 8 | u32::from(*byte));
    later(now, window(feeds).mul_f64(f64::from(number) / 4_294_967_296.0))
}

/// What becomes of a stored `next_poll_at` when the daemon starts or the clock jumped: one of `feeds`
/// feeds.
///
/// - Further away than any wait can be: it was computed by a clock that was ahead. The feed is due
///   within its own interval or at its next instant.
/// - Overdue by more than its own interval: it is spread as new feeds are, so that a long sleep does not
///   end in a storm. Polls that were missed meanwhile are not made up for.
/// - Otherwise it stands.
pub fn resume_at(
    stored: DateTime<Utc>,
    schedule: &Schedule,
    limits: &Limits,
    feeds: usize,
    now: DateTime<Utc>,
    jitter: f64,
) -> DateTime<Utc> {
    let jitter = share(jitter);
    let (early, missed) = match schedule {
        Schedule::Every(interval) | Schedule::Adaptive { min: interval, .. } => {
            let interval = bounded(*interval);
            (later(now, interval.mul_f64(jitter)), later(stored, interval) < now)
        }
        Schedule::Cron(cron) => (
            cron_instant(cron, now, Duration::ZERO, jitter),
            cron.next_after(stored).is_some_and(|following| following < now),
        ),
    };
    if stored > latest_poll_at(schedule, limits, now) {
        early
    } else if missed {
        later(now, window(feeds).mul_f64(jitter))
    } else {
        stored
    }
}

/// The latest moment at which a feed may be due after a poll at `now`, whatever was asked for and however it ended.
pub fn latest_poll_at(schedule: &Schedule, limits: &Limits, now: DateTime<Utc>) -> DateTime<Utc> {
    let longest = longest_wait(schedule, limits);
    match schedule {
        Schedule::Every(_) | Schedule::Adaptive { .. } => later(now, longest),
        Schedule::Cron(cron) => later(cron_instant(cron, now, longest, 1.0), CRON_SPREAD),
    }
}

/// The wait that others ask for and that failures call for.
fn asked_wait(schedule: &Schedule, signals: &Signals, limits: &Limits) -> Duration {
    let wish = signals.wish.unwrap_or_default().min(limits.max_wait);
    let retry_after = signals.retry_after.unwrap_or_default().min(MAX_RETRY_AFTER);
    wish.max(retry_after).max(backoff(schedule, signals, limits)).min(MAX_INTERVAL)
}

fn backoff(schedule: &Schedule, signals: &Signals, limits: &Limits) -> Duration {
    let base = match schedule {
        Schedule::Cron(_) => CRON_BACKOFF,
        Schedule::Every(_) | Schedule::Adaptive { .. } => own_interval(schedule, signals),
    };
    match signals.failures.checked_sub(1) {
        None => Duration::ZERO,
        Some(doublings) => base.saturating_mul(2u32.saturating_pow(doublings)).min(limits.max_backoff),
    }
}

fn cron_instant(cron: &Cron, now: DateTime<Utc>, wait: Duration, jitter: f64) -> DateTime<Utc> {
    let end = later(now, wait);
    let from = later(now, wait - (wait / 10).min(CRON_DELAY));
    // A line that has no instant left until 2100 is polled once a year.
    let instant = cron.next_after(from).unwrap_or(later(from, MAX_INTERVAL));
    let ahead = (instant - now).to_std().unwrap_or_default();
    later(instant, (ahead / 10).min(CRON_SPREAD).mul_f64(jitter)).max(end)
}

fn heed_skips(
    schedule: &Schedule,
    skip: SkipHints,
    limits: &Limits,
    next: DateTime<Utc>,
    now: DateTime<Utc>,
    jitter: f64,
) -> DateTime<Utc> {
    if !skip.skips(next) {
        return next;
    }
    let end = skip.end(next);
    let moved = match schedule {
        Schedule::Every(interval) | Schedule::Adaptive { min: interval, .. } => {
            later(end, bounded(*interval).min(SKIP_SPREAD).mul_f64(jitter))
        }
        Schedule::Cron(cron) => cron_instant(cron, end - TimeDelta::milliseconds(1), Duration::ZERO, jitter),
    };
    let too_late = moved > later(now, longest_wait(schedule, limits));
    if too_late || skip.skips(moved) { next } else { moved }
}

/// No wait of a feed on an interval is longer, and no instants of a cron line are left out for longer.
fn longest_wait(schedule: &Schedule, limits: &Limits) -> Duration {
    let own = match schedule {
        Schedule::Every(interval) | Schedule::Adaptive { max: interval, .. } => bounded(*interval),
        Schedule::Cron(_) => Duration::ZERO,
    };
    let longest = own.max(limits.max_wait).max(limits.max_backoff).max(MAX_RETRY_AFTER);
    longest.min(MAX_INTERVAL).mul_f64(1.0 + SPREAD)
}

/// The interval of a schedule that has one.
fn own_interval(schedule: &Schedule, signals: &Signals) -> Duration {
    match schedule {
        Schedule::Every(interval) => bounded(*interval),
        Schedule::Adaptive { min, max } => {
            let (min, max) = (bounded(*min), bounded(*max));
            signals.own.unwrap_or(min).max(min).min(max.max(min))
        }
        Schedule::Cron(_) => Duration::ZERO,
    }
}

/// The same by chance a little longer or shorter; a learned one that is near its longest only shorter.
fn varied_interval(schedule: &Schedule, signals: &Signals, jitter: f64) -> Duration {
    let own = own_interval(schedule, signals);
    let middle = match schedule {
        Schedule::Adaptive { min, max } => {
            let longest = bounded(*max).max(bounded(*min));
            own.min(longest.div_f64(1.0 + SPREAD))
        }
        Schedule::Every(_) | Schedule::Cron(_) => own,
    };
    middle.mul_f64(1.0 - SPREAD + 2.0 * SPREAD * jitter)
}

fn bounded(interval: Duration) -> Duration {
    interval.clamp(Duration::from_secs(1), MAX_INTERVAL)
}

/// `jitter` as the number from 0 to 1 that it should be.
fn share(jitter: f64) -> f64 {
    if jitter.is_finite() { jitter.clamp(0.0, 1.0) } else { 0.0 }
}

/// Over how long the polls of `feeds` feeds are spread that would be due at once.
fn window(feeds: usize) -> Duration {
    Duration::from_millis((feeds as u64).saturating_mul(100).min(15 * 60 * 1000))
}

/// `moment` + `wait`, to the millisecond.
pub(super) fn later(moment: DateTime<Utc>, wait: Duration) -> DateTime<Utc> {
    let wait = TimeDelta::milliseconds(wait.as_millis().min(i64::MAX as u128 / 2) as i64);
    moment.checked_add_signed(wait).unwrap_or(moment)
}

#[cfg(test)]
mod tests;

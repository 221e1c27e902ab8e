//! The decision: is a page that gave no text asked for again, and when?

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

const MINUTE: Duration = Duration::from_secs(60);

/// The waits after the first, second, … fetch that gave nothing: what is wrong with a page of news is mended
/// within hours, or never.
const WAITS: [Duration; 4] = [
    MINUTE.saturating_mul(5),
    MINUTE.saturating_mul(30),
    MINUTE.saturating_mul(120),
    MINUTE.saturating_mul(480),
];

/// The longest wish of a server that is waited for; news are old by then.
const LONGEST: TimeDelta = TimeDelta::days(1);

/// When a page is asked for after `fetches` that gave nothing; `None`: never again. `until` is how long its
/// server asks to be left alone.
pub fn next_fetch_at(
    fetches: u32,
    until: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
) -> Option<DateTime<Utc>> {
    let wait = WAITS.get(usize::try_from(fetches.saturating_sub(1)).ok()?)?;
    let own = now + *wait;
    Some(until.map_or(own, |until| until.min(now + LONGEST).max(own)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_is_tried_again_a_few_times_and_given_up() {
        let now = DateTime::UNIX_EPOCH;
        let minutes = |minutes| now + TimeDelta::minutes(minutes);
        for (fetches, until, expected) in [
            (1, None, Some(minutes(5))),
            (2, None, Some(minutes(30))),
            (4, None, Some(minutes(480))),
            (5, None, None),
            (u32::MAX, None, None),
            (1, Some(minutes(90)), Some(minutes(90))),
            (1, Some(minutes(1)), Some(minutes(5))),
            (1, Some(minutes(1_000_000)), Some(minutes(24 * 60))),
            (5, Some(minutes(1)), None),
        ] {
            assert_eq!(next_fetch_at(fetches, until, now), expected, "{fetches} {until:?}");
        }
    }
}

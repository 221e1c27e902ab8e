//! How steadily a watch is looked at. What is published while nobody looks comes at once afterwards, and
//! the hours without it were no quiet ones.

use std::time::Duration;

use chrono::TimeDelta;

use crate::model::Timestamp;

/// When nobody looked for longer than this, hours were missed: `feedwatch poll` every hour is enough.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(75 * 60);
/// What was published in a pause has arrived by then.
const CATCH_UP: TimeDelta = TimeDelta::hours(2);
/// Missed hours count as empty ones; so many of them would make what is usual look rare.
const FORGETTING: TimeDelta = TimeDelta::days(1);

/// When a watch was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Looks {
    /// What it matched before teaches nothing of what is usual.
    pub learned_since: Timestamp,
    /// No hour since was missed.
    pub watched_since: Timestamp,
    /// The last time.
    pub looked_at: Timestamp,
}

impl Looks {
    /// The first look, at a watch whose matches teach something since `learned_since`.
    pub fn first(learned_since: Timestamp, now: Timestamp) -> Self {
        Self { learned_since: learned_since.min(now), watched_since: now, looked_at: now }
    }

    /// Another look.
    pub fn look(self, now: Timestamp) -> Self {
        let pause = now - self.looked_at;
        // A clock that was ahead looks like a negative one.
        let is_steady = pause.to_std().is_ok_and(|pause| pause <= LONGEST_PAUSE);
        let learned_since = if pause > FORGETTING { now } else { self.learned_since.min(now) };
        let watched_since = if is_steady { self.watched_since } else { now };
        Self { learned_since, watched_since, looked_at: now }
    }

    /// Whether the last hour holds what was published in it, and no more.
    pub fn is_steady(&self) -> bool {
        self.looked_at - self.watched_since >= CATCH_UP
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn at(minutes: i64) -> Timestamp {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::minutes(minutes)
    }

    #[test]
    fn the_hours_after_a_pause_or_a_jump_of_the_clock_are_not_trusted() {
        for (last, expected) in [
            (240, true),
            (180 + 75, true),
            // It was off for long, or the clock was set forward …
            (180 + 80, false),
            (180 + 60 * 24 * 3650, false),
            // … or back.
            (100, false),
        ] {
            let looks = (1..=36).fold(Looks::first(at(0), at(0)), |looks, step| looks.look(at(step * 5)));
            assert_eq!(looks.look(at(last)).is_steady(), expected, "{last}");
        }
        let looks = (0..).map(|step| at(step * 60)).take(4).fold(Looks::first(at(0), at(0)), Looks::look);
        assert!(looks.is_steady(), "an hour is no pause");
        assert!(!Looks::first(at(-9000), at(0)).is_steady());
    }

    #[test]
    fn learning_begins_anew_after_more_than_a_day() {
        let looks = Looks::first(at(-9000), at(0));
        assert_eq!(looks.look(at(24 * 60)).learned_since, at(-9000));
        assert_eq!(looks.look(at(25 * 60)).learned_since, at(25 * 60));
        let ahead = looks.look(at(1_000_000)).look(at(5));
        assert_eq!(ahead.learned_since, at(5), "a clock that was ahead is forgotten");
    }
}

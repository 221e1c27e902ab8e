//! When a watch has matched nothing for long.

use std::time::Duration;

use super::looks::{LONGEST_PAUSE, Looks};
use crate::model::Timestamp;

/// A watch's silence, as it was last looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quiet {
    /// When it began: the last match, moved on by the times in which nobody looked.
    pub since: Timestamp,
    /// Whether it was told.
    pub is_told: bool,
}

impl Quiet {
    /// The silence of a watch that is looked at for the first time.
    pub fn new(now: Timestamp) -> Self {
        Self { since: now, is_told: false }
    }

    /// The silence as it stands at `now`, after `looks`, where the last match was `matched_at`. A pause of
    /// half of `limit` is no silence: who polls once a day hears of three days of it, and a daemon that
    /// was off for three days does not tell of them.
    pub fn look(self, looks: &Looks, matched_at: Option<Timestamp>, limit: Duration, now: Timestamp) -> Self {
        let Self { mut since, mut is_told } = self;
        let pause = now - looks.looked_at;
        if pause.to_std().is_ok_and(|pause| pause > LONGEST_PAUSE.max(limit / 2)) {
            since += pause;
        }
        if let Some(at) = matched_at.filter(|at| *at > self.since && *at <= now) {
            since = since.max(at);
            is_told = false;
        }
        // A clock that was ahead had begun it in what is the future now.
        Self { since: since.min(now), is_told }
    }
}

/// Whether `quiet` has lasted for `limit` and is to be told, once.
pub fn silence(quiet: &Quiet, limit: Duration, now: Timestamp) -> bool {
    !quiet.is_told && (now - quiet.since).to_std().is_ok_and(|lasted| lasted >= limit)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    const LIMIT: Duration = Duration::from_secs(10 * 3_600);

    fn at(hours: i64) -> Timestamp {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::hours(hours)
    }

    /// The hours at which a silence of ten hours is told, looked at once an hour but in `off`.
    fn told(matches: &[i64], off: std::ops::Range<i64>) -> Vec<i64> {
        let (mut quiet, mut looks) = (Quiet::new(at(0)), Looks::first(at(0), at(0)));
        let mut told = Vec::new();
        for hour in (1..60).filter(|hour| !off.contains(hour)) {
            let last = matches.iter().filter(|matched| **matched <= hour).max().map(|matched| at(*matched));
            quiet = quiet.look(&looks, last, LIMIT, at(hour));
            looks = looks.look(at(hour));
            if silence(&quiet, LIMIT, at(hour)) {
                quiet.is_told = true;
                told.push(hour);
            }
        }
        told
    }

    #[test]
    fn a_silence_is_told_once_and_a_match_ends_it() {
        assert_eq!(told(&[], 0..0), [10]);
        assert_eq!(told(&[5, 9, 20], 0..0), [19, 30]);
        assert_eq!(told(&(0..60).collect::<Vec<_>>(), 0..0), [0_i64; 0]);
    }

    #[test]
    fn the_time_in_which_nobody_looked_is_no_silence() {
        assert_eq!(told(&[], 1..5), [10], "a short pause is seen through afterwards");
        assert_eq!(told(&[], 5..50), [56]);
        assert_eq!(told(&[48], 5..50), [58]);
    }

    #[test]
    fn a_clock_that_was_ahead_is_forgotten() {
        let ahead = Looks::first(at(500), at(500));
        assert_eq!(Quiet::new(at(500)).look(&ahead, None, LIMIT, at(0)).since, at(0));
    }
}

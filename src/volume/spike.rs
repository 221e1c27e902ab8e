//! When a watch matches far more than it usually does at this hour.

use chrono::TimeDelta;

use super::Baseline;
use super::baseline::spoken_hour;
use crate::model::Timestamp;

/// Fewer articles in an hour are no spike, however rare.
const FEWEST: u32 = 3;
/// Nor are those of fewer sources.
const FEWEST_SOURCES: u32 = 3;
/// A count that chance brings less often than this is a spike.
const ALARM: f64 = 1e-4;
/// A count that chance brings more often than this is usual again.
const USUAL: f64 = 0.05;
/// A spike is over when the hours were usual for so long.
const REST: TimeDelta = TimeDelta::hours(6);
/// Less than a week teaches nothing about hours of the week.
const FEWEST_HOURS: u32 = 7 * 24;

/// What a watch matched in the last sixty minutes, copies left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hour {
    /// Articles.
    pub articles: u32,
    /// Different outlets.
    pub sources: u32,
}

impl Hour {
    /// Too few for a spike, whatever is usual: no baseline is asked for.
    pub fn is_quiet(&self) -> bool {
        self.articles < FEWEST
    }
}

/// A spike that was not told yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Spike {
    /// What was matched.
    pub hour: Hour,
    /// What is normal.
    pub mean: f64,
    /// For which hour, as people say it.
    pub spoken_hour: String,
}

impl std::fmt::Display for Spike {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Hour { articles, sources } = self.hour;
        write!(
            f,
            "{articles} articles of {sources} sources within an hour; normal for {} is ",
            self.spoken_hour
        )?;
        match self.mean {
            mean if mean < 0.5 => f.write_str("less than one"),
            mean if mean < 9.5 => write!(f, "{}", (mean * 2.0).round() / 2.0),
            mean => write!(f, "{mean:.0}"),
        }
    }
}

/// Judges the sixty minutes before `now`. `elevated_at` is when the spike under way was last above the
/// usual, `None` when none is; returned is the same from now on, and a spike that begins.
pub fn judge(
    baseline: &Baseline,
    hour: Hour,
    elevated_at: Option<Timestamp>,
    now: Timestamp,
) -> (Option<Timestamp>, Option<Spike>) {
    let chance = baseline.chance(hour.articles, now);
    if let Some(at) = elevated_at.filter(|at| now - *at < REST) {
        let is_elevated = !hour.is_quiet() && chance < USUAL;
        return (Some(if is_elevated { now } else { at.min(now) }), None);
    }
    let tells = !hour.is_quiet() && hour.sources >= FEWEST_SOURCES && baseline.hours() >= FEWEST_HOURS;
    if !tells || chance >= ALARM {
        return (None, None);
    }
    (Some(now), Some(Spike { hour, mean: baseline.mean(now), spoken_hour: spoken_hour(now) }))
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone, Utc};

    use super::*;
    use crate::volume::HOURS;

    fn tuesday() -> Timestamp {
        Utc.with_ymd_and_hms(2026, 3, 3, 9, 50, 0).unwrap()
    }

    fn four_an_hour() -> Baseline {
        let counts: Vec<u32> = (0..HOURS).map(|hour| [2, 4, 6, 4][hour as usize / 168 % 4]).collect();
        Baseline::of(&counts, tuesday())
    }

    #[test]
    fn a_spike_says_what_is_normal() {
        let hour = Hour { articles: 25, sources: 12 };
        let (elevated_at, spike) = judge(&four_an_hour(), hour, None, tuesday());
        assert_eq!(elevated_at, Some(tuesday()));
        assert_eq!(
            spike.unwrap().to_string(),
            "25 articles of 12 sources within an hour; normal for Tuesday 09:00 UTC is 4"
        );
    }

    #[test]
    fn few_articles_few_sources_and_short_memories_make_no_spike() {
        let week = Baseline::of(&vec![0; FEWEST_HOURS as usize], tuesday());
        let days = Baseline::of(&vec![0; 100], tuesday());
        for (baseline, articles, sources, expected) in [
            (&week, 3, 3, true),
            (&week, 2, 2, false),
            (&week, 9, 2, false),
            (&days, 9, 9, false),
            (&four_an_hour(), 9, 9, false),
        ] {
            let (_, spike) = judge(baseline, Hour { articles, sources }, None, tuesday());
            assert_eq!(spike.is_some(), expected, "{articles} articles of {sources} sources");
        }
    }

    #[test]
    fn a_spike_is_told_once_until_it_is_over() {
        let baseline = four_an_hour();
        let (mut state, mut told) = (None, Vec::new());
        // Three hours of spike with a lull, quiet until the evening, and another.
        for step in 0..(14 * 12) {
            let now = tuesday() + TimeDelta::minutes(5 * step);
            let high = matches!(step, 0..12 | 24..36 | 150..160);
            let hour = Hour { articles: if high { 30 } else { 4 }, sources: 9 };
            let (next, spike) = judge(&baseline, hour, state, now);
            state = next;
            told.extend(spike.map(|_| step));
        }
        assert_eq!(told, [0, 150]);
    }
}

//! What is normal for a watch at an hour of the week, learned from its last eight weeks.
//!
//! Of each hour of the week there are eight samples at most, too few to trust. So its mean is drawn to that
//! of its hour of the day, and that to the mean of all hours, the less so the more samples there are. The
//! highest count of each hour of the week is cut to the second first (winsorised): last month's spike must
//! not hide this one.

use chrono::{Datelike, Timelike, Weekday};

use super::negative_binomial::at_least;
use crate::model::Timestamp;

/// Weeks that are looked back.
pub const WEEKS: u32 = 8;
/// Hours that are looked back.
pub const HOURS: u32 = WEEKS * HOURS_OF_WEEK as u32;

const HOURS_OF_WEEK: usize = 168;
/// Samples of an hour of the day that the mean of all hours counts as.
const LEVEL_WEIGHT: f64 = 14.0;
/// Samples of an hour of the week that the mean of its hour of the day counts as.
const DAY_WEIGHT: f64 = 8.0;
/// Of so many hours the highest count tells nothing of how even the others are: one in so many.
const OUTLIERS: usize = 400;
/// Of so many samples the highest is cut to the second.
const FEWEST_CUT: usize = 3;
/// News is never as even as chance alone would have it …
const LEAST_DISPERSION: f64 = 0.15;
/// … and beyond this nothing would be a spike.
const MOST_DISPERSION: f64 = 3.0;
/// A watch that matched nothing in eight weeks may match this often.
const LEAST_MEAN: f64 = 0.01;

/// See the module's documentation.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// By hour of the week, from Monday 00:00 UTC.
    means: Vec<f64>,
    dispersion: f64,
    /// Hours that it was learned from.
    hours: u32,
}

impl Baseline {
    /// Learns from the counts of whole hours up to `end`, the oldest first; only the last [`HOURS`] count.
    pub fn of(counts: &[u32], end: Timestamp) -> Self {
        let counts = &counts[counts.len().saturating_sub(HOURS as usize)..];
        let first = hour_of_week(end) + HOURS_OF_WEEK * WEEKS as usize - counts.len();
        let hours = counts.iter().enumerate().map(|(at, count)| ((first + at) % HOURS_OF_WEEK, *count));
        let samples = cut(hours.clone().collect());
        let of = |wanted: &dyn Fn(usize) -> bool, prior: f64, weight: f64| {
            let wanted = samples.iter().filter(|(hour, _)| wanted(*hour));
            let (sum, number) =
                wanted.fold((0.0, 0.0), |(sum, number), (_, count)| (sum + count, number + 1.0));
            (sum + weight * prior) / (number + weight)
        };
        let level = of(&|_| true, 0.0, f64::MIN_POSITIVE).max(LEAST_MEAN);
        let of_day: Vec<f64> =
            (0..24).map(|wanted| of(&|hour| hour % 24 == wanted, level, LEVEL_WEIGHT)).collect();
        let means: Vec<f64> = (0..HOURS_OF_WEEK)
            .map(|wanted| of(&|hour| hour == wanted, of_day[wanted % 24], DAY_WEIGHT))
            .collect();
        // Cut by hour, the counts would look more even than they are.
        let limit = highest_kept(counts);
        let (excess, square) = hours.fold((0.0, 0.0), |(excess, square), (hour, count)| {
            let (mean, count) = (means[hour], f64::from(count.min(limit)));
            (excess + (count - mean).powi(2) - mean, square + mean * mean)
        });
        let dispersion = if square > 0.0 { excess / square } else { LEAST_DISPERSION };
        let hours = counts.len() as u32;
        Self { means, dispersion: dispersion.clamp(LEAST_DISPERSION, MOST_DISPERSION), hours }
    }

    /// How many hours it was learned from.
    pub fn hours(&self) -> u32 {
        self.hours
    }

    /// The mean count of the sixty minutes before `now`.
    pub fn mean(&self, now: Timestamp) -> f64 {
        let part = f64::from(now.minute()) / 60.0;
        let hour = hour_of_week(now);
        let before = (hour + HOURS_OF_WEEK - 1) % HOURS_OF_WEEK;
        self.means[hour] * part + self.means[before] * (1.0 - part)
    }

    /// The chance of `count` or more in the sixty minutes before `now`.
    pub(super) fn chance(&self, count: u32, now: Timestamp) -> f64 {
        at_least(count, self.mean(now), self.dispersion)
    }
}

/// The hour in which most of the sixty minutes before `now` lie, as people say it.
pub(super) fn spoken_hour(now: Timestamp) -> String {
    let hour = if now.minute() >= 30 { now } else { now - chrono::TimeDelta::hours(1) };
    let day = match hour.weekday() {
        Weekday::Mon => "Monday",
        Weekday::Tue => "Tuesday",
        Weekday::Wed => "Wednesday",
        Weekday::Thu => "Thursday",
        Weekday::Fri => "Friday",
        Weekday::Sat => "Saturday",
        Weekday::Sun => "Sunday",
    };
    format!("{day} {:02}:00 UTC", hour.hour())
}

fn hour_of_week(at: Timestamp) -> usize {
    at.weekday().num_days_from_monday() as usize * 24 + at.hour() as usize
}

/// The highest count that is no outlier.
fn highest_kept(counts: &[u32]) -> u32 {
    let mut sorted = counts.to_vec();
    sorted.sort_unstable();
    sorted.iter().rev().nth(counts.len() / OUTLIERS).copied().unwrap_or(0)
}

/// The counts by hour of the week, the highest of each hour cut to its second.
fn cut(counts: Vec<(usize, u32)>) -> Vec<(usize, f64)> {
    let mut by_hour: Vec<Vec<u32>> = vec![Vec::new(); HOURS_OF_WEEK];
    counts.iter().for_each(|(hour, count)| by_hour[*hour].push(*count));
    by_hour.iter_mut().for_each(|counts| counts.sort_unstable());
    let limit = |hour: usize| match by_hour[hour].as_slice() {
        [.., second, _] if by_hour[hour].len() >= FEWEST_CUT => *second,
        _ => u32::MAX,
    };
    counts.into_iter().map(|(hour, count)| (hour, f64::from(count.min(limit(hour))))).collect()
}

#[cfg(test)]
mod tests {
    use chrono::{TimeDelta, TimeZone, Utc};

    use super::*;

    /// A Monday, 00:00 UTC.
    fn monday() -> Timestamp {
        Utc.with_ymd_and_hms(2026, 3, 2, 0, 0, 0).unwrap()
    }

    /// Eight weeks that end on a Monday, whose hours have the counts that `count` gives.
    fn learned(count: impl Fn(usize) -> u32) -> Baseline {
        let counts: Vec<u32> = (0..HOURS as usize).map(|hour| count(hour % HOURS_OF_WEEK)).collect();
        Baseline::of(&counts, monday())
    }

    #[test]
    fn hours_of_the_week_are_told_apart() {
        // Tuesdays from 09:00 to 10:00.
        let busy = 24 + 9;
        let baseline = learned(|hour| if hour == busy { 12 } else { 1 });
        let mean = |hours: i64, minutes: i64| {
            baseline.mean(monday() + TimeDelta::hours(hours) + TimeDelta::minutes(minutes))
        };
        // As it began 168 hours earlier: the minutes before 10:00 lie in the busy hour.
        assert!(mean(34, 0) > 5.0, "{}", mean(34, 0));
        assert!(mean(35, 0) < 2.0);
        assert!(mean(33, 30) > 3.0 && mean(33, 30) < mean(34, 0), "half of it lies there");
        assert!(mean(34 + 24, 0) < mean(34, 0) / 2.0, "other days are not as busy");
    }

    #[test]
    fn few_samples_are_drawn_to_the_level_of_all() {
        let counts: Vec<u32> = (0..48).map(|hour| if hour == 9 { 20 } else { 2 }).collect();
        let baseline = Baseline::of(&counts, monday());
        assert_eq!(baseline.hours(), 48);
        let nine_on_saturday = baseline.mean(monday() + TimeDelta::hours(5 * 24 + 10));
        assert!((2.0..7.0).contains(&nine_on_saturday), "{nine_on_saturday}");
    }

    #[test]
    fn a_spike_of_last_month_does_not_hide_another() {
        let counts: Vec<u32> = (0..HOURS).map(|hour| if hour == 700 { 500 } else { 2 }).collect();
        let baseline = Baseline::of(&counts, monday());
        assert!(baseline.means.iter().all(|mean| *mean < 2.1));
    }

    #[test]
    fn nothing_at_all_is_a_baseline_too() {
        for counts in [vec![], vec![0; HOURS as usize]] {
            let baseline = Baseline::of(&counts, monday());
            assert!(baseline.mean(monday()) > 0.0);
            assert!(baseline.chance(3, monday()) < 1e-3);
        }
    }

    #[test]
    fn hours_are_spoken_as_people_do() {
        let at = |minutes| spoken_hour(monday() + TimeDelta::minutes(minutes));
        assert_eq!(at(9 * 60 + 55), "Monday 09:00 UTC");
        assert_eq!(at(9 * 60 + 5), "Monday 08:00 UTC");
        assert_eq!(at(5), "Sunday 23:00 UTC");
    }
}

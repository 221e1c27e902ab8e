//! `skipHours` and `skipDays` of RSS: when a publisher says that nothing new comes.

use chrono::{DateTime, Datelike, Duration, DurationRound, Timelike, Utc, Weekday};

/// The hours and days, in UTC, in which a feed asks not to be polled (RSS 2.0). A hint: one that leaves
/// no time at all is no hint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SkipHints {
    /// Bit `n` stands for the hour from `n:00`.
    hours: u32,
    /// Bit `n` stands for the day `n` days after Monday.
    days: u8,
}

const ALL_HOURS: u32 = (1 << 24) - 1;
const ALL_DAYS: u8 = (1 << 7) - 1;

impl SkipHints {
    /// Of what a feed lists. The hour 24 is read as 0, as the feeds that count from 1 mean it; larger
    /// ones are left out.
    pub fn new(hours: impl IntoIterator<Item = u32>, days: impl IntoIterator<Item = Weekday>) -> Self {
        let hours =
            hours.into_iter().filter(|hour| *hour <= 24).fold(0, |bits, hour| bits | 1 << (hour % 24));
        let days = days.into_iter().fold(0, |bits, day| bits | 1 << day.num_days_from_monday());
        Self {
            hours: if hours == ALL_HOURS { 0 } else { hours },
            days: if days == ALL_DAYS { 0 } else { days },
        }
    }

    /// Whether the feed asks not to be polled at `instant`.
    pub fn skips(&self, instant: DateTime<Utc>) -> bool {
        let day = instant.weekday().num_days_from_monday();
        self.hours >> instant.hour() & 1 == 1 || self.days >> day & 1 == 1
    }

    /// The first moment from `instant` on at which it may be polled.
    pub(super) fn end(&self, instant: DateTime<Utc>) -> DateTime<Utc> {
        let hour = Duration::hours(1);
        let start = instant.duration_trunc(hour).unwrap_or(instant);
        let next_hours = (1..=7 * 24).filter_map(|hours| start.checked_add_signed(hour * hours));
        std::iter::once(instant).chain(next_hours).find(|moment| !self.skips(*moment)).unwrap_or(instant)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(hours: &[u32], days: &[Weekday], at: &str, expected: &str) {
        let at: DateTime<Utc> = at.parse().unwrap();
        let end = SkipHints::new(hours.iter().copied(), days.iter().copied()).end(at);
        assert_eq!(end, expected.parse::<DateTime<Utc>>().unwrap(), "{hours:?} {days:?} from {at}");
    }

    #[test]
    fn skipped_hours_and_days_end() {
        let all_hours: Vec<u32> = (0..24).collect();
        let all_days: Vec<Weekday> = (0..7).map(|day| Weekday::try_from(day).unwrap()).collect();
        let thursday = "2026-01-01T22:30:00Z";
        check(&[], &[], thursday, thursday);
        check(&[21, 23], &[], thursday, thursday);
        check(&[22, 23, 0], &[], thursday, "2026-01-02T01:00:00Z");
        check(&[22, 23, 24, 99], &[], thursday, "2026-01-02T01:00:00Z");
        check(&[], &[Weekday::Thu, Weekday::Fri], thursday, "2026-01-03T00:00:00Z");
        check(&[0, 1], &[Weekday::Thu], thursday, "2026-01-02T02:00:00Z");
        // Whoever lists everything says nothing.
        check(&all_hours, &[], thursday, thursday);
        check(&[], &all_days, thursday, thursday);
        check(&all_hours[1..], &all_days[1..], thursday, "2026-01-05T00:00:00Z");
    }
}

//! Quiet hours: a part of every day, by the clocks of a time zone, in which people are left alone.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::wall::{first_instant, wall_at};
use crate::diagnostic::Diagnostic;

const HELP: &str = "write when they begin and end, as in \"22:00-07:00\"";

/// From one time of day to another, over midnight where the second is the earlier one.
///
/// On the nights when clocks are changed they hold once, as [`Cron`](super::Cron) fires once: from the first
/// instant at which the clocks show their beginning to the first at which they show their end; where the
/// clocks skip one of the two, at the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Quiet {
    begin: NaiveTime,
    end: NaiveTime,
    timezone: Tz,
}

impl Quiet {
    /// As it is written, with the time zone.
    pub fn with_timezone(&self) -> String {
        format!("{self} {}", self.timezone)
    }

    /// Reads `22:00-07:00`.
    ///
    /// # Errors
    /// What is wrong with the text; a whole day is wrong too.
    pub fn parse(text: &str, timezone: Tz) -> Result<Self, Diagnostic> {
        let refuse = |reason: &str| Diagnostic::error(format!("'{text}' {reason}")).help(HELP);
        let (begin, end) = text.split_once('-').ok_or_else(|| refuse("are no quiet hours"))?;
        let time = |text: &str| {
            NaiveTime::parse_from_str(text.trim(), "%H:%M").map_err(|_| refuse("are no quiet hours"))
        };
        let (begin, end) = (time(begin)?, time(end)?);
        if begin == end {
            return Err(refuse("end when they begin: alerts would never leave"));
        }
        Ok(Self { begin, end, timezone })
    }

    /// Whose clocks they go by.
    pub fn timezone(&self) -> Tz {
        self.timezone
    }

    /// The end of the quiet hours that hold at `now`; `None` when none do.
    pub fn end_at(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let today = wall_at(self.timezone, now).date();
        // Those of yesterday may hold yet; where the clocks go back over midnight, those of tomorrow do.
        let days = [today.pred_opt(), Some(today), today.succ_opt()];
        days.into_iter().flatten().find_map(|day| {
            let (begin, end) = self.hours(day)?;
            (begin <= now && now < end).then_some(end)
        })
    }

    /// By the clock.
    fn length(&self) -> TimeDelta {
        let length = self.end - self.begin;
        if length > TimeDelta::zero() { length } else { length + TimeDelta::days(1) }
    }

    /// The hours that begin on `day`.
    fn hours(&self, day: NaiveDate) -> Option<(DateTime<Utc>, DateTime<Utc>)> {
        let last = if self.end > self.begin { day } else { day.checked_add_days(Days::new(1))? };
        let instant = |day: NaiveDate, time| first_instant(self.timezone, day.and_time(time));
        Some((instant(day, self.begin), instant(last, self.end)))
    }
}

/// The first instant at `from` or later in which none of `hours` hold. `None`: there is none for days, which
/// is refused when a configuration is loaded (see [`covered_from`]).
pub fn free_at(hours: &[Quiet], from: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let mut at = from;
    while let Some(end) = hours.iter().filter_map(|quiet| quiet.end_at(at)).max() {
        if end - from > TimeDelta::days(4) {
            return None;
        }
        at = end;
    }
    Some(at)
}

/// The first days in which `hours` together leave no instant free, as far as the rules of their time zones
/// are known for the coming years; `None`: there are none. A single night on which a change of clocks skips
/// what is free is none of them.
pub fn covered_from(hours: &[Quiet]) -> Option<DateTime<Utc>> {
    // Short ones cannot, whatever clocks do.
    let length = hours.iter().map(Quiet::length).fold(TimeDelta::zero(), |sum, length| sum + length);
    if length < TimeDelta::hours(20) {
        return None;
    }
    let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let (mut at, last) = (day(LOOKED_AT.0)?, day(LOOKED_AT.1)?);
    while at < last {
        match free_at(hours, at) {
            Some(free) if free - at <= TimeDelta::hours(49) => at = free + TimeDelta::hours(12),
            _ => return Some(at),
        }
    }
    None
}

/// The years that are looked at: rules of time zones recur in fewer.
const LOOKED_AT: (i32, i32) = (2026, 2046);

/// As they are written.
impl std::fmt::Display for Quiet {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.begin.format("%H:%M"), self.end.format("%H:%M"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        format!("{text}:00Z").parse().unwrap()
    }

    /// When the hours end that hold at each instant; `-`: none do.
    fn check(zone: &str, hours: &str, table: &[(&str, &str)]) {
        let quiet = Quiet::parse(hours, zone.parse().unwrap()).unwrap();
        for (now, expected) in table {
            let end = quiet.end_at(at(now)).map_or("-".to_owned(), |end| end.format("%FT%R").to_string());
            assert_eq!(end, *expected, "{hours} in {zone} at {now}");
        }
    }

    #[test]
    fn they_hold_from_beginning_to_end_and_over_midnight() {
        check(
            "UTC",
            "22:00-07:00",
            &[
                ("2026-03-01T21:59", "-"),
                ("2026-03-01T22:00", "2026-03-02T07:00"),
                ("2026-03-02T00:00", "2026-03-02T07:00"),
                ("2026-03-02T06:59", "2026-03-02T07:00"),
                ("2026-03-02T07:00", "-"),
            ],
        );
        check("UTC", "12:00-13:30", &[("2026-03-01T12:00", "2026-03-01T13:30"), ("2026-03-01T13:30", "-")]);
        check("Asia/Tokyo", "00:00-06:00", &[("2026-03-01T15:00", "2026-03-01T21:00")]);
        check("UTC", "22:00-00:00", &[("2026-03-01T23:59", "2026-03-02T00:00"), ("2026-03-02T00:00", "-")]);
    }

    /// In Kyiv the clocks go from 03:00 to 04:00 on 29 March, and from 04:00 to 03:00 on 25 October.
    #[test]
    fn they_hold_once_on_the_nights_when_clocks_are_changed() {
        check(
            "Europe/Kyiv",
            "22:00-07:00",
            &[
                ("2026-03-28T20:00", "2026-03-29T04:00"),
                ("2026-03-29T03:59", "2026-03-29T04:00"),
                ("2026-03-29T04:00", "-"),
                ("2026-10-24T18:59", "-"),
                ("2026-10-24T19:00", "2026-10-25T05:00"),
                ("2026-10-25T04:59", "2026-10-25T05:00"),
            ],
        );
        // The end is skipped: they end at the change.
        check("Europe/Kyiv", "01:00-03:30", &[("2026-03-29T00:59", "2026-03-29T01:00")]);
        // The beginning is skipped.
        check(
            "Europe/Kyiv",
            "03:30-06:00",
            &[("2026-03-29T00:59", "-"), ("2026-03-29T01:00", "2026-03-29T03:00")],
        );
        // The clocks show the end twice: the first counts, and they do not begin again.
        check(
            "Europe/Kyiv",
            "01:00-03:30",
            &[("2026-10-25T00:29", "2026-10-25T00:30"), ("2026-10-25T00:30", "-"), ("2026-10-25T01:15", "-")],
        );
        // The clocks show the beginning twice: they hold from the first.
        check("Europe/Kyiv", "03:30-06:00", &[("2026-10-25T00:30", "2026-10-25T04:00")]);
        // Both are skipped: nothing is left.
        check("Europe/Kyiv", "03:10-03:50", &[("2026-03-29T01:00", "-"), ("2026-03-29T01:30", "-")]);
        // In the Azores the clocks go back from 01:00 to 00:00, on the same day.
        check("Atlantic/Azores", "00:30-02:00", &[("2026-10-25T00:30", "2026-10-25T03:00")]);
    }

    fn quiet(zone: &str, hours: &str) -> Quiet {
        Quiet::parse(hours, zone.parse().unwrap()).unwrap()
    }

    #[test]
    fn hours_that_follow_each_other_are_waited_for_together() {
        let hours = [quiet("UTC", "22:00-07:00"), quiet("UTC", "06:00-12:00"), quiet("UTC", "12:00-13:00")];
        assert_eq!(free_at(&hours, at("2026-03-01T23:00")), Some(at("2026-03-02T13:00")));
        assert_eq!(free_at(&hours, at("2026-03-01T13:00")), Some(at("2026-03-01T13:00")));
        assert_eq!(free_at(&[], at("2026-03-01T13:00")), Some(at("2026-03-01T13:00")));
    }

    /// From which day on the hours leave nothing free; `-`: they always do.
    fn covered(expected: &str, hours: &[(&str, &str)]) {
        let hours: Vec<Quiet> = hours.iter().map(|(zone, hours)| quiet(zone, hours)).collect();
        let from = covered_from(&hours);
        assert_eq!(
            from.map_or("-".to_owned(), |at| at.format("%Y-%m-%d").to_string()),
            expected,
            "{hours:?}"
        );
        // What is decided here is true later on: in every hour of a leap year alerts leave within days.
        if expected == "-" {
            let mut now = at("2028-01-01T00:00");
            while now < at("2029-01-01T00:00") {
                assert!(free_at(&hours, now).is_some_and(|free| free - now <= TimeDelta::hours(61)), "{now}");
                now += TimeDelta::hours(1);
            }
        }
    }

    #[test]
    fn hours_that_leave_nothing_free_are_recognised_in_every_zone() {
        covered("-", &[]);
        covered("-", &[("UTC", "00:01-00:00")]);
        covered("-", &[("UTC", "22:00-10:00"), ("UTC", "10:01-22:00")]);
        covered("2026-01-01", &[("UTC", "22:00-10:00"), ("UTC", "10:00-22:00")]);
        covered("2026-01-01", &[("Europe/Kyiv", "20:00-09:00"), ("Europe/Kyiv", "08:00-21:00")]);
        covered("2026-01-01", &[("UTC", "00:00-12:00"), ("Asia/Tokyo", "21:00-09:00")]);
        covered("-", &[("UTC", "00:00-12:00"), ("Asia/Tokyo", "21:00-08:59")]);
        // What is free in winter is not in summer, and for weeks only where clocks change on other days.
        covered("2026-03-29", &[("UTC", "00:00-12:00"), ("Europe/London", "13:00-01:00")]);
        covered("2026-03-08", &[("Europe/London", "00:00-12:00"), ("America/New_York", "08:00-20:00")]);
        // On one night the clocks skip what is free, and the next day alerts leave.
        covered("-", &[("Europe/Kyiv", "04:00-22:00"), ("Europe/Kyiv", "22:00-03:30")]);
    }

    #[test]
    fn what_are_no_hours_is_told() {
        for (text, expected) in [
            ("22:00", "'22:00' are no quiet hours"),
            ("22-7", "'22-7' are no quiet hours"),
            ("25:00-07:00", "'25:00-07:00' are no quiet hours"),
            ("07:00-07:00", "'07:00-07:00' end when they begin: alerts would never leave"),
            ("", "'' are no quiet hours"),
        ] {
            assert_eq!(Quiet::parse(text, Tz::UTC).unwrap_err().message, expected);
        }
        assert!(Quiet::parse(" 22:00 - 07:00 ", Tz::UTC).is_ok());
    }
}

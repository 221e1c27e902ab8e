//! From wall-clock times to instants, on the nights when clocks are changed too.

use chrono::{DateTime, Duration, NaiveDateTime, Offset, TimeZone, Utc};
use chrono_tz::Tz;

/// What the clocks on the wall show in `zone` at `instant`.
pub(super) fn wall_at(zone: Tz, instant: DateTime<Utc>) -> NaiveDateTime {
    instant.naive_utc() + offset(zone, instant)
}

/// By how much the clocks of `zone` are ahead of UTC at `instant`.
pub(super) fn offset(zone: Tz, instant: DateTime<Utc>) -> Duration {
    let offset = zone.offset_from_utc_datetime(&instant.naive_utc()).fix();
    Duration::seconds(i64::from(offset.local_minus_utc()))
}

/// The first instant at which the clocks of `zone` show `wall`; where they skip it, the instant at
/// which they do.
pub(super) fn first_instant(zone: Tz, wall: NaiveDateTime) -> DateTime<Utc> {
    match zone.from_local_datetime(&wall).earliest() {
        Some(instant) => instant.to_utc(),
        // The clocks show a time at most 14 hours from UTC, and at most one day was ever skipped.
        None => change(zone, wall.and_utc() - Duration::days(2), wall.and_utc() + Duration::days(2)),
    }
}

/// The instant, to the second, from which on `zone` has another offset than at `from`. `to` is later
/// and has another one.
pub(super) fn change(zone: Tz, from: DateTime<Utc>, to: DateTime<Utc>) -> DateTime<Utc> {
    let before = offset(zone, from);
    let (mut old, mut new) = (from.timestamp(), to.timestamp());
    while new - old > 1 {
        let middle = old + (new - old) / 2;
        let at = DateTime::from_timestamp(middle, 0).unwrap_or(from);
        if offset(zone, at) == before {
            old = middle;
        } else {
            new = middle;
        }
    }
    DateTime::from_timestamp(new, 0).unwrap_or(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(zone: &str, wall: &str, expected: &str) {
        let zone: Tz = zone.parse().unwrap();
        let wall = NaiveDateTime::parse_from_str(wall, "%Y-%m-%d %H:%M").unwrap();
        assert_eq!(first_instant(zone, wall).to_rfc3339(), expected, "{zone} {wall}");
    }

    #[test]
    fn skipped_and_repeated_times_have_one_instant() {
        check("Europe/Kyiv", "2026-03-29 02:30", "2026-03-29T00:30:00+00:00");
        check("Europe/Kyiv", "2026-03-29 03:30", "2026-03-29T01:00:00+00:00");
        check("Europe/Kyiv", "2026-10-25 03:30", "2026-10-25T00:30:00+00:00");
        check("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03T15:30:00+00:00");
        check("Australia/Lord_Howe", "2026-04-05 01:45", "2026-04-04T14:45:00+00:00");
        // Samoa skipped a whole day when it crossed the date line.
        check("Pacific/Apia", "2011-12-30 12:00", "2011-12-30T10:00:00+00:00");
    }
}

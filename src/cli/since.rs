//! `--since`: how far back a listing goes.

use std::str::FromStr;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use crate::model::Timestamp;

/// A span before now (`90m`, `24h`, `30d`, `2w`), a date (`2026-11-01`, from 00:00 UTC) or a moment in
/// RFC 3339.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Since {
    Ago(TimeDelta),
    At(Timestamp),
}

impl Since {
    /// The moment meant, as of `now`.
    pub(super) fn moment(self, now: Timestamp) -> Timestamp {
        match self {
            Self::Ago(span) => now.checked_sub_signed(span).unwrap_or(DateTime::UNIX_EPOCH),
            Self::At(moment) => moment,
        }
    }
}

impl FromStr for Since {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        ago(text)
            .map(Self::Ago)
            .or_else(|| text.parse::<DateTime<Utc>>().ok().map(Self::At))
            .or_else(|| {
                let date: NaiveDate = text.parse().ok()?;
                Some(Self::At(date.and_time(NaiveTime::MIN).and_utc()))
            })
            .ok_or_else(|| {
                format!("'{text}' is neither a span (24h, 30d) nor a date (2026-11-01): write one of these")
            })
    }
}

fn ago(text: &str) -> Option<TimeDelta> {
    let unit = text.chars().next_back()?;
    let number: i64 = text.strip_suffix(unit)?.parse().ok().filter(|number| *number >= 0)?;
    match unit {
        's' => TimeDelta::try_seconds(number),
        'm' => TimeDelta::try_minutes(number),
        'h' => TimeDelta::try_hours(number),
        'd' => TimeDelta::try_days(number),
        'w' => TimeDelta::try_weeks(number),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_dates_and_moments_are_read() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().unwrap();
        for (text, expected) in [
            ("24h", Some("2026-11-21T12:00:00Z")),
            ("90m", Some("2026-11-22T10:30:00Z")),
            ("2w", Some("2026-11-08T12:00:00Z")),
            ("2026-11-01", Some("2026-11-01T00:00:00Z")),
            ("2026-11-01T05:00:00+02:00", Some("2026-11-01T03:00:00Z")),
            ("99999999999999d", None),
            ("-1h", None),
            ("yesterday", None),
            ("5ч", None),
            ("", None),
        ] {
            let moment = text.parse::<Since>().ok().map(|since| since.moment(now));
            assert_eq!(moment, expected.map(|expected| expected.parse().unwrap()), "{text}");
        }
    }
}

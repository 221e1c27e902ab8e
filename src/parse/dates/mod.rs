//! Dates as feeds write them: RFC 822 and RFC 3339 with all their deviations, other orders of day, month
//! and year, named zones, months of many languages, seconds since 1970. Pure and bounded: what is longer
//! than a date is none.
//!
//! A date without a zone is taken for UTC.

mod months;
mod zones;

use chrono::{DateTime, Days, FixedOffset, NaiveDate, NaiveTime, TimeDelta, Weekday};

use crate::model::Timestamp;

/// Longer texts are no dates.
const MAX_CHARS: usize = 100;

/// Reads a date; `None` when it is none.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(date) = DateTime::parse_from_rfc3339(text) {
        return moment(&date);
    }
    // What most of RSS says. Zones by name are read below: chrono takes those it does not know for UTC.
    if (text.ends_with("GMT") || text.ends_with(|c: char| c.is_ascii_digit()))
        && let Ok(date) = DateTime::parse_from_rfc2822(text)
    {
        return moment(&date);
    }
    // No date has more characters, however many bytes each takes.
    if text.len() > 4 * MAX_CHARS || text.chars().nth(MAX_CHARS).is_some() {
        return None;
    }
    let text: String = text.chars().flat_map(|c| plain_digit(c).to_lowercase()).collect();
    let text = with_colons(text);
    if let Some(bare) = bare_number(&text) {
        return bare;
    }
    let (before, clock, after) = split_at_clock(&text);
    let (offset, after) = zones::take(after, clock.is_some());
    let date = date(&before).or_else(|| date(&format!("{before} {after}")))?;
    let (time, days) = clock.map_or(Some((NaiveTime::MIN, 0)), Clock::time)?;
    let moment = date.checked_add_days(Days::new(days))?.and_time(time);
    moment.checked_sub_signed(TimeDelta::minutes(offset.into())).map(|moment| moment.and_utc())
}

/// The moment; a leap second, for which chrono counts more than a second of nanoseconds, is the last second
/// that clocks know.
fn moment(date: &DateTime<FixedOffset>) -> Option<Timestamp> {
    DateTime::from_timestamp(date.timestamp(), date.timestamp_subsec_nanos() % 1_000_000_000)
}

/// Digits of other scripts as the digits that they are.
fn plain_digit(c: char) -> char {
    let zero = match c {
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{966}'..='\u{96f}' => 0x966,
        '\u{9e6}'..='\u{9ef}' => 0x9e6,
        '\u{e50}'..='\u{e59}' => 0xe50,
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        '\u{2212}' => return '-',
        _ => return c,
    };
    char::from_digit(c as u32 - zero, 10).unwrap_or(c)
}

/// A clock as others write it: an hour alone behind a `t` (ISO 8601), or dots for colons behind a year.
fn with_colons(mut text: String) -> String {
    let bytes = text.as_bytes();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let digits = |from: usize, count: usize| (from..from + count).all(digit);
    for at in 4..bytes.len() {
        let is = |offset: usize, byte: u8| bytes.get(at + offset) == Some(&byte);
        if is(0, b't') && digit(at - 1) && digits(at + 1, 2) {
            if matches!(bytes.get(at + 3), None | Some(b'z' | b'+' | b'-')) {
                text.insert_str(at + 3, ":00");
            }
            return text;
        }
        if is(0, b' ') && digits(at - 4, 4) && digits(at + 1, 2) && is(3, b'.') && digits(at + 4, 2) {
            let length = if is(6, b'.') && digits(at + 7, 2) { 9 } else { 6 };
            let clock = text.get(at..at + length).unwrap_or_default().replace('.', ":");
            text.replace_range(at..at + length, &clock);
            return text;
        }
    }
    text
}

/// A day by the number of its week (ISO 8601): `2003-w52-3`, `2003w523`, `2003-w52`.
fn by_week(text: &str) -> Option<NaiveDate> {
    let (year, week) = text.trim().split_once('w')?;
    let year = year.trim_end_matches('-');
    let week: String =
        week.chars().take_while(|c| c.is_ascii_digit() || *c == '-').filter(|c| *c != '-').collect();
    let is_year = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
    let day = match week.get(2..3) {
        Some(day) => Weekday::try_from(day.parse::<u8>().ok()?.checked_sub(1)?).ok()?,
        None => Weekday::Mon,
    };
    NaiveDate::from_isoywd_opt(year.parse().ok().filter(|_| is_year)?, week.get(..2)?.parse().ok()?, day)
}

/// A date in one number: `20031231`, `20031231T101455`, `2003`, seconds or milliseconds since 1970.
/// `None` when the text is none; `Some(None)` when it is one without meaning.
fn bare_number(text: &str) -> Option<Option<Timestamp>> {
    let text = text.strip_suffix('z').unwrap_or(text);
    let text = &text.replacen('t', "", usize::from(text.as_bytes().get(8) == Some(&b't')));
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let digits = |from: usize, to: usize| text.get(from..to).and_then(|digits| digits.parse::<u32>().ok());
    let year_of_two = || full_year(digits(0, 2).unwrap_or_default(), 2);
    let day = |day: Option<u32>| ymd(digits(0, 4)? as i32, digits(4, 6).unwrap_or(1), day.unwrap_or(1));
    let midnight = |date: NaiveDate| date.and_time(NaiveTime::MIN).and_utc();
    Some(match text.len() {
        4 => day(None).map(midnight),
        5 => NaiveDate::from_yo_opt(year_of_two(), digits(2, 5).unwrap_or_default()).map(midnight),
        // Year and month, unless that is no year: then all three in two digits each.
        6 if matches!(digits(0, 4), Some(1900..2100)) && digits(4, 6) <= Some(12) => day(None).map(midnight),
        6 => ymd(year_of_two(), digits(2, 4).unwrap_or_default(), digits(4, 6).unwrap_or_default())
            .map(midnight),
        7 => {
            NaiveDate::from_yo_opt(digits(0, 4).unwrap_or_default() as i32, digits(4, 7).unwrap_or_default())
                .map(midnight)
        }
        8 => day(digits(6, 8)).map(midnight),
        9 | 10 => text.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
        13 => text.parse().ok().and_then(DateTime::from_timestamp_millis),
        12 | 14 => day(digits(6, 8)).and_then(|date| {
            let second = digits(12, 14).unwrap_or(0);
            Some(date.and_hms_opt(digits(8, 10)?, digits(10, 12)?, second)?.and_utc())
        }),
        _ => None,
    })
}

/// A time of day as written.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Clock {
    hour: u32,
    minute: u32,
    second: u32,
    /// `Some(true)` for "pm".
    afternoon: Option<bool>,
}

impl Clock {
    /// The time, and how many days later it is: midnight at the end of a day is written 24:00.
    fn time(self) -> Option<(NaiveTime, u64)> {
        let hour = match (self.afternoon, self.hour) {
            (Some(true), hour @ 1..12) => hour + 12,
            (Some(false), 12) => 0,
            (_, hour) => hour,
        };
        // A leap second is the last second that clocks know.
        let time = NaiveTime::from_hms_opt(hour % 24, self.minute, self.second.min(59))?;
        (hour <= 24 && self.second <= 60).then_some((time, u64::from(hour == 24)))
    }
}

/// Finds the time of day: what stands before it, itself, and what stands after it.
fn split_at_clock(text: &str) -> (String, Option<Clock>, &str) {
    let colon = |at: &usize| {
        let (before, after) = (text.get(..*at).unwrap_or_default(), text.get(*at..).unwrap_or_default());
        before.ends_with(|c: char| c.is_ascii_digit())
            && after.chars().skip_while(|c| !c.is_ascii_digit()).take(1).count() == 1
    };
    let separators = text.char_indices().filter(|(_, c)| matches!(c, ':' | 'h' | '時' | '时' | '시'));
    let Some(at) = separators.map(|(at, _)| at).find(colon) else {
        return (text.to_owned(), None, text.get(text.len()..).unwrap_or_default());
    };
    let start = text.get(..at).unwrap_or_default().trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let hour = text.get(start..at).and_then(|hour| hour.parse().ok());
    let mut rest = text.get(at..).unwrap_or_default();
    let mut parts = [0; 2];
    for part in &mut parts {
        let after = rest.trim_start_matches([':', 'h', '時', '时', '시', '分', '분', ' ']);
        // A minute follows its separator at once; "10:14 2004" has no seconds.
        let digits = after.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 2 || (after.len() == rest.len()) || is_apart(rest) {
            break;
        }
        *part = after.get(..digits).and_then(|digits| digits.parse().ok()).unwrap_or(0);
        rest = after.get(digits..).unwrap_or_default();
    }
    let rest = without_fraction(rest).trim_start_matches(['秒', '초', '分', '분']);
    let mut before = text.get(..start).unwrap_or_default().to_owned();
    // "2003-12-31t10:14" and its like.
    if before.ends_with("t") && before.trim_end_matches('t').ends_with(|c: char| c.is_ascii_digit()) {
        before.pop();
    }
    let (afternoon, rest) = half_of_day(&before, rest);
    let clock = hour.map(|hour| Clock { hour, minute: parts[0], second: parts[1], afternoon });
    (before, clock, rest)
}

/// Whether only a blank separates what follows.
fn is_apart(rest: &str) -> bool {
    rest.starts_with(' ') && !rest.trim_start().starts_with(':')
}

/// Skips the fraction of a second.
fn without_fraction(rest: &str) -> &str {
    match rest.strip_prefix(['.', ',']) {
        Some(fraction) if fraction.starts_with(|c: char| c.is_ascii_digit()) => {
            fraction.trim_start_matches(|c: char| c.is_ascii_digit())
        }
        _ => rest,
    }
}

/// "am" or "pm", after the time or, in Korean, Chinese and Japanese, before it.
fn half_of_day<'t>(before: &str, after: &'t str) -> (Option<bool>, &'t str) {
    let trimmed = after.trim_start();
    for (name, afternoon) in [("a.m.", false), ("p.m.", true), ("am", false), ("pm", true)] {
        if let Some(rest) = trimmed.strip_prefix(name)
            && !rest.starts_with(|c: char| c.is_alphabetic())
        {
            return (Some(afternoon), rest);
        }
    }
    let last = before.trim_end();
    let ends = |names: [&str; 3]| names.iter().any(|name| last.ends_with(name));
    let afternoon = if ends(["오후", "下午", "午後"]) {
        Some(true)
    } else {
        ends(["오전", "上午", "午前"]).then_some(false)
    };
    (afternoon, after)
}

/// The day that a text names, in whatever order.
fn date(text: &str) -> Option<NaiveDate> {
    if let Some(day) = by_week(text) {
        return Some(day);
    }
    let words = words(text);
    let month_at = words.iter().rposition(|word| months::number(word).is_some());
    let numbers: Vec<(u32, usize)> = words
        .iter()
        .filter_map(|word| Some((word.trim_end_matches(is_ordinal).parse().ok()?, word.len())))
        .collect();
    if let Some(month) = month_at.and_then(|at| months::number(words.get(at)?)) {
        return named(month, &numbers);
    }
    numbered(text, &numbers)
}

/// "1st", "2nd", "3rd", "4th", "1er".
fn is_ordinal(c: char) -> bool {
    matches!(c, 's' | 't' | 'n' | 'd' | 'r' | 'h' | 'e')
}

/// The words and numbers of a text; letters and digits that touch are apart, but for ordinals.
fn words(text: &str) -> Vec<&str> {
    text.split(|c: char| !c.is_alphanumeric() && !is_mark(c))
        .flat_map(apart)
        .filter(|word| !word.is_empty())
        .collect()
}

/// Vowel signs of Indian and South-East Asian scripts, which are no letters.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{900}'..='\u{dff}' | '\u{e30}'..='\u{e4e}')
}

/// Splits "31dec2003" and "2003年12月31日".
fn apart(word: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut start = 0;
    let mut last: Option<bool> = None;
    for (at, c) in word.char_indices() {
        let digit = c.is_ascii_digit();
        if last.is_some_and(|last| last != digit) {
            parts.extend(word.get(start..at));
            start = at;
        }
        last = Some(digit);
    }
    parts.extend(word.get(start..));
    parts
}

/// A date whose month is a word.
fn named(month: u32, numbers: &[(u32, usize)]) -> Option<NaiveDate> {
    let year_at = numbers.iter().position(|(number, digits)| *digits >= 4 || *number > 31);
    match (numbers, year_at) {
        ([(year, digits), ..], Some(0)) => {
            let day = numbers.get(1).map_or(1, |(day, _)| *day);
            ymd(full_year(*year, *digits), month, day)
        }
        ([(day, _), ..], Some(at)) => {
            let (year, digits) = numbers.get(at)?;
            ymd(full_year(*year, *digits), month, *day)
        }
        ([(day, _), (year, digits), ..], None) => ymd(full_year(*year, *digits), month, *day),
        _ => None,
    }
}

/// A date in numbers only.
fn numbered(text: &str, numbers: &[(u32, usize)]) -> Option<NaiveDate> {
    match *numbers {
        [(year, 4)] => ymd(full_year(year, 4), 1, 1),
        [(year, 4), (month, 1..=2)] => ymd(full_year(year, 4), month, 1),
        [(year, 4), (day, 3)] => NaiveDate::from_yo_opt(full_year(year, 4), day),
        [(year, 4), (month, _), (day, _), ..] => ymd(full_year(year, 4), month, day),
        [(a, _), (b, _), (year, 4), ..] => {
            // With dots or hyphens the day comes first, with strokes the month, where both could be.
            let month_first = if text.contains('/') { a <= 12 } else { b > 12 };
            let (month, day) = if month_first { (a, b) } else { (b, a) };
            ymd(full_year(year, 4), month, day)
        }
        [(a, 2), (b, 2), (c, 2), ..] if text.contains('.') => ymd(full_year(c, 2), b, a),
        [(a, 2), (b, 2), (c, 2), ..] if text.contains('/') => ymd(full_year(c, 2), a, b),
        [(a, 2), (b, 2), (c, 2), ..] => ymd(full_year(a, 2), b, c),
        _ => None,
    }
}

/// A year of two digits is of this century or the last; Thailand counts from 543 BC.
fn full_year(year: u32, digits: usize) -> i32 {
    let year = match (digits, year) {
        (1..=2, 0..70) => year + 2000,
        (1..=2, _) => year + 1900,
        (_, 2400..2700) => year - 543,
        _ => year,
    };
    i32::try_from(year).unwrap_or(i32::MAX)
}

fn ymd(year: i32, month: u32, day: u32) -> Option<NaiveDate> {
    // Chrono's range is wider than any calendar's use.
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| (1..=9999).contains(&year))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        let found = parse(text).map(|date| date.to_rfc3339_opts(chrono::SecondsFormat::Secs, true));
        assert_eq!(found.as_deref(), Some(expected), "{text}");
    }

    #[test]
    fn rfc_822_and_its_deviations() {
        for (text, expected) in [
            ("Thu, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z"),
            ("Thu, 01 Jan 04 19:48:21 GMT", "2004-01-01T19:48:21Z"),
            ("Thu, 01 Jan 2004 19:48 GMT", "2004-01-01T19:48:00Z"),
            ("01 Jan 2004 19:48:21 +0300", "2004-01-01T16:48:21Z"),
            ("Thu,01 Jan 2004 19:48:21 EST", "2004-01-02T00:48:21Z"),
            ("Thursday, 1 January 2004 7:48:21 PM PDT", "2004-01-02T02:48:21Z"),
            ("Wed, 01 Jan 2004 19:48:21 GMT", "2004-01-01T19:48:21Z"),
            ("Thu, Jan 1 2004 19:48:21 GMT", "2004-01-01T19:48:21Z"),
            ("Thu Jan 1 19:48:21 GMT 2004", "2004-01-01T19:48:21Z"),
            ("Thu Jan  1 19:48:21 2004", "2004-01-01T19:48:21Z"),
            ("Thu Jan 1 19:48:21 +0100 2004", "2004-01-01T18:48:21Z"),
            ("Thu, 31 Dec 2003 24:00:00 GMT", "2004-01-01T00:00:00Z"),
            ("Thu, 01 Jan 2004 23:59:60 GMT", "2004-01-01T23:59:59Z"),
            ("01-Jan-2004 19:48:21 GMT", "2004-01-01T19:48:21Z"),
            ("January 1st, 2004", "2004-01-01T00:00:00Z"),
            ("Thu, 01 Jan 2004 19:48:21 GMT+0200", "2004-01-01T17:48:21Z"),
            ("Thu, 01 Jan 2004 19:48:21 +0000 (UTC)", "2004-01-01T19:48:21Z"),
            ("Thu, 01 Jan 2004 19:48:21 -0330", "2004-01-01T23:18:21Z"),
            ("Thu, 01 Jan 2004 19:48:21 A", "2004-01-01T19:48:21Z"),
            ("Thu, 01 Jan 2004", "2004-01-01T00:00:00Z"),
            ("  Thu,  01  Jan  2004  19:48:21  Z ", "2004-01-01T19:48:21Z"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn zones_by_name() {
        for (zone, expected) in [
            ("MSK", "2023-10-05T07:14:00Z"),
            ("JST", "2023-10-05T01:14:00Z"),
            ("ICT", "2023-10-05T03:14:00Z"),
            ("WIB", "2023-10-05T03:14:00Z"),
            ("EEST", "2023-10-05T07:14:00Z"),
            ("UTC+3", "2023-10-05T07:14:00Z"),
            ("nowhere", "2023-10-05T10:14:00Z"),
        ] {
            check(&format!("Thu, 05 Oct 2023 10:14:00 {zone}"), expected);
        }
    }

    #[test]
    fn rfc_3339_and_its_deviations() {
        for (text, expected) in [
            ("2003-12-31T10:14:55Z", "2003-12-31T10:14:55Z"),
            ("2003-12-31T10:14:55.123+09:00", "2003-12-31T01:14:55Z"),
            ("2003-12-31T10:14:55,123+0900", "2003-12-31T01:14:55Z"),
            ("2003-12-31t10:14:55z", "2003-12-31T10:14:55Z"),
            ("2003-12-31T23:59:60Z", "2003-12-31T23:59:59Z"),
            ("2003-12-31T10:14Z", "2003-12-31T10:14:00Z"),
            ("2003-12-31T10:14:55", "2003-12-31T10:14:55Z"),
            ("2003-12-31 10:14:55 -0800", "2003-12-31T18:14:55Z"),
            ("2003-12-31 10:14:55 PST", "2003-12-31T18:14:55Z"),
            ("2003-12-31T10:14:55 +01:00", "2003-12-31T09:14:55Z"),
            ("2003-12-31", "2003-12-31T00:00:00Z"),
            ("2003-12", "2003-12-01T00:00:00Z"),
            ("2003", "2003-01-01T00:00:00Z"),
            ("2003-335", "2003-12-01T00:00:00Z"),
            ("2003/12/31", "2003-12-31T00:00:00Z"),
            ("20031231", "2003-12-31T00:00:00Z"),
            ("20031231101455", "2003-12-31T10:14:55Z"),
            ("20031231T101455Z", "2003-12-31T10:14:55Z"),
            ("20031231T1014", "2003-12-31T10:14:00Z"),
            ("03-12-31", "2003-12-31T00:00:00Z"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn other_orders_and_numbers() {
        for (text, expected) in [
            ("31.12.2003 10:14", "2003-12-31T10:14:00Z"),
            ("31.12.03", "2003-12-31T00:00:00Z"),
            ("31/12/2003 10:14:55", "2003-12-31T10:14:55Z"),
            ("12/31/2003", "2003-12-31T00:00:00Z"),
            ("31-12-2003", "2003-12-31T00:00:00Z"),
            ("1072865695", "2003-12-31T10:14:55Z"),
            ("1072865695000", "2003-12-31T10:14:55Z"),
            ("12/31/2003 12:05 AM", "2003-12-31T00:05:00Z"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn languages() {
        for (text, expected) in [
            ("Чт, 05 окт 2023 10:14:55 +0300", "2023-10-05T07:14:55Z"),
            ("5 октября 2023, 10:14", "2023-10-05T10:14:00Z"),
            ("5 мая 2023", "2023-05-05T00:00:00Z"),
            ("05 жовтня 2023 10:14", "2023-10-05T10:14:00Z"),
            ("jeu., 05 août 2023 10:14:55 +0200", "2023-08-05T08:14:55Z"),
            ("mar. 12 avr. 2022", "2022-04-12T00:00:00Z"),
            ("martes, 12 abril 2022 10:14", "2022-04-12T10:14:00Z"),
            ("Do, 05 Okt 2023 10:14:55 +0200", "2023-10-05T08:14:55Z"),
            ("5. März 2023", "2023-03-05T00:00:00Z"),
            ("Kamis, 05 Agu 2023 10:14:55 WIB", "2023-08-05T03:14:55Z"),
            ("2023年10月5日 10:14", "2023-10-05T10:14:00Z"),
            ("2023年10月5日 10時14分55秒", "2023-10-05T10:14:55Z"),
            ("2023-10-05 오후 11:23:17", "2023-10-05T23:23:17Z"),
            ("2004년 05월 28일  01:31:15", "2004-05-28T01:31:15Z"),
            ("2004-július-13T9:15-05:00", "2004-07-13T14:15:00Z"),
            ("Κυρ, 11 Ιούλ 2004 12:00:00 EST", "2004-07-11T17:00:00Z"),
            ("٥ أكتوبر ٢٠٢٣ ١٠:١٤", "2023-10-05T10:14:00Z"),
            ("5 अक्टूबर 2023", "2023-10-05T00:00:00Z"),
            ("5 ตุลาคม 2566 10:14", "2023-10-05T10:14:00Z"),
            ("maanantai 5. marraskuuta 2018", "2018-11-05T00:00:00Z"),
        ] {
            check(text, expected);
        }
    }

    #[test]
    fn what_is_no_date_is_none() {
        for text in [
            "",
            "yesterday",
            "2003-w60-1",
            "2003-w52-9",
            "2003-w52-0",
            "0",
            "00000",
            "9999999",
            "t10",
            "w",
            "2003-13-40",
            "99999-01-01",
            "31 Jun 2003",
            "25:99",
            "12345678901234567890",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
        assert_eq!(parse(&"(".repeat(1 << 20)), None);
        assert_eq!(parse(&"1 jan 2004 ".repeat(1 << 16)), None);
    }

    /// Forms that other readers of feeds know.
    #[test]
    fn forms_by_their_origin() {
        for (text, expected) in [
            // ISO 8601: weeks, ordinals, centuries of two digits, parts.
            ("2003-W52-3", "2003-12-24T00:00:00Z"),
            ("2003W523", "2003-12-24T00:00:00Z"),
            ("2003335", "2003-12-01T00:00:00Z"),
            ("03335", "2003-12-01T00:00:00Z"),
            ("2003-12-31T10Z", "2003-12-31T10:00:00Z"),
            ("2003-12-31T10:14:55.7Z", "2003-12-31T10:14:55Z"),
            ("2003-12-31T10:14+01:00", "2003-12-31T09:14:00Z"),
            ("031231", "2003-12-31T00:00:00Z"),
            ("2003-W52-3T10:14Z", "2003-12-24T10:14:00Z"),
            ("2003-12-31T10+01:00", "2003-12-31T09:00:00Z"),
            ("200312", "2003-12-01T00:00:00Z"),
            ("2003-12-31T10:14:55-0800", "2003-12-31T18:14:55Z"),
            ("2003-12-31 10:14:55.0", "2003-12-31T10:14:55Z"),
            // asctime, ctime, date(1)
            ("Sun Jan  4 16:29:06 2004", "2004-01-04T16:29:06Z"),
            ("Sun Jan 04 16:29:06 PST 2004", "2004-01-05T00:29:06Z"),
            ("Sunday, January 04, 2004 4:29:06 PM", "2004-01-04T16:29:06Z"),
            ("2004/01/04 16:29:06 EST", "2004-01-04T21:29:06Z"),
            // Perforce
            ("Fri, 2006/09/15 08:19:53 EDT", "2006-09-15T12:19:53Z"),
            // Microsoft SQL Server
            ("2004-07-08 23:56:58.0", "2004-07-08T23:56:58Z"),
            ("2004-07-08 23:56:58", "2004-07-08T23:56:58Z"),
            // Korean blogs
            ("2004년 05월 28일 오후 01:31:15", "2004-05-28T13:31:15Z"),
            ("2004-05-25 오전 11:23:17", "2004-05-25T11:23:17Z"),
            // Hungarian
            ("2004-augusztus-13T9:15-02:00", "2004-08-13T11:15:00Z"),
            ("2004-március-13T09:15-02:00", "2004-03-13T11:15:00Z"),
            // Greek
            ("Δευ, 12 Ιούλ 2004 12:00:00 EST", "2004-07-12T17:00:00Z"),
            ("Παρ, 16 Μαϊ 2004 12:00:00 EST", "2004-05-16T17:00:00Z"),
            ("Σαβ, 21 Φεβ 2004 12:00:00 EST", "2004-02-21T17:00:00Z"),
            // RFC 822 and its abuses
            ("Thu, 01 Jan 2004 19:48:21 UT", "2004-01-01T19:48:21Z"),
            ("Thu, 01 Jan 2004 00:00:00 AST", "2004-01-01T04:00:00Z"),
            ("Thu, 5 Apr 2012 10:00:00 Etc/GMT", "2012-04-05T10:00:00Z"),
            ("Thu, 5 Apr 2012 10:00:00 GMT-0500", "2012-04-05T15:00:00Z"),
            ("Thu, 01 Jan 04 19:48 GMT", "2004-01-01T19:48:00Z"),
            ("01 Jan 2004", "2004-01-01T00:00:00Z"),
            ("Wednesday, 31-Dec-03 10:14:55 GMT", "2003-12-31T10:14:55Z"),
            ("Wed, 31 Dec 103 10:14:55 GMT", "2003-12-31T10:14:55Z"),
            ("31 December 2003 at 10:14", "2003-12-31T10:14:00Z"),
            ("Dec 31, 2003, 10:14 am", "2003-12-31T10:14:00Z"),
            ("12/31/2003 10:14:55 PM", "2003-12-31T22:14:55Z"),
            ("2003-12-31T10:14:55Z[UTC]", "2003-12-31T10:14:55Z"),
            ("2003-12-31T10:14:55.000000Z", "2003-12-31T10:14:55Z"),
            ("Wed, 31 Dec 2003 10.14.55 +0100", "2003-12-31T09:14:55Z"),
            ("2003.12.31 10:14", "2003-12-31T10:14:00Z"),
            ("Wed, 31 Dec 2003 10:14:55 +01:00", "2003-12-31T09:14:55Z"),
            ("Wed, 31 Dec 2003 10:14:55 CEST", "2003-12-31T08:14:55Z"),
        ] {
            check(text, expected);
        }
    }
}

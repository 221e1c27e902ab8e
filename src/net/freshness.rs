//! What headers say about time, with the present as an argument.

use std::str::FromStr;
use std::time::{Duration, SystemTime};

use super::header::{AGE, CACHE_CONTROL, DATE, EXPIRES, HeaderMap, HeaderName, RETRY_AFTER};
use crate::model::Timestamp;

/// For how long the answer stays fresh (RFC 9111, section 4.2.1), from `now` on: its `max-age` less its
/// `Age`, else its `Expires` less its `Date`. `None` when it does not say, or may not be reused at all.
pub fn fresh_for(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let control: Vec<&str> =
        headers.get_all(CACHE_CONTROL).iter().filter_map(|value| value.to_str().ok()).collect();
    let directives = || control.iter().flat_map(|value| value.split(',')).map(str::trim);
    if directives()
        .any(|directive| ["no-store", "no-cache"].iter().any(|no| directive.eq_ignore_ascii_case(no)))
    {
        return None;
    }
    let max_age = directives().find_map(|directive| {
        let (name, value) = directive.split_once('=')?;
        name.trim().eq_ignore_ascii_case("max-age").then(|| seconds(value.trim().trim_matches('"')))
    });
    let fresh_for = match max_age {
        // One that cannot be read counts as stale, and still overrules `Expires`.
        Some(max_age) => {
            let age = text(headers, AGE).and_then(seconds).unwrap_or_default();
            max_age?.saturating_sub(age)
        }
        None => from_answer(headers, date(headers, EXPIRES)?, now),
    };
    (!fresh_for.is_zero()).then_some(fresh_for)
}

/// For how long the server asks to be left alone, from `now` on (RFC 9110, section 10.2.3): seconds or a
/// date. `None` when it does not say.
pub fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let seconds = text(headers, RETRY_AFTER).and_then(seconds);
    seconds.or_else(|| Some(from_answer(headers, date(headers, RETRY_AFTER)?, now)))
}

/// How long after the answer `moment` is. Where the server states its time, its clock is believed for
/// both; zero when it lies in the past.
fn from_answer(headers: &HeaderMap, moment: SystemTime, now: Timestamp) -> Duration {
    let answered = date(headers, DATE).unwrap_or_else(|| now.into());
    moment.duration_since(answered).unwrap_or_default()
}

fn date(headers: &HeaderMap, name: HeaderName) -> Option<SystemTime> {
    httpdate::parse_http_date(text(headers, name)?).ok()
}

fn text(headers: &HeaderMap, name: HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim)
}

/// Digits and nothing else; more than a century counts as one (RFC 9111, section 1.2.2, asks for 2^31).
fn seconds(digits: &str) -> Option<Duration> {
    let sound = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    sound.then(|| Duration::from_secs(u32::from_str(digits).unwrap_or(u32::MAX).into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::header::HeaderValue;

    const DATE_LINE: (&str, &str) = ("date", "Thu, 01 Jan 2026 12:00:00 GMT");

    fn headers(lines: &[(&str, &str)]) -> HeaderMap {
        lines
            .iter()
            .map(|(name, value)| (name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap()))
            .collect()
    }

    /// At ten past the date that the answers state: our clock is ahead of theirs.
    fn now() -> Timestamp {
        "2026-01-01T12:10:00Z".parse().unwrap()
    }

    fn check_fresh(lines: &[(&str, &str)], expected: u64) {
        let fresh_for = fresh_for(&headers(lines), now()).map_or(0, |fresh_for| fresh_for.as_secs());
        assert_eq!(fresh_for, expected, "{lines:?}");
    }

    #[test]
    fn freshness_is_read_from_headers() {
        check_fresh(&[], 0);
        check_fresh(&[("cache-control", "max-age=600")], 600);
        check_fresh(&[("cache-control", "public, MAX-AGE = \"600\", must-revalidate")], 600);
        check_fresh(&[("cache-control", "s-maxage=60, max-age=600")], 600);
        check_fresh(&[("cache-control", "max-age=600"), ("age", "100")], 500);
        check_fresh(&[("cache-control", "max-age=600"), ("age", "1000")], 0);
        check_fresh(&[("cache-control", "max-age=99999999999999999999")], u32::MAX.into());
        check_fresh(&[("cache-control", "no-cache, max-age=600")], 0);
        check_fresh(&[("cache-control", "max-age=600, no-store")], 0);
        check_fresh(&[("cache-control", "max-age=-5"), ("expires", "Thu, 01 Jan 2026 13:00:00 GMT")], 0);
        check_fresh(&[DATE_LINE, ("expires", "Thu, 01 Jan 2026 13:00:00 GMT")], 3600);
        check_fresh(&[("expires", "Thu, 01 Jan 2026 13:00:00 GMT")], 3000);
        check_fresh(&[DATE_LINE, ("expires", "Thursday, 01-Jan-26 13:00:00 GMT")], 3600);
        check_fresh(&[DATE_LINE, ("expires", "Thu, 01 Jan 1970 00:00:00 GMT")], 0);
        check_fresh(&[DATE_LINE, ("expires", "0")], 0);
        check_fresh(
            &[DATE_LINE, ("cache-control", "max-age=60"), ("expires", "Thu, 01 Jan 2026 13:00:00 GMT")],
            60,
        );
    }

    fn check_retry(lines: &[(&str, &str)], expected: Option<u64>) {
        let retry_after = retry_after(&headers(lines), now()).map(|wait| wait.as_secs());
        assert_eq!(retry_after, expected, "{lines:?}");
    }

    #[test]
    fn retry_after_has_two_forms() {
        check_retry(&[], None);
        check_retry(&[("retry-after", "120")], Some(120));
        check_retry(&[("retry-after", " 120 ")], Some(120));
        check_retry(&[("retry-after", "99999999999999999999")], Some(u32::MAX.into()));
        check_retry(&[("retry-after", "Thu, 01 Jan 2026 12:20:00 GMT")], Some(600));
        check_retry(&[DATE_LINE, ("retry-after", "Thu, 01 Jan 2026 12:20:00 GMT")], Some(1200));
        check_retry(&[("retry-after", "Thu, 01 Jan 2026 11:00:00 GMT")], Some(0));
        check_retry(&[("retry-after", "soon")], None);
        check_retry(&[("retry-after", "-1")], None);
        check_retry(&[("retry-after", "")], None);
    }
}

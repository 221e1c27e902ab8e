//! Durations, sizes and time zones as people write them.

use std::time::Duration;

use chrono_tz::Tz;

use super::{LineFormat, suggest};
use crate::diagnostic::Diagnostic;

/// The longest duration: a hundred years, so that adding one to the present cannot overflow.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

const DURATION_HELP: &str = "write a number and a unit, as in \"30s\", \"15m\", \"1h30m\" or \"7d\"";
const SIZE_HELP: &str = "write a number of bytes with a unit, as in \"16MiB\" or \"8MB\"";

/// A [`duration`] or none at all: `0s`.
pub(super) fn wait(text: &str) -> Result<Duration, Diagnostic> {
    if text.trim() == "0s" { Ok(Duration::ZERO) } else { duration(text) }
}

/// Reads `15m`, `1h30m`: numbers, each with its unit, the largest unit first or not.
pub(super) fn duration(text: &str) -> Result<Duration, Diagnostic> {
    let refuse = |reason: &str| Diagnostic::error(format!("'{text}' {reason}")).help(DURATION_HELP);
    let mut total = Duration::ZERO;
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(refuse("is not a duration"));
    }
    while !rest.is_empty() {
        let (number, unit, after) = number_and_unit(rest);
        let number: u64 = number.parse().map_err(|_| refuse("is not a duration"))?;
        let unit = match unit {
            "ms" => Duration::from_millis(1),
            "s" => Duration::from_secs(1),
            "m" => Duration::from_secs(60),
            "h" => Duration::from_secs(60 * 60),
            "d" => Duration::from_secs(24 * 60 * 60),
            "w" => Duration::from_secs(7 * 24 * 60 * 60),
            "" => return Err(refuse("has no unit")),
            _ => return Err(refuse("is not a duration")),
        };
        total = u32::try_from(number)
            .ok()
            .and_then(|number| unit.checked_mul(number))
            .and_then(|part| total.checked_add(part))
            .filter(|total| *total <= LONGEST)
            .ok_or_else(|| refuse("is longer than a hundred years"))?;
        rest = after.trim_start();
    }
    if total.is_zero() {
        return Err(refuse("is no time at all"));
    }
    Ok(total)
}

/// Reads `16MiB`, `8MB`, `512kB`: decimal and binary units.
pub(super) fn size(text: &str) -> Result<usize, Diagnostic> {
    match usize::try_from(space(text)?) {
        Ok(bytes) if bytes <= 1 << 30 => Ok(bytes),
        _ => Err(Diagnostic::error(format!("'{text}' is more than 1GiB")).help(SIZE_HELP)),
    }
}

/// Reads what may be as large as a disk.
pub(super) fn space(text: &str) -> Result<u64, Diagnostic> {
    let refuse = |reason: &str| Diagnostic::error(format!("'{text}' {reason}")).help(SIZE_HELP);
    let (number, unit, rest) = number_and_unit(text.trim());
    let number: u64 = number.parse().map_err(|_| refuse("is not a size"))?;
    let unit: u64 = match unit.to_ascii_lowercase().as_str() {
        "b" => 1,
        "kb" => 1000,
        "mb" => 1000 * 1000,
        "gb" => 1000 * 1000 * 1000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        "tb" => 1000 * 1000 * 1000 * 1000,
        "tib" => 1 << 40,
        "" => return Err(refuse("has no unit")),
        _ => return Err(refuse("is not a size")),
    };
    if !rest.is_empty() {
        return Err(refuse("is not a size"));
    }
    match number.checked_mul(unit) {
        Some(0) => Err(refuse("is no space at all")),
        Some(bytes) => Ok(bytes),
        None => Err(refuse("is more than any disk holds")),
    }
}

/// Splits `30m15s` into `30`, `m` and `15s`.
fn number_and_unit(text: &str) -> (&str, &str, &str) {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (number, rest) = text.split_at(digits);
    let rest = rest.trim_start();
    let letters = rest.find(|c: char| c.is_ascii_digit() || c.is_whitespace()).unwrap_or(rest.len());
    let (unit, rest) = rest.split_at(letters);
    (number, unit, rest)
}

/// Reads the name of a zone of the IANA time zone database.
pub(super) fn timezone(text: &str) -> Result<Tz, Diagnostic> {
    text.parse().map_err(|_| {
        let names = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
        let help = match suggest::nearest(text, names) {
            Some(name) => format!("did you mean \"{name}\"?"),
            None => "write a name of the IANA time zone database, as in \"Asia/Tokyo\"".to_owned(),
        };
        Diagnostic::error(format!("unknown time zone '{text}'")).help(help)
    })
}

/// `"auto"`, `"text"` or `"json"`.
pub(super) fn line_format(text: &str) -> Result<LineFormat, Diagnostic> {
    match text {
        "auto" => Ok(LineFormat::Auto),
        "text" => Ok(LineFormat::Text),
        "json" => Ok(LineFormat::Json),
        _ => Err(Diagnostic::error(format!("'{text}' is not a format of lines"))
            .help("write \"auto\", \"text\" or \"json\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_sums_of_numbers_with_units() {
        let check = |text: &str, expected: Result<u64, &str>| {
            let read = duration(text).map(|read| read.as_millis() as u64).map_err(|error| error.message);
            assert_eq!(read, expected.map_err(str::to_owned), "{text}");
        };
        check("15m", Ok(900_000));
        check("250ms", Ok(250));
        check("1h30m", Ok(5_400_000));
        check(" 1h 30m ", Ok(5_400_000));
        check("7d", Ok(604_800_000));
        check("2w", Ok(1_209_600_000));
        check("15", Err("'15' has no unit"));
        check("", Err("'' is not a duration"));
        check("0s", Err("'0s' is no time at all"));
        check("-5m", Err("'-5m' is not a duration"));
        check("1.5h", Err("'1.5h' is not a duration"));
        check("15 minutes", Err("'15 minutes' is not a duration"));
        check("99999d", Err("'99999d' is longer than a hundred years"));
        check("18446744073709551615d", Err("'18446744073709551615d' is longer than a hundred years"));
        check("99999999999999999999999s", Err("'99999999999999999999999s' is not a duration"));
    }

    #[test]
    fn sizes_have_decimal_and_binary_units() {
        let check = |text: &str, expected: Result<usize, &str>| {
            let read = size(text).map_err(|error| error.message);
            assert_eq!(read, expected.map_err(str::to_owned), "{text}");
        };
        check("16MiB", Ok(16 * 1024 * 1024));
        check("8MB", Ok(8_000_000));
        check("512 kB", Ok(512_000));
        check("100b", Ok(100));
        check("16", Err("'16' has no unit"));
        check("0MB", Err("'0MB' is no space at all"));
        check("2GiB", Err("'2GiB' is more than 1GiB"));
        check("1MB1", Err("'1MB1' is not a size"));
        check("much", Err("'much' is not a size"));
    }
}

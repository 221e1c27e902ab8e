//! One field of a crontab line, in crontab(5)'s meaning.

use std::ops::Range;

use crate::diagnostic::{Diagnostic, Severity};

/// Which field of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Second,
    Minute,
    Hour,
    DayOfMonth,
    Month,
    DayOfWeek,
}

/// The values of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// Bit `n` stands for the value `n`; Sunday is 0.
    bits: u64,
    unit: Unit,
    /// Whether it was written with a leading `*`: such a day field does not restrict the other one.
    pub(super) star: bool,
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];
const DAYS: [&str; 7] = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Second => "second",
            Self::Minute => "minute",
            Self::Hour => "hour",
            Self::DayOfMonth => "day of month",
            Self::Month => "month",
            Self::DayOfWeek => "day of week",
        }
    }

    /// Smallest and largest value that may be written.
    fn bounds(self) -> (u32, u32) {
        match self {
            Self::Second | Self::Minute => (0, 59),
            Self::Hour => (0, 23),
            Self::DayOfMonth => (1, 31),
            Self::Month => (1, 12),
            Self::DayOfWeek => (0, 7),
        }
    }

    /// Smallest and largest value that `*` stands for.
    fn whole(self) -> (u32, u32) {
        match self {
            Self::DayOfWeek => (0, 6),
            other => other.bounds(),
        }
    }

    /// A month or day by its English name or the first three letters of it.
    fn by_name(self, word: &str) -> Option<u32> {
        let (names, first): (&[&str], u32) = match self {
            Self::Month => (&MONTHS, 1),
            Self::DayOfWeek => (&DAYS, 0),
            _ => return None,
        };
        let word = word.to_ascii_lowercase();
        (first..).zip(names).find(|(_, name)| word == **name || word == name[..3]).map(|(value, _)| value)
    }

    fn help(self) -> String {
        match self {
            Self::Month => "write 1-12 or jan-dec".into(),
            Self::DayOfWeek => "write 0-7 (0 and 7 are Sunday) or sun-sat".into(),
            _ => {
                let (min, max) = self.bounds();
                format!("write {min}-{max}")
            }
        }
    }
}

impl Field {
    /// Reads `text`, which stands at byte `at` of the line.
    pub(super) fn parse(unit: Unit, text: &str, at: usize) -> Result<Self, Diagnostic> {
        let mut bits = 0;
        let mut start = at;
        for element in text.split(',') {
            bits |= Reader { unit, span: start..start + element.len() }.element(element)?;
            start += element.len() + 1;
        }
        Ok(Self { bits, unit, star: text.starts_with(['*', '?']) })
    }

    /// The field that holds every value.
    pub(super) fn all(unit: Unit) -> Self {
        let (min, max) = unit.whole();
        Self { bits: (min..=max).fold(0, |bits, value| bits | 1 << value), unit, star: true }
    }

    /// The field that holds `value` only.
    pub(super) fn only(unit: Unit, value: u32) -> Self {
        Self { bits: 1 << value, unit, star: false }
    }

    /// Whether every value is in it.
    pub(super) fn is_all(&self) -> bool {
        self.bits == Self::all(self.unit).bits
    }

    /// The field in the words of the cron crate, where Sunday is 1.
    pub(super) fn translated(&self) -> String {
        if self.is_all() {
            return "*".into();
        }
        let shift = u32::from(self.unit == Unit::DayOfWeek);
        let values: Vec<String> = (0..60)
            .filter(|value| self.bits >> value & 1 == 1)
            .map(|value| (value + shift).to_string())
            .collect();
        values.join(",")
    }
}

/// Reads one element of a field's list.
struct Reader {
    unit: Unit,
    /// Of the element in the line.
    span: Range<usize>,
}

impl Reader {
    /// `*`, `a`, `a-b`, each with an optional `/step`; `a/step` runs to the end.
    fn element(&self, element: &str) -> Result<u64, Diagnostic> {
        let unit = self.unit;
        let (range, step) = match element.split_once('/') {
            Some((range, step)) => (range, Some(step)),
            None => (element, None),
        };
        let (first, last) = match range.split_once('-') {
            _ if range == "*" => unit.whole(),
            _ if range == "?" && matches!(unit, Unit::DayOfMonth | Unit::DayOfWeek) => unit.whole(),
            Some((first, last)) => self.range(first, last)?,
            None => {
                let first = self.value(range)?;
                (first, if step.is_some() { first.max(unit.whole().1) } else { first })
            }
        };
        let step = step.map_or(Ok(1), |step| self.step(step))?;
        let fold_sunday = |value: u32| if unit == Unit::DayOfWeek { value % 7 } else { value };
        Ok((first..=last).step_by(step).fold(0, |bits, value| bits | 1 << fold_sunday(value)))
    }

    fn range(&self, first: &str, last: &str) -> Result<(u32, u32), Diagnostic> {
        let (first, last) = (self.value(first)?, self.value(last)?);
        // A range that ends on Sunday ends the week, whichever of its two numbers is meant.
        let last = if self.unit == Unit::DayOfWeek && last == 0 && first > 0 { 7 } else { last };
        if first > last {
            let (min, max) = self.unit.whole();
            return Err(self.error(
                format!("the {} range {first}-{last} runs backwards", self.unit.name()),
                format!("split it in two: {first}-{max},{min}-{last}"),
            ));
        }
        Ok((first, last))
    }

    fn value(&self, word: &str) -> Result<u32, Diagnostic> {
        let (min, max) = self.unit.bounds();
        let name = self.unit.name();
        let problem = match number(word).or_else(|| self.unit.by_name(word)) {
            Some(value) if (min..=max).contains(&value) => return Ok(value),
            Some(value) => format!("{name} {value} is out of range"),
            None if word.is_empty() => format!("the {name} is missing"),
            None => format!("`{word}` is not a valid {name}"),
        };
        Err(self.error(problem, self.unit.help()))
    }

    fn step(&self, word: &str) -> Result<usize, Diagnostic> {
        let (min, max) = self.unit.whole();
        let most = max - min + 1;
        match number(word) {
            Some(step) if (1..=most).contains(&step) => Ok(step as usize),
            _ => Err(self.error(
                format!("`{word}` is not a step of the {} field", self.unit.name()),
                format!("write a number from 1 to {most} after the slash"),
            )),
        }
    }

    fn error(&self, message: String, help: String) -> Diagnostic {
        Diagnostic { severity: Severity::Error, message, span: Some(self.span.clone()), help: Some(help) }
    }
}

/// A number of at most four digits and nothing else (`parse` alone would take a sign).
fn number(word: &str) -> Option<u32> {
    let sound = (1..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_digit());
    if sound { word.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(unit: Unit, text: &str, expected: &str) {
        let read = Field::parse(unit, text, 0).map(|field| field.translated()).map_err(|error| error.message);
        assert_eq!(read.unwrap_or_else(|message| message), expected, "{text}");
    }

    #[test]
    fn fields_mean_what_crontab_says() {
        check(Unit::Minute, "*", "*");
        check(Unit::Minute, "*/20", "0,20,40");
        check(Unit::Minute, "5/20", "5,25,45");
        check(Unit::Minute, "10-30/10,45", "10,20,30,45");
        check(Unit::Hour, "0-23", "*");
        check(Unit::Hour, "06-8", "6,7,8");
        check(Unit::Month, "jan-MAR,Dec", "1,2,3,12");
        check(Unit::Month, "September", "9");
        check(Unit::DayOfMonth, "?", "*");
        // Sunday is 0 and 7 here, 1 in the crate's words.
        check(Unit::DayOfWeek, "0", "1");
        check(Unit::DayOfWeek, "7", "1");
        check(Unit::DayOfWeek, "1-5", "2,3,4,5,6");
        check(Unit::DayOfWeek, "Mon-Fri", "2,3,4,5,6");
        check(Unit::DayOfWeek, "5-7", "1,6,7");
        check(Unit::DayOfWeek, "sat-sun", "1,7");
        check(Unit::DayOfWeek, "0-7", "*");
        check(Unit::DayOfWeek, "*/2", "1,3,5,7");
        check(Unit::DayOfWeek, "7/2", "1");
    }

    #[test]
    fn nonsense_is_named() {
        check(Unit::Minute, "60", "minute 60 is out of range");
        check(Unit::DayOfMonth, "0", "day of month 0 is out of range");
        check(Unit::Hour, "", "the hour is missing");
        check(Unit::Hour, "1,,2", "the hour is missing");
        check(Unit::Hour, "+1", "`+1` is not a valid hour");
        check(Unit::Minute, "?", "`?` is not a valid minute");
        check(Unit::Hour, "22-6", "the hour range 22-6 runs backwards");
        check(Unit::DayOfWeek, "fri-mon", "the day of week range 5-1 runs backwards");
        check(Unit::DayOfWeek, "5#2", "`5#2` is not a valid day of week");
        check(Unit::Minute, "*/0", "`0` is not a step of the minute field");
        check(Unit::Minute, "*/90", "`90` is not a step of the minute field");
        check(Unit::Minute, "99999999999999999999", "`99999999999999999999` is not a valid minute");
        check(Unit::Month, "ян", "`ян` is not a valid month");
    }

    #[test]
    fn an_error_points_at_its_element() {
        let error = Field::parse(Unit::Hour, "1,22-6,3", 10).unwrap_err();
        assert_eq!(error.span, Some(12..16));
        assert_eq!(error.help.as_deref(), Some("split it in two: 22-23,0-6"));
    }
}

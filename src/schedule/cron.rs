//! Crontab lines: text → instants.
//!
//! The `cron` crate finds the wall-clock times; this module gives it crontab(5)'s meaning, in which it
//! differs (Sunday, the OR of the two day fields, five fields), and turns wall-clock times into instants
//! on the nights when clocks are changed, as Vixie cron does.

use std::ops::Range;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Duration, NaiveDateTime, Utc};
use chrono_tz::Tz;

use super::field::{Field, Unit};
use super::wall::{change, first_instant, offset, wall_at};
use crate::diagnostic::{Diagnostic, Severity};

/// A crontab line in a time zone. It fires at least once.
///
/// On the nights when clocks are changed:
/// - a line for certain hours (`30 2 * * *`) fires once: at the change when its time is skipped, and at
///   the first of the two when its time comes twice;
/// - a line for every hour (`*/15 * * * *`) goes on as time passes, through the repeated hour too.
#[derive(Clone, Debug, PartialEq)]
pub struct Cron {
    /// As written, without space around it.
    line: String,
    timezone: Tz,
    /// Their union; two when day of month and day of week are both restricted.
    schedules: Vec<cron::Schedule>,
    every_hour: bool,
}

/// The last year that the `cron` crate knows.
const LAST_YEAR: i32 = 2100;

impl Cron {
    /// Reads five fields in crontab(5)'s meaning (minute, hour, day of month, month, day of week), six
    /// with seconds first, or a name such as `@hourly`.
    ///
    /// # Errors
    /// What is wrong with the line, with its place in `line`. A line that never fires (30 February) is
    /// wrong too.
    pub fn parse(line: &str, timezone: Tz) -> Result<Self, Diagnostic> {
        let fields = Fields::parse(line)?;
        let cron = Self {
            line: line.trim().to_owned(),
            timezone,
            schedules: fields.schedules(line)?,
            every_hour: fields.hour.is_all(),
        };
        if cron.next_wall(DateTime::UNIX_EPOCH.naive_utc()).is_none() {
            return Err(error(
                whole(line),
                format!("`{}` never fires: no month it names has such a day", cron.line),
                "change the day of month or the month".into(),
            ));
        }
        Ok(cron)
    }

    /// The line as written.
    pub fn line(&self) -> &str {
        &self.line
    }

    /// Whose clocks it goes by.
    pub fn timezone(&self) -> Tz {
        self.timezone
    }

    /// The first instant later than `now`; `None` when there is none until the year 2100.
    pub fn next_after(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        if now.year() >= LAST_YEAR {
            return None;
        }
        if self.every_hour { self.next_as_time_passes(now) } else { self.next_by_the_wall(now) }
    }

    /// For a line of certain hours: each wall-clock time has one instant.
    fn next_by_the_wall(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut wall = wall_at(self.timezone, now);
        loop {
            wall = self.next_wall(wall)?;
            let instant = first_instant(self.timezone, wall);
            // Times that come a second time have passed at their first.
            if instant > now {
                return Some(instant);
            }
        }
    }

    /// For a line of every hour: a wall-clock time fires whenever the clocks show it.
    fn next_as_time_passes(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let mut from = now;
        let mut wall = wall_at(self.timezone, from);
        loop {
            let ahead = offset(self.timezone, from);
            let instant = (self.next_wall(wall)? - ahead).and_utc();
            if offset(self.timezone, instant) == ahead {
                return Some(instant);
            }
            // The clocks are changed before: look again from the change on, itself included.
            from = change(self.timezone, from, instant);
            wall = wall_at(self.timezone, from) - Duration::seconds(1);
        }
    }

    /// The first time on the wall later than `wall`.
    fn next_wall(&self, wall: NaiveDateTime) -> Option<NaiveDateTime> {
        // UTC has no gaps, so the crate's own handling of them stays out of the way.
        let wall = wall.and_utc();
        let next = self.schedules.iter().filter_map(|schedule| schedule.after(&wall).next()).min()?;
        Some(next.naive_utc())
    }
}

/// The fields of a line.
struct Fields {
    second: Field,
    minute: Field,
    hour: Field,
    day_of_month: Field,
    month: Field,
    day_of_week: Field,
}

impl Fields {
    fn parse(line: &str) -> Result<Self, Diagnostic> {
        let words: Vec<(usize, &str)> = words(line).collect();
        let [seconds @ .., minute, hour, day_of_month, month, day_of_week] = words.as_slice() else {
            return Self::named(line, &words);
        };
        let field = |unit, &(at, text): &(usize, &str)| Field::parse(unit, text, at);
        let second = match seconds {
            [] => Field::only(Unit::Second, 0),
            [second] => field(Unit::Second, second)?,
            _ => return Err(wrong_count(line, words.len())),
        };
        Ok(Self {
            second,
            minute: field(Unit::Minute, minute)?,
            hour: field(Unit::Hour, hour)?,
            day_of_month: field(Unit::DayOfMonth, day_of_month)?,
            month: field(Unit::Month, month)?,
            day_of_week: field(Unit::DayOfWeek, day_of_week)?,
        })
    }

    /// `@hourly` and the like.
    fn named(line: &str, words: &[(usize, &str)]) -> Result<Self, Diagnostic> {
        let name = match words {
            [(_, name), ..] if name.starts_with('@') => name.to_ascii_lowercase(),
            _ => return Err(wrong_count(line, words.len())),
        };
        let meant = match name.as_str() {
            "@yearly" | "@annually" => "0 0 1 1 *",
            "@monthly" => "0 0 1 * *",
            "@weekly" => "0 0 * * 0",
            "@daily" | "@midnight" => "0 0 * * *",
            "@hourly" => "0 * * * *",
            "@every" => {
                let help = "write `every = \"15m\"` in the place of `cron` for an interval";
                return Err(error(whole(line), "`@every` is not a crontab name".into(), help.into()));
            }
            _ => {
                let help = "the names are @hourly, @daily, @weekly, @monthly and @yearly";
                return Err(error(whole(line), format!("`{name}` is not a schedule"), help.into()));
            }
        };
        if words.len() > 1 {
            return Err(error(
                whole(line),
                format!("`{name}` stands alone"),
                "remove what follows it".into(),
            ));
        }
        Self::parse(meant)
    }

    /// The line in the words of the `cron` crate, which ANDs the two day fields. crontab(5) ORs them
    /// when neither begins with `*`.
    fn schedules(&self, line: &str) -> Result<Vec<cron::Schedule>, Diagnostic> {
        let all = |unit| Field::all(unit);
        let days = if self.day_of_month.star || self.day_of_week.star {
            vec![(self.day_of_month.clone(), self.day_of_week.clone())]
        } else {
            vec![
                (self.day_of_month.clone(), all(Unit::DayOfWeek)),
                (all(Unit::DayOfMonth), self.day_of_week.clone()),
            ]
        };
        let translate = |(day_of_month, day_of_week): &(Field, Field)| {
            [&self.second, &self.minute, &self.hour, day_of_month, &self.month, day_of_week]
                .map(Field::translated)
                .join(" ")
        };
        days.iter()
            .map(|days| cron::Schedule::from_str(&translate(days)))
            .collect::<Result<_, _>>()
            .map_err(|refusal| error(whole(line), refusal.to_string(), HELP.into()))
    }
}

const HELP: &str = "write five fields: minute, hour, day of month, month, day of week (`*/15 6-22 * * mon-fri`), \
                    or six with seconds first";

fn wrong_count(line: &str, count: usize) -> Diagnostic {
    error(whole(line), format!("a crontab line has five or six fields, this one has {count}"), HELP.into())
}

fn error(span: Range<usize>, message: String, help: String) -> Diagnostic {
    Diagnostic { severity: Severity::Error, message, span: Some(span), help: Some(help) }
}

/// The place of the line without the space around it.
fn whole(line: &str) -> Range<usize> {
    let start = line.len() - line.trim_start().len();
    start..line.trim_end().len().max(start)
}

/// The words of a line and where they start.
fn words(line: &str) -> impl Iterator<Item = (usize, &str)> {
    line.split_whitespace().map(|word| (word.as_ptr() as usize - line.as_ptr() as usize, word))
}

#[cfg(test)]
mod tests;

//! `[alerts]`, and the keys of watches and channels that say when alerts leave.

use std::time::Duration;

use chrono_tz::Tz;

use super::reader::Reader;
use super::section::Section;
use super::value::Value;
use super::{defaults, units};
use crate::diagnostic::Diagnostic;
use crate::model::{ChannelRules, Limit, Priority, WatchRules};
use crate::schedule::{Cron, Quiet};

/// A bucket holds no more tokens than this.
const MOST_TOKENS: usize = 1_000;

/// `[alerts]`: what holds for every watch and channel that does not say otherwise.
#[derive(Clone, Debug)]
pub struct AlertDefaults {
    /// `group_wait`.
    pub group_wait: Duration,
    /// `group_interval`.
    pub group_interval: Duration,
    /// `breaks_quiet`; `None`: quiet hours hold up everything.
    pub breaks_quiet: Option<Priority>,
    timezone: Tz,
}

impl AlertDefaults {
    /// What holds for the alerts of watches that are not configured any more.
    pub fn of_gone_watches(&self) -> WatchRules {
        let Self { group_wait, group_interval, .. } = *self;
        WatchRules { group_wait, group_interval, ..WatchRules::default() }
    }
}

pub(super) fn read_defaults<'a>(
    reader: &mut Reader<'a>,
    mut section: Section<'a>,
    timezone: Tz,
) -> AlertDefaults {
    let default = WatchRules::default();
    let read = AlertDefaults {
        group_wait: section.parse(reader, "group_wait", units::wait).unwrap_or(default.group_wait),
        group_interval: section
            .parse(reader, "group_interval", units::wait)
            .unwrap_or(default.group_interval),
        breaks_quiet: section.parse(reader, "breaks_quiet", breaks_quiet).unwrap_or(defaults::BREAKS_QUIET),
        timezone,
    };
    section.finish(reader, |_| None);
    read
}

/// The rules of a watch, and where its quiet hours stand.
pub(super) fn read_watch_rules<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    defaults: &AlertDefaults,
) -> (WatchRules, Option<Value<'a>>) {
    let timezone = section.take(reader, "timezone").and_then(|value| value.text(reader));
    let zone = timezone.as_ref().and_then(|text| text.parse(reader, units::timezone));
    let zone = zone.unwrap_or(defaults.timezone);
    let digest = section.take(reader, "digest");
    let quiet = section.take(reader, "quiet");
    let rules = WatchRules {
        priority: section.parse(reader, "priority", priority).unwrap_or_default(),
        group_wait: section.parse(reader, "group_wait", units::wait).unwrap_or(defaults.group_wait),
        group_interval: section
            .parse(reader, "group_interval", units::wait)
            .unwrap_or(defaults.group_interval),
        digest: digest.and_then(|value| value.parse(reader, |line| Cron::parse(line, zone))),
        quiet: quiet.as_ref().and_then(|value| value.parse(reader, |text| Quiet::parse(text, zone))),
    };
    if let (Some(text), None, None) = (timezone, &rules.digest, &rules.quiet) {
        let warning = Diagnostic::warning("`timezone` changes nothing: there is no `digest` and no `quiet`");
        text.report(reader, warning.help("remove it"));
    }
    (rules, quiet)
}

/// The rules of a channel of this `kind`, without its fallback.
pub(super) fn read_channel_rules<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    kind: Option<&str>,
    defaults: &AlertDefaults,
) -> ChannelRules {
    let timezone = section.take(reader, "timezone").and_then(|value| value.text(reader));
    let zone = timezone.as_ref().and_then(|text| text.parse(reader, units::timezone));
    let zone = zone.unwrap_or(defaults.timezone);
    let quiet = section.parse(reader, "quiet", |text| Quiet::parse(text, zone));
    if let (Some(text), None) = (timezone, &quiet) {
        let warning = Diagnostic::warning("`timezone` changes nothing: there is no `quiet`");
        text.report(reader, warning.help("remove it"));
    }
    ChannelRules {
        quiet,
        breaks_quiet: section.parse(reader, "breaks_quiet", breaks_quiet).unwrap_or(defaults.breaks_quiet),
        limit: read_limit(reader, section, kind),
        fallback: None,
        fallback_after: None,
    }
}

/// `limit` and `burst`.
fn read_limit<'a>(reader: &mut Reader<'a>, section: &mut Section<'a>, kind: Option<&str>) -> Option<Limit> {
    let default = kind.and_then(defaults::limit);
    let every = section.parse(reader, "limit", every);
    let burst_value = section.take(reader, "burst");
    let burst = burst_value.as_ref().and_then(|value| value.number(reader, 1..=MOST_TOKENS));
    let burst = burst.and_then(|count| u32::try_from(count).ok());
    match (every.unwrap_or(default.map(|limit| limit.every)), burst_value) {
        (Some(every), _) => Some(Limit {
            every,
            burst: burst.unwrap_or(default.map_or(defaults::BURST, |limit| limit.burst)),
        }),
        (None, Some(value)) => {
            let error = Diagnostic::error("`burst` without a `limit` limits nothing");
            value.report(reader, error.help("write limit = \"20/h\" too"));
            None
        }
        (None, None) => None,
    }
}

/// `20/h` → how often one is allowed; `none`: always.
fn every(text: &str) -> Result<Option<Duration>, Diagnostic> {
    if text.trim() == "none" {
        return Ok(None);
    }
    let refused = || {
        Diagnostic::error(format!("'{text}' is no rate"))
            .help("write how many messages in which time, as in \"20/h\" or \"5/m\", or \"none\"")
    };
    let (count, unit) = text.split_once('/').ok_or_else(refused)?;
    let count: u32 = count.trim().parse().map_err(|_| refused())?;
    let unit = match unit.trim() {
        "s" => Duration::from_secs(1),
        "m" => Duration::from_secs(60),
        "h" => Duration::from_secs(60 * 60),
        "d" => Duration::from_secs(24 * 60 * 60),
        _ => return Err(refused()),
    };
    let every = unit.checked_div(count).filter(|every| *every >= Duration::from_millis(1));
    every.map(Some).ok_or_else(refused)
}

/// `1h` → that long; `none`: never.
fn fallback_after(text: &str) -> Result<Option<Duration>, Diagnostic> {
    if text.trim() == "none" {
        return Ok(None);
    }
    units::wait(text).map(Some).map_err(|error| {
        let help = "write how long alerts wait for a channel that fails, as in \"1h\", or \"none\"";
        error.help(help)
    })
}

/// `fallback_after` of a channel that has a fallback, or not.
pub(super) fn read_fallback_after<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    has_fallback: bool,
) -> Option<Duration> {
    let value = section.take(reader, "fallback_after");
    if let (Some(value), false) = (&value, has_fallback) {
        let error = Diagnostic::error("`fallback_after` without a `fallback` leads nowhere");
        value.report(reader, error.help("write fallback = \"…\" too: the name of another channel"));
    }
    value.and_then(|value| value.parse(reader, fallback_after)).unwrap_or(defaults::FALLBACK_AFTER)
}

fn priority(text: &str) -> Result<Priority, Diagnostic> {
    Priority::parse(text).ok_or_else(|| {
        Diagnostic::error(format!("'{text}' is not a priority")).help("write \"low\", \"normal\" or \"high\"")
    })
}

fn breaks_quiet(text: &str) -> Result<Option<Priority>, Diagnostic> {
    match text {
        "none" => Ok(None),
        text => priority(text)
            .map(Some)
            .map_err(|error| error.help("write \"low\", \"normal\", \"high\" or \"none\"")),
    }
}

//! `[defaults]` and `[[feed]]`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use chrono_tz::Tz;
use url::Url;

use super::reader::Reader;
use super::section::Section;
use super::value::{Place, Value};
use super::{address, code, defaults, units};
use crate::diagnostic::Diagnostic;
use crate::model::Feed;
use crate::schedule::{Cron, Schedule};

/// The shortest interval that is accepted.
const SHORTEST: Duration = Duration::from_secs(1);
/// Intervals below this draw a warning: publishers count it as abuse.
const IMPOLITE: Duration = Duration::from_secs(60);

/// `[defaults]`.
#[derive(Clone, Debug)]
pub struct FeedDefaults {
    /// `every`, `cron`, or `min_every` and `max_every`.
    pub schedule: Schedule,
    bounds: AdaptiveBounds,
    /// `timezone`.
    pub timezone: Tz,
    /// `alert_on_first_poll`.
    pub alert_on_first_poll: bool,
    /// `full_text`.
    pub full_text: bool,
}

pub(super) fn read_defaults<'a>(reader: &mut Reader<'a>, mut section: Section<'a>) -> FeedDefaults {
    let timezone = section.parse(reader, "timezone", units::timezone).unwrap_or(defaults::TIMEZONE);
    let schedule = read_schedule(reader, &mut section, timezone);
    let built_in = AdaptiveBounds { min: defaults::MIN_EVERY, max: defaults::MAX_EVERY };
    let bounds = read_bounds(reader, &mut section, built_in).unwrap_or(built_in);
    let alert_on_first_poll = section.boolean(reader, "alert_on_first_poll");
    let full_text = section.boolean(reader, "full_text");
    section.finish(reader, |_| None);
    FeedDefaults {
        schedule: schedule.unwrap_or(bounds.as_schedule()),
        bounds,
        timezone,
        alert_on_first_poll: alert_on_first_poll.unwrap_or(false),
        full_text: full_text.unwrap_or(false),
    }
}

impl FeedDefaults {
    /// The feed of which only the address is configured.
    pub(super) fn feed(&self, url: Url) -> Feed {
        Feed {
            alert_on_first_poll: self.alert_on_first_poll,
            full_text: self.full_text,
            ..Feed::plain(url, self.schedule.clone())
        }
    }
}

pub(super) fn read_feeds<'a>(
    reader: &mut Reader<'a>,
    sections: Vec<Section<'a>>,
    defaults: &FeedDefaults,
) -> Vec<Feed> {
    let mut seen = HashMap::with_capacity(sections.len());
    sections.into_iter().filter_map(|section| read_feed(reader, section, defaults, &mut seen)).collect()
}

fn read_feed<'a>(
    reader: &mut Reader<'a>,
    mut section: Section<'a>,
    defaults: &FeedDefaults,
    seen: &mut HashMap<Url, Place>,
) -> Option<Feed> {
    let url = read_url(reader, &mut section, seen);
    let schedule = read_feed_schedule(reader, &mut section, defaults);
    let source = section.text(reader, "source");
    let lang = section.take(reader, "lang").and_then(|value| value.text(reader));
    let lang = lang.and_then(|text| code::lang(reader, &text));
    let country = section.parse(reader, "country", code::country);
    let tags = section.texts(reader, "tags");
    let max_wait = section.parse(reader, "max_wait", units::duration);
    let (tell_failures, tell_silence) = read_health(reader, &mut section);
    let alert_on_first_poll = section.boolean(reader, "alert_on_first_poll");
    let full_text = section.boolean(reader, "full_text");
    section.finish(reader, |_| None);

    let plain = defaults.feed(url?);
    let alert_on_first_poll = alert_on_first_poll.unwrap_or(plain.alert_on_first_poll);
    let full_text = full_text.unwrap_or(plain.full_text);
    Some(Feed {
        source,
        lang,
        country,
        tags,
        schedule,
        max_wait,
        tell_failures,
        tell_silence,
        alert_on_first_poll,
        full_text,
        ..plain
    })
}

/// `feed_failures` and `feed_silence`, of `[notices]` or of a feed.
pub(super) fn read_health<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
) -> (Option<u32>, Option<Option<Duration>>) {
    let failures = section.number(reader, "feed_failures", 0..=1_000);
    let silence = section.parse(reader, "feed_silence", |text| match text.trim() {
        "never" => Ok(None),
        text => units::duration(text).map(Some),
    });
    (failures.and_then(|failures| u32::try_from(failures).ok()), silence)
}

fn read_url<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    seen: &mut HashMap<Url, Place>,
) -> Option<Url> {
    let text = section.require(reader, "url")?.text(reader)?;
    text.hide_credentials(reader);
    let url = text.parse(reader, address::web)?;
    if let Some(warning) = reader.out_of_reach(&url) {
        text.report(reader, warning);
    }
    match seen.entry(url.clone()) {
        Entry::Vacant(entry) => {
            entry.insert(text.place());
            Some(url)
        }
        Entry::Occupied(first) => {
            let error = Diagnostic::error("this feed is configured twice");
            let help = format!("it stands in {} already: remove one of them", first.get().describe(reader));
            text.report(reader, error.help(help));
            None
        }
    }
}

fn read_feed_schedule<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    defaults: &FeedDefaults,
) -> Schedule {
    let zone = section.take(reader, "timezone").and_then(|value| value.text(reader));
    let timezone = zone.as_ref().and_then(|zone| zone.parse(reader, units::timezone));
    let own = read_schedule(reader, section, timezone.unwrap_or(defaults.timezone));
    let bounds = read_bounds(reader, section, defaults.bounds);
    let own = own.or(bounds.map(AdaptiveBounds::as_schedule));
    let schedule = match (own, timezone, &defaults.schedule) {
        (Some(own), _, _) => own,
        // The line was read once with the zone of the defaults, so it cannot fail here.
        (None, Some(timezone), Schedule::Cron(cron)) => {
            Cron::parse(cron.line(), timezone).map_or_else(|_| defaults.schedule.clone(), Schedule::Cron)
        }
        (None, _, inherited) => inherited.clone(),
    };
    if let (Some(zone), Schedule::Every(_) | Schedule::Adaptive { .. }) = (zone, &schedule) {
        let warning = Diagnostic::warning("`timezone` changes nothing: this feed is polled at an interval");
        zone.report(reader, warning.help("remove it, or give a `cron` line"));
    }
    schedule
}

/// `min_every` and `max_every`.
#[derive(Clone, Copy, Debug)]
struct AdaptiveBounds {
    min: Duration,
    max: Duration,
}

impl AdaptiveBounds {
    fn as_schedule(self) -> Schedule {
        Schedule::Adaptive { min: self.min, max: self.max }
    }
}

/// The bounds that `section` gives, completed from `inherited`; `None` when it gives none. Where only one
/// is given, the inherited other one gives way.
fn read_bounds<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    inherited: AdaptiveBounds,
) -> Option<AdaptiveBounds> {
    let [min, max] = ["min_every", "max_every"].map(|key| section.take(reader, key));
    let fixed = ["every", "cron"].into_iter().find(|key| section.has(key));
    if let (Some(bound), Some(fixed)) = (min.as_ref().or(max.as_ref()), fixed) {
        let error = Diagnostic::error(format!("`{fixed}` fixes the interval, and bounds leave it open"));
        bound.report(reader, error.help(format!("remove `{fixed}`, or the bounds")));
    }
    let mut parse = |value: &Option<Value<'a>>| value.as_ref().and_then(|value| read_interval(reader, value));
    let bounds = match (parse(&min), parse(&max)) {
        (None, None) => return None,
        (Some(min), Some(max)) => AdaptiveBounds { min, max },
        (Some(min), None) => AdaptiveBounds { min, max: inherited.max.max(min) },
        (None, Some(max)) => AdaptiveBounds { min: inherited.min.min(max), max },
    };
    if bounds.min > bounds.max
        && let Some(max) = max
    {
        max.report(
            reader,
            Diagnostic::error("`max_every` is shorter than `min_every`").help("exchange them"),
        );
    }
    Some(bounds)
}

/// `every` or `cron`; the environment's replace both of the file.
fn read_schedule<'a>(reader: &mut Reader<'a>, section: &mut Section<'a>, timezone: Tz) -> Option<Schedule> {
    let [every, cron] = section.take_alternatives(reader, ["every", "cron"]);
    let every = every.and_then(|value| read_interval(reader, &value)).map(Schedule::Every);
    let cron = cron.and_then(|value| value.parse(reader, |line| Cron::parse(line, timezone)));
    every.or(cron.map(Schedule::Cron))
}

fn read_interval<'a>(reader: &mut Reader<'a>, value: &Value<'a>) -> Option<Duration> {
    let every = value.parse(reader, interval)?;
    if every < IMPOLITE {
        let warning = Diagnostic::warning("publishers take polling more than once a minute for abuse");
        value.report(reader, warning.help("\"5m\" is often enough for news"));
    }
    Some(every)
}

fn interval(text: &str) -> Result<Duration, Diagnostic> {
    let every = units::duration(text)?;
    if every < SHORTEST {
        return Err(Diagnostic::error("the shortest interval is \"1s\""));
    }
    Ok(every)
}

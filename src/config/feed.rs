//! `[defaults]` and `[[feed]]`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::time::Duration;

use chrono_tz::Tz;
use url::Url;

use super::reader::Reader;
use super::section::Section;
use super::value::Place;
use super::{address, defaults, units};
use crate::diagnostic::Diagnostic;
use crate::model::{Feed, FeedId, Lang};
use crate::schedule::{Cron, Schedule};

/// The shortest interval that is accepted.
const SHORTEST: Duration = Duration::from_secs(1);
/// Intervals below this draw a warning: publishers count it as abuse.
const IMPOLITE: Duration = Duration::from_secs(60);

/// `[defaults]`.
#[derive(Clone, Debug)]
pub(super) struct Defaults {
    schedule: Schedule,
    pub(super) timezone: Tz,
    alert_on_first_poll: bool,
}

pub(super) fn read_defaults<'a>(reader: &mut Reader<'a>, mut section: Section<'a>) -> Defaults {
    let timezone = section.parse(reader, "timezone", units::timezone).unwrap_or(defaults::TIMEZONE);
    let schedule = read_schedule(reader, &mut section, timezone);
    let alert_on_first_poll = section.boolean(reader, "alert_on_first_poll");
    section.finish(reader, |_| None);
    Defaults {
        schedule: schedule.unwrap_or(Schedule::Every(defaults::EVERY)),
        timezone,
        alert_on_first_poll: alert_on_first_poll.unwrap_or(false),
    }
}

impl Defaults {
    /// The feed of which only the address is configured.
    pub(super) fn feed(&self, url: Url) -> Feed {
        Feed {
            id: FeedId::of(url.as_str()),
            url,
            source: None,
            lang: None,
            country: None,
            tags: Vec::new(),
            schedule: self.schedule.clone(),
            alert_on_first_poll: self.alert_on_first_poll,
        }
    }
}

pub(super) fn read_feeds<'a>(
    reader: &mut Reader<'a>,
    sections: Vec<Section<'a>>,
    defaults: &Defaults,
) -> Vec<Feed> {
    let mut seen = HashMap::with_capacity(sections.len());
    sections.into_iter().filter_map(|section| read_feed(reader, section, defaults, &mut seen)).collect()
}

fn read_feed<'a>(
    reader: &mut Reader<'a>,
    mut section: Section<'a>,
    defaults: &Defaults,
    seen: &mut HashMap<Url, Place>,
) -> Option<Feed> {
    let url = read_url(reader, &mut section, seen);
    let schedule = read_feed_schedule(reader, &mut section, defaults);
    let source = section.text(reader, "source");
    let lang = section.parse(reader, "lang", lang);
    let country = section.parse(reader, "country", country);
    let tags = section.texts(reader, "tags");
    let alert_on_first_poll = section.boolean(reader, "alert_on_first_poll");
    section.finish(reader, |_| None);

    let plain = defaults.feed(url?);
    let alert_on_first_poll = alert_on_first_poll.unwrap_or(plain.alert_on_first_poll);
    Some(Feed { source, lang, country, tags, schedule, alert_on_first_poll, ..plain })
}

fn read_url<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    seen: &mut HashMap<Url, Place>,
) -> Option<Url> {
    let text = section.require(reader, "url")?.text(reader)?;
    text.hide_credentials(reader);
    let url = text.parse(reader, address::web)?;
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
    defaults: &Defaults,
) -> Schedule {
    let zone = section.take(reader, "timezone").and_then(|value| value.text(reader));
    let timezone = zone.as_ref().and_then(|zone| zone.parse(reader, units::timezone));
    let own = read_schedule(reader, section, timezone.unwrap_or(defaults.timezone));
    let schedule = match (own, timezone, &defaults.schedule) {
        (Some(own), _, _) => own,
        // The line was read once with the zone of the defaults, so it cannot fail here.
        (None, Some(timezone), Schedule::Cron(cron)) => {
            Cron::parse(cron.line(), timezone).map_or_else(|_| defaults.schedule.clone(), Schedule::Cron)
        }
        (None, _, inherited) => inherited.clone(),
    };
    if let (Some(zone), Schedule::Every(_)) = (zone, &schedule) {
        let warning = Diagnostic::warning("`timezone` changes nothing: this feed is polled at an interval");
        zone.report(reader, warning.help("remove it, or give a `cron` line"));
    }
    schedule
}

/// `every` or `cron`; the environment's replace both of the file.
fn read_schedule<'a>(reader: &mut Reader<'a>, section: &mut Section<'a>, timezone: Tz) -> Option<Schedule> {
    let [every, cron] = section.take_alternatives(reader, ["every", "cron"]);
    let every = every.and_then(|value| {
        let every = value.parse(reader, interval)?;
        if every < IMPOLITE {
            let warning = Diagnostic::warning("publishers take polling more than once a minute for abuse");
            value.report(reader, warning.help("\"5m\" is often enough for news"));
        }
        Some(Schedule::Every(every))
    });
    let cron = cron.and_then(|value| value.parse(reader, |line| Cron::parse(line, timezone)));
    every.or(cron.map(Schedule::Cron))
}

fn interval(text: &str) -> Result<Duration, Diagnostic> {
    let every = units::duration(text)?;
    if every < SHORTEST {
        return Err(Diagnostic::error("the shortest interval is \"1s\""));
    }
    Ok(every)
}

fn lang(text: &str) -> Result<Lang, Diagnostic> {
    Lang::try_from(text.to_owned()).map_err(Diagnostic::error)
}

fn country(text: &str) -> Result<String, Diagnostic> {
    let code = text.trim().to_ascii_lowercase();
    if code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_lowercase()) {
        return Ok(code);
    }
    let error = Diagnostic::error(format!("'{text}' is not a country code"));
    Err(error.help("write the two letters of ISO 3166, as in \"jp\""))
}

//! `[[watch]]`.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use super::alerts::AlertDefaults;
use super::hours::Hours;
use super::reader::{Reader, Reference};
use super::section::Section;
use super::value::{Place, Text};
use super::{alerts, channel, units};
use crate::diagnostic::Diagnostic;
use crate::model::{StoryPolicy, Watch};
use crate::query::{self, Query};

/// Shorter silences are the pauses between two polls.
const SHORTEST_SILENCE: Duration = Duration::from_secs(60 * 60);

/// More sources than these tell no story.
const MOST_SOURCES: usize = 10_000;

/// What watches may name, and what they inherit.
pub(super) struct Known<'k> {
    pub(super) channels: &'k HashSet<String>,
    pub(super) concepts: &'k HashSet<String>,
    /// What holds where a watch says nothing.
    pub(super) alerts: &'k AlertDefaults,
}

pub(super) fn read_watches<'a>(
    reader: &mut Reader<'a>,
    sections: Vec<Section<'a>>,
    known: &Known<'_>,
    mut hours: Hours<'_>,
) -> Vec<Watch> {
    let mut seen = HashMap::with_capacity(sections.len());
    let read = |section| read_watch(reader, section, known, &mut hours, &mut seen);
    sections.into_iter().filter_map(read).collect()
}

fn read_watch<'a>(
    reader: &mut Reader<'a>,
    mut section: Section<'a>,
    known: &Known<'_>,
    hours: &mut Hours<'_>,
    seen: &mut HashMap<String, Place>,
) -> Option<Watch> {
    let name = section.name(reader, "watch", seen);
    let query = section.require(reader, "query").and_then(|value| value.text(reader));
    let query = query.and_then(|text| read_query(reader, &text, known).map(|query| (query, text.value)));
    let channels = read_channels(reader, &mut section, known);
    let (rules, quiet) = alerts::read_watch_rules(reader, &mut section, known.alerts);
    if let Some(value) = &quiet {
        hours.check(reader, value, &rules, &channels);
    }
    let story = read_story(reader, &mut section);
    let spike = section.boolean(reader, "spike").unwrap_or(false);
    let silence = section.parse(reader, "silence", silence);
    section.finish(reader, |_| None);

    let (query, text) = query?;
    Some(Watch { name: name?, query, text: text.to_owned(), channels, rules, story, spike, silence })
}

fn read_query<'a>(reader: &mut Reader<'a>, text: &Text<'a>, known: &Known<'_>) -> Option<Query> {
    let parsed = text.parse_all(reader, query::parse)?;
    parsed.warnings.into_iter().for_each(|warning| text.report(reader, warning));
    for (name, part) in parsed.query.concepts() {
        let reference = Reference { name: name.to_owned(), text: text.clone(), part };
        reader.check_reference(&reference, "concept", known.concepts);
    }
    Some(parsed.query)
}

fn read_channels<'a>(reader: &mut Reader<'a>, section: &mut Section<'a>, known: &Known<'_>) -> Vec<String> {
    let Some(value) = section.take(reader, "channels") else {
        let warning = Diagnostic::warning("this watch names no `channels`: nobody is told of its matches");
        section.report(reader, warning.help("write channels = [\"…\"], or channels = [] to say so"));
        return Vec::new();
    };
    channel::read_references(reader, &value, known.channels)
}

fn silence(text: &str) -> Result<Duration, Diagnostic> {
    let silence = units::duration(text)?;
    if silence < SHORTEST_SILENCE {
        let error = Diagnostic::error(format!("'{text}' is too short for a silence"));
        return Err(error.help("write an hour or more, as in \"3d\""));
    }
    Ok(silence)
}

/// `per_story`, `again_at_sources` and `again_on`.
fn read_story<'a>(reader: &mut Reader<'a>, section: &mut Section<'a>) -> StoryPolicy {
    let per_story = section.boolean(reader, "per_story").unwrap_or(true);
    let sources = section.numbers(reader, "again_at_sources", 2..=MOST_SOURCES).unwrap_or_default();
    let mut sources: Vec<u32> = sources.into_iter().filter_map(|count| count.try_into().ok()).collect();
    sources.sort_unstable();
    sources.dedup();
    let mut policy = StoryPolicy { per_story, again_at_sources: sources, ..StoryPolicy::default() };
    let again_on = section.take(reader, "again_on");
    for text in again_on.and_then(|value| value.texts(reader)).unwrap_or_default() {
        match text.value {
            "lang" => policy.again_on_lang = true,
            "country" => policy.again_on_country = true,
            other => {
                let error = Diagnostic::error(format!("'{other}' is nothing that a story is told of again"));
                text.report(reader, error.help("write \"lang\", \"country\" or both"));
            }
        }
    }
    let again = StoryPolicy { per_story, ..StoryPolicy::default() } != policy;
    if !per_story && again {
        let warning = Diagnostic::warning(
            "`per_story = false` tells of every article: `again_at_sources` and `again_on` change nothing",
        );
        section.report(reader, warning.help("remove them, or remove `per_story`"));
    }
    policy
}

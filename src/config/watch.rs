//! `[[watch]]`.

use std::collections::{HashMap, HashSet};

use super::alerts::AlertDefaults;
use super::reader::{Reader, Reference};
use super::section::Section;
use super::value::{Place, Text};
use super::{alerts, channel};
use crate::diagnostic::Diagnostic;
use crate::model::Watch;
use crate::query::{self, Query};

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
) -> Vec<Watch> {
    let mut seen = HashMap::with_capacity(sections.len());
    sections.into_iter().filter_map(|section| read_watch(reader, section, known, &mut seen)).collect()
}

fn read_watch<'a>(
    reader: &mut Reader<'a>,
    mut section: Section<'a>,
    known: &Known<'_>,
    seen: &mut HashMap<String, Place>,
) -> Option<Watch> {
    let name = section.name(reader, "watch", seen);
    let query = section.require(reader, "query").and_then(|value| value.text(reader));
    let query = query.and_then(|text| read_query(reader, &text, known).map(|query| (query, text.value)));
    let channels = read_channels(reader, &mut section, known);
    let rules = alerts::read_watch_rules(reader, &mut section, known.alerts);
    section.finish(reader, |_| None);

    let (query, text) = query?;
    Some(Watch { name: name?, query, text: text.to_owned(), channels, rules })
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

//! `fallback` of channels: each names another one, and following them ends.

use std::collections::{HashMap, HashSet};

use super::ChannelSettings;
use super::reader::{Reader, Reference};
use super::value::Text;
use crate::diagnostic::Diagnostic;

/// Sets the fallbacks that `written` gives by the name of the channel that has them.
pub(super) fn resolve<'a>(
    reader: &mut Reader<'a>,
    channels: &mut [ChannelSettings],
    written: HashMap<String, Text<'a>>,
    known: &HashSet<String>,
) {
    let next = |name: &str| written.get(name).map(|text| text.value);
    for channel in channels {
        let Some(text) = written.get(&channel.name) else { continue };
        let reference =
            Reference { name: text.value.to_owned(), part: 0..text.value.len(), text: text.clone() };
        if !reader.check_reference(&reference, "channel", known) {
            continue;
        }
        let way = follow(&channel.name, next);
        if way.last() == Some(&channel.name.as_str()) {
            let error = Diagnostic::error(format!("these fallbacks go round: {}", draw(&channel.name, &way)));
            text.report(reader, error.help("remove one of them, or name a channel outside the round"));
            continue;
        }
        channel.rules.fallback = Some(text.value.to_owned());
    }
}

/// The channels that one falls back to, one after the other: to the end, back to the beginning, or to one
/// that was there.
fn follow<'t>(start: &str, next: impl Fn(&str) -> Option<&'t str>) -> Vec<&'t str> {
    let mut way: Vec<&str> = Vec::new();
    let mut at = next(start);
    while let Some(name) = at {
        let again = way.contains(&name);
        way.push(name);
        if again || name == start {
            break;
        }
        at = next(name);
    }
    way
}

fn draw(start: &str, way: &[&str]) -> String {
    [start].iter().chain(way).copied().collect::<Vec<_>>().join(" → ")
}

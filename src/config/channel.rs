//! `[[channel]]`: what every kind has in common.

use std::collections::{HashMap, HashSet};

use super::alerts::AlertDefaults;
use super::kind::{KINDS, Kind};
use super::reader::{Reader, Reference};
use super::secret::Secrets;
use super::section::Section;
use super::value::{Place, Text, Value};
use super::{ChannelSettings, alerts, defaults, fallback, template, units};
use crate::diagnostic::Diagnostic;

/// Channels, and the names of all of them, of those too that cannot be read.
pub(super) fn read_channels<'a>(
    reader: &mut Reader<'a>,
    sections: Vec<Section<'a>>,
    secrets: Secrets<'_>,
    alerts: &AlertDefaults,
) -> (Vec<ChannelSettings>, HashSet<String>) {
    let mut seen = HashMap::with_capacity(sections.len());
    let mut fallbacks = HashMap::new();
    let mut channels: Vec<ChannelSettings> = sections
        .into_iter()
        .filter_map(|section| {
            let (settings, fallback) = read_channel(reader, section, secrets, alerts, &mut seen)?;
            fallback.and_then(|text| fallbacks.insert(settings.name.clone(), text));
            Some(settings)
        })
        .collect();
    let names = seen.into_keys().collect();
    fallback::resolve(reader, &mut channels, fallbacks, &names);
    (channels, names)
}

fn read_channel<'a>(
    reader: &mut Reader<'a>,
    mut section: Section<'a>,
    secrets: Secrets<'_>,
    alerts: &AlertDefaults,
    seen: &mut HashMap<String, Place>,
) -> Option<(ChannelSettings, Option<Text<'a>>)> {
    let name = section.name(reader, "channel", seen);
    if let Some(name) = &name {
        section.overridden_by(&format!("channel_{name}"));
    }
    let timeout = section.parse(reader, "timeout", units::duration);
    let written = section.require(reader, "kind").and_then(|value| value.text(reader));
    let kind = written.and_then(|text| text.parse(reader, known));
    let mut rules = alerts::read_channel_rules(reader, &mut section, kind.map(|kind| kind.name), alerts);
    let fallback = section.take(reader, "fallback");
    rules.fallback_after = alerts::read_fallback_after(reader, &mut section, fallback.is_some());
    let fallback = fallback.and_then(|value| value.text(reader));
    // A secret that stands where it does not belong is a secret all the same.
    let always = KINDS.iter().flat_map(|kind| kind.secrets).filter(|key| **key != "url" && **key != "topic");
    let secret_keys: Vec<&str> =
        kind.map_or(&[][..], |kind| kind.secrets).iter().chain(always).copied().collect();
    section.keep_secret(reader, &secret_keys);
    let settings = match kind {
        Some(kind) => (kind.read)(reader, &mut section, secrets),
        None => {
            // Which keys belong here is not known: only those of no kind at all are wrong.
            KINDS.iter().for_each(|kind| section.allow(kind.keys));
            None
        }
    };
    let template = match kind {
        Some(kind) if !kind.is_text => None,
        _ => template::read(reader, &mut section, secrets),
    };
    section.finish(reader, |key| {
        let this = kind?.name;
        if template::KEYS.contains(&key) {
            return Some(format!("channels of kind \"{this}\" send JSON, which has no text to replace"));
        }
        let owners: Vec<&str> =
            KINDS.iter().filter(|kind| kind.keys.contains(&key)).map(|kind| kind.name).collect();
        let owners = match owners.as_slice() {
            [] => return None,
            [one] => format!("kind \"{one}\""),
            several => format!("the kinds {}", several.join(", ")),
        };
        Some(format!("`{key}` is for channels of {owners}; this one is \"{this}\""))
    });
    let timeout = timeout.unwrap_or(defaults::CHANNEL_TIMEOUT);
    Some((ChannelSettings { name: name?, kind: settings?, timeout, template, rules }, fallback))
}

/// The channels that `value` names, each once; reports those that are not `known`.
pub(super) fn read_references<'a>(
    reader: &mut Reader<'a>,
    value: &Value<'a>,
    known: &HashSet<String>,
) -> Vec<String> {
    let texts = value.texts(reader).unwrap_or_default();
    let mut channels: Vec<String> = Vec::with_capacity(texts.len());
    for text in texts {
        let reference = Reference { name: text.value.to_owned(), part: 0..text.value.len(), text };
        if reader.check_reference(&reference, "channel", known) && !channels.contains(&reference.name) {
            channels.push(reference.name);
        }
    }
    channels
}

fn known(text: &str) -> Result<&'static Kind, Diagnostic> {
    KINDS.iter().find(|kind| kind.name == text).ok_or_else(|| {
        let names = KINDS.iter().map(|kind| format!("\"{}\"", kind.name)).collect::<Vec<_>>().join(", ");
        Diagnostic::error(format!("there is no channel of kind '{text}'"))
            .help(format!("the kinds are {names}"))
    })
}

//! `[[channel]]`.

use std::collections::{HashMap, HashSet};

use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use super::alerts::AlertDefaults;
use super::reader::{Reader, Reference};
use super::secret::{self, Secret, Secrets};
use super::section::Section;
use super::value::{Place, Text, Value};
use super::{ChannelKind, ChannelSettings, LineFormat, address, alerts, defaults, fallback, units};
use crate::diagnostic::Diagnostic;

/// The kinds, and the keys that each has for itself.
const KINDS: &[(&str, &[&str])] = &[
    ("webhook", &["url", "secret", "secret_file"]),
    ("email", &["to", "from", "smtp", "username", "password", "password_file"]),
    ("command", &["command"]),
    ("stdout", &["format"]),
];

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
    section.keep_secret(reader, &["secret", "password"]);
    let timeout = section.parse(reader, "timeout", units::duration);
    let written = section.require(reader, "kind").and_then(|value| value.text(reader));
    let kind_name = written.and_then(|text| text.parse(reader, kind_name));
    let rules = alerts::read_channel_rules(reader, &mut section, kind_name, alerts);
    let fallback = section.take(reader, "fallback").and_then(|value| value.text(reader));
    let kind = match kind_name {
        Some("webhook") => read_webhook(reader, &mut section, secrets),
        Some("email") => read_email(reader, &mut section, secrets),
        Some("command") => read_command(reader, &mut section),
        Some(_) => {
            let format = section.parse(reader, "format", units::line_format);
            Some(ChannelKind::Stdout { format: format.unwrap_or(LineFormat::Auto), aside: false })
        }
        None => {
            // Which keys belong here is not known: only those of no kind at all are wrong.
            KINDS.iter().for_each(|(_, keys)| section.allow(keys));
            None
        }
    };
    section.finish(reader, |key| {
        let (owner, _) = KINDS.iter().find(|(_, keys)| keys.contains(&key))?;
        Some(format!("`{key}` is for channels of kind \"{owner}\"; this one is \"{}\"", kind_name?))
    });
    let timeout = timeout.unwrap_or(defaults::CHANNEL_TIMEOUT);
    Some((ChannelSettings { name: name?, kind: kind?, timeout, rules }, fallback))
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

fn kind_name(text: &str) -> Result<&'static str, Diagnostic> {
    let known = KINDS.iter().map(|(name, _)| *name);
    known.clone().find(|name| *name == text).ok_or_else(|| {
        let names = known.map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
        Diagnostic::error(format!("there is no channel of kind '{text}'"))
            .help(format!("the kinds are {names}"))
    })
}

fn read_webhook<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    secrets: Secrets<'_>,
) -> Option<ChannelKind> {
    let url = section.require(reader, "url").and_then(|value| value.text(reader));
    let url = url.and_then(|text| {
        text.hide_credentials(reader);
        text.parse(reader, address::web)
    });
    let secrets = secrets.read(reader, section, ["secret", "secret_file"], Value::texts).unwrap_or_default();
    for secret in &secrets {
        if let Err(problem) = secret::webhook(secret.value.expose_secret()) {
            secret.text.report(reader, problem);
        }
    }
    Some(ChannelKind::Webhook {
        url: url?,
        secrets: secrets.into_iter().map(|secret| secret.value).collect(),
    })
}

fn read_email<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    secrets: Secrets<'_>,
) -> Option<ChannelKind> {
    let to = section.require(reader, "to").and_then(|value| read_recipients(reader, &value));
    let from = section.require(reader, "from").and_then(|value| value.text(reader));
    let from = from.and_then(|text| text.parse(reader, address::mailbox));
    let smtp = section.require(reader, "smtp");
    let server = smtp.as_ref().and_then(|value| value.text(reader));
    let server = server.and_then(|text| {
        text.hide_credentials(reader);
        text.parse(reader, address::mail_server)
    });
    let username = section.text(reader, "username");
    let one = |value: &Value<'a>, reader: &mut Reader<'a>| value.text(reader).map(|text| vec![text]);
    let passwords = secrets.read(reader, section, ["password", "password_file"], one);
    match (&username, &passwords) {
        (Some(_), None) => section.missing(reader, "password"),
        (None, Some(_)) => section.missing(reader, "username"),
        _ => {}
    }
    let password = passwords.and_then(|passwords| the_only(reader, passwords));
    if let (Some(value), Some(server), Some(_)) = (&smtp, &server, &password)
        && server.scheme() == "smtp"
        && !is_this_machine(server)
    {
        let warning = Diagnostic::warning("the password crosses the network in the clear");
        value.report(reader, warning.help("write smtp+starttls:// or smtps://"));
    }
    Some(ChannelKind::Email { to: to?, from: from?, smtp: server?, username, password })
}

fn read_recipients<'a>(reader: &mut Reader<'a>, value: &Value<'a>) -> Option<Vec<String>> {
    let texts = value.texts(reader)?;
    if texts.is_empty() {
        value.report(reader, Diagnostic::error("`to` names nobody"));
    }
    Some(texts.iter().filter_map(|text| text.parse(reader, address::mailbox)).collect())
}

fn the_only<'a>(reader: &mut Reader<'a>, passwords: Vec<Secret<'a>>) -> Option<SecretString> {
    let mut passwords = passwords.into_iter();
    let password = passwords.next()?;
    if let Some(another) = passwords.next() {
        another.text.report(reader, Diagnostic::error("there is more than one password"));
    }
    Some(password.value)
}

fn is_this_machine(server: &Url) -> bool {
    // Schemes that are not of the web keep an address as a name.
    match server.host() {
        Some(Host::Domain(name)) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        }
        Some(Host::Ipv4(ip)) => ip.is_loopback(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => false,
    }
}

fn read_command<'a>(reader: &mut Reader<'a>, section: &mut Section<'a>) -> Option<ChannelKind> {
    let value = section.require(reader, "command")?;
    if let Some(line) = value.as_str().filter(|line| line.trim().contains(char::is_whitespace)) {
        let words = line.split_whitespace().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ");
        let error = Diagnostic::error("`command` must be a list: no shell takes a line apart");
        value.report(reader, error.help(format!("write command = [{words}]")));
        return None;
    }
    let argv: Vec<String> = value.texts(reader)?.iter().map(|text| text.value.to_owned()).collect();
    if argv.first().is_none_or(|program| program.trim().is_empty()) {
        let error = Diagnostic::error("`command` names no program");
        value.report(reader, error.help("write command = [\"/path/of/program\", \"argument\"]"));
        return None;
    }
    Some(ChannelKind::Command { argv })
}

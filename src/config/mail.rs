//! `[[channel]]` of kind "email".

use url::{Host, Url};

use super::reader::Reader;
use super::secret::Secrets;
use super::section::Section;
use super::value::Value;
use super::{ChannelKind, address, kind};
use crate::diagnostic::Diagnostic;

/// Reads the keys of mail.
pub(super) fn read<'a>(
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
    let password = kind::read_secret(reader, section, secrets, ["password", "password_file"]);
    match (&username, &password) {
        (Some(_), None) => section.missing(reader, "password"),
        (None, Some(_)) => section.missing(reader, "username"),
        _ => {}
    }
    let password = password.flatten().map(|secret| secret.value);
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

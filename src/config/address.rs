//! Addresses as people write them: of the web, of networks, of mailboxes and mail servers.

use std::net::{IpAddr, SocketAddr};

use ipnet::IpNet;
use lettre::message::Mailbox;
use url::Url;

use crate::diagnostic::Diagnostic;

fn refuse<T>(message: String, help: String) -> Result<T, Diagnostic> {
    Err(Diagnostic::error(message).help(help))
}

/// An address of the web: http or https.
pub(super) fn web(text: &str) -> Result<Url, Diagnostic> {
    let text = text.trim();
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        Ok(url) if url.scheme() == "feed" => {
            let rest = text.trim_start_matches("feed:").trim_start_matches("//");
            let help = format!("write \"https://{}\"", rest.trim_start_matches("https://"));
            refuse("`feed:` is no scheme that can be fetched".to_owned(), help)
        }
        // `example.org:8080/rss` reads as a scheme with a dot in it.
        Ok(url) if !url.scheme().contains('.') && url.scheme() != "localhost" => {
            let help = "only http and https can be fetched".to_owned();
            refuse(format!("`{}:` is no scheme of the web", url.scheme()), help)
        }
        Ok(_) | Err(url::ParseError::RelativeUrlWithoutBase) if !text.is_empty() => {
            refuse("the address has no scheme".to_owned(), format!("write \"https://{text}\""))
        }
        Ok(_) => refuse("the address has no scheme".to_owned(), FULL.to_owned()),
        Err(error) => refuse(format!("this is no address: {error}"), FULL.to_owned()),
    }
}

/// An address under which others reach us: of the web, without what a path cannot be added to.
pub(super) fn public(text: &str) -> Result<Url, Diagnostic> {
    let url = web(text)?;
    let has_more = url.query().is_some() || url.fragment().is_some() || !url.username().is_empty();
    if has_more || url.password().is_some() {
        let help = "write scheme, host and path, as in \"https://desk.example.org/feedwatch\"".to_owned();
        return refuse("the public address holds more than host and path".to_owned(), help);
    }
    Ok(url)
}

const FULL: &str = "write it in full, as in \"https://example.org/rss\"";

/// A network in CIDR notation, or a single address.
pub(super) fn network(text: &str) -> Result<IpNet, Diagnostic> {
    let text = text.trim();
    let network = text.parse().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    network.ok_or_else(|| {
        Diagnostic::error(format!("'{text}' is not a network"))
            .help("write it in CIDR notation, as in \"127.0.0.0/8\" or \"fd00::/8\"")
    })
}

/// An address to listen on. Other machines must not reach it: nothing would ask them who they are.
pub(super) fn listen(text: &str) -> Result<SocketAddr, Diagnostic> {
    let text = text.trim();
    let Ok(address) = text.parse::<SocketAddr>() else {
        let help = "write an IP address and a port, as in \"127.0.0.1:8080\"".to_owned();
        return refuse(format!("'{text}' is not an address to listen on"), help);
    };
    if !address.ip().to_canonical().is_loopback() {
        let message = format!("{address} is open to other machines, and no access token protects it");
        let help = format!(
            "write \"127.0.0.1:{}\", and put a proxy that asks for a password before it",
            address.port()
        );
        return refuse(message, help);
    }
    Ok(address)
}

/// A mailbox: `desk@example.org` or `Desk <desk@example.org>`.
pub(super) fn mailbox(text: &str) -> Result<String, Diagnostic> {
    let help = "write it as in \"desk@example.org\" or \"Desk <desk@example.org>\"";
    let error = || Diagnostic::error("this is not a mail address").help(help);
    let mailbox: Mailbox = text.trim().parse().map_err(|_| error())?;
    // The parser stops at the end of the first address.
    let rest = text.rsplit(mailbox.email.domain()).next().unwrap_or("").trim();
    if !matches!(rest, "" | ">") || text.chars().any(char::is_control) {
        return Err(error());
    }
    Ok(text.trim().to_owned())
}

/// A mail server: `smtp://`, `smtp+starttls://` or `smtps://`, host and port.
pub(super) fn mail_server(text: &str) -> Result<Url, Diagnostic> {
    let help = "write \"smtp+starttls://mail.example.org:587\", \"smtps://mail.example.org\" or, \
                for a relay on this machine, \"smtp://localhost:25\"";
    let url = Url::parse(text.trim()).ok();
    let url = url.filter(|url| matches!(url.scheme(), "smtp" | "smtps" | "smtp+starttls"));
    let Some(url) = url.filter(|url| url.host_str().is_some_and(|host| !host.is_empty())) else {
        return refuse("this is not the address of a mail server".to_owned(), help.to_owned());
    };
    if !url.username().is_empty() || url.password().is_some() {
        let help = "write them as `username` and `password_file`".to_owned();
        return refuse("the address of the mail server holds a user name".to_owned(), help);
    }
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return refuse(
            "the address of the mail server holds more than host and port".to_owned(),
            help.to_owned(),
        );
    }
    Ok(url)
}

/// A proxy: http or https, host and port.
pub(super) fn proxy(text: &str) -> Result<Url, Diagnostic> {
    let url = Url::parse(text.trim()).ok().filter(|url| matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| {
        Diagnostic::error("this is not the address of a proxy")
            .help("write it as in \"http://proxy.example.org:3128\"")
    })
}

/// The address of a webhook that lets whoever has it write: never repeated in a message.
pub(super) fn hook(text: &str) -> Result<Url, Diagnostic> {
    match Url::parse(text.trim()) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        _ => refuse(
            "this is not the address of a webhook".to_owned(),
            "write it in full, as the service shows it: it begins with https://".to_owned(),
        ),
    }
}

/// A chat of Telegram: a number, negative for groups, or `@name`.
pub(super) fn chat(text: &str) -> Result<String, Diagnostic> {
    let text = text.trim();
    let is_number = text.parse::<i64>().is_ok();
    let is_name = text
        .strip_prefix('@')
        .is_some_and(|name| !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
    if is_number || is_name {
        return Ok(text.to_owned());
    }
    let help =
        "write the chat's number, as in \"-1001234567890\", or the name of a public one, as in \"@desk\"";
    refuse(format!("'{text}' is not a chat"), help.to_owned())
}

/// A room of Matrix by its id.
pub(super) fn room(text: &str) -> Result<String, Diagnostic> {
    let text = text.trim();
    let is_id =
        text.len() <= 255 && text.len() > 1 && text.chars().all(|c| !c.is_whitespace() && !c.is_control());
    if text.starts_with('!') && is_id {
        return Ok(text.to_owned());
    }
    let help =
        "write the room's id, as in \"!abc:example.org\": clients show it among a room's advanced settings";
    refuse(format!("'{text}' is not the id of a room"), help.to_owned())
}

/// A topic of ntfy: never repeated in a message, since whoever knows it may read along.
pub(super) fn topic(text: &str) -> Result<(), Diagnostic> {
    let text = text.trim();
    let is_topic = (1..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if is_topic {
        return Ok(());
    }
    let help = "write 1 to 64 letters, digits, - and _: the topic's name alone, without the server";
    refuse("this is not a topic".to_owned(), help.to_owned())
}

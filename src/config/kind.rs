//! The kinds of channels: what each needs, and how that is read. A kind is added here, in a file of
//! its own in `channel/`, and in the list there; nowhere else.

use std::path::PathBuf;

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::reader::Reader;
use super::secret::{self, Secret, Secrets};
use super::section::Section;
use super::value::{Text, Value};
use super::{LineFormat, address, mail, units};
use crate::diagnostic::Diagnostic;

/// What kind of channel, with what only that kind needs.
#[derive(Clone, Debug)]
pub enum ChannelKind {
    /// Standard Webhooks.
    Webhook {
        /// Where to.
        url: Url,
        /// `whsec_…`; several while a secret rotates, the first is the newest. Empty: unsigned.
        secrets: Vec<SecretString>,
    },
    /// Mail over SMTP.
    Email {
        /// Recipients.
        to: Vec<String>,
        /// Sender.
        from: String,
        /// `smtp://host:port` (plain, for loopback and relays), `smtp+starttls://` or `smtps://`.
        smtp: Url,
        /// Log-in at the server.
        username: Option<String>,
        /// Log-in at the server.
        password: Option<SecretString>,
    },
    /// An incoming webhook of Slack.
    Slack {
        /// Where to; who has it may write.
        url: SecretString,
    },
    /// A webhook of Discord.
    Discord {
        /// Where to; who has it may write.
        url: SecretString,
    },
    /// An incoming webhook of Mattermost.
    Mattermost {
        /// Where to; who has it may write.
        url: SecretString,
    },
    /// A webhook of Teams: a workflow that posts cards.
    Teams {
        /// Where to; who has it may write.
        url: SecretString,
    },
    /// A bot of Telegram.
    Telegram {
        /// The bot's.
        token: SecretString,
        /// A chat's number or `@name`.
        chat: String,
        /// The number of a topic in the chat.
        thread: Option<usize>,
        /// Where the Bot API is.
        api: Url,
    },
    /// A room of Matrix, unencrypted.
    Matrix {
        /// Where the account is.
        homeserver: Url,
        /// `!…:server`.
        room: String,
        /// The account's.
        token: SecretString,
    },
    /// A topic of ntfy.
    Ntfy {
        /// Where the topic is.
        server: Url,
        /// Who has it may read and, mostly, write.
        topic: SecretString,
        /// For topics that are protected.
        token: Option<SecretString>,
    },
    /// A program, given the payload on its standard input; never a shell.
    Command {
        /// Program and arguments; never empty.
        argv: Vec<String>,
    },
    /// A file, a line of JSON per message.
    File {
        /// Which.
        path: PathBuf,
    },
    /// The program's own standard output.
    Stdout {
        /// `format`.
        format: LineFormat,
        /// Whether it writes to standard error instead: standard output is a command's own JSON.
        aside: bool,
    },
}

/// A value as people may see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shown {
    /// As it is.
    Text(String),
    /// Several.
    List(Vec<String>),
    /// As it is.
    Number(usize),
    /// There is one.
    Secret,
    /// There is none.
    Unset,
}

/// An address without its path, which may be a secret.
fn host(url: &Url) -> String {
    let host = url.origin().ascii_serialization();
    if url.path() == "/" { host } else { host + "/…" }
}

/// What is known of a kind.
pub(super) struct Kind {
    /// The word for it in the configuration.
    pub(super) name: &'static str,
    /// The keys that it has for itself.
    pub(super) keys: &'static [&'static str],
    /// Those of them whose values are never shown.
    pub(super) secrets: &'static [&'static str],
    /// Whether it sends text, which a template may replace; others send JSON.
    pub(super) is_text: bool,
    /// Reads its keys; `None` when something is wrong, which was reported.
    pub(super) read: Read,
}

type Read = for<'a> fn(&mut Reader<'a>, &mut Section<'a>, Secrets<'_>) -> Option<ChannelKind>;

/// Every kind, in the order in which people are told of them.
pub(super) const KINDS: &[Kind] = &[
    Kind {
        name: "email",
        keys: &["to", "from", "smtp", "username", "password", "password_file"],
        secrets: &["password"],
        is_text: true,
        read: mail::read,
    },
    Kind {
        read: |reader, section, secrets| {
            Some(ChannelKind::Slack { url: read_hook(reader, section, secrets)? })
        },
        ..hook("slack")
    },
    Kind {
        read: |reader, section, secrets| {
            Some(ChannelKind::Discord { url: read_hook(reader, section, secrets)? })
        },
        ..hook("discord")
    },
    Kind {
        read: |reader, section, secrets| {
            Some(ChannelKind::Mattermost { url: read_hook(reader, section, secrets)? })
        },
        ..hook("mattermost")
    },
    Kind {
        read: |reader, section, secrets| {
            let url = read_hook(reader, section, secrets)?;
            warn_of_connector(reader, section, &url);
            Some(ChannelKind::Teams { url })
        },
        ..hook("teams")
    },
    Kind {
        name: "telegram",
        keys: &["token", "token_file", "chat", "thread", "api"],
        secrets: &["token"],
        is_text: true,
        read: read_telegram,
    },
    Kind {
        name: "matrix",
        keys: &["homeserver", "room", "token", "token_file"],
        secrets: &["token"],
        is_text: true,
        read: read_matrix,
    },
    Kind {
        name: "ntfy",
        keys: &["server", "topic", "topic_file", "token", "token_file"],
        secrets: &["topic", "token"],
        is_text: true,
        read: read_ntfy,
    },
    Kind {
        name: "webhook",
        keys: &["url", "secret", "secret_file"],
        secrets: &["secret"],
        is_text: false,
        read: read_webhook,
    },
    Kind { name: "command", keys: &["command"], secrets: &[], is_text: false, read: read_command },
    Kind { name: "file", keys: &["path"], secrets: &[], is_text: false, read: read_file },
    Kind { name: "stdout", keys: &["format"], secrets: &[], is_text: true, read: read_stdout },
];

/// Whether `key` is a secret of some kind of channel.
pub(super) fn is_secret(key: &str) -> bool {
    KINDS.iter().any(|kind| kind.secrets.contains(&key))
}

impl ChannelKind {
    /// Leaves standard output to the command that runs.
    pub fn keep_off_stdout(&mut self) {
        if let Self::Stdout { aside, .. } = self {
            *aside = true;
        }
    }

    /// Its own keys as people may see them; those of addresses without what only the owner should know.
    pub fn keys(&self) -> Vec<(&'static str, Shown)> {
        let text = |text: &str| Shown::Text(text.to_owned());
        let optional = |text: Option<&String>| text.map_or(Shown::Unset, |text| Shown::Text(text.clone()));
        let secret = |is_set: bool| if is_set { Shown::Secret } else { Shown::Unset };
        match self {
            Self::Webhook { url, secrets } => {
                vec![("url", Shown::Text(host(url))), ("secret", secret(!secrets.is_empty()))]
            }
            Self::Email { to, from, smtp, username, password } => vec![
                ("to", Shown::List(to.clone())),
                ("from", text(from)),
                ("smtp", text(smtp.as_str())),
                ("username", optional(username.as_ref())),
                ("password", secret(password.is_some())),
            ],
            Self::Slack { .. } | Self::Discord { .. } | Self::Mattermost { .. } | Self::Teams { .. } => {
                vec![("url", Shown::Secret)]
            }
            Self::Telegram { chat, thread, api, token: _ } => vec![
                ("token", Shown::Secret),
                ("chat", text(chat)),
                ("thread", thread.map_or(Shown::Unset, Shown::Number)),
                ("api", Shown::Text(host(api))),
            ],
            Self::Matrix { homeserver, room, token: _ } => vec![
                ("homeserver", Shown::Text(host(homeserver))),
                ("room", text(room)),
                ("token", Shown::Secret),
            ],
            Self::Ntfy { server, token, topic: _ } => vec![
                ("server", Shown::Text(host(server))),
                ("topic", Shown::Secret),
                ("token", secret(token.is_some())),
            ],
            Self::Command { argv } => vec![("command", Shown::List(argv.clone()))],
            Self::File { path } => vec![("path", Shown::Text(path.display().to_string()))],
            Self::Stdout { format, .. } => vec![("format", text(format.as_str()))],
        }
    }

    /// The word for it in the configuration.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Webhook { .. } => "webhook",
            Self::Email { .. } => "email",
            Self::Slack { .. } => "slack",
            Self::Discord { .. } => "discord",
            Self::Mattermost { .. } => "mattermost",
            Self::Teams { .. } => "teams",
            Self::Telegram { .. } => "telegram",
            Self::Matrix { .. } => "matrix",
            Self::Ntfy { .. } => "ntfy",
            Self::Command { .. } => "command",
            Self::File { .. } => "file",
            Self::Stdout { .. } => "stdout",
        }
    }
}

/// A kind that needs an address alone, which is its secret.
const fn hook(name: &'static str) -> Kind {
    Kind { name, keys: &["url", "url_file"], secrets: &["url"], is_text: true, read: |_, _, _| None }
}

/// The one secret at the first of `keys`, or in the file at the second; `None` when neither is there.
pub(super) fn read_secret<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    secrets: Secrets<'_>,
    keys: [&'static str; 2],
) -> Option<Option<Secret<'a>>> {
    let one = |value: &Value<'a>, reader: &mut Reader<'a>| value.text(reader).map(|text| vec![text]);
    let mut found = secrets.read(reader, section, keys, one)?.into_iter();
    let secret = found.next();
    if let Some(another) = found.next() {
        another.text.report(reader, Diagnostic::error(format!("there is more than one `{}`", keys[0])));
    }
    Some(secret)
}

/// The same, where there must be one.
fn require_secret<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    secrets: Secrets<'_>,
    keys: [&'static str; 2],
) -> Option<Secret<'a>> {
    let Some(secret) = read_secret(reader, section, secrets, keys) else {
        section.missing(reader, keys[0]);
        return None;
    };
    let secret = secret?;
    if secret.value.expose_secret().trim().is_empty() {
        secret.text.report(reader, Diagnostic::error(format!("`{}` is empty", keys[0])));
        return None;
    }
    Some(secret)
}

fn trimmed(secret: &SecretString) -> SecretString {
    secret.expose_secret().trim().into()
}

fn read_hook<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    secrets: Secrets<'_>,
) -> Option<SecretString> {
    let url = require_secret(reader, section, secrets, ["url", "url_file"])?;
    match address::hook(url.value.expose_secret()) {
        Ok(address) => {
            if let Some(warning) = reader.out_of_reach(&address) {
                url.text.report(reader, warning);
            }
            Some(trimmed(&url.value))
        }
        Err(error) => {
            url.text.report(reader, error);
            None
        }
    }
}

/// Microsoft retired the connectors of Teams in favour of workflows, which have other addresses.
fn warn_of_connector<'a>(reader: &mut Reader<'a>, section: &Section<'a>, url: &SecretString) {
    let host = Url::parse(url.expose_secret()).ok().and_then(|url| Some(url.host_str()?.to_owned()));
    let is_connector = |host: String| host == "outlook.office.com" || host.ends_with("webhook.office.com");
    if host.is_some_and(is_connector) {
        let warning = Diagnostic::warning("this is the address of a connector, which Microsoft has retired");
        let help = "make a workflow in its place: \"Post to a channel when a webhook request is received\"";
        section.report(reader, warning.help(help));
    }
}

/// The address of a server that is asked.
fn read_address<'a>(reader: &mut Reader<'a>, value: &Value<'a>) -> Option<Url> {
    let url = value.parse(reader, address::web)?;
    if let Some(warning) = reader.out_of_reach(&url) {
        value.report(reader, warning);
    }
    Some(url)
}

fn read_token<'a>(secret: &Secret<'a>, reader: &mut Reader<'a>) -> Option<SecretString> {
    let token = trimmed(&secret.value);
    // It stands in a header or in the path of an address.
    if token.expose_secret().chars().all(|c| c.is_ascii_graphic() && !"/?#%".contains(c)) {
        return Some(token);
    }
    let error = Diagnostic::error("this is no token: it holds spaces, slashes or letters that no token has");
    secret.text.report(reader, error.help("write the token alone, as the service shows it"));
    None
}

fn read_telegram<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    secrets: Secrets<'_>,
) -> Option<ChannelKind> {
    let token = require_secret(reader, section, secrets, ["token", "token_file"]);
    let token = token.and_then(|secret| read_token(&secret, reader));
    let chat = section.require(reader, "chat").and_then(|value| value.parse(reader, address::chat));
    let thread = section.number(reader, "thread", 1..=i32::MAX as usize);
    let api = match section.take(reader, "api") {
        Some(value) => read_address(reader, &value),
        None => Url::parse("https://api.telegram.org").ok(),
    };
    Some(ChannelKind::Telegram { token: token?, chat: chat?, thread, api: api? })
}

fn read_matrix<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    secrets: Secrets<'_>,
) -> Option<ChannelKind> {
    let homeserver = section.require(reader, "homeserver").and_then(|value| read_address(reader, &value));
    let room = section.require(reader, "room").and_then(|value| value.parse(reader, address::room));
    let token = require_secret(reader, section, secrets, ["token", "token_file"]);
    let token = token.and_then(|secret| read_token(&secret, reader));
    Some(ChannelKind::Matrix { homeserver: homeserver?, room: room?, token: token? })
}

fn read_ntfy<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    secrets: Secrets<'_>,
) -> Option<ChannelKind> {
    let server = match section.take(reader, "server") {
        Some(value) => read_address(reader, &value),
        None => Url::parse("https://ntfy.sh").ok(),
    };
    let topic = require_secret(reader, section, secrets, ["topic", "topic_file"]);
    let topic = topic.and_then(|secret| match address::topic(secret.value.expose_secret()) {
        Ok(()) => Some(trimmed(&secret.value)),
        Err(error) => {
            secret.text.report(reader, error);
            None
        }
    });
    let token = match read_secret(reader, section, secrets, ["token", "token_file"]) {
        Some(secret) => Some(read_token(&secret?, reader)?),
        None => None,
    };
    Some(ChannelKind::Ntfy { server: server?, topic: topic?, token })
}

fn read_webhook<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    secrets: Secrets<'_>,
) -> Option<ChannelKind> {
    let url = section.require(reader, "url").and_then(|value| {
        value.text(reader)?.hide_credentials(reader);
        read_address(reader, &value)
    });
    let secrets = secrets.read(reader, section, ["secret", "secret_file"], Value::texts).unwrap_or_default();
    for secret in &secrets {
        if let Err(problem) = secret::webhook(secret.value.expose_secret()) {
            secret.text.report(reader, problem);
        }
    }
    let secrets = secrets.into_iter().map(|secret| secret.value).collect();
    Some(ChannelKind::Webhook { url: url?, secrets })
}

fn read_command<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    _secrets: Secrets<'_>,
) -> Option<ChannelKind> {
    let value = section.require(reader, "command")?;
    if let Some(line) = value.as_str().filter(|line| line.trim().contains(char::is_whitespace)) {
        let words = line.split_whitespace().map(|word| format!("{word:?}")).collect::<Vec<_>>().join(", ");
        let error = Diagnostic::error("`command` must be a list: no shell takes a line apart");
        value.report(reader, error.help(format!("write command = [{words}]")));
        return None;
    }
    let argv: Vec<String> =
        value.texts(reader)?.iter().map(|text: &Text<'_>| text.value.to_owned()).collect();
    if argv.first().is_none_or(|program| program.trim().is_empty()) {
        let error = Diagnostic::error("`command` names no program");
        value.report(reader, error.help("write command = [\"/path/of/program\", \"argument\"]"));
        return None;
    }
    Some(ChannelKind::Command { argv })
}

fn read_file<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    secrets: Secrets<'_>,
) -> Option<ChannelKind> {
    let path = section.require(reader, "path")?.text(reader)?;
    let name = path.not_blank(reader)?;
    if name.ends_with('/') {
        let error = Diagnostic::error("`path` names a folder");
        path.report(reader, error.help("write the name of a file, as in \"alerts.jsonl\""));
        return None;
    }
    Some(ChannelKind::File { path: secrets.base(&path).join(name) })
}

fn read_stdout<'a>(
    reader: &mut Reader<'a>,
    section: &mut Section<'a>,
    _secrets: Secrets<'_>,
) -> Option<ChannelKind> {
    let format = section.parse(reader, "format", units::line_format);
    Some(ChannelKind::Stdout { format: format.unwrap_or(LineFormat::Auto), aside: false })
}

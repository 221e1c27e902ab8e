//! Settings as the rest of the program sees them: validated, with every default filled in.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use secrecy::SecretString;
use url::Url;

use crate::model::ChannelRules;

/// `[fetch]`: how feeds are fetched.
#[derive(Clone, Debug, PartialEq)]
pub struct FetchSettings {
    /// `user_agent`.
    pub user_agent: String,
    /// `timeout`: of a whole request with its redirects.
    pub timeout: Duration,
    /// `connect_timeout`.
    pub connect_timeout: Duration,
    /// `max_body`: bytes after decompression.
    pub max_body: usize,
    /// `max_entries`: entries read of one feed.
    pub max_entries: usize,
    /// `max_redirects`.
    pub max_redirects: usize,
    /// `concurrency`: requests under way in all.
    pub concurrency: usize,
    /// `per_host`: requests under way to one host.
    pub per_host: usize,
    /// `allow_networks`: non-public networks that may be reached all the same.
    pub allow_networks: Vec<IpNet>,
    /// `proxy`: `None` connects directly, whatever the environment says.
    pub proxy: Option<Url>,
    /// `max_backoff`: the longest wait after failures.
    pub max_backoff: Duration,
    /// `max_wait`: the longest wait that a server's wish (`max-age`, `ttl`) is honoured for.
    pub max_wait: Duration,
}

/// `[reload]`: what happens when the files of the configuration change.
#[derive(Clone, Debug, PartialEq)]
pub struct ReloadSettings {
    /// `on_change`: a running daemon takes them over by itself.
    pub on_change: bool,
}

/// `[server]`: the daemon's own HTTP service.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerSettings {
    /// `listen`; `None` serves nothing.
    pub listen: Option<SocketAddr>,
}

/// `[[channel]]`: a destination of alerts.
#[derive(Clone, Debug)]
pub struct ChannelSettings {
    /// Unique.
    pub name: String,
    /// Where to and how.
    pub kind: ChannelKind,
    /// `timeout` of one attempt.
    pub timeout: Duration,
    /// When it takes alerts, and what happens to those that it does not take.
    pub rules: ChannelRules,
}

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
    /// A program, given the payload on its standard input; never a shell.
    Command {
        /// Program and arguments; never empty.
        argv: Vec<String>,
    },
    /// The program's own standard output.
    Stdout {
        /// `format`.
        format: LineFormat,
        /// Whether it writes to standard error instead: standard output is a command's own JSON.
        aside: bool,
    },
}

/// `[retention]`: how long what is kept.
#[derive(Clone, Debug, PartialEq)]
pub struct RetentionSettings {
    /// `articles`: an article that matched nothing is deleted this long after it was last seen in
    /// its feed.
    pub articles: Duration,
    /// `matches`: matched articles, matches and finished deliveries.
    pub matches: Duration,
}

/// `[notices]`: who is told of what happens to feedwatch itself.
#[derive(Clone, Debug, PartialEq)]
pub struct NoticeSettings {
    /// `channels`; empty: it stands in the log only.
    pub channels: Vec<String>,
}

/// `[log]`: what is told of the daemon's own doings.
#[derive(Clone, Debug, PartialEq)]
pub struct LogSettings {
    /// `format`.
    pub format: LineFormat,
    /// `level`: the least that is written.
    pub level: tracing::Level,
}

/// How lines look that people and programs read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineFormat {
    /// `auto`: text on a terminal, JSON elsewhere.
    Auto,
    /// `text`: for people.
    Text,
    /// `json`: one object a line.
    Json,
}

/// Where files are.
#[derive(Clone, Debug, PartialEq)]
pub struct Paths {
    /// The configuration file; `None` runs on the built-in sample.
    pub config: Option<PathBuf>,
    /// The directory of the database.
    pub data_dir: PathBuf,
}

impl ChannelKind {
    /// Leaves standard output to the command that runs.
    pub fn keep_off_stdout(&mut self) {
        if let Self::Stdout { aside, .. } = self {
            *aside = true;
        }
    }

    /// The word for it in the configuration.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Webhook { .. } => "webhook",
            Self::Email { .. } => "email",
            Self::Command { .. } => "command",
            Self::Stdout { .. } => "stdout",
        }
    }
}

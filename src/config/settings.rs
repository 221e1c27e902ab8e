//! Settings as the rest of the program sees them: validated, with every default filled in.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use ipnet::IpNet;
use url::Url;

use super::ChannelKind;
use crate::alert::Template;
use crate::model::{ChannelRules, HealthRule};

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
    /// `retry_after_scope`: whom a server's `Retry-After` is taken to mean.
    pub retry_after_scope: RetryAfterScope,
    /// `min_free_space`: polling pauses while fewer bytes are free where the database is.
    pub min_free_space: u64,
    /// `max_backoff`: the longest wait after failures.
    pub max_backoff: Duration,
    /// `max_wait`: the longest wait that a server's wish (`max-age`, `ttl`) is honoured for.
    pub max_wait: Duration,
}

/// Whom a `Retry-After` is taken to mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfterScope {
    /// `host`: every feed of the host, but for one trial.
    Host,
    /// `feed`: the feed that was refused.
    Feed,
}

impl RetryAfterScope {
    /// The word for it in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Host => "host",
            Self::Feed => "feed",
        }
    }
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
    /// `public_url`: where the world reaches the service, through a proxy; `None`: nowhere, and no hub is asked.
    pub public_url: Option<Url>,
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
    /// `template`: what replaces the text that is sent.
    pub template: Option<Template>,
    /// When it takes alerts, and what happens to those that it does not take.
    pub rules: ChannelRules,
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
    /// `feed_failures` and `feed_silence`.
    pub health: HealthRule,
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

impl LineFormat {
    /// The word for it in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Text => "text",
            Self::Json => "json",
        }
    }
}

/// Where files are.
#[derive(Clone, Debug, PartialEq)]
pub struct Paths {
    /// The configuration file; `None` runs on the built-in sample.
    pub config: Option<PathBuf>,
    /// The directory of the database.
    pub data_dir: PathBuf,
}

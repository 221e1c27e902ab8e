//! A configuration's working parts: what polling and dispatching need beside the database. A reload
//! builds another one and leaves the old to what is still under way.

use std::collections::HashMap;

use anyhow::Context;

use crate::analysis::Analyzer;
use crate::channel::Channel;
use crate::config::Config;
use crate::diagnostic;
use crate::fetch::Fetcher;
use crate::matching::{CompileError, Frequencies, Matcher, Subject};
use crate::model::{Feed, FeedId, Timestamp};
use crate::net::Client;
use crate::schedule;

/// See the module's documentation.
pub struct Setup {
    /// What it was built from.
    pub config: Config,
    /// In the configuration's order.
    pub channels: Vec<Channel>,
    pub(super) analyzer: Analyzer,
    pub(super) matcher: Matcher,
    pub(super) fetcher: Fetcher,
    feeds: HashMap<FeedId, usize>,
    watches: HashMap<String, usize>,
}

/// Why a configuration does not work although it is well-formed.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The user's to mend; the text is complete, with places.
    #[error("{0}")]
    Configuration(String),
    /// The machine's.
    #[error(transparent)]
    Failed(#[from] anyhow::Error),
}

impl Setup {
    /// Compiles the watches, builds the channels and the HTTP client. Must be called inside a tokio
    /// runtime, which mail connections want.
    ///
    /// # Errors
    /// All watches, concepts and channels that cannot work.
    pub fn build(config: Config) -> Result<Self, SetupError> {
        let analyzer = Analyzer::new();
        let matcher = Matcher::compile(&config.watches, &config.concepts, &analyzer, &Frequencies::default())
            .map_err(|errors| SetupError::Configuration(drawn(&errors, &config)))?;
        let client = Client::new(&config.fetch).context("cannot build the HTTP client")?;
        let mut channels = Vec::new();
        let mut broken = Vec::new();
        for settings in &config.channels {
            match Channel::build(settings, &client) {
                Ok(channel) => channels.push(channel),
                Err(error) => broken.push(format!("error: {error}")),
            }
        }
        if !broken.is_empty() {
            return Err(SetupError::Configuration(broken.join("\n")));
        }
        let fetcher = Fetcher::new(client, &config.fetch);
        let feeds = config.feeds.iter().enumerate().map(|(at, feed)| (feed.id, at)).collect();
        let watches = config.watches.iter().enumerate().map(|(at, watch)| (watch.name.clone(), at)).collect();
        Ok(Self { config, channels, analyzer, matcher, fetcher, feeds, watches })
    }

    /// The configured feed of this id.
    pub fn feed(&self, id: FeedId) -> Option<&Feed> {
        self.feeds.get(&id).map(|at| &self.config.feeds[*at])
    }

    /// Every configured feed, in the configuration's order.
    pub fn feed_ids(&self) -> Vec<FeedId> {
        self.config.feeds.iter().map(|feed| feed.id).collect()
    }

    /// The channels that the watch named `watch` tells.
    pub(super) fn channels_of(&self, watch: &str) -> &[String] {
        self.watches.get(watch).map(|at| self.config.watches[*at].channels.as_slice()).unwrap_or_default()
    }

    /// Every feed with the moment of its first poll, spread after `now`.
    pub fn first_polls(&self, now: Timestamp) -> Vec<(&Feed, Timestamp)> {
        let feeds = &self.config.feeds;
        feeds
            .iter()
            .map(|feed| (feed, schedule::first_poll_at(feed.id.as_bytes(), feeds.len(), now)))
            .collect()
    }

    /// The bounds on what servers may ask of the schedule.
    pub(super) fn limits(&self) -> schedule::Limits {
        schedule::Limits { max_wait: self.config.fetch.max_wait, max_backoff: self.config.fetch.max_backoff }
    }
}

fn drawn(errors: &[CompileError], config: &Config) -> String {
    let draw = |error: &CompileError| {
        let origin = error.subject.to_string();
        let text = match &error.subject {
            Subject::Watch(name) => {
                config.watches.iter().find(|watch| watch.name == *name).map(|watch| watch.text.as_str())
            }
            Subject::Query | Subject::Concept(_) => None,
        };
        match text {
            Some(text) => diagnostic::render(&error.diagnostic, &origin, text, true),
            None => format!("error: {error}"),
        }
    };
    errors.iter().map(draw).collect::<Vec<_>>().join("\n")
}

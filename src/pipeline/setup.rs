//! A configuration's working parts: what polling and dispatching need beside the database. A reload
//! builds another one and leaves the old to what is still under way.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context;

use super::pages::HeldPages;
use super::stories::Stories;
use crate::analysis::{Analysis, Analyzer};
use crate::channel::Channel;
use crate::config::{Config, Report};
use crate::diagnostic::Diagnostic;
use crate::fetch::Fetcher;
use crate::matching::{CompileError, Frequencies, Matcher, Subject};
use crate::model::{ArticleId, Feed, FeedId, StoryPolicy, Timestamp, WatchRules};
use crate::net::Client;
use crate::schedule;
use crate::story::Vocabulary;

/// See the module's documentation.
pub struct Setup {
    /// What it was built from.
    pub config: Config,
    /// In the configuration's order.
    pub channels: Vec<Channel>,
    pub(super) analyzer: Arc<Analyzer>,
    pub(super) vocabulary: Arc<Vocabulary>,
    pub(super) matcher: Matcher,
    pub(super) fetcher: Fetcher,
    pub(super) client: Client,
    pub(super) stories: Arc<Stories>,
    pub(super) held_pages: Arc<HeldPages>,
    feeds: HashMap<FeedId, usize>,
    watches: HashMap<String, usize>,
    /// The rules of watches that are not configured any more.
    gone: WatchRules,
    /// What the articles of this run teach, for the next matcher.
    frequencies: Mutex<Frequencies>,
}

/// One article in so many is learned from: a sample tells which words are common, and polls under way at
/// once hardly wait for each other.
const LEARNED_ONE_IN: u8 = 8;

/// Why a configuration does not work although it is well-formed.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    /// The user's to mend.
    #[error("{}", drawn(.0))]
    Configuration(Vec<Report>),
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
        let analyzer = Arc::new(Analyzer::new());
        let vocabulary = Arc::new(Vocabulary::new(Arc::clone(&analyzer)));
        Self::assemble(config, analyzer, vocabulary, Frequencies::default(), Arc::default())
    }

    /// The same for a changed configuration: the new matcher knows which words were common in what this
    /// one read. That is not kept over restarts: guesses are nearly as good below some ten thousand
    /// watches.
    ///
    /// # Errors
    /// See [`build`](Self::build).
    pub fn rebuild(&self, config: Config) -> Result<Self, SetupError> {
        let learned = self.frequencies.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let (analyzer, vocabulary) = (self.analyzer.clone(), self.vocabulary.clone());
        let next = Self::assemble(config, analyzer, vocabulary, learned, self.stories.clone())?;
        let fetcher = next.fetcher.following(&self.fetcher);
        Ok(Self { fetcher, held_pages: self.held_pages.clone(), ..next })
    }

    fn assemble(
        config: Config,
        analyzer: Arc<Analyzer>,
        vocabulary: Arc<Vocabulary>,
        frequencies: Frequencies,
        stories: Arc<Stories>,
    ) -> Result<Self, SetupError> {
        let matcher = Matcher::compile(&config.watches, &config.concepts, &analyzer, &frequencies)
            .map_err(|errors| SetupError::Configuration(reports(&errors, &config)))?;
        let client = Client::new(&config.fetch).context("cannot build the HTTP client")?;
        let mut channels = Vec::new();
        let mut broken = Vec::new();
        for settings in &config.channels {
            match Channel::build(settings, &client) {
                Ok(channel) => channels.push(channel),
                Err(error) => broken.push(whole(format!("channel '{}'", settings.name), error.to_string())),
            }
        }
        if !broken.is_empty() {
            return Err(SetupError::Configuration(broken));
        }
        let fetcher = Fetcher::new(client.clone(), &config.fetch);
        let feeds = config.feeds.iter().enumerate().map(|(at, feed)| (feed.id, at)).collect();
        let watches = config.watches.iter().enumerate().map(|(at, watch)| (watch.name.clone(), at)).collect();
        let frequencies = Mutex::new(frequencies);
        let gone = config.alerts.of_gone_watches();
        Ok(Self {
            config,
            channels,
            analyzer,
            vocabulary,
            matcher,
            fetcher,
            client,
            stories,
            held_pages: Arc::default(),
            feeds,
            watches,
            gone,
            frequencies,
        })
    }

    /// Learns from the analysis of a new or changed article, if it is of the sample.
    pub(super) fn learn(&self, article: ArticleId, analysis: &Analysis) {
        if article.as_bytes()[0].is_multiple_of(LEARNED_ONE_IN) {
            self.frequencies.lock().unwrap_or_else(PoisonError::into_inner).observe(analysis);
        }
    }

    /// The configured feed of this id.
    pub fn feed(&self, id: FeedId) -> Option<&Feed> {
        self.feeds.get(&id).map(|at| &self.config.feeds[*at])
    }

    /// Every configured feed, in the configuration's order.
    pub fn feed_ids(&self) -> Vec<FeedId> {
        self.config.feeds.iter().map(|feed| feed.id).collect()
    }

    /// Whether there is a channel of this name.
    pub fn has_channel(&self, name: &str) -> bool {
        self.channels.iter().any(|channel| channel.name() == name)
    }

    /// The channels that the watch named `watch` tells.
    pub(super) fn channels_of(&self, watch: &str) -> &[String] {
        self.watches.get(watch).map(|at| self.config.watches[*at].channels.as_slice()).unwrap_or_default()
    }

    /// When the alerts of the watch named `watch` leave, though there be none of that name any more.
    pub fn rules_of(&self, watch: &str) -> &WatchRules {
        self.watches.get(watch).map_or(&self.gone, |at| &self.config.watches[*at].rules)
    }

    /// How often the watch named `watch` tells of a story.
    pub(super) fn story_policy_of(&self, watch: &str) -> Option<&StoryPolicy> {
        self.watches.get(watch).map(|at| &self.config.watches[*at].story)
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

fn drawn(reports: &[Report]) -> String {
    reports.iter().map(|report| report.render(false)).collect::<Vec<_>>().join("\n")
}

/// What is told of a thing as a whole.
fn whole(origin: String, message: String) -> Report {
    Report { origin, text: String::new(), diagnostics: vec![Diagnostic::error(message)] }
}

fn reports(errors: &[CompileError], config: &Config) -> Vec<Report> {
    let report = |error: &CompileError| {
        let origin = error.subject.to_string();
        let text = match &error.subject {
            Subject::Watch(name) => {
                config.watches.iter().find(|watch| watch.name == *name).map(|watch| watch.text.as_str())
            }
            Subject::Query | Subject::Concept(_) => None,
        };
        match text {
            Some(text) => {
                Report { origin, text: text.to_owned(), diagnostics: vec![error.diagnostic.clone()] }
            }
            None => whole(origin, error.to_string()),
        }
    };
    errors.iter().map(report).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::Text;
    use crate::config::{self, Environment, Source};
    use crate::model::EntryKey;

    fn config() -> Config {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("feedwatch.toml");
        std::fs::write(&file, "").unwrap();
        let source = Source { config: Some(file), data_dir: Some(folder.path().to_owned()) };
        config::load(&source, &Environment::default()).unwrap().config
    }

    #[tokio::test]
    async fn a_reload_keeps_what_was_learned() {
        let setup = Setup::build(config()).unwrap();
        let analysis = setup.analyzer.analyze(&Text { title: "storm", ..Text::default() }, None);
        let feed = FeedId::of("https://example.org/rss");
        for n in 0..100 {
            setup.learn(ArticleId::of(feed, &EntryKey::of("guid", &[&n.to_string()])), &analysis);
        }
        let next = setup.rebuild(config()).unwrap();
        let shown = |setup: &Setup| format!("{:?}", setup.frequencies.lock().unwrap());
        assert_eq!(shown(&next), shown(&setup));
        assert_ne!(shown(&next), shown(&Setup::build(config()).unwrap()), "something was learned");
    }
}

//! A feed looked at without storing anything, by the very steps of a poll: fetch, parse, ingest, decide.

use std::time::Duration;

use url::Url;

use super::Ambient;
use super::decide::{self, Audience, Moment, decide};
use super::poll::{compute, reading, repairs, unusable};
use super::reading::{Findings, read};
use crate::config::FetchSettings;
use crate::fetch::{self, Answer, Fetched, Fetcher};
use crate::ingest::{Preview, feed_title, preview};
use crate::model::{ArticleWrite, Feed, FeedId, FeedState, HealthRule, Lang, StoryPolicy, Timestamp};
use crate::net::{Link, links};
use crate::parse::{Alternate, Format, Hints, ParsedFeed, feed_links, is_feed_type};
use crate::schedule::{self, SkipHints};

/// What was found where a feed was expected.
#[derive(Debug)]
pub struct Examined {
    /// `None` for a file, and when no answer came.
    pub answer: Option<Answer>,
    /// The length of the body, decompressed, in bytes; `None` when there is none.
    pub body_bytes: Option<usize>,
    /// Why it cannot be read as a feed, for people.
    pub feed: Result<FeedView, String>,
    /// The feeds that the answer names beside its own: those of a page, and of `Link` headers.
    pub alternates: Vec<Alternate>,
    /// Where the feed was moved to for good, as far as this answer knows.
    pub moved_to: Option<Url>,
    /// When a daemon would poll it next; `None` for a file.
    pub due: Option<Due>,
}

/// A feed as it would be stored.
#[derive(Debug)]
pub struct FeedView {
    /// The family of formats it belongs to.
    pub format: Format,
    /// The name it gives itself.
    pub title: Option<String>,
    /// The language it declares.
    pub lang: Option<Lang>,
    /// The site it belongs to.
    pub link: Option<String>,
    /// What it asks of those who poll it.
    pub hints: Hints,
    /// What had to be mended, in words.
    pub repairs: Vec<String>,
    /// Its entries, in its order.
    pub entries: Vec<Preview>,
}

/// When a feed is polled next, and what was weighed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Due {
    /// When.
    pub at: Timestamp,
    /// For how long the server says that its answer stays fresh.
    pub fresh_for: Option<Duration>,
    /// For how long the feed asks to be kept.
    pub ttl: Option<Duration>,
    /// When the feed asks not to be polled.
    pub skip: SkipHints,
    /// For how long the server asks to be left alone.
    pub retry_after: Option<Duration>,
    /// Whether the poll failed.
    pub failed: bool,
}

/// How a body is to be read.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The limits.
    pub settings: &'a FetchSettings,
    /// The time of the first sight of its entries.
    pub now: Timestamp,
}

/// Nobody is told of what is only looked at.
struct Nobody;

impl Audience for Nobody {
    fn health(&self) -> (&[String], HealthRule) {
        (&[], HealthRule { failures: 0, silence: None })
    }

    fn channels_of(&self, _watch: &str) -> &[String] {
        &[]
    }

    fn story_policy_of(&self, _: &str) -> Option<&StoryPolicy> {
        None
    }
}

/// Asks for `feed` as its first poll would, and reads the answer.
pub async fn examine_feed(
    fetcher: &Fetcher,
    feed: &Feed,
    settings: &FetchSettings,
    ambient: &Ambient,
) -> Examined {
    let probe = fetcher.probe(&feed.url, ambient.now()).await;
    let limits = schedule::Limits { max_wait: settings.max_wait, max_backoff: settings.max_backoff };
    let now = ambient.now();
    let mut due = Due {
        at: now,
        fresh_for: None,
        ttl: None,
        skip: SkipHints::default(),
        retry_after: None,
        failed: false,
    };
    let (mut view, mut body_bytes, mut moved_to) = (None, None, None);
    let mut alternates = probe.answer.as_ref().map(announced).unwrap_or_default();
    let outcome = match probe.outcome {
        fetch::Outcome::Fetched(answer) => {
            body_bytes = Some(answer.body.len());
            moved_to.clone_from(&answer.moved_to);
            match understand(&answer, feed.id, settings.clone(), now).await {
                Ok((parsed, found)) => {
                    let findings = Findings { new: new_articles(&found), ..Findings::default() };
                    let reading = reading(&parsed, answer.validators, answer.fresh_for, findings);
                    (due.fresh_for, due.ttl, due.skip) = (reading.fresh_for, reading.ttl, reading.skip);
                    view = Some(found);
                    decide::Outcome::Read(Box::new(reading))
                }
                Err(error) => {
                    let of_page = feed_links(&answer.body, answer.content_type.as_deref(), &answer.url);
                    let new = |found: &Alternate| !alternates.iter().any(|other| other.url == found.url);
                    let of_page: Vec<Alternate> = of_page.into_iter().filter(new).collect();
                    alternates.extend(of_page);
                    unusable(feed, &error)
                }
            }
        }
        fetch::Outcome::NotModified(answer) => decide::Outcome::Unchanged(answer),
        fetch::Outcome::Postponed { until } => decide::Outcome::Postponed(until),
        fetch::Outcome::Offline => decide::Outcome::Offline,
        fetch::Outcome::Failed(failure) => decide::Outcome::Failed(failure),
    };
    let mut error = "there was no answer to read".to_owned();
    if let decide::Outcome::Failed(failure) = &outcome {
        (due.failed, due.retry_after) = (true, failure.retry_after);
        error.clone_from(&failure.message);
    }
    let moment = Moment { now, jitter: ambient.chance() };
    let before = FeedState::unpolled(feed.id, now);
    due.at = decide(feed, before, outcome, &Nobody, &limits, moment).state.next_poll_at;
    Examined {
        answer: probe.answer,
        body_bytes,
        feed: view.ok_or(error),
        alternates,
        moved_to,
        due: Some(due),
    }
}

/// What a first poll would store, for what it teaches of the feed's rhythm; nobody searches it.
fn new_articles(view: &FeedView) -> Vec<ArticleWrite> {
    let stored = view.entries.iter().filter(|entry| !entry.is_repeated);
    let write = |entry: &Preview| ArticleWrite {
        article: entry.article.clone(),
        alternate: None,
        index_text: String::new(),
        concepts: Vec::new(),
    };
    stored.map(write).collect()
}

/// The feeds that an answer names in its headers.
fn announced(answer: &Answer) -> Vec<Alternate> {
    let is_feed = |link: &Link| {
        link.rel.iter().any(|word| word == "alternate")
            && link.media_type.as_deref().is_some_and(is_feed_type)
    };
    let resolve =
        |link: Link| Some(Alternate { url: answer.url.join(&link.target).ok()?, title: link.title });
    let web = |found: &Alternate| matches!(found.url.scheme(), "http" | "https");
    links(&answer.headers).into_iter().filter(is_feed).filter_map(resolve).filter(web).collect()
}

async fn understand(
    answer: &Fetched,
    feed: FeedId,
    settings: FetchSettings,
    now: Timestamp,
) -> Result<(ParsedFeed, FeedView), String> {
    let (body, content_type, url) = (answer.body.clone(), answer.content_type.clone(), answer.url.clone());
    let work = move || {
        let parsed = read(&body, content_type.as_deref(), url.as_str(), &settings)
            .map_err(|error| error.to_string())?;
        let view = view(&parsed, feed, now);
        Ok((parsed, view))
    };
    compute(work).await.and_then(|read| read)
}

/// Reads `body` as the poll of a feed at `url` would. Without an address the one that the feed gives as its
/// own stands in, so that relative links lead somewhere.
pub fn examine_body(
    body: &[u8],
    content_type: Option<&str>,
    url: Option<&Url>,
    reader: Reader<'_>,
) -> Examined {
    let Reader { settings, now } = reader;
    let read = |url: &str| read(body, content_type, url, settings);
    let parsed = match url {
        Some(url) => read(url.as_str()),
        None => read("").and_then(|parsed| match own_address(&parsed) {
            Some(own) => read(own.as_str()),
            None => Ok(parsed),
        }),
    };
    let feed = FeedId::of(url.map(Url::as_str).unwrap_or_default());
    let feed = parsed.map(|parsed| view(&parsed, feed, now)).map_err(|error| error.to_string());
    let body_bytes = Some(body.len());
    Examined { answer: None, body_bytes, feed, alternates: Vec::new(), moved_to: None, due: None }
}

/// Where the feed says that it or its site is.
fn own_address(parsed: &ParsedFeed) -> Option<Url> {
    let said = [&parsed.hints.self_link, &parsed.link];
    said.into_iter().flatten().find_map(|address| Url::parse(address).ok().filter(|url| url.has_host()))
}

fn view(parsed: &ParsedFeed, feed: FeedId, now: Timestamp) -> FeedView {
    FeedView {
        format: parsed.format,
        title: feed_title(parsed),
        lang: parsed.lang,
        link: parsed.link.clone(),
        hints: parsed.hints.clone(),
        repairs: repairs(parsed),
        entries: preview(feed, parsed, now),
    }
}

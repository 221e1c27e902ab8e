//! Entries and pages → articles: who is who, what is new, plain text instead of markup, and which of its
//! paragraphs are boilerplate. Pure; what is known
//! already is an argument, so is the time.
//!
//! An entry is identified by its `guid`, else by its link, else by its title and date, within its feed.
//! Languages are not identified here: an article carries what the feed declares.

mod boilerplate;
mod html;
mod identity;
mod page;
mod preview;
mod text;

use std::collections::{HashMap, HashSet};

use chrono::DateTime;
use sha2::{Digest, Sha256};
use url::Url;

use crate::model::{Article, ArticleId, EntryKey, FeedId, Timestamp};
use crate::parse::{Entry, ParsedFeed};

pub use boilerplate::Census;
pub use identity::{Keys, keys};
pub use page::{Page, PageError, read_page, read_whole_page};
pub use preview::{Preview, preview};

/// Longer titles are cut, in characters.
const MAX_TITLE: usize = 1_000;
/// Longer summaries are cut, in characters.
const MAX_SUMMARY: usize = 20_000;
/// Longer bodies are cut, in characters.
const MAX_BODY: usize = 1_000_000;
/// A shorter text is a teaser; in characters, those of scripts without spaces counting twice.
const SHORTEST_TEXT: usize = 500;
/// Longer titles of feeds are cut, in characters.
const MAX_FEED_TITLE: usize = 300;
/// Longer lists of authors are cut, in characters.
const MAX_AUTHOR: usize = 500;
/// Longer tags are cut, in characters.
const MAX_TAG: usize = 100;
/// Tags beyond these are dropped.
const MAX_TAGS: usize = 50;
/// Longer addresses are dropped, in bytes.
const MAX_URL_BYTES: usize = 4_096;
/// Feeds that give no date tend to say 1970; nothing was published in a feed before this (1990-01-01).
const EARLIEST_SECONDS: i64 = 631_152_000;

/// What the database knows of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Known {
    /// The key that the article is stored under.
    pub key: EntryKey,
    /// The article's [`content_hash`](Article::content_hash).
    pub content_hash: [u8; 32],
    /// The article's [`first_seen_at`](Article::first_seen_at).
    pub first_seen_at: Timestamp,
}

/// What became of an entry.
#[derive(Clone, Debug, PartialEq)]
pub enum Ingested {
    /// Never seen in this feed.
    New {
        /// To be stored.
        article: Article,
        /// To be stored beside its key, so that the article is known again when its feed moves.
        alternate: Option<EntryKey>,
    },
    /// Seen, but with another title or text. The article has the id, key and first sight of the stored one.
    Changed(Article),
    /// Seen, and the same.
    Known(EntryKey),
}

/// Turns the entries of a feed into articles, in the feed's order; of entries with one identity the
/// first is taken. `known` holds what the database knows under any of the [`keys`] of this feed, be it
/// as a key or as an alternate.
pub fn ingest(
    feed: FeedId,
    parsed: &ParsedFeed,
    known: &HashMap<EntryKey, Known>,
    now: Timestamp,
) -> Vec<Ingested> {
    let mut taken = HashSet::new();
    let entries = parsed.entries.iter().zip(keys(parsed));
    entries
        .filter(|(_, keys)| taken.insert(keys.key))
        .map(|(entry, keys)| one(feed, parsed, entry, keys, known, now))
        .collect()
}

/// Whether the feed gave `article` no more than a headline and a teaser. To be asked before the article's page
/// completes it.
pub fn is_brief(article: &Article) -> bool {
    text::size(&article.body).max(text::size(&article.summary)) < SHORTEST_TEXT
}

/// The name that the feed gives itself, as one clean line; `None` when it gives none.
pub fn feed_title(parsed: &ParsedFeed) -> Option<String> {
    let title = text::line(parsed.title.as_ref()?, MAX_FEED_TITLE);
    (!title.is_empty()).then_some(title)
}

/// `text` without the markup and character references that it may have. What HTML does not know stays.
pub fn visible_text(text: &str) -> String {
    html::title_to_text(text, true)
}

fn one(
    feed: FeedId,
    parsed: &ParsedFeed,
    entry: &Entry,
    keys: Keys,
    known: &HashMap<EntryKey, Known>,
    now: Timestamp,
) -> Ingested {
    let texts = Texts::of(entry);
    let content_hash = texts.hash();
    // A moved entry counts as known only with the same text: paths such as "/1" are not rare enough.
    let moved = || known.get(&keys.alternate?).filter(|moved| moved.content_hash == content_hash);
    let seen = known.get(&keys.key).or_else(moved);
    if let Some(same) = seen.filter(|seen| seen.content_hash == content_hash) {
        return Ingested::Known(same.key);
    }
    let key = seen.map_or(keys.key, |seen| seen.key);
    let first_seen_at = seen.map_or(now, |seen| seen.first_seen_at);
    let said = entry.published.or(entry.updated);
    let published_at = published_at(entry, first_seen_at);
    let article = Article {
        id: ArticleId::of(feed, &key),
        feed,
        key,
        title: texts.title,
        summary: texts.summary,
        body: texts.body,
        author: author(entry),
        url: entry.link.as_deref().and_then(web_address),
        tags: tags(entry),
        lang: entry.lang.or(parsed.lang),
        published_at,
        published_said: said.filter(|said| *said != published_at),
        first_seen_at,
        content_hash,
        boilerplate: Vec::new(),
        attribution: None,
    };
    match seen {
        Some(_) => Ingested::Changed(article),
        None => Ingested::New { article, alternate: keys.alternate },
    }
}

/// The texts of an article.
struct Texts {
    title: String,
    summary: String,
    body: String,
}

impl Texts {
    fn of(entry: &Entry) -> Self {
        let title = entry.title.as_ref().map(|title| text::line(title, MAX_TITLE)).unwrap_or_default();
        let body = entry.content.as_ref().map(|body| text::paragraphs(body, MAX_BODY)).unwrap_or_default();
        let summary = entry.summary.as_ref().map(|summary| text::paragraphs(summary, MAX_SUMMARY));
        // Many feeds give the full text in both places.
        let summary = summary.filter(|summary| *summary != body).unwrap_or_default();
        Self { title, summary, body }
    }

    fn hash(&self) -> [u8; 32] {
        let mut hasher = Sha256::new();
        for text in [&self.title, &self.summary, &self.body] {
            hasher.update((text.len() as u64).to_be_bytes());
            hasher.update(text);
        }
        hasher.finalize().into()
    }
}

fn author(entry: &Entry) -> String {
    let mut authors: Vec<String> = Vec::new();
    for author in entry.authors.iter().map(|author| text::plain_line(author, MAX_AUTHOR)) {
        if !author.is_empty() && !authors.contains(&author) {
            authors.push(author);
        }
    }
    text::cut(authors.join(", "), MAX_AUTHOR)
}

fn tags(entry: &Entry) -> Vec<String> {
    let mut tags: Vec<String> = Vec::new();
    for tag in entry.categories.iter().map(|tag| text::plain_line(tag, MAX_TAG)) {
        if !tag.is_empty() && !tags.contains(&tag) && tags.len() < MAX_TAGS {
            tags.push(tag);
        }
    }
    tags
}

/// `link` if people can follow it: http or https, never `javascript:` or a file.
fn web_address(link: &str) -> Option<String> {
    let url = Url::parse(link.trim()).ok()?;
    let usable = matches!(url.scheme(), "http" | "https") && url.host().is_some();
    Some(String::from(url)).filter(|url| usable && url.len() <= MAX_URL_BYTES)
}

/// The first date that can be: nothing was published in a feed before 1990, or after it was seen there.
fn published_at(entry: &Entry, first_seen_at: Timestamp) -> Timestamp {
    let earliest = DateTime::from_timestamp(EARLIEST_SECONDS, 0).unwrap_or(DateTime::UNIX_EPOCH);
    let mut said = [entry.published, entry.updated].into_iter().flatten();
    said.find(|date| (earliest..=first_seen_at).contains(date)).unwrap_or(first_seen_at)
}

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod tests;

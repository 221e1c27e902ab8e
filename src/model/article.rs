//! Articles: our normalised, stored documents.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{ArticleId, EntryKey, FeedId, Lang, Timestamp};

/// An article as stored. All text is plain (no markup, no control characters but `\n`), and
/// paragraphs are separated by one `\n`.
#[derive(Clone, Debug, PartialEq)]
pub struct Article {
    /// Digest of [`feed`](Self::feed) and [`key`](Self::key).
    pub id: ArticleId,
    /// The feed it was first seen in.
    pub feed: FeedId,
    /// The entry's identity within the feed.
    pub key: EntryKey,
    /// Empty when the feed gives none.
    pub title: String,
    /// The feed's short text; empty when the feed gives none, or only the full text.
    pub summary: String,
    /// The full text, of the feed or of the article's page; empty when there is only a summary.
    pub body: String,
    /// Authors, comma-separated; empty when the feed gives none.
    pub author: String,
    /// The page; always http or https. `None` when the feed gives none that is.
    pub url: Option<String>,
    /// The feed's categories of this entry.
    pub tags: Vec<String>,
    /// The identified language; `None` when the text is too short or too mixed to tell.
    pub lang: Option<Lang>,
    /// What the feed said; first seen where it said nothing, or nothing that can be: a time before 1990 or
    /// after the first sight.
    pub published_at: Timestamp,
    /// What the feed said, where that is not [`published_at`](Self::published_at); `None`: it is, or the feed
    /// said nothing.
    pub published_said: Option<Timestamp>,
    /// When this installation saw it first.
    pub first_seen_at: Timestamp,
    /// Digest of title, summary and body as the feed gave them: tells an edit from a repetition, whatever
    /// the page said.
    pub content_hash: [u8; 32],
    /// Paragraphs that recur in the feed's articles, in bytes of a field's text: only `all:` looks into
    /// them. Decided when the article was stored, and kept.
    pub boilerplate: Vec<(Field, Range<usize>)>,
    /// The news agencies that it credits, comma-separated; `None` when it credits none that is known.
    pub attribution: Option<String>,
}

/// A field of an article that carries text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The headline.
    Title,
    /// The short text.
    Summary,
    /// The full text.
    Body,
    /// The authors.
    Author,
}

impl Field {
    /// Every field, in the order in which a reader sees them.
    pub const ALL: [Self; 4] = [Self::Title, Self::Summary, Self::Body, Self::Author];

    /// The name in queries and in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Summary => "summary",
            Self::Body => "body",
            Self::Author => "author",
        }
    }
}

impl Article {
    /// The stored text of `field`.
    pub fn text(&self, field: Field) -> &str {
        match field {
            Field::Title => &self.title,
            Field::Summary => &self.summary,
            Field::Body => &self.body,
            Field::Author => &self.author,
        }
    }
}

/// A place in an article that proves a match.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// Where.
    pub field: Field,
    /// First character, counted in Unicode scalar values of the field's stored text.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The text between the two, as it stands there.
    pub text: String,
}

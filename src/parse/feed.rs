//! What a feed says, whatever format it says it in. Nothing is cleaned or checked here: texts keep
//! their markup and links their schemes, for `ingest` to judge.

use super::Repair;
use crate::model::{Lang, Timestamp};

/// A feed as read.
#[derive(Clone, Debug, PartialEq)]
pub struct ParsedFeed {
    /// The family of formats it belongs to.
    pub format: Format,
    /// The name it gives itself.
    pub title: Option<Text>,
    /// The language it declares.
    pub lang: Option<Lang>,
    /// The site it belongs to, absolute where a base was known.
    pub link: Option<String>,
    /// In document order.
    pub entries: Vec<Entry>,
    /// What it asks of those who poll it.
    pub hints: Hints,
    /// How the reading went.
    pub report: Report,
}

/// A family of feed formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// RSS 0.91 to 2.0 and its lookalikes.
    Rss,
    /// RSS 0.90, 1.0 and 1.1, which are RDF.
    Rdf,
    /// Atom 0.3 and 1.0.
    Atom,
    /// JSON Feed 1.0 and 1.1.
    Json,
}

impl Format {
    /// The word for it in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rss => "rss",
            Self::Rdf => "rdf",
            Self::Atom => "atom",
            Self::Json => "json",
        }
    }
}

/// One entry of a feed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Entry {
    /// `guid`, `atom:id` or `rdf:about`, trimmed; `None` when absent or empty.
    pub guid: Option<String>,
    /// The page, absolute where a base was known; a `guid` that is a permanent link stands in for a
    /// missing one. The scheme is not checked.
    pub link: Option<String>,
    /// The headline.
    pub title: Option<Text>,
    /// The short text.
    pub summary: Option<Text>,
    /// The full text.
    pub content: Option<Text>,
    /// Names, or addresses where no name is given.
    pub authors: Vec<String>,
    /// Categories, subjects and keywords.
    pub categories: Vec<String>,
    /// When it came out; `None` when absent or unreadable.
    pub published: Option<Timestamp>,
    /// When it last changed; `None` when absent, unreadable or the same as [`published`](Self::published).
    pub updated: Option<Timestamp>,
    /// The language declared on the entry itself.
    pub lang: Option<Lang>,
}

/// A text and how to read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The text, decoded once: a character reference of the XML or JSON is a character here.
    pub value: String,
    /// Whether it may hold markup.
    pub kind: TextKind,
}

/// Whether a text may hold markup.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextKind {
    /// Declared as free of markup.
    Plain,
    /// Declared as HTML, or not declared, as everywhere in RSS.
    Html,
}

impl Text {
    /// A text declared as free of markup.
    pub fn plain(value: impl Into<String>) -> Self {
        Self { value: value.into(), kind: TextKind::Plain }
    }

    /// A text that may hold markup.
    pub fn html(value: impl Into<String>) -> Self {
        Self { value: value.into(), kind: TextKind::Html }
    }
}

/// What a feed asks of those who poll it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hints {
    /// `<ttl>`: minutes for which the feed may be kept (RSS 2.0).
    pub ttl_minutes: Option<u32>,
    /// `<skipHours>`: hours of the day in GMT, 0 to 23, in which nothing new is to be expected.
    pub skip_hours: Vec<u8>,
    /// `<skipDays>`: days of the week, 0 for Monday, in which nothing new is to be expected.
    pub skip_days: Vec<u8>,
    /// `sy:updatePeriod` divided by `sy:updateFrequency`, in minutes.
    pub update_minutes: Option<u32>,
    /// The WebSub hub.
    pub hub: Option<String>,
    /// The address that the feed gives as its own.
    pub self_link: Option<String>,
}

/// How the reading of a feed went.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// What had to be mended, each kind once.
    pub repairs: Vec<Repair>,
    /// The feed was cut at a limit: entries are missing at its end.
    pub truncated: bool,
}

impl Report {
    /// Notes a repair, once.
    pub(super) fn note(&mut self, repair: Repair) {
        if !self.repairs.contains(&repair) {
            self.repairs.push(repair);
        }
    }
}

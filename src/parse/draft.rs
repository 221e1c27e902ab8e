//! An entry while its elements go by: which element means what, and which of several that mean the
//! same is taken.

use super::dates;
use super::feed::{Entry, Text};
use super::names::Ns;
use crate::model::{Lang, Timestamp};

/// Categories and authors beyond these are dropped.
const MAX_LIST: usize = 256;

/// What an element of an entry means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    Title,
    Link,
    Guid,
    Summary,
    Content,
    Author,
    Category,
    Published,
    Updated,
}

/// What an element (local name in lower case) means, and its rank: among elements of one meaning the
/// lowest rank is taken.
pub(super) fn meaning(ns: Ns, local: &str) -> Option<(Meaning, u8)> {
    use Meaning::*;
    Some(match (ns, local) {
        (Ns::Rss | Ns::Atom, "title") => (Title, 0),
        (Ns::Rss | Ns::Atom, "link") => (Link, 0),
        (Ns::Rss, "guid") | (Ns::Atom | Ns::Rss, "id") => (Guid, 0),
        (Ns::Rss, "description") | (Ns::Rss | Ns::Atom, "summary") => (Summary, 0),
        (Ns::Content, "encoded") | (Ns::Rss | Ns::Atom, "content") => (Content, 0),
        (Ns::Xhtml, "body") | (Ns::Rss, "body" | "fullitem" | "content_encoded") => (Content, 1),
        (Ns::Rss | Ns::Atom, "author") | (Ns::Dc, "creator" | "author") => (Author, 0),
        (Ns::Itunes, "author") => (Author, 1),
        (Ns::Rss | Ns::Atom, "category" | "keywords") | (Ns::Dc, "subject") => (Category, 0),
        (Ns::Itunes | Ns::Media, "keywords" | "category") => (Category, 1),
        (Ns::Rss | Ns::Atom, "pubdate" | "published" | "issued") => (Published, 0),
        (Ns::DcTerms, "issued") => (Published, 1),
        (Ns::Dc, "date") => (Published, 2),
        (Ns::Rss | Ns::Atom | Ns::DcTerms, "created") => (Published, 3),
        (Ns::Rss, "date") => (Published, 4),
        (Ns::Rss | Ns::Atom, "updated" | "modified" | "lastbuilddate") => (Updated, 0),
        (Ns::DcTerms, "modified") => (Updated, 1),
        (Ns::Dc, "title") => (Title, 1),
        (Ns::Media, "title") => (Title, 2),
        (Ns::Dc | Ns::DcTerms, "description" | "abstract") | (Ns::Rss, "abstract") => (Summary, 1),
        (Ns::Itunes, "summary" | "subtitle") => (Summary, 2),
        (Ns::Media, "description") => (Summary, 3),
        _ => return None,
    })
}

/// A value with the rank of the element it came from and that element's depth.
#[derive(Debug)]
struct Slot<T>(Option<(u8, usize, T)>);

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Slot<T> {
    /// Takes `value` unless something of a lower rank, or nearer to the entry, is there.
    fn put(&mut self, rank: u8, depth: usize, value: T) {
        if self.0.as_ref().is_none_or(|(known, known_depth, _)| (rank, depth) <= (*known, *known_depth)) {
            self.0 = Some((rank, depth, value));
        }
    }

    /// Takes `value` only where it beats what is there.
    fn put_better(&mut self, rank: u8, value: T) {
        if self.0.as_ref().is_none_or(|(known, ..)| rank < *known) {
            self.0 = Some((rank, 0, value));
        }
    }

    fn take(self) -> Option<T> {
        self.0.map(|(_, _, value)| value)
    }
}

/// An entry while its elements go by.
#[derive(Debug, Default)]
pub(super) struct Draft {
    title: Slot<Text>,
    summary: Slot<Text>,
    content: Slot<Text>,
    guid: Slot<String>,
    /// `isPermaLink`; `None` where it is not said.
    permanent: Option<bool>,
    link: Slot<String>,
    authors: Vec<(u8, String)>,
    categories: Vec<String>,
    published: Slot<Timestamp>,
    updated: Slot<Timestamp>,
    lang: Option<Lang>,
}

impl Draft {
    /// Takes the text of an element that means `meaning`.
    pub(super) fn put(&mut self, (meaning, rank): (Meaning, u8), depth: usize, text: Text) {
        let trimmed = text.value.trim();
        if trimmed.is_empty() {
            return;
        }
        match meaning {
            Meaning::Title => self.title.put(rank, depth, text),
            Meaning::Summary => self.summary.put(rank, depth, text),
            Meaning::Content => self.content.put(rank, depth, text),
            Meaning::Guid => self.guid.put(rank, depth, trimmed.to_owned()),
            Meaning::Link => self.link(0, trimmed),
            Meaning::Author if self.authors.len() < MAX_LIST => self.authors.push((rank, trimmed.to_owned())),
            Meaning::Category if self.categories.len() < MAX_LIST => {
                self.categories.push(trimmed.to_owned());
            }
            Meaning::Author | Meaning::Category => {}
            Meaning::Published | Meaning::Updated => {
                let slot =
                    if meaning == Meaning::Published { &mut self.published } else { &mut self.updated };
                if let Some(date) = dates::parse(trimmed) {
                    slot.put(rank, depth, date);
                }
            }
        }
    }

    /// Takes an address of the entry's page; the lowest rank wins, the first of equals.
    pub(super) fn link(&mut self, rank: u8, href: &str) {
        if !href.trim().is_empty() {
            self.link.put_better(rank, href.trim().to_owned());
        }
    }

    /// Takes `rdf:about`, which names the entry.
    pub(super) fn about(&mut self, about: &str) {
        self.put((Meaning::Guid, 1), 0, Text::plain(about));
    }

    /// Takes `isPermaLink`.
    pub(super) fn permanent(&mut self, value: &str) {
        self.permanent = Some(!value.trim().eq_ignore_ascii_case("false"));
    }

    /// Takes `xml:lang` of the entry or its content.
    pub(super) fn lang(&mut self, tag: &str) {
        self.lang = Lang::parse(tag).or(self.lang);
    }

    /// Fills in what `entry` lacks. A `guid` is a permanent link unless it says otherwise (RSS 2.0).
    pub(super) fn complete(mut self, mut entry: Entry) -> Entry {
        entry.title = entry.title.or(self.title.take());
        entry.summary = entry.summary.or(self.summary.take());
        entry.content = entry.content.or(self.content.take());
        entry.guid = entry.guid.or(self.guid.take());
        let permanent = self.permanent.unwrap_or(true);
        let guid_link = entry.guid.as_ref().filter(|guid| permanent && is_web_address(guid));
        entry.link = entry.link.or(self.link.take()).or_else(|| guid_link.cloned());
        entry.published = entry.published.or(self.published.take());
        entry.updated = entry.updated.or(self.updated.take());
        entry.lang = entry.lang.or(self.lang);
        entry.updated = entry.updated.filter(|updated| Some(*updated) != entry.published);
        if entry.authors.is_empty() {
            let best = self.authors.iter().map(|(rank, _)| *rank).min().unwrap_or_default();
            self.authors.retain(|(rank, _)| *rank == best);
            entry.authors = self.authors.into_iter().map(|(_, author)| author).collect();
        }
        entry.authors = distinct(entry.authors.iter().map(|author| person(author)));
        entry.categories = distinct(entry.categories.into_iter().chain(self.categories));
        entry
    }
}

/// The first of equals, up to [`MAX_LIST`].
fn distinct(texts: impl Iterator<Item = String>) -> Vec<String> {
    let mut list: Vec<String> = Vec::new();
    for text in texts.map(|text| text.trim().to_owned()) {
        if list.len() < MAX_LIST && !text.is_empty() && !list.contains(&text) {
            list.push(text);
        }
    }
    list
}

/// The name in "a@b.example (Name)" and "Name <a@b.example>"; the address where there is no name.
fn person(author: &str) -> String {
    let is_frame = |c: char| c.is_whitespace() || matches!(c, '(' | ')' | '<' | '>' | '[' | ']');
    let name: Vec<&str> = author.split_whitespace().filter(|word| !word.contains('@')).collect();
    let name = name.join(" ");
    let name = name.trim_matches(is_frame);
    if name.is_empty() { author.trim_matches(is_frame).to_owned() } else { name.to_owned() }
}

fn is_web_address(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

/// The rank of an Atom link as the entry's page; `None` when it is something else.
pub(super) fn link_rank(rel: Option<&str>, media_type: Option<&str>) -> Option<u8> {
    match (rel.map(str::trim).filter(|rel| !rel.is_empty()), media_type) {
        (None | Some("alternate"), None) => Some(0),
        (None | Some("alternate"), Some(kind)) if kind.contains("html") => Some(0),
        (None | Some("alternate"), Some(_)) => Some(1),
        _ => None,
    }
}

//! Which entry is which, from poll to poll. Never random: an entry without any mark of its own is known
//! by its title and date.

use std::collections::HashMap;

use url::Url;

use super::text;
use crate::model::EntryKey;
use crate::parse::{Entry, ParsedFeed};

/// How much of a text stands in for a missing title, in characters.
const IDENTIFYING_CHARS: usize = 300;

/// The keys of one entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Keys {
    /// Its identity within the feed.
    pub key: EntryKey,
    /// The same without scheme and host, where it is an address: it stays the same when a feed moves to
    /// https or to another host.
    pub alternate: Option<EntryKey>,
}

/// The keys of each entry, in the feed's order: what to ask the database before
/// [`ingest`](super::ingest).
pub fn keys(feed: &ParsedFeed) -> Vec<Keys> {
    let ambiguous = ambiguous_guids(&feed.entries);
    feed.entries
        .iter()
        .map(|entry| {
            let guid = entry.guid.as_deref().filter(|guid| !ambiguous.get(guid).is_some_and(|bad| *bad));
            match (guid, entry.link.as_deref()) {
                (Some(guid), _) => Keys { key: EntryKey::of("guid", &[guid]), alternate: alternate(guid) },
                (None, Some(link)) => Keys { key: EntryKey::of("link", &[link]), alternate: alternate(link) },
                (None, None) => Keys { key: by_content(entry), alternate: None },
            }
        })
        .collect()
}

/// Guids that several entries of different links and titles share: they identify nothing.
fn ambiguous_guids(entries: &[Entry]) -> HashMap<&str, bool> {
    let mut first: HashMap<&str, &Entry> = HashMap::new();
    let mut ambiguous = HashMap::new();
    for entry in entries {
        let Some(guid) = entry.guid.as_deref() else { continue };
        match first.get(guid) {
            None => {
                first.insert(guid, entry);
            }
            Some(other) if other.link != entry.link && other.title != entry.title => {
                ambiguous.insert(guid, true);
            }
            Some(_) => {}
        }
    }
    ambiguous
}

fn by_content(entry: &Entry) -> EntryKey {
    let title = entry.title.as_ref().map(|title| text::line(title, IDENTIFYING_CHARS));
    let others = [&entry.summary, &entry.content].into_iter().flatten();
    let mut texts = title.into_iter().chain(others.map(|text| text::paragraphs(text, IDENTIFYING_CHARS)));
    let text = texts.find(|text| !text.is_empty()).unwrap_or_default();
    let date = entry.published.or(entry.updated).map(|date| date.to_rfc3339()).unwrap_or_default();
    EntryKey::of("content", &[&text, &date])
}

/// The key of an address without scheme and host; `None` for what is no address, and for the root page.
fn alternate(id: &str) -> Option<EntryKey> {
    let url = Url::parse(id).ok().filter(|url| matches!(url.scheme(), "http" | "https"))?;
    let path = &url[url::Position::BeforePath..];
    (path.len() > 1).then(|| EntryKey::of("path", &[path]))
}

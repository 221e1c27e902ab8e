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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse::{Limits, Source, Text, parse};

    fn feed(items: &str) -> ParsedFeed {
        let body = format!("<rss version=\"2.0\"><channel>{items}</channel></rss>");
        let source = Source { content_type: None, url: "https://example.org/feed" };
        parse(body.as_bytes(), &source, &Limits::default()).unwrap()
    }

    #[track_caller]
    fn check(name: &str, items: &str, expected: &[EntryKey]) {
        let keys: Vec<_> = keys(&feed(items)).into_iter().map(|keys| keys.key).collect();
        assert_eq!(keys, expected, "{name}");
    }

    #[test]
    fn guid_then_link_then_title_and_date() {
        let guid = |id: &str| EntryKey::of("guid", &[id]);
        let link = |link: &str| EntryKey::of("link", &[link]);
        let both = "<item><guid>1</guid><link>https://example.org/1</link><title>T</title></item>";
        check("guid", both, &[guid("1")]);
        check(
            "link",
            "<item><link>https://example.org/1</link><title>T</title></item>",
            &[link("https://example.org/1")],
        );
        let dated = "<item><title> T  t</title><pubDate>2023-10-05</pubDate></item>";
        check("content", dated, &[EntryKey::of("content", &["T t", "2023-10-05T00:00:00+00:00"])]);
        check(
            "untitled",
            "<item><description>S</description></item>",
            &[EntryKey::of("content", &["S", ""])],
        );
        let same = "<item><guid>x</guid><link>https://e.org/1</link><title>A</title></item>\
            <item><guid>x</guid><link>https://e.org/2</link><title>B</title></item>";
        check("guid of every entry", same, &[link("https://e.org/1"), link("https://e.org/2")]);
        let repeated =
            "<item><guid>x</guid><title>A</title></item><item><guid>x</guid><title>A</title></item>";
        check("entry given twice", repeated, &[guid("x"), guid("x")]);
    }

    #[test]
    fn a_title_edit_changes_no_identity() {
        let mut edited = feed("<item><guid>1</guid></item><item><link>https://e.org/2</link></item>");
        let before = keys(&edited);
        edited.entries.iter_mut().for_each(|entry| entry.title = Some(Text::plain("other")));
        assert_eq!(before, keys(&edited));
    }

    #[test]
    fn a_move_to_https_or_another_host_keeps_the_alternate() {
        let alternate = |guid: &str| keys(&feed(&format!("<item><guid>{guid}</guid></item>")))[0].alternate;
        let old = alternate("http://old.example/news/1?p=2");
        assert!(old.is_some());
        assert_eq!(old, alternate("https://new.example/news/1?p=2"));
        assert_ne!(old, alternate("https://new.example/news/2?p=2"));
        assert_eq!(alternate("https://new.example/"), None);
        assert_eq!(alternate("tag:example.org,2023:1"), None);
    }
}

//! Entries as the articles that they would be stored as, for whoever looks at a feed without storing it.

use std::collections::{HashMap, HashSet};

use url::Url;

use super::{MAX_URL_BYTES, one};
use crate::alert::one_line;
use crate::ingest::{Ingested, keys};
use crate::model::{Article, FeedId, Timestamp};
use crate::parse::ParsedFeed;

/// An entry as an article that nobody knew before.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// As it would be stored by a first poll.
    pub article: Article,
    /// The article's date; `None` when the feed gives none that can be, and the time of its first sight would stand
    /// in.
    pub published_at: Option<Timestamp>,
    /// Its page as the feed writes it, where that is only a part of an address and nothing is known to complete
    /// it with.
    pub relative_link: Option<String>,
    /// An earlier entry has the same identity: this one would not be stored.
    pub is_repeated: bool,
}

/// Every entry, in the feed's order; those too that [`ingest`](super::ingest) leaves out because they
/// repeat an earlier one.
pub fn preview(feed: FeedId, parsed: &ParsedFeed, now: Timestamp) -> Vec<Preview> {
    let unknown = HashMap::new();
    let mut taken = HashSet::new();
    let entries = parsed.entries.iter().zip(keys(parsed));
    entries
        .filter_map(|(entry, keys)| {
            let (Ingested::New { article, .. } | Ingested::Changed(article)) =
                one(feed, parsed, entry, keys, &unknown, now)
            else {
                return None;
            };
            let is_dated = [entry.published, entry.updated].contains(&Some(article.published_at));
            let relative_link = entry.link.as_deref().filter(|_| article.url.is_none()).and_then(relative);
            Some(Preview {
                relative_link,
                published_at: is_dated.then_some(article.published_at),
                is_repeated: !taken.insert(keys.key),
                article,
            })
        })
        .collect()
}

/// `link` if it is a part of an address.
fn relative(link: &str) -> Option<String> {
    let is_relative = Url::parse(link) == Err(url::ParseError::RelativeUrlWithoutBase);
    Some(one_line(link)).filter(|link| is_relative && !link.is_empty() && link.len() <= MAX_URL_BYTES)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::ingest;
    use crate::parse::{Limits, Source, parse};

    #[test]
    fn a_preview_is_what_would_be_stored_and_what_would_not() {
        let body = "<rss version=\"2.0\"><channel>\
            <item><guid>1</guid><title>One &amp;amp; only</title><pubDate>2023-10-05</pubDate></item>\
            <item><guid>1</guid><title>One &amp;amp; only</title></item>\
            <item><guid>2</guid><title>Two</title><link>https://e.org/2</link></item>\
            </channel></rss>";
        let source = Source { content_type: None, url: "https://e.org/feed" };
        let parsed = parse(body.as_bytes(), &source, &Limits::default()).unwrap();
        let (feed, now) = (FeedId::of("https://e.org/feed"), "2026-01-01T00:00:00Z".parse().unwrap());
        let previews = preview(feed, &parsed, now);
        let stored: Vec<Article> = ingest(feed, &parsed, &HashMap::new(), now)
            .into_iter()
            .map(|entry| match entry {
                Ingested::New { article, .. } => article,
                other => panic!("{other:?}"),
            })
            .collect();
        let kept: Vec<Article> = previews
            .iter()
            .filter(|preview| !preview.is_repeated)
            .map(|preview| preview.article.clone())
            .collect();
        assert_eq!(kept, stored);
        let dated: Vec<bool> = previews.iter().map(|preview| preview.published_at.is_some()).collect();
        assert_eq!(dated, [true, false, false]);
        assert_eq!(previews[0].article.title, "One & only");
    }

    #[test]
    fn a_part_of_an_address_is_kept_where_nothing_completes_it() {
        for (link, url, address, relative) in [
            ("/a", "", None, Some("/a")),
            ("a?b#c", "", None, Some("a?b#c")),
            ("//e.org/a", "", None, Some("//e.org/a")),
            ("/a", "https://e.org/feed", Some("https://e.org/a"), None),
            ("https://e.org/a", "", Some("https://e.org/a"), None),
            ("javascript:alert(1)", "", None, None),
            ("file:///etc/passwd", "", None, None),
        ] {
            let body = format!(
                "<rss version=\"2.0\"><channel><item><guid isPermaLink=\"false\">1</guid><link>{link}</link></item></channel></rss>"
            );
            let source = Source { content_type: None, url };
            let parsed = parse(body.as_bytes(), &source, &Limits::default()).unwrap();
            let now = "2026-01-01T00:00:00Z".parse().unwrap();
            let found = preview(FeedId::of(url), &parsed, now).remove(0);
            assert_eq!(found.article.url.as_deref(), address, "{link}");
            assert_eq!(found.relative_link.as_deref(), relative, "{link}");
        }
    }
}

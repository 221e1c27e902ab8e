//! Entries as the articles that they would be stored as, for whoever looks at a feed without storing it.

use std::collections::{HashMap, HashSet};

use super::one;
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
            Some(Preview {
                published_at: is_dated.then_some(article.published_at),
                is_repeated: !taken.insert(keys.key),
                article,
            })
        })
        .collect()
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
}

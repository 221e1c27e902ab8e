//! What a channel is told, frozen as JSON when alerts are grouped: the body of a webhook, the
//! standard input of a command, and all that mail and terminals are rendered from.
//!
//! An attempt days later, or after the article was edited, says the same as the first one did.

use serde::{Deserialize, Serialize};

use super::context::{self, Segment, Snippet};
use super::{ArticleView, Batch, time};
use crate::model::{AlertId, Article, ArticleId, EntryKey, FeedId, Field, Lang, MatchId, Span, Timestamp};

/// More articles than this in one delivery make it a digest: titles and links, without context.
const DIGEST_OVER: usize = 50;

/// Spans told per article. A hostile page repeats a word a hundred thousand times.
const MAX_SPANS: usize = 100;

/// A message to a channel.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// Why it is sent.
    #[serde(rename = "type")]
    pub kind: Kind,
    /// When the alerts were grouped; the same in every attempt.
    #[serde(with = "time")]
    pub timestamp: Timestamp,
    /// What it tells.
    pub data: MatchData,
}

/// Why a message is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A watch matched.
    Match,
    /// A person wants to see whether the channel works; the article is invented.
    Test,
}

/// What matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchData {
    /// The first alert of the delivery.
    pub alert_id: AlertId,
    /// The watch's name.
    pub watch: String,
    /// The story that the articles tell: not recognised, hence always `null`.
    pub story: (),
    /// At least one.
    pub articles: Vec<MatchedArticle>,
}

/// An article with the proof that it matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchedArticle {
    /// The article; its keys stand beside `spans`.
    #[serde(flatten)]
    pub article: ArticleView,
    /// The first hundred places that prove the match, in reading order.
    pub spans: Vec<Span>,
    /// The matched words of the summary, the body and the author in their surroundings; the title
    /// is its own. Empty in a digest.
    pub context: Vec<Snippet>,
}

impl Payload {
    /// The message that tells of `batch`, grouped at `timestamp`.
    pub fn of(batch: &Batch<'_>, timestamp: Timestamp) -> Self {
        let first = batch.first();
        let digest = batch.alerts().len() > DIGEST_OVER;
        let articles = batch
            .alerts()
            .iter()
            .map(|pending| {
                let article = &pending.article;
                let context =
                    if digest { Vec::new() } else { context::snippets(article, &pending.matched.spans) };
                let view = ArticleView::new(article, &pending.source, &pending.feed_url);
                MatchedArticle::new(view, &pending.matched.spans, context)
            })
            .collect();
        let data =
            MatchData { alert_id: first.alert.id, watch: first.matched.watch.clone(), story: (), articles };
        Self { kind: Kind::Match, timestamp, data }
    }

    /// A message with an invented article, to see whether the channel named `channel` works.
    pub fn test(channel: &str, timestamp: Timestamp) -> Self {
        let feed_url = "https://example.org/feed.xml";
        let watch = "test";
        let feed = FeedId::of(feed_url);
        let key = EntryKey::of("content", &[watch]);
        let article = Article {
            id: ArticleId::of(feed, &key),
            feed,
            key,
            title: "A test alert from feedwatch".to_owned(),
            summary: "If you can read this, the channel works: matched words stand out in their context."
                .to_owned(),
            body: String::new(),
            author: String::new(),
            url: Some("https://example.org/test".to_owned()),
            tags: Vec::new(),
            lang: Lang::parse("en"),
            published_at: timestamp,
            first_seen_at: timestamp,
            content_hash: [0; 32],
            boilerplate: Vec::new(),
        };
        let spans = [
            Span { field: Field::Title, start: 2, end: 6, text: "test".to_owned() },
            Span { field: Field::Summary, start: 26, end: 33, text: "channel".to_owned() },
        ];
        let view = ArticleView::new(&article, "feedwatch", feed_url);
        Self {
            kind: Kind::Test,
            timestamp,
            data: MatchData {
                alert_id: AlertId::of(MatchId::of(watch, article.id), channel),
                watch: watch.to_owned(),
                story: (),
                articles: vec![MatchedArticle::new(view, &spans, context::snippets(&article, &spans))],
            },
        }
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// # Errors
    /// When the text is no payload, as after a downgrade.
    pub fn from_json(json: &str) -> serde_json::Result<Self> {
        serde_json::from_str(json)
    }

    /// The frozen form: one line of JSON, the same bytes every time.
    ///
    /// # Errors
    /// None that is known: every key is a string and no number is a float.
    pub fn to_json(&self) -> serde_json::Result<String> {
        serde_json::to_string(self)
    }
}

impl MatchedArticle {
    fn new(article: ArticleView, spans: &[Span], context: Vec<Snippet>) -> Self {
        Self { article, spans: spans.iter().take(MAX_SPANS).cloned().collect(), context }
    }

    /// The title with its matched words marked; the URL where there is no title.
    pub fn headline(&self) -> Vec<Segment> {
        let title = &self.article.title;
        if title.trim().is_empty() {
            let text = self.article.url.as_deref().unwrap_or("(no title)").to_owned();
            return vec![Segment { text, marked: false }];
        }
        context::mark(title, self.spans.iter().filter(|span| span.field == Field::Title))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::{PendingAlert, fixture};

    #[test]
    fn the_frozen_form_is_the_documented_one() {
        let alert = fixture::pending("desk", "asean-cyber", "1");
        let payload = fixture::payload(std::slice::from_ref(&alert));
        let json: serde_json::Value =
            serde_json::from_str(&payload.to_json().expect("JSON")).expect("JSON again");
        let expected = serde_json::json!({
            "type": "match",
            "timestamp": "2026-03-01T08:15:00.000Z",
            "data": {
                "alert_id": alert.alert.id.to_string(),
                "watch": "asean-cyber",
                "story": null,
                "articles": [{
                    "id": alert.article.id.to_string(),
                    "title": "Япония и АСЕАН углубят сотрудничество",
                    "url": "https://news.example/1?a=b&c=d",
                    "source": "Пример",
                    "feed": fixture::FEED_URL,
                    "lang": "ru",
                    "published_at": "2026-03-01T08:15:00.000Z",
                    "first_seen_at": "2026-03-01T08:15:00.000Z",
                    "spans": [
                        {"field": "title", "start": 9, "end": 14, "text": "АСЕАН"},
                        {"field": "summary", "start": 23, "end": 40, "text": "кибербезопасности"},
                    ],
                    "context": [{"field": "summary", "segments": [
                        {"text": "Стороны договорились о ", "marked": false},
                        {"text": "кибербезопасности", "marked": true},
                        {"text": ".", "marked": false},
                    ]}],
                }],
            },
        });
        assert_eq!(json, expected);
    }

    #[test]
    fn what_was_frozen_is_read_back_the_same() {
        let mut alert = fixture::pending("desk", "asean-cyber", "1");
        (alert.article.url, alert.article.lang) = (None, None);
        for payload in [
            fixture::payload(&[alert.clone()]),
            fixture::payload(&vec![alert; 51]),
            Payload::test("desk", fixture::now()),
        ] {
            let json = payload.to_json().expect("JSON");
            let read = Payload::from_json(&json).expect("a payload");
            assert_eq!(read, payload);
            assert_eq!(read.to_json().expect("JSON"), json);
        }
    }

    #[test]
    fn the_test_message_marks_real_words() {
        let article = Payload::test("desk", fixture::now()).data.articles.remove(0);
        let marked = |segments: Vec<Segment>| -> Vec<String> {
            segments.into_iter().filter(|segment| segment.marked).map(|segment| segment.text).collect()
        };
        assert_eq!(marked(article.headline()), ["test"]);
        assert_eq!(marked(article.context[0].segments.clone()), ["channel"]);
    }

    #[test]
    fn a_digest_has_titles_only_and_a_flood_of_spans_is_cut() {
        let mut alert = fixture::pending("desk", "asean-cyber", "1");
        let article = |alert: &PendingAlert, count| {
            fixture::payload(&vec![alert.clone(); count]).data.articles.remove(0)
        };
        assert_eq!(article(&alert, DIGEST_OVER).context.len(), 1);
        assert_eq!(article(&alert, DIGEST_OVER + 1).context.len(), 0);
        alert.matched.spans = vec![alert.matched.spans[0].clone(); 100_000];
        assert_eq!(article(&alert, 1).spans.len(), MAX_SPANS);
    }
}

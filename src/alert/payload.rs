//! What a channel is told, frozen as JSON when alerts are grouped: the body of a webhook, the
//! standard input of a command, and all that mail, chats and terminals are rendered from.
//!
//! An attempt days later, or after the article was edited, says the same as the first one did.

use serde::{Deserialize, Serialize};

use super::context::{self, Segment, Snippet};
use super::{ArticleView, Batch, StoryView, time};
use crate::model::{AlertId, Field, NoticeKind, Priority, Span, Timestamp};

/// With more articles than this in one message they have titles and links, and no context.
const BRIEF_OVER: usize = 50;

/// Spans told per article. A hostile page repeats a word a hundred thousand times.
const MAX_SPANS: usize = 100;

/// A message to a channel, and when it was written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Payload {
    /// When the alerts were grouped; the same in every attempt.
    #[serde(with = "time")]
    pub timestamp: Timestamp,
    /// What it tells; its keys `type` and `data` stand beside `timestamp`.
    #[serde(flatten)]
    pub message: Message,
}

/// What a channel is told.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "data", rename_all = "lowercase")]
pub enum Message {
    /// A watch matched.
    Match(MatchData),
    /// What several watches matched since the last digest.
    Digest(DigestData),
    /// Something about feedwatch itself needs attention.
    Notice(NoticeData),
    /// A person wants to see whether the channel works; the article is invented.
    Test(MatchData),
}

/// What one watch matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchData {
    /// The first alert of the delivery.
    pub alert_id: AlertId,
    /// The watch's name.
    pub watch: String,
    /// The watch's priority.
    #[serde(default)]
    pub priority: Priority,
    /// At least one.
    pub articles: Vec<MatchedArticle>,
}

/// What several watches matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DigestData {
    /// The first alert of the delivery.
    pub alert_id: AlertId,
    /// Why it is one message, in words; `null` for a digest that was asked for.
    #[serde(default)]
    pub reason: Option<String>,
    /// At least one.
    pub watches: Vec<WatchArticles>,
}

/// A watch with what it matched.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WatchArticles {
    /// The watch's name.
    pub watch: String,
    /// At least one.
    pub articles: Vec<MatchedArticle>,
}

/// What needs attention.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NoticeData {
    /// Why it is sent.
    pub notice: NoticeKind,
    /// What it is about: a feed's URL, or the name of a channel or a watch.
    pub subject: String,
    /// One line.
    pub title: String,
    /// Plain text, short paragraphs with blank lines between them.
    pub text: String,
}

/// An article with the proof that it matches.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchedArticle {
    /// The article; its keys stand beside `spans`.
    #[serde(flatten)]
    pub article: ArticleView,
    /// The story that it tells with others; `null` when not recognised.
    #[serde(default)]
    pub story: Option<StoryView>,
    /// Whom the article names as its origin ("Reuters", «Киодо»); `null` when nobody.
    #[serde(default)]
    pub attribution: Option<String>,
    /// The first hundred places that prove the match, in reading order.
    pub spans: Vec<Span>,
    /// The matched words of the summary, the body and the author in their surroundings; the title
    /// is its own. Empty where a message has more than fifty articles.
    pub context: Vec<Snippet>,
}

impl Payload {
    /// The message that tells of `batch`, of a watch of this `priority`, grouped at `timestamp`.
    pub fn of(batch: &Batch<'_>, priority: Priority, timestamp: Timestamp) -> Self {
        let first = batch.first();
        let data = MatchData {
            alert_id: first.alert.id,
            watch: first.matched.watch.clone(),
            priority,
            articles: articles(batch, batch.alerts().len() > BRIEF_OVER),
        };
        Self { timestamp, message: Message::Match(data) }
    }

    /// The digest of `batches`, which are of one channel, grouped at `timestamp`; `None` without any. `reason`
    /// says why they come in one message, where somebody may wonder.
    pub fn digest(batches: &[Batch<'_>], reason: Option<&str>, timestamp: Timestamp) -> Option<Self> {
        let is_brief = batches.iter().map(|batch| batch.alerts().len()).sum::<usize>() > BRIEF_OVER;
        let watches = batches.iter().map(|batch| WatchArticles {
            watch: batch.first().matched.watch.clone(),
            articles: articles(batch, is_brief),
        });
        let data = DigestData {
            alert_id: batches.first()?.first().alert.id,
            reason: reason.map(str::to_owned),
            watches: watches.collect(),
        };
        Some(Self { timestamp, message: Message::Digest(data) })
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

impl Message {
    /// The word for what it is, as in its JSON.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Match(_) => "match",
            Self::Digest(_) => "digest",
            Self::Notice(_) => "notice",
            Self::Test(_) => "test",
        }
    }

    /// Each watch that it tells of, with what it matched; none in a notice.
    pub fn watches(&self) -> Vec<(&str, &[MatchedArticle])> {
        match self {
            Self::Match(data) | Self::Test(data) => vec![(&data.watch, &data.articles)],
            Self::Digest(data) => {
                data.watches.iter().map(|of| (of.watch.as_str(), of.articles.as_slice())).collect()
            }
            Self::Notice(_) => Vec::new(),
        }
    }

    /// Every article that it tells of, in order.
    pub fn articles(&self) -> impl Iterator<Item = &MatchedArticle> {
        self.watches().into_iter().flat_map(|(_, articles)| articles)
    }

    /// How urgent it is: a match as its watch is, everything else normal.
    pub fn priority(&self) -> Priority {
        match self {
            Self::Match(data) => data.priority,
            Self::Digest(_) | Self::Notice(_) | Self::Test(_) => Priority::Normal,
        }
    }
}

fn articles(batch: &Batch<'_>, is_brief: bool) -> Vec<MatchedArticle> {
    let matched = batch.alerts().iter().map(|pending| {
        let (article, spans) = (&pending.article, &pending.matched.spans);
        let context = if is_brief { Vec::new() } else { context::snippets(article, spans) };
        let view = ArticleView::new(article, &pending.source, &pending.feed_url);
        let story = pending.story.clone();
        let attribution = article.attribution.clone();
        MatchedArticle { story, attribution, ..MatchedArticle::new(view, spans, context) }
    });
    matched.collect()
}

impl MatchedArticle {
    /// An article whose story and origin are not known.
    pub(super) fn new(article: ArticleView, spans: &[Span], context: Vec<Snippet>) -> Self {
        let spans = spans.iter().take(MAX_SPANS).cloned().collect();
        Self { article, story: None, attribution: None, spans, context }
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

    /// The documented form of the fixture's first article.
    fn article(story: serde_json::Value, attribution: serde_json::Value) -> serde_json::Value {
        let alert = fixture::pending("desk", "asean-cyber", "1");
        serde_json::json!({
            "id": alert.article.id.to_string(),
            "title": "Япония и АСЕАН углубят сотрудничество",
            "url": "https://news.example/1?a=b&c=d",
            "source": "Пример",
            "feed": fixture::FEED_URL,
            "lang": "ru",
            "published_at": "2026-03-01T08:15:00.000Z",
            "published_said": null,
            "first_seen_at": "2026-03-01T08:15:00.000Z",
            "story": story,
            "attribution": attribution,
            "spans": [
                {"field": "title", "start": 9, "end": 14, "text": "АСЕАН"},
                {"field": "summary", "start": 23, "end": 40, "text": "кибербезопасности"},
            ],
            "context": [{"field": "summary", "segments": [
                {"text": "Стороны договорились о ", "marked": false},
                {"text": "кибербезопасности", "marked": true},
                {"text": ".", "marked": false},
            ]}],
        })
    }

    #[test]
    fn the_frozen_forms_are_the_documented_ones() {
        let alert = fixture::pending("desk", "asean-cyber", "1");
        let (null, alert_id) = (serde_json::Value::Null, alert.alert.id.to_string());
        let story = serde_json::json!({
            "id": "story-1", "articles": 31, "sources": 14, "languages": ["en", "ja", "ru"],
            "first_seen_at": "2026-03-01T08:15:00.000Z",
            "others": [{
                "title": "Japan, ASEAN to deepen cyber ties", "source": "Kyodo News",
                "url": "https://kyodo.example/1", "lang": "en",
            }],
        });
        for (payload, kind, data) in [
            (
                fixture::payload(std::slice::from_ref(&alert)),
                "match",
                serde_json::json!({
                    "alert_id": alert_id, "watch": "asean-cyber", "priority": "normal",
                    "articles": [article(null.clone(), null.clone())],
                }),
            ),
            (
                fixture::with_story(fixture::payload(std::slice::from_ref(&alert))),
                "match",
                serde_json::json!({
                    "alert_id": alert_id, "watch": "asean-cyber", "priority": "normal",
                    "articles": [article(story, "Киодо".into())],
                }),
            ),
            (
                fixture::digest(&[alert]),
                "digest",
                serde_json::json!({
                    "alert_id": alert_id, "reason": null,
                    "watches": [{"watch": "asean-cyber", "articles": [article(null.clone(), null)]}],
                }),
            ),
            (
                fixture::notice(),
                "notice",
                serde_json::json!({
                    "notice": "feed_failing",
                    "subject": fixture::FEED_URL,
                    "title": "A feed has failed for three days",
                    "text": "The last answer: 500 Internal Server Error.\n\nIt is tried again once a day.",
                }),
            ),
        ] {
            let json: serde_json::Value =
                serde_json::from_str(&payload.to_json().expect("JSON")).expect("JSON again");
            let expected = serde_json::json!(
                {"type": kind, "timestamp": "2026-03-01T08:15:00.000Z", "data": data}
            );
            assert_eq!(json, expected);
            assert_eq!(payload.message.kind(), kind);
        }
    }

    /// What a value is made of: names and types.
    fn shape(value: &serde_json::Value) -> serde_json::Value {
        use serde_json::Value;
        match value {
            Value::Object(members) => {
                Value::Object(members.iter().map(|(key, value)| (key.clone(), shape(value))).collect())
            }
            Value::Array(list) => Value::Array(list.first().map(shape).into_iter().collect()),
            Value::String(_) => "text".into(),
            Value::Number(_) => 0.into(),
            other => other.clone(),
        }
    }

    #[test]
    fn the_example_of_the_manual_is_such_a_form() {
        let manual = include_str!("../../docs/channels.md");
        let example = manual.split("```json\n").nth(1).and_then(|rest| rest.split("```").next());
        let example = serde_json::from_str(example.expect("an example")).expect("JSON");
        let payload = fixture::with_story(fixture::payload(&[fixture::pending("desk", "a", "1")]));
        let real = serde_json::from_str(&payload.to_json().expect("JSON")).expect("JSON again");
        assert_eq!(shape(&example), shape(&real));
    }

    #[test]
    fn what_was_frozen_is_read_back_the_same() {
        let mut alert = fixture::pending("desk", "asean-cyber", "1");
        (alert.article.url, alert.article.lang) = (None, None);
        for payload in [
            fixture::payload(&[alert.clone()]),
            fixture::payload(&vec![alert.clone(); 51]),
            fixture::with_story(fixture::payload(&[alert.clone()])),
            fixture::digest(&[alert.clone(), fixture::pending("desk", "japan", "2")]),
            fixture::notice(),
            Payload::test("desk", fixture::now()),
        ] {
            let json = payload.to_json().expect("JSON");
            let read = Payload::from_json(&json).expect("a payload");
            assert_eq!(read, payload);
            assert_eq!(read.to_json().expect("JSON"), json);
        }
    }

    #[test]
    fn what_was_frozen_before_there_were_stories_and_priorities_is_read() {
        let alert = fixture::pending("desk", "asean-cyber", "1");
        let payload = fixture::payload(&[alert]);
        let mut old: serde_json::Value =
            serde_json::from_str(&payload.to_json().expect("JSON")).expect("JSON again");
        let data = old["data"].as_object_mut().expect("an object");
        data.remove("priority");
        data.insert("story".to_owned(), serde_json::Value::Null);
        let article = data["articles"][0].as_object_mut().expect("an object");
        article.remove("story");
        article.remove("attribution");
        assert_eq!(Payload::from_json(&old.to_string()).expect("a payload"), payload);
    }

    #[test]
    fn a_long_message_has_titles_only_and_a_flood_of_spans_is_cut() {
        let mut alert = fixture::pending("desk", "asean-cyber", "1");
        let first = |payload: &Payload| payload.message.articles().next().cloned().expect("an article");
        let article = |alert: &PendingAlert, count| first(&fixture::payload(&vec![alert.clone(); count]));
        assert_eq!(article(&alert, BRIEF_OVER).context.len(), 1);
        assert_eq!(article(&alert, BRIEF_OVER + 1).context.len(), 0);
        let mut many = vec![alert.clone(); BRIEF_OVER];
        assert_eq!(first(&fixture::digest(&many)).context.len(), 1);
        many.push(fixture::pending("desk", "japan", "2"));
        assert_eq!(first(&fixture::digest(&many)).context.len(), 0);
        alert.matched.spans = vec![alert.matched.spans[0].clone(); 100_000];
        assert_eq!(article(&alert, 1).spans.len(), MAX_SPANS);
    }

    #[test]
    fn a_digest_tells_of_every_watch_and_is_none_without_alerts() {
        let alerts =
            [("a", "1"), ("b", "1"), ("a", "2")].map(|(watch, key)| fixture::pending("desk", watch, key));
        let digest = fixture::digest(&alerts);
        let watches: Vec<_> =
            digest.message.watches().iter().map(|(watch, articles)| (*watch, articles.len())).collect();
        assert_eq!(watches, [("a", 2), ("b", 1)]);
        assert_eq!(Payload::digest(&[], None, fixture::now()), None);
    }
}

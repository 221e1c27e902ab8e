//! Articles and alerts for tests.

use chrono::{TimeZone, Utc};

use super::{Message, NoticeData, OtherArticle, Payload, PendingAlert, StoryView, group};
use crate::model::{
    Alert, AlertId, Article, ArticleId, EntryKey, FeedId, Field, Lang, Match, MatchId, NoticeKind, Priority,
    Span, Timestamp,
};

pub(crate) const FEED_URL: &str = "https://news.example/rss";

/// 2026-03-01 08:15 UTC.
pub(crate) fn now() -> Timestamp {
    Utc.timestamp_millis_opt(1_772_352_900_000).single().expect("a valid time")
}

pub(crate) fn article() -> Article {
    let feed = FeedId::of(FEED_URL);
    let key = EntryKey::of("guid", &["1"]);
    Article {
        id: ArticleId::of(feed, &key),
        feed,
        key,
        title: "Япония и АСЕАН углубят сотрудничество".to_owned(),
        summary: "Стороны договорились о кибербезопасности.".to_owned(),
        body: String::new(),
        author: String::new(),
        url: Some("https://news.example/1?a=b&c=d".to_owned()),
        tags: Vec::new(),
        lang: Lang::parse("ru"),
        published_at: now(),
        published_said: None,
        first_seen_at: now(),
        content_hash: [0; 32],
        boilerplate: Vec::new(),
        attribution: None,
    }
}

/// An alert for `channel`: `watch` matched «АСЕАН» and «кибербезопасности» in the article that its
/// feed publishes under `key`.
pub(crate) fn pending(channel: &str, watch: &str, key: &str) -> PendingAlert {
    let key = EntryKey::of("guid", &[key]);
    let article = Article { id: ArticleId::of(FeedId::of(FEED_URL), &key), key, ..article() };
    let matched = MatchId::of(watch, article.id);
    PendingAlert {
        alert: Alert {
            id: AlertId::of(matched, channel),
            matched,
            watch: watch.to_owned(),
            channel: channel.to_owned(),
            created_at: now(),
            storm: None,
        },
        matched: Match {
            id: matched,
            watch: watch.to_owned(),
            article: article.id,
            matched_at: now(),
            spans: vec![
                Span { field: Field::Title, start: 9, end: 14, text: "АСЕАН".to_owned() },
                Span {
                    field: Field::Summary, start: 23, end: 40, text: "кибербезопасности".to_owned()
                },
            ],
        },
        article,
        source: "Пример".to_owned(),
        feed_url: FEED_URL.to_owned(),
        story: None,
    }
}

/// The message that tells of `alerts`, which are of one channel and one watch.
pub(crate) fn payload(alerts: &[PendingAlert]) -> Payload {
    Payload::of(group(alerts).first().expect("alerts"), Priority::Normal, now())
}

/// The digest of `alerts`, which are of one channel.
pub(crate) fn digest(alerts: &[PendingAlert]) -> Payload {
    Payload::digest(&group(alerts), None, now()).expect("alerts")
}

/// `payload`, each article of which is one of a story that others tell too, and names its origin.
pub(crate) fn with_story(mut payload: Payload) -> Payload {
    let Message::Match(data) = &mut payload.message else { panic!("a match expected: {payload:?}") };
    for article in &mut data.articles {
        article.attribution = Some("Киодо".to_owned());
        article.story = Some(StoryView {
            id: "story-1".to_owned(),
            articles: 31,
            sources: 14,
            languages: ["en", "ja", "ru"].into_iter().filter_map(Lang::parse).collect(),
            first_seen_at: now(),
            others: vec![OtherArticle {
                title: "Japan, ASEAN to deepen cyber ties".to_owned(),
                source: "Kyodo News".to_owned(),
                url: Some("https://kyodo.example/1".to_owned()),
                lang: Lang::parse("en"),
            }],
        });
    }
    payload
}

/// A feed fails.
pub(crate) fn notice() -> Payload {
    let data = NoticeData {
        notice: NoticeKind::FeedFailing,
        subject: FEED_URL.to_owned(),
        title: "A feed has failed for three days".to_owned(),
        text: "The last answer: 500 Internal Server Error.\n\nIt is tried again once a day.".to_owned(),
    };
    Payload { timestamp: now(), message: Message::Notice(data) }
}

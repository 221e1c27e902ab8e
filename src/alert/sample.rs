//! Messages that tell of nothing that happened, for trying out channels.

use super::context;
use super::payload::{DigestData, MatchData, MatchedArticle, Message, NoticeData, Payload, WatchArticles};
use super::view::{ArticleView, OtherArticle, StoryView};
use crate::model::{
    AlertId, Article, ArticleId, EntryKey, FeedId, Field, Lang, MatchId, NoticeKind, Priority, Span,
    Timestamp,
};

impl Payload {
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
            published_said: None,
            first_seen_at: timestamp,
            content_hash: [0; 32],
            boilerplate: Vec::new(),
            attribution: None,
        };
        let spans = [
            Span { field: Field::Title, start: 2, end: 6, text: "test".to_owned() },
            Span { field: Field::Summary, start: 26, end: 33, text: "channel".to_owned() },
        ];
        let view = ArticleView::new(&article, "feedwatch", feed_url);
        let data = MatchData {
            alert_id: AlertId::of(MatchId::of(watch, article.id), channel),
            watch: watch.to_owned(),
            priority: Priority::default(),
            articles: vec![MatchedArticle::new(view, &spans, context::snippets(&article, &spans))],
        };
        Self { timestamp, message: Message::Test(data) }
    }

    /// A message of each type, with and without what an article may lack: what a template is tried on.
    pub fn samples() -> Vec<Self> {
        let timestamp = Timestamp::UNIX_EPOCH;
        let Message::Test(whole) = Self::test("sample", timestamp).message else { return Vec::new() };
        let mut rich = whole.clone();
        for article in &mut rich.articles {
            article.attribution = Some("Reuters".to_owned());
            article.story = Some(StoryView {
                id: "story".to_owned(),
                articles: 2,
                sources: 2,
                languages: Lang::parse("en").into_iter().collect(),
                first_seen_at: timestamp,
                others: vec![OtherArticle {
                    title: "Another title".to_owned(),
                    source: "Another outlet".to_owned(),
                    url: None,
                    lang: None,
                }],
            });
        }
        let mut bare = whole.clone();
        for article in &mut bare.articles {
            (article.article.url, article.article.lang) = (None, None);
            article.context.clear();
        }
        let watches = [&rich, &bare]
            .map(|data| WatchArticles { watch: data.watch.clone(), articles: data.articles.clone() });
        let digest = DigestData { alert_id: whole.alert_id, reason: None, watches: watches.to_vec() };
        let notice = NoticeData {
            notice: NoticeKind::FeedFailing,
            subject: "https://example.org/feed.xml".to_owned(),
            title: "A feed fails".to_owned(),
            text: "Its server does not answer.".to_owned(),
        };
        [
            Message::Match(rich),
            Message::Match(bare),
            Message::Digest(digest),
            Message::Notice(notice),
            Message::Test(whole),
        ]
        .map(|message| Self { timestamp, message })
        .to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::{Segment, fixture};

    #[test]
    fn the_test_message_marks_real_words() {
        let payload = Payload::test("desk", fixture::now());
        let article = payload.message.articles().next().expect("an article");
        let marked = |segments: Vec<Segment>| -> Vec<String> {
            segments.into_iter().filter(|segment| segment.marked).map(|segment| segment.text).collect()
        };
        assert_eq!(marked(article.headline()), ["test"]);
        assert_eq!(marked(article.context[0].segments.clone()), ["channel"]);
    }
}

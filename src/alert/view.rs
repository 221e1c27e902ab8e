//! Articles and matches as programs see them: the JSON of `matches`, shared with every payload.

use serde::{Deserialize, Serialize};

use super::time;
use crate::model::{Article, ArticleId, Lang, Match, Span, Timestamp, masked};

/// An article in JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ArticleView {
    /// Stable over polls, restarts and machines.
    pub id: ArticleId,
    /// Empty when the feed gives none.
    pub title: String,
    /// The page; `None` when the feed gives none that is http or https.
    pub url: Option<String>,
    /// The outlet's name.
    pub source: String,
    /// The feed's URL as configured, its user name and password masked.
    pub feed: String,
    /// `None` when it could not be told.
    pub lang: Option<Lang>,
    /// What the feed said, else when it was first seen.
    #[serde(with = "time")]
    pub published_at: Timestamp,
    /// What the feed said, where that cannot be: then `published_at` is when it was first seen.
    #[serde(default, with = "time::optional")]
    pub published_said: Option<Timestamp>,
    /// When this installation saw it first.
    #[serde(with = "time")]
    pub first_seen_at: Timestamp,
}

impl ArticleView {
    /// The view of `article`, of the outlet `source`, found in the feed configured as `feed_url`.
    pub fn new(article: &Article, source: &str, feed_url: &str) -> Self {
        Self {
            id: article.id,
            title: article.title.clone(),
            url: article.url.clone(),
            source: source.to_owned(),
            feed: masked(feed_url).into_owned(),
            lang: article.lang,
            published_at: article.published_at,
            published_said: article.published_said,
            first_seen_at: article.first_seen_at,
        }
    }
}

/// A story in JSON: the articles of many outlets that tell the same news.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoryView {
    /// Stable over polls and restarts.
    pub id: String,
    /// How many articles, this one among them.
    pub articles: usize,
    /// How many outlets.
    pub sources: usize,
    /// The languages it is told in, sorted.
    pub languages: Vec<Lang>,
    /// When this installation saw its first article.
    #[serde(with = "time")]
    pub first_seen_at: Timestamp,
    /// Articles of other outlets, at most ten.
    pub others: Vec<OtherArticle>,
}

/// An article of another outlet that tells the same story.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OtherArticle {
    /// Empty when the feed gives none.
    pub title: String,
    /// The outlet's name.
    pub source: String,
    /// The page; `None` when the feed gives none that is http or https.
    pub url: Option<String>,
    /// `None` when it could not be told.
    pub lang: Option<Lang>,
}

/// A match in JSON: one line of `matches --json`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MatchView {
    /// The watch's name.
    pub watch: String,
    /// When it was decided.
    #[serde(with = "time")]
    pub matched_at: Timestamp,
    /// What matched.
    pub article: ArticleView,
    /// The story that the article tells with others; `null` when it was stored before stories were told.
    pub story: Option<StoryRef>,
    /// Whom the article names as its origin; `null` when nobody that is known.
    pub attribution: Option<String>,
    /// Whether its article was there before its feed was watched: it alerted nobody.
    pub baseline: bool,
    /// Why.
    pub spans: Vec<Span>,
}

/// A story in one line of JSON.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoryRef {
    /// Stable over polls and restarts.
    pub id: String,
    /// How many articles, this one among them.
    pub articles: u32,
    /// How many outlets.
    pub sources: u32,
}

impl MatchView {
    /// The view of `matched`, whose article is seen as `article`.
    pub fn new(
        matched: &Match,
        article: ArticleView,
        story: Option<StoryRef>,
        attribution: Option<String>,
        baseline: bool,
    ) -> Self {
        Self {
            watch: matched.watch.clone(),
            matched_at: matched.matched_at,
            article,
            story,
            attribution,
            baseline,
            spans: matched.spans.clone(),
        }
    }
}

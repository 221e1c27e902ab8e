//! How much there is, counted.

use anyhow::Context;
use sqlx::FromRow;

use super::Store;
use crate::model::Timestamp;

/// What the database holds, and what came in since a moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stats {
    /// Configured feeds.
    pub feeds: u64,
    /// Those of them whose last poll failed.
    pub failing: u64,
    /// All stored articles.
    pub articles: u64,
    /// Articles first seen since then.
    pub new: u64,
    /// Watches that matched since then, with their matches; most first.
    pub watches: Vec<Count>,
    /// Concepts that articles first seen since then mention, with their articles; most first.
    pub concepts: Vec<Count>,
}

/// How many of what.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Count {
    /// Of a watch or a concept.
    pub name: String,
    /// How many.
    #[sqlx(try_from = "i64")]
    pub count: u64,
}

impl Store {
    /// Counts what came in at `since` or later; at most `limit` watches and concepts.
    pub async fn stats(&self, since: Timestamp, limit: u32) -> anyhow::Result<Stats> {
        let since = since.timestamp_millis();
        let totals: (u32, u32, u32, u32) = sqlx::query_as(
            "SELECT (SELECT count(*) FROM feed WHERE configured = 1), \
             (SELECT count(*) FROM feed WHERE configured = 1 AND failures > 0), \
             (SELECT count(*) FROM article), (SELECT count(*) FROM article WHERE first_seen_at >= $1)",
        )
        .bind(since)
        .fetch_one(self.reader())
        .await
        .context("cannot count feeds and articles")?;
        let watches = sqlx::query_as(
            "SELECT watch AS name, count(*) AS count FROM match WHERE matched_at >= $1 \
             GROUP BY watch ORDER BY count DESC, name LIMIT $2",
        )
        .bind(since)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .context("cannot count the matches")?;
        let concepts = sqlx::query_as(
            "SELECT concept AS name, count(*) AS count \
             FROM article JOIN article_concept ON article_concept.article_seq = article.seq \
             WHERE article.first_seen_at >= $1 GROUP BY concept ORDER BY count DESC, name LIMIT $2",
        )
        .bind(since)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .context("cannot count the concepts")?;
        let (feeds, failing, articles, new) = totals;
        Ok(Stats {
            feeds: feeds.into(),
            failing: failing.into(),
            articles: articles.into(),
            new: new.into(),
            watches,
            concepts,
        })
    }
}

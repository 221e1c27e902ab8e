//! Search: candidates from the token index. Whether one truly matches is for `matching` to say, with
//! the same compiled query that watches use.

use std::ops::RangeInclusive;

use anyhow::Context;

use super::article::{ArticleRow, article_columns};
use super::{Store, StoredArticle};
use crate::model::Timestamp;

impl Store {
    /// Articles that `filter` (an FTS5 expression over the index tokens; `None`: all) lets through, of those whose
    /// `seq` is in `range`, newest first; the `seq` stands with each.
    pub async fn candidates(
        &self,
        filter: Option<&str>,
        since: Option<Timestamp>,
        range: RangeInclusive<i64>,
        limit: u32,
    ) -> anyhow::Result<Vec<(i64, StoredArticle)>> {
        #[derive(sqlx::FromRow)]
        struct Candidate {
            seq: i64,
            #[sqlx(flatten)]
            article: ArticleRow,
        }
        let since = since.map_or(i64::MIN, |since| since.timestamp_millis());
        let rows: Vec<Candidate> = match filter {
            Some(filter) => {
                sqlx::query_as(concat!(
                    "SELECT article.seq, ",
                    article_columns!(),
                    " FROM article_index JOIN article ON article.seq = article_index.rowid \
                     JOIN feed ON feed.id = article.feed_id \
                     WHERE article_index MATCH $5 AND article_index.rowid BETWEEN $1 AND $2 \
                     AND article.first_seen_at >= $3 ORDER BY article_index.rowid DESC LIMIT $4"
                ))
                .bind(range.start())
                .bind(range.end())
                .bind(since)
                .bind(limit)
                .bind(filter)
                .fetch_all(self.reader())
                .await
            }
            None => sqlx::query_as(concat!(
                "SELECT article.seq, ",
                article_columns!(),
                " FROM article JOIN feed ON feed.id = article.feed_id WHERE article.seq BETWEEN $1 AND $2 \
                     AND article.first_seen_at >= $3 ORDER BY article.seq DESC LIMIT $4"
            ))
            .bind(range.start())
            .bind(range.end())
            .bind(since)
            .bind(limit)
            .fetch_all(self.reader())
            .await,
        }
        .context("cannot search the articles")?;
        rows.into_iter().map(|row| Ok((row.seq, StoredArticle::try_from(row.article)?))).collect()
    }

    /// A number that no article first seen at `since` or later is below.
    pub async fn first_since(&self, since: Timestamp) -> anyhow::Result<i64> {
        // Within the index: in the order of numbers, it would be looked for among all that are older.
        sqlx::query_scalar("SELECT coalesce(min(+seq), $2) FROM article WHERE first_seen_at >= $1")
            .bind(since.timestamp_millis())
            .bind(i64::MAX)
            .fetch_one(self.reader())
            .await
            .context("cannot look for the first article of a time")
    }

    /// How many articles [`candidates`](Self::candidates) has.
    pub async fn candidate_count(
        &self,
        filter: Option<&str>,
        since: Option<Timestamp>,
        range: RangeInclusive<i64>,
    ) -> anyhow::Result<u64> {
        let since = since.map_or(i64::MIN, |since| since.timestamp_millis());
        let count: i64 =
            match filter {
                Some(filter) => sqlx::query_scalar(
                    "SELECT count(*) FROM article_index JOIN article ON article.seq = article_index.rowid \
                     WHERE article_index MATCH $4 AND article_index.rowid BETWEEN $1 AND $2 \
                     AND article.first_seen_at >= $3",
                )
                .bind(range.start())
                .bind(range.end())
                .bind(since)
                .bind(filter)
                .fetch_one(self.reader())
                .await,
                None => {
                    // Within an index that holds both, instead of through the texts.
                    sqlx::query_scalar(
                        "SELECT count(*) FROM article WHERE first_seen_at >= $3 AND +seq BETWEEN $1 AND $2",
                    )
                    .bind(range.start())
                    .bind(range.end())
                    .bind(since)
                    .fetch_one(self.reader())
                    .await
                }
            }
            .context("cannot count the articles")?;
        Ok(count.unsigned_abs())
    }
}

//! Search: candidates from the token index. Whether one truly matches is for `matching` to say, with
//! the same compiled query that watches use.

use anyhow::Context;

use super::article::{ArticleRow, article_columns};
use super::{Store, StoredArticle};
use crate::model::Timestamp;

impl Store {
    /// Articles that `filter` (an FTS5 expression over the index tokens; `None`: all) lets through,
    /// newest first. `before` is where the last page ended: the `seq` returned with its last article.
    pub async fn candidates(
        &self,
        filter: Option<&str>,
        since: Option<Timestamp>,
        before: Option<i64>,
        limit: u32,
    ) -> anyhow::Result<Vec<(i64, StoredArticle)>> {
        #[derive(sqlx::FromRow)]
        struct Candidate {
            seq: i64,
            #[sqlx(flatten)]
            article: ArticleRow,
        }
        let since = since.map_or(i64::MIN, |since| since.timestamp_millis());
        let before = before.unwrap_or(i64::MAX);
        let rows: Vec<Candidate> = match filter {
            Some(filter) => {
                sqlx::query_as(concat!(
                    "SELECT article.seq, ",
                    article_columns!(),
                    " FROM article_index JOIN article ON article.seq = article_index.rowid \
                     JOIN feed ON feed.id = article.feed_id \
                     WHERE article_index MATCH $1 AND article_index.rowid < $2 AND article.first_seen_at >= $3 \
                     ORDER BY article_index.rowid DESC LIMIT $4"
                ))
                .bind(filter)
                .bind(before)
                .bind(since)
                .bind(limit)
                .fetch_all(self.reader())
                .await
            }
            None => {
                sqlx::query_as(concat!(
                    "SELECT article.seq, ",
                    article_columns!(),
                    " FROM article JOIN feed ON feed.id = article.feed_id \
                     WHERE article.seq < $1 AND article.first_seen_at >= $2 ORDER BY article.seq DESC LIMIT $3"
                ))
                .bind(before)
                .bind(since)
                .bind(limit)
                .fetch_all(self.reader())
                .await
            }
        }
        .context("cannot search the articles")?;
        rows.into_iter().map(|row| Ok((row.seq, StoredArticle::try_from(row.article)?))).collect()
    }

    /// How many articles [`candidates`](Self::candidates) has for `filter` and `since`.
    pub async fn candidate_count(
        &self,
        filter: Option<&str>,
        since: Option<Timestamp>,
    ) -> anyhow::Result<u64> {
        let since = since.map_or(i64::MIN, |since| since.timestamp_millis());
        let count: i64 =
            match filter {
                Some(filter) => sqlx::query_scalar(
                    "SELECT count(*) FROM article_index JOIN article ON article.seq = article_index.rowid \
                     WHERE article_index MATCH $1 AND article.first_seen_at >= $2",
                )
                .bind(filter)
                .bind(since)
                .fetch_one(self.reader())
                .await,
                None => {
                    sqlx::query_scalar("SELECT count(*) FROM article WHERE first_seen_at >= $1")
                        .bind(since)
                        .fetch_one(self.reader())
                        .await
                }
            }
            .context("cannot count the articles")?;
        Ok(count.unsigned_abs())
    }
}

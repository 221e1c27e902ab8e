//! Deleting what is old enough. What "old enough" means is decided by the caller.

use anyhow::Context;

use super::{Store, paragraph, row};
use crate::failpoint::{Failpoint, pass};
use crate::model::Timestamp;

/// What a round of pruning deleted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pruned {
    /// Articles.
    pub articles: u64,
    /// Finished deliveries, with their alerts and attempts.
    pub deliveries: u64,
}

/// The clock that retention goes by, when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionClock {
    /// What it showed.
    pub at: Timestamp,
    /// What the machine's clock showed.
    pub wall: Timestamp,
}

impl Store {
    /// Where the clock stood that retention goes by; `None`: nothing was pruned yet.
    pub async fn retention_clock(&self) -> anyhow::Result<Option<RetentionClock>> {
        let row: Option<(i64, i64)> = sqlx::query_as("SELECT at, wall FROM retention_clock")
            .fetch_optional(self.reader())
            .await
            .context("cannot read the clock of retention")?;
        row.map(|(at, wall)| Ok(RetentionClock { at: row::time(at)?, wall: row::time(wall)? })).transpose()
    }

    /// Sets it.
    pub async fn set_retention_clock(&self, clock: RetentionClock) -> anyhow::Result<()> {
        let failed = || "cannot set the clock of retention";
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM retention_clock").execute(&mut *tx).await.with_context(failed)?;
        sqlx::query("INSERT INTO retention_clock (at, wall) VALUES ($1, $2)")
            .bind(clock.at.timestamp_millis())
            .bind(clock.wall.timestamp_millis())
            .execute(&mut *tx)
            .await
            .with_context(failed)?;
        tx.commit().await.with_context(failed)
    }

    /// Deletes finished deliveries older than `matches`; articles without a match that their feed has
    /// not carried since `articles`, and matched ones not carried since `matches`, with their matches;
    /// at most `limit` articles, so that the writer is not held for long.
    ///
    /// "Not carried since" is judged by the feed's last answer that was read: while a feed is down or
    /// answers "not modified", its articles do not age. An article with an unfinished delivery stays.
    pub async fn prune(&self, articles: Timestamp, matches: Timestamp, limit: u32) -> anyhow::Result<Pruned> {
        let mut tx = self.write().await?;
        let deliveries = sqlx::query(
            "DELETE FROM delivery WHERE seq IN (SELECT seq FROM delivery \
             WHERE finished_at < $1 AND state != 'dead' LIMIT $2)",
        )
        .bind(matches.timestamp_millis())
        .bind(limit)
        .execute(&mut *tx)
        .await
        .context("cannot prune the deliveries")?
        .rows_affected();
        // The newest answer that was read still carried what was seen at most a day before it.
        let seqs: Vec<i64> = sqlx::query_scalar(
            "SELECT article.seq FROM article JOIN feed ON feed.id = article.feed_id \
             WHERE article.last_seen_at < $1 AND (feed.configured = 0 OR article.last_seen_at < feed.last_read_at - 86400000) \
             AND (article.last_seen_at < $2 OR NOT EXISTS (SELECT 1 FROM match WHERE match.article_id = article.id)) \
             AND NOT EXISTS (SELECT 1 FROM match JOIN alert ON alert.match_id = match.id \
                 LEFT JOIN delivery ON delivery.id = alert.delivery_id \
                 WHERE match.article_id = article.id \
                 AND (alert.delivery_id IS NULL OR delivery.state IN ('pending', 'in_flight', 'dead'))) \
             LIMIT $3",
        )
        .bind(articles.timestamp_millis())
        .bind(matches.timestamp_millis())
        .bind(limit)
        .fetch_all(&mut *tx)
        .await
        .context("cannot read which articles are old")?;
        for seq in &seqs {
            sqlx::query("DELETE FROM article_index WHERE rowid = $1")
                .bind(seq)
                .execute(&mut *tx)
                .await
                .context("cannot prune the search index")?;
            sqlx::query("DELETE FROM article WHERE seq = $1")
                .bind(seq)
                .execute(&mut *tx)
                .await
                .context("cannot prune an article")?;
        }
        paragraph::forget_removed_feeds(&mut tx, articles).await?;
        sqlx::query("PRAGMA incremental_vacuum(1000)")
            .execute(&mut *tx)
            .await
            .context("cannot give pages back")?;
        pass(Failpoint::Pruning);
        tx.commit().await.context("cannot commit the pruning")?;
        Ok(Pruned { articles: seqs.len() as u64, deliveries })
    }
}

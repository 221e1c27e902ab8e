//! Deleting what is old enough. What "old enough" means is decided by the caller.
//!
//! What may go is found on a reader and looked at once a round, whatever is spared; the writer only deletes,
//! a little at a time, and looks again before it does.

use anyhow::Context;
use sqlx::{Sqlite, Transaction};

use super::{Store, paragraph, row};
use crate::failpoint::{Failpoint, pass};
use crate::model::Timestamp;

/// Since when something must be over to be forgotten.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expiry {
    /// Articles without a match that their feed has not carried since.
    pub articles: Timestamp,
    /// Matched ones likewise, with their matches; deliveries that ended before.
    pub matches: Timestamp,
}

/// How far a round of pruning has come among the articles: first those without a match, then the others;
/// feed by feed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PruningPlace {
    matched: bool,
    feed: Vec<u8>,
    last_seen_at: i64,
    seq: i64,
}

/// The clock that retention goes by, when it was looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RetentionClock {
    /// What it showed.
    pub at: Timestamp,
    /// What the machine's clock showed.
    pub wall: Timestamp,
}

/// Whether `article` of `feed` has not been carried since the parameter. The newest answer that was read still
/// carried what was seen at most a day before it.
macro_rules! aged {
    ($before:literal) => {
        concat!(
            "article.last_seen_at < min(",
            $before,
            ", iif(feed.configured = 0, ",
            $before,
            ", feed.last_read_at - 86400000))"
        )
    };
}

/// Whether some channel may still be told of `article`.
macro_rules! awaited {
    () => {
        "EXISTS (SELECT 1 FROM match JOIN alert ON alert.match_id = match.id \
         LEFT JOIN delivery ON delivery.id = alert.delivery_id WHERE match.article_id = article.id \
         AND (alert.delivery_id IS NULL OR delivery.state IN ('pending', 'in_flight', 'dead')))"
    };
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

    /// Deletes deliveries that ended, with their alerts and attempts, at most `limit`. Dead letters stay.
    /// Returns how many.
    pub async fn prune_deliveries(&self, expiry: Expiry, limit: u32) -> anyhow::Result<u64> {
        let mut tx = self.write().await?;
        let deleted = sqlx::query(
            "DELETE FROM delivery WHERE seq IN (SELECT seq FROM delivery \
             WHERE finished_at < $1 AND state IN ('delivered', 'dropped') ORDER BY finished_at LIMIT $2)",
        )
        .bind(expiry.matches.timestamp_millis())
        .bind(limit)
        .execute(&mut *tx)
        .await
        .context("cannot prune the deliveries")?
        .rows_affected();
        tx.commit().await.context("cannot commit the pruning of deliveries")?;
        Ok(deleted)
    }

    /// Deletes articles that are old enough, from `place` on, at most `limit`. Returns how many, and where to
    /// go on; `None`: all were looked at.
    ///
    /// "Not carried since" is judged by the feed's last answer that was read: while a feed is down or
    /// answers "not modified", its articles do not age. An article with an unfinished delivery or a dead letter
    /// stays.
    pub async fn prune_articles(
        &self,
        expiry: Expiry,
        place: &PruningPlace,
        limit: u32,
    ) -> anyhow::Result<(u64, Option<PruningPlace>)> {
        let before = if place.matched { expiry.matches } else { expiry.articles };
        let found: Vec<(i64, Vec<u8>, i64)> = sqlx::query_as(concat!(
            // What is behind the place is not looked at again, nor is what its feed still carries.
            "SELECT article.seq, article.feed_id, article.last_seen_at FROM feed CROSS JOIN article \
             WHERE feed.id >= $1 AND article.feed_id = feed.id AND article.matched = $4 \
             AND article.last_seen_at >= iif(feed.id = $1, $2, $7) AND ",
            aged!("$5"),
            " AND (feed.id != $1 OR article.last_seen_at != $2 OR article.seq > $3) \
             AND (article.matched = 0 OR NOT ",
            awaited!(),
            ") ORDER BY feed.id, article.last_seen_at, article.seq LIMIT $6"
        ))
        .bind(&place.feed)
        .bind(place.last_seen_at)
        .bind(place.seq)
        .bind(place.matched)
        .bind(before.timestamp_millis())
        .bind(limit)
        .bind(i64::MIN)
        .fetch_all(self.reader())
        .await
        .context("cannot read which articles are old")?;
        let next = match found.last() {
            Some((seq, feed, last_seen_at)) if found.len() >= limit as usize => Some(PruningPlace {
                matched: place.matched,
                feed: feed.clone(),
                last_seen_at: *last_seen_at,
                seq: *seq,
            }),
            _ if !place.matched => Some(PruningPlace { matched: true, ..PruningPlace::default() }),
            _ => None,
        };
        let seqs: Vec<i64> = found.into_iter().map(|(seq, ..)| seq).collect();
        if seqs.is_empty() {
            return Ok((0, next));
        }
        let mut tx = self.write().await?;
        let deleted = delete_articles(&mut tx, &seqs, place.matched, before).await?;
        give_pages_back(&mut tx).await?;
        pass(Failpoint::Pruning);
        tx.commit().await.context("cannot commit the pruning")?;
        Ok((deleted, next))
    }

    /// The end of a round: forgets what is left of removed feeds, and gives the space back to the disk.
    pub async fn finish_pruning(&self, expiry: Expiry) -> anyhow::Result<()> {
        let mut tx = self.write().await?;
        paragraph::forget_removed_feeds(&mut tx, expiry.articles).await?;
        give_pages_back(&mut tx).await?;
        pass(Failpoint::Pruning);
        tx.commit().await.context("cannot commit the end of the pruning")
    }
}

/// Deletes those of the articles that are still old enough and not awaited, and the stories that end with
/// them.
pub(super) async fn delete_articles(
    tx: &mut Transaction<'_, Sqlite>,
    seqs: &[i64],
    matched: bool,
    before: Timestamp,
) -> anyhow::Result<u64> {
    let seqs = serde_json::to_string(seqs)?;
    let stories: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT DISTINCT story_article.story_id FROM article \
         JOIN story_article ON story_article.article_id = article.id \
         WHERE article.seq IN (SELECT value FROM json_each($1))",
    )
    .bind(&seqs)
    .fetch_all(&mut **tx)
    .await
    .context("cannot read the stories of old articles")?;
    let deleted: Vec<i64> = sqlx::query_scalar(concat!(
        "DELETE FROM article WHERE seq IN (SELECT value FROM json_each($1)) \
         AND EXISTS (SELECT 1 FROM feed WHERE feed.id = article.feed_id AND ",
        aged!("$2"),
        ") AND ($3 OR NOT EXISTS (SELECT 1 FROM match WHERE match.article_id = article.id)) AND NOT ",
        awaited!(),
        " RETURNING seq"
    ))
    .bind(&seqs)
    .bind(before.timestamp_millis())
    .bind(matched)
    .fetch_all(&mut **tx)
    .await
    .context("cannot prune articles")?;
    sqlx::query("DELETE FROM article_index WHERE rowid IN (SELECT value FROM json_each($1))")
        .bind(serde_json::to_string(&deleted)?)
        .execute(&mut **tx)
        .await
        .context("cannot prune the search index")?;
    // One that is not over may be joined yet: what was told of it is still asked for.
    sqlx::query(
        "DELETE FROM story WHERE id IN (SELECT unhex(value) FROM json_each($1)) AND is_over = 1 \
         AND NOT EXISTS (SELECT 1 FROM story_article WHERE story_article.story_id = story.id)",
    )
    .bind(row::hex_array(stories.iter().map(Vec::as_slice)))
    .execute(&mut **tx)
    .await
    .context("cannot prune stories")?;
    Ok(deleted.len() as u64)
}

async fn give_pages_back(tx: &mut Transaction<'_, Sqlite>) -> anyhow::Result<()> {
    sqlx::query("PRAGMA incremental_vacuum(1000)")
        .execute(&mut **tx)
        .await
        .context("cannot give pages back")?;
    Ok(())
}

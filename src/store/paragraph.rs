//! Paragraphs, counted by feed: what boilerplate is recognised by.

use std::collections::HashMap;

use anyhow::Context;
use sqlx::{Sqlite, Transaction};

use super::Store;
use crate::model::{FeedId, ParagraphCount, Timestamp};

/// Paragraphs remembered of a feed: about 100 kB. Those that did not recur go first, then the oldest.
const MOST_OF_A_FEED: u32 = 2_000;
/// Milliseconds (30 days) after which a paragraph is forgotten that no new article contained.
const REMEMBERED_FOR: i64 = 30 * 86_400_000;

impl Store {
    /// What is remembered of the feed's paragraphs of these digests.
    pub async fn paragraphs(
        &self,
        feed: FeedId,
        digests: &[u64],
    ) -> anyhow::Result<HashMap<u64, ParagraphCount>> {
        if digests.is_empty() {
            return Ok(HashMap::new());
        }
        let asked: Vec<i64> = digests.iter().map(|digest| digest.cast_signed()).collect();
        let rows: Vec<(i64, u32, i64)> = sqlx::query_as(
            "SELECT digest, articles, topic FROM paragraph \
             WHERE feed_id = $1 AND digest IN (SELECT value FROM json_each($2))",
        )
        .bind(feed.as_bytes())
        .bind(serde_json::to_string(&asked)?)
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot read the paragraphs of feed {feed}"))?;
        let counts = rows.into_iter().map(|(digest, articles, topic)| {
            let digest = digest.cast_unsigned();
            (digest, ParagraphCount { digest, articles, topic: topic.cast_unsigned() })
        });
        Ok(counts.collect())
    }
}

/// Adds `counts` to what is remembered of the feed, within its bounds.
pub(super) async fn remember(
    tx: &mut Transaction<'_, Sqlite>,
    feed: FeedId,
    counts: &[ParagraphCount],
    at: Timestamp,
) -> anyhow::Result<()> {
    if counts.is_empty() {
        return Ok(());
    }
    let rows: Vec<(i64, u32, i64)> = counts
        .iter()
        .map(|count| (count.digest.cast_signed(), count.articles, count.topic.cast_signed()))
        .collect();
    sqlx::query(
        "INSERT INTO paragraph (feed_id, digest, articles, topic, last_seen_at) \
         SELECT $1, value ->> 0, value ->> 1, value ->> 2, $3 FROM json_each($2) WHERE true \
         ON CONFLICT DO UPDATE SET articles = min(articles + excluded.articles, 1000000), \
         topic = topic & excluded.topic, last_seen_at = excluded.last_seen_at",
    )
    .bind(feed.as_bytes())
    .bind(serde_json::to_string(&rows)?)
    .bind(at.timestamp_millis())
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot count the paragraphs of feed {feed}"))?;
    sqlx::query(
        "DELETE FROM paragraph WHERE feed_id = $1 AND (last_seen_at < $2 OR digest IN ( \
             SELECT digest FROM paragraph WHERE feed_id = $1 \
             ORDER BY articles > 1 DESC, last_seen_at DESC LIMIT -1 OFFSET $3))",
    )
    .bind(feed.as_bytes())
    .bind(at.timestamp_millis() - REMEMBERED_FOR)
    .bind(MOST_OF_A_FEED)
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot forget old paragraphs of feed {feed}"))?;
    Ok(())
}

/// Forgets the paragraphs of feeds that are no longer configured and were last read before `before`.
pub(super) async fn forget_removed_feeds(
    tx: &mut Transaction<'_, Sqlite>,
    before: Timestamp,
) -> anyhow::Result<()> {
    sqlx::query(
        "DELETE FROM paragraph WHERE feed_id IN \
         (SELECT id FROM feed WHERE configured = 0 AND last_read_at < $1)",
    )
    .bind(before.timestamp_millis())
    .execute(&mut **tx)
    .await
    .context("cannot forget the paragraphs of removed feeds")?;
    Ok(())
}

//! How the polls of each feed went, in numbers.

use std::collections::HashMap;

use anyhow::Context;
use sqlx::{FromRow, Sqlite, Transaction};

use super::{Store, row};
use crate::model::{FeedCounts, FeedId, Lang, PollIntent};

#[derive(FromRow)]
struct CounterRow {
    feed_id: Vec<u8>,
    polls: i64,
    answers: i64,
    unchanged: i64,
    lang: Option<String>,
}

impl Store {
    /// The counts of every feed that was polled.
    pub async fn feed_counts(&self) -> anyhow::Result<HashMap<FeedId, FeedCounts>> {
        let rows: Vec<CounterRow> =
            sqlx::query_as("SELECT feed_id, polls, answers, unchanged, lang FROM feed_counter")
                .fetch_all(self.reader())
                .await
                .context("cannot read the counts of the feeds")?;
        rows.into_iter()
            .map(|row| {
                let counts = FeedCounts {
                    polls: u64::try_from(row.polls)?,
                    answers: u64::try_from(row.answers)?,
                    unchanged: u64::try_from(row.unchanged)?,
                    lang: row.lang.as_deref().and_then(Lang::parse),
                };
                Ok((row::id(FeedId::from_bytes, &row.feed_id, "a feed's id")?, counts))
            })
            .collect()
    }
}

/// Adds what a poll counts.
pub(super) async fn add(tx: &mut Transaction<'_, Sqlite>, intent: &PollIntent) -> anyhow::Result<()> {
    let counts = FeedCounts::of(intent);
    sqlx::query(
        "INSERT INTO feed_counter (feed_id, polls, answers, unchanged, lang) \
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT (feed_id) DO UPDATE SET \
         polls = polls + excluded.polls, answers = answers + excluded.answers, \
         unchanged = unchanged + excluded.unchanged, lang = coalesce(excluded.lang, lang)",
    )
    .bind(intent.state.id.as_bytes())
    .bind(i64::try_from(counts.polls)?)
    .bind(i64::try_from(counts.answers)?)
    .bind(i64::try_from(counts.unchanged)?)
    .bind(counts.lang.map(|lang| lang.to_string()))
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot count the poll of feed {}", intent.state.id))?;
    Ok(())
}

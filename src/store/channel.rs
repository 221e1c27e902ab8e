//! What is remembered of a channel: its rate limit, its failures, and how many deliveries it was given.

use anyhow::Context;
use sqlx::{FromRow, Sqlite, Transaction};

use super::{Store, row};
use crate::model::{ChannelState, Timestamp};

#[derive(FromRow)]
struct StateRow {
    bucket_full_at: i64,
    failures: u32,
    failing_since: Option<i64>,
    failed_at: Option<i64>,
    resume_at: i64,
    succeeded_at: Option<i64>,
}

impl Store {
    /// What is remembered of `channel`.
    pub async fn channel_state(&self, channel: &str) -> anyhow::Result<ChannelState> {
        let row: Option<StateRow> = sqlx::query_as(
            "SELECT bucket_full_at, failures, failing_since, failed_at, resume_at, succeeded_at FROM channel \
             WHERE name = $1",
        )
        .bind(channel)
        .fetch_optional(self.reader())
        .await
        .with_context(|| format!("cannot read the state of channel '{channel}'"))?;
        let Some(row) = row else { return Ok(ChannelState::default()) };
        Ok(ChannelState {
            bucket_full_at: row::time(row.bucket_full_at)?,
            failures: row.failures,
            failing_since: row::optional_time(row.failing_since)?,
            failed_at: row::optional_time(row.failed_at)?,
            resume_at: row::time(row.resume_at)?,
            succeeded_at: row::optional_time(row.succeeded_at)?,
        })
    }
}

/// Keeps how the last attempt left the channel; its bucket of tokens is grouping's to keep.
pub(super) async fn save_state(
    tx: &mut Transaction<'_, Sqlite>,
    channel: &str,
    state: &ChannelState,
) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO channel (name, deliveries, bucket_full_at, failures, resume_at, succeeded_at, \
         failing_since, failed_at) VALUES ($1, 0, $2, $3, $4, $5, $6, $7) ON CONFLICT DO UPDATE SET \
         failures = excluded.failures, resume_at = excluded.resume_at, succeeded_at = excluded.succeeded_at, \
         failing_since = excluded.failing_since, failed_at = excluded.failed_at",
    )
    .bind(channel)
    .bind(state.bucket_full_at.timestamp_millis())
    .bind(state.failures)
    .bind(state.resume_at.timestamp_millis())
    .bind(state.succeeded_at.map(|at| at.timestamp_millis()))
    .bind(state.failing_since.map(|at| at.timestamp_millis()))
    .bind(state.failed_at.map(|at| at.timestamp_millis()))
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot store the state of channel '{channel}'"))?;
    Ok(())
}

/// Counts one more delivery of `channel`; returns its number.
pub(super) async fn count_delivery(tx: &mut Transaction<'_, Sqlite>, channel: &str) -> anyhow::Result<i64> {
    sqlx::query_scalar(
        "INSERT INTO channel (name, deliveries, bucket_full_at, failures, resume_at) VALUES ($1, 1, 0, 0, 0) \
         ON CONFLICT DO UPDATE SET deliveries = deliveries + 1 RETURNING deliveries",
    )
    .bind(channel)
    .fetch_one(&mut **tx)
    .await
    .with_context(|| format!("cannot number a delivery of channel '{channel}'"))
}

/// Keeps when the channel's bucket of tokens is full again.
pub(super) async fn save_bucket(
    tx: &mut Transaction<'_, Sqlite>,
    channel: &str,
    full_at: Timestamp,
) -> anyhow::Result<()> {
    sqlx::query("UPDATE channel SET bucket_full_at = $2 WHERE name = $1")
        .bind(channel)
        .bind(full_at.timestamp_millis())
        .execute(&mut **tx)
        .await
        .with_context(|| format!("cannot store the rate limit of channel '{channel}'"))?;
    Ok(())
}

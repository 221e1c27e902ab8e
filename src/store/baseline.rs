//! Since when watches ask what they ask: what was stored before is no news to them.

use std::collections::HashMap;

use anyhow::Context;

use super::{Store, row};
use crate::model::{Timestamp, Watch};

impl Store {
    /// Takes note of the configured watches, each with the fingerprint of what it asks: those that are new, or
    /// ask something else than before, begin at `now`.
    pub async fn sync_watches(&self, watches: &[(&Watch, [u8; 32])], now: Timestamp) -> anyhow::Result<()> {
        let names: Vec<&str> = watches.iter().map(|(watch, _)| watch.name.as_str()).collect();
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM watch_baseline WHERE watch NOT IN (SELECT value FROM json_each($1))")
            .bind(serde_json::to_string(&names)?)
            .execute(&mut *tx)
            .await
            .context("cannot forget removed watches")?;
        for (watch, fingerprint) in watches {
            sqlx::query(
                "INSERT INTO watch_baseline (watch, fingerprint, since) VALUES ($1, $2, $3) \
                 ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, since = excluded.since \
                 WHERE fingerprint != excluded.fingerprint",
            )
            .bind(&watch.name)
            .bind(fingerprint.as_slice())
            .bind(now.timestamp_millis())
            .execute(&mut *tx)
            .await
            .with_context(|| format!("cannot take note of watch '{}'", watch.name))?;
        }
        tx.commit().await.context("cannot commit the watches")
    }

    /// Since when each watch asks what it asks, by name.
    pub async fn watch_baselines(&self) -> anyhow::Result<HashMap<String, Timestamp>> {
        let rows: Vec<(String, i64)> = sqlx::query_as("SELECT watch, since FROM watch_baseline")
            .fetch_all(self.reader())
            .await
            .context("cannot read since when watches are there")?;
        rows.into_iter().map(|(watch, since)| Ok((watch, row::time(since)?))).collect()
    }
}

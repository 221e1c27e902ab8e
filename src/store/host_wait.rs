//! Hosts that asked to be left alone, and sites (by their origins) whose robots.txt is not to be had, for the next run
//! of the daemon.

use anyhow::Context;

use super::{Store, row};
use crate::model::Timestamp;

impl Store {
    /// The hosts that are to be left alone at `now`, and until when.
    pub async fn host_waits(&self, now: Timestamp) -> anyhow::Result<Vec<(String, Timestamp)>> {
        let rows: Vec<(String, i64)> = sqlx::query_as("SELECT host, until FROM host_wait WHERE until > $1")
            .bind(now.timestamp_millis())
            .fetch_all(self.reader())
            .await
            .context("cannot read which hosts wait")?;
        rows.into_iter().map(|(host, until)| Ok((host, row::time(until)?))).collect()
    }

    /// Replaces the waits of these hosts, and forgets those that are over at `now`.
    pub async fn save_host_waits(&self, waits: &[(String, Timestamp)], now: Timestamp) -> anyhow::Result<()> {
        let mut tx = self.write().await?;
        for (host, until) in waits {
            sqlx::query(
                "INSERT INTO host_wait (host, until) VALUES ($1, $2) \
                 ON CONFLICT (host) DO UPDATE SET until = excluded.until",
            )
            .bind(host)
            .bind(until.timestamp_millis())
            .execute(&mut *tx)
            .await
            .with_context(|| format!("cannot store the wait of {host}"))?;
        }
        sqlx::query("DELETE FROM host_wait WHERE until <= $1")
            .bind(now.timestamp_millis())
            .execute(&mut *tx)
            .await
            .context("cannot forget old waits")?;
        tx.commit().await.context("cannot commit the waits")
    }
}

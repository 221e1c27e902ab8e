//! Since when watches ask what they ask: what was stored before is no news to them.

use std::collections::{HashMap, HashSet};

use anyhow::Context;
use sqlx::{Sqlite, Transaction};

use super::{Store, row};
use crate::model::{Timestamp, Watch};

/// Takes note of the configured watches, each with the fingerprint of what it asks: those that are new, or
/// ask something else than before, begin at `now`. One that has another name now goes on under that: it
/// asks since when it did, and what waits of it waits on, by its rules.
pub(super) async fn sync_watches(
    tx: &mut Transaction<'_, Sqlite>,
    watches: &[(&Watch, [u8; 32])],
    now: Timestamp,
) -> anyhow::Result<()> {
    let names: Vec<&str> = watches.iter().map(|(watch, _)| watch.name.as_str()).collect();
    for (old, new) in renamed(tx, watches).await? {
        rename(tx, &old, new).await?;
    }
    sqlx::query("DELETE FROM watch_baseline WHERE watch NOT IN (SELECT value FROM json_each($1))")
        .bind(serde_json::to_string(&names)?)
        .execute(&mut **tx)
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
        .execute(&mut **tx)
        .await
        .with_context(|| format!("cannot take note of watch '{}'", watch.name))?;
    }
    Ok(())
}

impl Store {
    /// Since when each watch asks what it asks, by name.
    pub async fn watch_baselines(&self) -> anyhow::Result<HashMap<String, Timestamp>> {
        let rows: Vec<(String, i64)> = sqlx::query_as("SELECT watch, since FROM watch_baseline")
            .fetch_all(self.reader())
            .await
            .context("cannot read since when watches are there")?;
        rows.into_iter().map(|(watch, since)| Ok((watch, row::time(since)?))).collect()
    }
}

/// Watches that are gone, each with the new one that asks the same; where several do, with the first.
async fn renamed<'w>(
    tx: &mut Transaction<'_, Sqlite>,
    watches: &[(&'w Watch, [u8; 32])],
) -> anyhow::Result<Vec<(String, &'w str)>> {
    let known: Vec<(String, Vec<u8>)> = sqlx::query_as("SELECT watch, fingerprint FROM watch_baseline")
        .fetch_all(&mut **tx)
        .await
        .context("cannot read which watches there were")?;
    let names: HashSet<&str> = watches.iter().map(|(watch, _)| watch.name.as_str()).collect();
    let (kept, gone): (Vec<_>, Vec<_>) = known.iter().partition(|(name, _)| names.contains(name.as_str()));
    let kept: HashSet<&str> = kept.iter().map(|(name, _)| name.as_str()).collect();
    let mut new: Vec<_> = watches.iter().filter(|(watch, _)| !kept.contains(watch.name.as_str())).collect();
    let renamed = gone.into_iter().filter_map(|(old, fingerprint)| {
        let at = new.iter().position(|(_, new)| new.as_slice() == fingerprint.as_slice())?;
        Some((old.clone(), new.remove(at).0.name.as_str()))
    });
    Ok(renamed.collect())
}

/// Gives the watch `old` the name `new`, with all that is remembered of it. What it matched is its own under the
/// new name too: an edit of an article that was told is no news. Where both names matched an article, each keeps
/// its match.
async fn rename(tx: &mut Transaction<'_, Sqlite>, old: &str, new: &str) -> anyhow::Result<()> {
    for statement in [
        "UPDATE alert SET watch = $2 WHERE watch = $1",
        "UPDATE OR REPLACE watch_grouped SET watch = $2 WHERE watch = $1",
        "UPDATE OR REPLACE story_told SET watch = $2 WHERE watch = $1",
        "UPDATE OR IGNORE match SET watch = $2 WHERE watch = $1",
        "UPDATE OR REPLACE watch_baseline SET watch = $2 WHERE watch = $1",
        "UPDATE OR REPLACE watch_volume SET watch = $2 WHERE watch = $1",
    ] {
        sqlx::query(statement)
            .bind(old)
            .bind(new)
            .execute(&mut **tx)
            .await
            .with_context(|| format!("cannot give watch '{old}' its new name '{new}'"))?;
    }
    Ok(())
}

//! How much watches match: counts for spikes and silences, and what was told of them.

use std::collections::HashMap;

use anyhow::Context;
use sqlx::FromRow;

use super::{Store, notice, row};
use crate::model::{Notice, Timestamp};

/// An article that was published so long before it was seen is no news of the hour: 3 hours, in milliseconds.
const STALE: i64 = 3 * 3_600_000;
const HOUR: i64 = 3_600_000;

/// What is remembered of a watch's volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeState {
    /// The watch's name.
    pub watch: String,
    /// A digest of its query: another query is another watch.
    pub query: Vec<u8>,
    /// What it matched before teaches nothing.
    pub since: Timestamp,
    /// When it was last looked at.
    pub looked_at: Timestamp,
    /// When its silence began.
    pub quiet_since: Timestamp,
    /// Whether that was told.
    pub quiet_told: bool,
    /// When the spike under way was last above the usual; `None`: none is.
    pub elevated_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct StateRow {
    watch: String,
    query: Vec<u8>,
    since: i64,
    looked_at: i64,
    quiet_since: i64,
    quiet_told: bool,
    elevated_at: Option<i64>,
}

impl TryFrom<StateRow> for VolumeState {
    type Error = anyhow::Error;

    fn try_from(row: StateRow) -> anyhow::Result<Self> {
        Ok(Self {
            watch: row.watch,
            query: row.query,
            since: row::time(row.since)?,
            looked_at: row::time(row.looked_at)?,
            quiet_since: row::time(row.quiet_since)?,
            quiet_told: row.quiet_told,
            elevated_at: row::optional_time(row.elevated_at)?,
        })
    }
}

/// A fresh match that is no copy, as a condition on `match`, `article` and `story_article`. $2 is a span.
macro_rules! fresh_matches {
    () => {
        " FROM match JOIN article ON article.id = match.article_id JOIN feed ON feed.id = article.feed_id \
         LEFT JOIN story_article ON story_article.article_id = article.id \
         WHERE match.watch = $1 AND article.published_at > match.matched_at - $2 \
         AND coalesce(story_article.joined, 'first') IN ('first', 'news') \
         AND match.matched_at > $3 AND match.matched_at <= $4 "
    };
}

impl Store {
    /// What is remembered of every watch's volume.
    pub async fn volume_states(&self) -> anyhow::Result<HashMap<String, VolumeState>> {
        let rows: Vec<StateRow> = sqlx::query_as(
            "SELECT watch, query, since, looked_at, quiet_since, quiet_told, elevated_at FROM watch_volume",
        )
        .fetch_all(self.reader())
        .await
        .context("cannot read the volumes of watches")?;
        let states = rows.into_iter().map(|row| VolumeState::try_from(row).map(|state| (state.watch.clone(), state)));
        states.collect()
    }

    /// How many fresh articles `watch` matched in the hour before `now`, copies left out, and of how many
    /// sources.
    pub async fn volume_of_hour(&self, watch: &str, now: Timestamp) -> anyhow::Result<(u32, u32)> {
        sqlx::query_as(concat!(
            "SELECT count(*), count(DISTINCT coalesce(feed.source, feed.title, feed.url))",
            fresh_matches!()
        ))
        .bind(watch)
        .bind(STALE)
        .bind(now.timestamp_millis() - HOUR)
        .bind(now.timestamp_millis())
        .fetch_one(self.reader())
        .await
        .with_context(|| format!("cannot count the last hour of watch '{watch}'"))
    }

    /// The newest titles among them.
    pub async fn titles_of_hour(&self, watch: &str, now: Timestamp, limit: u32) -> anyhow::Result<Vec<String>> {
        sqlx::query_scalar(concat!(
            "SELECT article.title",
            fresh_matches!(),
            "ORDER BY match.seq DESC LIMIT $5"
        ))
        .bind(watch)
        .bind(STALE)
        .bind(now.timestamp_millis() - HOUR)
        .bind(now.timestamp_millis())
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot read the last hour of watch '{watch}'"))
    }

    /// The same counts for each hour from that of `since` up to the one before that of `end`, oldest first.
    pub async fn volume_by_hour(
        &self,
        watch: &str,
        since: Timestamp,
        end: Timestamp,
    ) -> anyhow::Result<Vec<u32>> {
        let (first, end) = (since.timestamp_millis().div_euclid(HOUR), end.timestamp_millis().div_euclid(HOUR));
        let rows: Vec<(i64, u32)> = sqlx::query_as(concat!(
            "SELECT match.matched_at / 3600000 AS hour, count(*)",
            fresh_matches!(),
            "GROUP BY hour"
        ))
        .bind(watch)
        .bind(STALE)
        .bind(first * HOUR - 1)
        .bind(end * HOUR - 1)
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot count the hours of watch '{watch}'"))?;
        let mut counts = vec![0; usize::try_from(end - first).unwrap_or(0)];
        for (hour, count) in rows {
            if let Some(place) = usize::try_from(hour - first).ok().and_then(|at| counts.get_mut(at)) {
                *place = count;
            }
        }
        Ok(counts)
    }

    /// When `watch` matched first and last since `since`; `None` when it did not.
    pub async fn matched_between(
        &self,
        watch: &str,
        since: Timestamp,
    ) -> anyhow::Result<Option<(Timestamp, Timestamp)>> {
        let (first, last): (Option<i64>, Option<i64>) =
            sqlx::query_as("SELECT min(matched_at), max(matched_at) FROM match WHERE watch = $1 AND matched_at >= $2")
                .bind(watch)
                .bind(since.timestamp_millis())
                .fetch_one(self.reader())
                .await
                .with_context(|| format!("cannot read when watch '{watch}' matched"))?;
        Ok(row::optional_time(first)?.zip(row::optional_time(last)?))
    }

    /// Records how much the watches match, and notices of it, together. Returns how many notices are new.
    pub async fn commit_volume(&self, states: &[VolumeState], notices: &[Notice]) -> anyhow::Result<usize> {
        let mut tx = self.write().await?;
        for state in states {
            sqlx::query(
                "INSERT OR REPLACE INTO watch_volume \
                 (watch, query, since, looked_at, quiet_since, quiet_told, elevated_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7)",
            )
            .bind(&state.watch)
            .bind(&state.query)
            .bind(state.since.timestamp_millis())
            .bind(state.looked_at.timestamp_millis())
            .bind(state.quiet_since.timestamp_millis())
            .bind(state.quiet_told)
            .bind(state.elevated_at.map(|at| at.timestamp_millis()))
            .execute(&mut *tx)
            .await
            .with_context(|| format!("cannot record the volume of watch '{}'", state.watch))?;
        }
        let new = notice::insert_all(&mut tx, notices).await?;
        tx.commit().await.context("cannot commit the volumes of watches")?;
        Ok(new)
    }
}

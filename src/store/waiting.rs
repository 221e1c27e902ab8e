//! Alerts that no delivery carries yet, and where there is anything to do.

use anyhow::Context;
use sqlx::FromRow;

use super::article::article_columns;
use super::matched::{MatchRow, match_columns};
use super::{Store, StoredMatch, row};
use crate::alert::{PendingAlert, Waiting};
use crate::model::{Alert, AlertId, Timestamp};

#[derive(FromRow)]
struct WaitingRow {
    watch: String,
    oldest: i64,
    grouped_at: Option<i64>,
    storm: Option<String>,
}

#[derive(FromRow)]
struct PendingRow {
    alert_id: Vec<u8>,
    /// The match may have been found under another name of the watch.
    alert_watch: String,
    channel: String,
    created_at: i64,
    storm: Option<String>,
    #[sqlx(flatten)]
    found: MatchRow,
}

/// The watches with alerts that wait on the channel `$1`, as the table `waiting`, with a NULL at its end: a few
/// steps for each, however many alerts wait.
macro_rules! waiting_watches {
    () => {
        "WITH RECURSIVE waiting (watch) AS (\
             SELECT min(watch) FROM alert WHERE channel = $1 AND delivery_id IS NULL \
             UNION ALL SELECT (SELECT min(watch) FROM alert WHERE channel = $1 AND delivery_id IS NULL \
                 AND watch > waiting.watch) FROM waiting WHERE waiting.watch IS NOT NULL)"
    };
}

impl TryFrom<PendingRow> for PendingAlert {
    type Error = anyhow::Error;

    fn try_from(row: PendingRow) -> anyhow::Result<Self> {
        let StoredMatch { mut matched, article, .. } = StoredMatch::try_from(row.found)?;
        matched.watch.clone_from(&row.alert_watch);
        Ok(Self {
            alert: Alert {
                id: row::id(AlertId::from_bytes, &row.alert_id, "an alert's id")?,
                matched: matched.id,
                watch: row.alert_watch,
                channel: row.channel,
                created_at: row::time(row.created_at)?,
                storm: row.storm,
            },
            matched,
            article: article.article,
            source: article.source,
            feed_url: article.feed_url,
            story: None,
        })
    }
}

impl Store {
    /// The watches with alerts that wait on `channel`, in no delivery yet. Costs a few steps for each of
    /// them, however many alerts wait.
    pub async fn waiting(&self, channel: &str) -> anyhow::Result<Vec<Waiting>> {
        let rows: Vec<WaitingRow> = sqlx::query_as(concat!(
            waiting_watches!(),
            " SELECT waiting.watch, watch_grouped.grouped_at, \
             (SELECT min(created_at) FROM alert WHERE channel = $1 AND delivery_id IS NULL \
                 AND watch = waiting.watch) AS oldest, \
             (SELECT storm FROM alert WHERE channel = $1 AND delivery_id IS NULL \
                 AND watch = waiting.watch AND storm IS NOT NULL LIMIT 1) AS storm \
             FROM waiting LEFT JOIN watch_grouped \
             ON watch_grouped.channel = $1 AND watch_grouped.watch = waiting.watch \
             WHERE waiting.watch IS NOT NULL"
        ))
        .bind(channel)
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot read what waits on channel '{channel}'"))?;
        rows.into_iter()
            .map(|row| {
                Ok(Waiting {
                    watch: row.watch,
                    oldest: row::time(row.oldest)?,
                    grouped_at: row::optional_time(row.grouped_at)?,
                    storm: row.storm,
                })
            })
            .collect()
    }

    /// When the first of the alerts that wait on `channel`, in no delivery yet, was recorded; `None`: none waits.
    /// Costs a few steps for each of their watches, however many wait.
    pub async fn oldest_waiting(&self, channel: &str) -> anyhow::Result<Option<Timestamp>> {
        let oldest: Option<i64> = sqlx::query_scalar(concat!(
            waiting_watches!(),
            " SELECT min((SELECT min(created_at) FROM alert WHERE channel = $1 AND delivery_id IS NULL \
                 AND watch = waiting.watch)) FROM waiting WHERE waiting.watch IS NOT NULL"
        ))
        .bind(channel)
        .fetch_one(self.reader())
        .await
        .with_context(|| format!("cannot read since when alerts wait on channel '{channel}'"))?;
        row::optional_time(oldest)
    }

    /// Alerts of `watch` for `channel` that no delivery carries yet, oldest first, at most `limit`.
    pub async fn pending_alerts(
        &self,
        channel: &str,
        watch: &str,
        limit: usize,
    ) -> anyhow::Result<Vec<PendingAlert>> {
        let rows: Vec<PendingRow> = sqlx::query_as(concat!(
            "SELECT alert.id AS alert_id, alert.watch AS alert_watch, alert.channel, alert.created_at, alert.storm, ",
            match_columns!(),
            ", ",
            article_columns!(),
            " FROM alert JOIN match ON match.id = alert.match_id JOIN article ON article.id = match.article_id \
             JOIN feed ON feed.id = article.feed_id \
             WHERE alert.delivery_id IS NULL AND alert.channel = $1 AND alert.watch = $2 \
             ORDER BY alert.created_at LIMIT $3"
        ))
        .bind(channel)
        .bind(watch)
        .bind(i64::try_from(limit)?)
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot read the pending alerts of channel '{channel}'"))?;
        let mut alerts: Vec<PendingAlert> =
            rows.into_iter().map(PendingAlert::try_from).collect::<anyhow::Result<_>>()?;
        self.attach_stories(&mut alerts).await?;
        Ok(alerts)
    }

    /// Channels with alerts, notices or unfinished deliveries, whether still configured or not.
    pub async fn channels_with_work(&self) -> anyhow::Result<Vec<String>> {
        sqlx::query_scalar(
            "WITH RECURSIVE \
             sending (name) AS (SELECT min(channel) FROM delivery WHERE state = 'pending' \
                 UNION ALL SELECT (SELECT min(channel) FROM delivery WHERE state = 'pending' \
                     AND channel > sending.name) FROM sending WHERE name IS NOT NULL), \
             alerted (name) AS (SELECT min(channel) FROM alert WHERE delivery_id IS NULL \
                 UNION ALL SELECT (SELECT min(channel) FROM alert WHERE delivery_id IS NULL \
                     AND channel > alerted.name) FROM alerted WHERE name IS NOT NULL), \
             noticed (name) AS (SELECT min(channel) FROM notice WHERE delivery_id IS NULL \
                 UNION ALL SELECT (SELECT min(channel) FROM notice WHERE delivery_id IS NULL \
                     AND channel > noticed.name) FROM noticed WHERE name IS NOT NULL) \
             SELECT name FROM sending WHERE name IS NOT NULL UNION SELECT name FROM alerted WHERE name IS NOT NULL \
             UNION SELECT name FROM noticed WHERE name IS NOT NULL \
             UNION SELECT channel FROM delivery WHERE state = 'in_flight'",
        )
        .fetch_all(self.reader())
        .await
        .context("cannot read which channels have work")
    }
}

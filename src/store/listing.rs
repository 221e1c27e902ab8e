//! Deliveries as people look at them.

use anyhow::Context;
use sqlx::FromRow;

use super::delivery::{ClaimRow, delivery_columns};
use super::{Store, row};
use crate::model::{Delivery, DeliveryId, DeliveryState, Timestamp};

/// A delivery as `alerts list` shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct DeliveryRow {
    /// The delivery.
    pub delivery: Delivery,
    /// Where it stands.
    pub state: DeliveryState,
    /// When it is tried next; means nothing once it is finished.
    pub next_attempt_at: Timestamp,
    /// When it was delivered, given up on or dropped.
    pub finished_at: Option<Timestamp>,
    /// The last failure; `None`: none failed.
    pub reason: Option<String>,
}

/// Which deliveries to list.
#[derive(Clone, Debug, Default)]
pub struct DeliveryFilter {
    /// Only those in one of these states; empty: in any.
    pub states: Vec<DeliveryState>,
    /// Only this channel's.
    pub channel: Option<String>,
    /// Only those that tell of this watch.
    pub watch: Option<String>,
    /// Only those made at this moment or later.
    pub since: Option<Timestamp>,
    /// At most so many, the newest.
    pub limit: u32,
}

/// What waits for a delivery, of one channel and watch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingCount {
    /// The channel's name.
    pub channel: String,
    /// The watch's name; `None`: notices.
    pub watch: Option<String>,
    /// How many alerts or notices.
    pub count: u64,
    /// When the first was recorded.
    pub oldest: Timestamp,
}

/// An attempt as it was logged.
#[derive(Clone, Debug, PartialEq)]
pub struct LoggedAttempt {
    /// The first is 1; a retry on request counts on.
    pub number: u32,
    /// When it ended.
    pub ended_at: Timestamp,
    /// `delivered`, `failed` or `given_up`.
    pub outcome: String,
    /// The channel's answer.
    pub detail: String,
}

#[derive(FromRow)]
struct ListRow {
    #[sqlx(flatten)]
    delivery: ClaimRow,
    state: String,
    next_attempt_at: i64,
    finished_at: Option<i64>,
    reason: Option<String>,
}

impl TryFrom<ListRow> for DeliveryRow {
    type Error = anyhow::Error;

    fn try_from(row: ListRow) -> anyhow::Result<Self> {
        Ok(Self {
            delivery: Delivery::try_from(row.delivery)?,
            state: DeliveryState::parse(&row.state).with_context(|| {
                format!("the database holds '{}' where a delivery's state should stand", row.state)
            })?,
            next_attempt_at: row::time(row.next_attempt_at)?,
            finished_at: row::optional_time(row.finished_at)?,
            reason: row.reason,
        })
    }
}

impl Store {
    /// The deliveries that `filter` lets through, oldest first.
    pub async fn deliveries(&self, filter: &DeliveryFilter) -> anyhow::Result<Vec<DeliveryRow>> {
        let states: Vec<&str> = filter.states.iter().map(|state| state.as_str()).collect();
        let rows: Vec<ListRow> = sqlx::query_as(concat!(
            "SELECT ",
            delivery_columns!(),
            ", state, next_attempt_at, finished_at, reason FROM delivery \
             WHERE ($1 = '[]' OR state IN (SELECT value FROM json_each($1))) AND ($2 IS NULL OR channel = $2) \
             AND created_at >= $3 AND ($4 IS NULL OR EXISTS (\
                 SELECT 1 FROM alert WHERE alert.delivery_id = delivery.id AND alert.watch = $4)) \
             ORDER BY seq DESC LIMIT $5"
        ))
        .bind(serde_json::to_string(&states)?)
        .bind(&filter.channel)
        .bind(filter.since.map_or(i64::MIN, |since| since.timestamp_millis()))
        .bind(&filter.watch)
        .bind(filter.limit)
        .fetch_all(self.reader())
        .await
        .context("cannot read the deliveries")?;
        rows.into_iter().rev().map(DeliveryRow::try_from).collect()
    }

    /// What waits for a delivery, as far as `filter` speaks of it; states and limit do not.
    pub async fn waiting_counts(&self, filter: &DeliveryFilter) -> anyhow::Result<Vec<WaitingCount>> {
        let rows: Vec<(String, Option<String>, i64, i64)> = sqlx::query_as(
            "SELECT channel, watch, count(*), min(created_at) AS oldest FROM alert \
             WHERE delivery_id IS NULL AND ($1 IS NULL OR channel = $1) AND ($2 IS NULL OR watch = $2) \
             AND created_at >= $3 GROUP BY channel, watch \
             UNION ALL SELECT channel, NULL, count(*), min(created_at) FROM notice \
             WHERE delivery_id IS NULL AND ($1 IS NULL OR channel = $1) AND $2 IS NULL AND created_at >= $3 \
             GROUP BY channel ORDER BY oldest",
        )
        .bind(&filter.channel)
        .bind(&filter.watch)
        .bind(filter.since.map_or(i64::MIN, |since| since.timestamp_millis()))
        .fetch_all(self.reader())
        .await
        .context("cannot count what waits")?;
        rows.into_iter()
            .map(|(channel, watch, count, oldest)| {
                let (count, oldest) = (u64::try_from(count)?, row::time(oldest)?);
                Ok(WaitingCount { channel, watch, count, oldest })
            })
            .collect()
    }

    /// The titles of what waits for a delivery on `channel`, oldest first, at most `limit`: of the alerts of
    /// `watch`, or of the notices.
    pub async fn waiting_titles(
        &self,
        channel: &str,
        watch: Option<&str>,
        limit: u32,
    ) -> anyhow::Result<Vec<String>> {
        let titles = match watch {
            Some(_) => sqlx::query_scalar(
                "SELECT article.title FROM alert JOIN match ON match.id = alert.match_id \
                 JOIN article ON article.id = match.article_id \
                 WHERE alert.delivery_id IS NULL AND alert.channel = $1 AND alert.watch = $2 \
                 ORDER BY alert.created_at LIMIT $3",
            ),
            None => sqlx::query_scalar(
                "SELECT title FROM notice WHERE delivery_id IS NULL AND channel = $1 AND $2 IS NULL \
                 ORDER BY created_at, seq LIMIT $3",
            ),
        };
        titles
            .bind(channel)
            .bind(watch)
            .bind(limit)
            .fetch_all(self.reader())
            .await
            .with_context(|| format!("cannot read what waits on channel '{channel}'"))
    }

    /// At most two deliveries whose ids are from `first` to `last`.
    pub async fn deliveries_between(
        &self,
        first: DeliveryId,
        last: DeliveryId,
    ) -> anyhow::Result<Vec<DeliveryId>> {
        let ids: Vec<Vec<u8>> =
            sqlx::query_scalar("SELECT id FROM delivery WHERE id BETWEEN $1 AND $2 LIMIT 2")
                .bind(first.as_bytes())
                .bind(last.as_bytes())
                .fetch_all(self.reader())
                .await
                .context("cannot look for a delivery")?;
        ids.iter().map(|id| row::id(DeliveryId::from_bytes, id, "a delivery's id")).collect()
    }

    /// The delivery of this id; `None` when there is none.
    pub async fn delivery(&self, id: DeliveryId) -> anyhow::Result<Option<DeliveryRow>> {
        let row: Option<ListRow> = sqlx::query_as(concat!(
            "SELECT ",
            delivery_columns!(),
            ", state, next_attempt_at, finished_at, reason FROM delivery WHERE id = $1"
        ))
        .bind(id.as_bytes())
        .fetch_optional(self.reader())
        .await
        .with_context(|| format!("cannot read delivery {id}"))?;
        row.map(DeliveryRow::try_from).transpose()
    }

    /// The log of its attempts, first to last.
    pub async fn attempts(&self, id: DeliveryId) -> anyhow::Result<Vec<LoggedAttempt>> {
        let rows: Vec<(u32, i64, String, String)> = sqlx::query_as(
            "SELECT number, ended_at, outcome, detail FROM attempt WHERE delivery_id = $1 ORDER BY number",
        )
        .bind(id.as_bytes())
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot read the attempts of delivery {id}"))?;
        rows.into_iter()
            .map(|(number, ended_at, outcome, detail)| {
                Ok(LoggedAttempt { number, ended_at: row::time(ended_at)?, outcome, detail })
            })
            .collect()
    }
}

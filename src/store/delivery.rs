//! T2, T3, T4: alerts become deliveries, are taken up, and end.

use anyhow::Context;
use sqlx::{FromRow, Sqlite, Transaction};

use super::article::article_columns;
use super::matched::{MatchRow, match_columns};
use super::{Store, StoredMatch, row};
use crate::alert::{Next, PendingAlert};
use crate::failpoint::{Failpoint, pass};
use crate::model::{Alert, AlertId, Delivery, DeliveryId, DeliveryState, Timestamp};

/// A delivery to record.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// The channel's name.
    pub channel: String,
    /// Its message, frozen.
    pub payload: String,
    /// The alerts that it carries.
    pub alerts: Vec<AlertId>,
    /// When it may be sent.
    pub next_attempt_at: Timestamp,
}

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

#[derive(FromRow)]
struct PendingRow {
    alert_id: Vec<u8>,
    channel: String,
    created_at: i64,
    #[sqlx(flatten)]
    found: MatchRow,
}

#[derive(FromRow)]
struct ClaimRow {
    id: Vec<u8>,
    channel: String,
    payload: String,
    created_at: i64,
    claims: u32,
    attempts: u32,
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

/// The columns that [`ClaimRow`] reads.
macro_rules! delivery_columns {
    () => {
        "id, channel, payload, created_at, claims, attempts"
    };
}

impl TryFrom<PendingRow> for PendingAlert {
    type Error = anyhow::Error;

    fn try_from(row: PendingRow) -> anyhow::Result<Self> {
        let StoredMatch { matched, article } = StoredMatch::try_from(row.found)?;
        Ok(Self {
            alert: Alert {
                id: row::id(AlertId::from_bytes, &row.alert_id, "an alert's id")?,
                matched: matched.id,
                channel: row.channel,
                created_at: row::time(row.created_at)?,
            },
            matched,
            article: article.article,
            source: article.source,
            feed_url: article.feed_url,
        })
    }
}

impl TryFrom<ClaimRow> for Delivery {
    type Error = anyhow::Error;

    fn try_from(row: ClaimRow) -> anyhow::Result<Self> {
        Ok(Self {
            id: row::id(DeliveryId::from_bytes, &row.id, "a delivery's id")?,
            channel: row.channel,
            payload: row.payload,
            created_at: row::time(row.created_at)?,
            claims: row.claims,
            attempts: row.attempts,
        })
    }
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
    /// Alerts of `channel` that no delivery carries yet, oldest first, at most `limit`.
    pub async fn pending_alerts(&self, channel: &str, limit: u32) -> anyhow::Result<Vec<PendingAlert>> {
        let rows: Vec<PendingRow> = sqlx::query_as(concat!(
            "SELECT alert.id AS alert_id, alert.channel, alert.created_at, ",
            match_columns!(),
            ", ",
            article_columns!(),
            " FROM alert JOIN match ON match.id = alert.match_id JOIN article ON article.id = match.article_id \
             JOIN feed ON feed.id = article.feed_id \
             WHERE alert.delivery_id IS NULL AND alert.channel = $1 ORDER BY alert.seq LIMIT $2"
        ))
        .bind(channel)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot read the pending alerts of channel '{channel}'"))?;
        rows.into_iter().map(PendingAlert::try_from).collect()
    }

    /// T2: records deliveries and which alerts they carry.
    pub async fn commit_deliveries(&self, deliveries: &[NewDelivery], at: Timestamp) -> anyhow::Result<()> {
        let mut tx = self.write().await?;
        for delivery in deliveries {
            insert_delivery(&mut tx, delivery, at).await?;
        }
        pass(Failpoint::GroupBeforeCommit);
        tx.commit().await.context("cannot commit the deliveries")?;
        pass(Failpoint::GroupCommitted);
        Ok(())
    }

    /// T3: takes up the delivery of `channel` that has been due longest at `now`; `None` when none is
    /// due, or one is in flight already.
    pub async fn claim(&self, channel: &str, now: Timestamp) -> anyhow::Result<Option<Delivery>> {
        let mut tx = self.write().await?;
        let row: Option<ClaimRow> = sqlx::query_as(concat!(
            "UPDATE delivery SET state = 'in_flight', claims = claims + 1 WHERE seq = (\
                 SELECT seq FROM delivery WHERE channel = $1 AND state = 'pending' AND next_attempt_at <= $2 \
                 AND NOT EXISTS (SELECT 1 FROM delivery WHERE channel = $1 AND state = 'in_flight') \
                 ORDER BY next_attempt_at, seq LIMIT 1) RETURNING ",
            delivery_columns!()
        ))
        .bind(channel)
        .bind(now.timestamp_millis())
        .fetch_optional(&mut *tx)
        .await
        .with_context(|| format!("cannot take up a delivery of channel '{channel}'"))?;
        tx.commit().await.context("cannot commit that a delivery was taken up")?;
        if row.is_some() {
            pass(Failpoint::Claimed);
        }
        row.map(Delivery::try_from).transpose()
    }

    /// T4: records that an attempt ended at `ended_at`, and what follows.
    pub async fn record_attempt(
        &self,
        delivery: DeliveryId,
        ended_at: Timestamp,
        next: &Next,
    ) -> anyhow::Result<()> {
        let (state, outcome, detail) = match next {
            Next::Delivered { detail } => (DeliveryState::Delivered, "delivered", detail),
            Next::At { reason, .. } => (DeliveryState::Pending, "failed", reason),
            Next::Dead { reason, .. } => (DeliveryState::Dead, "given_up", reason),
        };
        let (next_attempt_at, finished_at) = match next {
            Next::At { at, .. } => (Some(*at), None),
            Next::Delivered { .. } | Next::Dead { .. } => (None, Some(ended_at)),
        };
        let reason = (state != DeliveryState::Delivered).then_some(detail);
        let mut tx = self.write().await?;
        sqlx::query(
            "UPDATE delivery SET state = $2, attempts = attempts + 1, next_attempt_at = coalesce($3, next_attempt_at), \
             finished_at = $4, reason = coalesce($5, reason) WHERE id = $1",
        )
        .bind(delivery.as_bytes())
        .bind(state.as_str())
        .bind(next_attempt_at.map(|at| at.timestamp_millis()))
        .bind(finished_at.map(|at| at.timestamp_millis()))
        .bind(reason)
        .execute(&mut *tx)
        .await
        .with_context(|| format!("cannot record the outcome of delivery {delivery}"))?;
        sqlx::query(
            "INSERT INTO attempt (delivery_id, number, ended_at, outcome, detail) \
             SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4 FROM attempt WHERE delivery_id = $1",
        )
        .bind(delivery.as_bytes())
        .bind(ended_at.timestamp_millis())
        .bind(outcome)
        .bind(detail)
        .execute(&mut *tx)
        .await
        .with_context(|| format!("cannot log the attempt of delivery {delivery}"))?;
        tx.commit().await.context("cannot commit the outcome of a delivery")?;
        pass(match state {
            DeliveryState::Delivered => Failpoint::SuccessRecorded,
            _ => Failpoint::FailureRecorded,
        });
        Ok(())
    }

    /// Makes pending again, due at `now`, what is in flight on `channel` (on any, when `None`) though
    /// nobody is sending it: the last process ended, or its outcome could not be recorded. Returns how
    /// many; they may have arrived, and arrive again under the same id.
    pub async fn recover_in_flight(&self, channel: Option<&str>, now: Timestamp) -> anyhow::Result<u64> {
        let stuck: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM delivery WHERE state = 'in_flight' AND ($1 IS NULL OR channel = $1))",
        )
        .bind(channel)
        .fetch_one(self.reader())
        .await
        .context("cannot read which deliveries are in flight")?;
        if !stuck {
            return Ok(0);
        }
        let mut tx = self.write().await?;
        let recovered = sqlx::query(
            "UPDATE delivery SET state = 'pending', next_attempt_at = $2 \
             WHERE state = 'in_flight' AND ($1 IS NULL OR channel = $1)",
        )
        .bind(channel)
        .bind(now.timestamp_millis())
        .execute(&mut *tx)
        .await
        .context("cannot recover the deliveries in flight")?;
        tx.commit().await.context("cannot commit the recovered deliveries")?;
        Ok(recovered.rows_affected())
    }

    /// Gives up on what `channel` has pending, with the reason.
    pub async fn bury(&self, channel: &str, reason: &str, at: Timestamp) -> anyhow::Result<u64> {
        let mut tx = self.write().await?;
        let buried = sqlx::query(
            "UPDATE delivery SET state = 'dead', finished_at = $2, reason = $3 \
             WHERE channel = $1 AND state = 'pending'",
        )
        .bind(channel)
        .bind(at.timestamp_millis())
        .bind(reason)
        .execute(&mut *tx)
        .await
        .with_context(|| format!("cannot give up on the deliveries of channel '{channel}'"))?;
        tx.commit().await.context("cannot commit which deliveries were given up on")?;
        Ok(buried.rows_affected())
    }

    /// Makes dead or dropped deliveries pending again, with all their attempts before them: these, or
    /// all dead ones when `ids` is `None`. Returns how many.
    pub async fn retry(&self, ids: Option<&[DeliveryId]>, at: Timestamp) -> anyhow::Result<u64> {
        let mut tx = self.write().await?;
        let retried = sqlx::query(
            "UPDATE delivery SET state = 'pending', next_attempt_at = $1, finished_at = NULL, attempts = 0, claims = 0 \
             WHERE ($2 IS NULL AND state = 'dead') \
             OR (state IN ('dead', 'dropped') AND id IN (SELECT unhex(value) FROM json_each($2)))",
        )
        .bind(at.timestamp_millis())
        .bind(ids.map(|ids| row::hex_array(ids.iter().map(DeliveryId::as_bytes))))
        .execute(&mut *tx)
        .await
        .context("cannot make deliveries pending again")?;
        pass(Failpoint::Replaying);
        tx.commit().await.context("cannot commit which deliveries are retried")?;
        Ok(retried.rows_affected())
    }

    /// Marks pending or dead deliveries as not to be sent: these, or all dead ones when `ids` is
    /// `None`. Returns how many.
    pub async fn drop_deliveries(&self, ids: Option<&[DeliveryId]>, at: Timestamp) -> anyhow::Result<u64> {
        let mut tx = self.write().await?;
        let dropped = sqlx::query(
            "UPDATE delivery SET state = 'dropped', finished_at = $1 \
             WHERE ($2 IS NULL AND state = 'dead') \
             OR (state IN ('pending', 'dead') AND id IN (SELECT unhex(value) FROM json_each($2)))",
        )
        .bind(at.timestamp_millis())
        .bind(ids.map(|ids| row::hex_array(ids.iter().map(DeliveryId::as_bytes))))
        .execute(&mut *tx)
        .await
        .context("cannot drop deliveries")?;
        tx.commit().await.context("cannot commit which deliveries are dropped")?;
        Ok(dropped.rows_affected())
    }

    /// Makes due at `now` what a clock that was ahead put where no retry goes: further away than
    /// `furthest`, or grouped in what is the future now.
    pub async fn pull_in_deliveries(&self, furthest: Timestamp, now: Timestamp) -> anyhow::Result<()> {
        let mut tx = self.write().await?;
        sqlx::query(
            "UPDATE delivery SET next_attempt_at = $1 \
             WHERE state = 'pending' AND next_attempt_at > $1 AND (next_attempt_at > $2 OR created_at > $1)",
        )
        .bind(now.timestamp_millis())
        .bind(furthest.timestamp_millis())
        .execute(&mut *tx)
        .await
        .context("cannot pull in deliveries")?;
        tx.commit().await.context("cannot commit the times of deliveries")
    }

    /// When the next pending delivery of `channel` may be sent; `None` when none is pending.
    pub async fn next_attempt(&self, channel: &str) -> anyhow::Result<Option<Timestamp>> {
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT min(next_attempt_at) FROM delivery WHERE channel = $1 AND state = 'pending'",
        )
        .bind(channel)
        .fetch_one(self.reader())
        .await
        .with_context(|| format!("cannot read when channel '{channel}' is due"))?;
        row::optional_time(next)
    }

    /// Channels with alerts or unfinished deliveries, whether still configured or not.
    pub async fn channels_with_work(&self) -> anyhow::Result<Vec<String>> {
        sqlx::query_scalar(
            "SELECT channel FROM delivery WHERE state IN ('pending', 'in_flight') \
             UNION SELECT channel FROM alert WHERE delivery_id IS NULL",
        )
        .fetch_all(self.reader())
        .await
        .context("cannot read which channels have work")
    }

    /// Deliveries in one of `states` (any, when empty), oldest first, at most the newest `limit`.
    pub async fn deliveries(&self, states: &[DeliveryState], limit: u32) -> anyhow::Result<Vec<DeliveryRow>> {
        let names: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
        let rows: Vec<ListRow> = sqlx::query_as(concat!(
            "SELECT ",
            delivery_columns!(),
            ", state, next_attempt_at, finished_at, reason FROM delivery \
             WHERE $1 = '[]' OR state IN (SELECT value FROM json_each($1)) ORDER BY seq DESC LIMIT $2"
        ))
        .bind(serde_json::to_string(&names)?)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .context("cannot read the deliveries")?;
        rows.into_iter().rev().map(DeliveryRow::try_from).collect()
    }
}

async fn insert_delivery(
    tx: &mut Transaction<'_, Sqlite>,
    delivery: &NewDelivery,
    at: Timestamp,
) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO delivery (id, channel, payload, state, created_at, next_attempt_at, claims, attempts) \
         VALUES ($1, $2, $3, 'pending', $4, $5, 0, 0) ON CONFLICT DO NOTHING",
    )
    .bind(delivery.id.as_bytes())
    .bind(&delivery.channel)
    .bind(&delivery.payload)
    .bind(at.timestamp_millis())
    .bind(delivery.next_attempt_at.timestamp_millis())
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot store a delivery for channel '{}'", delivery.channel))?;
    sqlx::query("UPDATE alert SET delivery_id = $1 WHERE id IN (SELECT unhex(value) FROM json_each($2))")
        .bind(delivery.id.as_bytes())
        .bind(row::hex_array(delivery.alerts.iter().map(AlertId::as_bytes)))
        .execute(&mut **tx)
        .await
        .with_context(|| format!("cannot group the alerts of channel '{}'", delivery.channel))?;
    Ok(())
}

//! T2, T3, T4: alerts become deliveries, are taken up, and end.

use anyhow::Context;
use sqlx::{FromRow, Sqlite, Transaction};

use super::{Store, channel, dead, notice, row};
use crate::alert::Next;
use crate::failpoint::{Failpoint, pass};
use crate::model::{
    AlertId, ChannelState, Delivery, DeliveryId, DeliveryState, Notice, NoticeId, Priority, Timestamp,
};

/// A delivery to record.
#[derive(Clone, Debug, PartialEq)]
pub struct NewDelivery {
    /// Its id.
    pub id: DeliveryId,
    /// Its message, frozen.
    pub payload: String,
    /// What it carries.
    pub carries: Carried,
    /// Which goes first, where several are due.
    pub priority: Priority,
    /// When it may be sent.
    pub next_attempt_at: Timestamp,
    /// Since when it could have been sent: earlier than now where its channel fails.
    pub waits_since: Timestamp,
}

/// What a delivery carries.
#[derive(Clone, Debug, PartialEq)]
pub enum Carried {
    /// Alerts.
    Alerts(Vec<AlertId>),
    /// Notices.
    Notices(Vec<NoticeId>),
}

/// An attempt that ended, and all that follows.
#[derive(Clone, Copy, Debug)]
pub struct Ended<'a> {
    /// Of which delivery.
    pub delivery: DeliveryId,
    /// On which channel.
    pub channel: &'a str,
    /// When.
    pub at: Timestamp,
    /// What happens to the delivery.
    pub next: &'a Next,
    /// What is remembered of the channel from now on.
    pub state: &'a ChannelState,
    /// What is to be told of it; one that is recorded already is not recorded again.
    pub notices: &'a [Notice],
    /// The channel that gets what a dead delivery carries.
    pub fallback: Option<&'a str>,
}

#[derive(FromRow)]
pub(super) struct ClaimRow {
    id: Vec<u8>,
    channel: String,
    number: i64,
    payload: String,
    created_at: i64,
    claims: u32,
    attempts: u32,
    logged: u32,
}

/// The columns that [`ClaimRow`] reads.
macro_rules! delivery_columns {
    () => {
        "id, channel, number, payload, created_at, claims, attempts, \
         (SELECT count(*) FROM attempt WHERE attempt.delivery_id = delivery.id) AS logged"
    };
}
pub(super) use delivery_columns;

impl TryFrom<ClaimRow> for Delivery {
    type Error = anyhow::Error;

    fn try_from(row: ClaimRow) -> anyhow::Result<Self> {
        Ok(Self {
            id: row::id(DeliveryId::from_bytes, &row.id, "a delivery's id")?,
            channel: row.channel,
            number: row.number,
            payload: row.payload,
            created_at: row::time(row.created_at)?,
            claims: row.claims,
            attempts: row.attempts,
            attempts_in_all: row.logged.max(row.attempts),
        })
    }
}

impl Store {
    /// T2: records deliveries of `channel` and what they carry, and when its bucket of tokens is full
    /// again. Returns how many: not one that carries what another delivery carries since it was read.
    pub async fn commit_deliveries(
        &self,
        channel: &str,
        deliveries: &[NewDelivery],
        bucket_full_at: Timestamp,
        at: Timestamp,
    ) -> anyhow::Result<usize> {
        let mut tx = self.write().await?;
        let mut recorded = 0;
        for delivery in deliveries {
            if waits(&mut tx, &delivery.carries).await? {
                insert_delivery(&mut tx, channel, delivery, at).await?;
                recorded += 1;
            }
        }
        channel::save_bucket(&mut tx, channel, bucket_full_at).await?;
        pass(Failpoint::GroupBeforeCommit);
        tx.commit().await.context("cannot commit the deliveries")?;
        pass(Failpoint::GroupCommitted);
        Ok(recorded)
    }

    /// T3: takes up the delivery of `channel` that is most urgent, and of those the one that has been due
    /// longest at `now`; `None` when none is due, or one is in flight already.
    pub async fn claim(&self, channel: &str, now: Timestamp) -> anyhow::Result<Option<Delivery>> {
        let mut tx = self.write().await?;
        let row: Option<ClaimRow> = sqlx::query_as(concat!(
            "UPDATE delivery SET state = 'in_flight', claims = claims + 1 WHERE seq = coalesce(\
                 (SELECT seq FROM delivery WHERE channel = $1 AND state = 'pending' AND priority = 2 \
                     AND next_attempt_at <= $2 ORDER BY next_attempt_at, seq LIMIT 1), \
                 (SELECT seq FROM delivery WHERE channel = $1 AND state = 'pending' AND priority = 1 \
                     AND next_attempt_at <= $2 ORDER BY next_attempt_at, seq LIMIT 1), \
                 (SELECT seq FROM delivery WHERE channel = $1 AND state = 'pending' AND priority = 0 \
                     AND next_attempt_at <= $2 ORDER BY next_attempt_at, seq LIMIT 1)) \
             AND NOT EXISTS (SELECT 1 FROM delivery WHERE channel = $1 AND state = 'in_flight') RETURNING ",
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

    /// T4: records how an attempt ended, and what follows.
    pub async fn record_attempt(&self, ended: &Ended<'_>) -> anyhow::Result<()> {
        let mut tx = self.write().await?;
        end_delivery(&mut tx, ended).await?;
        channel::save_state(&mut tx, ended.channel, ended.state).await?;
        let fallback = ended.fallback.filter(|_| matches!(ended.next, Next::Dead { .. }));
        if let Some(fallback) = fallback {
            dead::pass_on(&mut tx, &[ended.delivery.as_bytes()], fallback, ended.at).await?;
        }
        notice::insert_all(&mut tx, ended.notices).await?;
        tx.commit().await.context("cannot commit the outcome of a delivery")?;
        pass(match ended.next {
            Next::Delivered { .. } => Failpoint::SuccessRecorded,
            Next::At { .. } | Next::Dead { .. } => Failpoint::FailureRecorded,
        });
        if fallback.is_some() {
            pass(Failpoint::PassedOn);
        }
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

    /// When the next pending delivery of `channel` may be sent; `None` when none is pending.
    pub async fn next_attempt(&self, channel: &str) -> anyhow::Result<Option<Timestamp>> {
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT min(next_at) FROM (\
                 SELECT (SELECT min(next_attempt_at) FROM delivery \
                     WHERE channel = $1 AND state = 'pending' AND priority = 0) AS next_at \
                 UNION ALL SELECT (SELECT min(next_attempt_at) FROM delivery \
                     WHERE channel = $1 AND state = 'pending' AND priority = 1) \
                 UNION ALL SELECT (SELECT min(next_attempt_at) FROM delivery \
                     WHERE channel = $1 AND state = 'pending' AND priority = 2))",
        )
        .bind(channel)
        .fetch_one(self.reader())
        .await
        .with_context(|| format!("cannot read when channel '{channel}' is due"))?;
        row::optional_time(next)
    }
}

/// Whether no delivery carries any of it yet: two may look through what waits at once.
async fn waits(tx: &mut Transaction<'_, Sqlite>, carried: &Carried) -> anyhow::Result<bool> {
    let (statement, ids, count) = match carried {
        Carried::Alerts(alerts) => (
            "SELECT count(*) FROM alert WHERE delivery_id IS NULL \
             AND id IN (SELECT unhex(value) FROM json_each($1))",
            row::hex_array(alerts.iter().map(AlertId::as_bytes)),
            alerts.len(),
        ),
        Carried::Notices(notices) => (
            "SELECT count(*) FROM notice WHERE delivery_id IS NULL \
             AND id IN (SELECT unhex(value) FROM json_each($1))",
            row::hex_array(notices.iter().map(NoticeId::as_bytes)),
            notices.len(),
        ),
    };
    let waiting: i64 = sqlx::query_scalar(statement)
        .bind(ids)
        .fetch_one(&mut **tx)
        .await
        .context("cannot read whether it waits what a delivery is to carry")?;
    Ok(usize::try_from(waiting)? == count)
}

async fn insert_delivery(
    tx: &mut Transaction<'_, Sqlite>,
    channel: &str,
    delivery: &NewDelivery,
    at: Timestamp,
) -> anyhow::Result<()> {
    let number = channel::count_delivery(tx, channel).await?;
    sqlx::query(
        "INSERT INTO delivery (id, channel, number, payload, priority, state, created_at, next_attempt_at, \
         waits_since, claims, attempts) \
         VALUES ($1, $2, $3, $4, $5, 'pending', $6, $7, $8, 0, 0) ON CONFLICT DO NOTHING",
    )
    .bind(delivery.id.as_bytes())
    .bind(channel)
    .bind(number)
    .bind(&delivery.payload)
    .bind(rank(delivery.priority))
    .bind(at.timestamp_millis())
    .bind(delivery.next_attempt_at.timestamp_millis())
    .bind(delivery.waits_since.timestamp_millis())
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot store a delivery for channel '{channel}'"))?;
    match &delivery.carries {
        Carried::Alerts(alerts) => put_in(tx, alerts, channel, delivery.id, at).await,
        Carried::Notices(notices) => notice::put_in(tx, notices, delivery.id.as_bytes()).await,
    }
}

/// The column's word for a priority, in their order.
fn rank(priority: Priority) -> i64 {
    match priority {
        Priority::Low => 0,
        Priority::Normal => 1,
        Priority::High => 2,
    }
}

/// Takes note that `delivery` carries `alerts`, and when their watches were grouped.
async fn put_in(
    tx: &mut Transaction<'_, Sqlite>,
    alerts: &[AlertId],
    channel: &str,
    delivery: DeliveryId,
    at: Timestamp,
) -> anyhow::Result<()> {
    let failed = || format!("cannot group the alerts of channel '{channel}'");
    sqlx::query("UPDATE alert SET delivery_id = $1 WHERE id IN (SELECT unhex(value) FROM json_each($2))")
        .bind(delivery.as_bytes())
        .bind(row::hex_array(alerts.iter().map(AlertId::as_bytes)))
        .execute(&mut **tx)
        .await
        .with_context(failed)?;
    sqlx::query(
        "INSERT INTO watch_grouped (channel, watch, grouped_at) \
         SELECT DISTINCT $1, watch, $2 FROM alert WHERE delivery_id = $3 \
         ON CONFLICT DO UPDATE SET grouped_at = excluded.grouped_at",
    )
    .bind(channel)
    .bind(at.timestamp_millis())
    .bind(delivery.as_bytes())
    .execute(&mut **tx)
    .await
    .with_context(failed)?;
    Ok(())
}

/// The delivery's row and the log of its attempts.
async fn end_delivery(tx: &mut Transaction<'_, Sqlite>, ended: &Ended<'_>) -> anyhow::Result<()> {
    let Ended { delivery, at, next, .. } = *ended;
    let (state, outcome, detail) = match next {
        Next::Delivered { detail } => (DeliveryState::Delivered, "delivered", detail),
        Next::At { reason, .. } => (DeliveryState::Pending, "failed", reason),
        Next::Dead { reason, .. } => (DeliveryState::Dead, "given_up", reason),
    };
    let (next_attempt_at, finished_at) = match next {
        Next::At { at, .. } => (Some(*at), None),
        Next::Delivered { .. } | Next::Dead { .. } => (None, Some(at)),
    };
    let reason = (state != DeliveryState::Delivered).then_some(detail);
    sqlx::query(
        "UPDATE delivery SET state = $2, attempts = attempts + 1, next_attempt_at = coalesce($3, next_attempt_at), \
         finished_at = $4, reason = coalesce($5, reason) WHERE id = $1",
    )
    .bind(delivery.as_bytes())
    .bind(state.as_str())
    .bind(next_attempt_at.map(|at| at.timestamp_millis()))
    .bind(finished_at.map(|at| at.timestamp_millis()))
    .bind(reason)
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot record the outcome of delivery {delivery}"))?;
    sqlx::query(
        "INSERT INTO attempt (delivery_id, number, ended_at, outcome, detail) \
         SELECT $1, coalesce(max(number), 0) + 1, $2, $3, $4 FROM attempt WHERE delivery_id = $1",
    )
    .bind(delivery.as_bytes())
    .bind(at.timestamp_millis())
    .bind(outcome)
    .bind(detail)
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot log the attempt of delivery {delivery}"))?;
    Ok(())
}

//! Deliveries that end without arriving: given up on, passed on to another channel, dropped, and brought
//! back on request.

use anyhow::Context;
use sqlx::{Sqlite, Transaction};

use super::{Store, notice, row, told};
use crate::failpoint::{Failpoint, pass};
use crate::model::{AlertId, DeliveryId, MatchId, Notice, Timestamp};

/// Deliveries that a person speaks of.
#[derive(Clone, Copy, Debug)]
pub enum Chosen<'a> {
    /// Those of these ids.
    Ids(&'a [DeliveryId]),
    /// All dead ones, of one channel or of every.
    Dead {
        /// The channel's name.
        channel: Option<&'a str>,
    },
}

/// What has waited too long for a channel that does not take it, and goes to another one.
#[derive(Clone, Copy, Debug)]
pub struct Overdue<'a> {
    /// The channel's name.
    pub channel: &'a str,
    /// Whether what was not tried itself is meant too.
    pub is_failing: bool,
    /// What waits since then or longer.
    pub since: Timestamp,
    /// Who gets it.
    pub fallback: &'a str,
    /// What stands before the reason of the last failure.
    pub reason: &'a str,
    /// What is to be told of it.
    pub notices: &'a [Notice],
    /// The present.
    pub at: Timestamp,
}

/// What became of dead letters that were to be sent again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retried {
    /// Pending again.
    pub again: u64,
    /// Dropped, since a later article told their stories.
    pub told_since: u64,
}

/// The places of the deliveries that `$which` lets through, the one that waits longest first: so many as carry
/// `$limit` alerts, one at least.
macro_rules! light {
    ($which:literal, $limit:literal) => {
        concat!(
            "(SELECT seq FROM (SELECT seq, sum(weight) OVER (ORDER BY waits_since, seq) - weight AS before FROM (\
             SELECT seq, waits_since, max(1, (SELECT count(*) FROM alert WHERE delivery_id = delivery.id)) AS weight \
             FROM delivery WHERE ",
            $which,
            " ORDER BY waits_since, seq LIMIT ",
            $limit,
            ")) WHERE before < ",
            $limit,
            ")"
        )
    };
}

impl Chosen<'_> {
    /// The ids as SQL takes them; `None`: all dead ones.
    fn ids(&self) -> Option<String> {
        match self {
            Self::Ids(ids) => Some(row::hex_array(ids.iter().map(DeliveryId::as_bytes))),
            Self::Dead { .. } => None,
        }
    }

    fn channel(&self) -> Option<&str> {
        match self {
            Self::Ids(_) => None,
            Self::Dead { channel } => *channel,
        }
    }
}

impl Store {
    /// Gives up on what `channel` has pending, with the reason, and passes what it carries on to `fallback`: so
    /// many deliveries as carry `limit` alerts, one at least. Returns how many; 0: there is nothing left.
    pub async fn bury(
        &self,
        channel: &str,
        reason: &str,
        fallback: Option<&str>,
        limit: u32,
        at: Timestamp,
    ) -> anyhow::Result<u64> {
        let mut tx = self.write().await?;
        let buried: Vec<Vec<u8>> = sqlx::query_scalar(concat!(
            "UPDATE delivery SET state = 'dead', finished_at = $2, reason = $3 WHERE seq IN ",
            light!("channel = $1 AND state = 'pending'", "$4"),
            " RETURNING id"
        ))
        .bind(channel)
        .bind(at.timestamp_millis())
        .bind(reason)
        .bind(limit)
        .fetch_all(&mut *tx)
        .await
        .with_context(|| format!("cannot give up on the deliveries of channel '{channel}'"))?;
        if let Some(fallback) = fallback {
            pass_on(&mut tx, &slices(&buried), fallback, at).await?;
        }
        tx.commit().await.context("cannot commit which deliveries were given up on")?;
        if fallback.is_some() && !buried.is_empty() {
            pass(Failpoint::PassedOn);
        }
        Ok(buried.len() as u64)
    }

    /// Of what `channel` has pending, since when the oldest waits, and why it failed last; `None` when nothing
    /// waits. Unless the channel `is_failing`, only what was tried in vain counts.
    pub async fn longest_waiting(
        &self,
        channel: &str,
        is_failing: bool,
    ) -> anyhow::Result<Option<(Timestamp, Option<String>)>> {
        let row: Option<(i64, Option<String>)> = sqlx::query_as(
            "SELECT waits_since, reason FROM delivery WHERE channel = $1 AND state = 'pending' \
             AND ($2 OR attempts > 0) ORDER BY waits_since LIMIT 1",
        )
        .bind(channel)
        .bind(is_failing)
        .fetch_optional(self.reader())
        .await
        .with_context(|| format!("cannot read since when deliveries wait for channel '{channel}'"))?;
        row.map(|(since, reason)| Ok((row::time(since)?, reason))).transpose()
    }

    /// Gives to the fallback what has waited long enough, and records the notices of it: so many deliveries as
    /// carry `limit` alerts, one at least. Returns how many; 0: there is nothing left.
    pub async fn pass_on_overdue(&self, overdue: &Overdue<'_>, limit: u32) -> anyhow::Result<u64> {
        let Overdue { channel, is_failing, since, fallback, reason, notices, at } = *overdue;
        let mut tx = self.write().await?;
        let passed: Vec<Vec<u8>> = sqlx::query_scalar(concat!(
            "UPDATE delivery SET state = 'dead', finished_at = $4, reason = $5 || coalesce(': ' || reason, '') \
             WHERE seq IN ",
            light!(
                "channel = $1 AND state = 'pending' AND ($2 OR attempts > 0) AND waits_since <= $3",
                "$6"
            ),
            " RETURNING id"
        ))
        .bind(channel)
        .bind(is_failing)
        .bind(since.timestamp_millis())
        .bind(at.timestamp_millis())
        .bind(reason)
        .bind(limit)
        .fetch_all(&mut *tx)
        .await
        .with_context(|| format!("cannot pass on what waits for channel '{channel}'"))?;
        if passed.is_empty() {
            return Ok(0);
        }
        pass_on(&mut tx, &slices(&passed), fallback, at).await?;
        notice::insert_all(&mut tx, notices).await?;
        tx.commit().await.context("cannot commit what was passed on")?;
        pass(Failpoint::PassedOn);
        Ok(passed.len() as u64)
    }

    /// Makes dead or dropped deliveries pending again, and tries them as often as new ones. Where all dead ones
    /// are meant, those are dropped instead whose stories were told since: a later article of the story
    /// alerted, because this one had not arrived.
    pub async fn retry(&self, chosen: Chosen<'_>, at: Timestamp) -> anyhow::Result<Retried> {
        let mut tx = self.write().await?;
        let told_since = match chosen {
            Chosen::Ids(_) => 0,
            Chosen::Dead { channel } => drop_told(&mut tx, channel, at).await?,
        };
        let channels: Vec<String> = sqlx::query_scalar(
            "UPDATE delivery SET state = 'pending', next_attempt_at = $1, waits_since = $1, finished_at = NULL, \
             attempts = 0, claims = 0 \
             WHERE ($2 IS NULL AND state = 'dead' AND ($3 IS NULL OR channel = $3)) \
             OR (state IN ('dead', 'dropped') AND id IN (SELECT unhex(value) FROM json_each($2))) RETURNING channel",
        )
        .bind(at.timestamp_millis())
        .bind(chosen.ids())
        .bind(chosen.channel())
        .fetch_all(&mut *tx)
        .await
        .context("cannot make deliveries pending again")?;
        // Who asks for a retry has mended the channel: it is tried at once.
        sqlx::query(
            "UPDATE channel SET failures = 0, failing_since = NULL, resume_at = 0 \
             WHERE name IN (SELECT value FROM json_each($1))",
        )
        .bind(serde_json::to_string(&channels)?)
        .execute(&mut *tx)
        .await
        .context("cannot forget the failures of channels")?;
        pass(Failpoint::Replaying);
        tx.commit().await.context("cannot commit which deliveries are retried")?;
        Ok(Retried { again: channels.len() as u64, told_since })
    }

    /// Makes pending again what stands in the dead letters of `channel` for `reason`. Returns how many.
    pub async fn revive(&self, channel: &str, reason: &str, at: Timestamp) -> anyhow::Result<u64> {
        let mut tx = self.write().await?;
        let revived = sqlx::query(
            "UPDATE delivery SET state = 'pending', next_attempt_at = $3, waits_since = $3, finished_at = NULL \
             WHERE state = 'dead' AND channel = $1 AND reason = $2",
        )
        .bind(channel)
        .bind(reason)
        .bind(at.timestamp_millis())
        .execute(&mut *tx)
        .await
        .with_context(|| format!("cannot take back the dead letters of channel '{channel}'"))?;
        tx.commit().await.context("cannot commit which dead letters were taken back")?;
        Ok(revived.rows_affected())
    }

    /// Marks pending or dead deliveries as not to be sent. Returns how many.
    pub async fn drop_deliveries(&self, chosen: Chosen<'_>, at: Timestamp) -> anyhow::Result<u64> {
        let mut tx = self.write().await?;
        let dropped = sqlx::query(
            "UPDATE delivery SET state = 'dropped', finished_at = $1 \
             WHERE ($2 IS NULL AND state = 'dead' AND ($3 IS NULL OR channel = $3)) \
             OR (state IN ('pending', 'dead') AND id IN (SELECT unhex(value) FROM json_each($2)))",
        )
        .bind(at.timestamp_millis())
        .bind(chosen.ids())
        .bind(chosen.channel())
        .execute(&mut *tx)
        .await
        .context("cannot drop deliveries")?;
        tx.commit().await.context("cannot commit which deliveries are dropped")?;
        Ok(dropped.rows_affected())
    }
}

fn slices(ids: &[Vec<u8>]) -> Vec<&[u8]> {
    ids.iter().map(Vec::as_slice).collect()
}

/// Drops dead letters, of `channel` or of every, all of whose alerts tell what a later one told or is to tell.
/// Returns how many.
async fn drop_told(
    tx: &mut Transaction<'_, Sqlite>,
    channel: Option<&str>,
    at: Timestamp,
) -> anyhow::Result<u64> {
    // A later one that somebody dropped told nobody.
    let told: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT id FROM delivery WHERE state = 'dead' AND ($1 IS NULL OR channel = $1) \
         AND EXISTS (SELECT 1 FROM alert WHERE delivery_id = delivery.id) \
         AND NOT EXISTS (SELECT 1 FROM alert WHERE alert.delivery_id = delivery.id AND (alert.told_by IS NULL \
             OR EXISTS (SELECT 1 FROM alert AS later JOIN delivery AS sent ON sent.id = later.delivery_id \
                 WHERE later.id = alert.told_by AND later.told_by IS NULL AND sent.state = 'dropped')))",
    )
    .bind(channel)
    .fetch_all(&mut **tx)
    .await
    .context("cannot read which dead letters tell nothing new")?;
    sqlx::query(
        "UPDATE delivery SET state = 'dropped', finished_at = $2, reason = 'a later alert told the same' \
         WHERE id IN (SELECT unhex(value) FROM json_each($1))",
    )
    .bind(row::hex_array(told.iter().map(Vec::as_slice)))
    .bind(at.timestamp_millis())
    .execute(&mut **tx)
    .await
    .context("cannot drop dead letters that tell nothing new")?;
    Ok(told.len() as u64)
}

/// Tells the channel `to` of what `deliveries` carry; not of matches that it is told of anyway. Their alerts count
/// as recorded when those were: what has waited for a digest does not wait for the next one.
pub(super) async fn pass_on(
    tx: &mut Transaction<'_, Sqlite>,
    deliveries: &[&[u8]],
    to: &str,
    at: Timestamp,
) -> anyhow::Result<()> {
    let failed = || format!("cannot pass alerts on to channel '{to}'");
    let deliveries = row::hex_array(deliveries.iter().copied());
    let alerts: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "SELECT id, match_id FROM alert WHERE delivery_id IN (SELECT unhex(value) FROM json_each($1))",
    )
    .bind(&deliveries)
    .fetch_all(&mut **tx)
    .await
    .with_context(failed)?;
    let mut passed = Vec::with_capacity(alerts.len());
    for (alert, matched) in &alerts {
        let matched = row::id(MatchId::from_bytes, matched, "a match's id")?;
        passed.push((alert.as_slice(), AlertId::of(matched, to)));
    }
    let passed = row::hex_pairs(passed.iter().map(|(alert, as_alert)| (*alert, as_alert.as_bytes())));
    told::pass_on(tx, &passed).await?;
    sqlx::query(
        "INSERT INTO alert (id, match_id, watch, channel, created_at, delivery_id) \
         SELECT unhex(value ->> 1), alert.match_id, alert.watch, $2, alert.created_at, NULL FROM json_each($1) \
         CROSS JOIN alert ON alert.id = unhex(value ->> 0) WHERE true ON CONFLICT DO NOTHING",
    )
    .bind(&passed)
    .bind(to)
    .execute(&mut **tx)
    .await
    .with_context(failed)?;
    notice::pass_on(tx, &deliveries, to, at).await?;
    pass(Failpoint::PassingOn);
    Ok(())
}

//! Deliveries that end without arriving: given up on, passed on to another channel, dropped, and brought
//! back on request.

use anyhow::Context;
use sqlx::{Sqlite, Transaction};

use super::{Store, row};
use crate::failpoint::{Failpoint, pass};
use crate::model::{AlertId, DeliveryId, MatchId, NoticeId, Timestamp};

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
    /// Gives up on at most `limit` of what `channel` has pending, with the reason, and passes what they
    /// carry on to `fallback`. Returns how many; fewer than `limit`: there are no more.
    pub async fn bury(
        &self,
        channel: &str,
        reason: &str,
        fallback: Option<&str>,
        limit: u32,
        at: Timestamp,
    ) -> anyhow::Result<u64> {
        let mut tx = self.write().await?;
        let buried: Vec<Vec<u8>> = sqlx::query_scalar(
            "UPDATE delivery SET state = 'dead', finished_at = $2, reason = $3 WHERE seq IN (\
                 SELECT seq FROM delivery WHERE channel = $1 AND state = 'pending' LIMIT $4) RETURNING id",
        )
        .bind(channel)
        .bind(at.timestamp_millis())
        .bind(reason)
        .bind(limit)
        .fetch_all(&mut *tx)
        .await
        .with_context(|| format!("cannot give up on the deliveries of channel '{channel}'"))?;
        if let Some(fallback) = fallback {
            for delivery in &buried {
                pass_on(&mut tx, delivery, fallback, at).await?;
            }
        }
        tx.commit().await.context("cannot commit which deliveries were given up on")?;
        Ok(buried.len() as u64)
    }

    /// Makes dead or dropped deliveries pending again, with all their attempts before them. Returns how
    /// many.
    pub async fn retry(&self, chosen: Chosen<'_>, at: Timestamp) -> anyhow::Result<u64> {
        let mut tx = self.write().await?;
        let channels: Vec<String> = sqlx::query_scalar(
            "UPDATE delivery SET state = 'pending', next_attempt_at = $1, finished_at = NULL, attempts = 0, claims = 0 \
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
            "UPDATE channel SET failures = 0, resume_at = 0 WHERE name IN (SELECT value FROM json_each($1))",
        )
        .bind(serde_json::to_string(&channels)?)
        .execute(&mut *tx)
        .await
        .context("cannot forget the failures of channels")?;
        pass(Failpoint::Replaying);
        tx.commit().await.context("cannot commit which deliveries are retried")?;
        Ok(channels.len() as u64)
    }

    /// Makes pending again what stands in the dead letters of `channel` for `reason`. Returns how many.
    pub async fn revive(&self, channel: &str, reason: &str, at: Timestamp) -> anyhow::Result<u64> {
        let mut tx = self.write().await?;
        let revived = sqlx::query(
            "UPDATE delivery SET state = 'pending', next_attempt_at = $3, finished_at = NULL \
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

/// Tells the channel `to` of what `delivery` carries; not of matches that it is told of anyway.
pub(super) async fn pass_on(
    tx: &mut Transaction<'_, Sqlite>,
    delivery: &[u8],
    to: &str,
    at: Timestamp,
) -> anyhow::Result<()> {
    let failed = || format!("cannot pass alerts on to channel '{to}'");
    let alerts: Vec<(Vec<u8>, String)> =
        sqlx::query_as("SELECT match_id, watch FROM alert WHERE delivery_id = $1")
            .bind(delivery)
            .fetch_all(&mut **tx)
            .await
            .with_context(failed)?;
    for (matched, watch) in alerts {
        let matched = row::id(MatchId::from_bytes, &matched, "a match's id")?;
        sqlx::query(
            "INSERT INTO alert (id, match_id, watch, channel, created_at, delivery_id) \
             VALUES ($1, $2, $3, $4, $5, NULL) ON CONFLICT DO NOTHING",
        )
        .bind(AlertId::of(matched, to).as_bytes())
        .bind(matched.as_bytes())
        .bind(watch)
        .bind(to)
        .bind(at.timestamp_millis())
        .execute(&mut **tx)
        .await
        .with_context(failed)?;
    }
    let notices: Vec<Vec<u8>> = sqlx::query_scalar("SELECT id FROM notice WHERE delivery_id = $1")
        .bind(delivery)
        .fetch_all(&mut **tx)
        .await
        .with_context(failed)?;
    for notice in notices {
        let notice = row::id(NoticeId::from_bytes, &notice, "a notice's id")?;
        sqlx::query(
            "INSERT INTO notice (id, channel, kind, subject, title, text, created_at, delivery_id) \
             SELECT $1, $2, kind, subject, title, text, $3, NULL FROM notice WHERE id = $4 ON CONFLICT DO NOTHING",
        )
        .bind(notice.passed_on_to(to).as_bytes())
        .bind(to)
        .bind(at.timestamp_millis())
        .bind(notice.as_bytes())
        .execute(&mut **tx)
        .await
        .with_context(failed)?;
    }
    Ok(())
}

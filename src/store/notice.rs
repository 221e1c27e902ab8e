//! Notices: what feedwatch tells of itself, until a delivery carries it.

use anyhow::Context;
use sqlx::{FromRow, Sqlite, Transaction};

use super::{Store, row};
use crate::model::{Notice, NoticeId, NoticeKind, Timestamp};

#[derive(FromRow)]
struct NoticeRow {
    id: Vec<u8>,
    channel: String,
    kind: String,
    subject: String,
    title: String,
    text: String,
    created_at: i64,
}

impl TryFrom<NoticeRow> for Notice {
    type Error = anyhow::Error;

    fn try_from(row: NoticeRow) -> anyhow::Result<Self> {
        Ok(Self {
            id: row::id(NoticeId::from_bytes, &row.id, "a notice's id")?,
            channel: row.channel,
            kind: NoticeKind::parse(&row.kind).with_context(|| {
                format!("the database holds '{}' where a kind of notice should stand", row.kind)
            })?,
            subject: row.subject,
            title: row.title,
            text: row.text,
            created_at: row::time(row.created_at)?,
        })
    }
}

impl Store {
    /// Records notices outside a poll; those that are recorded already are not recorded again. Returns how
    /// many are new.
    pub async fn record_notices(&self, notices: &[Notice]) -> anyhow::Result<usize> {
        let mut tx = self.write().await?;
        let new = insert_all(&mut tx, notices).await?;
        tx.commit().await.context("cannot commit the notices")?;
        Ok(new)
    }

    /// Notices for `channel` that no delivery carries yet, oldest first, at most `limit`.
    pub async fn waiting_notices(&self, channel: &str, limit: u32) -> anyhow::Result<Vec<Notice>> {
        let rows: Vec<NoticeRow> = sqlx::query_as(
            "SELECT id, channel, kind, subject, title, text, created_at FROM notice \
             WHERE channel = $1 AND delivery_id IS NULL ORDER BY created_at, seq LIMIT $2",
        )
        .bind(channel)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot read the notices for channel '{channel}'"))?;
        rows.into_iter().map(Notice::try_from).collect()
    }
}

/// Inserts those that are not recorded yet; returns how many.
pub(super) async fn insert_all(
    tx: &mut Transaction<'_, Sqlite>,
    notices: &[Notice],
) -> anyhow::Result<usize> {
    let mut new = 0;
    for notice in notices {
        new += insert(tx, notice).await?;
    }
    Ok(new)
}

async fn insert(tx: &mut Transaction<'_, Sqlite>, notice: &Notice) -> anyhow::Result<usize> {
    let inserted = sqlx::query(
        "INSERT INTO notice (id, channel, kind, subject, title, text, created_at, delivery_id) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, NULL) ON CONFLICT DO NOTHING",
    )
    .bind(notice.id.as_bytes())
    .bind(&notice.channel)
    .bind(notice.kind.as_str())
    .bind(&notice.subject)
    .bind(&notice.title)
    .bind(&notice.text)
    .bind(notice.created_at.timestamp_millis())
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot store a notice for channel '{}'", notice.channel))?;
    Ok(usize::from(inserted.rows_affected() == 1))
}

/// Takes note that `delivery` carries the notices of these ids.
pub(super) async fn put_in(
    tx: &mut Transaction<'_, Sqlite>,
    notices: &[NoticeId],
    delivery: &[u8],
) -> anyhow::Result<()> {
    sqlx::query("UPDATE notice SET delivery_id = $1 WHERE id IN (SELECT unhex(value) FROM json_each($2))")
        .bind(delivery)
        .bind(row::hex_array(notices.iter().map(NoticeId::as_bytes)))
        .execute(&mut **tx)
        .await
        .context("cannot group notices")?;
    Ok(())
}

/// Tells the channel `to` of the notices that `deliveries` carry, an array of hexadecimal ids.
pub(super) async fn pass_on(
    tx: &mut Transaction<'_, Sqlite>,
    deliveries: &str,
    to: &str,
    at: Timestamp,
) -> anyhow::Result<()> {
    let failed = || format!("cannot pass notices on to channel '{to}'");
    let notices: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT id FROM notice WHERE delivery_id IN (SELECT unhex(value) FROM json_each($1))",
    )
    .bind(deliveries)
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

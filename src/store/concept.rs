//! Which concepts each article mentions.

use anyhow::Context;
use sqlx::{Sqlite, Transaction};

/// Notes that the article of this `seq` mentions `concepts`.
pub(super) async fn add(
    tx: &mut Transaction<'_, Sqlite>,
    seq: i64,
    concepts: &[String],
) -> anyhow::Result<()> {
    if concepts.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO article_concept (article_seq, concept) SELECT $1, value FROM json_each($2) WHERE true \
         ON CONFLICT DO NOTHING",
    )
    .bind(seq)
    .bind(serde_json::to_string(concepts)?)
    .execute(&mut **tx)
    .await
    .context("cannot store the concepts of an article")?;
    Ok(())
}

/// Forgets what the article mentioned before its text changed.
pub(super) async fn clear(tx: &mut Transaction<'_, Sqlite>, seq: i64) -> anyhow::Result<()> {
    sqlx::query("DELETE FROM article_concept WHERE article_seq = $1")
        .bind(seq)
        .execute(&mut **tx)
        .await
        .context("cannot clear the concepts of an article")?;
    Ok(())
}

//! The mark of a copy: how a daemon knows that its database was restored from a backup.
//!
//! `PRAGMA user_version` is 0 in a database that lives and 1 in a copy of one, whatever its schema's
//! version.

use sqlx::{Sqlite, SqliteConnection, Transaction};

use crate::alert::RESTORED;

/// Makes the database a copy.
pub(super) async fn mark(connection: &mut SqliteConnection) -> sqlx::Result<()> {
    sqlx::query("PRAGMA user_version = 1").execute(connection).await.map(drop)
}

/// Makes a copy a database that lives; tells whether it was one.
///
/// What was told between the copy and now is not known, and what was not told neither. So every feed catches
/// up: what its next answer brings is told, and together, with the reason. The same goes for pages that were
/// still due, and for alerts that were in no delivery yet. Deliveries that were not finished are sent again under their ids.
pub(super) async fn take_up(tx: &mut Transaction<'_, Sqlite>) -> sqlx::Result<bool> {
    let version: i64 = sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut **tx).await?;
    if version == 0 {
        return Ok(false);
    }
    sqlx::query("UPDATE feed SET catching_up = 1 WHERE last_success_at IS NOT NULL")
        .execute(&mut **tx)
        .await?;
    sqlx::query("UPDATE page SET catching_up = 1 WHERE next_fetch_at IS NOT NULL").execute(&mut **tx).await?;
    sqlx::query("UPDATE alert SET storm = $1 WHERE delivery_id IS NULL AND storm IS NULL")
        .bind(RESTORED)
        .execute(&mut **tx)
        .await?;
    sqlx::query("PRAGMA user_version = 0").execute(&mut **tx).await?;
    Ok(true)
}

//! The token index as a whole: which of its articles another version of the analysis may have read, and their
//! rewriting. Articles up to one `seq` are stale, all after it are not: what is stored or edited is indexed by the
//! version of its time, and what is stale is rewritten from the newest on.
//!
//! FTS5 notes the entries of rewritten articles as dead and, once a tenth of a level is (`deletemerge`), merges that
//! level along with whatever is written next. It bounds a merge by the pages that it writes: entries that are dead are
//! read and written nowhere, so that a level of them alone is one long transaction, which the polls wait for (seconds:
//! see `docs/performance.md`). So that is off while articles are stale. Then all is merged, the living with the dead,
//! which bounds what is read as well.

use anyhow::Context;
use sqlx::{FromRow, Sqlite, Transaction};

use super::{Store, article};
use crate::failpoint::{Failpoint, pass};
use crate::model::{Lang, Timestamp};

/// Pages of the index that a transaction merges.
const PAGES: i64 = 64;

/// An article whose index another version may have made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromRow)]
pub struct Stale {
    /// Its number.
    pub seq: i64,
    /// The length of its text.
    pub bytes: i64,
}

/// The text of an article as the analysis reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IndexedText {
    /// Its number.
    pub seq: i64,
    /// The headline.
    pub title: String,
    /// The short text.
    pub summary: String,
    /// The full text.
    pub body: String,
    /// The authors.
    pub author: String,
    /// The language that it was filed under.
    pub lang: Option<Lang>,
}

impl Store {
    /// Up to which `seq` articles may be indexed by another version than `version`; 0: none is.
    pub async fn stale_upto(&self, version: u32) -> anyhow::Result<i64> {
        sqlx::query_scalar("SELECT iif(version = $1, stale_upto, $2) FROM index_version")
            .bind(version)
            .bind(i64::MAX)
            .fetch_one(self.reader())
            .await
            .context("cannot read how the articles are indexed")
    }

    /// How many articles first seen at `since` or later may be indexed by another version than `version`.
    pub async fn stale_count(&self, version: u32, since: Option<Timestamp>) -> anyhow::Result<u64> {
        match self.stale_upto(version).await? {
            0 => Ok(0),
            upto => self.candidate_count(None, since, 0..=upto).await,
        }
    }

    /// What is stored from now on is indexed by `version`; all that was by another one is stale.
    pub async fn begin_index(&self, version: u32) -> anyhow::Result<()> {
        if self.stale_upto(version).await? < i64::MAX {
            return Ok(());
        }
        let mut tx = self.write().await?;
        sqlx::query(
            "UPDATE index_version SET version = $1, stale_upto = (SELECT coalesce(max(seq), 0) FROM article), merging = 1",
        )
        .bind(version)
        .execute(&mut *tx)
        .await
        .context("cannot note how articles are indexed")?;
        sqlx::query("INSERT INTO article_index (article_index, rank) VALUES ('deletemerge', 0)")
            .execute(&mut *tx)
            .await
            .context("cannot put off the merging of the index")?;
        tx.commit().await.context("cannot commit how articles are indexed")
    }

    /// The newest stale articles, at most `limit`; none: all are indexed by `version`.
    pub async fn stale_articles(&self, version: u32, limit: u32) -> anyhow::Result<Vec<Stale>> {
        sqlx::query_as(
            "SELECT seq, octet_length(title) + octet_length(summary) + octet_length(body) AS bytes \
             FROM article WHERE seq <= $1 ORDER BY seq DESC LIMIT $2",
        )
        .bind(self.stale_upto(version).await?)
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .context("cannot read which articles are to be indexed anew")
    }

    /// The text of article number `seq`; `None` when it is gone.
    pub async fn indexed_text(&self, seq: i64) -> anyhow::Result<Option<IndexedText>> {
        let row: Option<(String, String, String, String, Option<String>)> =
            sqlx::query_as("SELECT title, summary, body, author, lang FROM article WHERE seq = $1")
                .bind(seq)
                .fetch_optional(self.reader())
                .await
                .with_context(|| format!("cannot read article number {seq}"))?;
        Ok(row.map(|(title, summary, body, author, lang)| IndexedText {
            seq,
            title,
            summary,
            body,
            author,
            lang: lang.as_deref().and_then(Lang::parse),
        }))
    }

    /// Gives articles the index that `version` makes of their texts. All from number `from` on are not stale
    /// any more. What was edited or deleted since its text was read is left as it is.
    ///
    /// # Errors
    /// Nothing is rewritten then.
    pub async fn commit_index(
        &self,
        version: u32,
        rewritten: &[(IndexedText, String)],
        from: i64,
    ) -> anyhow::Result<()> {
        // What is lost in a power cut is still stale.
        let mut tx = self.write_repeatable().await?;
        article::reindex(&mut tx, rewritten).await?;
        sqlx::query(
            "UPDATE index_version SET stale_upto = (SELECT coalesce(max(seq), 0) FROM article WHERE seq < $2) \
             WHERE version = $1 AND stale_upto >= $2",
        )
        .bind(version)
        .bind(from)
        .execute(&mut *tx)
        .await
        .context("cannot note which articles are indexed")?;
        pass(Failpoint::Reindexing);
        tx.commit().await.context("cannot commit the index")
    }

    /// Merges a little of what rewritten articles have left behind; for when none is stale. `false`: nothing is left.
    ///
    /// # Errors
    /// Nothing is merged then.
    pub async fn merge_index(&self) -> anyhow::Result<bool> {
        let merging: i64 = sqlx::query_scalar("SELECT merging FROM index_version")
            .fetch_one(self.reader())
            .await
            .context("cannot read how far the index is merged")?;
        // Below zero, FTS5 first makes all that there is into one merge: each such call begins it anew.
        let pages = match merging {
            0 => return Ok(false),
            1 => -PAGES,
            _ => PAGES,
        };
        let mut tx = self.write_repeatable().await?;
        let before = total_changes(&mut tx).await?;
        sqlx::query("INSERT INTO article_index (article_index, rank) VALUES ('merge', $1)")
            .bind(pages)
            .execute(&mut *tx)
            .await
            .context("cannot merge the index")?;
        // The statement itself counts as one change.
        let is_left = total_changes(&mut tx).await? - before > 1;
        if !is_left {
            // Below zero: what FTS5 starts with.
            sqlx::query("INSERT INTO article_index (article_index, rank) VALUES ('deletemerge', -1)")
                .execute(&mut *tx)
                .await
                .context("cannot leave the merging of the index to itself")?;
        }
        sqlx::query("UPDATE index_version SET merging = iif($1, 2, 0)")
            .bind(is_left)
            .execute(&mut *tx)
            .await
            .context("cannot note how far the index is merged")?;
        pass(Failpoint::Reindexing);
        tx.commit().await.context("cannot commit the merged index")?;
        Ok(is_left)
    }
}

/// How many rows the connection has changed.
async fn total_changes(tx: &mut Transaction<'_, Sqlite>) -> anyhow::Result<i64> {
    sqlx::query_scalar("SELECT total_changes()")
        .fetch_one(&mut **tx)
        .await
        .context("cannot read how much of the index was merged")
}

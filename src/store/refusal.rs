//! Writes that the database refuses, rows that it cannot read, and an index that another version made, for tests of what
//! follows from that. Never part of the program.

use super::Store;

impl Store {
    /// From now on a statement like `UPDATE ON article` fails, for a row that meets the condition where one
    /// follows it: `UPDATE ON feed WHEN new.url LIKE '%odd'`.
    pub(crate) async fn refuse(&self, statement: &str) {
        let trigger =
            format!("CREATE TRIGGER refused BEFORE {statement} BEGIN SELECT RAISE(ABORT, 'refused'); END");
        let mut tx = self.write().await.expect("a transaction");
        sqlx::query(sqlx::AssertSqlSafe(trigger)).execute(&mut *tx).await.expect("a trigger");
        tx.commit().await.expect("a commit");
    }

    /// From now on nothing is refused any more.
    pub(crate) async fn accept(&self) {
        let mut tx = self.write().await.expect("a transaction");
        sqlx::query("DROP TRIGGER refused").execute(&mut *tx).await.expect("no trigger");
        tx.commit().await.expect("a commit");
    }

    /// From now on what is stored of pages cannot be read: their times are no times.
    pub(crate) async fn spoil_pages(&self) {
        let mut tx = self.write().await.expect("a transaction");
        sqlx::query("UPDATE page SET next_fetch_at = -9223372036854775808")
            .execute(&mut *tx)
            .await
            .expect("a page");
        tx.commit().await.expect("a commit");
    }

    /// What is stored by now was indexed by another version, which found no word in it.
    pub(crate) async fn age_index(&self) {
        let mut tx = self.write().await.expect("a transaction");
        for statement in [
            "INSERT OR REPLACE INTO article_index (rowid, tokens) SELECT seq, '' FROM article",
            "UPDATE index_version SET version = 0, stale_upto = 0",
        ] {
            sqlx::query(statement).execute(&mut *tx).await.expect("an index");
        }
        tx.commit().await.expect("a commit");
    }

    /// From now on the body of the article with this title is no text.
    pub(crate) async fn spoil_body(&self, title: &str) {
        let mut tx = self.write().await.expect("a transaction");
        sqlx::query("UPDATE article SET body = CAST(x'ff' AS TEXT) WHERE title = $1")
            .bind(title)
            .execute(&mut *tx)
            .await
            .expect("an article");
        tx.commit().await.expect("a commit");
    }
}

//! Time that passes in a moment: what the database remembers of feeds is made older, and so is the version of
//! feedwatch that indexed its articles.

use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Connection, SqliteConnection};

use super::Program;

impl Program {
    /// Makes everything that is remembered of when feeds were polled older by `hours`, as if they had
    /// passed. No daemon may run.
    pub(crate) fn let_pass(&self, hours: i64) {
        self.change(
            "UPDATE feed SET next_poll_at = next_poll_at - $1, last_poll_at = last_poll_at - $1, \
             last_success_at = last_success_at - $1, last_read_at = last_read_at - $1, \
             moving_since = moving_since - $1, gone_since = gone_since - $1, stopped_at = stopped_at - $1, \
             wait_until = wait_until - $1, gap_at = gap_at - $1, added_at = added_at - $1, \
             first_success_at = first_success_at - $1, quiet_since = quiet_since - $1",
            hours * 3_600_000,
        );
        self.change(
            "UPDATE subscription SET lease_until = lease_until - $1, next_at = next_at - $1",
            hours * 3_600_000,
        );
        self.change("UPDATE host_wait SET until = until - $1", hours * 3_600_000);
    }

    /// Makes the index of all articles that of an earlier version, which knew none of today's words. No daemon may
    /// run.
    pub(crate) fn age_index(&self) {
        self.change("INSERT OR REPLACE INTO article_index (rowid, tokens) SELECT seq, $1 FROM article", 0);
        self.change("UPDATE index_version SET version = $1, stale_upto = $1", 0);
    }

    /// Runs a statement on the database, with `value` for its parameter.
    pub(crate) fn change(&self, sql: &'static str, value: i64) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let mut database = self.database().await;
            sqlx::query(sql).bind(value).execute(&mut database).await.unwrap();
            database.close().await.unwrap();
        });
    }

    async fn database(&self) -> SqliteConnection {
        let file = SqliteConnectOptions::new().filename(self.data_dir().join("feedwatch.db"));
        SqliteConnection::connect_with(&file).await.unwrap()
    }
}

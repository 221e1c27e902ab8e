//! Days that pass in a moment: what the database remembers of feeds is made older.

use super::Program;

impl Program {
    /// Makes everything that is remembered of when feeds were polled older by `hours`, as if they had
    /// passed. No daemon may run.
    pub(crate) fn let_pass(&self, hours: i64) {
        self.execute(
            "UPDATE feed SET next_poll_at = next_poll_at - $1, last_poll_at = last_poll_at - $1, \
             last_success_at = last_success_at - $1, last_read_at = last_read_at - $1, \
             moving_since = moving_since - $1, gone_since = gone_since - $1, stopped_at = stopped_at - $1, \
             wait_until = wait_until - $1, gap_at = gap_at - $1, added_at = added_at - $1, \
             first_success_at = first_success_at - $1, quiet_since = quiet_since - $1",
            hours * 3_600_000,
        );
        self.execute(
            "UPDATE subscription SET lease_until = lease_until - $1, next_at = next_at - $1",
            hours * 3_600_000,
        );
        self.execute("UPDATE host_wait SET until = until - $1", hours * 3_600_000);
    }

    fn execute(&self, sql: &'static str, value: i64) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let options =
                sqlx::sqlite::SqliteConnectOptions::new().filename(self.data_dir().join("feedwatch.db"));
            let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
            sqlx::query(sql).bind(value).execute(&pool).await.unwrap();
            pool.close().await;
        });
    }
}

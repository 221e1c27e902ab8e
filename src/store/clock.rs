//! What a clock that was ahead put off, once the clock is right.

use anyhow::Context;

use super::Store;
use crate::model::Timestamp;

impl Store {
    /// Makes due at `now` what a clock that was ahead put off: further away than `furthest`, where no retry
    /// goes, or decided in what is the future now.
    pub async fn pull_in(&self, furthest: Timestamp, now: Timestamp) -> anyhow::Result<()> {
        let (furthest, now) = (furthest.timestamp_millis(), now.timestamp_millis());
        let mut tx = self.write().await?;
        for statement in [
            "UPDATE delivery SET next_attempt_at = $1 \
             WHERE state = 'pending' AND next_attempt_at > $1 AND (next_attempt_at > $2 OR created_at > $1 \
             OR EXISTS (SELECT 1 FROM attempt WHERE delivery_id = delivery.id AND ended_at > $1))",
            "UPDATE delivery SET waits_since = $1 WHERE state = 'pending' AND waits_since > $1",
            "UPDATE alert SET created_at = $1 WHERE delivery_id IS NULL AND created_at > $1",
            "UPDATE notice SET created_at = $1 WHERE delivery_id IS NULL AND created_at > $1",
            "UPDATE watch_grouped SET grouped_at = $1 WHERE grouped_at > $1",
            "UPDATE watch_baseline SET since = $1 WHERE since > $1",
            "UPDATE feed SET added_at = $1 WHERE added_at > $1",
            "UPDATE page SET next_fetch_at = $1 WHERE next_fetch_at > $2",
            // No hub grants a year: it was asked by another clock.
            "UPDATE subscription SET next_at = $1, lease_until = NULL \
             WHERE lease_until > $1 + 31622400000 OR next_at > $1 + 31622400000",
            // Its bucket of tokens holds nothing up for longer than an empty one, whatever is recorded.
            "UPDATE channel SET resume_at = $1 \
             WHERE resume_at > $1 AND (resume_at > $2 OR failed_at > $1 OR succeeded_at > $1)",
            "UPDATE channel SET failing_since = $1 WHERE failing_since > $1",
            "UPDATE channel SET failed_at = $1 WHERE failed_at > $1",
            "UPDATE channel SET succeeded_at = $1 WHERE succeeded_at > $1",
        ] {
            sqlx::query(statement)
                .bind(now)
                .bind(furthest)
                .execute(&mut *tx)
                .await
                .context("cannot pull in deliveries")?;
        }
        tx.commit().await.context("cannot commit the times of deliveries")
    }
}

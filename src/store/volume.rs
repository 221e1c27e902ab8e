//! How much watches match: counts for spikes and silences, and what was told of them.

use anyhow::Context;
use sqlx::FromRow;

use super::{Store, notice, row};
use crate::model::{Notice, Timestamp};
use crate::volume::{Looks, Quiet};

/// An article that was published so long before it was seen is no news of the hour: 3 hours, in milliseconds.
const STALE: i64 = 3 * 3_600_000;
const HOUR: i64 = 3_600_000;

/// What is remembered of a watch's volume.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VolumeState {
    /// The watch's name.
    pub watch: String,
    /// Since when it asks what it asks.
    pub asked_since: Timestamp,
    /// When it was looked at.
    pub looks: Looks,
    /// Its silence.
    pub quiet: Quiet,
    /// When the spike under way was last above the usual; `None`: none is.
    pub elevated_at: Option<Timestamp>,
}

#[derive(FromRow)]
struct StateRow {
    watch: String,
    asked_since: i64,
    learned_since: i64,
    watched_since: i64,
    looked_at: i64,
    quiet_since: i64,
    quiet_told: bool,
    elevated_at: Option<i64>,
}

impl TryFrom<StateRow> for VolumeState {
    type Error = anyhow::Error;

    fn try_from(row: StateRow) -> anyhow::Result<Self> {
        Ok(Self {
            watch: row.watch,
            asked_since: row::time(row.asked_since)?,
            looks: Looks {
                learned_since: row::time(row.learned_since)?,
                watched_since: row::time(row.watched_since)?,
                looked_at: row::time(row.looked_at)?,
            },
            quiet: Quiet { since: row::time(row.quiet_since)?, is_told: row.quiet_told },
            elevated_at: row::optional_time(row.elevated_at)?,
        })
    }
}

/// Fresh matches of $1 after $3 and until $4 that are no copies; $2 is [`STALE`]. What a feed carried when it
/// was read first was there before.
macro_rules! fresh_matches {
    () => {
        " FROM match JOIN article ON article.id = match.article_id JOIN feed ON feed.id = article.feed_id \
         LEFT JOIN story_article ON story_article.article_id = article.id \
         WHERE match.watch = $1 AND article.published_at > match.matched_at - $2 \
         AND coalesce(story_article.joined, 'first') IN ('first', 'news') \
         AND EXISTS (SELECT 1 FROM article AS earlier WHERE earlier.feed_id = feed.id \
                     AND earlier.first_seen_at < article.first_seen_at) \
         AND match.matched_at > $3 AND match.matched_at <= $4 "
    };
}

impl Store {
    /// What is remembered of every watch's volume.
    pub async fn volume_states(&self) -> anyhow::Result<Vec<VolumeState>> {
        let rows: Vec<StateRow> = sqlx::query_as(
            "SELECT watch, asked_since, learned_since, watched_since, looked_at, quiet_since, quiet_told, elevated_at \
             FROM watch_volume",
        )
        .fetch_all(self.reader())
        .await
        .context("cannot read the volumes of watches")?;
        rows.into_iter().map(VolumeState::try_from).collect()
    }

    /// How many fresh articles `watch` matched in the hour before `now`, copies left out, and of how many
    /// sources.
    pub async fn volume_of_hour(&self, watch: &str, now: Timestamp) -> anyhow::Result<(u32, u32)> {
        sqlx::query_as(concat!(
            "SELECT count(*), count(DISTINCT coalesce(feed.source, feed.title, feed.url))",
            fresh_matches!()
        ))
        .bind(watch)
        .bind(STALE)
        .bind(now.timestamp_millis() - HOUR)
        .bind(now.timestamp_millis())
        .fetch_one(self.reader())
        .await
        .with_context(|| format!("cannot count the last hour of watch '{watch}'"))
    }

    /// The newest titles among them.
    pub async fn titles_of_hour(
        &self,
        watch: &str,
        now: Timestamp,
        limit: u32,
    ) -> anyhow::Result<Vec<String>> {
        sqlx::query_scalar(concat!(
            "SELECT article.title",
            fresh_matches!(),
            "ORDER BY match.seq DESC LIMIT $5"
        ))
        .bind(watch)
        .bind(STALE)
        .bind(now.timestamp_millis() - HOUR)
        .bind(now.timestamp_millis())
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot read the last hour of watch '{watch}'"))
    }

    /// The same counts for each hour from that of `since` up to the one before that of `end`, oldest first.
    pub async fn volume_by_hour(
        &self,
        watch: &str,
        since: Timestamp,
        end: Timestamp,
    ) -> anyhow::Result<Vec<u32>> {
        let (first, end) =
            (since.timestamp_millis().div_euclid(HOUR), end.timestamp_millis().div_euclid(HOUR));
        let rows: Vec<(i64, u32)> = sqlx::query_as(concat!(
            "SELECT match.matched_at / 3600000 AS hour, count(*)",
            fresh_matches!(),
            "GROUP BY hour"
        ))
        .bind(watch)
        .bind(STALE)
        .bind(first * HOUR - 1)
        .bind(end * HOUR - 1)
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot count the hours of watch '{watch}'"))?;
        let mut counts = vec![0; usize::try_from(end - first).unwrap_or(0)];
        for (hour, count) in rows {
            if let Some(place) = usize::try_from(hour - first).ok().and_then(|at| counts.get_mut(at)) {
                *place = count;
            }
        }
        Ok(counts)
    }

    /// When `watch` matched first after `since` and until `now`; `None` when it did not.
    pub async fn first_match(
        &self,
        watch: &str,
        since: Timestamp,
        now: Timestamp,
    ) -> anyhow::Result<Option<Timestamp>> {
        let first = sqlx::query_scalar(
            "SELECT min(matched_at) FROM match WHERE watch = $1 AND matched_at > $2 AND matched_at <= $3",
        );
        let first = first.bind(watch).bind(since.timestamp_millis()).bind(now.timestamp_millis());
        let first = first.fetch_one(self.reader()).await;
        row::optional_time(first.with_context(|| format!("cannot read when watch '{watch}' matched"))?)
    }

    /// When `watch` matched last until `now`; `None` when it did not.
    pub async fn last_match(&self, watch: &str, now: Timestamp) -> anyhow::Result<Option<Timestamp>> {
        let last =
            sqlx::query_scalar("SELECT max(matched_at) FROM match WHERE watch = $1 AND matched_at <= $2");
        let last = last.bind(watch).bind(now.timestamp_millis()).fetch_one(self.reader()).await;
        row::optional_time(last.with_context(|| format!("cannot read when watch '{watch}' matched"))?)
    }

    /// When a feed answered last until `now`; `None` when none did.
    pub async fn last_answer(&self, now: Timestamp) -> anyhow::Result<Option<Timestamp>> {
        let last = sqlx::query_scalar(
            "SELECT max(last_success_at) FROM feed WHERE configured = 1 AND last_success_at <= $1",
        );
        let last = last.bind(now.timestamp_millis()).fetch_one(self.reader()).await;
        row::optional_time(last.context("cannot read when feeds answered")?)
    }

    /// Records how much the watches match, and notices of it, together; watches without a state are
    /// forgotten. Returns how many notices are new.
    pub async fn commit_volume(&self, states: &[VolumeState], notices: &[Notice]) -> anyhow::Result<usize> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM watch_volume")
            .execute(&mut *tx)
            .await
            .context("cannot forget the volumes of watches")?;
        for VolumeState { watch, asked_since, looks, quiet, elevated_at } in states {
            sqlx::query(
                "INSERT INTO watch_volume (watch, asked_since, learned_since, watched_since, looked_at, \
                                           quiet_since, quiet_told, elevated_at) \
                 VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            )
            .bind(watch)
            .bind(asked_since.timestamp_millis())
            .bind(looks.learned_since.timestamp_millis())
            .bind(looks.watched_since.timestamp_millis())
            .bind(looks.looked_at.timestamp_millis())
            .bind(quiet.since.timestamp_millis())
            .bind(quiet.is_told)
            .bind(elevated_at.map(|at| at.timestamp_millis()))
            .execute(&mut *tx)
            .await
            .with_context(|| format!("cannot record the volume of watch '{watch}'"))?;
        }
        let new = notice::insert_all(&mut tx, notices).await?;
        tx.commit().await.context("cannot commit the volumes of watches")?;
        Ok(new)
    }
}

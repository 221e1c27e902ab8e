//! Feeds: what the configuration says of them, and their state between polls.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context, anyhow};
use sqlx::{FromRow, Sqlite, Transaction};
use url::Url;

use super::{Store, baseline, row, subscription};
use crate::ingest::Known;
use crate::model::{
    Alarm, AlarmKind, Brevity, EntryKey, FailureKind, Feed, FeedId, FeedState, Move, PollIntent, Repeated,
    Timestamp, Validators, Watch,
};
use crate::schedule::{Rhythm, SkipHints};

/// A feed as `feed list` shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedRow {
    /// Its state.
    pub state: FeedState,
    /// Its configured URL.
    pub url: String,
    /// The outlet's name.
    pub source: String,
    /// Stored articles.
    pub articles: u64,
}

#[derive(FromRow)]
struct StateRow {
    id: Vec<u8>,
    title: Option<String>,
    etag: Option<Vec<u8>>,
    last_modified: Option<Vec<u8>>,
    ttl_seconds: Option<u32>,
    skip_bits: u32,
    next_poll_at: i64,
    last_poll_at: Option<i64>,
    last_success_at: Option<i64>,
    failures: u32,
    last_error: Option<String>,
    last_report: Option<String>,
    entries_judged: u32,
    entries_brief: u32,
    catching_up: bool,
    rhythm: Option<Vec<u8>>,
    entries: u32,
    gap_at: Option<i64>,
    failure: Option<String>,
    wait_until: Option<i64>,
    validators_url: Option<String>,
    address: Option<String>,
    moving_to: Option<String>,
    moving_since: Option<i64>,
    moving_polls: Option<u32>,
    gone_since: Option<i64>,
    gone_polls: Option<u32>,
    stopped_at: Option<i64>,
    lease_until: Option<i64>,
    alarm: Option<String>,
    alarm_at: Option<i64>,
    added_at: Option<i64>,
    first_success_at: Option<i64>,
    quiet_since: Option<i64>,
}

impl TryFrom<StateRow> for FeedState {
    type Error = anyhow::Error;

    fn try_from(row: StateRow) -> anyhow::Result<Self> {
        let repeated = |since: Option<i64>, polls: Option<u32>| -> anyhow::Result<Option<Repeated>> {
            let since = row::optional_time(since)?;
            Ok(since.zip(polls).map(|(since, polls)| Repeated { since, polls }))
        };
        let moving = repeated(row.moving_since, row.moving_polls)?;
        let moving = address(row.moving_to)?.zip(moving).map(|(to, seen)| Move { to, seen });
        Ok(Self {
            id: row::id(FeedId::from_bytes, &row.id, "a feed's id")?,
            title: row.title,
            validators: Validators {
                etag: row.etag,
                last_modified: row.last_modified,
                url: address(row.validators_url)?,
            },
            ttl: row.ttl_seconds.map(|seconds| Duration::from_secs(seconds.into())),
            skip: SkipHints::from_bits(row.skip_bits),
            next_poll_at: row::time(row.next_poll_at)?,
            last_poll_at: row::optional_time(row.last_poll_at)?,
            last_success_at: row::optional_time(row.last_success_at)?,
            failures: row.failures,
            // A kind of a later version is a failure all the same: `failures` counts it.
            failure: row.failure.as_deref().and_then(FailureKind::parse),
            last_error: row.last_error,
            last_report: row.last_report,
            brevity: Brevity { entries: row.entries_judged, brief: row.entries_brief },
            // One in a form of another version is learned again.
            rhythm: row.rhythm.as_deref().and_then(Rhythm::from_bytes).unwrap_or_default(),
            entries: row.entries,
            gap_at: row::optional_time(row.gap_at)?,
            wait_until: row::optional_time(row.wait_until)?,
            address: address(row.address)?,
            moving,
            gone: repeated(row.gone_since, row.gone_polls)?,
            stopped_at: row::optional_time(row.stopped_at)?,
            catching_up: row.catching_up,
            alarm: row
                .alarm
                .as_deref()
                .and_then(AlarmKind::parse)
                .zip(row::optional_time(row.alarm_at)?)
                .map(|(kind, since)| Alarm { kind, since }),
            lease_until: row::optional_time(row.lease_until)?,
            added_at: row::optional_time(row.added_at)?,
            first_success_at: row::optional_time(row.first_success_at)?,
            quiet_since: row::optional_time(row.quiet_since)?,
        })
    }
}

fn address(text: Option<String>) -> anyhow::Result<Option<Url>> {
    let parse = |text: String| {
        Url::parse(&text)
            .map_err(|error| anyhow!("the database holds '{text}' where a URL should stand: {error}"))
    };
    text.map(parse).transpose()
}

/// The columns that [`StateRow`] reads.
macro_rules! state_columns {
    () => {
        "feed.id, feed.title, feed.etag, feed.last_modified, feed.ttl_seconds, feed.skip_bits, feed.next_poll_at, \
         feed.last_poll_at, feed.last_success_at, feed.failures, feed.last_error, feed.last_report, \
         feed.rhythm, feed.entries, feed.gap_at, feed.failure, feed.wait_until, feed.validators_url, feed.address, \
         feed.moving_to, feed.moving_since, feed.moving_polls, feed.gone_since, feed.gone_polls, feed.stopped_at, feed.alarm, feed.alarm_at, \
         feed.entries_judged, feed.entries_brief, feed.catching_up, feed.added_at, feed.first_success_at, feed.quiet_since, \
         (SELECT lease_until FROM subscription WHERE feed_id = feed.id AND state = 'live') AS lease_until"
    };
}

#[derive(FromRow)]
struct ListRow {
    #[sqlx(flatten)]
    state: StateRow,
    url: String,
    source: Option<String>,
    articles: i64,
}

#[derive(FromRow)]
struct KnownRow {
    asked: Vec<u8>,
    entry_key: Vec<u8>,
    content_hash: Vec<u8>,
    first_seen_at: i64,
}

/// Makes the database's feeds those of the configuration: adds the new ones with the given time
/// of their first poll, renews what is configured, and stops polling the rest. State, articles
/// and matches of a removed feed stay, so that it can come back where it left. One that was given up
/// on is polled again when its configuration changed, or when it comes back. What a feed publishes that came
/// in at `now` is news from then on.
pub(super) async fn sync_feeds(
    tx: &mut Transaction<'_, Sqlite>,
    feeds: &[(&Feed, Timestamp)],
    now: Timestamp,
) -> anyhow::Result<()> {
    sqlx::query("UPDATE feed SET configured = 0 WHERE configured = 1")
        .execute(&mut **tx)
        .await
        .context("cannot mark the feeds")?;
    for (feed, first_poll_at) in feeds {
        sqlx::query(
            "INSERT INTO feed (id, url, source, country, tags, next_poll_at, skip_bits, failures, configured, \
             settings, added_at) VALUES ($1, $2, $3, $4, $5, $6, 0, 0, 1, $7, $8) \
             ON CONFLICT (id) DO UPDATE SET \
             added_at = CASE WHEN feed.settings IS NULL THEN excluded.added_at ELSE feed.added_at END, source = excluded.source, country = excluded.country, \
             tags = excluded.tags, configured = 1, settings = excluded.settings, \
             stopped_at = CASE WHEN feed.settings IS excluded.settings THEN feed.stopped_at END, \
             gone_since = CASE WHEN feed.settings IS excluded.settings THEN feed.gone_since END, \
             next_poll_at = CASE WHEN feed.stopped_at IS NULL OR feed.settings IS excluded.settings \
             THEN feed.next_poll_at ELSE excluded.next_poll_at END",
        )
        .bind(feed.id.as_bytes())
        .bind(feed.url.as_str())
        .bind(&feed.source)
        .bind(&feed.country)
        .bind(serde_json::to_string(&feed.tags)?)
        .bind(first_poll_at.timestamp_millis())
        .bind(feed.settings_digest())
        .bind(now.timestamp_millis())
        .execute(&mut **tx)
        .await
        .with_context(|| format!("cannot store feed {}", feed.shown_url()))?;
    }
    sqlx::query("UPDATE feed SET settings = NULL WHERE configured = 0 AND settings IS NOT NULL")
        .execute(&mut **tx)
        .await
        .context("cannot forget what was configured")?;
    subscription::leave_unconfigured(tx, now).await
}

impl Store {
    /// Makes what the database knows that of the configuration, as a whole or not at all: `feeds`, each with the
    /// time of its first poll, and `watches`, each with the fingerprint of what it asks.
    pub async fn sync(
        &self,
        feeds: &[(&Feed, Timestamp)],
        watches: &[(&Watch, [u8; 32])],
        now: Timestamp,
    ) -> anyhow::Result<()> {
        let mut tx = self.write().await?;
        sync_feeds(&mut tx, feeds, now).await?;
        baseline::sync_watches(&mut tx, watches, now).await?;
        tx.commit().await.context("cannot commit the feeds and watches")
    }

    /// Configured feeds that are due at `now`, longest overdue first, at most `limit`.
    pub async fn due_feeds(&self, now: Timestamp, limit: u32) -> anyhow::Result<Vec<FeedState>> {
        let rows: Vec<StateRow> = sqlx::query_as(concat!(
            "SELECT ",
            state_columns!(),
            " FROM feed WHERE configured = 1 AND stopped_at IS NULL AND next_poll_at <= $1 ORDER BY next_poll_at LIMIT $2"
        ))
        .bind(now.timestamp_millis())
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .context("cannot read which feeds are due")?;
        rows.into_iter().map(FeedState::try_from).collect()
    }

    /// When the first feed is due that is not due at `now`; `None` when there is none.
    pub async fn next_due_after(&self, now: Timestamp) -> anyhow::Result<Option<Timestamp>> {
        let next: Option<i64> = sqlx::query_scalar(
            "SELECT min(next_poll_at) FROM feed WHERE configured = 1 AND stopped_at IS NULL AND next_poll_at > $1",
        )
        .bind(now.timestamp_millis())
        .fetch_one(self.reader())
        .await
        .context("cannot read when a feed is due")?;
        row::optional_time(next)
    }

    /// The state of every configured feed.
    pub async fn feed_states(&self) -> anyhow::Result<Vec<FeedState>> {
        let rows: Vec<StateRow> =
            sqlx::query_as(concat!("SELECT ", state_columns!(), " FROM feed WHERE configured = 1"))
                .fetch_all(self.reader())
                .await
                .context("cannot read the feeds")?;
        rows.into_iter().map(FeedState::try_from).collect()
    }

    /// The state of one feed; `None`: it is not configured.
    pub async fn feed_state(&self, id: FeedId) -> anyhow::Result<Option<FeedState>> {
        let row: Option<StateRow> = sqlx::query_as(concat!(
            "SELECT ",
            state_columns!(),
            " FROM feed WHERE configured = 1 AND id = $1"
        ))
        .bind(id.as_bytes())
        .fetch_optional(self.reader())
        .await
        .context("cannot read a feed")?;
        row.map(FeedState::try_from).transpose()
    }

    /// Sets when feeds are due, for those whose stored time makes no sense any more.
    pub async fn reschedule(&self, due: &[(FeedId, Timestamp)]) -> anyhow::Result<()> {
        let mut tx = self.write().await?;
        for (id, next_poll_at) in due {
            sqlx::query("UPDATE feed SET next_poll_at = $2 WHERE id = $1")
                .bind(id.as_bytes())
                .bind(next_poll_at.timestamp_millis())
                .execute(&mut *tx)
                .await
                .with_context(|| format!("cannot reschedule feed {id}"))?;
        }
        tx.commit().await.context("cannot commit the new times")
    }

    /// Takes back the last failure of every feed that has been out of reach since `since` and makes it due at
    /// `now`: the fault was the network's.
    pub async fn forgive_unreachable(&self, since: Timestamp, now: Timestamp) -> anyhow::Result<u64> {
        let mut tx = self.write().await?;
        let done = sqlx::query(
            "UPDATE feed SET failures = max(failures - 1, 0), next_poll_at = min(next_poll_at, $2), \
             failure = CASE WHEN failures > 1 THEN failure END, \
             last_error = CASE WHEN failures > 1 THEN last_error END \
             WHERE configured = 1 AND failure = 'unreachable' AND last_poll_at >= $1",
        )
        .bind(since.timestamp_millis())
        .bind(now.timestamp_millis())
        .execute(&mut *tx)
        .await
        .context("cannot forgive what the network did")?;
        tx.commit().await.context("cannot commit what was forgiven")?;
        Ok(done.rows_affected())
    }

    /// Every configured feed with its number of articles: failing ones first, then by name.
    pub async fn feeds(&self) -> anyhow::Result<Vec<FeedRow>> {
        let rows: Vec<ListRow> = sqlx::query_as(concat!(
            "SELECT ",
            state_columns!(),
            ", feed.url, feed.source, \
             (SELECT count(*) FROM article WHERE article.feed_id = feed.id) AS articles \
             FROM feed WHERE configured = 1 \
             ORDER BY feed.stopped_at IS NULL, feed.failures DESC, feed.gap_at IS NULL AND feed.address IS NULL, feed.url"
        ))
        .fetch_all(self.reader())
        .await
        .context("cannot read the feeds")?;
        rows.into_iter()
            .map(|row| {
                let state = FeedState::try_from(row.state)?;
                let source =
                    crate::model::source_name(row.source.as_deref(), state.title.as_deref(), &row.url);
                Ok(FeedRow {
                    source: source.to_owned(),
                    url: row.url,
                    articles: u64::try_from(row.articles)?,
                    state,
                })
            })
            .collect()
    }

    /// Which of `keys` the feed's stored articles have, as their identity or their alternate one.
    pub async fn known(&self, feed: FeedId, keys: &[EntryKey]) -> anyhow::Result<HashMap<EntryKey, Known>> {
        let rows: Vec<KnownRow> = sqlx::query_as(
            "WITH asked (key) AS (SELECT unhex(value) FROM json_each($2)) \
             SELECT asked.key AS asked, article.entry_key, article.content_hash, article.first_seen_at \
             FROM asked JOIN article ON article.feed_id = $1 AND article.alternate_key = asked.key \
             UNION ALL \
             SELECT asked.key, article.entry_key, article.content_hash, article.first_seen_at \
             FROM asked JOIN article ON article.feed_id = $1 AND article.entry_key = asked.key",
        )
        .bind(feed.as_bytes())
        .bind(row::hex_array(keys.iter().map(EntryKey::as_bytes)))
        .fetch_all(self.reader())
        .await
        .with_context(|| format!("cannot read the known entries of feed {feed}"))?;
        rows.into_iter()
            .map(|row| {
                let key = |bytes: &[u8]| row::id(EntryKey::from_bytes, bytes, "an entry's key");
                let known = Known {
                    key: key(&row.entry_key)?,
                    content_hash: row::id(
                        |bytes| bytes.try_into().ok(),
                        &row.content_hash,
                        "a content hash",
                    )?,
                    first_seen_at: row::time(row.first_seen_at)?,
                };
                Ok((key(&row.asked)?, known))
            })
            .collect()
    }
}

fn milliseconds(at: Option<Timestamp>) -> Option<i64> {
    at.map(|at| at.timestamp_millis())
}

/// Writes the feed's state after a poll.
pub(super) async fn save_state(tx: &mut Transaction<'_, Sqlite>, intent: &PollIntent) -> anyhow::Result<()> {
    let state = &intent.state;
    sqlx::query(
        "UPDATE feed SET title = $2, etag = $3, last_modified = $4, next_poll_at = $5, last_poll_at = $6, \
         last_success_at = $7, failures = $8, last_error = $9, last_report = $10, \
         ttl_seconds = $11, skip_bits = $12, \
         last_read_at = CASE WHEN $13 THEN $14 ELSE last_read_at END, \
         rhythm = $15, entries = $16, gap_at = $17, failure = $18, wait_until = $19, validators_url = $20, \
         address = $21, moving_to = $22, moving_since = $23, moving_polls = $24, gone_since = $25, \
         gone_polls = $26, stopped_at = $27, alarm = $28, alarm_at = $29, entries_judged = $30, entries_brief = $31, catching_up = $32, \
         first_success_at = $33, quiet_since = $34 WHERE id = $1",
    )
    .bind(state.id.as_bytes())
    .bind(&state.title)
    .bind(&state.validators.etag)
    .bind(&state.validators.last_modified)
    .bind(state.next_poll_at.timestamp_millis())
    .bind(milliseconds(state.last_poll_at))
    .bind(milliseconds(state.last_success_at))
    .bind(state.failures)
    .bind(&state.last_error)
    .bind(&state.last_report)
    .bind(state.ttl.map(|ttl| u32::try_from(ttl.as_secs()).unwrap_or(u32::MAX)))
    .bind(state.skip.bits())
    .bind(intent.read)
    .bind(intent.at.timestamp_millis())
    .bind(state.rhythm.to_bytes())
    .bind(state.entries)
    .bind(milliseconds(state.gap_at))
    .bind(state.failure.map(FailureKind::as_str))
    .bind(milliseconds(state.wait_until))
    .bind(state.validators.url.as_ref().map(Url::as_str))
    .bind(state.address.as_ref().map(Url::as_str))
    .bind(state.moving.as_ref().map(|moving| moving.to.as_str()))
    .bind(milliseconds(state.moving.as_ref().map(|moving| moving.seen.since)))
    .bind(state.moving.as_ref().map(|moving| moving.seen.polls))
    .bind(milliseconds(state.gone.map(|gone| gone.since)))
    .bind(state.gone.map(|gone| gone.polls))
    .bind(milliseconds(state.stopped_at))
    .bind(state.alarm.map(|alarm| alarm.kind.as_str()))
    .bind(milliseconds(state.alarm.map(|alarm| alarm.since)))
    .bind(state.brevity.entries)
    .bind(state.brevity.brief)
    .bind(state.catching_up)
    .bind(milliseconds(state.first_success_at))
    .bind(milliseconds(state.quiet_since))
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot save the state of feed {}", state.id))?;
    Ok(())
}

/// Writes what a push tells of the feed, and leaves alone what its polls do.
pub(super) async fn save_pushed(tx: &mut Transaction<'_, Sqlite>, intent: &PollIntent) -> anyhow::Result<()> {
    let state = &intent.state;
    sqlx::query("UPDATE feed SET rhythm = $2, last_success_at = $3, quiet_since = $4 WHERE id = $1")
        .bind(state.id.as_bytes())
        .bind(state.rhythm.to_bytes())
        .bind(milliseconds(state.last_success_at))
        .bind(milliseconds(state.quiet_since))
        .execute(&mut **tx)
        .await
        .with_context(|| format!("cannot save what was pushed of feed {}", state.id))?;
    Ok(())
}

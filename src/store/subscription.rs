//! Subscriptions to WebSub hubs.

use anyhow::{Context, anyhow};
use sqlx::{FromRow, Sqlite, Transaction};
use url::Url;

use super::{Store, row};
use crate::model::{FeedId, Hub, Subscription, SubscriptionState, Timestamp, WantedHub};

#[derive(FromRow)]
struct SubscriptionRow {
    feed_id: Vec<u8>,
    callback: String,
    secret: String,
    hub: String,
    topic: String,
    state: String,
    lease_until: Option<i64>,
    failures: u32,
}

impl TryFrom<SubscriptionRow> for Subscription {
    type Error = anyhow::Error;

    fn try_from(row: SubscriptionRow) -> anyhow::Result<Self> {
        let url = |text: &str| {
            Url::parse(text).with_context(|| format!("the database holds '{text}' where a URL should stand"))
        };
        let state = SubscriptionState::parse(&row.state).ok_or_else(|| {
            anyhow!("the database holds '{}' where a subscription's state should stand", row.state)
        })?;
        Ok(Self {
            feed: row::id(FeedId::from_bytes, &row.feed_id, "a feed's id")?,
            wanted: WantedHub {
                hub: Hub { hub: url(&row.hub)?, topic: url(&row.topic)? },
                callback: row.callback,
                secret: row.secret,
            },
            state,
            lease_until: row::optional_time(row.lease_until)?,
            failures: row.failures,
        })
    }
}

impl Store {
    /// Subscriptions whose hub is to be asked at `now`, at most `limit`. Those of feeds that are not configured
    /// any more are among them, to be left.
    pub async fn due_subscriptions(&self, now: Timestamp, limit: u32) -> anyhow::Result<Vec<Subscription>> {
        let rows: Vec<SubscriptionRow> = sqlx::query_as(
            "SELECT feed_id, callback, secret, hub, topic, state, lease_until, failures \
             FROM subscription WHERE next_at <= $1 ORDER BY next_at LIMIT $2",
        )
        .bind(now.timestamp_millis())
        .bind(limit)
        .fetch_all(self.reader())
        .await
        .context("cannot read which subscriptions are due")?;
        rows.into_iter().map(Subscription::try_from).collect()
    }

    /// The subscription that this callback belongs to.
    pub async fn subscription_at(&self, callback: &str) -> anyhow::Result<Option<Subscription>> {
        let row: Option<SubscriptionRow> = sqlx::query_as(
            "SELECT feed_id, callback, secret, hub, topic, state, lease_until, failures \
             FROM subscription WHERE callback = $1",
        )
        .bind(callback)
        .fetch_optional(self.reader())
        .await
        .context("cannot read a subscription")?;
        row.map(Subscription::try_from).transpose()
    }

    /// Stores how far a subscription got, and when its hub is asked next; `reason`: why it got no further.
    pub async fn save_subscription(
        &self,
        subscription: &Subscription,
        next_at: Timestamp,
        reason: Option<&str>,
    ) -> anyhow::Result<()> {
        let mut tx = self.write().await?;
        sqlx::query(
            "UPDATE subscription SET state = $2, lease_until = $3, failures = $4, next_at = $5, reason = $6 \
             WHERE callback = $1",
        )
        .bind(&subscription.wanted.callback)
        .bind(subscription.state.as_str())
        .bind(subscription.lease_until.map(|at| at.timestamp_millis()))
        .bind(subscription.failures)
        .bind(next_at.timestamp_millis())
        .bind(reason)
        .execute(&mut *tx)
        .await
        .context("cannot store a subscription")?;
        tx.commit().await.context("cannot commit a subscription")
    }

    /// Forgets a subscription.
    pub async fn forget_subscription(&self, callback: &str) -> anyhow::Result<()> {
        let mut tx = self.write().await?;
        sqlx::query("DELETE FROM subscription WHERE callback = $1")
            .bind(callback)
            .execute(&mut *tx)
            .await
            .context("cannot forget a subscription")?;
        tx.commit().await.context("cannot commit that a subscription is forgotten")
    }
}

/// Makes the subscriptions of feeds that are not configured any more due at `now`, to be left.
pub(super) async fn leave_unconfigured(
    tx: &mut Transaction<'_, Sqlite>,
    now: Timestamp,
) -> anyhow::Result<()> {
    sqlx::query(
        "UPDATE subscription SET state = 'leaving', failures = 0, next_at = $1 \
         WHERE state <> 'leaving' \
         AND EXISTS (SELECT 1 FROM feed WHERE feed.id = subscription.feed_id AND feed.configured = 0)",
    )
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await
    .context("cannot mark the subscriptions of removed feeds")?;
    Ok(())
}

/// Notes that `feed` is pushed by a hub, which is asked at once; nothing changes where it is known already.
pub(super) async fn want(
    tx: &mut Transaction<'_, Sqlite>,
    feed: FeedId,
    wanted: &WantedHub,
    now: Timestamp,
) -> anyhow::Result<()> {
    sqlx::query(
        "INSERT INTO subscription (feed_id, callback, secret, hub, topic, state, next_at, failures) \
         VALUES ($1, $2, $3, $4, $5, 'wanted', $6, 0) \
         ON CONFLICT (feed_id) DO UPDATE SET callback = excluded.callback, secret = excluded.secret, \
         hub = excluded.hub, topic = excluded.topic, state = 'wanted', lease_until = NULL, \
         next_at = excluded.next_at, failures = 0, reason = NULL \
         WHERE hub <> excluded.hub OR topic <> excluded.topic OR state = 'leaving'",
    )
    .bind(feed.as_bytes())
    .bind(&wanted.callback)
    .bind(&wanted.secret)
    .bind(wanted.hub.hub.as_str())
    .bind(wanted.hub.topic.as_str())
    .bind(now.timestamp_millis())
    .execute(&mut **tx)
    .await
    .with_context(|| format!("cannot store the hub of feed {feed}"))?;
    Ok(())
}

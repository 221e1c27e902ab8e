//! Sends what is recorded: `group (T2) | claim (T3) | deliver | retry? | record (T4)`.
//!
//! Nothing is sent while a transaction is open, and nothing that was not recorded first: a crash
//! between sending and recording sends again, under the same id. One delivery per channel is on its
//! way at a time; channels do not wait for each other.

use std::time::Duration;

use anyhow::Context;
use futures::future::join_all;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::{Ambient, pause};
use crate::alert::{self, Next, Payload, retry};
use crate::channel::{Attempt, Channel};
use crate::failpoint::{Failpoint, during, pass};
use crate::model::{Delivery, DeliveryId};
use crate::store::{NewDelivery, Store};

/// Alerts that are read at once for grouping.
const GROUP_PAGE: u32 = 1_000;

/// What a round of dispatching did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dispatched {
    /// Deliveries that arrived.
    pub delivered: usize,
    /// Deliveries that did not; they are retried, or stand in the dead letters.
    pub failed: usize,
}

/// Sends everything that is due on `channels` now, each channel by itself.
///
/// # Errors
/// When the database fails; what a destination answers is no error.
pub async fn dispatch_due(
    store: &Store,
    channels: &[Channel],
    ambient: &Ambient,
) -> anyhow::Result<Dispatched> {
    let never = CancellationToken::new();
    let rounds = join_all(channels.iter().map(|channel| deliver_due(store, channel, ambient, &never))).await;
    let mut total = Dispatched::default();
    for round in rounds {
        let (round, _) = round?;
        total.delivered += round.delivered;
        total.failed += round.failed;
    }
    Ok(total)
}

/// Moves what waits for channels that are not configured any more to the dead letters: nobody would
/// ever send it. A retry brings it back once the channel is there again.
///
/// # Errors
/// When the database fails.
pub async fn bury_orphans(store: &Store, channels: &[Channel], ambient: &Ambient) -> anyhow::Result<()> {
    for name in store.channels_with_work().await? {
        if channels.iter().any(|channel| channel.name() == name) {
            continue;
        }
        let reason = format!("channel '{name}' is not configured any more: add it again, then retry");
        give_up(store, &name, &reason, ambient).await?;
    }
    Ok(())
}

/// Moves what waits for a channel to the dead letters.
async fn give_up(store: &Store, channel: &str, reason: &str, ambient: &Ambient) -> anyhow::Result<()> {
    group_pending(store, channel, ambient).await?;
    let buried = store.bury(channel, reason, ambient.now()).await?;
    if buried > 0 {
        warn!(channel.name = channel, deliveries = buried, "alerts are dead letters: {reason}");
    }
    Ok(())
}

/// Serves `channel` until `shutdown`: wakes when `recorded` changes, and when a retry is due.
pub async fn serve_channel(
    store: &Store,
    channel: &Channel,
    ambient: &Ambient,
    mut recorded: watch::Receiver<()>,
    shutdown: CancellationToken,
) {
    let mut standing = Standing::Enabled;
    loop {
        recorded.mark_unchanged();
        let wait = match round(store, channel, ambient, &shutdown, &mut standing).await {
            Ok(wait) => wait,
            Err(error) => {
                // What is recorded stays recorded.
                error!(channel.name = channel.name(), "dispatch paused: {error:#}");
                pause::AFTER_STORE_FAILURE
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
            changed = recorded.changed() => if changed.is_err() { return },
        }
    }
}

/// Does what is to be done now and returns how long to wait for more.
async fn round(
    store: &Store,
    channel: &Channel,
    ambient: &Ambient,
    shutdown: &CancellationToken,
    standing: &mut Standing,
) -> anyhow::Result<Duration> {
    if *standing == Standing::Enabled {
        *standing = deliver_due(store, channel, ambient, shutdown).await?.1;
    }
    if *standing == Standing::Disabled {
        give_up(store, channel.name(), GONE, ambient).await?;
    }
    let next = store.next_attempt(channel.name()).await?;
    Ok(pause::until(next, ambient.now()))
}

/// Why a disabled channel gets nothing.
const GONE: &str = "the destination said that it is gone for good: mend the channel, reload, then retry";

/// Whether a channel may be given more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Enabled,
    /// Its destination said that it is gone for good; until the configuration is loaded again.
    Disabled,
}

/// Sends all that is due on one channel; stops early at `shutdown`, between two deliveries.
async fn deliver_due(
    store: &Store,
    channel: &Channel,
    ambient: &Ambient,
    shutdown: &CancellationToken,
) -> anyhow::Result<(Dispatched, Standing)> {
    let mut done = Dispatched::default();
    // Only this task sends on this channel: what is in flight now has an outcome that the database did
    // not take.
    store.recover_in_flight(Some(channel.name()), ambient.now()).await?;
    group_pending(store, channel.name(), ambient).await?;
    while !shutdown.is_cancelled() {
        let Some(delivery) = store.claim(channel.name(), ambient.now()).await? else { break };
        let next = attempt(channel, &delivery, ambient).await;
        pass(Failpoint::Sent);
        store.record_attempt(delivery.id, ambient.now(), &next).await?;
        log(&delivery, &next);
        match next {
            Next::Delivered { .. } => done.delivered += 1,
            Next::At { .. } | Next::Dead { disables_channel: false, .. } => done.failed += 1,
            Next::Dead { disables_channel: true, .. } => {
                done.failed += 1;
                return Ok((done, Standing::Disabled));
            }
        }
    }
    Ok((done, Standing::Enabled))
}

/// T2: gives every pending alert of the channel a delivery.
async fn group_pending(store: &Store, channel: &str, ambient: &Ambient) -> anyhow::Result<()> {
    loop {
        let pending = store.pending_alerts(channel, GROUP_PAGE).await?;
        if pending.is_empty() {
            return Ok(());
        }
        let now = ambient.now();
        let mut deliveries = Vec::new();
        for batch in alert::group(&pending) {
            let payload = Payload::of(&batch, now);
            let alerts = batch.alert_ids();
            deliveries.push(NewDelivery {
                id: DeliveryId::of(store.install(), channel, &alerts),
                channel: channel.to_owned(),
                payload: payload.to_json().context("cannot freeze a payload")?,
                alerts,
                next_attempt_at: now,
            });
        }
        store.commit_deliveries(&deliveries, now).await?;
    }
}

/// One attempt, with no transaction open.
async fn attempt(channel: &Channel, delivery: &Delivery, ambient: &Ambient) -> Next {
    // This claim is counted already and has no outcome yet: only those before it tell of crashes.
    if let Some(reason) = retry::quarantine(delivery.claims.saturating_sub(1), delivery.attempts) {
        return Next::Dead { reason, disables_channel: false };
    }
    let payload = match Payload::from_json(&delivery.payload) {
        Ok(payload) => payload,
        Err(error) => {
            let reason = format!("the recorded message cannot be read: {error}");
            return Next::Dead { reason, disables_channel: false };
        }
    };
    let number = delivery.attempts.saturating_add(1);
    let attempt = Attempt { id: delivery.id, number, timestamp: ambient.now(), payload: &payload };
    let outcome = during(Failpoint::InFlight, channel.deliver(&attempt)).await;
    retry::next(outcome, number, ambient.now(), ambient.chance())
}

fn log(delivery: &Delivery, next: &Next) {
    let (id, channel) = (delivery.id, delivery.channel.as_str());
    match next {
        Next::Delivered { detail } => {
            debug!(delivery.id = %id, channel.name = channel, "delivered: {detail}");
        }
        Next::At { at, reason } => {
            warn!(delivery.id = %id, channel.name = channel, delivery.next_attempt_at = %at, "delivery failed: {reason}");
        }
        Next::Dead { reason, disables_channel } => {
            error!(delivery.id = %id, channel.name = channel, "delivery given up: {reason}");
            if *disables_channel {
                info!(
                    channel.name = channel,
                    "the channel gets nothing more until the configuration is loaded again"
                );
            }
        }
    }
}

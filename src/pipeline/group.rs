//! T2: alerts and notices that wait become deliveries with frozen messages.

use std::collections::HashMap;

use anyhow::Context;

use super::{Ambient, Setup};
use crate::alert::plan::{Parcel, Plan, Queue, plan};
use crate::alert::{self, Batch, Patience, Payload, PendingAlert, Waiting, limit};
use crate::model::{ChannelRules, ChannelState, DeliveryId, Timestamp, WatchRules};
use crate::store::{Carried, NewDelivery, Store};

/// Articles in one delivery at most, so that a flood stays messages that servers accept.
const MAX_ARTICLES: usize = 500;

/// Notices that are read at once.
const NOTICE_PAGE: u32 = 1_000;

/// Makes deliveries of what waits on `channel` and may leave now. Returns when to look again; `None`:
/// nothing waits for a time.
///
/// # Errors
/// When the database fails.
pub(super) async fn group(
    setup: &Setup,
    store: &Store,
    channel: &str,
    rules: &ChannelRules,
    patience: Patience,
    ambient: &Ambient,
) -> anyhow::Result<Option<Timestamp>> {
    let waiting = store.waiting(channel).await?;
    // What a watch that is not configured any more has found is told without a wait.
    let gone = WatchRules { group_wait: std::time::Duration::ZERO, ..WatchRules::default() };
    let alerts: Vec<(Waiting, &WatchRules)> = waiting
        .into_iter()
        .map(|waiting| {
            let rules = setup.rules_of(&waiting.watch).unwrap_or(&gone);
            (waiting, rules)
        })
        .collect();
    let first = store.waiting_notices(channel, 1).await?;
    if alerts.is_empty() && first.is_empty() {
        return Ok(None);
    }
    let state = store.channel_state(channel).await?;
    let now = ambient.now();
    let queue = Queue { alerts: &alerts, oldest_notice: first.first().map(|notice| notice.created_at) };
    let Plan { parcels, notices, next_at } = plan(queue, rules, &state, patience, now);
    let mut packer = Packer { store, channel, rules, state, now };
    for parcel in &parcels {
        packer.pack(parcel).await?;
    }
    if notices {
        packer.pack_notices().await?;
    }
    Ok(next_at)
}

/// Makes deliveries of everything that waits on `channel`, whatever holds it.
///
/// # Errors
/// When the database fails.
pub(super) async fn group_all(store: &Store, channel: &str, now: Timestamp) -> anyhow::Result<()> {
    let rules = ChannelRules::default();
    let state = store.channel_state(channel).await?;
    let mut packer = Packer { store, channel, rules: &rules, state, now };
    for Waiting { watch, .. } in store.waiting(channel).await? {
        let parcel =
            Parcel { watches: vec![watch], is_digest: false, reason: None, priority: Default::default() };
        packer.pack(&parcel).await?;
    }
    packer.pack_notices().await
}

/// Packs and records.
struct Packer<'a> {
    store: &'a Store,
    channel: &'a str,
    rules: &'a ChannelRules,
    state: ChannelState,
    now: Timestamp,
}

impl Packer<'_> {
    /// As many deliveries as the parcel needs; each is recorded before the next is read.
    async fn pack(&mut self, parcel: &Parcel) -> anyhow::Result<()> {
        loop {
            let mut pending: Vec<PendingAlert> = Vec::new();
            for watch in &parcel.watches {
                let room = MAX_ARTICLES.saturating_sub(pending.len());
                if room == 0 {
                    break;
                }
                pending.extend(self.store.pending_alerts(self.channel, watch, room).await?);
            }
            if pending.is_empty() {
                return Ok(());
            }
            let is_all = pending.len() < MAX_ARTICLES;
            let batches = in_order(alert::group(&pending), &parcel.watches);
            let payload = match batches.as_slice() {
                [batch] if !parcel.is_digest => Some(Payload::of(batch, parcel.priority, self.now)),
                batches => Payload::digest(batches, parcel.reason.as_deref(), self.now),
            };
            let payload = payload.context("a message without articles")?;
            let alerts: Vec<_> = batches.iter().flat_map(Batch::alert_ids).collect();
            let delivery = NewDelivery {
                id: DeliveryId::of(self.store.install(), self.channel, &alerts),
                payload: payload.to_json().context("cannot freeze a payload")?,
                carries: Carried::Alerts(alerts),
                priority: parcel.priority,
                next_attempt_at: self.now,
            };
            self.record(&[delivery]).await?;
            if is_all {
                return Ok(());
            }
        }
    }

    async fn pack_notices(&mut self) -> anyhow::Result<()> {
        loop {
            let waiting = self.store.waiting_notices(self.channel, NOTICE_PAGE).await?;
            if waiting.is_empty() {
                return Ok(());
            }
            let mut deliveries = Vec::new();
            for batch in alert::group_notices(&waiting) {
                let ids = batch.ids();
                deliveries.push(NewDelivery {
                    id: DeliveryId::of_notices(self.store.install(), self.channel, &ids),
                    payload: batch.payload(self.now).to_json().context("cannot freeze a notice")?,
                    carries: Carried::Notices(ids),
                    priority: Default::default(),
                    next_attempt_at: self.now,
                });
            }
            self.record(&deliveries).await?;
        }
    }

    async fn record(&mut self, deliveries: &[NewDelivery]) -> anyhow::Result<()> {
        if let Some(limit) = &self.rules.limit {
            let count = u32::try_from(deliveries.len())?;
            self.state.bucket_full_at = limit::take(limit, self.state.bucket_full_at, count, self.now);
        }
        let full_at = self.state.bucket_full_at;
        self.store.commit_deliveries(self.channel, deliveries, full_at, self.now).await
    }
}

/// The batches in the order of their `watches`.
fn in_order<'a>(mut batches: Vec<Batch<'a>>, watches: &[String]) -> Vec<Batch<'a>> {
    let places: HashMap<&str, usize> =
        watches.iter().enumerate().map(|(place, watch)| (watch.as_str(), place)).collect();
    batches.sort_by_key(|batch| places.get(batch.first().matched.watch.as_str()).copied());
    batches
}

//! T2: alerts and notices that wait become deliveries with frozen messages.

use std::collections::HashMap;

use anyhow::Context;

use super::{Ambient, Setup};
use crate::alert::plan::{Overdue, Parcel, Plan, Queue, overdue, plan};
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
    let (alerts, oldest_notice) = queue(setup, store, channel).await?;
    if alerts.is_empty() && oldest_notice.is_none() {
        return Ok(None);
    }
    let state = store.channel_state(channel).await?;
    let now = ambient.now();
    let queue = Queue { alerts: &alerts, oldest_notice };
    let Plan { parcels, notices, next_at } = plan(queue, rules, &state, patience, now);
    let mut packer = Packer { store, channel, rules, state, now };
    for parcel in &parcels {
        packer.pack(parcel, now).await?;
    }
    if notices {
        packer.pack_notices(now).await?;
    }
    Ok(next_at)
}

/// Makes deliveries of what could have left `channel` at `since` or before, had it not failed. Returns the
/// earliest moment at which something else could leave; `None`: nothing else waits.
///
/// # Errors
/// When the database fails.
pub(super) async fn group_overdue(
    setup: &Setup,
    store: &Store,
    channel: &str,
    rules: &ChannelRules,
    patience: Patience,
    since: Timestamp,
    now: Timestamp,
) -> anyhow::Result<Option<Timestamp>> {
    // Nothing leaves sooner than it came: mostly there is nothing to look at.
    let notice = store.waiting_notices(channel, 1).await?.first().map(|notice| notice.created_at);
    let oldest = store.oldest_waiting(channel).await?.into_iter().chain(notice).min();
    if oldest.is_none_or(|oldest| oldest > since) {
        return Ok(oldest);
    }
    let (alerts, oldest_notice) = queue(setup, store, channel).await?;
    let queue = Queue { alerts: &alerts, oldest_notice };
    let Overdue { parcels, notices, next } = overdue(queue, rules, patience, since, now);
    let state = store.channel_state(channel).await?;
    let mut packer = Packer { store, channel, rules: &ChannelRules::default(), state, now };
    for (parcel, waits_since) in &parcels {
        packer.pack(parcel, *waits_since).await?;
    }
    if let Some(waits_since) = notices {
        packer.pack_notices(waits_since).await?;
    }
    Ok(next)
}

/// The alerts that wait on `channel`, with the rules of their watches, and since when notices do.
async fn queue<'s>(
    setup: &'s Setup,
    store: &Store,
    channel: &str,
) -> anyhow::Result<(Vec<(Waiting, &'s WatchRules)>, Option<Timestamp>)> {
    let waiting = store.waiting(channel).await?.into_iter();
    let alerts = waiting.map(|waiting| {
        let rules = setup.rules_of(&waiting.watch);
        (waiting, rules)
    });
    let first = store.waiting_notices(channel, 1).await?;
    Ok((alerts.collect(), first.first().map(|notice| notice.created_at)))
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
        packer.pack(&parcel, now).await?;
    }
    packer.pack_notices(now).await
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
    async fn pack(&mut self, parcel: &Parcel, waits_since: Timestamp) -> anyhow::Result<()> {
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
                waits_since,
            };
            let recorded = self.record(&[delivery]).await?;
            if is_all && recorded == 1 {
                return Ok(());
            }
        }
    }

    async fn pack_notices(&mut self, waits_since: Timestamp) -> anyhow::Result<()> {
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
                    waits_since,
                });
            }
            self.record(&deliveries).await?;
        }
    }

    /// Returns how many: what somebody else packed meanwhile is not packed again.
    async fn record(&mut self, deliveries: &[NewDelivery]) -> anyhow::Result<usize> {
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

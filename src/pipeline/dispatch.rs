//! Sends what is recorded: `group (T2) | claim (T3) | deliver | retry? | record (T4)`.
//!
//! Nothing is sent while a transaction is open, and nothing that was not recorded first: a crash
//! between sending and recording sends again, under the same id. One delivery per channel is on its
//! way at a time; channels do not wait for each other.

use futures::future::join_all;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use super::give_up::{self, give_up};
use super::{Ambient, Setup, group, pause};
use crate::alert::{Death, Next, Outcome, Patience, Payload, passed_on, retry, undelivered};
use crate::channel::{Attempt, Channel};
use crate::failpoint::{Failpoint, during, pass};
use crate::model::{ChannelRules, ChannelState, Delivery, Incident, Notice, Timestamp};
use crate::store::{Ended, Overdue, Store};

/// What a round of dispatching did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dispatched {
    /// Deliveries that arrived.
    pub delivered: usize,
    /// Deliveries that did not; they are retried, or stand in the dead letters.
    pub failed: usize,
    /// Those of them that stand in the dead letters: other channels may have to hear of it.
    dead: usize,
}

/// Sends everything that is due on all channels now, each channel by itself, for a process that ends then:
/// nothing waits for others to travel with, while digests and quiet hours hold.
///
/// # Errors
/// When the database fails; what a destination answers is no error.
pub async fn dispatch_due(setup: &Setup, store: &Store, ambient: &Ambient) -> anyhow::Result<Dispatched> {
    let never = CancellationToken::new();
    let mut counters: Vec<Counter> =
        (0..setup.channels.len()).map(|index| Counter::new(setup, index, store, ambient)).collect();
    let mut total = Dispatched::default();
    loop {
        let served = counters.iter_mut().map(|counter| counter.serve_due(Patience::Flushes, None, &never));
        let mut dead = 0;
        for served in join_all(served).await {
            let (done, _) = served?;
            total.delivered += done.delivered;
            total.failed += done.failed;
            dead += done.dead;
        }
        // What one channel did not take may wait on another now. It ends: fallbacks do.
        if dead == 0 {
            return Ok(total);
        }
    }
}

/// Serves the `index`-th channel of `setup` until `shutdown`: wakes when `recorded` rings, and when
/// something is due. Rings itself when it leaves something to other channels.
pub async fn serve_channel(
    setup: &Setup,
    index: usize,
    store: &Store,
    ambient: &Ambient,
    recorded: watch::Sender<()>,
    shutdown: CancellationToken,
) {
    let mut counter = Counter::new(setup, index, store, ambient);
    let mut rings = recorded.subscribe();
    loop {
        rings.mark_unchanged();
        let wait = match counter.serve_due(Patience::Waits, Some(&mut rings), &shutdown).await {
            Ok((done, next_at)) => {
                if done.dead > 0 {
                    recorded.send_replace(());
                }
                pause::until(next_at, ambient.now())
            }
            Err(error) => {
                // What is recorded stays recorded.
                error!(channel.name = counter.name(), "dispatch paused: {error:#}");
                pause::AFTER_STORE_FAILURE
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
            changed = rings.changed() => if changed.is_err() { return },
        }
    }
}

/// Why a disabled channel gets nothing.
const GONE: &str = "the destination said that it is gone for good: mend the channel, reload, then retry";

/// Where one channel is served.
struct Counter<'a> {
    setup: &'a Setup,
    store: &'a Store,
    ambient: &'a Ambient,
    channel: &'a Channel,
    rules: &'a ChannelRules,
    /// Its destination said that it is gone for good; until the configuration is loaded again.
    is_disabled: bool,
}

impl<'a> Counter<'a> {
    fn new(setup: &'a Setup, index: usize, store: &'a Store, ambient: &'a Ambient) -> Self {
        let (channel, rules) = (&setup.channels[index], &setup.config.channels[index].rules);
        Self { setup, store, ambient, channel, rules, is_disabled: false }
    }

    fn name(&self) -> &'a str {
        self.channel.name()
    }

    /// Sends all that is due; stops early at `shutdown`, between two deliveries. What is recorded or released
    /// meanwhile takes its place before what is less urgent: `rings` tells of it. Returns when to come back; `None`:
    /// nothing waits for a time.
    async fn serve_due(
        &mut self,
        patience: Patience,
        mut rings: Option<&mut watch::Receiver<()>>,
        shutdown: &CancellationToken,
    ) -> anyhow::Result<(Dispatched, Option<Timestamp>)> {
        let mut done = Dispatched::default();
        if self.is_disabled {
            done.dead += self.give_up(GONE, shutdown).await?;
            return Ok((done, None));
        }
        // Only this task sends on this channel: what is in flight now has an outcome that the database did
        // not take.
        self.store.recover_in_flight(Some(self.name()), self.ambient.now()).await?;
        let mut state = self.store.channel_state(self.name()).await?;
        // While the channel fails, what waits stays together: it is tried with what is under way already.
        let mut group_next = None;
        let mut is_grouped = false;
        while !shutdown.is_cancelled() && state.resume_at <= self.ambient.now() {
            let is_released = group_next.is_some_and(|at| at <= self.ambient.now());
            if state.failures == 0 && (!is_grouped || is_released || has_rung(&mut rings)) {
                group_next = self.group(patience).await?;
                is_grouped = true;
            }
            let Some(delivery) = self.store.claim(self.name(), self.ambient.now()).await? else {
                if is_grouped {
                    break;
                }
                group_next = self.group(patience).await?;
                is_grouped = true;
                continue;
            };
            let (next, after) = self.attempt(&delivery, &state).await;
            pass(Failpoint::Sent);
            self.conclude(&delivery, &next, &after, &mut done, shutdown).await?;
            state = after;
            if self.is_disabled {
                return Ok((done, None));
            }
        }
        let overdue_next = self.pass_on_overdue(patience, &state, &mut done, shutdown).await?;
        let next_at = if state.resume_at > self.ambient.now() {
            Some(state.resume_at)
        } else {
            group_next.into_iter().chain(self.store.next_attempt(self.name()).await?).min()
        };
        Ok((done, next_at.into_iter().chain(overdue_next).min()))
    }

    /// Gives what has waited too long for a channel that has failed for as long to its fallback, which ends it
    /// here; of one that works, what it was tried with in vain. What else holds alerts, its rate limit or the queue,
    /// is no reason. Returns when something will have waited too long; `None`: nothing will.
    async fn pass_on_overdue(
        &self,
        patience: Patience,
        state: &ChannelState,
        done: &mut Dispatched,
        shutdown: &CancellationToken,
    ) -> anyhow::Result<Option<Timestamp>> {
        let (Some(fallback), Some(after)) = (&self.rules.fallback, self.rules.fallback_after) else {
            return Ok(None);
        };
        let name = self.name();
        let now = self.ambient.now();
        let since = now - after;
        if let Some(failing_since) = state.failing_since.filter(|at| *at > since) {
            return Ok(Some(failing_since + after));
        }
        let is_failing = state.failing_since.is_some();
        let mut next = None;
        if is_failing {
            let (setup, store) = (self.setup, self.store);
            next = group::group_overdue(setup, store, name, self.rules, patience, since, now).await?;
        }
        let mut longest = self.store.longest_waiting(name, is_failing).await?;
        if let Some((_, reason)) = longest.as_ref().filter(|(waits_since, _)| *waits_since <= since) {
            let reason = reason.as_deref().unwrap_or("it failed again and again");
            let incident = passed_on(name, is_failing, reason, fallback, state.succeeded_at);
            let overdue = Overdue {
                channel: name,
                is_failing,
                since,
                fallback,
                reason: &format!("given to channel '{fallback}' since this one did not take it in time"),
                notices: &self.tell(&incident, now),
                at: now,
            };
            done.dead += usize::try_from(give_up::pass_on_overdue(self.store, &overdue, shutdown).await?)?;
            longest = self.store.longest_waiting(name, is_failing).await?;
        }
        let next = next.into_iter().chain(longest.map(|(waits_since, _)| waits_since)).min();
        Ok(next.map(|waits_since| waits_since + after))
    }

    async fn group(&self, patience: Patience) -> anyhow::Result<Option<Timestamp>> {
        group::group(self.setup, self.store, self.name(), self.rules, patience, self.ambient).await
    }

    /// One attempt, with no transaction open: what follows for the delivery, and for the channel.
    async fn attempt(&self, delivery: &Delivery, state: &ChannelState) -> (Next, ChannelState) {
        let never = |reason| (Next::Dead { reason, because: Death::Rejected }, *state);
        // This claim is counted already and has no outcome yet: only those before it tell of crashes.
        if let Some(reason) = retry::quarantine(delivery.claims.saturating_sub(1), delivery.attempts) {
            return never(reason);
        }
        let payload = match Payload::from_json(&delivery.payload) {
            Ok(payload) => payload,
            Err(error) => return never(format!("the recorded message cannot be read: {error}")),
        };
        let number = delivery.attempts.saturating_add(1);
        let outcome = self.send(delivery, delivery.attempts_in_all.saturating_add(1), &payload).await;
        let now = self.ambient.now();
        let after = retry::channel_after(&outcome, state, now);
        (retry::next(outcome, number, now, self.ambient.chance()), after)
    }

    async fn send(&self, delivery: &Delivery, number: u32, payload: &Payload) -> Outcome {
        let timestamp = self.ambient.now();
        let (id, sequence, install) = (delivery.id, delivery.number, self.store.install());
        let attempt = Attempt { id, number, sequence, timestamp, payload, install };
        during(Failpoint::InFlight, self.channel.deliver(&attempt)).await
    }

    /// T4, and what the end of a delivery means for others that wait.
    async fn conclude(
        &mut self,
        delivery: &Delivery,
        next: &Next,
        after: &ChannelState,
        done: &mut Dispatched,
        shutdown: &CancellationToken,
    ) -> anyhow::Result<()> {
        let now = self.ambient.now();
        let fallback = self.rules.fallback.as_deref();
        self.store
            .record_attempt(&Ended {
                delivery: delivery.id,
                channel: self.name(),
                at: now,
                next,
                state: after,
                notices: &self.notices(next, after, now),
                fallback,
            })
            .await?;
        log(delivery, next);
        match next {
            Next::Delivered { .. } => done.delivered += 1,
            Next::At { .. } => done.failed += 1,
            Next::Dead { because, reason } => {
                done.failed += 1;
                done.dead += 1;
                match because {
                    Death::Rejected => {}
                    Death::Exhausted if after.succeeded_at.is_some_and(|at| at >= delivery.created_at) => {}
                    // Nothing arrived for as long as this one was tried: nor will the others.
                    Death::Exhausted => done.dead += self.give_up(reason, shutdown).await?,
                    Death::Disabled => {
                        self.is_disabled = true;
                        done.dead += self.give_up(GONE, shutdown).await?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Who is told that the channel did not take something: not itself.
    fn notices(&self, next: &Next, after: &ChannelState, now: Timestamp) -> Vec<Notice> {
        let Next::Dead { reason, because } = next else { return Vec::new() };
        let fallback = self.rules.fallback.as_deref();
        self.tell(&undelivered(self.name(), *because, reason, fallback, after.succeeded_at), now)
    }

    fn tell(&self, incident: &Incident, now: Timestamp) -> Vec<Notice> {
        let told = self.setup.config.notices.channels.iter().chain(&self.rules.fallback);
        let mut others: Vec<&String> = told.filter(|name| *name != self.name()).collect();
        others.sort_unstable();
        others.dedup();
        incident.tell(others, now).collect()
    }

    async fn give_up(&self, reason: &str, shutdown: &CancellationToken) -> anyhow::Result<usize> {
        let fallback = self.rules.fallback.as_deref();
        let buried = give_up(self.store, self.name(), reason, fallback, self.ambient, shutdown).await?;
        Ok(usize::try_from(buried)?)
    }
}

/// Whether something was recorded since this was last asked.
fn has_rung(rings: &mut Option<&mut watch::Receiver<()>>) -> bool {
    let Some(rings) = rings else { return false };
    // Who rang last is gone: nothing is recorded any more.
    let has_rung = rings.has_changed().unwrap_or(false);
    rings.mark_unchanged();
    has_rung
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
        Next::Dead { reason, because } => {
            error!(delivery.id = %id, channel.name = channel, "delivery given up: {reason}");
            if *because == Death::Disabled {
                info!(
                    channel.name = channel,
                    "the channel gets nothing more until the configuration is loaded again"
                );
            }
        }
    }
}

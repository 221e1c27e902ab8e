//! The daemon's heart: polls each feed when it is due, until told to stop.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::TimeDelta;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::{Ambient, Setup, pause, poll};
use crate::model::{FeedId, Timestamp};
use crate::schedule;
use crate::store::Store;

/// Polls under way at once for each request that may be: those that wait for a busy host hold nobody
/// up.
const POLLS_PER_REQUEST: usize = 4;

/// How long polls under way may take after shutdown.
const LAST_POLLS: Duration = Duration::from_secs(5);

/// A step of the clock by more than this, beside what a sleep explains, is a jump.
const CLOCK_JUMP: TimeDelta = TimeDelta::minutes(2);

/// What the scheduler works with.
pub struct Scheduler {
    /// Replaced by a reload; a poll under way keeps the one it began with.
    pub setup: Arc<ArcSwap<Setup>>,
    /// The database.
    pub store: Store,
    /// Time and chance.
    pub ambient: Ambient,
    /// Rung when alerts were recorded.
    pub recorded: watch::Sender<()>,
    /// Rung by a reload.
    pub reloaded: watch::Receiver<()>,
    /// Ends it.
    pub shutdown: CancellationToken,
}

/// A poll's end: which feed, and whether the database took it.
struct Ended {
    feed: FeedId,
    stored: bool,
}

impl Scheduler {
    /// Polls until shutdown, then waits for the polls under way.
    pub async fn run(mut self) {
        let mut polls = JoinSet::new();
        let mut under_way = HashSet::new();
        let mut expected = self.ambient.now();
        loop {
            let now = self.ambient.now();
            if (now - expected).abs() > CLOCK_JUMP {
                warn!(
                    clock.step_s = (now - expected).num_seconds(),
                    "the clock jumped: the schedule is looked through"
                );
                self.resume(now).await;
            }
            let wait = match self.start_due(now, &mut polls, &mut under_way).await {
                Ok(wait) => wait,
                Err(error) => self.store_failed(&error),
            };
            let slept = tokio::time::Instant::now();
            tokio::select! {
                () = self.shutdown.cancelled() => break,
                () = tokio::time::sleep(wait) => {}
                changed = self.reloaded.changed() => if changed.is_err() { break },
                Some(ended) = polls.join_next() => self.ended(ended, &mut under_way).await,
            }
            expected = now + TimeDelta::from_std(slept.elapsed()).unwrap_or_default();
        }
        let finished = async { while polls.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_POLLS, finished).await.is_err() {
            // A poll is stored whole or not at all: what is cut off here is polled again.
            info!(polls.under_way = polls.len(), "polls under way are given up");
            polls.shutdown().await;
        }
    }

    /// Starts what is due and returns how long to wait for the next.
    async fn start_due(
        &self,
        now: Timestamp,
        polls: &mut JoinSet<Ended>,
        under_way: &mut HashSet<FeedId>,
    ) -> anyhow::Result<Duration> {
        let setup = self.setup.load_full();
        let most = setup.config.fetch.concurrency.saturating_mul(POLLS_PER_REQUEST);
        if polls.len() >= most {
            return Ok(pause::until(None, now));
        }
        // Those under way are still due in the database: look past them.
        let due = self.store.due_feeds(now, u32::try_from(most.saturating_add(under_way.len()))?).await?;
        for state in due {
            if polls.len() >= most {
                break;
            }
            if setup.feed(state.id).is_none() || !under_way.insert(state.id) {
                continue;
            }
            let (setup, store, ambient) = (setup.clone(), self.store.clone(), self.ambient.clone());
            let recorded = self.recorded.clone();
            polls.spawn(async move {
                let feed = state.id;
                match poll::poll(&setup, &store, &ambient, state).await {
                    Ok(report) => {
                        if report.alerts > 0 {
                            recorded.send_replace(());
                        }
                        Ended { feed, stored: true }
                    }
                    Err(error) => {
                        error!(feed.id = %feed, "poll not stored: {error:#}");
                        Ended { feed, stored: false }
                    }
                }
            });
        }
        let next = self.store.next_due_after(now).await?;
        Ok(pause::until(next, now))
    }

    /// A poll that the database did not take stays due: without a pause it would be tried at once.
    async fn ended(&self, ended: Result<Ended, tokio::task::JoinError>, under_way: &mut HashSet<FeedId>) {
        match ended {
            Ok(ended) => {
                under_way.remove(&ended.feed);
                if !ended.stored {
                    tokio::select! {
                        () = self.shutdown.cancelled() => {}
                        () = tokio::time::sleep(pause::AFTER_STORE_FAILURE) => {}
                    }
                }
            }
            // It would take its feed's place for ever: the others are still to be told apart by the
            // database, so forgetting them all is safe, and at worst polls one twice.
            Err(error) => {
                error!("a poll did not end well: {error}");
                under_way.clear();
            }
        }
    }

    /// Mends stored times that make no sense at `now`.
    async fn resume(&self, now: Timestamp) {
        if let Err(error) = resume(&self.setup.load(), &self.store, &self.ambient, now).await {
            error!("the schedule could not be looked through: {error:#}");
        }
    }

    fn store_failed(&self, error: &anyhow::Error) -> Duration {
        error!("polling paused: {error:#}");
        pause::AFTER_STORE_FAILURE
    }
}

/// Pulls in what a wrong clock put far away, and spreads what a long sleep left overdue.
///
/// # Errors
/// When the database fails.
pub async fn resume(setup: &Setup, store: &Store, ambient: &Ambient, now: Timestamp) -> anyhow::Result<()> {
    let states = store.feed_states().await?;
    let mut moved = Vec::new();
    for state in &states {
        let Some(feed) = setup.feed(state.id) else { continue };
        let stored = state.next_poll_at;
        let next =
            schedule::resume_at(stored, &feed.schedule, &setup.limits(), states.len(), now, ambient.chance());
        if next != stored {
            moved.push((state.id, next));
        }
    }
    if moved.is_empty() { Ok(()) } else { store.reschedule(&moved).await }
}

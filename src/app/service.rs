//! Tells the service manager that started the daemon how it is, as `sd_notify(3)` says: ready, reloading,
//! stopping, alive. Without a manager that listens (`NOTIFY_SOCKET`), all of it does nothing.

use std::pin::pin;
use std::time::{Duration, Instant};

use sd_notify::NotifyState;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{error, warn};

use crate::pipeline::{Pulse, Setup};
use crate::store::Store;

/// The scheduler comes round at least every half minute, plus what the database takes. One that does not is
/// stuck, and the daemon is better started anew.
const SCHEDULER_PATIENCE: Duration = Duration::from_secs(120);

/// How long the manager is to wait for a start that goes on, from each time that it is told.
const START_TAKES: Duration = Duration::from_secs(60);

/// How often the manager is told that the start goes on.
const TELL_OF_START_EVERY: Duration = Duration::from_secs(15);

/// Does what comes before `ready` and takes its time: a large database on a slow disk is checked and
/// migrated for longer than the manager would wait.
pub async fn starting<T>(work: impl Future<Output = T>) -> T {
    let mut work = pin!(work);
    loop {
        let wait = u32::try_from(START_TAKES.as_micros()).unwrap_or(u32::MAX);
        tell(&[NotifyState::ExtendTimeoutUsec(wait), NotifyState::Status("opening the database")]);
        tokio::select! {
            done = &mut work => return done,
            () = sleep(TELL_OF_START_EVERY) => {}
        }
    }
}

/// The daemon works: its database is open and its port taken.
pub(super) fn ready(setup: &Setup) {
    let config = &setup.config;
    let (feeds, watches, channels) = (config.feeds.len(), config.watches.len(), config.channels.len());
    let status = format!("watching; feeds: {feeds}, watches: {watches}, channels: {channels}");
    tell(&[NotifyState::Ready, NotifyState::Status(&status)]);
}

/// A reload begins; [`ready`] ends it, whatever came of it.
pub(super) fn reloading() {
    // systemd compares the time with that of its own request.
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(error) => warn!("the service manager was not told of a reload: {error}"),
    }
}

/// The daemon ends what is under way.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
}

/// How soon the manager wants to hear that the daemon is alive; `None`: it does not.
pub(super) fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

/// Says that the daemon is alive, several times within `limit`, as long as the scheduler comes round and
/// the database takes writes. A full disk is no reason to be started anew, and hinders neither.
pub(super) async fn feed_watchdog(limit: Duration, pulse: Pulse, store: Store, shutdown: CancellationToken) {
    let every = limit / 4;
    loop {
        let age = pulse.age(Instant::now());
        if age > SCHEDULER_PATIENCE {
            error!(
                scheduler.silent_s = age.as_secs(),
                "the scheduler is stuck: the watchdog is told nothing"
            );
        } else {
            match timeout(every, store.takes_writes()).await {
                Ok(Ok(())) => tell(&[NotifyState::Watchdog]),
                Ok(Err(error)) => {
                    error!("the database takes no writes, the watchdog is told nothing: {error:#}")
                }
                Err(_) => warn!("the database takes long: the watchdog is told nothing this time"),
            }
        }
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = sleep(every) => {}
        }
    }
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        warn!("the service manager was not told: {error}");
    }
}

//! Forgets what is old enough, a little at a time.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use super::{Ambient, Setup, bury_orphans};
use crate::model::Timestamp;
use crate::store::Store;

const INTERVAL: Duration = Duration::from_secs(60 * 60);
/// The first round comes soon after the start: a daemon that is restarted often must prune too.
const FIRST: Duration = Duration::from_secs(60);
/// Articles deleted in one transaction: the writer is held for a moment only.
const AT_ONCE: u32 = 500;

/// A story is over for so long that no restart asks for it. Longer than the stories' own window: an
/// article that joins a story which was thrown away would be told again.
const FORGOTTEN: TimeDelta = TimeDelta::days(7);

/// Tidies up once an hour until `shutdown`: prunes, and gives up on alerts of removed channels that a poll
/// under way recorded after the reload.
pub async fn tidy_regularly(
    setup: Arc<ArcSwap<Setup>>,
    store: Store,
    ambient: Ambient,
    shutdown: CancellationToken,
) {
    let mut wait = FIRST;
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(wait) => {}
        }
        wait = INTERVAL;
        let setup = setup.load_full();
        if let Err(error) = prune(&setup, &store, &ambient, &shutdown).await {
            error!("pruning failed: {error:#}");
        }
        if let Err(error) = bury_orphans(&setup, &store, &ambient).await {
            error!("alerts of removed channels could not be given up on: {error:#}");
        }
    }
}

/// Deletes all that is old enough, in small steps; stops between two of them at `shutdown`.
///
/// # Errors
/// When the database fails.
pub async fn prune(
    setup: &Setup,
    store: &Store,
    ambient: &Ambient,
    shutdown: &CancellationToken,
) -> anyhow::Result<()> {
    let keep = &setup.config.retention;
    let now = ambient.now();
    while !shutdown.is_cancelled() {
        let pruned = store.prune(before(now, keep.articles), before(now, keep.matches), AT_ONCE).await?;
        debug!(pruned.articles, pruned.deliveries, "pruned");
        if pruned.articles.max(pruned.deliveries) < u64::from(AT_ONCE) {
            break;
        }
    }
    while !shutdown.is_cancelled() {
        let pruned = store.prune_stories(now - FORGOTTEN, AT_ONCE).await?;
        debug!(pruned.stories = pruned, "pruned stories");
        if pruned < u64::from(AT_ONCE) {
            break;
        }
    }
    Ok(())
}

fn before(now: Timestamp, span: Duration) -> Timestamp {
    TimeDelta::from_std(span)
        .ok()
        .and_then(|span| now.checked_sub_signed(span))
        .unwrap_or(DateTime::UNIX_EPOCH)
}

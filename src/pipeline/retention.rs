//! Forgets what is old enough, a little at a time.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use super::{Ambient, Setup};
use crate::model::Timestamp;
use crate::store::Store;

const INTERVAL: Duration = Duration::from_secs(60 * 60);
/// Articles deleted in one transaction: the writer is held for a moment only.
const AT_ONCE: u32 = 500;

/// Prunes once an hour until `shutdown`.
pub async fn prune_regularly(
    setup: Arc<ArcSwap<Setup>>,
    store: Store,
    ambient: Ambient,
    shutdown: CancellationToken,
) {
    loop {
        tokio::select! {
            () = shutdown.cancelled() => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
        let keep = setup.load().config.retention.clone();
        let now = ambient.now();
        loop {
            match store.prune(before(now, keep.articles), before(now, keep.matches), AT_ONCE).await {
                Ok(pruned) => {
                    debug!(pruned.articles, pruned.deliveries, "pruned");
                    let more = pruned.articles.max(pruned.deliveries) >= u64::from(AT_ONCE);
                    if !more || shutdown.is_cancelled() {
                        break;
                    }
                }
                Err(error) => {
                    error!("pruning failed: {error:#}");
                    break;
                }
            }
        }
    }
}

fn before(now: Timestamp, span: Duration) -> Timestamp {
    TimeDelta::from_std(span)
        .ok()
        .and_then(|span| now.checked_sub_signed(span))
        .unwrap_or(DateTime::UNIX_EPOCH)
}

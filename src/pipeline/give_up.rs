//! What waits for a channel that takes nothing any more becomes dead letters, and is passed on where the
//! configuration says to whom.

use tracing::{info, warn};

use super::{Ambient, Setup, group};
use crate::store::{Overdue, Store};

/// Deliveries that are given up on in one transaction: the writer is held for a moment only.
const AT_ONCE: u32 = 200;

/// Deliveries that are passed on in one transaction: others that write wait for each, again and again while
/// there are many.
const PASSED_ON_AT_ONCE: u32 = 25;

/// Moves what waits for channels that are not configured any more to the dead letters: nobody would
/// ever send it. A retry brings it back once the channel is there again.
///
/// # Errors
/// When the database fails.
pub async fn bury_orphans(setup: &Setup, store: &Store, ambient: &Ambient) -> anyhow::Result<()> {
    for name in store.channels_with_work().await? {
        if setup.channels.iter().any(|channel| channel.name() == name) {
            continue;
        }
        give_up(store, &name, &orphaned(&name), None, ambient).await?;
    }
    Ok(())
}

/// Takes back what [`bury_orphans`] gave up on, where its channel is configured again: a file that was read
/// while it was half written must cost nobody an alert.
///
/// # Errors
/// When the database fails.
pub async fn revive_orphans(setup: &Setup, store: &Store, ambient: &Ambient) -> anyhow::Result<()> {
    for channel in &setup.channels {
        let name = channel.name();
        let revived = store.revive(name, &orphaned(name), ambient.now()).await?;
        if revived > 0 {
            info!(
                channel.name = name,
                deliveries = revived,
                "the channel is configured again: dead letters are sent"
            );
        }
    }
    Ok(())
}

fn orphaned(channel: &str) -> String {
    format!("channel '{channel}' is not configured any more: once it is again, this is sent")
}

/// Moves everything that waits for a channel to the dead letters, and passes it on to `fallback`. Returns
/// how many deliveries.
pub(super) async fn give_up(
    store: &Store,
    channel: &str,
    reason: &str,
    fallback: Option<&str>,
    ambient: &Ambient,
) -> anyhow::Result<u64> {
    group::group_all(store, channel, ambient.now()).await?;
    let mut total = 0;
    loop {
        let buried = store.bury(channel, reason, fallback, AT_ONCE, ambient.now()).await?;
        total += buried;
        if buried < u64::from(AT_ONCE) {
            break;
        }
    }
    if total > 0 {
        warn!(channel.name = channel, deliveries = total, "alerts are dead letters: {reason}");
    }
    Ok(total)
}

/// Gives what has waited too long to the fallback. Returns how many deliveries.
pub(super) async fn pass_on_overdue(store: &Store, overdue: &Overdue<'_>) -> anyhow::Result<u64> {
    let mut total = 0;
    loop {
        let passed = store.pass_on_overdue(overdue, PASSED_ON_AT_ONCE).await?;
        total += passed;
        if passed < u64::from(PASSED_ON_AT_ONCE) {
            break;
        }
    }
    let (channel, fallback) = (overdue.channel, overdue.fallback);
    warn!(channel.name = channel, deliveries = total, "the channel fails: alerts go to channel '{fallback}'");
    Ok(total)
}

//! What waits for a channel that takes nothing any more becomes dead letters, and is passed on where the
//! configuration says to whom.

use std::time::Duration;

use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::{Ambient, Setup, group};
use crate::store::{Overdue, Store};

/// Alerts that are given up on in one transaction: the writer is held for a moment only.
const AT_ONCE: u32 = 200;

/// Alerts that are passed on in one transaction, which writes far more: others that write wait for each, again and
/// again while there are many.
const PASSED_ON_AT_ONCE: u32 = 20;

/// For how long the writer is then left to others, in times that the transaction took.
const LEFT_TO_OTHERS: u32 = 3;

/// Moves what waits for channels that are not configured any more to the dead letters: nobody would
/// ever send it. A retry brings it back once the channel is there again.
///
/// `is_configured` is asked for each anew, before and after: a reload under way may bring a channel back, and
/// takes back only what it finds.
///
/// # Errors
/// When the database fails.
pub async fn bury_orphans(
    is_configured: impl Fn(&str) -> bool,
    store: &Store,
    ambient: &Ambient,
) -> anyhow::Result<()> {
    for name in store.channels_with_work().await? {
        if is_configured(&name) {
            continue;
        }
        give_up(store, &name, &orphaned(&name), None, ambient, &CancellationToken::new()).await?;
        if is_configured(&name) {
            revive(store, &name, ambient).await?;
        }
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
        revive(store, channel.name(), ambient).await?;
    }
    Ok(())
}

async fn revive(store: &Store, channel: &str, ambient: &Ambient) -> anyhow::Result<()> {
    let revived = store.revive(channel, &orphaned(channel), ambient.now()).await?;
    if revived > 0 {
        info!(
            channel.name = channel,
            deliveries = revived,
            "the channel is configured again: dead letters are sent"
        );
    }
    Ok(())
}

fn orphaned(channel: &str) -> String {
    format!("channel '{channel}' is not configured any more: once it is again, this is sent")
}

/// Moves everything that waits for a channel to the dead letters, and passes it on to `fallback`, which stops between
/// two steps at `shutdown`. Returns how many deliveries.
pub(super) async fn give_up(
    store: &Store,
    channel: &str,
    reason: &str,
    fallback: Option<&str>,
    ambient: &Ambient,
    shutdown: &CancellationToken,
) -> anyhow::Result<u64> {
    group::group_all(store, channel, ambient.now()).await?;
    let at_once = if fallback.is_some() { PASSED_ON_AT_ONCE } else { AT_ONCE };
    let mut total = 0;
    loop {
        let begun = Instant::now();
        let buried = store.bury(channel, reason, fallback, at_once, ambient.now()).await?;
        total += buried;
        if buried == 0 || fallback.is_some() && !let_others_write(begun.elapsed(), shutdown).await {
            break;
        }
    }
    if total > 0 {
        warn!(channel.name = channel, deliveries = total, "alerts are dead letters: {reason}");
    }
    Ok(total)
}

/// Gives what has waited too long to the fallback; stops between two steps at `shutdown`. Returns how many
/// deliveries.
pub(super) async fn pass_on_overdue(
    store: &Store,
    overdue: &Overdue<'_>,
    shutdown: &CancellationToken,
) -> anyhow::Result<u64> {
    let mut total = 0;
    loop {
        let begun = Instant::now();
        let passed = store.pass_on_overdue(overdue, PASSED_ON_AT_ONCE).await?;
        total += passed;
        if passed == 0 || !let_others_write(begun.elapsed(), shutdown).await {
            break;
        }
    }
    let (channel, fallback) = (overdue.channel, overdue.fallback);
    warn!(
        channel.name = channel,
        deliveries = total,
        "what the channel did not take in time goes to channel '{fallback}'"
    );
    Ok(total)
}

/// Leaves the writer to others between two steps, the longer the more of it the last one `took`, waiting for its
/// turn included: a slow disk and others that write make the next one come later. Returns whether to go on.
async fn let_others_write(took: Duration, shutdown: &CancellationToken) -> bool {
    tokio::select! {
        () = shutdown.cancelled() => false,
        () = tokio::time::sleep(took * LEFT_TO_OTHERS) => true,
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::model::DeliveryState;
    use crate::pipeline::fixture::Desk;
    use crate::store::DeliveryFilter;

    #[tokio::test]
    async fn what_waits_for_a_channel_that_comes_back_meanwhile_is_no_dead_letter() {
        // So often it is not there when it is asked for: never, at first, always.
        for (absent, expected) in
            [(0, vec![]), (1, vec![DeliveryState::Pending]), (u32::MAX, vec![DeliveryState::Dead])]
        {
            let desk = Desk::open("").await;
            desk.publish(&[("/news/1", "Ministers meet")]);
            desk.poll().await;
            assert_eq!(desk.alerts().await, 1);
            let absent = Cell::new(absent);
            let is_configured = |name: &str| {
                assert_eq!(name, "desk");
                absent.replace(absent.get().saturating_sub(1)) == 0
            };
            bury_orphans(is_configured, &desk.store, &desk.ambient).await.unwrap();
            let filter = DeliveryFilter { limit: 10, ..DeliveryFilter::default() };
            let deliveries = desk.store.deliveries(&filter).await.unwrap();
            assert_eq!(deliveries.iter().map(|row| row.state).collect::<Vec<_>>(), expected);
        }
    }

    #[tokio::test]
    async fn what_is_told_to_stop_goes_on_another_time() {
        for (is_stopped, expected) in [(true, [1, 1, 0]), (false, [2, 0, 0])] {
            let desk = Desk::open("").await;
            let titles: Vec<(String, String)> = (0..=PASSED_ON_AT_ONCE)
                .map(|n| (format!("/news/{n}"), format!("Ministers fear ransomware x{}", n * 7919)))
                .collect();
            let entries: Vec<_> =
                titles.iter().map(|(path, title)| (path.as_str(), title.as_str())).collect();
            desk.publish(&entries);
            desk.poll().await;
            let shutdown = CancellationToken::new();
            if is_stopped {
                shutdown.cancel();
            }
            // Two watches, each with a delivery of more alerts than one step takes.
            for expected in expected {
                let buried =
                    give_up(&desk.store, "desk", "gone", Some("night"), &desk.ambient, &shutdown).await;
                assert_eq!(buried.unwrap(), expected, "{is_stopped}");
            }
        }
    }
}

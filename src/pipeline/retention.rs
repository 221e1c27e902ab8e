//! Forgets what is old enough, a little at a time.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use chrono::{DateTime, TimeDelta};
use tokio_util::sync::CancellationToken;
use tracing::{debug, error};

use super::{Ambient, Setup, bury_orphans};
use crate::model::Timestamp;
use crate::store::{Expiry, PruningPlace, RetentionClock, Store};

const INTERVAL: Duration = Duration::from_secs(60 * 60);
/// The first round comes soon after the start: a daemon that is restarted often must prune too.
const FIRST: Duration = Duration::from_secs(60);
/// Rows deleted in one transaction: the writer is held for a moment only.
const AT_ONCE: u32 = 500;

/// The longest time between two rounds that is no jump of the clock: some poll once a week.
const BELIEVED: TimeDelta = TimeDelta::days(8);
/// What is believed of a longer one.
const AFTER_JUMP: TimeDelta = TimeDelta::hours(1);
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
        if let Err(error) = prune(&setup.load_full(), &store, &ambient, &shutdown).await {
            error!("pruning failed: {error:#}");
        }
        // A reload may bring channels at any moment.
        let is_configured = |name: &str| setup.load().has_channel(name);
        if let Err(error) = bury_orphans(is_configured, &store, &ambient).await {
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
    let clock = advance(store.retention_clock().await?, ambient.now());
    store.set_retention_clock(clock).await?;
    let now = clock.at.min(clock.wall);
    let expiry = Expiry { articles: before(now, keep.articles), matches: before(now, keep.matches) };
    let (mut deliveries, mut articles, mut stories) = (0, 0, 0);
    while !shutdown.is_cancelled() {
        let pruned = store.prune_deliveries(expiry, AT_ONCE).await?;
        deliveries += pruned;
        if pruned < u64::from(AT_ONCE) {
            break;
        }
    }
    let mut place = Some(PruningPlace::default());
    while let Some(at) = place.filter(|_| !shutdown.is_cancelled()) {
        let (pruned, next) = store.prune_articles(expiry, &at, AT_ONCE).await?;
        articles += pruned;
        place = next;
    }
    while !shutdown.is_cancelled() {
        let pruned = store.prune_stories(now - FORGOTTEN, AT_ONCE).await?;
        stories += pruned;
        if pruned < u64::from(AT_ONCE) {
            break;
        }
    }
    store.finish_pruning(expiry).await?;
    debug!(
        pruned.articles = articles,
        pruned.deliveries = deliveries,
        pruned.stories = stories,
        "pruned what is old"
    );
    Ok(())
}

/// Where the clock of retention stands at `wall`.
///
/// Where it is behind the machine's clock, since that was set forward or the machine was off, it follows at
/// twice the pace of time: a clock that is ten years ahead for a day deletes what is two days too young, not
/// everything; what is held back meanwhile is as much as was there before. It is never set back, since a
/// machine may wake up in 1970 for a moment.
fn advance(before: Option<RetentionClock>, wall: Timestamp) -> RetentionClock {
    let Some(before) = before else { return RetentionClock { at: wall, wall } };
    let passed = (wall - before.wall).max(TimeDelta::zero());
    let step = if passed > BELIEVED { AFTER_JUMP } else { passed * 2 };
    let at = before.at.checked_add_signed(step).unwrap_or(wall).min(wall).max(before.at);
    RetentionClock { at, wall }
}

fn before(now: Timestamp, span: Duration) -> Timestamp {
    TimeDelta::from_std(span)
        .ok()
        .and_then(|span| now.checked_sub_signed(span))
        .unwrap_or(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;
    const DAY: i64 = 24 * HOUR;
    const DECADE: i64 = 3_653 * DAY;

    fn at(seconds: i64) -> Timestamp {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    #[test]
    fn the_clock_of_retention_follows_time_and_no_jump() {
        // What the machine's clock shows in each round, and by which time things are then old.
        for (story, rounds) in [
            ("hour by hour", vec![(0, 0), (HOUR, HOUR), (2 * HOUR, 2 * HOUR)]),
            ("polled once a week", vec![(0, 0), (7 * DAY, 7 * DAY), (14 * DAY, 14 * DAY)]),
            ("a day ahead", vec![(0, 0), (DAY, DAY), (HOUR, HOUR), (2 * HOUR, 2 * HOUR)]),
            (
                "ten years ahead for an hour",
                vec![(0, 0), (DECADE, HOUR), (DECADE + HOUR, 3 * HOUR), (2 * HOUR, 2 * HOUR), (DAY, DAY)],
            ),
            ("ten years back", vec![(0, 0), (-DECADE, -DECADE), (HOUR, HOUR), (3 * HOUR, 3 * HOUR)]),
            (
                "off for three weeks",
                vec![
                    (0, 0),
                    (21 * DAY, HOUR),
                    (28 * DAY, 14 * DAY + HOUR),
                    (35 * DAY, 28 * DAY + HOUR),
                    (42 * DAY, 42 * DAY),
                ],
            ),
        ] {
            let mut clock = None;
            for (wall, expected) in rounds {
                let now = advance(clock, at(wall));
                assert_eq!(now.at.min(now.wall), at(expected), "{story}, at {wall}");
                clock = Some(now);
            }
        }
    }
}

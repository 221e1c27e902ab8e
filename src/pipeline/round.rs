//! A round of polls that somebody asked for, whether the feeds are due or not.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::bail;
use futures::stream::{self, StreamExt};
use tracing::error;

use super::PollReport;
use super::attempt::{NotStored, attempt};
use super::{Ambient, Setup, fetch_due_pages, room};
use crate::model::{FeedId, FeedState, Timestamp};
use crate::store::Store;

/// Polls `feeds` now, whether due or not, as many at once as the configuration allows; `done` hears of
/// each as it ends. The reports stand in the order of `feeds`.
///
/// # Errors
/// When the database fails; a feed that fails is a report.
pub async fn poll_each(
    setup: &Arc<Setup>,
    store: &Store,
    ambient: &Ambient,
    feeds: &[FeedId],
    done: impl Fn(&PollReport),
) -> anyhow::Result<Vec<PollReport>> {
    let mut states: HashMap<FeedId, FeedState> =
        store.feed_states().await?.into_iter().map(|state| (state.id, state)).collect();
    let now = ambient.now();
    if let Some(reason) = room::too_little(store, setup.config.fetch.min_free_space) {
        bail!("nothing is polled: {reason}");
    }
    setup.fetcher.restore_waits(store.host_waits(now).await?, now);
    let state = |id: &FeedId| states.remove(id).unwrap_or_else(|| FeedState::unpolled(*id, now));
    let mut asked: Vec<(usize, FeedState)> = feeds.iter().map(state).enumerate().collect();
    asked.sort_by_key(|(_, state)| turn(state));
    let polls = asked.into_iter().map(|(place, state)| {
        let done = &done;
        async move {
            let before = state.clone();
            let report = match attempt(setup, store, ambient, state).await {
                Ok(report) => report,
                Err(NotStored::Everywhere(error)) => return (place, Err(error)),
                Err(NotStored::Here(error)) => {
                    let Some(feed) = setup.feed(before.id) else { return (place, Err(error)) };
                    PollReport::failed(feed, &before, format!("nothing of the poll can be stored: {error:#}"))
                }
            };
            done(&report);
            (place, Ok(report))
        }
    });
    // More are under way than may fetch at once: those that wait for a busy host hold nobody up.
    let at_once = setup.config.fetch.concurrency.saturating_mul(4);
    let polls: Vec<_> = polls.collect();
    let mut reports: Vec<_> = stream::iter(polls).buffer_unordered(at_once).collect().await;
    reports.sort_by_key(|(place, _)| *place);
    // Those that were late before, too: without a daemon nobody else fetches them. What goes wrong with them keeps
    // nobody from being told what is stored.
    if let Err(error) = fetch_due_pages(setup, store, ambient).await {
        error!("pages stay due: {error:#}");
    }
    if let Some(since) = setup.fetcher.offline_since() {
        store.forgive_unreachable(since, now).await?;
    }
    reports.into_iter().map(|(_, report)| report).collect()
}

/// Where a feed stands in a round. Those that fail come last: one that makes its host ask for a rest must not keep the
/// same others from being asked in every round.
fn turn(state: &FeedState) -> (bool, Timestamp) {
    (state.failures > 0, state.next_poll_at)
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    #[test]
    fn who_waited_longest_comes_first_and_who_fails_last() {
        let state = |name: &str, failures, minutes| {
            let due = DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
            FeedState { failures, ..FeedState::unpolled(FeedId::of(name), due) }
        };
        let mut states =
            [state("refuses", 1, 1), state("soon", 0, 7), state("put off", 0, 3), state("fails", 9, 0)];
        states.sort_by_key(turn);
        let expected = ["put off", "soon", "fails", "refuses"].map(FeedId::of);
        assert_eq!(states.map(|state| state.id), expected);
    }
}

//! What a success teaches about a feed's rhythm, and the interval that follows. Pure.

use std::time::Duration;

use chrono::TimeDelta;

use crate::model::{Feed, FeedState, Timestamp};
use crate::pipeline::reading::Findings;
use crate::schedule::{self, Bounds, Limits, Rhythm, Schedule};

/// How often a feed is polled at most while a hub pushes it: hubs promise nothing.
const SAFETY_NET: Duration = Duration::from_secs(60 * 60);

/// Since when a success at `now` tells what came: since the last one, but nothing of the time in which nobody
/// asked. A clock that jumped must not teach that the feed was silent. `None`: it is the first success.
pub(super) fn since(feed: &Feed, before: &FeedState, limits: &Limits, now: Timestamp) -> Option<Timestamp> {
    let since = before.last_success_at?;
    let missed = unwatched(feed, before, limits, now).is_some();
    let latest = schedule::latest_poll_at(&feed.schedule, limits, since);
    Some(if missed { since.max(now - (latest - since)) } else { since })
}

/// For how long nobody asked before `now` though the feed was due: the daemon stood still, or the clock jumped.
pub(super) fn unwatched(
    feed: &Feed,
    before: &FeedState,
    limits: &Limits,
    now: Timestamp,
) -> Option<TimeDelta> {
    let asked = before.last_poll_at.filter(|at| *at <= now)?;
    (now > schedule::latest_poll_at(&feed.schedule, limits, asked)).then(|| now - asked)
}

/// An answer of 304: no entry came since the last success.
pub(super) fn nothing_new(state: &mut FeedState, since: Option<Timestamp>, now: Timestamp) {
    if let Some(since) = since {
        state.rhythm.observe(since, now, std::iter::empty(), false);
    }
}

/// An answer that was read.
pub(super) fn entries(state: &mut FeedState, findings: &Findings, since: Option<Timestamp>, now: Timestamp) {
    let known = u32::try_from(findings.seen.len()).unwrap_or(u32::MAX);
    let carried = known.saturating_add(u32::try_from(findings.new.len()).unwrap_or(u32::MAX));
    let dates: Vec<Timestamp> = findings.new.iter().map(|write| write.article.published_at).collect();
    match since {
        None => {
            state.rhythm = Rhythm::of_first_answer(&dates, now);
        }
        Some(since) => {
            let gap = is_gap(state.entries, known, carried);
            // What came while nobody asked is none of the time since.
            let nobody_asked = state.last_success_at.is_some_and(|success| success < since);
            let came = dates.into_iter().filter(|date| !nobody_asked || *date > since);
            let came: Vec<Timestamp> = came.collect();
            state.rhythm.observe(since, now, came.into_iter(), gap);
            if gap {
                state.gap_at = Some(now);
            }
        }
    }
    if carried > 0 {
        state.entries = carried;
    }
}

/// Entries that a hub pushed.
pub(super) fn pushed(state: &mut FeedState, findings: &Findings, now: Timestamp) {
    if let Some(since) = state.last_success_at {
        let dates = findings.new.iter().map(|write| write.article.published_at);
        state.rhythm.observe(since, now, dates, false);
        state.last_success_at = Some(now);
    }
}

/// Whether entries may have come and gone between two polls: less than a third of the `carried` ones are
/// `known`, and some of those that were carried `before` are gone. Where all of them are still there,
/// nothing can have been lost, however many came.
fn is_gap(before: u32, known: u32, carried: u32) -> bool {
    before > 0 && u64::from(known) * 3 < u64::from(carried) && known < before
}

/// The interval of a feed that has no fixed one.
pub(super) fn interval(feed: &Feed, state: &FeedState, now: Timestamp) -> Option<Duration> {
    let Schedule::Adaptive { min, max } = feed.schedule else { return None };
    // Nobody waits for longer than he has watched: what the dates of a first answer suggest is a guess.
    let unknown = Rhythm::default().wait(now, &Bounds { min, max, entries: 0, conditional: true });
    let watched = state.first_success_at.map_or(max, |at| (now - at).to_std().unwrap_or_default());
    let max = max.min(watched.max(unknown));
    let bounds = Bounds { min, max, entries: state.entries, conditional: !state.validators.is_empty() };
    let own = state.rhythm.wait(now, &bounds);
    let is_pushed = state.lease_until.is_some_and(|until| until > now);
    Some(if is_pushed { own.max(SAFETY_NET.min(max)) } else { own })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How long a feed of old entries, to which nothing comes, waits after each of its first polls, in minutes.
    #[test]
    fn a_new_feed_is_watched_for_as_long_as_it_then_waits() {
        let start: Timestamp = "2026-03-02T10:00:00Z".parse().unwrap();
        let old: Vec<Timestamp> = (1..20).map(|years| start - chrono::TimeDelta::days(400 * years)).collect();
        let schedule = Schedule::Adaptive { min: Duration::from_secs(300), max: Duration::from_secs(86_400) };
        let feed = Feed::plain("https://example.org/rss".parse().unwrap(), schedule);
        let waits = |first_success_at| -> Vec<u64> {
            let mut state = FeedState {
                rhythm: Rhythm::of_first_answer(&old, start),
                last_success_at: Some(start),
                first_success_at,
                entries: 19,
                ..FeedState::unpolled(feed.id, start)
            };
            let mut now = start;
            let mut waits = Vec::new();
            for _ in 0..10 {
                let wait = interval(&feed, &state, now).unwrap();
                waits.push(wait.as_secs() / 60);
                now += wait;
                let since = state.last_success_at;
                nothing_new(&mut state, since, now);
                state.last_success_at = Some(now);
            }
            waits
        };
        let new = waits(Some(start));
        assert!(new[0] <= 15 && new[1] <= 15 && new[2] <= 30 && new[3] <= 60, "{new:?}");
        assert!(new[9] > 20 * 60, "{new:?}");
        // One that was watched before that was noted.
        assert!(waits(None)[0] > 20 * 60);
        // Set by a clock that was ahead.
        assert!(waits(Some(start + chrono::TimeDelta::days(400)))[0] <= 15);
    }

    #[test]
    fn overlap_proves_that_nothing_was_lost() {
        for (before, known, carried, gap) in [
            (20, 20, 20, false),
            (20, 7, 20, false),
            (20, 6, 20, true),
            (20, 0, 20, true),
            (0, 0, 20, false), // it was empty
            (3, 3, 20, false), // it grew
            (3, 2, 20, true),
            (1, 0, 1, true),
            (20, 0, 0, false), // it became empty
        ] {
            assert_eq!(is_gap(before, known, carried), gap, "{before} {known} {carried}");
        }
    }
}

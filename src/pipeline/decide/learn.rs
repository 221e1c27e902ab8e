//! What a success teaches about a feed's rhythm, and the interval that follows. Pure.

use std::time::Duration;

use crate::model::{Feed, FeedState, Timestamp};
use crate::pipeline::reading::Findings;
use crate::schedule::{Bounds, Rhythm, Schedule};

/// How often a feed is polled at most while a hub pushes it: hubs promise nothing.
const SAFETY_NET: Duration = Duration::from_secs(60 * 60);

/// An answer of 304: no entry came since the last success.
pub(super) fn nothing_new(state: &mut FeedState, now: Timestamp) {
    if let Some(since) = state.last_success_at {
        state.rhythm.observe(since, now, std::iter::empty(), false);
    }
}

/// An answer that was read.
pub(super) fn entries(state: &mut FeedState, findings: &Findings, now: Timestamp) {
    let known = u32::try_from(findings.seen.len()).unwrap_or(u32::MAX);
    let carried = known.saturating_add(u32::try_from(findings.new.len()).unwrap_or(u32::MAX));
    let dates = findings.new.iter().map(|write| write.article.published_at);
    match state.last_success_at {
        None => {
            let dates: Vec<Timestamp> = dates.collect();
            state.rhythm = Rhythm::of_first_answer(&dates, now);
        }
        Some(since) => {
            let gap = is_gap(state.entries, known, carried);
            state.rhythm.observe(since, now, dates, gap);
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
    let bounds = Bounds { min, max, entries: state.entries, conditional: !state.validators.is_empty() };
    let own = state.rhythm.wait(now, &bounds);
    let is_pushed = state.lease_until.is_some_and(|until| until > now);
    Some(if is_pushed { own.max(SAFETY_NET.min(max)) } else { own })
}

#[cfg(test)]
mod tests {
    use super::*;

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

//! Where a feed is polled from now on, and whether at all. Pure. What servers say about that for good is
//! believed once they have said it several times, over days: redirects and ends are configured by
//! mistake, too.

use chrono::TimeDelta;
use url::Url;

use crate::model::{FailureKind, Feed, FeedState, Move, Repeated, Timestamp};

/// So often, and
const TIMES: u32 = 3;
/// for so long something must have been said.
const DAYS: TimeDelta = TimeDelta::days(3);

/// Failures in a row after which the configured URL is asked again: it may know a better address by now.
const DOUBTS: u32 = 4;

/// Notes where the permanent redirects of a success led; `None`: it was answered where it was asked.
pub(super) fn note_move(feed: &Feed, state: &mut FeedState, moved_to: Option<Url>, now: Timestamp) {
    let Some(to) = moved_to else {
        state.moving = None;
        return;
    };
    let before = state.moving.take().filter(|moving| moving.to == to).map(|moving| moving.seen);
    let seen = again(before, now);
    if is_confirmed(seen, now) {
        state.address = Some(to).filter(|to| *to != feed.url);
    } else {
        state.moving = Some(Move { to, seen });
    }
}

/// Notes a failure: a confirmed end stops the feed, and an address that fails is left again.
pub(super) fn note_end(state: &mut FeedState, kind: FailureKind, now: Timestamp) {
    if kind == FailureKind::Gone {
        let seen = again(state.gone, now);
        state.gone = Some(seen);
        if is_confirmed(seen, now) && state.address.is_none() {
            state.stopped_at = state.stopped_at.or(Some(now));
        }
    }
    if state.failures.is_multiple_of(DOUBTS) {
        state.address = None;
    }
}

fn again(before: Option<Repeated>, now: Timestamp) -> Repeated {
    let first = Repeated { since: now, polls: 1 };
    before.map_or(first, |seen| Repeated { polls: seen.polls.saturating_add(1), ..seen })
}

fn is_confirmed(seen: Repeated, now: Timestamp) -> bool {
    seen.polls >= TIMES && now - seen.since >= DAYS
}

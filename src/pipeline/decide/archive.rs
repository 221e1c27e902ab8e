//! What a feed carried before it was watched: found by its first answer with entries, stored and searched, and no
//! news. Pure.

use chrono::TimeDelta;

use crate::model::{Article, Feed, FeedState, Timestamp};

/// So much later than the feed's own coming an entry must be dated: clocks differ, and dates are cut to minutes.
const CLEARLY: TimeDelta = TimeDelta::minutes(1);

/// A feed whose answers were empty for so long was empty, and not only broken or about to be filled.
const STAYS_EMPTY: TimeDelta = TimeDelta::days(1);

/// Which of a feed's new entries were there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pipeline) enum Archive {
    /// None: the feed was read before, or is configured to tell all.
    Empty,
    /// Those that say that they were published until this moment: the feed answered before, and without an entry. One
    /// that does not say when was not there then.
    Dated(Timestamp),
    /// Those that do not say that they were published after this moment; `None`: all of them.
    Until(Option<Timestamp>),
}

impl Archive {
    /// Before a poll of `feed`, whose state is `state`. A feed whose first polls fail publishes meanwhile: what it
    /// says to have published since it was configured is news, whenever it is read.
    pub(in crate::pipeline) fn of(feed: &Feed, state: &FeedState) -> Self {
        if feed.alert_on_first_poll {
            return Self::Empty;
        }
        let Some(last) = state.last_success_at else {
            return Self::Until(state.added_at.map(|at| at + CLEARLY));
        };
        // What an empty answer proves is little: publishers send one while they rebuild a feed.
        match state.first_success_at.filter(|first| state.entries == 0 && last - *first < STAYS_EMPTY) {
            Some(first) => Self::Dated(state.added_at.unwrap_or(first) + CLEARLY),
            None => Self::Empty,
        }
    }

    /// Whether the new `article` was there before.
    pub(in crate::pipeline) fn holds(&self, article: &Article) -> bool {
        // Without a date that can be, it stands at its first sight.
        let is_dated = article.published_at < article.first_seen_at;
        match self {
            Self::Empty => false,
            Self::Dated(moment) => is_dated && article.published_at <= *moment,
            Self::Until(None) => true,
            Self::Until(Some(moment)) => !is_dated || article.published_at <= *moment,
        }
    }
}

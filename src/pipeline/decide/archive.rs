//! What a feed carried before it was watched: found by its first success, stored and searched, and no news. Pure.

use chrono::TimeDelta;

use crate::model::{Article, Feed, FeedState, Timestamp};

/// So much later than the feed's own coming an entry must be dated: clocks differ, and dates are cut to minutes.
const CLEARLY: TimeDelta = TimeDelta::minutes(1);

/// Which of a feed's new entries were there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::pipeline) enum Archive {
    /// None: the feed was read before, or is configured to tell all.
    Empty,
    /// Those that do not say that they were published after this moment; `None`: all of them.
    Until(Option<Timestamp>),
}

impl Archive {
    /// Before a poll of `feed`, whose state is `state`. A feed whose first polls fail publishes meanwhile: what it
    /// says to have published since it was configured is news, whenever it is read.
    pub(in crate::pipeline) fn of(feed: &Feed, state: &FeedState) -> Self {
        if state.last_success_at.is_some() || feed.alert_on_first_poll {
            return Self::Empty;
        }
        Self::Until(state.added_at.map(|at| at + CLEARLY))
    }

    /// Whether the new `article` was there before.
    pub(in crate::pipeline) fn holds(&self, article: &Article) -> bool {
        match self {
            Self::Empty => false,
            Self::Until(None) => true,
            // Without a date that can be, it stands at its first sight.
            Self::Until(Some(moment)) => {
                article.published_at <= *moment || article.published_at >= article.first_seen_at
            }
        }
    }
}

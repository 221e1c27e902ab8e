//! Feeds that carry headlines only, and what can be done about it. Names them, changes nothing.

use std::collections::HashSet;

use super::context::Context;
use super::output::Failure;
use crate::config::Config;
use crate::model::{FeedId, FeedState, masked};
use crate::store::OpenError;

/// What is said of such a feed.
pub(super) const HINT: &str = "headlines only; full_text = true in its [[feed]] reads the articles' pages";

/// The feeds whose pages are not read.
pub(super) struct Unread(HashSet<FeedId>);

impl Unread {
    /// Those of `config`.
    pub(super) fn of(config: &Config) -> Self {
        Self(config.feeds.iter().filter(|feed| !feed.full_text).map(|feed| feed.id).collect())
    }

    /// Whether the feed has no more than headlines and teasers, and its pages are not read.
    pub(super) fn is_headlines_only(&self, state: &FeedState) -> bool {
        state.brevity.is_headlines_only() && self.0.contains(&state.id)
    }
}

/// The addresses of those feeds of `config`; none before the first poll.
pub(super) async fn headlines_only(context: &Context, config: &Config) -> Result<Vec<String>, Failure> {
    let store = match context.open_to_read().await {
        Ok(store) => store,
        Err(Failure::Failed(error)) if matches!(error.downcast_ref(), Some(OpenError::Missing { .. })) => {
            return Ok(Vec::new());
        }
        Err(failure) => return Err(failure),
    };
    let rows = store.feeds().await;
    store.close().await;
    let unread = Unread::of(config);
    let rows = rows?.into_iter().filter(|row| unread.is_headlines_only(&row.state));
    Ok(rows.map(|row| masked(&row.url).into_owned()).collect())
}

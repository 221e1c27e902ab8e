//! A poll, whatever happens in it. What breaks the poll of one feed, a panic or a row that cannot be written, is
//! recorded as a failure of that feed, and ends nothing else.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use tracing::error;

use super::PollReport;
use super::poll;
use super::{Ambient, Setup};
use crate::model::FeedState;
use crate::store::{self, Store};

/// Why nothing was stored of a poll.
#[derive(Debug)]
pub(super) enum NotStored {
    /// The database takes nothing from anybody.
    Everywhere(anyhow::Error),
    /// Nothing of this feed, not even its failure: it stays due.
    Here(anyhow::Error),
}

/// Polls the feed whose state is `state`.
///
/// # Errors
/// When neither the poll nor its failure could be stored.
pub(super) async fn attempt(
    setup: &Arc<Setup>,
    store: &Store,
    ambient: &Ambient,
    state: FeedState,
) -> Result<PollReport, NotStored> {
    let feed = state.id;
    let broken = match unbroken(poll::poll(setup, store, ambient, state.clone())).await {
        Ok(report) => return Ok(report),
        Err(error) if store::is_general(&error) => return Err(NotStored::Everywhere(error)),
        Err(error) => format!("{error:#}"),
    };
    error!(feed.id = %feed, "a poll broke off: {broken}");
    unbroken(poll::record_failure(setup, store, ambient, state, broken)).await.map_err(|error| {
        if store::is_general(&error) { NotStored::Everywhere(error) } else { NotStored::Here(error) }
    })
}

/// A panic becomes an error. What it may leave half done is in memory that nobody reads afterwards: the index of
/// stories is made anew, and the transaction is rolled back.
pub(super) async fn unbroken<T>(work: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or_else(|panic| {
        Err(anyhow::anyhow!("a fault of feedwatch, please report it: {}", words_of(panic.as_ref())))
    })
}

fn words_of(panic: &(dyn Any + Send)) -> &str {
    let owned = || panic.downcast_ref::<String>().map(String::as_str);
    panic.downcast_ref::<&str>().copied().or_else(owned).unwrap_or("it did not say why")
}

#[cfg(test)]
mod tests;

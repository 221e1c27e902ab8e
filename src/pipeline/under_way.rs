//! Which polls are under way, and which feeds are left alone for a while because nothing of them can be stored.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::task::{Id, JoinError, JoinSet};
use tokio::time::Instant;
use tracing::error;

use super::attempt::NotStored;
use super::holds::Holds;
use crate::model::FeedId;

/// What the end of a poll means for the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    /// It says nothing of them.
    Alone,
    /// The database takes nothing: polling has to pause.
    StoreFailed,
}

/// Polls under way. A feed is polled once at a time.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    polls: JoinSet<Result<(), NotStored>>,
    feeds: HashMap<Id, FeedId>,
    busy: HashSet<FeedId>,
    held: Holds<FeedId>,
}

impl UnderWay {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.polls.len()
    }

    /// How many feeds the database calls due that are not to be polled now.
    pub(super) fn passed_over(&self) -> usize {
        self.busy.len() + self.held.len()
    }

    /// Whether `feed` may be polled now.
    pub(super) fn is_free(&self, feed: FeedId, now: Instant) -> bool {
        !self.busy.contains(&feed) && !self.held.holds(&feed, now)
    }

    /// Starts the poll of `feed`, which must be free.
    pub(super) fn start(
        &mut self,
        feed: FeedId,
        poll: impl Future<Output = Result<(), NotStored>> + Send + 'static,
    ) {
        let task = self.polls.spawn(poll).id();
        self.feeds.insert(task, feed);
        self.busy.insert(feed);
    }

    /// Waits for the next one to end; `None`: none is under way.
    pub(super) async fn next_end(&mut self) -> Option<Ended> {
        let end = self.polls.join_next_with_id().await?;
        Some(self.note(end, Instant::now()))
    }

    fn note(&mut self, end: Result<(Id, Result<(), NotStored>), JoinError>, now: Instant) -> Ended {
        let (task, outcome) = match end {
            Ok((task, outcome)) => (task, outcome),
            // A poll catches its own panics: this is one of what is around it.
            Err(error) => (error.id(), Err(NotStored::Here(error.into()))),
        };
        let Some(feed) = self.feeds.remove(&task) else { return Ended::Alone };
        self.busy.remove(&feed);
        match outcome {
            Ok(()) => {
                self.held.release(&feed);
                Ended::Alone
            }
            Err(NotStored::Here(error)) => {
                let wait = self.held.hold(feed, now);
                error!(feed.id = %feed, feed.wait_s = wait.as_secs(), "nothing of a poll can be stored, others go on: {error:#}");
                Ended::Alone
            }
            Err(NotStored::Everywhere(error)) => {
                error!(feed.id = %feed, "poll not stored: {error:#}");
                Ended::StoreFailed
            }
        }
    }

    /// Waits for all of them, and gives up after `patience` on those that are left; returns how many.
    pub(super) async fn finish(&mut self, patience: Duration) -> usize {
        let finished = async { while self.polls.join_next().await.is_some() {} };
        if tokio::time::timeout(patience, finished).await.is_ok() {
            return 0;
        }
        let left = self.polls.len();
        self.polls.shutdown().await;
        left
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::pause;

    fn feed(name: &str) -> FeedId {
        FeedId::of(name)
    }

    fn here() -> Result<(), NotStored> {
        Err(NotStored::Here(anyhow::anyhow!("no")))
    }

    #[tokio::test]
    async fn a_poll_that_ends_badly_frees_its_own_feed_only_and_holds_it_for_a_while() {
        let mut under_way = UnderWay::default();
        under_way.start(feed("slow"), std::future::pending());
        under_way.start(feed("panics"), async { panic!("a bug") });
        assert_eq!(under_way.next_end().await, Some(Ended::Alone));
        let now = Instant::now();
        assert!(!under_way.is_free(feed("slow"), now), "it is still being polled");
        assert!(!under_way.is_free(feed("panics"), now));
        assert!(under_way.is_free(feed("panics"), now + pause::AFTER_STORE_FAILURE));
        assert!(under_way.is_free(feed("other"), now));
        assert_eq!((under_way.len(), under_way.passed_over()), (1, 2));
    }

    #[tokio::test]
    async fn a_feed_of_which_nothing_can_be_stored_is_tried_ever_more_rarely() {
        let mut under_way = UnderWay::default();
        let mut waits = Vec::new();
        for outcome in [here(), here(), here(), Ok(()), here()] {
            under_way.start(feed("odd"), async { outcome });
            assert_eq!(under_way.next_end().await, Some(Ended::Alone));
            let now = Instant::now();
            let is_held = |after: &u64| !under_way.is_free(feed("odd"), now + Duration::from_secs(*after));
            // Nearly ten seconds, twenty, forty.
            waits.push([0, 5, 15, 35].into_iter().filter(is_held).count());
        }
        assert_eq!(waits, [2, 3, 4, 0, 2]);
    }

    #[tokio::test]
    async fn a_database_that_takes_nothing_holds_no_single_feed() {
        let mut under_way = UnderWay::default();
        under_way.start(feed("any"), async { Err(NotStored::Everywhere(anyhow::anyhow!("full"))) });
        assert_eq!(under_way.next_end().await, Some(Ended::StoreFailed));
        assert!(under_way.is_free(feed("any"), Instant::now()));
        assert_eq!(under_way.next_end().await, None);
    }
}

//! The index of stories in this process, and how it stays what the database says.
//!
//! Copies of one article arrive in several polls at once, and only one of them may alert. So placing and
//! committing are one critical section: whoever places holds the index until its commit has ended, and
//! decides against what is committed. The index is taken out for that time and put back by
//! [`Placed::committed`]: after anything else (an error, a panic, a poll that was cut off) it is made
//! from the database again. What was told is besides checked inside T1, so that even two processes would
//! tell once.

use std::collections::HashMap;

use tokio::sync::{Mutex, MutexGuard};
use tracing::{debug, error};

use crate::model::{ArticleId, Membership, Timestamp};
use crate::store::{Store, StoredMember};
use crate::story::{MOST_ARTICLES, Newcomer, Placement, Sketch, StoryIndex, WINDOW};

/// Members read at once when the index is made.
const PAGE: usize = 5_000;

/// See the module's documentation. `None`: to be made from the database.
#[derive(Debug, Default)]
pub(super) struct Stories(Mutex<Option<StoryIndex>>);

/// The stories, while nobody else places or commits.
pub(super) struct Held<'a>(MutexGuard<'a, Option<StoryIndex>>);

/// Where the articles of a poll stand; holds the index until it is dropped.
pub(super) struct Placed<'a> {
    index: Option<StoryIndex>,
    slot: MutexGuard<'a, Option<StoryIndex>>,
}

/// What a poll's articles have to do with stories.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// To be stored.
    pub(super) memberships: Vec<Membership>,
    /// To decide by.
    pub(super) placements: HashMap<ArticleId, Placement>,
}

impl Stories {
    /// Waits for polls that are placing their articles.
    pub(super) async fn hold(&self) -> Held<'_> {
        Held(self.0.lock().await)
    }

    /// Whether the index is there, or has to be made from the database.
    #[cfg(test)]
    pub(super) async fn is_made(&self) -> bool {
        self.0.lock().await.is_some()
    }
}

impl<'a> Held<'a> {
    /// Places `newcomers` in this order. The first time in a process, the stories are read before.
    ///
    /// # Errors
    /// When the index has to be made and the database fails.
    pub(super) async fn place(
        self,
        store: &Store,
        newcomers: Vec<Newcomer>,
        now: Timestamp,
    ) -> anyhow::Result<(Places, Placed<'a>)> {
        let Self(mut slot) = self;
        let index = match slot.take() {
            Some(index) => index,
            None => load(store, now).await?,
        };
        let placing = tokio::task::spawn_blocking(move || {
            let mut index = index;
            let places = place(&mut index, &newcomers);
            (index, places)
        });
        Ok(match placing.await {
            Ok((index, places)) => (places, Placed { index: Some(index), slot }),
            Err(reason) => {
                error!(
                    "articles were not placed in stories and are told one by one, please report it: {reason}"
                );
                (Places::default(), Placed { index: None, slot })
            }
        })
    }
}

impl Placed<'_> {
    /// What was placed is committed.
    pub(super) fn committed(mut self) {
        *self.slot = self.index.take();
    }
}

fn place(index: &mut StoryIndex, newcomers: &[Newcomer]) -> Places {
    let mut places = Places::default();
    for newcomer in newcomers {
        let placement = index.place(newcomer);
        places.memberships.push(Membership {
            article: newcomer.article,
            story: placement.story,
            joined: placement.joined,
            at: newcomer.at,
            sketch: newcomer.sketch.to_bytes(),
        });
        places.placements.insert(newcomer.article, placement);
    }
    places
}

/// The index of the stories that are not over at `now`.
async fn load(store: &Store, now: Timestamp) -> anyhow::Result<StoryIndex> {
    let mut index = StoryIndex::default();
    let seqs = store.story_members(now - WINDOW, MOST_ARTICLES as u32).await?;
    for page in seqs.chunks(PAGE) {
        for member in store.members(page).await? {
            let story = member.story;
            index.restore(story, &newcomer(member));
        }
    }
    debug!(stories = index.stories(), articles = index.articles(), "stories were read");
    Ok(index)
}

fn newcomer(member: StoredMember) -> Newcomer {
    let sketch = member.sketch.as_deref().and_then(Sketch::from_bytes).unwrap_or_default();
    let StoredMember { article, at, seen_at, lang, source, country, .. } = member;
    Newcomer { article, at, seen_at, lang, source, country, sketch }
}

//! Indexes articles anew that another version of the analysis has indexed: the newest first, a few at a time, each
//! few in a transaction. Until then every search reads them word by word (see `archive.rs`), and so misses nothing.
//! At the end what they have left in the index is merged away, a few pages in a transaction.
//!
//! The language that an article is filed under stays what it was found to be: watches and alerts have spoken of it.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use super::poll::compute;
use super::{Setup, pause, room};
use crate::analysis::{Analyzer, INDEX_TEXT_VERSION, Text, index_text};
use crate::store::{self, IndexedText, Store};

/// Articles rewritten in one transaction: the writer is held for a moment only.
const AT_ONCE: u32 = 32;
/// Bytes of text read for one; the first article may have more.
const BYTES_AT_ONCE: i64 = 1 << 20;
/// The pause between two batches, at least; a batch that took longer is followed by a pause as long.
const BREATH: Duration = Duration::from_millis(10);
/// The pause after a row was refused that is not to be refused.
const AFTER_REFUSAL: Duration = Duration::from_secs(60 * 60);

/// Works until all articles are indexed by this version, waiting where the disk has no room; then does nothing until
/// `shutdown`.
pub async fn reindex_in_background(setup: Arc<ArcSwap<Setup>>, store: Store, shutdown: CancellationToken) {
    let all = async {
        let mut work = None;
        let mut troubled = Trouble::default();
        loop {
            let setup = setup.load_full();
            if let Some(reason) = room::too_little(&store, setup.config.fetch.min_free_space) {
                troubled.tell(|| warn!("indexing articles anew waits for room: {reason}"));
                tokio::time::sleep(pause::AFTER_STORE_FAILURE).await;
                continue;
            }
            let started = Instant::now();
            let step = match &mut work {
                None => Reindexing::begin(&store).await.map(|begun| {
                    work = Some(begun);
                    Step::Rewritten(0)
                }),
                Some(work) => work.step(&store, &setup.analyzer).await,
            };
            let wait = match step {
                Ok(Step::Done) => return,
                Ok(Step::Rewritten(_) | Step::Merged) => {
                    troubled = Trouble::default();
                    started.elapsed().max(BREATH)
                }
                Err(error) => {
                    troubled.tell(|| error!("indexing articles anew paused: {error:#}"));
                    if store::is_general(&error) { pause::AFTER_STORE_FAILURE } else { AFTER_REFUSAL }
                }
            };
            tokio::time::sleep(wait).await;
        }
    };
    // A batch that is cut off here was not committed.
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = all => shutdown.cancelled().await,
    }
}

/// What keeps the work from going on is told once, however often it is tried.
#[derive(Debug, Default)]
struct Trouble {
    is_told: bool,
}

impl Trouble {
    fn tell(&mut self, tell: impl FnOnce()) {
        if !std::mem::replace(&mut self.is_told, true) {
            tell();
        }
    }
}

/// How far a step came.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// So many articles were rewritten.
    Rewritten(usize),
    /// None is stale; some of what they left behind was merged.
    Merged,
    /// Nothing is left to be done.
    Done,
}

/// The rewriting of what another version indexed.
#[derive(Debug)]
pub struct Reindexing {
    version: u32,
    /// When it began; 0 once none is.
    stale: u64,
    rewritten: u64,
    started: Instant,
}

impl Reindexing {
    /// Notes in the database that this version indexes articles from now on.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn begin(store: &Store) -> anyhow::Result<Self> {
        let version = INDEX_TEXT_VERSION;
        store.begin_index(version).await?;
        let stale = store.stale_count(version, None).await?;
        if stale > 0 {
            info!(
                articles.stale = stale,
                "indexing articles anew, since this version reads texts otherwise; searches take longer until it is done"
            );
        }
        Ok(Self { version, stale, rewritten: 0, started: Instant::now() })
    }

    /// How many articles were indexed by another version when it began; 0 once none is.
    pub fn stale(&self) -> u64 {
        self.stale
    }

    /// Goes on for `patience` at most, unless the disk has no room; `progress` hears how many articles are rewritten.
    /// Returns how many are left.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn go_on(
        &mut self,
        setup: &Setup,
        store: &Store,
        patience: Duration,
        progress: impl Fn(u64),
    ) -> anyhow::Result<u64> {
        let began = Instant::now();
        while began.elapsed() < patience
            && room::too_little(store, setup.config.fetch.min_free_space).is_none()
            && self.step(store, &setup.analyzer).await? != Step::Done
        {
            progress(self.rewritten);
        }
        store.stale_count(self.version, None).await
    }

    /// Rewrites the next few, or merges what they left behind.
    async fn step(&mut self, store: &Store, analyzer: &Arc<Analyzer>) -> anyhow::Result<Step> {
        let stale = store.stale_articles(self.version, AT_ONCE).await?;
        let mut bytes = 0;
        let mut batch = Vec::new();
        let mut from = None;
        for article in stale {
            bytes += article.bytes;
            if from.is_some() && bytes > BYTES_AT_ONCE {
                break;
            }
            from = Some(article.seq);
            batch.extend(rewrite(store, analyzer, article.seq).await?);
        }
        let Some(from) = from else {
            if std::mem::take(&mut self.stale) > 0 {
                let seconds = self.started.elapsed().as_secs();
                info!(
                    articles.rewritten = self.rewritten,
                    duration_s = seconds,
                    "all articles are indexed anew"
                );
            }
            return Ok(if store.merge_index().await? { Step::Merged } else { Step::Done });
        };
        store.commit_index(self.version, &batch, from).await?;
        self.rewritten += batch.len() as u64;
        Ok(Step::Rewritten(batch.len()))
    }
}

/// What the index says of an article from now on; `None`: it is gone, or cannot be read by any search either.
async fn rewrite(
    store: &Store,
    analyzer: &Arc<Analyzer>,
    seq: i64,
) -> anyhow::Result<Option<(IndexedText, String)>> {
    let text = match store.indexed_text(seq).await {
        Ok(Some(text)) => text,
        Ok(None) => return Ok(None),
        Err(error) if store::is_general(&error) => return Err(error),
        Err(error) => {
            error!(article.seq = seq, "an article is not indexed anew: {error:#}");
            return Ok(None);
        }
    };
    let analyzer = analyzer.clone();
    let read = compute(move || {
        let IndexedText { title, summary, body, author, lang, .. } = &text;
        // As every search reads it.
        let tokens = index_text(&analyzer.analyze(&Text { title, summary, body, author }, *lang));
        (text, tokens)
    });
    match read.await {
        Ok(rewritten) => Ok(Some(rewritten)),
        Err(panic) => {
            error!(article.seq = seq, "an article is not indexed anew: {panic}");
            Ok(None)
        }
    }
}

#[cfg(test)]
mod tests;

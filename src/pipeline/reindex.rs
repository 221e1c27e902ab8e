//! Indexes articles anew that another version of the analysis has indexed: the newest first, a few at a time, each
//! few in a transaction. Until then every search reads them word by word (see `archive.rs`), and so misses nothing.
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
const AT_ONCE: u32 = 64;
/// Bytes of text read for one; the first article may have more.
const BYTES_AT_ONCE: i64 = 1 << 20;
/// The pause between two batches, at least; a batch that took longer is followed by a pause as long.
const BREATH: Duration = Duration::from_millis(10);
/// The pause after a row was refused that is not to be refused.
const AFTER_REFUSAL: Duration = Duration::from_secs(60 * 60);

/// How far the work is.
#[derive(Debug, PartialEq, Eq)]
enum Step {
    /// So many articles were rewritten.
    Rewritten(usize),
    /// None is left.
    Done,
}

/// Works until all articles are indexed by this version, waiting where the disk has no room; then does nothing until
/// `shutdown`.
pub async fn reindex_in_background(setup: Arc<ArcSwap<Setup>>, store: Store, shutdown: CancellationToken) {
    let all = async {
        let mut work = Work::begin(&store, INDEX_TEXT_VERSION).await;
        let mut is_short = false;
        loop {
            let started = Instant::now();
            let setup = setup.load_full();
            if let Some(reason) = room::too_little(&store, setup.config.fetch.min_free_space) {
                if !std::mem::replace(&mut is_short, true) {
                    warn!("indexing articles anew waits for room: {reason}");
                }
                tokio::time::sleep(pause::AFTER_STORE_FAILURE).await;
                continue;
            }
            is_short = false;
            let wait = match work.step(&store, &setup.analyzer).await {
                Ok(Step::Done) => return,
                Ok(Step::Rewritten(_)) => started.elapsed().max(BREATH),
                Err(error) => work.pause_after(&error),
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

/// Works for `patience` at most; the rest is for the next time.
///
/// # Errors
/// When the database fails.
pub async fn reindex(setup: &Setup, store: &Store, patience: Duration) -> anyhow::Result<()> {
    let started = Instant::now();
    let mut work = Work::begin(store, INDEX_TEXT_VERSION).await;
    while room::too_little(store, setup.config.fetch.min_free_space).is_none() {
        if work.step(store, &setup.analyzer).await? == Step::Done {
            return Ok(());
        }
        if started.elapsed() > patience {
            break;
        }
    }
    let left = store.stale_count(INDEX_TEXT_VERSION, None).await?;
    info!(
        articles.rewritten = work.rewritten,
        articles.stale = left,
        "articles are still to be indexed anew"
    );
    Ok(())
}

/// The rewriting for one version.
#[derive(Debug)]
struct Work {
    version: u32,
    /// Whether the database knows of the version.
    has_begun: bool,
    /// In this run.
    rewritten: usize,
    started: Instant,
    /// Whether the last step failed: what goes on failing is told once.
    has_failed: bool,
}

impl Work {
    async fn begin(store: &Store, version: u32) -> Self {
        let mut work =
            Self { version, has_begun: false, rewritten: 0, started: Instant::now(), has_failed: false };
        // What fails here fails in the first step too, and is told there.
        if let Ok(stale) = work.note(store).await
            && stale > 0
        {
            info!(
                articles.stale = stale,
                "indexing articles anew, since this version reads texts otherwise; searches take longer until it is done"
            );
        }
        work
    }

    /// Notes the version and returns how many articles are stale.
    async fn note(&mut self, store: &Store) -> anyhow::Result<u64> {
        store.begin_index(self.version).await?;
        self.has_begun = true;
        store.stale_count(self.version, None).await
    }

    /// Rewrites the next few.
    async fn step(&mut self, store: &Store, analyzer: &Arc<Analyzer>) -> anyhow::Result<Step> {
        if !self.has_begun {
            self.note(store).await?;
        }
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
            if self.rewritten > 0 {
                let seconds = self.started.elapsed().as_secs();
                info!(
                    articles.rewritten = self.rewritten,
                    duration_s = seconds,
                    "all articles are indexed anew"
                );
            }
            return Ok(Step::Done);
        };
        store.commit_index(self.version, &batch, from).await?;
        self.rewritten += batch.len();
        self.has_failed = false;
        Ok(Step::Rewritten(batch.len()))
    }

    /// Tells of a step that failed, and how long to wait before the next try.
    fn pause_after(&mut self, error: &anyhow::Error) -> Duration {
        if !std::mem::replace(&mut self.has_failed, true) {
            error!("indexing articles anew paused: {error:#}");
        }
        if store::is_general(error) { pause::AFTER_STORE_FAILURE } else { AFTER_REFUSAL }
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

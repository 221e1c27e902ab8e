//! Full text: pages of articles, fetched within a poll for what it finds new, and afterwards for what was
//! not to be had then.
//!
//! A poll waits for pages only so long, and for so many; its articles are stored, matched and alerted with
//! what the feed said of them, and their pages recorded as due in the same transaction. Each page that comes
//! later is a commit of its own: the article with its text, the matches that it brings, the page's state.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, bail};
use arc_swap::ArcSwap;
use chrono::TimeDelta;
use futures::stream::{self, FuturesUnordered, StreamExt};
use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info};
use url::Url;

use super::attempt::unbroken;
use super::decide::{alerts, tellings};
use super::holds::Holds;
use super::poll::{compute, save_waits};
use super::reading::{Gathered, evaluate};
use super::{Ambient, Setup, pause};
use crate::alert::RESTORED;
use crate::config::FetchSettings;
use crate::fetch::{FetchedPage, Fetcher, PageOutcome};
use crate::ingest::{Ingested, Page, read_page, read_whole_page};
use crate::model::{Article, ArticleId, Clustered, Feed, Match, PageIntent, PageState, Timestamp};
use crate::net::Client;
use crate::schedule::next_fetch_at;
use crate::store::{self, Store, StoredPage};
use crate::story::Newcomer;

/// Pages fetched within one poll: those of the entries that stand first.
const AT_ONCE: usize = 20;
/// How long a poll waits for its pages.
const PATIENCE: Duration = Duration::from_secs(20);
/// New articles of one poll whose pages are fetched at all. More at once are an archive, or a feed that
/// changed its identities: their pages are not asked for.
const MOST: usize = 100;
/// Due pages taken up at once.
const BATCH: u32 = 64;
/// Due pages under way at once.
const CONCURRENCY: usize = 8;
/// Requests for one article in all, edits of it included.
const MOST_FETCHES: u32 = 5;
/// How long after its text arrived a page is read again for an edit.
const EDIT_PAUSE: TimeDelta = TimeDelta::hours(1);

/// What came of one page.
enum Outcome {
    Text(Page),
    Later { reason: String, until: Option<Timestamp>, asked: bool },
    Never(String),
}

/// Fetches the pages of what is new in `gathered` and wanted, gives the articles their text, and returns how far each
/// page is.
pub(super) async fn complete(
    setup: &Arc<Setup>,
    store: &Store,
    ambient: &Ambient,
    gathered: &mut Gathered,
    is_wanted: impl Fn(&Article) -> bool,
) -> anyhow::Result<Vec<PageState>> {
    let mut pages = keep_known_text(store, &mut gathered.ingested).await?;
    let now = ambient.now();
    let mut new: Vec<(usize, Article, Url, PageState)> = Vec::new();
    for (at, entry) in gathered.ingested.iter().enumerate() {
        if let Ingested::New { article, .. } = entry
            && let Some(url) = page_of(article)
            && new.len() < MOST
            && is_wanted(article)
        {
            new.push((at, article.clone(), url, PageState::unfetched(article.id, now)));
        }
    }
    let mut under_way: FuturesUnordered<_> =
        new.iter()
            .take(AT_ONCE)
            .enumerate()
            .map(|(turn, (_, article, url, _))| async move {
                (turn, fetch(setup, article, url, ambient.now()).await)
            })
            .collect();
    let mut arrived = Vec::new();
    let all = async {
        while let Some(outcome) = under_way.next().await {
            arrived.push(outcome);
        }
    };
    // What is late stays due; those that wait behind it for its host too.
    if tokio::time::timeout(PATIENCE, all).await.is_err() {
        debug!(pages.late = under_way.len(), "pages come later than their articles");
    }
    drop(under_way);
    for (turn, outcome) in arrived {
        let Some((at, _, _, state)) = new.get_mut(turn) else { continue };
        *state = settled(state.clone(), &outcome, ambient.now());
        if let (Outcome::Text(page), Some(Ingested::New { article, .. })) =
            (&outcome, gathered.ingested.get_mut(*at))
        {
            page.complete(article);
        }
    }
    pages.extend(new.into_iter().map(|(.., state)| state));
    Ok(pages)
}

/// An edit in the feed says nothing of the page: edited articles keep the text of theirs, which is read
/// again later.
async fn keep_known_text(store: &Store, ingested: &mut [Ingested]) -> anyhow::Result<Vec<PageState>> {
    let edited = ingested.iter_mut().filter_map(|entry| match entry {
        Ingested::Changed(article) => Some(article),
        Ingested::New { .. } | Ingested::Known(_) => None,
    });
    let edited: Vec<&mut Article> = edited.collect();
    let ids: Vec<ArticleId> = edited.iter().map(|article| article.id).collect();
    let known = store.pages_of(&ids).await?;
    let mut pages = Vec::new();
    for article in edited {
        let Some(stored) = known.get(&article.id) else { continue };
        let Some(fetched_at) = stored.state.fetched_at else { continue };
        Page { title: String::new(), text: stored.article.article.body.clone() }.complete(article);
        if stored.state.fetches < MOST_FETCHES {
            let next_fetch_at = Some(fetched_at + EDIT_PAUSE);
            pages.push(PageState { next_fetch_at, ..stored.state.clone() });
        }
    }
    Ok(pages)
}

fn page_of(article: &Article) -> Option<Url> {
    article.url.as_deref().and_then(|url| Url::parse(url).ok())
}

/// One page, from the request to its text.
async fn fetch(setup: &Arc<Setup>, article: &Article, url: &Url, now: Timestamp) -> Outcome {
    let answer = match setup.fetcher.fetch_page(url, now).await {
        PageOutcome::Fetched(answer) => answer,
        PageOutcome::Later { reason, until, asked } => return Outcome::Later { reason, until, asked },
        PageOutcome::Never { reason } => return Outcome::Never(reason),
    };
    let later = |reason| Outcome::Later { reason, until: None, asked: true };
    let (parts, article) = (setup.clone(), article.clone());
    let read = compute(move || {
        let page = read(&answer)?;
        Ok(if page.is_of(&article, &parts.analyzer) { Some(page) } else { None })
    });
    match read.await {
        Ok(Ok(Some(page))) => Outcome::Text(page),
        Ok(Ok(None)) => {
            later("the page tells something else: it may ask for a log-in or a consent".to_owned())
        }
        Ok(Err(crate::ingest::PageError::NoPage { kind })) => {
            Outcome::Never(format!("the address leads to no page but {kind}"))
        }
        Ok(Err(error)) => later(error.to_string()),
        Err(panic) => Outcome::Never(panic),
    }
}

fn read(answer: &FetchedPage) -> Result<Page, crate::ingest::PageError> {
    read_page(&answer.body, answer.content_type.as_deref())
}

/// How far a page is after `outcome`.
fn settled(before: PageState, outcome: &Outcome, now: Timestamp) -> PageState {
    match outcome {
        Outcome::Text(_) => PageState {
            fetches: before.fetches.saturating_add(1),
            fetched_at: Some(now),
            next_fetch_at: None,
            reason: None,
            ..before
        },
        Outcome::Later { reason, until, asked: false } => {
            let until = until.unwrap_or(now).max(now + TimeDelta::minutes(1));
            PageState { next_fetch_at: Some(until), reason: Some(reason.clone()), ..before }
        }
        Outcome::Later { reason, until, asked: true } => {
            let fetches = before.fetches.saturating_add(1);
            let next_fetch_at = next_fetch_at(fetches, *until, now);
            PageState { fetches, next_fetch_at, reason: Some(reason.clone()), ..before }
        }
        Outcome::Never(reason) => PageState {
            fetches: before.fetches.saturating_add(1),
            next_fetch_at: None,
            reason: Some(reason.clone()),
            ..before
        },
    }
}

/// What a round of due pages brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PagesReport {
    /// Pages that were due.
    pub due: usize,
    /// Those of them whose text arrived.
    pub read: usize,
    /// Alerts recorded for what they matched.
    pub alerts: usize,
    /// Those of which nothing could be stored: they are left alone for a while.
    pub held: usize,
}

/// Pages of which nothing can be stored, not even that they are given up on. They stay due in the database, and
/// their publishers must not be asked again and again for it, whoever restarts feedwatch meanwhile.
#[derive(Debug, Default)]
pub(super) struct HeldPages {
    held: Mutex<Holds<ArticleId>>,
    /// Whether those of an earlier run are among them.
    are_taken_up: AtomicBool,
}

impl HeldPages {
    fn lock(&self) -> MutexGuard<'_, Holds<ArticleId>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Those that are due and not held, at most [`BATCH`]. The held ones are looked past.
    async fn due(&self, store: &Store, now: Timestamp) -> anyhow::Result<Vec<StoredPage>> {
        if !self.are_taken_up.load(Ordering::Relaxed) {
            self.take_up(store, now).await?;
        }
        let most = usize::try_from(BATCH)?.saturating_add(self.lock().len());
        let mut due = store.due_pages(now, u32::try_from(most)?).await?;
        let (held, moment) = (self.lock(), Instant::now());
        due.retain(|page| !held.holds(&page.state.article, moment));
        due.truncate(usize::try_from(BATCH)?);
        Ok(due)
    }

    async fn take_up(&self, store: &Store, now: Timestamp) -> anyhow::Result<()> {
        let stored = store.held_pages().await?;
        let (mut held, moment) = (self.lock(), Instant::now());
        for (article, until, times) in stored {
            held.restore(article, moment, (until - now).to_std().unwrap_or_default(), times);
        }
        self.are_taken_up.store(true, Ordering::Relaxed);
        Ok(())
    }

    /// Leaves a page alone for a while and returns for how long. Where the database does not take that either, it
    /// holds until this process ends.
    async fn hold(&self, store: &Store, article: ArticleId, now: Timestamp) -> Duration {
        let (wait, times) = {
            let mut held = self.lock();
            (held.hold(article, Instant::now()), held.times(&article))
        };
        let until = now + TimeDelta::from_std(wait).unwrap_or_default();
        if let Err(error) = store.hold_page(article, until, times).await {
            debug!(article.id = %article, "a restart will forget that a page is held: {error:#}");
        }
        wait
    }
}

/// Fetches pages that are due, a bounded number of them.
///
/// # Errors
/// When the database takes nothing at all; a page that fails is tried again later.
pub async fn fetch_due_pages(
    setup: &Arc<Setup>,
    store: &Store,
    ambient: &Ambient,
) -> anyhow::Result<PagesReport> {
    let due = setup.held_pages.due(store, ambient.now()).await?;
    let count = due.len();
    let ends = due.into_iter().map(|page| fetch_one(setup, store, ambient, page));
    let ends: Vec<_> = ends.collect();
    let ends: Vec<_> = stream::iter(ends).buffer_unordered(CONCURRENCY).collect().await;
    let mut report = PagesReport { due: count, ..PagesReport::default() };
    for end in ends {
        match end? {
            End::Stored { read, alerts } => {
                report.read += usize::from(read);
                report.alerts += alerts;
            }
            End::Held => report.held += 1,
        }
    }
    Ok(report)
}

/// How one due page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// Whether its text arrived, and the alerts that it brought.
    Stored { read: bool, alerts: usize },
    /// Nothing of it could be stored.
    Held,
}

/// One due page up to its commit. One that breaks what becomes of it, be it by a panic, is given up on: nothing would
/// be different the next time. Where not even that can be stored, it is held.
async fn fetch_one(
    setup: &Arc<Setup>,
    store: &Store,
    ambient: &Ambient,
    due: StoredPage,
) -> anyhow::Result<End> {
    let (state, of) = (due.state.clone(), due.article.article.content_hash);
    let article = state.article;
    let broken = match unbroken(take_in(setup, store, ambient, due)).await {
        Ok((read, alerts)) => {
            setup.held_pages.lock().release(&article);
            return Ok(End::Stored { read, alerts });
        }
        Err(error) if store::is_general(&error) => return Err(error),
        Err(error) => error,
    };
    error!(article.id = %article, "a page is given up on: {broken:#}");
    let now = ambient.now();
    let outcome = Outcome::Never(format!("it could not be taken in: {broken:#}"));
    match store.commit_page(&intent(settled(state, &outcome, now), of, now)).await {
        Ok(_) => {
            setup.held_pages.lock().release(&article);
            Ok(End::Stored { read: false, alerts: 0 })
        }
        Err(error) if store::is_general(&error) => Err(error),
        Err(error) => {
            let wait = setup.held_pages.hold(store, article, now).await;
            error!(article.id = %article, page.wait_s = wait.as_secs(), "nothing of a page can be stored, others go on: {error:#}");
            Ok(End::Held)
        }
    }
}

/// What is committed of a page that brought nothing.
fn intent(page: PageState, of: [u8; 32], at: Timestamp) -> PageIntent {
    PageIntent {
        at,
        page,
        of,
        changed: None,
        matches: Vec::new(),
        alerts: Vec::new(),
        clustered: Clustered::default(),
    }
}

async fn take_in(
    setup: &Arc<Setup>,
    store: &Store,
    ambient: &Ambient,
    due: StoredPage,
) -> anyhow::Result<(bool, usize)> {
    let StoredPage { state, article: stored } = due;
    let article = stored.article;
    let feed = setup.feed(article.feed).filter(|feed| feed.full_text);
    let url = page_of(&article);
    let outcome = match (feed, &url) {
        (Some(_), Some(url)) => fetch(setup, &article, url, ambient.now()).await,
        _ => Outcome::Never("its feed does not want full text any more".to_owned()),
    };
    // Before the page is: whoever goes on after a crash must know whom not to ask.
    save_waits(setup, store, ambient.now()).await;
    let had_text = state.fetched_at.is_some();
    let now = ambient.now();
    let mut intent = intent(settled(state, &outcome, now), article.content_hash, now);
    let read = matches!(outcome, Outcome::Text(_));
    let mut placed = None;
    let url = article.url.clone().unwrap_or_default();
    if let (Outcome::Text(page), Some(feed)) = (outcome, feed) {
        let mut fuller = article;
        // The text that is there came from the page too: a correction may be shorter.
        if had_text {
            fuller.body.clear();
        }
        if page.complete(&mut fuller) {
            let newcomers = match_anew(setup, store, feed, stored.source, fuller, &mut intent).await?;
            let stories = setup.stories.hold().await;
            // It was edited meanwhile: its page is still due. To place it would cost the index of stories.
            if !store.has_content(intent.page.article, &intent.of).await? {
                return Ok((false, 0));
            }
            let (places, held) = stories.place(store, newcomers, now).await?;
            intent.clustered.tellings = tellings(&intent.matches, &places, setup.as_ref());
            intent.clustered.memberships = places.memberships;
            placed = Some(held);
        }
    }
    // `None`: likewise.
    let Some(committed) = store.commit_page(&intent).await? else { return Ok((false, 0)) };
    if let Some(placed) = placed {
        placed.committed();
    }
    debug!(
        article.url = url,
        page.fetches = intent.page.fetches,
        page.reason = intent.page.reason.as_deref().unwrap_or_default(),
        page.matches = committed.matches.len(),
        "page fetched"
    );
    for found in intent.matches.iter().filter(|found| committed.matches.contains(&found.id)) {
        info!(watch.name = found.watch, article.id = %found.article, article.url = url, "matched by its page");
    }
    Ok((read, committed.alerts))
}

/// Asks every watch about the article with its page's text, and returns it as it is to be placed among the
/// stories.
async fn match_anew(
    setup: &Arc<Setup>,
    store: &Store,
    feed: &Feed,
    source: String,
    article: Article,
    intent: &mut PageIntent,
) -> anyhow::Result<Vec<Newcomer>> {
    let now = intent.at;
    let mut gathered = Gathered { source, ingested: vec![Ingested::Changed(article)] };
    let parts = setup.clone();
    let (gathered, census) = compute(move || {
        let census = gathered.census(&parts);
        (std::mem::take(&mut gathered), census)
    })
    .await
    .map_err(anyhow::Error::msg)?;
    let earlier = store.paragraphs(feed.id, &census.digests()).await?;
    let (parts, of) = (setup.clone(), feed.clone());
    let findings = compute(move || evaluate(&parts, &of, gathered, &census, &earlier, now))
        .await
        .map_err(anyhow::Error::msg)?;
    intent.changed = findings.changed.into_iter().next();
    let since = store.watch_baselines().await?;
    let seen = intent.changed.as_ref().map(|write| write.article.first_seen_at);
    // As in a poll: what was stored before a watch asked for it is no news to it.
    let is_news =
        |found: &&Match| seen.zip(since.get(&found.watch)).is_none_or(|(seen, since)| seen >= *since);
    let told = findings.matches.iter().filter(is_news);
    intent.alerts = told.flat_map(|found| alerts(found, setup.as_ref(), now)).collect();
    if intent.page.catching_up {
        intent.alerts.iter_mut().for_each(|alert| alert.storm = Some(RESTORED.to_owned()));
    }
    intent.matches = findings.matches;
    Ok(findings.newcomers)
}

/// Fetches pages as they become due, until `shutdown`; rings `recorded` when alerts were.
pub async fn fetch_pages(
    setup: Arc<ArcSwap<Setup>>,
    store: Store,
    ambient: Ambient,
    recorded: watch::Sender<()>,
    shutdown: CancellationToken,
) {
    loop {
        let round = async {
            let report = fetch_due_pages(&setup.load_full(), &store, &ambient).await?;
            let now = ambient.now();
            anyhow::Ok((report, pause::until(store.next_page_after(now).await?, now)))
        };
        // What is cut off here is due at the next start.
        let round = tokio::select! {
            () = shutdown.cancelled() => break,
            round = round => round,
        };
        let wait = match round {
            Ok((report, wait)) => {
                if report.alerts > 0 {
                    recorded.send_replace(());
                }
                // A page that was edited meanwhile is due at once: that must not make a busy loop.
                wait.max(Duration::from_secs(1))
            }
            Err(error) => {
                error!("fetching pages paused: {error:#}");
                pause::AFTER_STORE_FAILURE
            }
        };
        tokio::select! {
            () = shutdown.cancelled() => break,
            () = tokio::time::sleep(wait) => {}
        }
    }
    save_waits(&setup.load(), &store, ambient.now()).await;
}

/// Fetches the page at `url` as one of an article, for trying a query on its text; on all that it says where it
/// holds no article.
///
/// # Errors
/// When there is no answer, or no text in it.
pub async fn fetch_page(settings: &FetchSettings, url: &Url, now: Timestamp) -> anyhow::Result<Page> {
    let client = Client::new(settings).context("cannot build the HTTP client")?;
    let answer = match Fetcher::new(client, settings).fetch_page(url, now).await {
        PageOutcome::Fetched(answer) => answer,
        PageOutcome::Later { reason, .. } | PageOutcome::Never { reason } => {
            bail!("cannot fetch {url}: {reason}")
        }
    };
    read(&answer)
        .or_else(|_| read_whole_page(&answer.body, answer.content_type.as_deref()))
        .with_context(|| format!("cannot read {url}"))
}

#[cfg(test)]
mod tests;

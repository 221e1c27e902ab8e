//! One poll: `due | fetch | parse | ingest | match | cluster | decide | commit`, in this order.

use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use chrono::Weekday;
use tracing::{error, info, warn};
use url::Url;

use super::attempt::unbroken;
use super::decide::{Archive, Audience, Moment, Outcome, Reading, decide};
use super::reading::{Findings, asked_keys, evaluate, gather, read};
use super::report::{PollReport, PollStatus, log, report, status};
use super::stories::Placed;
use super::websub::Push;
use super::{Ambient, Setup, pages};
use crate::failpoint::{Failpoint, pass};
use crate::fetch::{self, Failure, Fetched};
use crate::ingest::feed_title;
use crate::model::{
    Article, FailureKind, Feed, FeedId, FeedState, HealthRule, Hub, StoryPolicy, Timestamp, Validators,
    WantedHub, without_credentials,
};
use crate::parse::{Hints, ParsedFeed};
use crate::schedule::{self, SkipHints};
use crate::store::Store;

impl Audience for Setup {
    fn health(&self) -> (&[String], HealthRule) {
        (&self.config.notices.channels, self.config.notices.health)
    }

    fn channels_of(&self, watch: &str) -> &[String] {
        Setup::channels_of(self, watch)
    }

    fn story_policy_of(&self, watch: &str) -> Option<&StoryPolicy> {
        Setup::story_policy_of(self, watch)
    }
}

/// Polls the feed whose state is `state`.
///
/// # Errors
/// When the database fails, or the feed is not configured. Nothing is stored then, and the feed
/// stays due.
pub(super) async fn poll(
    setup: &Arc<Setup>,
    store: &Store,
    ambient: &Ambient,
    state: FeedState,
) -> anyhow::Result<PollReport> {
    let feed = setup.feed(state.id).with_context(|| unconfigured(state.id))?;
    let answer = ask(setup, feed, &state, ambient.now()).await;
    pass(Failpoint::Fetched);
    let outcome = match answer {
        fetch::Outcome::NotModified(answer) => Outcome::Unchanged(answer),
        fetch::Outcome::Postponed { until } => Outcome::Postponed(until),
        fetch::Outcome::Offline => Outcome::Offline,
        fetch::Outcome::Failed(failure) => Outcome::Failed(failure),
        fetch::Outcome::Fetched(answer) => {
            understand(setup, store, ambient, feed, answer, Archive::of(feed, &state)).await?
        }
    };
    let status = status(&outcome);
    conclude(setup, store, ambient, state, outcome, status).await
}

/// Records that the poll of the feed whose state is `state` came to nothing, for the reason `message`.
///
/// # Errors
/// As of [`poll`].
pub(super) async fn record_failure(
    setup: &Setup,
    store: &Store,
    ambient: &Ambient,
    state: FeedState,
    message: String,
) -> anyhow::Result<PollReport> {
    let failure = Failure { kind: FailureKind::Unusable, retry_after: None, message };
    conclude(setup, store, ambient, state, Outcome::Failed(failure), PollStatus::Failed).await
}

/// The end of every poll: cluster, decide, commit. What is pushed is decided by the state as it is then: a poll of the
/// feed may have ended since `state` was read.
async fn conclude(
    setup: &Setup,
    store: &Store,
    ambient: &Ambient,
    state: FeedState,
    mut outcome: Outcome,
    status: PollStatus,
) -> anyhow::Result<PollReport> {
    let feed = setup.feed(state.id).with_context(|| unconfigured(state.id))?;
    let due = state.next_poll_at;
    let moment = Moment { now: ambient.now(), jitter: ambient.chance() };
    let before = Standing::of(&state);
    let placed = cluster(setup, store, &mut outcome, moment.now).await?;
    let state = match outcome {
        Outcome::Pushed(_) => store.feed_state(state.id).await?.unwrap_or(state),
        _ => state,
    };
    let intent = decide(feed, state, outcome, setup, &setup.limits(), moment);
    let committed = store.commit_poll(&intent).await?;
    if let Some(placed) = placed {
        placed.committed();
    }
    let report = report(feed, &intent, &committed, status);
    // The poll is stored and its alerts with it: nothing that goes wrong from here on makes a failure of it.
    let rest = unbroken(async {
        log(feed, &intent, &committed, &report, ambient.now() - due);
        before.log_change(feed, &intent.state);
        save_waits(setup, store, moment.now).await;
        Ok(())
    });
    if let Err(error) = rest.await {
        error!(feed.url = %feed.shown_url(), "a poll was stored and not reported in full: {error:#}");
    }
    Ok(report)
}

/// Stores who asked for a rest. Where that fails, the next poll or page stores it.
pub(super) async fn save_waits(setup: &Setup, store: &Store, now: Timestamp) {
    let waits = setup.fetcher.take_unsaved_waits();
    if waits.is_empty() {
        return;
    }
    if let Err(error) = store.save_host_waits(&waits, now).await {
        warn!("who asked for a rest is stored later: {error:#}");
        setup.fetcher.put_back_waits(waits);
    }
}

fn unconfigured(feed: FeedId) -> String {
    format!("feed {feed} is not configured")
}

/// Places what is new or changed among the stories, which stay as they are until the commit has ended.
async fn cluster<'s>(
    setup: &'s Setup,
    store: &Store,
    outcome: &mut Outcome,
    now: Timestamp,
) -> anyhow::Result<Option<Placed<'s>>> {
    let (Outcome::Read(reading) | Outcome::Pushed(reading)) = outcome else { return Ok(None) };
    let newcomers = std::mem::take(&mut reading.findings.newcomers);
    if newcomers.is_empty() {
        return Ok(None);
    }
    let (places, placed) = setup.stories.hold().await.place(store, newcomers, now).await?;
    reading.findings.places = places;
    Ok(Some(placed))
}

/// Takes what a hub pushed for the feed whose state is `state` the way of a poll. What cannot be read is logged
/// and forgotten: polls will tell.
///
/// # Errors
/// When the database fails, or the feed is not configured. Nothing is stored then.
pub(super) async fn take_push(
    setup: &Arc<Setup>,
    store: &Store,
    ambient: &Ambient,
    state: FeedState,
    push: Push,
) -> anyhow::Result<PollReport> {
    let feed = setup.feed(state.id).with_context(|| unconfigured(state.id))?;
    let answer = Fetched {
        body: push.body,
        content_type: push.content_type,
        validators: state.validators.clone(),
        fresh_for: None,
        hub: None,
        url: without_credentials(state.polled_url(feed)),
        moved_to: None,
    };
    match understand(setup, store, ambient, feed, answer, Archive::of(feed, &state)).await? {
        Outcome::Read(reading) => {
            conclude(setup, store, ambient, state, Outcome::Pushed(reading), PollStatus::Ok).await
        }
        Outcome::Failed(failure) => {
            info!(feed.url = %feed.shown_url(), "what a hub pushed was not read: {}", failure.message);
            Ok(PollReport::failed(feed, &state, failure.message))
        }
        outcome => bail!("what was pushed became {outcome:?}"),
    }
}

/// Fetches the feed, unless it asked to be left alone.
async fn ask(setup: &Setup, feed: &Feed, state: &FeedState, now: Timestamp) -> fetch::Outcome {
    // More than was ever agreed to was written by another clock.
    let agreed = schedule::retry_at(now, Duration::MAX).unwrap_or(now);
    match state.wait_until.filter(|until| *until > now && *until <= agreed) {
        Some(until) => fetch::Outcome::Postponed { until },
        None => setup.fetcher.fetch(&state.polled_url(feed), &state.validators, now).await,
    }
}

/// What is told once, when it changes.
struct Standing {
    address: Option<Url>,
    gap_at: Option<Timestamp>,
    is_stopped: bool,
}

impl Standing {
    fn of(state: &FeedState) -> Self {
        let is_stopped = state.stopped_at.is_some();
        Self { address: state.address.clone(), gap_at: state.gap_at, is_stopped }
    }

    /// The configuration is the user's: a feed that moved is followed, and its new address told.
    fn log_change(&self, feed: &Feed, state: &FeedState) {
        if let Some(to) = state.address.as_ref().filter(|to| self.address.as_ref() != Some(*to)) {
            warn!(feed.url = %feed.shown_url(), feed.moved_to = %to, "the feed has moved for good: change its url");
        }
        if state.gap_at != self.gap_at {
            warn!(feed.url = %feed.shown_url(), "entries may have been lost: fewer than a third were known");
        }
        if state.stopped_at.is_some() && !self.is_stopped {
            warn!(feed.url = %feed.shown_url(), "the feed was ended by its publisher and is not polled any more");
        }
    }
}

/// Parse, ingest and match, the long computations on a thread for such.
async fn understand(
    setup: &Arc<Setup>,
    store: &Store,
    ambient: &Ambient,
    feed: &Feed,
    answer: Fetched,
    archive: Archive,
) -> anyhow::Result<Outcome> {
    let Fetched { body, content_type, validators, fresh_for, url, moved_to, hub } = answer;
    let base = url.clone();
    let parts = setup.clone();
    let parsed =
        compute(move || read(&body, content_type.as_deref(), url.as_str(), &parts.config.fetch)).await;
    let parsed = match parsed {
        Ok(Ok(parsed)) => parsed,
        Ok(Err(error)) => return Ok(unusable(feed, &error)),
        Err(error) => return Ok(unusable(feed, &error)),
    };
    let known = store.known(feed.id, &asked_keys(&parsed)).await?;
    let now = ambient.now();
    let of = feed.clone();
    let gathered = compute(move || {
        let gathered = gather(&of, &parsed, &known, now);
        (parsed, gathered)
    });
    let (parsed, mut gathered) = match gathered.await {
        Ok(gathered) => gathered,
        Err(error) => return Ok(unusable(feed, &error)),
    };
    let brevity = gathered.brevity();
    let pages = match feed.full_text {
        // The pages of what was there before the feed was watched are left alone.
        true => {
            let is_wanted = |article: &Article| !archive.holds(article);
            pages::complete(setup, store, ambient, &mut gathered, is_wanted).await?
        }
        false => Vec::new(),
    };
    let parts = setup.clone();
    let counted = compute(move || {
        let census = gathered.census(&parts);
        (gathered, census)
    });
    let (gathered, census) = match counted.await {
        Ok(counted) => counted,
        Err(error) => return Ok(unusable(feed, &error)),
    };
    let earlier = store.paragraphs(feed.id, &census.digests()).await?;
    let (parts, of) = (setup.clone(), feed.clone());
    let mut findings = match compute(move || evaluate(&parts, &of, gathered, &census, &earlier, now)).await {
        Ok(findings) => Findings { pages, brevity, ..findings },
        Err(error) => return Ok(unusable(feed, &error)),
    };
    if !findings.changed.is_empty() {
        findings.since = store.watch_baselines().await?;
    }
    let hub = wanted_hub(setup, ambient, hub.map(|hub| *hub), &parsed.hints, &base);
    let reading = Reading { moved_to, hub, ..reading(&parsed, validators, fresh_for, findings) };
    Ok(Outcome::Read(Box::new(reading)))
}

/// The hub to be asked, where the configuration lets hubs reach us: as the `Link` headers say, else the feed
/// (WebSub, section 4). A feed that does not name itself is called by where it was found.
fn wanted_hub(
    setup: &Setup,
    ambient: &Ambient,
    of_header: Option<Hub>,
    hints: &Hints,
    found_at: &Url,
) -> Option<WantedHub> {
    setup.config.server.public_url.as_ref()?;
    let of_feed = |address: &Option<String>| Url::parse(address.as_deref()?).ok();
    let in_feed = || {
        let topic = of_feed(&hints.self_link).unwrap_or_else(|| found_at.clone());
        Some(Hub { hub: of_feed(&hints.hub)?, topic })
    };
    let is_web = |url: &Url| matches!(url.scheme(), "http" | "https");
    let hub = of_header.or_else(in_feed).filter(|hub| is_web(&hub.hub) && is_web(&hub.topic))?;
    Some(WantedHub { hub, callback: ambient.token(), secret: ambient.token() })
}

/// What a feed that was read says of itself, with what was found in it.
pub(super) fn reading(
    parsed: &ParsedFeed,
    validators: Validators,
    fresh_for: Option<Duration>,
    findings: Findings,
) -> Reading {
    let repairs = repairs(parsed);
    Reading {
        validators,
        fresh_for,
        moved_to: None,
        hub: None,
        ttl: ttl(&parsed.hints),
        skip: skip(&parsed.hints),
        report: (!repairs.is_empty()).then(|| repairs.join(", ")),
        title: feed_title(parsed),
        findings,
    }
}

/// A body that cannot be used is a failure of the feed like any other, even where the fault is ours: the
/// poll ends in a commit, and the next one is due later.
pub(super) fn unusable(feed: &Feed, error: &impl Display) -> Outcome {
    let message = format!("{}: {error}", feed.url.host_str().unwrap_or_default());
    Outcome::Failed(Failure { kind: FailureKind::Unusable, retry_after: None, message })
}

/// Work on a thread for long computations; the error is that it panicked.
pub(super) async fn compute<T: Send + 'static>(
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| format!("reading the answer failed inside feedwatch, please report it: {error}"))
}

/// For how long the feed asks to be kept. `sy:updatePeriod` is no such wish: WordPress writes "hourly" into
/// every feed, whoever publishes by the minute.
fn ttl(hints: &Hints) -> Option<Duration> {
    Some(Duration::from_secs(u64::from(hints.ttl_minutes?) * 60))
}

fn skip(hints: &Hints) -> SkipHints {
    let days = hints.skip_days.iter().filter_map(|day| Weekday::try_from(*day).ok());
    SkipHints::new(hints.skip_hours.iter().map(|hour| u32::from(*hour)), days)
}

/// What had to be mended, in words, each kind once.
pub(super) fn repairs(parsed: &ParsedFeed) -> Vec<String> {
    let mut said: Vec<String> = parsed.report.repairs.iter().map(ToString::to_string).collect();
    if parsed.report.truncated {
        said.push("cut at a limit: entries are missing".to_owned());
    }
    said
}

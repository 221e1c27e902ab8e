//! The end of a poll: what is to be committed. Pure; the only place where an outcome becomes a
//! feed's next state, so that every outcome moves `next_poll_at`.

mod address;
mod archive;
mod health;
mod learn;

use std::collections::HashSet;
use std::time::Duration;

use chrono::TimeDelta;
use url::Url;

pub(super) use archive::Archive;

use super::reading::Findings;
use super::stories::Places;
use crate::alert::RESTORED;
use crate::alert::Storms;
use crate::fetch::{Failure, NotModified};
use crate::model::{
    Alert, AlertId, ArticleId, FailureKind, Feed, FeedState, HealthRule, Match, PollIntent, StoryPolicy,
    Telling, Timestamp, Validators, WantedHub, source_name,
};
use crate::schedule::{self, Signals, SkipHints};
use crate::story;

/// The longest wait after no answer at all: it may be our own network that was down, and then every feed
/// waits.
const OUTAGE_BACKOFF: Duration = Duration::from_secs(60 * 60);

/// The wait of a feed that was asked while the network was down.
const OFFLINE_WAIT: TimeDelta = TimeDelta::seconds(1);

/// How a poll went, up to the decision.
#[derive(Debug)]
pub(super) enum Outcome {
    /// 304.
    Unchanged(NotModified),
    /// A body that was read as a feed.
    Read(Box<Reading>),
    /// A body that a hub pushed, read likewise.
    Pushed(Box<Reading>),
    /// The host asked earlier to be left alone: nothing was sent.
    Postponed(Timestamp),
    /// Nobody is in reach.
    Offline,
    /// No answer, a refusal, or a body that is no feed.
    Failed(Failure),
}

/// What an answer that was read says about the feed.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) validators: Validators,
    pub(super) fresh_for: Option<Duration>,
    pub(super) moved_to: Option<Url>,
    pub(super) hub: Option<WantedHub>,
    pub(super) title: Option<String>,
    pub(super) ttl: Option<Duration>,
    pub(super) skip: SkipHints,
    pub(super) report: Option<String>,
    pub(super) findings: Findings,
}

/// Who is told of what, and how often of a story.
pub(super) trait Audience {
    /// The names of the watch's channels.
    fn channels_of(&self, watch: &str) -> &[String];
    /// `None` for a watch that is not configured.
    fn story_policy_of(&self, watch: &str) -> Option<&StoryPolicy>;
    /// The names of the channels that hear of the health of feeds, and when.
    fn health(&self) -> (&[String], HealthRule);
}

/// The present, and one number of chance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: Timestamp,
    pub(super) jitter: f64,
}

/// Decides what follows from a poll of `feed`, whose state was `before`.
///
/// What a feed carried before it was watched is a baseline: its matches are recorded and alert nobody, unless the
/// feed is configured to. So is what was stored before a watch asked for it.
pub(super) fn decide(
    feed: &Feed,
    before: FeedState,
    outcome: Outcome,
    audience: &impl Audience,
    limits: &schedule::Limits,
    moment: Moment,
) -> PollIntent {
    let now = moment.now;
    let limits = schedule::Limits { max_wait: feed.max_wait.unwrap_or(limits.max_wait), ..*limits };
    let was_catching_up = before.catching_up;
    let archive = Archive::of(feed, &before);
    let since = learn::since(feed, &before, &limits, now);
    let quiet_since = health::quiet_since(feed, &before, &limits, now);
    let mut signals = Signals { skip: before.skip, wish: before.ttl, ..Signals::default() };
    let last_poll_at = if matches!(outcome, Outcome::Pushed(_)) { before.last_poll_at } else { Some(now) };
    let mut intent = PollIntent::of(FeedState { last_poll_at, quiet_since, ..before }, now);
    let state = &mut intent.state;
    match outcome {
        Outcome::Unchanged(answer) => {
            learn::nothing_new(state, since, now);
            address::note_move(feed, state, answer.moved_to, now);
            succeed(state, now, answer.validators);
            signals.wish = signals.wish.max(answer.fresh_for);
        }
        Outcome::Read(reading) => {
            learn::entries(state, &reading.findings, since, now);
            address::note_move(feed, state, reading.moved_to, now);
            succeed(state, now, reading.validators);
            state.title = reading.title.or(state.title.take());
            state.ttl = reading.ttl;
            state.skip = reading.skip;
            state.last_report = reading.report;
            signals = Signals { skip: reading.skip, wish: reading.ttl.max(reading.fresh_for), ..signals };
            state.brevity = state.brevity.and(reading.findings.brevity);
            intent.hub = reading.hub;
            intent.read = true;
            take_in(&mut intent, feed, reading.findings, audience, &archive);
        }
        Outcome::Pushed(reading) => {
            // It holds what is new and says nothing of the rest of the feed, nor of when to ask for it.
            learn::pushed(state, &reading.findings, now);
            intent.pushed = true;
            take_in(&mut intent, feed, reading.findings, audience, &archive);
            mark_restored(&mut intent, was_catching_up);
            return intent;
        }
        Outcome::Postponed(until) => signals.retry_after = (until - now).to_std().ok(),
        Outcome::Offline => {
            // It is due as soon as the network is back.
            intent.state.next_poll_at = now + OFFLINE_WAIT;
            return intent;
        }
        Outcome::Failed(failure) => fail(state, &mut signals, failure, now),
    }
    mark_restored(&mut intent, was_catching_up);
    let state = &mut intent.state;
    let (told, rule) = audience.health();
    let incident = health::watch(feed, state, &rule.of(feed), now);
    intent.notices = incident.iter().flat_map(|incident| incident.tell(told, now)).collect();
    signals.own = learn::interval(feed, state, now);
    let limits = schedule::Limits { max_backoff: longest_backoff(state, &limits), ..limits };
    state.next_poll_at = schedule::next_poll_at(&feed.schedule, &signals, &limits, now, moment.jitter);
    intent
}

/// After a restore, what a feed brings may have been told before the backup was taken up: it is told together, with
/// the reason.
fn mark_restored(intent: &mut PollIntent, was_catching_up: bool) {
    if was_catching_up {
        intent.alerts.iter_mut().for_each(|alert| alert.storm = Some(RESTORED.to_owned()));
        intent.pages.iter_mut().for_each(|page| page.catching_up = true);
    }
}

/// What was found becomes what is stored and told.
fn take_in(
    intent: &mut PollIntent,
    feed: &Feed,
    findings: Findings,
    audience: &impl Audience,
    archive: &Archive,
) {
    let old: HashSet<ArticleId> = findings
        .new
        .iter()
        .filter(|write| archive.holds(&write.article))
        .map(|write| write.article.id)
        .collect();
    let title = intent.state.title.as_deref();
    let source = source_name(feed.source.as_deref(), title, feed.url.as_str());
    intent.alerts = tell(&findings, &old, source, audience, intent.at);
    intent.clustered.tellings = tellings(&findings.matches, &findings.places, audience);
    let untold = findings.matches.iter().filter(|found| old.contains(&found.article));
    intent.baseline = untold.map(|found| found.id).collect();
    let Findings { new, changed, seen, paragraphs, matches, pages, places, .. } = findings;
    intent.new = new;
    intent.changed = changed;
    intent.seen = seen;
    intent.paragraphs = paragraphs;
    intent.pages = pages;
    intent.matches = matches;
    intent.clustered.memberships = places.memberships;
}

fn fail(state: &mut FeedState, signals: &mut Signals, failure: Failure, now: Timestamp) {
    state.failures = state.failures.saturating_add(1);
    state.failure = Some(failure.kind);
    state.last_error = Some(failure.message);
    state.wait_until = failure.retry_after.and_then(|wait| schedule::retry_at(now, wait));
    signals.retry_after = failure.retry_after;
    signals.failures = match failure.kind {
        // Asked once a day until the end is confirmed.
        FailureKind::Gone => u32::MAX,
        // Four times slower from the first one on.
        FailureKind::NotFound => state.failures.saturating_add(2),
        _ => state.failures,
    };
    address::note_end(state, failure.kind, now);
}

fn longest_backoff(state: &FeedState, limits: &schedule::Limits) -> Duration {
    match state.failure {
        Some(FailureKind::Unreachable) => limits.max_backoff.min(OUTAGE_BACKOFF),
        _ => limits.max_backoff,
    }
}

fn succeed(state: &mut FeedState, now: Timestamp, validators: Validators) {
    if state.last_success_at.is_none() {
        state.first_success_at = Some(now);
    }
    // By a clock that was ahead.
    state.first_success_at = state.first_success_at.map(|at| at.min(now));
    state.validators = validators;
    state.last_success_at = Some(now);
    state.failures = 0;
    state.failure = None;
    state.last_error = None;
    state.wait_until = None;
    state.gone = None;
    state.stopped_at = None;
    state.catching_up = false;
}

/// Who is told of what was found; what is too much at once says so.
fn tell(
    findings: &Findings,
    old: &HashSet<ArticleId>,
    source: &str,
    audience: &impl Audience,
    now: Timestamp,
) -> Vec<Alert> {
    let new = findings.new.iter().map(|write| write.article.id).filter(|article| !old.contains(article));
    let new: HashSet<ArticleId> = new.collect();
    let watches = findings.matches.iter().filter(|found| new.contains(&found.article));
    let watches = watches.map(|found| found.watch.as_str());
    let storms = Storms::of(source, findings.new.len() + findings.seen.len(), new.len(), watches);
    let told = findings.matches.iter();
    let told = told.filter(|found| !old.contains(&found.article) && is_news(found, findings));
    told.flat_map(|found| {
        let storm = storms.reason(&found.watch);
        alerts(found, audience, now).map(move |alert| Alert { storm: storm.clone(), ..alert })
    })
    .collect()
}

/// What the alerts of `matches` tell of the stories of their articles.
pub(super) fn tellings(matches: &[Match], places: &Places, audience: &impl Audience) -> Vec<Telling> {
    let telling = |found: &Match| {
        let policy = audience.story_policy_of(&found.watch)?;
        story::telling(found, policy, places.placements.get(&found.article)?)
    };
    matches.iter().filter_map(telling).collect()
}

pub(super) fn alerts(found: &Match, audience: &impl Audience, now: Timestamp) -> impl Iterator<Item = Alert> {
    audience.channels_of(&found.watch).iter().map(move |channel| Alert {
        id: AlertId::of(found.id, channel),
        matched: found.id,
        watch: found.watch.clone(),
        channel: channel.clone(),
        created_at: now,
        storm: None,
    })
}

/// What was stored before a watch asked what it asks now is no news to it, even when it is edited later.
fn is_news(found: &Match, findings: &Findings) -> bool {
    let changed = findings.changed.iter().find(|write| write.article.id == found.article);
    let since = findings.since.get(&found.watch);
    changed.zip(since).is_none_or(|(write, since)| write.article.first_seen_at >= *since)
}

#[cfg(test)]
mod tests;

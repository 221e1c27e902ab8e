//! The end of a poll: what is to be committed. Pure; the only place where an outcome becomes a
//! feed's next state, so that every outcome moves `next_poll_at`.

use std::time::Duration;

use super::reading::Findings;
use crate::fetch::{Failure, FailureKind, NotModified};
use crate::model::{Alert, AlertId, Feed, FeedState, Match, PollIntent, Timestamp, Validators};
use crate::schedule::{self, Signals, SkipHints};

/// The longest wait after no answer at all: it may be our own network that was down, and then every feed
/// waits.
const OUTAGE_BACKOFF: Duration = Duration::from_secs(60 * 60);

/// How a poll went, up to the decision.
#[derive(Debug)]
pub(super) enum Outcome {
    /// 304.
    Unchanged(NotModified),
    /// A body that was read as a feed.
    Read(Box<Reading>),
    /// The host asked earlier to be left alone: nothing was sent.
    Postponed(Timestamp),
    /// No answer, a refusal, or a body that is no feed.
    Failed(Failure),
}

/// What an answer that was read says about the feed.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) validators: Validators,
    pub(super) fresh_for: Option<Duration>,
    pub(super) title: Option<String>,
    pub(super) ttl: Option<Duration>,
    pub(super) skip: SkipHints,
    pub(super) report: Option<String>,
    pub(super) findings: Findings,
}

/// Who is told of a match: the names of its watch's channels.
pub(super) trait Audience {
    fn channels_of(&self, watch: &str) -> &[String];
}

/// The present, and one number of chance.
#[derive(Clone, Copy, Debug)]
pub(super) struct Moment {
    pub(super) now: Timestamp,
    pub(super) jitter: f64,
}

/// Decides what follows from a poll of `feed`, whose state was `before`.
///
/// The first success of a feed is a baseline: its matches are recorded and alert nobody, unless the
/// feed is configured to.
pub(super) fn decide(
    feed: &Feed,
    before: FeedState,
    outcome: Outcome,
    audience: &impl Audience,
    limits: &schedule::Limits,
    moment: Moment,
) -> PollIntent {
    let now = moment.now;
    let mut limits = *limits;
    let mut signals = Signals { skip: before.skip, wish: before.ttl, ..Signals::default() };
    let baseline = before.last_success_at.is_none() && !feed.alert_on_first_poll;
    let mut intent = PollIntent {
        at: now,
        state: FeedState { last_poll_at: Some(now), ..before },
        read: false,
        new: Vec::new(),
        changed: Vec::new(),
        seen: Vec::new(),
        paragraphs: Vec::new(),
        matches: Vec::new(),
        alerts: Vec::new(),
        notices: Vec::new(),
    };
    let state = &mut intent.state;
    match outcome {
        Outcome::Unchanged(answer) => {
            succeed(state, now, answer.validators);
            signals.wish = signals.wish.max(answer.fresh_for);
        }
        Outcome::Read(reading) => {
            succeed(state, now, reading.validators);
            state.title = reading.title.or(state.title.take());
            state.ttl = reading.ttl;
            state.skip = reading.skip;
            state.last_report = reading.report;
            signals = Signals { skip: reading.skip, wish: reading.ttl.max(reading.fresh_for), ..signals };
            let Findings { new, changed, seen, paragraphs, matches } = reading.findings;
            if !baseline {
                intent.alerts = matches.iter().flat_map(|found| alerts(found, audience, now)).collect();
            }
            intent.read = true;
            intent.new = new;
            intent.changed = changed;
            intent.seen = seen;
            intent.paragraphs = paragraphs;
            intent.matches = matches;
        }
        Outcome::Postponed(until) => signals.retry_after = (until - now).to_std().ok(),
        Outcome::Failed(failure) => {
            state.failures = state.failures.saturating_add(1);
            state.last_error = Some(failure.message);
            signals.retry_after = failure.retry_after;
            signals.failures = match failure.kind {
                FailureKind::Gone => u32::MAX,
                _ => state.failures,
            };
            if failure.kind == FailureKind::Unreachable {
                limits.max_backoff = limits.max_backoff.min(OUTAGE_BACKOFF);
            }
        }
    }
    intent.state.next_poll_at = schedule::next_poll_at(&feed.schedule, &signals, &limits, now, moment.jitter);
    intent
}

fn succeed(state: &mut FeedState, now: Timestamp, validators: Validators) {
    state.validators = validators;
    state.last_success_at = Some(now);
    state.failures = 0;
    state.last_error = None;
}

fn alerts(found: &Match, audience: &impl Audience, now: Timestamp) -> impl Iterator<Item = Alert> {
    audience.channels_of(&found.watch).iter().map(move |channel| Alert {
        id: AlertId::of(found.id, channel),
        matched: found.id,
        watch: found.watch.clone(),
        channel: channel.clone(),
        created_at: now,
        storm: None,
    })
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;
    use crate::model::{ArticleId, EntryKey, FeedId};
    use crate::schedule::Schedule;

    const LIMITS: schedule::Limits =
        schedule::Limits { max_wait: Duration::from_secs(86_400), max_backoff: Duration::from_secs(86_400) };

    struct Desk([String; 2]);

    impl Audience for Desk {
        fn channels_of(&self, watch: &str) -> &[String] {
            if watch == "silent" { &[] } else { &self.0 }
        }
    }

    fn now() -> Timestamp {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap()
    }

    fn feed(alert_on_first_poll: bool) -> Feed {
        Feed {
            id: FeedId::of("https://example.org/rss"),
            url: "https://example.org/rss".parse().unwrap(),
            source: None,
            lang: None,
            country: None,
            tags: vec![],
            schedule: Schedule::Every(Duration::from_secs(900)),
            alert_on_first_poll,
        }
    }

    fn polled_before() -> FeedState {
        FeedState {
            title: Some("Wire".into()),
            validators: Validators { etag: Some(b"\"1\"".to_vec()), last_modified: None },
            last_poll_at: Some(now() - TimeDelta::minutes(15)),
            last_success_at: Some(now() - TimeDelta::minutes(15)),
            ..never_polled()
        }
    }

    fn never_polled() -> FeedState {
        FeedState::unpolled(feed(false).id, now())
    }

    fn reading(watches: &[&str]) -> Outcome {
        let article = ArticleId::of(feed(false).id, &EntryKey::of("guid", &["1"]));
        let matches = watches
            .iter()
            .map(|watch| Match {
                id: crate::model::MatchId::of(watch, article),
                watch: (*watch).to_owned(),
                article,
                matched_at: now(),
                spans: vec![],
            })
            .collect();
        Outcome::Read(Box::new(Reading {
            validators: Validators { etag: Some(b"\"2\"".to_vec()), last_modified: None },
            fresh_for: None,
            title: None,
            ttl: None,
            skip: SkipHints::default(),
            report: None,
            findings: Findings { matches, ..Findings::default() },
        }))
    }

    fn failure(retry_after: Option<u64>) -> Outcome {
        Outcome::Failed(Failure {
            kind: FailureKind::Server,
            retry_after: retry_after.map(Duration::from_secs),
            message: "example.org answered 500".into(),
        })
    }

    fn run(feed: &Feed, before: FeedState, outcome: Outcome) -> PollIntent {
        let desk = Desk(["desk".into(), "night".into()]);
        decide(feed, before, outcome, &desk, &LIMITS, Moment { now: now(), jitter: 0.5 })
    }

    fn wait(intent: &PollIntent) -> i64 {
        (intent.state.next_poll_at - now()).num_seconds()
    }

    #[test]
    fn a_match_alerts_each_channel_of_its_watch() {
        let intent = run(&feed(false), polled_before(), reading(&["cyber", "silent"]));
        let told: Vec<&str> = intent.alerts.iter().map(|alert| alert.channel.as_str()).collect();
        assert_eq!((intent.matches.len(), told), (2, vec!["desk", "night"]));
    }

    #[test]
    fn the_first_success_is_a_baseline_unless_configured_otherwise() {
        let mut failed_before = never_polled();
        failed_before.last_poll_at = Some(now());
        failed_before.failures = 3;
        for (feed, before, alerts) in [
            (feed(false), never_polled(), 0),
            (feed(false), failed_before, 0),
            (feed(true), never_polled(), 2),
            (feed(false), polled_before(), 2),
        ] {
            let intent = run(&feed, before, reading(&["cyber"]));
            assert_eq!((intent.matches.len(), intent.alerts.len()), (1, alerts));
        }
    }

    #[test]
    fn validators_change_with_an_answer_and_survive_a_failure() {
        let intent = run(&feed(false), polled_before(), reading(&[]));
        assert_eq!(intent.state.validators.etag.as_deref(), Some(b"\"2\"".as_slice()));
        let intent = run(&feed(false), polled_before(), failure(None));
        assert_eq!(intent.state.validators, polled_before().validators);
        assert_eq!(intent.state.last_success_at, polled_before().last_success_at);
    }

    #[test]
    fn every_outcome_moves_the_next_poll() {
        let unchanged = Outcome::Unchanged(NotModified {
            validators: Validators::default(),
            fresh_for: Some(Duration::from_secs(7_200)),
            moved_to: None,
        });
        let postponed = Outcome::Postponed(now() + TimeDelta::hours(1));
        for (name, outcome, at_least, failures) in [
            ("read", reading(&[]), 800, 0),
            ("unchanged, fresh for two hours", unchanged, 7_200, 0),
            ("postponed", postponed, 3_600, 0),
            ("failed", failure(None), 900, 1),
            ("asked to wait", failure(Some(5_000)), 5_000, 1),
        ] {
            let intent = run(&feed(false), polled_before(), outcome);
            assert!(wait(&intent) >= at_least, "{name}: {}", wait(&intent));
            assert_eq!(intent.state.failures, failures, "{name}");
        }
    }

    #[test]
    fn an_outage_is_not_held_against_a_feed_and_an_end_is() {
        let failed = |kind, failures| {
            let before = FeedState { failures, ..polled_before() };
            let failure = Failure { kind, retry_after: None, message: "no".into() };
            wait(&run(&feed(false), before, Outcome::Failed(failure)))
        };
        assert!(failed(FailureKind::Unreachable, 20) <= 4_000);
        assert!(failed(FailureKind::Server, 20) > 80_000);
        assert!(failed(FailureKind::Gone, 0) > 80_000, "asked again once a day");
    }

    #[test]
    fn failures_are_remembered_and_a_success_forgets_them() {
        let first = run(&feed(false), polled_before(), failure(None));
        let second = run(&feed(false), first.state.clone(), failure(None));
        assert_eq!(second.state.failures, 2);
        assert!(wait(&second) > wait(&first), "waits grow");
        let well = run(&feed(false), second.state, reading(&[]));
        assert_eq!((well.state.failures, well.state.last_error), (0, None));
    }
}

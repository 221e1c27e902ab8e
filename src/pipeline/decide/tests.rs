use chrono::DateTime;

use super::*;
use crate::model::{Article, ArticleId, ArticleWrite, EntryKey, Joined, PageState, StoryId};
use crate::schedule::Schedule;
use crate::story::Placement;

const LIMITS: schedule::Limits =
    schedule::Limits { max_wait: Duration::from_secs(86_400), max_backoff: Duration::from_secs(86_400) };

struct Desk([String; 2], StoryPolicy);

impl Audience for Desk {
    fn health(&self) -> (&[String], HealthRule) {
        (&self.0[..1], HealthRule { failures: 3, silence: None })
    }

    fn channels_of(&self, watch: &str) -> &[String] {
        if watch == "silent" { &[] } else { &self.0 }
    }

    fn story_policy_of(&self, watch: &str) -> Option<&StoryPolicy> {
        (watch != "every").then_some(&self.1)
    }
}

fn now() -> Timestamp {
    DateTime::from_timestamp(1_700_000_000, 0).unwrap()
}

fn feed(alert_on_first_poll: bool) -> Feed {
    let url = "https://example.org/rss".parse().unwrap();
    Feed { alert_on_first_poll, ..Feed::plain(url, Schedule::Every(Duration::from_secs(900))) }
}

fn polled_before() -> FeedState {
    FeedState {
        title: Some("Wire".into()),
        validators: Validators { etag: Some(b"\"1\"".to_vec()), last_modified: None, url: None },
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
        validators: Validators { etag: Some(b"\"2\"".to_vec()), last_modified: None, url: None },
        fresh_for: None,
        moved_to: None,
        hub: None,
        title: None,
        ttl: None,
        skip: SkipHints::default(),
        report: None,
        findings: Findings { matches, ..Findings::default() },
    }))
}

fn pushed(watches: &[&str]) -> Outcome {
    let Outcome::Read(reading) = reading(watches) else { panic!("a reading") };
    Outcome::Pushed(reading)
}

fn failure(retry_after: Option<u64>) -> Outcome {
    Outcome::Failed(Failure {
        kind: FailureKind::Server,
        retry_after: retry_after.map(Duration::from_secs),
        message: "example.org answered 500".into(),
    })
}

fn run(feed: &Feed, before: FeedState, outcome: Outcome) -> PollIntent {
    let desk = Desk(["desk".into(), "night".into()], StoryPolicy::default());
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
        let intent = run(&feed, before, read_with(published(&[Some(30)])));
        assert_eq!((intent.matches.len(), intent.alerts.len()), (1, alerts));
        assert_eq!(intent.baseline.len(), usize::from(alerts == 0));
    }
}

/// New articles that match, published so many minutes ago; `None`: they do not say when, or in the future.
fn published(ages: &[Option<i64>]) -> Findings {
    let new: Vec<ArticleWrite> = ages
        .iter()
        .enumerate()
        .map(|(number, age)| {
            let mut write = write(&number.to_string(), 0);
            write.article.published_at = now() - TimeDelta::minutes(age.unwrap_or(0));
            write
        })
        .collect();
    let matches = new.iter().map(|write| found("cyber", write)).collect();
    Findings { new, matches, ..Findings::default() }
}

#[test]
fn what_was_published_since_a_feed_was_configured_is_news_to_its_first_success() {
    for (added, ages, told) in [
        (Some(60), &[Some(10), Some(59), Some(60), Some(61), Some(600), None][..], &[0][..]),
        (Some(0), &[Some(0), Some(1), None], &[]),
        (None, &[Some(10), None], &[]),
        // By a clock that was ahead.
        (Some(-600), &[Some(10)], &[]),
    ] {
        let before =
            FeedState { added_at: added.map(|age| now() - TimeDelta::minutes(age)), ..never_polled() };
        let intent = run(&feed(false), before, read_with(published(ages)));
        let ids: Vec<_> = intent.new.iter().map(|write| write.article.id).collect();
        let mut alerted: Vec<_> = intent.alerts.iter().map(|alert| alert.matched).collect();
        alerted.dedup();
        let expected: Vec<_> = told.iter().map(|at| crate::model::MatchId::of("cyber", ids[*at])).collect();
        assert_eq!(alerted, expected, "added {added:?}");
        assert_eq!(
            intent.baseline.len(),
            ages.len() - told.len(),
            "the others are known as what was there before"
        );
    }
}

#[test]
fn what_follows_an_empty_first_answer_is_no_news_where_it_says_that_it_is_older() {
    let ages = [Some(10), Some(59), Some(61), Some(6_000), None];
    let ago = |minutes: i64| now() - TimeDelta::minutes(minutes);
    let empty = FeedState {
        added_at: Some(ago(60)),
        first_success_at: Some(ago(30)),
        last_success_at: Some(ago(15)),
        ..never_polled()
    };
    let asked_for_all = feed(true);
    let plain = feed(false);
    for (feed, before, older) in [
        (&plain, empty.clone(), 3),
        (&plain, FeedState { added_at: None, ..empty.clone() }, 3),
        (&asked_for_all, empty.clone(), 0),
        (&plain, FeedState { entries: 5, ..empty.clone() }, 0),
        // It was empty for a day.
        (&plain, FeedState { first_success_at: Some(ago(15 + 60 * 24)), ..empty.clone() }, 0),
        (&plain, FeedState { first_success_at: Some(ago(14 + 60 * 24)), ..empty.clone() }, 3),
        (&plain, FeedState { first_success_at: None, ..empty.clone() }, 0),
    ] {
        let intent = run(feed, before.clone(), read_with(published(&ages)));
        let told: HashSet<_> = intent.alerts.iter().map(|alert| alert.matched).collect();
        assert_eq!((intent.baseline.len(), told.len()), (older, ages.len() - older), "{before:?}");
    }
    // An answer that is empty, and one that says that it is the same, leave it at that.
    let first = run(&plain, FeedState { added_at: Some(ago(60)), ..never_polled() }, reading(&[])).state;
    let again = run(&plain, first, unchanged(None)).state;
    assert_eq!(run(&plain, again, read_with(published(&ages))).baseline.len(), 3);
}

#[test]
fn a_flood_in_a_first_success_is_one_message() {
    let before = FeedState { added_at: Some(now() - TimeDelta::days(3)), ..never_polled() };
    let intent = run(&feed(false), before, read_with(published(&[Some(10); 20])));
    assert_eq!(intent.alerts.len(), 40);
    assert!(intent.alerts.iter().all(|alert| alert.storm.is_some()));
}

#[test]
fn a_first_success_is_remembered() {
    let first = run(&feed(false), never_polled(), reading(&[])).state;
    assert_eq!(first.first_success_at, Some(now()));
    let again = run(
        &feed(false),
        FeedState { first_success_at: Some(now() - TimeDelta::days(1)), ..first },
        reading(&[]),
    );
    assert_eq!(again.state.first_success_at, Some(now() - TimeDelta::days(1)));
    assert_eq!(
        run(&feed(false), polled_before(), reading(&[])).state.first_success_at,
        None,
        "it was not noted"
    );
}

#[test]
fn after_a_restore_what_is_new_is_told_together_until_the_feed_was_read() {
    let restored = || FeedState { catching_up: true, ..polled_before() };
    for (outcome, storms, still) in [
        (reading(&["watch"]), vec![Some(RESTORED); 2], false),
        (pushed(&["watch"]), vec![Some(RESTORED); 2], true),
        (unchanged(None), vec![], false),
        (failure(None), vec![], true),
        (Outcome::Postponed(now()), vec![], true),
    ] {
        let intent = run(&feed(false), restored(), outcome);
        let told: Vec<_> = intent.alerts.iter().map(|alert| alert.storm.as_deref()).collect();
        assert_eq!((told, intent.state.catching_up), (storms, still));
    }
    let usual = run(&feed(false), polled_before(), reading(&["watch"]));
    assert!(usual.alerts.iter().all(|alert| alert.storm.is_none()));
    // What their pages bring later is told as they are.
    for before in [restored(), polled_before()] {
        let write = write("1", 0);
        let pages = vec![PageState::unfetched(write.article.id, now())];
        let catching_up = before.catching_up;
        let intent =
            run(&feed(false), before, read_with(Findings { new: vec![write], pages, ..Findings::default() }));
        assert_eq!(intent.pages.iter().map(|page| page.catching_up).collect::<Vec<_>>(), [catching_up]);
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
        ("offline", Outcome::Offline, 1, 0),
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

/// An article that was first seen so many minutes ago.
fn write(guid: &str, minutes: i64) -> ArticleWrite {
    let key = EntryKey::of("guid", &[guid]);
    let article = Article {
        id: ArticleId::of(feed(false).id, &key),
        feed: feed(false).id,
        key,
        title: "Storm".into(),
        summary: String::new(),
        body: String::new(),
        author: String::new(),
        url: None,
        tags: vec![],
        lang: None,
        published_at: now(),
        published_said: None,
        first_seen_at: now() - TimeDelta::minutes(minutes),
        content_hash: [0; 32],
        boilerplate: vec![],
        attribution: None,
    };
    ArticleWrite { article, alternate: None, index_text: String::new(), concepts: vec![] }
}

fn found(watch: &str, write: &ArticleWrite) -> Match {
    let article = write.article.id;
    let id = crate::model::MatchId::of(watch, article);
    Match { id, watch: watch.to_owned(), article, matched_at: now(), spans: vec![] }
}

fn read_with(findings: Findings) -> Outcome {
    let Outcome::Read(reading) = reading(&[]) else { panic!("a reading") };
    Outcome::Read(Box::new(Reading { findings, ..*reading }))
}

#[test]
fn what_was_stored_before_a_watch_asked_for_it_is_no_news_to_it() {
    for (first_seen, is_new, since, alerts) in [
        // Stored an hour ago, edited now; the watch is there for two hours, or for half of one.
        (60, false, Some(120), 2),
        (60, false, Some(30), 0),
        (60, false, None, 2),
        (0, true, Some(30), 2),
    ] {
        let write = write("1", first_seen);
        let since = since.map(|minutes| ("cyber".to_owned(), now() - TimeDelta::minutes(minutes)));
        let matches = vec![found("cyber", &write)];
        let (new, changed) = if is_new { (vec![write], vec![]) } else { (vec![], vec![write]) };
        let findings =
            Findings { new, changed, matches, since: since.into_iter().collect(), ..Findings::default() };
        let intent = run(&feed(false), polled_before(), read_with(findings));
        assert_eq!((intent.matches.len(), intent.alerts.len()), (1, alerts), "{first_seen} min");
    }
}

#[test]
fn a_flood_of_matches_says_why_it_comes_in_one_message() {
    for (count, told) in [(50, None), (51, Some("sent together: 51 articles matched in one poll of Wire"))] {
        let new: Vec<ArticleWrite> = (0..count).map(|number| write(&number.to_string(), 0)).collect();
        let matches = new.iter().map(|write| found("cyber", write)).collect();
        let seen = (0..200).map(|number| write(&format!("old {number}"), 60).article.id).collect();
        let findings = Findings { new, seen, matches, ..Findings::default() };
        let intent = run(&feed(false), polled_before(), read_with(findings));
        assert_eq!(intent.alerts.len(), 2 * count);
        assert!(intent.alerts.iter().all(|alert| alert.storm.as_deref() == told), "{:?}", intent.alerts[0]);
    }
}

/// The states after each of several outcomes, `hours` apart.
fn after(outcomes: impl IntoIterator<Item = Outcome>, hours: i64) -> FeedState {
    let desk = Desk(["desk".into(), "night".into()], StoryPolicy::default());
    let mut state = polled_before();
    for (number, outcome) in outcomes.into_iter().enumerate() {
        let now = now() + TimeDelta::hours(hours * i64::try_from(number).unwrap());
        state = decide(&feed(false), state, outcome, &desk, &LIMITS, Moment { now, jitter: 0.5 }).state;
    }
    state
}

fn unchanged(moved_to: Option<&str>) -> Outcome {
    Outcome::Unchanged(NotModified {
        validators: Validators::default(),
        fresh_for: None,
        moved_to: moved_to.map(|url| url.parse().unwrap()),
    })
}

fn failed(kind: FailureKind) -> Outcome {
    Outcome::Failed(Failure { kind, retry_after: None, message: "no".into() })
}

#[test]
fn a_move_is_believed_when_it_repeated_over_days() {
    let (here, there) = (None, Some("https://new.example/rss"));
    for (name, answers, hours, address) in [
        ("three times over three days", &[there, there, there, there][..], 24, there),
        ("often, on one day", &[there; 40], 1, None),
        ("twice, days apart", &[there, there], 24 * 9, None),
        ("interrupted", &[there, there, here, there], 24, None),
        (
            "to another place each time",
            &[there, Some("https://b.example/"), there, Some("https://b.example/")],
            48,
            None,
        ),
        (
            "and back",
            &[
                there,
                there,
                there,
                there,
                Some("https://example.org/rss"),
                Some("https://example.org/rss"),
                Some("https://example.org/rss"),
                Some("https://example.org/rss"),
            ],
            24,
            None,
        ),
    ] {
        let state = after(answers.iter().map(|to| unchanged(*to)), hours);
        assert_eq!(state.address.as_ref().map(url::Url::as_str), address, "{name}");
        assert_eq!(state.polled_url(&feed(false)).as_str(), address.unwrap_or("https://example.org/rss"));
        assert_eq!(state.id, feed(false).id, "the feed is the same");
    }
}

#[test]
fn an_address_that_fails_is_left_again() {
    let moved = after((0..4).map(|_| unchanged(Some("https://new.example/rss"))), 24);
    assert!(moved.address.is_some());
    let mut state = moved;
    for _ in 0..4 {
        assert!(state.address.is_some());
        state = run(&feed(false), state, failed(FailureKind::NotFound)).state;
    }
    assert_eq!(state.address, None);
}

#[test]
fn only_a_confirmed_end_stops_a_feed_and_a_success_starts_it_again() {
    use FailureKind::*;
    for (name, failures, hours, stopped) in [
        ("410 for days", &[Gone, Gone, Gone, Gone][..], 24, true),
        ("410, and no network in between", &[Gone, Unreachable, Gone, Server, Gone], 24, true),
        ("410 for an hour", &[Gone; 60], 1, false),
        ("410 twice", &[Gone, Gone], 24 * 30, false),
        ("404 for months", &[NotFound; 90], 24, false),
        ("blocked for months", &[Blocked; 90], 24, false),
        ("refused for months", &[Refused; 90], 24, false),
        ("broken for months", &[Unusable; 90], 24, false),
    ] {
        let state = after(failures.iter().map(|kind| failed(*kind)), hours);
        assert_eq!(state.stopped_at.is_some(), stopped, "{name}");
        let well = run(&feed(false), state, reading(&[])).state;
        assert_eq!((well.stopped_at, well.gone, well.failure), (None, None, None), "{name}");
    }
    let interrupted = [failed(Gone), failed(Gone), unchanged(None), failed(Gone), failed(Gone)];
    assert_eq!(after(interrupted, 24).stopped_at, None);
}

#[test]
fn a_missing_page_is_asked_for_more_rarely_than_a_busy_server() {
    let waits = |kind| wait(&run(&feed(false), polled_before(), failed(kind)));
    assert!(waits(FailureKind::NotFound) >= 4 * 900);
    assert!(waits(FailureKind::Server) < 2 * 900);
}

#[test]
fn a_wish_is_honoured_as_far_as_the_feed_allows() {
    let fresh = || {
        Outcome::Unchanged(NotModified {
            validators: Validators::default(),
            fresh_for: Some(Duration::from_secs(7_200)),
            moved_to: None,
        })
    };
    let hasty = Feed { max_wait: Some(Duration::from_secs(60)), ..feed(false) };
    assert!(wait(&run(&feed(false), polled_before(), fresh())) >= 7_200);
    assert!(wait(&run(&hasty, polled_before(), fresh())) < 1_000);
}

#[test]
fn what_is_pushed_alerts_and_leaves_the_schedule_and_the_validators_alone() {
    let Outcome::Read(pushed) = reading(&["cyber"]) else { unreachable!() };
    let before = FeedState { failures: 2, last_error: Some("no".into()), ..polled_before() };
    let intent = run(&feed(false), before.clone(), Outcome::Pushed(pushed));
    assert_eq!((intent.matches.len(), intent.alerts.len(), intent.read), (1, 2, false));
    let expected = FeedState { last_success_at: Some(now()), rhythm: intent.state.rhythm.clone(), ..before };
    assert_eq!(intent.state, expected);
}

#[test]
fn a_feed_that_is_pushed_is_polled_once_an_hour_as_a_safety_net() {
    let adaptive = Feed {
        schedule: Schedule::Adaptive { min: Duration::from_secs(300), max: Duration::from_secs(86_400) },
        ..feed(false)
    };
    let waits = |feed: &Feed, lease_until| {
        wait(&run(feed, FeedState { lease_until, ..polled_before() }, reading(&[])))
    };
    assert!(waits(&adaptive, None) < 1_500);
    assert!(waits(&adaptive, Some(now() - TimeDelta::hours(1))) < 1_500, "the lease ended");
    assert!((3_200..4_000).contains(&waits(&adaptive, Some(now() + TimeDelta::days(1)))));
    // Who fixed the interval meant it.
    assert!(waits(&feed(false), Some(now() + TimeDelta::days(1))) < 1_000);
}

#[test]
fn a_match_of_a_placed_article_tells_its_story_where_the_watch_tells_stories() {
    let untold = run(&feed(false), polled_before(), reading(&["cyber"]));
    assert_eq!(untold.clustered.tellings, [], "an article without a place is told by itself");

    let Outcome::Read(mut reading) = reading(&["cyber", "every"]) else { panic!("a reading") };
    let article = reading.findings.matches[0].article;
    let placement = Placement {
        story: StoryId::of(article),
        joined: Joined::First,
        sources: 1,
        lang: None,
        country: None,
        langs: vec![],
        countries: vec![],
    };
    reading.findings.places.placements.insert(article, placement);
    let intent = run(&feed(false), polled_before(), Outcome::Read(reading));
    let told: Vec<&str> = intent.clustered.tellings.iter().map(|telling| telling.watch.as_str()).collect();
    assert_eq!((told, intent.alerts.len()), (vec!["cyber"], 4));
}

/// A feed that has an entry an hour is polled every hour, and stands still or jumps for sixty days in between.
#[test]
fn time_in_which_nobody_asked_is_no_silence_of_a_feed() {
    struct Listening(Vec<String>);
    impl Audience for Listening {
        fn channels_of(&self, _: &str) -> &[String] {
            &[]
        }
        fn story_policy_of(&self, _: &str) -> Option<&StoryPolicy> {
            None
        }
        fn health(&self) -> (&[String], HealthRule) {
            (&self.0, HealthRule { failures: 0, silence: Some(Duration::from_secs(2 * 86_400)) })
        }
    }
    let feed = Feed { schedule: Schedule::Every(Duration::from_secs(3_600)), ..feed(false) };
    let dates: Vec<Timestamp> = (0..48).map(|hours| now() - TimeDelta::minutes(60 * hours + 1)).collect();
    let regular = || FeedState {
        rhythm: schedule::Rhythm::of_first_answer(&dates, now()),
        last_poll_at: Some(now()),
        last_success_at: Some(now()),
        ..never_polled()
    };
    // After how many hours of polls a silence is told.
    let told = |mut state: FeedState, mut now: Timestamp, jumps: &[TimeDelta]| {
        for hours in 0..100 {
            now += jumps.get(hours).copied().unwrap_or_default() + TimeDelta::hours(1);
            let moment = Moment { now, jitter: 0.5 };
            let intent =
                decide(&feed, state, unchanged(None), &Listening(vec!["desk".into()]), &LIMITS, moment);
            state = intent.state;
            if !intent.notices.is_empty() {
                return Some(hours);
            }
        }
        None
    };
    let (zero, days) = (TimeDelta::zero(), TimeDelta::days(60));
    let usual = told(regular(), now(), &[]).unwrap();
    assert!((40..60).contains(&usual), "{usual}");
    assert!(told(regular(), now(), &[zero, zero, zero, zero, zero, days]).unwrap().abs_diff(usual) <= 2);
    assert!(told(regular(), now(), &[zero, days, -days]).unwrap().abs_diff(usual) <= 2);
    // Told by a clock that was ahead, it is told again where it is true.
    let alarm = crate::model::Alarm { kind: crate::model::AlarmKind::Silent, since: now() + days };
    assert_eq!(told(FeedState { alarm: Some(alarm), ..regular() }, now(), &[]), Some(usual));
}

//! What the database keeps, and when. Each test has a database of its own.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, TimeDelta};

use super::*;
use crate::alert::{Death, Next};
use crate::model::*;
use crate::schedule::{Schedule, SkipHints};

mod delivery;
mod index;
mod retention;
mod story;

struct Fixture {
    dir: tempfile::TempDir,
    store: Store,
    feed: Feed,
}

fn at(seconds: i64) -> Timestamp {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
}

/// Half of a configuration, where the other half is of no matter.
impl Store {
    async fn sync_feeds(&self, feeds: &[(&Feed, Timestamp)], now: Timestamp) -> anyhow::Result<()> {
        let mut tx = self.write().await?;
        feed::sync_feeds(&mut tx, feeds, now).await?;
        Ok(tx.commit().await?)
    }

    async fn sync_watches(&self, watches: &[(&Watch, [u8; 32])], now: Timestamp) -> anyhow::Result<()> {
        let mut tx = self.write().await?;
        baseline::sync_watches(&mut tx, watches, now).await?;
        Ok(tx.commit().await?)
    }
}

async fn open(dir: &Path, mode: Mode) -> Result<Store, OpenError> {
    Store::open(dir, mode, "install", at(0)).await
}

async fn fixture() -> Fixture {
    let dir = tempfile::tempdir().unwrap();
    let store = open(dir.path(), Mode::Daemon).await.unwrap();
    let url = "https://example.org/rss".parse().unwrap();
    let feed = Feed {
        country: Some("jp".into()),
        tags: vec!["agency".into()],
        ..Feed::plain(url, Schedule::Every(std::time::Duration::from_secs(900)))
    };
    store.sync_feeds(&[(&feed, at(0))], at(0)).await.unwrap();
    Fixture { dir, store, feed }
}

impl Fixture {
    fn write(&self, guid: &str, title: &str) -> ArticleWrite {
        let key = EntryKey::of("guid", &[guid]);
        ArticleWrite {
            article: Article {
                id: ArticleId::of(self.feed.id, &key),
                feed: self.feed.id,
                key,
                title: title.into(),
                summary: String::new(),
                body: "Первый абзац\nВторой".into(),
                author: String::new(),
                url: Some("https://example.org/1".into()),
                tags: vec!["world".into()],
                lang: Lang::parse("ru"),
                published_at: at(-60),
                published_said: Some(at(9_999)),
                first_seen_at: at(0),
                content_hash: [u8::try_from(title.len()).unwrap(); 32],
                boilerplate: vec![(Field::Body, 23..35)],
                attribution: None,
            },
            alternate: Some(EntryKey::of("path", &[guid])),
            index_text: title.to_lowercase(),
            concepts: title.split_whitespace().map(str::to_lowercase).collect(),
        }
    }

    fn intent(&self, seconds: i64) -> PollIntent {
        PollIntent {
            at: at(seconds),
            state: FeedState {
                title: Some("Example".into()),
                validators: Validators { etag: Some(b"W/\"1\"".to_vec()), last_modified: None, url: None },
                ttl: Some(std::time::Duration::from_secs(1_800)),
                skip: SkipHints::new([3], []),
                next_poll_at: at(seconds + 900),
                last_poll_at: Some(at(seconds)),
                last_success_at: Some(at(seconds)),
                brevity: Brevity { entries: 20, brief: 19 },
                added_at: Some(at(0)),
                ..FeedState::unpolled(self.feed.id, at(0))
            },
            read: true,
            ..PollIntent::of(FeedState::unpolled(self.feed.id, at(0)), at(seconds))
        }
    }

    /// An intent with one new article, its match and one alert.
    fn story(&self, seconds: i64, guid: &str) -> PollIntent {
        let write = self.write(guid, "Story");
        let matched = Match {
            id: MatchId::of("watch", write.article.id),
            watch: "watch".into(),
            article: write.article.id,
            matched_at: at(seconds),
            spans: vec![Span { field: Field::Title, start: 0, end: 5, text: "Story".into() }],
        };
        PollIntent {
            alerts: vec![alert(&matched, seconds)],
            new: vec![write],
            matches: vec![matched],
            ..self.intent(seconds)
        }
    }

    /// One delivery of these alerts.
    async fn put_in_one(&self, channel: &str, alerts: Vec<AlertId>) -> DeliveryId {
        let id = DeliveryId::of(self.store.install(), channel, &alerts);
        let delivery = NewDelivery {
            id,
            payload: "{}".into(),
            carries: Carried::Alerts(alerts),
            priority: Priority::Normal,
            next_attempt_at: at(0),
            waits_since: at(0),
        };
        self.store.commit_deliveries(channel, &[delivery], at(0), at(0)).await.unwrap();
        id
    }

    async fn group(&self, seconds: i64) -> Vec<NewDelivery> {
        let pending = self.store.pending_alerts("desk", "watch", 10).await.unwrap();
        let deliveries: Vec<NewDelivery> = pending
            .iter()
            .map(|pending| NewDelivery {
                id: DeliveryId::of(self.store.install(), "desk", &[pending.alert.id]),
                payload: "{}".into(),
                carries: Carried::Alerts(vec![pending.alert.id]),
                priority: Priority::Normal,
                next_attempt_at: at(seconds),
                waits_since: at(seconds),
            })
            .collect();
        self.store.commit_deliveries("desk", &deliveries, at(seconds), at(seconds)).await.unwrap();
        deliveries
    }

    async fn end(&self, delivery: DeliveryId, seconds: i64, next: &Next) -> anyhow::Result<()> {
        let state = ChannelState::default();
        let (at, channel) = (at(seconds), "desk");
        let ended = Ended { delivery, channel, at, next, state: &state, notices: &[], fallback: None };
        self.store.record_attempt(&ended).await
    }

    async fn states(&self) -> Vec<DeliveryState> {
        let rows =
            self.store.deliveries(&DeliveryFilter { limit: 100, ..DeliveryFilter::default() }).await.unwrap();
        rows.into_iter().map(|row| row.state).collect()
    }
}

/// Counts the steps of SQLite's machine on every connection of the store.
async fn count_steps(store: &Store) -> Arc<AtomicU64> {
    let steps = Arc::new(AtomicU64::new(0));
    let count = |mut handle: sqlx::sqlite::LockedSqliteHandle<'_>| {
        let steps = steps.clone();
        handle.set_progress_handler(1, move || {
            steps.fetch_add(1, Ordering::Relaxed);
            true
        });
    };
    let mut tx = store.write().await.unwrap();
    count(tx.lock_handle().await.unwrap());
    tx.commit().await.unwrap();
    let mut readers = Vec::new();
    for _ in 0..store.reader().options().get_max_connections() {
        readers.push(store.reader().acquire().await.unwrap());
    }
    for reader in &mut readers {
        count(reader.lock_handle().await.unwrap());
    }
    steps
}

fn delivered() -> Next {
    Next::Delivered { detail: String::new() }
}

fn alert(matched: &Match, seconds: i64) -> Alert {
    Alert {
        id: AlertId::of(matched.id, "desk"),
        matched: matched.id,
        watch: matched.watch.clone(),
        channel: "desk".into(),
        created_at: at(seconds),
        storm: None,
    }
}

#[tokio::test]
async fn a_poll_is_stored_whole_and_read_back_as_it_was() {
    let f = fixture().await;
    assert_eq!(f.store.due_feeds(at(0), 10).await.unwrap().len(), 1);
    let intent = f.story(0, "1");
    let committed = f.store.commit_poll(&intent).await.unwrap();
    assert_eq!((committed.matches.len(), committed.alerts), (1, 1));

    let found = f.store.matches(&MatchFilter::default()).await.unwrap();
    assert_eq!(found[0].matched, intent.matches[0]);
    assert_eq!(found[0].article.article, intent.new[0].article);
    assert_eq!(found[0].article.source, "Example");
    assert_eq!(found[0].article.country.as_deref(), Some("jp"));
    assert_eq!(f.store.article(intent.new[0].article.id).await.unwrap().unwrap(), found[0].article);
    assert_eq!(f.store.feed_states().await.unwrap(), std::slice::from_ref(&intent.state));
    assert!(f.store.due_feeds(at(0), 10).await.unwrap().is_empty());
    assert_eq!(f.store.next_due_after(at(0)).await.unwrap(), Some(at(900)));
    assert_eq!(f.store.feeds().await.unwrap()[0].articles, 1);
}

#[tokio::test]
async fn known_entries_are_found_by_their_identity_and_by_their_alternate_one() {
    let f = fixture().await;
    f.store.commit_poll(&f.story(0, "1")).await.unwrap();
    let [guid, path, other] =
        [("guid", "1"), ("path", "1"), ("guid", "2")].map(|(scheme, key)| EntryKey::of(scheme, &[key]));
    let known = f.store.known(f.feed.id, &[guid, path, other]).await.unwrap();
    assert_eq!((known[&guid].key, known[&path].key), (guid, guid));
    assert!(!known.contains_key(&other));
}

#[tokio::test]
async fn the_same_poll_twice_alerts_once() {
    let f = fixture().await;
    f.store.commit_poll(&f.story(0, "1")).await.unwrap();
    let again = f.store.commit_poll(&f.story(60, "1")).await.unwrap();
    assert_eq!((again.matches.len(), again.alerts), (0, 0));
    assert_eq!(f.store.pending_alerts("desk", "watch", 10).await.unwrap().len(), 1);
}

/// 2 is FULL, 1 is NORMAL: only the latter leaves a commit to the next sync.
#[tokio::test]
async fn only_a_poll_that_can_be_repeated_is_not_synced() {
    let fixture = fixture().await;
    let story = fixture.story(0, "1");
    let again = PollIntent { new: vec![], matches: vec![], alerts: vec![], ..story.clone() };
    let edited = PollIntent { changed: story.new.clone(), ..again.clone() };
    for (intent, mode) in [(&story, 2), (&again, 1), (&edited, 2), (&again, 1)] {
        fixture.store.commit_poll(intent).await.unwrap();
        assert_eq!(fixture.store.synchronous().await, mode);
        // Whatever came before, any other write is synced.
        fixture.store.reschedule(&[(fixture.feed.id, at(0))]).await.unwrap();
        assert_eq!(fixture.store.synchronous().await, 2);
    }
}

#[tokio::test]
async fn an_edit_renews_the_text_the_index_and_the_spans() {
    let f = fixture().await;
    f.store.commit_poll(&f.story(0, "1")).await.unwrap();
    let changed = f.write("1", "Corrected");
    f.store.commit_poll(&PollIntent { changed: vec![changed], ..f.intent(60) }).await.unwrap();

    let found = &f.store.matches(&MatchFilter::default()).await.unwrap()[0];
    assert_eq!((found.article.article.title.as_str(), found.matched.spans.len()), ("Corrected", 0));
    for (filter, count) in [(Some("corrected"), 1), (Some("story"), 0), (None, 1)] {
        let hits = f.store.candidates(filter, None, 1..=9, 10).await.unwrap();
        assert_eq!(hits.len(), count, "{filter:?}");
    }
}

#[tokio::test]
async fn matches_are_filtered_by_watch_time_and_number() {
    let f = fixture().await;
    for (seconds, guid) in [(0, "1"), (100, "2"), (200, "3")] {
        f.store.commit_poll(&f.story(seconds, guid)).await.unwrap();
    }
    let count = async |filter: MatchFilter| f.store.matches(&filter).await.unwrap().len();
    assert_eq!(count(MatchFilter { watch: Some("other".into()), ..MatchFilter::default() }).await, 0);
    assert_eq!(count(MatchFilter { since: Some(at(100)), ..MatchFilter::default() }).await, 2);
    let newest = f.store.matches(&MatchFilter { limit: Some(1), ..MatchFilter::default() }).await.unwrap();
    assert_eq!(newest[0].matched.matched_at, at(200));
}

#[tokio::test]
async fn a_delivery_is_taken_up_one_at_a_time_and_ends_as_recorded() {
    let f = fixture().await;
    f.store.commit_poll(&f.story(0, "1")).await.unwrap();
    f.store.commit_poll(&f.story(0, "2")).await.unwrap();
    let deliveries = f.group(0).await;
    assert_eq!(deliveries.len(), 2);
    assert!(f.store.pending_alerts("desk", "watch", 10).await.unwrap().is_empty());

    let first = f.store.claim("desk", at(0)).await.unwrap().unwrap();
    assert_eq!((first.id, first.claims, first.attempts), (deliveries[0].id, 1, 0));
    assert_eq!(f.store.claim("desk", at(0)).await.unwrap(), None, "one in flight per channel");
    let retry = Next::At { at: at(300), reason: "busy".into() };
    let rejected = Next::Dead { reason: "gone".into(), because: Death::Rejected };
    f.end(first.id, 1, &retry).await.unwrap();

    let second = f.store.claim("desk", at(1)).await.unwrap().unwrap();
    assert_eq!(second.id, deliveries[1].id, "a retry does not hold up what is due");
    f.end(second.id, 1, &delivered()).await.unwrap();
    assert_eq!(f.store.claim("desk", at(299)).await.unwrap(), None);
    assert_eq!(f.store.next_attempt("desk").await.unwrap(), Some(at(300)));
    assert_eq!(f.store.channels_with_work().await.unwrap(), ["desk"]);

    let again = f.store.claim("desk", at(300)).await.unwrap().unwrap();
    assert_eq!((again.id, again.claims, again.attempts), (first.id, 2, 1));
    f.end(again.id, 301, &rejected).await.unwrap();
    assert_eq!(f.states().await, [DeliveryState::Dead, DeliveryState::Delivered]);
    assert!(f.store.channels_with_work().await.unwrap().is_empty());
    let dead = f
        .store
        .deliveries(&DeliveryFilter {
            states: vec![DeliveryState::Dead],
            limit: 10,
            ..DeliveryFilter::default()
        })
        .await
        .unwrap();
    assert_eq!(dead[0].reason.as_deref(), Some("gone"));
}

#[tokio::test]
async fn what_was_in_flight_at_a_crash_is_pending_again() {
    let f = fixture().await;
    f.store.commit_poll(&f.story(0, "1")).await.unwrap();
    f.group(0).await;
    f.store.claim("desk", at(0)).await.unwrap().unwrap();
    let Fixture { dir, store, .. } = f;
    drop(store);
    let store = open(dir.path(), Mode::Daemon).await.unwrap();
    assert_eq!(store.recover_in_flight(None, at(10)).await.unwrap(), 1);
    let again = store.claim("desk", at(10)).await.unwrap().unwrap();
    assert_eq!((again.claims, again.attempts), (2, 0));
    assert_eq!(store.recover_in_flight(Some("other"), at(10)).await.unwrap(), 0);
    assert_eq!(store.recover_in_flight(Some("desk"), at(10)).await.unwrap(), 1);
}

#[tokio::test]
async fn what_a_clock_ahead_put_off_is_due_when_the_clock_is_right() {
    let f = fixture().await;
    f.store.commit_poll(&f.story(0, "1")).await.unwrap();
    f.group(1_000_000).await;
    f.store.pull_in(at(90_000), at(0)).await.unwrap();
    assert_eq!(f.store.next_attempt("desk").await.unwrap(), Some(at(0)));
}

#[tokio::test]
async fn dead_letters_can_be_retried_and_dropped() {
    let f = fixture().await;
    f.store.commit_poll(&f.story(0, "1")).await.unwrap();
    let id = f.group(0).await[0].id;
    assert_eq!(f.store.bury("desk", "gone", None, 10, at(1)).await.unwrap(), 1);
    assert_eq!(f.states().await, [DeliveryState::Dead]);
    assert_eq!(f.store.retry(Chosen::Dead { channel: None }, at(2)).await.unwrap().again, 1);
    assert_eq!(f.states().await, [DeliveryState::Pending]);
    assert_eq!(f.store.drop_deliveries(Chosen::Ids(&[id]), at(3)).await.unwrap(), 1);
    assert_eq!(f.states().await, [DeliveryState::Dropped]);
    assert_eq!(
        f.store.retry(Chosen::Dead { channel: None }, at(4)).await.unwrap().again,
        0,
        "all means all dead ones"
    );
    assert_eq!(f.store.retry(Chosen::Ids(&[id]), at(4)).await.unwrap().again, 1);
}

#[tokio::test]
async fn removed_feeds_are_not_polled_and_come_back_where_they_left() {
    let f = fixture().await;
    let intent = f.story(0, "1");
    f.store.commit_poll(&intent).await.unwrap();
    f.store.sync_feeds(&[], at(0)).await.unwrap();
    assert!(f.store.due_feeds(at(9_999), 10).await.unwrap().is_empty());
    assert_eq!(f.store.matches(&MatchFilter::default()).await.unwrap().len(), 1);
    f.store.sync_feeds(&[(&f.feed, at(9_999))], at(0)).await.unwrap();
    assert_eq!(f.store.feed_states().await.unwrap(), [intent.state]);
    f.store.reschedule(&[(f.feed.id, at(5))]).await.unwrap();
    assert_eq!(f.store.next_due_after(at(0)).await.unwrap(), Some(at(5)));
}

#[tokio::test]
async fn one_daemon_at_a_time_and_readers_beside_it() {
    let f = fixture().await;
    let refused = open(f.dir.path(), Mode::Daemon).await.unwrap_err();
    assert!(
        matches!(&refused, OpenError::Locked { holder, .. } if *holder == std::process::id().to_string()),
        "{refused}"
    );
    let reader = open(f.dir.path(), Mode::Read).await.unwrap();
    f.store.commit_poll(&f.story(0, "1")).await.unwrap();
    assert_eq!(reader.matches(&MatchFilter::default()).await.unwrap().len(), 1);
    assert!(reader.commit_poll(&f.intent(0)).await.is_err(), "a reader cannot write");

    let empty = tempfile::tempdir().unwrap();
    let missing = open(empty.path(), Mode::Read).await.unwrap_err();
    assert!(matches!(missing, OpenError::Missing { .. }), "{missing}");
}

#[tokio::test]
async fn a_damaged_database_is_named_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("feedwatch.db");
    std::fs::write(&file, "this is no database, and longer than a header of one hundred bytes ".repeat(9))
        .unwrap();
    let before = std::fs::read(&file).unwrap();
    let damaged = open(dir.path(), Mode::Daemon).await.unwrap_err();
    assert!(matches!(damaged, OpenError::Damaged { .. }), "{damaged}");
    assert_eq!(std::fs::read(&file).unwrap(), before);
}

#[tokio::test]
async fn a_database_that_nobody_touched_is_read_whole_once_a_day() {
    let f = fixture().await;
    let dir = f.dir.path();
    f.store.clone().close().await;
    drop(f.store);
    let checked = async |hours: i64| {
        let store = Store::open(dir, Mode::Daemon, "install", at(hours * 3_600)).await.unwrap();
        let checked_at = store.checked_at();
        store.close().await;
        checked_at
    };
    assert_eq!(checked(1).await, at(0));
    assert_eq!(checked(23).await, at(0));
    assert_eq!(checked(25).await, at(25 * 3_600));
    assert_eq!(checked(26).await, at(25 * 3_600));
    let file = dir.join("feedwatch.db");
    std::fs::write(&file, std::fs::read(&file).unwrap()).unwrap();
    assert_eq!(checked(27).await, at(27 * 3_600), "somebody else wrote it");
    let killed = Store::open(dir, Mode::Daemon, "install", at(28 * 3_600)).await.unwrap();
    drop(killed);
    assert_eq!(checked(29).await, at(29 * 3_600), "it was not closed");
}

#[tokio::test]
async fn a_failed_write_leaves_the_writer_usable_and_nothing_half_stored() {
    let f = fixture().await;
    let mut intent = f.story(0, "1");
    let orphan = ArticleId::of(f.feed.id, &EntryKey::of("guid", &["nowhere"]));
    intent.matches[0].article = orphan;
    assert!(
        f.store.commit_poll(&intent).await.is_err(),
        "a match of an unknown article breaks a foreign key"
    );
    assert!(f.store.article(intent.new[0].article.id).await.unwrap().is_none());
    assert_eq!(f.store.feed_states().await.unwrap()[0].validators, Validators::default());
    f.store.commit_poll(&f.story(0, "1")).await.unwrap();
    assert_eq!(f.store.matches(&MatchFilter::default()).await.unwrap().len(), 1);
}

#[tokio::test]
async fn paragraphs_are_counted_by_feed_and_forgotten_in_time() {
    let f = fixture().await;
    let count = |digest, articles, topic| ParagraphCount { digest, articles, topic };
    let poll = async |day: i64, paragraphs: Vec<ParagraphCount>| {
        f.store.commit_poll(&PollIntent { paragraphs, ..f.intent(day * 86_400) }).await.unwrap();
    };
    let asked = [1, u64::MAX, 3];
    poll(0, vec![count(1, 1, 0b111), count(u64::MAX, 2, u64::MAX)]).await;
    poll(1, vec![count(1, 2, 0b110)]).await;
    let known = f.store.paragraphs(f.feed.id, &asked).await.unwrap();
    assert_eq!(known.len(), 2);
    assert_eq!((known[&1], known[&u64::MAX]), (count(1, 3, 0b110), count(u64::MAX, 2, u64::MAX)));
    let other = FeedId::of("https://example.org/other");
    assert!(f.store.paragraphs(other, &asked).await.unwrap().is_empty());

    poll(30, vec![]).await;
    assert_eq!(f.store.paragraphs(f.feed.id, &asked).await.unwrap().len(), 2, "nothing new: nothing ages");
    poll(31, vec![count(3, 1, 0)]).await;
    let mut known: Vec<u64> = f.store.paragraphs(f.feed.id, &asked).await.unwrap().into_keys().collect();
    known.sort_unstable();
    assert_eq!(known, [1, 3], "what did not recur for 30 days is forgotten");

    poll(31, (10..3_000).map(|digest| count(digest, 1, 0)).collect()).await;
    let known = f.store.paragraphs(f.feed.id, &(0..3_000).collect::<Vec<_>>()).await.unwrap();
    assert_eq!(known.len(), 2_000);
    assert!(known.contains_key(&1), "what recurred stays longest");

    f.store.sync_feeds(&[], at(0)).await.unwrap();
    let expiry = Expiry { articles: at(40 * 86_400), matches: at(0) };
    f.store.finish_pruning(expiry).await.unwrap();
    assert!(f.store.paragraphs(f.feed.id, &asked).await.unwrap().is_empty());
}

#[tokio::test]
async fn what_came_in_is_counted_by_watch_and_concept() {
    let f = fixture().await;
    let plain = |seconds: i64, guid: &str, title: &str| {
        let mut write = f.write(guid, title);
        write.article.first_seen_at = at(seconds);
        PollIntent { new: vec![write], ..f.intent(seconds) }
    };
    f.store.commit_poll(&plain(0, "old", "Japan Asean")).await.unwrap();
    f.store.commit_poll(&f.story(100, "story")).await.unwrap();
    f.store.commit_poll(&plain(100, "new", "Japan Japan China")).await.unwrap();
    f.store.commit_poll(&plain(200, "newer", "Japan")).await.unwrap();

    let names = |counts: Vec<Count>| counts.into_iter().map(|c| (c.name, c.count)).collect::<Vec<_>>();
    let stats = f.store.stats(at(100), 10).await.unwrap();
    assert_eq!((stats.feeds, stats.failing, stats.articles, stats.new), (1, 0, 4, 2));
    assert_eq!(names(stats.watches), [("watch".into(), 1)]);
    assert_eq!(names(stats.concepts), [("japan".into(), 2), ("china".into(), 1)]);
    assert_eq!(names(f.store.stats(at(0), 1).await.unwrap().concepts), [("japan".into(), 3)]);

    let edited = PollIntent { changed: vec![f.write("newer", "Vietnam")], ..f.intent(300) };
    f.store.commit_poll(&edited).await.unwrap();
    let concepts = names(f.store.stats(at(150), 10).await.unwrap().concepts);
    assert_eq!(concepts, [("vietnam".into(), 1)], "an edit says anew what the article mentions");
}

#[tokio::test]
async fn times_survive_the_database_to_the_millisecond() {
    let f = fixture().await;
    let mut intent = f.intent(0);
    intent.state.next_poll_at = at(0) + TimeDelta::milliseconds(123);
    f.store.commit_poll(&intent).await.unwrap();
    assert_eq!(f.store.feed_states().await.unwrap()[0].next_poll_at, intent.state.next_poll_at);
}

#[tokio::test]
async fn a_database_of_another_version_is_refused_by_name() {
    let f = fixture().await;
    let mut tx = f.store.write().await.unwrap();
    sqlx::query("UPDATE _sqlx_migrations SET version = version + 1000 WHERE version = 1")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let newer = open(f.dir.path(), Mode::Read).await.unwrap_err();
    assert!(matches!(newer, OpenError::Newer { .. }), "{newer}");

    assert_eq!(f.store.outdated().await, None);
    let mut tx = f.store.write().await.unwrap();
    sqlx::query("DELETE FROM _sqlx_migrations WHERE version > 2").execute(&mut *tx).await.unwrap();
    tx.commit().await.unwrap();
    let older = open(f.dir.path(), Mode::Edit).await.unwrap_err();
    assert!(matches!(older, OpenError::Older { .. }), "{older}");
    assert_eq!(f.store.outdated().await, Some(2));

    let empty = tempfile::tempdir().unwrap();
    std::fs::write(empty.path().join("feedwatch.db"), "").unwrap();
    let unused = open(empty.path(), Mode::Read).await.unwrap_err();
    assert!(matches!(unused, OpenError::Missing { .. }), "{unused}");
}

#[tokio::test]
async fn a_page_of_an_article_that_was_edited_meanwhile_is_not_stored() {
    let f = fixture().await;
    let mut intent = f.story(0, "1");
    let id = intent.new[0].article.id;
    intent.pages = vec![PageState::unfetched(id, at(60))];
    f.store.commit_poll(&intent).await.unwrap();
    assert_eq!(f.store.due_pages(at(59), 10).await.unwrap(), []);
    assert_eq!(f.store.next_page_after(at(0)).await.unwrap(), Some(at(60)));
    let due = f.store.due_pages(at(60), 10).await.unwrap();
    assert_eq!((due[0].state.clone(), due[0].article.article.id), (intent.pages[0].clone(), id));

    let page =
        PageState { fetches: 1, fetched_at: Some(at(60)), next_fetch_at: None, ..due[0].state.clone() };
    let mut write = f.write("1", "Story");
    write.article.body = "From the page".into();
    let fetched = PageIntent {
        at: at(60),
        page: page.clone(),
        of: intent.new[0].article.content_hash,
        changed: Some(write),
        matches: vec![],
        alerts: vec![],
        clustered: Clustered::default(),
    };
    let stale = PageIntent { of: [9; 32], ..fetched.clone() };
    assert_eq!(f.store.commit_page(&stale).await.unwrap(), None);
    assert_eq!(f.store.article(id).await.unwrap().unwrap().article.body, intent.new[0].article.body);
    assert_eq!(f.store.due_pages(at(60), 10).await.unwrap().len(), 1, "it is due again");

    assert_eq!(f.store.commit_page(&fetched).await.unwrap(), Some(Committed::default()));
    assert_eq!(f.store.article(id).await.unwrap().unwrap().article.body, "From the page");
    assert_eq!(f.store.pages_of(&[id]).await.unwrap()[&id].state, page);
    assert_eq!(f.store.next_page_after(at(0)).await.unwrap(), None);
}

#[tokio::test]
async fn everything_that_is_remembered_of_a_feed_comes_back() {
    let f = fixture().await;
    let mut intent = f.intent(60);
    intent.state.rhythm =
        crate::schedule::Rhythm::of_first_answer(&[at(-90_000), at(-50_000), at(-10)], at(0));
    let address = |path: &str| Some(format!("https://moved.example/{path}").parse().unwrap());
    intent.state = FeedState {
        validators: Validators { etag: None, last_modified: Some(b"x".to_vec()), url: address("v") },
        failures: 3,
        failure: Some(FailureKind::Blocked),
        last_error: Some("no".into()),
        entries: 30,
        gap_at: Some(at(1)),
        wait_until: Some(at(2)),
        address: address("a"),
        moving: Some(Move { to: address("m").unwrap(), seen: Repeated { since: at(3), polls: 4 } }),
        gone: Some(Repeated { since: at(5), polls: 6 }),
        alarm: Some(Alarm { kind: AlarmKind::Silent, since: at(7) }),
        first_success_at: Some(at(8)),
        quiet_since: Some(at(9)),
        ..intent.state
    };
    f.store.commit_poll(&intent).await.unwrap();
    assert_eq!(f.store.feed_states().await.unwrap(), [intent.state]);
}

#[tokio::test]
async fn a_stopped_feed_is_not_due_until_its_configuration_changes() {
    let f = fixture().await;
    let mut intent = f.intent(0);
    intent.state.stopped_at = Some(at(0));
    f.store.commit_poll(&intent).await.unwrap();
    let due = async || f.store.due_feeds(at(1_000_000), 10).await.unwrap().len();
    assert_eq!((due().await, f.store.next_due_after(at(0)).await.unwrap()), (0, None));
    f.store.sync_feeds(&[(&f.feed, at(9))], at(0)).await.unwrap();
    assert_eq!(due().await, 0, "the same configuration");
    let renamed = Feed { source: Some("Renamed".into()), ..f.feed.clone() };
    f.store.sync_feeds(&[(&renamed, at(9))], at(0)).await.unwrap();
    assert_eq!(f.store.due_feeds(at(10), 10).await.unwrap().len(), 1);

    f.store.commit_poll(&intent).await.unwrap();
    f.store.sync_feeds(&[], at(0)).await.unwrap();
    f.store.sync_feeds(&[(&renamed, at(9))], at(0)).await.unwrap();
    assert_eq!(due().await, 1, "removed and added again");
}
#[tokio::test]
async fn a_feed_that_comes_back_was_added_when_it_came_back() {
    let f = fixture().await;
    let added = async || f.store.feed_states().await.unwrap()[0].added_at;
    let renamed = Feed { source: Some("Renamed".into()), ..f.feed.clone() };
    f.store.sync_feeds(&[(&renamed, at(10))], at(10)).await.unwrap();
    assert_eq!(added().await, Some(at(0)), "it was never away");
    f.store.sync_feeds(&[], at(20)).await.unwrap();
    f.store.sync_feeds(&[(&f.feed, at(30))], at(30)).await.unwrap();
    assert_eq!(added().await, Some(at(30)));
}

#[tokio::test]
async fn matches_of_what_was_there_before_say_so() {
    let f = fixture().await;
    let mut first = f.story(0, "1");
    first.baseline = first.matches.iter().map(|found| found.id).collect();
    first.alerts.clear();
    f.store.commit_poll(&first).await.unwrap();
    f.store.commit_poll(&f.story(10, "2")).await.unwrap();
    let found = f.store.matches(&MatchFilter::default()).await.unwrap();
    assert_eq!(found.iter().map(|found| found.is_baseline).collect::<Vec<_>>(), [true, false]);
}

fn wanted_hub() -> WantedHub {
    let hub = Hub {
        hub: "https://hub.example/".parse().unwrap(),
        topic: "https://example.org/rss".parse().unwrap(),
    };
    WantedHub { hub, callback: "callback".into(), secret: "secret".into() }
}

#[tokio::test]
async fn the_hub_of_a_feed_that_leaves_the_configuration_is_left_at_once() {
    let f = fixture().await;
    f.store.commit_poll(&PollIntent { hub: Some(wanted_hub()), ..f.intent(0) }).await.unwrap();
    let mut live = f.store.subscription_at("callback").await.unwrap().unwrap();
    live.state = SubscriptionState::Live;
    f.store.save_subscription(&live, at(90_000), None).await.unwrap();
    f.store.sync_feeds(&[(&f.feed, at(10))], at(10)).await.unwrap();
    assert_eq!(f.store.due_subscriptions(at(10), 9).await.unwrap(), []);
    f.store.sync_feeds(&[], at(20)).await.unwrap();
    let due = f.store.due_subscriptions(at(20), 9).await.unwrap();
    assert_eq!(due.iter().map(|due| due.state).collect::<Vec<_>>(), [SubscriptionState::Leaving]);
}

/// Everything is stored by a clock that is eleven days ahead, or years; then the clock is right.
#[tokio::test]
async fn what_a_clock_ahead_stored_holds_nothing_up_when_the_clock_is_right() {
    let ahead = 1_000_000;
    for years in [0, 31_622_400 * 3] {
        let f = fixture().await;
        let mut poll = f.story(ahead, "1");
        let id = poll.new[0].article.id;
        poll.pages = vec![PageState::unfetched(id, at(ahead))];
        poll.hub = Some(wanted_hub());
        f.store.commit_poll(&poll).await.unwrap();
        f.store.sync_feeds(&[], at(ahead)).await.unwrap();
        f.store.sync_feeds(&[(&f.feed, at(ahead))], at(ahead)).await.unwrap();
        let watch = watch("watch");
        f.store.sync_watches(&[(&watch, [1; 32])], at(ahead)).await.unwrap();
        let mut live = f.store.subscription_at("callback").await.unwrap().unwrap();
        live.state = SubscriptionState::Live;
        live.lease_until = Some(at(ahead + years + 900));
        f.store.save_subscription(&live, at(ahead + years), None).await.unwrap();

        f.store.pull_in(at(90_000), at(5)).await.unwrap();
        assert_eq!(f.store.due_pages(at(5), 9).await.unwrap().len(), 1);
        assert_eq!(f.store.watch_baselines().await.unwrap()["watch"], at(5));
        assert_eq!(f.store.feed_states().await.unwrap()[0].added_at, Some(at(5)));
        let hubs = f.store.due_subscriptions(at(5), 9).await.unwrap();
        // A lease of days may be one that a hub granted.
        assert_eq!(hubs.len(), usize::from(years > 0));
        assert!(hubs.iter().all(|hub| hub.lease_until.is_none()));
    }
}

#[tokio::test]
async fn what_is_due_and_right_is_left_alone_when_times_are_looked_through() {
    let f = fixture().await;
    let mut poll = f.story(0, "1");
    let id = poll.new[0].article.id;
    poll.pages = vec![PageState::unfetched(id, at(600))];
    f.store.commit_poll(&poll).await.unwrap();
    f.store.sync_watches(&[(&watch("watch"), [1; 32])], at(3)).await.unwrap();
    f.store.pull_in(at(90_000), at(5)).await.unwrap();
    assert_eq!(f.store.next_page_after(at(5)).await.unwrap(), Some(at(600)));
    assert_eq!(f.store.watch_baselines().await.unwrap()["watch"], at(3));
    assert_eq!(f.store.feed_states().await.unwrap()[0].added_at, Some(at(0)));
}

/// A watch that asks for storms.
fn watch(name: &str) -> Watch {
    Watch {
        name: name.to_owned(),
        query: crate::query::parse("storm").unwrap().query,
        text: "storm".to_owned(),
        channels: Vec::new(),
        rules: Default::default(),
        story: Default::default(),
        spike: false,
        silence: None,
    }
}

#[tokio::test]
async fn a_push_stores_what_it_tells_of_its_feed_and_nothing_else() {
    let f = fixture().await;
    let polled = f.intent(60);
    f.store.commit_poll(&polled).await.unwrap();
    // Decided by a state that was read before that poll.
    let quiet_since = Some(at(30));
    let stale = FeedState {
        last_success_at: Some(at(90)),
        quiet_since,
        failures: 7,
        ..FeedState::unpolled(f.feed.id, at(0))
    };
    let push = PollIntent { pushed: true, ..PollIntent::of(stale, at(90)) };
    f.store.commit_poll(&push).await.unwrap();
    let expected = FeedState { last_success_at: Some(at(90)), quiet_since, ..polled.state };
    assert_eq!(f.store.feed_states().await.unwrap(), [expected]);
}

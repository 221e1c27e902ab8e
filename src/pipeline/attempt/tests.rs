//! One of two feeds breaks; the other does not notice.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::net::scripted::answer;
use crate::pipeline::Push;
use crate::pipeline::fixture::Desk;
use crate::pipeline::{PollStatus, poll_each};

/// A desk with a second feed, `/odd`.
async fn desk() -> Desk {
    let desk = Desk::with("", "[[feed]]\nurl = \"URL/odd\"").await;
    desk.publish(&[("/news/1", "Ministers meet")]);
    let item = "<item><title>Storm</title><guid>1</guid></item>";
    let feed = format!("<rss version=\"2.0\"><channel><title>Odd</title>{item}</channel></rss>");
    desk.put("/odd", answer("200 OK", &["Content-Type: application/rss+xml"], feed));
    desk
}

/// Polls both at once: how each ended, why, and for how many seconds the failed one is left alone.
async fn poll_both(desk: &Desk) -> (usize, Option<String>, i64) {
    let feeds = desk.setup.feed_ids();
    let reports = poll_each(&desk.setup, &desk.store, &desk.ambient, &feeds, |_| {}).await.unwrap();
    let well = reports.iter().filter(|report| report.status == PollStatus::Ok).count();
    let failed = reports.iter().find(|report| report.status == PollStatus::Failed);
    let now = desk.ambient.now();
    let states = desk.store.feed_states().await.unwrap();
    let wait = states
        .iter()
        .filter(|state| state.failures > 0)
        .map(|state| (state.next_poll_at - now).num_seconds());
    (well, failed.and_then(|report| report.error.clone()), wait.max().unwrap_or_default())
}

#[tokio::test]
async fn a_panic_in_one_poll_is_that_feeds_failure_and_ends_no_other() {
    let desk = desk().await;
    desk.panics.store(1, Ordering::SeqCst);
    let (well, error, wait) = poll_both(&desk).await;
    assert_eq!((well, error.as_deref()), (1, Some("a fault of feedwatch, please report it: a bug")));
    assert!(wait >= 300, "{wait}");
    let (well, error, wait) = poll_both(&desk).await;
    assert_eq!((well, error, wait), (2, None, 0), "and it is well again");
}

#[tokio::test]
async fn a_poll_that_cannot_be_stored_is_that_feeds_failure() {
    let desk = desk().await;
    desk.store.refuse("INSERT ON article WHEN new.title = 'Storm'").await;
    let (well, error, wait) = poll_both(&desk).await;
    assert!(well == 1 && error.as_deref().unwrap().contains("refused"), "{error:?}");
    assert!(wait >= 300, "{wait}");
}

#[tokio::test]
async fn a_feed_of_which_nothing_can_be_stored_fails_alone() {
    let desk = desk().await;
    desk.store.refuse("UPDATE ON feed WHEN new.url LIKE '%odd'").await;
    let (well, error, _) = poll_both(&desk).await;
    assert!(
        well == 1 && error.as_deref().unwrap().contains("nothing of the poll can be stored"),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_database_that_takes_nothing_ends_the_command() {
    let desk = desk().await;
    let feeds = desk.setup.feed_ids();
    let state = desk.store.feed_state(feeds[0]).await.unwrap().unwrap();
    desk.store.clone().close().await;
    let end = attempt(&desk.setup, &desk.store, &desk.ambient, state).await;
    assert!(matches!(end, Err(NotStored::Everywhere(_))), "{end:?}");
}

/// A desk whose feed carries something new, on a host that asks for a rest when its pages are asked for.
async fn restless_desk() -> Desk {
    let desk = Desk::open("full_text = true").await;
    desk.put("/robots.txt", answer("503 Service Unavailable", &["Retry-After: 600"], ""));
    desk.publish(&[("/news/1", "Ministers meet")]);
    desk
}

/// Polls the feed of `desk`: failures, alerts, and whether its waits are stored.
async fn poll_on(desk: &Desk) -> (u32, usize, bool) {
    let state = desk.store.feed_state(desk.setup.feed_ids()[0]).await.unwrap().unwrap();
    let report = attempt(&desk.setup, &desk.store, &desk.ambient, state).await.unwrap();
    let waits = desk.store.host_waits(desk.ambient.now()).await.unwrap();
    (desk.state().await.failures, report.alerts, !waits.is_empty())
}

#[tokio::test]
async fn waits_that_cannot_be_stored_are_no_failure_of_a_stored_poll_and_are_stored_with_the_next() {
    let desk = restless_desk().await;
    desk.store.refuse("INSERT ON host_wait").await;
    assert_eq!(poll_on(&desk).await, (0, 1, false));
    desk.store.accept().await;
    desk.later(1);
    assert_eq!(poll_on(&desk).await, (0, 0, true));
}

/// Polls a feed that carries something new by a clock that breaks when it is asked the `broken`th time: failures,
/// alerts, and how often it was asked.
async fn poll_by_a_clock_that_breaks(broken: usize) -> (u32, usize, usize) {
    let desk = Desk::open("").await;
    desk.publish(&[("/news/1", "Ministers meet")]);
    let (now, asked) = (desk.ambient.now(), Arc::new(AtomicUsize::new(0)));
    let count = asked.clone();
    let clock = move || {
        assert_ne!(count.fetch_add(1, Ordering::SeqCst) + 1, broken, "a bug");
        now
    };
    let ambient = Ambient::new(clock, || 0.5);
    let report = attempt(&desk.setup, &desk.store, &ambient, desk.state().await).await.unwrap();
    (desk.state().await.failures, report.alerts, asked.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_panic_after_a_poll_was_stored_is_no_failure_of_it() {
    let (failures, alerts, last) = poll_by_a_clock_that_breaks(0).await;
    assert_eq!((failures, alerts), (0, 1));
    // How late a poll was stored is asked last.
    assert_eq!(poll_by_a_clock_that_breaks(last).await, (0, 1, last));
}

#[tokio::test]
async fn a_push_leaves_alone_what_a_poll_stored_while_it_was_read() {
    let desk = Desk::new("").await;
    let stale = desk.state().await;
    desk.publish(&[("/news/1", "Ministers meet")]);
    desk.poll().await;
    desk.later(5);
    let before = desk.state().await;
    let item = "<item><title>Ministers agree</title><guid>2</guid></item>";
    let push = Push {
        signature: None,
        content_type: None,
        body: format!("<rss version=\"2.0\"><channel><title>F</title>{item}</channel></rss>").into(),
    };
    let report = poll::take_push(&desk.setup, &desk.store, &desk.ambient, stale, push).await.unwrap();
    assert_eq!(report.alerts, 1, "the poll was the first: what is pushed after it is news");
    let after = desk.state().await;
    assert_eq!(after.last_success_at, Some(desk.ambient.now()));
    let polled = FeedState {
        rhythm: after.rhythm.clone(),
        last_success_at: after.last_success_at,
        quiet_since: after.quiet_since,
        ..before
    };
    assert_eq!(after, polled);
}

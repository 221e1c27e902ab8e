//! One of two feeds breaks; the other does not notice.

use std::sync::atomic::Ordering;

use super::*;
use crate::net::scripted::answer;
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

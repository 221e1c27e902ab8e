//! The whole way of a page, from a poll of its feed to its alert, on a clock that is set by hand.

use chrono::DateTime;

use super::*;
use crate::net::scripted::{Reply, answer};
use crate::pipeline::fixture::{Desk, LEAD, STORY, html};
use crate::store::MatchFilter;

fn matched(watch: &str, line: &str) -> (String, String) {
    (watch.to_owned(), line.to_owned())
}

#[tokio::test]
async fn matching_sees_the_page_of_a_new_article() {
    let desk = Desk::open("full_text = true").await;
    desk.put("/news/1", html("Ministers meet", STORY));
    desk.publish(&[("/news/1", "Ministers meet")]);
    assert_eq!(desk.poll().await.new, 1);
    let mut found = desk.matches().await;
    found.sort();
    assert_eq!(found, [matched("body", LEAD), matched("title", LEAD)]);
    assert_eq!(desk.alerts().await, 2);
    // The feed says the same as before: neither the text nor the page is touched.
    let again = desk.poll().await;
    assert_eq!((again.new, again.changed, again.known), (0, 0, 1));
    assert_eq!((desk.matches().await.len(), desk.asked("/news/1")), (2, 1));
}

#[tokio::test]
async fn without_full_text_no_page_is_asked_for() {
    for feed in ["", "full_text = false"] {
        let desk = Desk::open(feed).await;
        desk.publish(&[("/news/1", "Ministers meet")]);
        desk.poll().await;
        assert_eq!((desk.pages().await, desk.asked("/robots.txt")), (0, 0));
        assert_eq!(desk.matches().await, [matched("title", "")]);
    }
}

#[tokio::test]
async fn a_first_poll_fetches_no_pages_unless_it_alerts() {
    let titles: Vec<String> = (0..2_000).map(|number| format!("/news/{number}")).collect();
    let entries: Vec<(&str, &str)> = titles.iter().map(|path| (path.as_str(), "Ministers meet")).collect();
    for (feed, expected) in
        [("full_text = true", 0), ("full_text = true\nalert_on_first_poll = true", AT_ONCE)]
    {
        let desk = Desk::new(feed).await;
        desk.publish(&entries);
        assert_eq!(desk.poll().await.new, 2_000);
        assert!(desk.pages().await >= expected, "{}", desk.pages().await);
        // A round of due pages follows the poll; what is left is bounded too.
        assert!(desk.pages().await <= MOST, "{}", desk.pages().await);
        desk.later(60);
        let due = desk.store.due_pages(desk.ambient.now(), 10_000).await.unwrap().len();
        assert!(due <= MOST, "{due}");
        assert_eq!(due > 0, expected > 0);
    }
}

#[tokio::test]
async fn an_article_whose_page_fails_is_alerted_at_once_and_matched_anew_when_it_comes() {
    for failure in [
        answer("500 Internal Server Error", &[], ""),
        answer("404 Not Found", &[], ""),
        answer("200 OK", &["Content-Type: text/html"], ""),
        answer(
            "200 OK",
            &["Content-Type: text/html"],
            "<title>Log in</title><p>Subscribe to read on, at a price that is fair.</p>",
        ),
        Reply::Raw(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf".to_vec()),
    ] {
        let desk = Desk::open("full_text = true").await;
        desk.put("/news/1", failure);
        desk.publish(&[("/news/1", "Ministers meet")]);
        assert_eq!(desk.poll().await.matches, 1);
        assert_eq!((desk.matches().await, desk.alerts().await), (vec![matched("title", "")], 1));
        // Not before its time, and then without a poll of the feed.
        desk.put("/news/1", html("Ministers meet", STORY));
        desk.later(1);
        let early = fetch_due_pages(&desk.setup, &desk.store, &desk.ambient).await.unwrap();
        assert_eq!(early, PagesReport::default());
        desk.later(5);
        let due = fetch_due_pages(&desk.setup, &desk.store, &desk.ambient).await.unwrap();
        assert_eq!(due, PagesReport { due: 1, read: 1, alerts: 1, held: 0 });
        let mut found = desk.matches().await;
        found.sort();
        assert_eq!(found, [matched("body", LEAD), matched("title", LEAD)]);
        assert_eq!(desk.alerts().await, 2, "the match that was alerted is not alerted again");
        // And that is the end of it.
        desk.later(60 * 24 * 30);
        let rest = fetch_due_pages(&desk.setup, &desk.store, &desk.ambient).await.unwrap();
        assert_eq!((rest.due, desk.poll().await.changed, desk.asked("/news/1")), (0, 0, 2));
    }
}

#[tokio::test]
async fn a_page_that_never_comes_is_given_up() {
    for (failure, expected) in [
        (answer("500 Internal Server Error", &[], ""), 5),
        (answer("410 Gone", &[], ""), 1),
        (answer("200 OK", &["Content-Type: application/pdf"], "%PDF-1.4"), 1),
    ] {
        let desk = Desk::open("full_text = true").await;
        desk.put("/news/1", failure);
        desk.publish(&[("/news/1", "Ministers meet")]);
        desk.poll().await;
        for _ in 0..20 {
            desk.later(60 * 24);
            fetch_due_pages(&desk.setup, &desk.store, &desk.ambient).await.unwrap();
        }
        assert_eq!(desk.asked("/news/1"), expected);
        assert_eq!(desk.store.next_page_after(DateTime::UNIX_EPOCH).await.unwrap(), None);
        assert_eq!(desk.matches().await, [matched("title", "")]);
    }
}

#[tokio::test]
async fn a_host_that_asks_for_a_pause_gets_it_and_its_pages_lose_nothing() {
    let desk = Desk::open("full_text = true").await;
    desk.put("/robots.txt", answer("503 Service Unavailable", &["Retry-After: 600"], ""));
    desk.publish(&[("/news/1", "Ministers meet")]);
    desk.poll().await;
    assert_eq!(desk.pages().await, 0, "nothing is fetched that robots.txt may forbid");
    desk.put("/robots.txt", answer("404 Not Found", &[], ""));
    desk.put("/news/1", html("Ministers meet", STORY));
    desk.later(11);
    let due = fetch_due_pages(&desk.setup, &desk.store, &desk.ambient).await.unwrap();
    assert_eq!((due.read, due.alerts), (1, 1));
}

#[tokio::test]
async fn an_edit_in_the_feed_keeps_the_page_and_reads_it_again_later() {
    let desk = Desk::open("full_text = true").await;
    desk.put("/news/1", html("Ministers meet", STORY));
    desk.publish(&[("/news/1", "Ministers meet")]);
    desk.poll().await;
    desk.publish(&[("/news/1", "Ministers meet, and agree")]);
    assert_eq!(desk.poll().await.changed, 1);
    assert_eq!(desk.matches().await.len(), 2);
    assert!(desk.matches().await.iter().all(|(_, line)| line == LEAD), "{:?}", desk.matches().await);
    assert_eq!(desk.asked("/news/1"), 1);
    desk.put("/news/1", html("Ministers meet, and agree", "No word of what they fight."));
    desk.later(61);
    fetch_due_pages(&desk.setup, &desk.store, &desk.ambient).await.unwrap();
    assert_eq!(desk.asked("/news/1"), 2);
    let found = desk.store.matches(&MatchFilter::default()).await.unwrap();
    assert!(found.iter().all(|found| !found.article.article.body.contains("ransomware")), "it was corrected");
    // A feed that edits its entries at each poll makes no endless load of its pages.
    for edit in 0..20 {
        desk.publish(&[("/news/1", &format!("Ministers meet {edit}"))]);
        desk.later(90);
        desk.poll().await;
        fetch_due_pages(&desk.setup, &desk.store, &desk.ambient).await.unwrap();
    }
    assert!(desk.asked("/news/1") <= MOST_FETCHES as usize, "{}", desk.asked("/news/1"));
}

#[tokio::test]
async fn stories_are_read_for_what_is_new_and_kept_where_a_page_brings_nothing() {
    let desk = Desk::open("full_text = true").await;
    assert!(!desk.setup.stories.is_made().await, "nothing was new");
    desk.put("/news/1", answer("500 Internal Server Error", &[], ""));
    desk.publish(&[("/news/1", "Ministers meet")]);
    desk.poll().await;
    assert!(desk.setup.stories.is_made().await);
    desk.put("/news/1", html("Ministers meet", STORY));
    desk.later(6);
    let stale = desk.store.due_pages(desk.ambient.now(), 1).await.unwrap().remove(0);
    desk.publish(&[("/news/1", "Ministers meet, and agree")]);
    assert_eq!(desk.poll().await.changed, 1);
    let end = fetch_one(&desk.setup, &desk.store, &desk.ambient, stale).await.unwrap();
    assert_eq!(end, End::Stored { read: false, alerts: 0 }, "it was edited while its page was on the way");
    assert!(desk.setup.stories.is_made().await);
}

#[tokio::test]
async fn a_feed_of_headlines_is_noticed_whether_its_pages_are_read_or_not() {
    let titles: Vec<(String, String)> =
        (0..10).map(|number| (format!("/news/{number}"), format!("Headline {number}"))).collect();
    let entries: Vec<(&str, &str)> =
        titles.iter().map(|(path, title)| (path.as_str(), title.as_str())).collect();
    for feed in ["", "full_text = true\nalert_on_first_poll = true"] {
        let desk = Desk::new(feed).await;
        desk.publish(&entries);
        desk.poll().await;
        assert!(desk.state().await.brevity.is_headlines_only());
    }
}

#[tokio::test]
async fn a_page_that_cannot_be_taken_in_is_asked_for_once() {
    let desk = Desk::open("full_text = true").await;
    desk.put("/news/1", answer("500 Internal Server Error", &[], ""));
    desk.publish(&[("/news/1", "Ministers meet")]);
    desk.poll().await;
    desk.put("/news/1", html("Ministers meet", STORY));
    desk.store.refuse("UPDATE ON article").await;
    desk.later(10);
    for _ in 0..3 {
        let report = fetch_due_pages(&desk.setup, &desk.store, &desk.ambient).await.unwrap();
        assert_eq!((report.read, report.alerts), (0, 0));
        desk.later(60 * 24);
    }
    assert_eq!(desk.asked("/news/1"), 2, "once by the poll, once afterwards");
    let ids = [desk.store.matches(&MatchFilter::default()).await.unwrap()[0].matched.article];
    let page = &desk.store.pages_of(&ids).await.unwrap()[&ids[0]].state;
    assert_eq!((page.next_fetch_at, page.fetched_at), (None, None));
    assert!(page.reason.as_deref().unwrap().contains("could not be taken in"), "{:?}", page.reason);
}

#[tokio::test]
async fn a_late_page_is_no_news_to_a_watch_that_came_after_its_article() {
    for watch_comes_first in [true, false] {
        let desk = Desk::open("full_text = true").await;
        let watch =
            async || crate::pipeline::sync(&desk.setup, &desk.store, desk.ambient.now()).await.unwrap();
        if !watch_comes_first {
            let now = desk.ambient.now();
            desk.store.sync(&desk.setup.first_polls(now), &[], now).await.unwrap();
        }
        desk.put("/news/1", answer("500 Internal Server Error", &[], ""));
        desk.publish(&[("/news/1", "Dinner")]);
        desk.poll().await;
        desk.later(6);
        watch().await;
        desk.put("/news/1", html("Dinner", STORY));
        let report = fetch_due_pages(&desk.setup, &desk.store, &desk.ambient).await.unwrap();
        assert_eq!((report.read, report.alerts), (1, usize::from(watch_comes_first)));
        assert_eq!(desk.matches().await, [("body".to_owned(), LEAD.to_owned())], "it is matched either way");
    }
}

#[tokio::test]
async fn after_a_restore_what_a_page_brings_is_told_with_what_was_missed() {
    let desk = Desk::open("full_text = true").await;
    desk.put("/news/1", answer("500 Internal Server Error", &[], ""));
    desk.publish(&[("/news/1", "Dinner")]);
    desk.poll().await;
    let backup = desk.folder().join("copy.db");
    crate::store::backup(desk.folder(), &backup, false, |_| {}).await.unwrap();
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::rename(&backup, crate::store::database(elsewhere.path())).unwrap();
    let restored =
        Store::open(elsewhere.path(), crate::store::Mode::Daemon, "x", desk.ambient.now()).await.unwrap();
    assert!(restored.was_restored());
    desk.put("/news/1", html("Dinner", STORY));
    desk.later(6);
    for (store, reason) in [(&desk.store, None), (&restored, Some(RESTORED))] {
        let report = fetch_due_pages(&desk.setup, store, &desk.ambient).await.unwrap();
        assert_eq!((report.read, report.alerts), (1, 1));
        let waiting = store.pending_alerts("desk", "body", 9).await.unwrap();
        assert_eq!(waiting[0].alert.storm.as_deref(), reason);
    }
}

#[tokio::test]
async fn a_first_poll_fetches_the_pages_of_what_was_published_since_the_feed_was_configured() {
    let desk = Desk::new("full_text = true").await;
    desk.later(600);
    let published = |minutes: i64| (desk.ambient.now() - TimeDelta::minutes(minutes)).to_rfc2822();
    let items: String = [("/news/new", published(60)), ("/news/old", published(6_000))]
        .into_iter()
        .map(|(path, date)| {
            format!(
                "<item><title>Dinner</title><link>{}</link><guid>{path}</guid><pubDate>{date}</pubDate></item>",
                desk.server.url(path)
            )
        })
        .collect();
    let feed = format!("<rss version=\"2.0\"><channel><title>F</title>{items}</channel></rss>");
    desk.put("/feed", answer("200 OK", &["Content-Type: application/rss+xml"], feed));
    desk.put("/news/new", html("Dinner", STORY));
    let report = desk.poll().await;
    assert_eq!((report.matches, report.baseline, report.alerts), (1, 0, 1));
    assert_eq!((desk.asked("/news/new"), desk.asked("/news/old")), (1, 0));
}

#[tokio::test]
async fn a_page_of_which_nothing_can_be_stored_is_left_alone_and_stops_no_other() {
    let desk = Desk::open("full_text = true").await;
    for path in ["/news/1", "/news/2"] {
        desk.put(path, answer("500 Internal Server Error", &[], ""));
    }
    desk.publish(&[("/news/1", "Ministers meet"), ("/news/2", "Dinner")]);
    desk.poll().await;
    desk.put("/news/1", html("Ministers meet", STORY));
    desk.put("/news/2", html("Dinner", STORY));
    let of_first = "(SELECT id FROM article WHERE title = 'Ministers meet')";
    desk.store.refuse(&format!("INSERT ON page WHEN new.article_id = {of_first}")).await;
    desk.later(10);
    let report = fetch_due_pages(&desk.setup, &desk.store, &desk.ambient).await.unwrap();
    assert_eq!((report.due, report.read, report.held), (2, 1, 1));
    for _ in 0..3 {
        let again = fetch_due_pages(&desk.setup, &desk.store, &desk.ambient).await.unwrap();
        assert_eq!(again, PagesReport::default(), "it is due and held");
    }
    // A reload forgets nothing.
    let setup = Arc::new(desk.setup.rebuild(desk.setup.config.clone()).unwrap());
    let again = fetch_due_pages(&setup, &desk.store, &desk.ambient).await.unwrap();
    assert_eq!((again, desk.asked("/news/1")), (PagesReport::default(), 2));
    // Neither does a restart.
    let restart = || Arc::new(Setup::build(desk.setup.config.clone()).unwrap());
    let again = fetch_due_pages(&restart(), &desk.store, &desk.ambient).await.unwrap();
    assert_eq!((again, desk.asked("/news/1")), (PagesReport::default(), 2));
    // Its time comes, and what is stored then is held no more.
    desk.later(1);
    desk.store.accept().await;
    let report = fetch_due_pages(&restart(), &desk.store, &desk.ambient).await.unwrap();
    assert_eq!((report.due, report.read, report.held), (1, 1, 0));
    assert_eq!(desk.store.held_pages().await.unwrap(), []);
}

#[tokio::test]
async fn pages_that_cannot_be_read_from_the_database_leave_the_polls_of_a_round_as_they_are() {
    let desk = Desk::open("full_text = true").await;
    desk.put("/news/1", answer("500 Internal Server Error", &[], ""));
    desk.publish(&[("/news/1", "Ministers meet")]);
    desk.poll().await;
    desk.store.spoil_pages().await;
    desk.later(10);
    desk.publish(&[("/news/2", "Ministers meet again")]);
    fetch_due_pages(&desk.setup, &desk.store, &desk.ambient).await.unwrap_err();
    assert_eq!(desk.poll().await.alerts, 1);
}

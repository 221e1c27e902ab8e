//! The whole way of a page, from a poll of its feed to its alert, on a clock that is set by hand.

use std::sync::Mutex;

use chrono::DateTime;

use super::*;
use crate::config::{self, Environment, Source};
use crate::model::{FeedId, FeedState};
use crate::net::scripted::{Reply, Scripted, answer};
use crate::pipeline::{PollReport, PollStatus, poll_each};
use crate::store::{MatchFilter, Mode};

const LEAD: &str = "Ministers met in Tokyo on Monday, and there was more than one subject on the table.";
const STORY: &str =
    "They agreed to fight ransomware together, said people who were in the room, and to train experts.";

/// What is at each path; everything else is not found.
type Site = Arc<Mutex<Vec<(String, Reply)>>>;

struct Desk {
    site: Site,
    server: Scripted,
    setup: Arc<Setup>,
    store: Store,
    ambient: Ambient,
    clock: Arc<Mutex<Timestamp>>,
    _folder: tempfile::TempDir,
}

fn html(title: &str, story: &str) -> Reply {
    let page = format!(
        "<html><head><title>{title} - The Paper</title></head><body><nav><a href=/>Home</a></nav><article><h1>{title}</h1>\
         <p>{LEAD}</p><p>{story}</p></article></body></html>"
    );
    answer("200 OK", &["Content-Type: text/html; charset=utf-8"], page)
}

impl Desk {
    /// A desk whose feed `/feed` wants full text and was polled once while it was empty.
    async fn open(feed: &str) -> Self {
        let desk = Self::new(feed).await;
        desk.publish(&[]);
        desk.poll().await;
        desk
    }

    async fn new(feed: &str) -> Self {
        let site = Site::default();
        let of_server = site.clone();
        let server = Scripted::start(move |path, _| {
            let pages = of_server.lock().unwrap();
            let page = pages.iter().rev().find(|(known, _)| known == path);
            page.map_or_else(|| answer("404 Not Found", &[], ""), |(_, page)| page.clone())
        })
        .await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("feedwatch.toml");
        let text = format!(
            "[fetch]\nallow_networks = [\"127.0.0.0/8\"]\n[[feed]]\nurl = \"{}\"\n{feed}\n\
             [[watch]]\nname = \"body\"\nquery = \"ransomware\"\nchannels = [\"desk\"]\n\
             [[watch]]\nname = \"title\"\nquery = \"title:ministers\"\nchannels = [\"desk\"]\n\
             [[channel]]\nname = \"desk\"\nkind = \"stdout\"\n",
            server.url("/feed")
        );
        std::fs::write(&file, text).unwrap();
        let source = Source { config: Some(file), data_dir: Some(folder.path().to_owned()) };
        let config = config::load(&source, &Environment::default()).unwrap().config;
        let clock = Arc::new(Mutex::new(DateTime::from_timestamp(1_700_000_000, 0).unwrap()));
        let hands = clock.clone();
        let ambient = Ambient::new(move || *hands.lock().unwrap(), || 0.5);
        let setup = Arc::new(Setup::build(config).unwrap());
        let store = Store::open(folder.path(), Mode::Daemon, "install", ambient.now()).await.unwrap();
        store.sync_feeds(&setup.first_polls(ambient.now())).await.unwrap();
        Self { site, server, setup, store, ambient, clock, _folder: folder }
    }

    fn put(&self, path: &str, reply: Reply) {
        self.site.lock().unwrap().push((path.to_owned(), reply));
    }

    /// The feed carries these (path, title) from now on.
    fn publish(&self, entries: &[(&str, &str)]) {
        let items: String = entries
            .iter()
            .map(|(path, title)| {
                let url = self.server.url(path);
                format!("<item><title>{title}</title><link>{url}</link><guid>{path}</guid></item>")
            })
            .collect();
        let feed = format!("<rss version=\"2.0\"><channel><title>F</title>{items}</channel></rss>");
        self.put("/feed", answer("200 OK", &["Content-Type: application/rss+xml"], feed));
    }

    fn later(&self, minutes: i64) {
        *self.clock.lock().unwrap() += TimeDelta::minutes(minutes);
    }

    async fn poll(&self) -> PollReport {
        let feeds: Vec<FeedId> = self.setup.feed_ids();
        let reports = poll_each(&self.setup, &self.store, &self.ambient, &feeds, |_| {}).await.unwrap();
        assert_eq!(reports[0].status, PollStatus::Ok, "{:?}", reports[0].error);
        reports[0].clone()
    }

    async fn state(&self) -> FeedState {
        self.store.feed_states().await.unwrap().remove(0)
    }

    /// Watch and body's first line of each match.
    async fn matches(&self) -> Vec<(String, String)> {
        let found = self.store.matches(&MatchFilter::default()).await.unwrap();
        let line = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        found.iter().map(|found| (found.matched.watch.clone(), line(&found.article.article.body))).collect()
    }

    async fn alerts(&self) -> usize {
        let mut waiting = 0;
        for watch in ["body", "title"] {
            waiting += self.store.pending_alerts("desk", watch, 100).await.unwrap().len();
        }
        waiting
    }

    /// How often `path` was asked for.
    fn asked(&self, path: &str) -> usize {
        let start = format!("GET {path} ");
        self.server.requests().iter().filter(|request| request.starts_with(&start)).count()
    }

    async fn pages(&self) -> usize {
        self.server.requests().iter().filter(|request| request.starts_with("GET /news/")).count()
    }
}

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
        assert_eq!(due, PagesReport { due: 1, read: 1, alerts: 1 });
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
    assert_eq!(end, (false, 0), "it was edited while its page was on the way");
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

//! A desk for tests: one feed of full texts on a scripted server, two watches, and a clock that is set by hand.

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use chrono::{DateTime, TimeDelta};

use super::{Ambient, PollReport, PollStatus, Setup, poll_each, sync};
use crate::config::{self, Environment, Source};
use crate::model::{FeedId, FeedState, Timestamp};
use crate::net::scripted::{Reply, Scripted, answer};
use crate::store::{MatchFilter, Mode, Store};

pub(super) const LEAD: &str =
    "Ministers met in Tokyo on Monday, and there was more than one subject on the table.";
pub(super) const STORY: &str =
    "They agreed to fight ransomware together, said people who were in the room, and to train experts.";

/// What is at each path; everything else is not found.
pub(super) type Site = Arc<Mutex<Vec<(String, Reply)>>>;

pub(super) struct Desk {
    pub(super) site: Site,
    pub(super) server: Scripted,
    pub(super) setup: Arc<Setup>,
    pub(super) store: Store,
    pub(super) ambient: Ambient,
    pub(super) clock: Arc<Mutex<Timestamp>>,
    /// So many of the next questions to chance panic.
    pub(super) panics: Arc<AtomicUsize>,
    folder: tempfile::TempDir,
}

pub(super) fn html(title: &str, story: &str) -> Reply {
    let page = format!(
        "<html><head><title>{title} - The Paper</title></head><body><nav><a href=/>Home</a></nav><article><h1>{title}</h1>\
         <p>{LEAD}</p><p>{story}</p></article></body></html>"
    );
    answer("200 OK", &["Content-Type: text/html; charset=utf-8"], page)
}

impl Desk {
    /// A desk whose feed `/feed` wants full text and was polled once while it was empty.
    pub(super) async fn open(feed: &str) -> Self {
        let desk = Self::new(feed).await;
        desk.publish(&[]);
        desk.poll().await;
        desk
    }

    pub(super) async fn new(feed: &str) -> Self {
        Self::with(feed, "").await
    }

    /// With `more` of the configuration, in which `URL` stands for where the server is.
    pub(super) async fn with(feed: &str, more: &str) -> Self {
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
             [[channel]]\nname = \"desk\"\nkind = \"stdout\"\n{}\n",
            server.url("/feed"),
            more.replace("URL/", server.url("/").as_str())
        );
        std::fs::write(&file, text).unwrap();
        let source = Source { config: Some(file), data_dir: Some(folder.path().to_owned()) };
        let config = config::load(&source, &Environment::default()).unwrap().config;
        let clock = Arc::new(Mutex::new(DateTime::from_timestamp(1_700_000_000, 0).unwrap()));
        let hands = clock.clone();
        let panics = Arc::new(AtomicUsize::new(0));
        let left = panics.clone();
        let chance = move || {
            let spend = |left: usize| left.checked_sub(1);
            assert!(left.try_update(Ordering::SeqCst, Ordering::SeqCst, spend).is_err(), "a bug");
            0.5
        };
        let ambient = Ambient::new(move || *hands.lock().unwrap(), chance);
        let setup = Arc::new(Setup::build(config).unwrap());
        let store = Store::open(folder.path(), Mode::Daemon, "install", ambient.now()).await.unwrap();
        sync(&setup, &store, ambient.now()).await.unwrap();
        Self { site, server, setup, store, ambient, clock, panics, folder }
    }

    pub(super) fn put(&self, path: &str, reply: Reply) {
        self.site.lock().unwrap().push((path.to_owned(), reply));
    }

    /// The feed carries these (path, title) from now on.
    pub(super) fn publish(&self, entries: &[(&str, &str)]) {
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

    pub(super) fn folder(&self) -> &Path {
        self.folder.path()
    }

    pub(super) fn later(&self, minutes: i64) {
        *self.clock.lock().unwrap() += TimeDelta::minutes(minutes);
    }

    pub(super) async fn poll(&self) -> PollReport {
        let feeds: Vec<FeedId> = self.setup.feed_ids();
        let reports = poll_each(&self.setup, &self.store, &self.ambient, &feeds, |_| {}).await.unwrap();
        assert_eq!(reports[0].status, PollStatus::Ok, "{:?}", reports[0].error);
        reports[0].clone()
    }

    pub(super) async fn state(&self) -> FeedState {
        self.store.feed_states().await.unwrap().remove(0)
    }

    /// Watch and body's first line of each match.
    pub(super) async fn matches(&self) -> Vec<(String, String)> {
        let found = self.store.matches(&MatchFilter::default()).await.unwrap();
        let line = |text: &str| text.lines().next().unwrap_or_default().to_owned();
        found.iter().map(|found| (found.matched.watch.clone(), line(&found.article.article.body))).collect()
    }

    pub(super) async fn alerts(&self) -> usize {
        let mut waiting = 0;
        for watch in ["body", "title"] {
            waiting += self.store.pending_alerts("desk", watch, 100).await.unwrap().len();
        }
        waiting
    }

    /// How often `path` was asked for.
    pub(super) fn asked(&self, path: &str) -> usize {
        let start = format!("GET {path} ");
        self.server.requests().iter().filter(|request| request.starts_with(&start)).count()
    }

    pub(super) async fn pages(&self) -> usize {
        self.server.requests().iter().filter(|request| request.starts_with("GET /news/")).count()
    }
}

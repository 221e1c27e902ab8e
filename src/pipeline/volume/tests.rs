//! The whole way from polls to notices, on a clock that is set by hand.

use std::sync::Mutex;

use chrono::DateTime;

use super::*;
use crate::config::{self, Environment, Source};
use crate::net::scripted::{Reply, Scripted, answer};
use crate::pipeline::{poll_each, sync};
use crate::store::Mode;

const FEEDS: usize = 4;
/// One for each feed: no two tell the same news.
const HEADLINES: [&str; FEEDS] = [
    "Storm floods the harbour of Manila",
    "Insurers count what the storm has cost in Hanoi",
    "Schools in Bangkok stay closed because of a storm",
    "Jakarta sends ships against the storm",
];

type Site = Arc<Mutex<Vec<Reply>>>;

struct Desk {
    site: Site,
    setup: Arc<Setup>,
    store: Store,
    ambient: Ambient,
    clock: Arc<Mutex<Timestamp>>,
    _server: Scripted,
    folder: tempfile::TempDir,
}

fn rss(title: &str) -> Reply {
    let item = match title {
        "" => String::new(),
        title => format!("<item><title>{title}</title><guid>{title}</guid></item>"),
    };
    let feed = format!("<rss version=\"2.0\"><channel><title>F</title>{item}</channel></rss>");
    answer("200 OK", &["Content-Type: application/rss+xml"], feed)
}

impl Desk {
    /// A desk with `keys` in its watch, whose feeds were read once, and that was looked at once.
    async fn open(keys: &str) -> Self {
        let site: Site = Arc::new(Mutex::new(vec![rss("An old headline"); FEEDS]));
        let of_server = site.clone();
        let server = Scripted::start(move |path, _| {
            let at: usize = path.trim_start_matches('/').parse().unwrap();
            of_server.lock().unwrap()[at].clone()
        })
        .await;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("feedwatch.toml");
        let feeds: String = (0..FEEDS)
            .map(|at| {
                format!("[[feed]]\nurl = \"{}\"\nsource = \"Outlet {at}\"\n", server.url(&format!("/{at}")))
            })
            .collect();
        let text = format!(
            "[fetch]\nallow_networks = [\"127.0.0.0/8\"]\n{feeds}\
             [[watch]]\nname = \"storms\"\nquery = \"storm\"\nchannels = [\"desk\"]\n{keys}\n\
             [[channel]]\nname = \"desk\"\nkind = \"stdout\"\n[[channel]]\nname = \"owner\"\nkind = \"stdout\"\n\
             [notices]\nchannels = [\"owner\"]\n"
        );
        std::fs::write(&file, text).unwrap();
        let source = Source { config: Some(file), data_dir: Some(folder.path().to_owned()) };
        let config = config::load(&source, &Environment::default()).unwrap().config;
        // A Tuesday, 09:50.
        let clock = Arc::new(Mutex::new(DateTime::from_timestamp(1_700_000_000, 0).unwrap()));
        let hands = clock.clone();
        let ambient = Ambient::new(move || *hands.lock().unwrap(), || 0.5);
        let setup = Arc::new(Setup::build(config).unwrap());
        let store = Store::open(folder.path(), Mode::Daemon, "install", ambient.now()).await.unwrap();
        sync(&setup, &store, ambient.now()).await.unwrap();
        let desk = Self { site, setup, store, ambient, clock, _server: server, folder };
        assert_eq!(desk.look_after(0).await, 0);
        desk
    }

    /// Feed `at` carries this headline only from now on.
    fn publish(&self, at: usize, title: &str) {
        self.site.lock().unwrap()[at] = rss(title);
    }

    fn fail(&self) {
        self.site.lock().unwrap().fill(answer("500 Internal Server Error", &[], ""));
    }

    /// Polls and looks so many minutes later; gives the number of new notices.
    async fn look_after(&self, minutes: i64) -> usize {
        *self.clock.lock().unwrap() += TimeDelta::minutes(minutes);
        let feeds = self.setup.feed_ids();
        poll_each(&self.setup, &self.store, &self.ambient, &feeds, |_| {}).await.unwrap();
        look(&self.setup, &self.store, &self.ambient).await.unwrap()
    }

    /// As if the watch had been learned from and looked at for so many hours.
    async fn looked_at_for(&self, learned: i64, watched: i64) {
        let mut states = self.store.volume_states().await.unwrap();
        let looks = &mut states[0].looks;
        looks.learned_since = looks.looked_at - TimeDelta::hours(learned);
        looks.watched_since = looks.looked_at - TimeDelta::hours(watched);
        self.store.commit_volume(&states, &[]).await.unwrap();
    }

    async fn told(&self) -> Vec<Notice> {
        let owner = self.store.waiting_notices("owner", 10).await.unwrap();
        let of_watch = |notice: &Notice| matches!(notice.kind, NoticeKind::Spike | NoticeKind::Silence);
        assert!(!owner.iter().any(of_watch), "who is told of feeds is not told of watches");
        self.store.waiting_notices("desk", 10).await.unwrap()
    }
}

#[tokio::test]
async fn a_spike_is_told_once_and_never_by_a_watch_that_is_young_or_was_not_looked_at() {
    for (learned, watched, pause, feeds, expected) in [
        (200, 3, 5, 4, 1),
        // Too few sources, too short a memory, and after a pause.
        (200, 3, 5, 2, 0),
        (100, 3, 5, 4, 0),
        (200, 1, 5, 4, 0),
        (200, 3, 100, 4, 0),
        (200, 3, 60 * 24 * 3650, 4, 0),
        (200, 3, -120, 4, 0),
    ] {
        let desk = Desk::open("spike = true").await;
        desk.looked_at_for(learned, watched).await;
        for (at, title) in HEADLINES.iter().enumerate().take(feeds) {
            desk.publish(at, title);
        }
        let new = desk.look_after(pause).await;
        assert_eq!(new, expected, "{learned} {watched} {pause} {feeds}");
        assert_eq!(desk.look_after(5).await, 0, "once");
        let told = desk.told().await;
        assert_eq!(told.len(), expected);
        for notice in told {
            assert_eq!((notice.kind, notice.subject.as_str()), (NoticeKind::Spike, "storms"));
            assert_eq!(notice.title, "storms: 4 articles within an hour");
            let normal =
                "4 articles of 4 sources within an hour; normal for Tuesday 21:00 UTC is less than one.";
            assert!(notice.text.starts_with(normal), "{}", notice.text);
            assert!(HEADLINES.iter().all(|title| notice.text.contains(title)), "{}", notice.text);
        }
    }
}

#[tokio::test]
async fn copies_and_what_new_feeds_carry_make_no_spike() {
    let desk = Desk::open("spike = true").await;
    desk.looked_at_for(200, 3).await;
    (0..FEEDS).for_each(|at| desk.publish(at, HEADLINES[0]));
    assert_eq!(desk.look_after(5).await, 0, "one story in four feeds");

    let desk = Desk::open("spike = true").await;
    (0..FEEDS).for_each(|at| desk.publish(at, HEADLINES[at]));
    // Nothing of what they carried is known: as if they had just been added.
    let folder = desk.folder.path().join("new");
    let store = Store::open(&folder, Mode::Daemon, "install", desk.ambient.now());
    let desk = Desk { store: store.await.unwrap(), ..desk };
    sync(&desk.setup, &desk.store, desk.ambient.now()).await.unwrap();
    look(&desk.setup, &desk.store, &desk.ambient).await.unwrap();
    desk.looked_at_for(200, 3).await;
    assert_eq!(desk.look_after(5).await, 0);
    assert_eq!(desk.store.last_match("storms", desk.ambient.now()).await.unwrap(), Some(desk.ambient.now()));
}

#[tokio::test]
async fn a_silence_is_told_once_and_only_when_somebody_listened() {
    let hours = async |desk: &Desk, hours: i64| {
        let mut told = 0;
        for _ in 0..hours {
            told += desk.look_after(60).await;
        }
        told
    };
    let desk = Desk::open("silence = \"5h\"").await;
    assert_eq!(hours(&desk, 4).await, 0);
    assert_eq!(hours(&desk, 1).await, 1);
    assert_eq!(hours(&desk, 8).await, 0, "once");
    let told = desk.told().await;
    assert_eq!(told[0].title, "storms: nothing matched for 5 hours");
    assert!(told[0].text.contains("has matched nothing since 2023-11-14 22:13 UTC"), "{}", told[0].text);

    desk.publish(0, HEADLINES[0]);
    assert_eq!(hours(&desk, 5).await, 0, "a match ends it");
    assert_eq!(hours(&desk, 1).await, 1, "and the next one is told");

    desk.publish(1, HEADLINES[1]);
    desk.look_after(60).await;
    assert_eq!(desk.look_after(60 * 24 * 7).await, 0, "it was off");
    assert_eq!(desk.look_after(60 * 24 * 3650).await, 0, "the clock was ahead");
    assert_eq!(desk.look_after(-60 * 24 * 3650).await, 0, "and set back");
    desk.fail();
    assert_eq!(hours(&desk, 9).await, 0, "nothing could be seen");
    (0..FEEDS).for_each(|at| desk.publish(at, "Calm"));
    assert_eq!(hours(&desk, 1).await, 0);
    assert_eq!(hours(&desk, 6).await, 1, "they answer, and say nothing");
}

#[tokio::test]
async fn a_watch_that_tells_of_neither_is_not_counted() {
    let desk = Desk::open("").await;
    assert_eq!(desk.look_after(60 * 24).await, 0);
    assert_eq!(desk.store.volume_states().await.unwrap(), []);
}

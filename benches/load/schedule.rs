//! A hundred thousand feeds over half an hour of a clock that runs faster than the world's. They are known, each due
//! somewhere in the next quarter of an hour: what the first poll of a feed costs, `due` measures. One in twenty has
//! five new articles, and one more in every quarter of an hour.
//!
//! The scheduler runs in this process, on the library's own parts; the farm in another, so that neither its
//! processor time nor its memory is counted.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use chrono::{TimeDelta, Utc};
use feedwatch::config::{self, Environment, Source};
use feedwatch::model::{FeedState, PollIntent, Timestamp, Validators};
use feedwatch::pipeline::{self, Ambient, Pulse, Scheduler, Setup};
use feedwatch::store::{Mode, Store};
use tokio_util::sync::CancellationToken;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::farm::{self, Farm, Faults};
use super::feeds::Feeds;
use super::{configuration, usage};

pub(crate) const FEEDS: usize = 100_000;
/// Between two polls of a feed.
const INTERVAL: TimeDelta = TimeDelta::minutes(15);
/// One feed in so many has news.
const WITH_NEWS: usize = 20;
/// Of the simulated clock.
const SPAN: TimeDelta = TimeDelta::minutes(30);
const ADDRESSES: usize = 1_000;

/// Serves until the other process is gone; writes its origins to the file at `path`.
pub(crate) fn serve(path: &Path) {
    let feeds = Feeds::made(5);
    let farm = Arc::new(Farm {
        body: Box::new(move |feed, edition| feeds.body(feed, edition)),
        edition: AtomicU64::new(1),
        stamp: AtomicU64::new(0),
        renewed_one_in: AtomicUsize::new(WITH_NEWS),
        faults: Faults { slow: 2, broken: 10, cut: 10 },
        answered: AtomicUsize::new(0),
    });
    let origins = farm.serve(ADDRESSES).join("\n");
    std::thread::spawn(move || {
        loop {
            std::thread::sleep(INTERVAL.to_std().unwrap() / speed());
            farm.edition.fetch_add(1, Ordering::Relaxed);
        }
    });
    std::fs::write(path.with_extension("part"), origins).unwrap();
    std::fs::rename(path.with_extension("part"), path).unwrap();
    // Standard input ends with the process that holds its other end.
    let _ended = std::io::copy(&mut std::io::stdin(), &mut std::io::sink());
}

/// Waits of a poll between the moment it was due and its commit, in milliseconds of the simulated clock.
#[derive(Clone, Default)]
struct Lags(Arc<Mutex<Vec<(String, i64)>>>);

impl<S: tracing::Subscriber> Layer<S> for Lags {
    fn on_event(&self, event: &tracing::Event<'_>, _: Context<'_, S>) {
        let mut found = Found::default();
        event.record(&mut found);
        if let (Some(lag), Some(feed)) = (found.lag, found.feed) {
            self.0.lock().unwrap().push((feed, lag));
        }
    }
}

#[derive(Default)]
struct Found {
    lag: Option<i64>,
    feed: Option<String>,
}

impl Visit for Found {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "feed.url" {
            self.feed = Some(format!("{value:?}"));
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        if field.name() == "poll.late_ms" {
            self.lag = Some(value);
        }
    }
}

/// How much faster the clock runs.
fn speed() -> u32 {
    std::env::var("SPEED").ok().and_then(|speed| speed.parse().ok()).unwrap_or(3)
}

pub(crate) fn run(feeds: usize) {
    let folder = tempfile::tempdir().unwrap();
    let origins = folder.path().join("origins");
    let mut farm = Command::new(std::env::current_exe().unwrap())
        .args(["farm".as_ref(), origins.as_os_str()])
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    while !origins.exists() {
        std::thread::sleep(Duration::from_millis(20));
    }
    let origins: Vec<String> =
        std::fs::read_to_string(&origins).unwrap().lines().map(str::to_owned).collect();
    let file = folder.path().join("feedwatch.toml");
    std::fs::write(&file, configuration(&origins, feeds, "every = \"15m\"")).unwrap();

    let lags = Lags::default();
    let subscriber = tracing_subscriber::registry().with(lags.clone());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (wall, cpu) = runtime.block_on(simulate(&file, folder.path()));
    drop(farm.stdin.take());
    farm.wait().unwrap();
    tell(&lags.0.lock().unwrap(), feeds, wall, cpu);
}

/// Returns how long it took, and how much processor time.
async fn simulate(file: &Path, folder: &Path) -> (Duration, Duration) {
    let source = Source { config: Some(file.to_owned()), data_dir: Some(folder.join("data")) };
    let loaded = config::load(&source, &Environment::default()).unwrap();
    let epoch = Utc::now();
    let store = Store::open(&folder.join("data"), Mode::Daemon, "bench", epoch).await.unwrap();
    let setup = Setup::build(loaded.config).unwrap();
    pipeline::sync(&setup, &store, epoch).await.unwrap();
    let known = Instant::now();
    make_known(&setup, &store, epoch).await;
    println!("{} feeds made known in {:.0} s", setup.config.feeds.len(), known.elapsed().as_secs_f64());

    let (began, cpu, speed) = (Instant::now(), usage::own_cpu(), speed());
    let ambient = Ambient::new(
        move || epoch + TimeDelta::from_std(began.elapsed() * speed).unwrap(),
        rand::random::<f64>,
    );
    pipeline::resume(&setup, None, &store, &ambient, ambient.now()).await.unwrap();
    let shutdown = CancellationToken::new();
    let (recorded, _) = tokio::sync::watch::channel(());
    let (_reload, reloaded) = tokio::sync::watch::channel(());
    let scheduler = Scheduler {
        setup: Arc::new(ArcSwap::from_pointee(setup)),
        store: store.clone(),
        ambient,
        recorded,
        reloaded,
        pulse: Pulse::new(Instant::now()),
        shutdown: shutdown.clone(),
    };
    let polling = tokio::spawn(scheduler.run());
    tokio::time::sleep(SPAN.to_std().unwrap() / speed).await;
    shutdown.cancel();
    polling.await.unwrap();
    store.close().await;
    (began.elapsed(), usage::own_cpu() - cpu)
}

/// Leaves each feed as a poll before `epoch` would that found its first edition, and was answered 304 since.
async fn make_known(setup: &Setup, store: &Store, epoch: Timestamp) {
    let count = i32::try_from(setup.config.feeds.len()).unwrap();
    for (feed, number) in setup.config.feeds.iter().zip(0..) {
        let next_poll_at = epoch + INTERVAL / count * number;
        let polled_at = next_poll_at - INTERVAL;
        let etag = farm::etag(usize::try_from(number).unwrap(), 0, 0).into_bytes();
        let state = FeedState {
            validators: Validators { etag: Some(etag), ..Validators::default() },
            last_poll_at: Some(polled_at),
            last_success_at: Some(polled_at),
            ..FeedState::unpolled(feed.id, next_poll_at)
        };
        store.commit_poll(&PollIntent::of(state, polled_at)).await.unwrap();
    }
}

fn tell(lags: &[(String, i64)], feeds: usize, wall: Duration, cpu: Duration) {
    let mut polls: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    for (feed, _) in lags {
        *polls.entry(feed).or_default() += 1;
    }
    let mut late: Vec<i64> = lags.iter().map(|(_, lag)| *lag).collect();
    late.sort_unstable();
    let at = |share: f64| late[((late.len() - 1) as f64 * share) as usize] as f64 / 1e3;
    println!("{feeds} feeds over {} min of a clock {} times as fast", SPAN.num_minutes(), speed());
    println!(
        "{} polls of {} feeds, {:.0} a second",
        lags.len(),
        polls.len(),
        lags.len() as f64 / wall.as_secs_f64()
    );
    println!("late by, in simulated s: median {:.1}, p99 {:.1}, most {:.1}", at(0.5), at(0.99), at(1.0));
    println!(
        "{:.0} CPU s, {:.2} for 1,000 polls; {:.0} MB at most",
        cpu.as_secs_f64(),
        cpu.as_secs_f64() * 1e3 / lags.len() as f64,
        usage::own_peak() as f64 / 1e6
    );
    println!(
        "feeds polled only once: {}, never: {}",
        polls.values().filter(|n| **n == 1).count(),
        feeds - polls.len()
    );
}

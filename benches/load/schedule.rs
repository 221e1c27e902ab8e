//! A hundred thousand feeds over half an hour of a clock that runs faster than the world's.
//!
//! The scheduler runs in this process, on the library's own parts; the farm in another, so that neither its
//! processor time nor its memory is counted.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU64, AtomicUsize};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use chrono::{TimeDelta, Utc};
use feedwatch::config::{self, Environment, Source};
use feedwatch::pipeline::{self, Ambient, Pulse, Scheduler, Setup};
use feedwatch::store::{Mode, Store};
use tokio_util::sync::CancellationToken;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::farm::{Farm, Faults};
use super::feeds::Feeds;
use super::{configuration, usage};

const FEEDS: usize = 100_000;
/// Of the simulated clock.
const SPAN: TimeDelta = TimeDelta::minutes(30);
const ADDRESSES: usize = 1_000;

/// Serves until the other process is gone; writes its origins to the file at `path`.
pub(crate) fn serve(path: &Path) {
    let feeds = Feeds::made(5);
    let farm = Arc::new(Farm {
        body: Box::new(move |feed, edition| feeds.body(feed, edition)),
        edition: AtomicU64::new(0),
        renewed_one_in: AtomicUsize::new(1),
        faults: Faults { slow: 2, broken: 10, cut: 10 },
        answered: AtomicUsize::new(0),
    });
    let origins = farm.serve(ADDRESSES).join("\n");
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

pub(crate) fn run() {
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
    std::fs::write(&file, configuration(&origins, FEEDS, "every = \"15m\"")).unwrap();

    let lags = Lags::default();
    let subscriber = tracing_subscriber::registry().with(lags.clone());
    tracing::subscriber::set_global_default(subscriber).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let speed = std::env::var("SPEED").ok().and_then(|speed| speed.parse().ok()).unwrap_or(3);
    let started = Instant::now();
    let cpu = usage::own_cpu();
    runtime.block_on(simulate(&file, folder.path(), speed));
    let (wall, cpu) = (started.elapsed(), usage::own_cpu() - cpu);
    drop(farm.stdin.take());
    farm.wait().unwrap();
    tell(&lags.0.lock().unwrap(), wall, cpu, speed);
}

async fn simulate(file: &Path, folder: &Path, speed: u32) {
    let source = Source { config: Some(file.to_owned()), data_dir: Some(folder.join("data")) };
    let loaded = config::load(&source, &Environment::default()).unwrap();
    let (began, epoch) = (Instant::now(), Utc::now());
    let ambient = Ambient::new(
        move || epoch + TimeDelta::from_std(began.elapsed() * speed).unwrap(),
        rand::random::<f64>,
    );
    let store = Store::open(&folder.join("data"), Mode::Daemon, "bench", ambient.now()).await.unwrap();
    let setup = Setup::build(loaded.config).unwrap();
    store.sync_feeds(&setup.first_polls(ambient.now()), ambient.now()).await.unwrap();
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
}

fn tell(lags: &[(String, i64)], wall: Duration, cpu: Duration, speed: u32) {
    let mut polls: std::collections::HashMap<&str, usize> = std::collections::HashMap::new();
    for (feed, _) in lags {
        *polls.entry(feed).or_default() += 1;
    }
    let mut late: Vec<i64> = lags.iter().map(|(_, lag)| *lag).collect();
    late.sort_unstable();
    let at = |share: f64| late[((late.len() - 1) as f64 * share) as usize] as f64 / 1e3;
    println!("{FEEDS} feeds over {} min of a clock {speed} times as fast", SPAN.num_minutes());
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
        FEEDS - polls.len()
    );
}

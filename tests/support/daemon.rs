//! The daemon's parts inside the test's process, on a clock that the test sets.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use feedwatch::app::{self, App};
use feedwatch::config::{self, Environment, Source};
use feedwatch::model::FeedId;
use feedwatch::pipeline::{self, Ambient, Setup};
use feedwatch::server::{self, Refusal};
use feedwatch::store::{Mode, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

/// See the module's documentation.
pub(crate) struct Inside {
    /// By how much its clock is ahead of the machine's, in milliseconds.
    ahead: Arc<AtomicI64>,
    pub(crate) setup: Arc<Setup>,
    pub(crate) store: Store,
    pub(crate) ambient: Ambient,
    runtime: Runtime,
    _folder: TempDir,
}

impl Inside {
    /// Its database is new, and its clock shows `now`.
    pub(crate) fn new(configuration: &str, now: DateTime<Utc>) -> Self {
        let runtime = Runtime::new().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("feedwatch.toml");
        let allowed = "[fetch]\nallow_networks = [\"127.0.0.0/8\"]\n";
        std::fs::write(&file, format!("{configuration}\n{allowed}")).unwrap();
        let source = Source { config: Some(file), data_dir: Some(folder.path().to_owned()) };
        let config = config::load(&source, &Environment::default()).unwrap().config;
        let ahead = Arc::new(AtomicI64::new((now - Utc::now()).num_milliseconds()));
        let clock = ahead.clone();
        let ambient = Ambient::new(
            move || Utc::now() + TimeDelta::milliseconds(clock.load(Ordering::SeqCst)),
            rand::random::<f64>,
        );
        let (setup, store) = runtime.block_on(async {
            let setup = Setup::build(config).unwrap();
            let store = Store::open(folder.path(), Mode::Daemon, "install", now).await.unwrap();
            pipeline::sync(&setup, &store, now).await.unwrap();
            (Arc::new(setup), store)
        });
        Self { ahead, setup, store, ambient, runtime, _folder: folder }
    }

    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Sets the clock forward, or back.
    pub(crate) fn pass(&self, span: TimeDelta) {
        self.ahead.fetch_add(span.num_milliseconds(), Ordering::SeqCst);
    }

    pub(crate) fn now(&self) -> DateTime<Utc> {
        self.ambient.now()
    }

    /// What the daemon does at this moment: polls what is due, sends what is due. Returns the polls.
    pub(crate) fn work(&self) -> usize {
        self.block_on(async {
            let due = self.store.due_feeds(self.now(), 1_000).await.unwrap();
            let due: Vec<FeedId> = due.iter().map(|state| state.id).collect();
            pipeline::poll_each(&self.setup, &self.store, &self.ambient, &due, |_| {}).await.unwrap();
            pipeline::dispatch_due(&self.setup, &self.store, &self.ambient).await.unwrap();
            due.len()
        })
    }

    /// Runs the daemon itself while `work` goes on, then stops it.
    pub(crate) fn run(self, work: impl FnOnce(&Self)) {
        let shutdown = CancellationToken::new();
        let app = App {
            store: self.store.clone(),
            // The test keeps its own, of the same configuration.
            setup: self.block_on(async { Setup::build(self.setup.config.clone()).unwrap() }),
            ambient: self.ambient.clone(),
            reload: Arc::new(|_| Err(Refusal::Busy)),
            reloads: server::reloads(),
        };
        let daemon = self.runtime.spawn(app::run(app, shutdown.clone()));
        work(&self);
        shutdown.cancel();
        self.block_on(daemon).unwrap().unwrap();
    }
}

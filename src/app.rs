//! The daemon: builds the parts, runs them until shutdown, exchanges them on a reload.

mod changes;
mod service;
mod settling;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::anyhow;
use arc_swap::ArcSwap;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{debug, error, info, warn};

use crate::config::Files;
use crate::failpoint::{Failpoint, during, pass};
use changes::Changes;
pub use service::starting;

use crate::pipeline::{self, Ambient, Hubs, Pulse, Scheduler, Setup};
use crate::server::{self, Refusal, Rejection, Reloads, WebSub};
use crate::store::Store;

/// How long the parts may take to end; what is still under way then is taken up at the next start.
const GRACE: Duration = Duration::from_secs(25);

/// Reads the configuration anew and builds its parts, with what those in force learned.
pub type Reload = Arc<dyn Fn(&Setup) -> Result<Setup, Refusal> + Send + Sync>;

/// What the daemon runs with.
pub struct App {
    /// The database, held by the daemon's lock.
    pub store: Store,
    /// The parts to begin with.
    pub setup: Setup,
    /// Time and chance.
    pub ambient: Ambient,
    /// Where the next parts come from.
    pub reload: Reload,
    /// Asks for a reload; each request is answered when it is done.
    pub reloads: (Reloads, mpsc::Receiver<server::Request>),
}

/// Runs until `shutdown`, then lets everything under way end.
///
/// # Errors
/// When it cannot start: the database fails, or the port is taken.
pub async fn run(app: App, shutdown: CancellationToken) -> anyhow::Result<()> {
    let App { store, setup, ambient, reload, reloads: (reloads, mut requests) } = app;
    let now = ambient.now();
    let again = store.recover_in_flight(None, now).await?;
    if again > 0 {
        warn!(deliveries = again, "deliveries were under way when the last run ended: they are sent again");
    }
    pipeline::sync(&setup, &store, now).await?;
    pipeline::resume(&setup, None, &store, &ambient, now).await?;
    pipeline::revive_orphans(&setup, &store, &ambient).await?;
    pipeline::bury_orphans(|name| setup.has_channel(name), &store, &ambient).await?;

    let server = match setup.config.server.listen {
        Some(address) => Some(server::bind(address).await?),
        None => None,
    };
    let setup = Arc::new(ArcSwap::from_pointee(setup));
    let (recorded, _) = watch::channel(());
    let (reloaded, _) = watch::channel(());
    let mut tasks = JoinSet::new();
    let pulse = Pulse::new(Instant::now());
    if let Some(limit) = service::watchdog() {
        tasks.spawn(service::feed_watchdog(limit, pulse.clone(), store.clone(), shutdown.clone()));
    }
    let scheduler = Scheduler {
        setup: setup.clone(),
        store: store.clone(),
        ambient: ambient.clone(),
        recorded: recorded.clone(),
        reloaded: reloaded.subscribe(),
        pulse,
        shutdown: shutdown.clone(),
    };
    tasks.spawn(scheduler.run());
    tasks.spawn(pipeline::tidy_regularly(setup.clone(), store.clone(), ambient.clone(), shutdown.clone()));
    tasks.spawn(pipeline::reindex_in_background(setup.clone(), store.clone(), shutdown.clone()));
    tasks.spawn(pipeline::look_regularly(
        setup.clone(),
        store.clone(),
        ambient.clone(),
        recorded.clone(),
        shutdown.clone(),
    ));
    tasks.spawn(pipeline::fetch_pages(
        setup.clone(),
        store.clone(),
        ambient.clone(),
        recorded.clone(),
        shutdown.clone(),
    ));
    let rejection = Rejection::default();
    if let Some(listener) = server {
        info!(server.address = %listener.address(), "listening");
        let config = setup.load().config.clone();
        let websub = config.server.public_url.map(|public_url| {
            let hubs = Hubs::new(setup.clone(), store.clone(), ambient.clone(), recorded.clone());
            tasks.spawn(hubs.clone().ask_regularly(public_url, shutdown.clone()));
            WebSub { hubs, max_body: config.fetch.max_body }
        });
        tasks.spawn(listener.serve(
            store.clone(),
            reloads.clone(),
            rejection.clone(),
            websub,
            shutdown.clone(),
        ));
    }
    let changes =
        Changes { setup: setup.clone(), reloads, rejection: rejection.clone(), shutdown: shutdown.clone() };
    tasks.spawn(changes.watch());
    let mut channels = Channels::start(&setup, &store, &ambient, &recorded);
    let mut told: Option<Refusal> = None;
    announce(&setup.load());
    service::ready(&setup.load());
    let broken = loop {
        tokio::select! {
            // First, always: the parts end at shutdown too, and then that is no accident.
            biased;
            () = shutdown.cancelled() => break None,
            Some(ended) = tasks.join_next() => break Some(ended),
            Some(ended) = channels.tasks.join_next() => break Some(ended),
            Some(request) = requests.recv() => {
                service::reloading();
                let answer = renew(&setup, &store, &ambient, &reload, &request).await;
                match &answer {
                    Ok(()) => {
                        told = None;
                        rejection.lift();
                        tokio::select! {
                            () = shutdown.cancelled() => break None,
                            () = channels.stop() => {}
                        }
                        if let Err(error) = pipeline::revive_orphans(&setup.load(), &store, &ambient).await {
                            error!("alerts of channels that are back could not be taken back: {error:#}");
                        }
                        let is_configured = |name: &str| setup.load().has_channel(name);
                        if let Err(error) = pipeline::bury_orphans(is_configured, &store, &ambient).await {
                            error!("alerts of removed channels could not be given up on: {error:#}");
                        }
                        channels = Channels::start(&setup, &store, &ambient, &recorded);
                        reloaded.send_replace(());
                        info!("configuration reloaded");
                        announce(&setup.load());
                    }
                    // The files are looked at again once they rest.
                    Err(Refusal::Changed) => {}
                    // Tried by itself until the database takes it.
                    Err(reason @ Refusal::NotStored(_))
                        if request.expected().is_some() && told.as_ref() == Some(reason) =>
                    {
                        debug!("the configuration is still not reloaded: {reason}");
                    }
                    Err(reason) => {
                        rejection.raise();
                        error!("the configuration was not reloaded, the old one stays: {reason}");
                        told = Some(reason.clone());
                    }
                }
                service::ready(&setup.load());
                request.answer(answer);
            }
        }
    };
    info!("stopping");
    service::stopping();
    shutdown.cancel();
    let finished = async {
        channels.stop().await;
        while tasks.join_next().await.is_some() {}
    };
    if during(Failpoint::Draining, tokio::time::timeout(GRACE, finished)).await.is_err() {
        warn!("stopped with work under way: it is taken up at the next start");
    }
    store.close().await;
    info!("stopped");
    match broken {
        None => Ok(()),
        // A daemon without one of its parts would look well and do nothing: better that it is started anew.
        Some(ended) => Err(anyhow!("a part of the daemon ended by itself: {ended:?}")),
    }
}

fn announce(setup: &Setup) {
    let config = &setup.config;
    info!(
        feeds = config.feeds.len(),
        watches = config.watches.len(),
        channels = config.channels.len(),
        "watching"
    );
    if config.feeds.is_empty() {
        warn!("no feeds are configured, so nothing is polled: `feedwatch feed add URL`");
    }
}

/// Puts a new configuration in force, or says why the old one stays.
async fn renew(
    setup: &ArcSwap<Setup>,
    store: &Store,
    ambient: &Ambient,
    reload: &Reload,
    request: &server::Request,
) -> Result<(), Refusal> {
    let current = setup.load_full();
    let (reload, parts, expected) = (reload.clone(), current.clone(), request.expected().cloned());
    let runtime = tokio::runtime::Handle::current();
    // Reading files and compiling watches takes a while; mail connections want a runtime.
    let built = tokio::task::spawn_blocking(move || {
        let _entered = runtime.enter();
        let next = reload(&parts)?;
        let files = &next.config.files;
        // What only the new configuration names was not looked at before: it must at least be there still.
        let is_meant = expected.is_none_or(|expected| expected.agrees_with(files) && files.now() == *files);
        if is_meant { Ok(next) } else { Err(Refusal::Changed) }
    });
    let next = built.await.map_err(|error| {
        let reason = format!("loading did not end well: {error}");
        Refusal::Wrong { reason, files: Files::default() }
    })??;
    let now = ambient.now();
    pipeline::sync(&next, store, now).await.map_err(|error| Refusal::NotStored(format!("{error:#}")))?;
    pass(Failpoint::Reloading);
    if next.config.server != current.config.server || next.config.log != current.config.log {
        warn!("[server] and [log] are read at the start: restart to put their changes in force");
    }
    if let Err(error) = pipeline::resume(&next, Some(&current), store, ambient, now).await {
        warn!("the schedule was not looked through: {error:#}");
    }
    setup.store(Arc::new(next));
    Ok(())
}

/// One task per channel of a configuration.
struct Channels {
    tasks: JoinSet<()>,
    shutdown: CancellationToken,
}

impl Channels {
    fn start(setup: &ArcSwap<Setup>, store: &Store, ambient: &Ambient, recorded: &watch::Sender<()>) -> Self {
        let shutdown = CancellationToken::new();
        let setup = setup.load_full();
        let mut tasks = JoinSet::new();
        for index in 0..setup.channels.len() {
            let (setup, store, ambient) = (setup.clone(), store.clone(), ambient.clone());
            let (recorded, shutdown) = (recorded.clone(), shutdown.clone());
            tasks.spawn(async move {
                pipeline::serve_channel(&setup, index, &store, &ambient, recorded, shutdown).await;
            });
        }
        Self { tasks, shutdown }
    }

    /// Lets what is on its way end, and takes up nothing more.
    async fn stop(&mut self) {
        self.shutdown.cancel();
        while let Some(ended) = self.tasks.join_next().await {
            if let Err(error) = ended {
                error!("a channel did not end well: {error}");
            }
        }
    }
}

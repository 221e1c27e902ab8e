//! The daemon: builds the parts, runs them until shutdown, exchanges them on a reload.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use futures::future::join_all;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use tracing::{error, info, warn};

use crate::pipeline::{self, Ambient, Scheduler, Setup};
use crate::server::{self, Reloads};
use crate::store::Store;

/// How long the parts may take to end; what is still under way then is taken up at the next start.
const GRACE: Duration = Duration::from_secs(25);

/// Reads the configuration anew and builds its parts, with what those in force learned; the error is
/// complete, for people.
pub type Reload = Arc<dyn Fn(&Setup) -> Result<Setup, String> + Send + Sync>;

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
    let again = store.recover_in_flight(now).await?;
    if again > 0 {
        warn!(deliveries = again, "deliveries were under way when the last run ended: they are sent again");
    }
    store.sync_feeds(&setup.first_polls(now)).await?;
    pipeline::resume(&setup, &store, &ambient, now).await?;
    pipeline::bury_orphans(&store, &setup.channels, &ambient).await?;

    let server = match setup.config.server.listen {
        Some(address) => Some(server::bind(address).await?),
        None => None,
    };
    let setup = Arc::new(ArcSwap::from_pointee(setup));
    let (recorded, _) = watch::channel(());
    let (reloaded, _) = watch::channel(());
    let mut tasks = vec![
        tokio::spawn(
            Scheduler {
                setup: setup.clone(),
                store: store.clone(),
                ambient: ambient.clone(),
                recorded: recorded.clone(),
                reloaded: reloaded.subscribe(),
                shutdown: shutdown.clone(),
            }
            .run(),
        ),
        tokio::spawn(pipeline::prune_regularly(
            setup.clone(),
            store.clone(),
            ambient.clone(),
            shutdown.clone(),
        )),
    ];
    if let Some(listener) = server {
        info!(server.address = %listener.address(), "listening");
        tasks.push(tokio::spawn(listener.serve(store.clone(), reloads, shutdown.clone())));
    }
    let mut channels = Channels::start(&setup, &store, &ambient, &recorded);
    announce(&setup.load());
    loop {
        tokio::select! {
            () = shutdown.cancelled() => break,
            Some(request) = requests.recv() => {
                let answer = renew(&setup, &store, &ambient, &reload).await;
                match &answer {
                    Ok(()) => {
                        channels.stop().await;
                        if let Err(error) = pipeline::bury_orphans(&store, &setup.load().channels, &ambient).await {
                            error!("alerts of removed channels could not be given up on: {error:#}");
                        }
                        channels = Channels::start(&setup, &store, &ambient, &recorded);
                        reloaded.send_replace(());
                        info!("configuration reloaded");
                        announce(&setup.load());
                    }
                    Err(reason) => error!("the configuration was not reloaded, the old one stays: {reason}"),
                }
                request.answer(answer);
            }
        }
    }
    info!("stopping");
    tasks.push(tokio::spawn(channels.stop()));
    if tokio::time::timeout(GRACE, join_all(tasks)).await.is_err() {
        warn!("stopped with work under way: it is taken up at the next start");
    }
    store.close().await;
    info!("stopped");
    Ok(())
}

fn announce(setup: &Setup) {
    let config = &setup.config;
    info!(
        feeds = config.feeds.len(),
        watches = config.watches.len(),
        channels = config.channels.len(),
        "watching"
    );
}

/// Puts a new configuration in force, or says why the old one stays.
async fn renew(
    setup: &ArcSwap<Setup>,
    store: &Store,
    ambient: &Ambient,
    reload: &Reload,
) -> Result<(), String> {
    let (reload, current) = (reload.clone(), setup.load_full());
    let runtime = tokio::runtime::Handle::current();
    // Reading files and compiling watches takes a while; mail connections want a runtime.
    let built = tokio::task::spawn_blocking(move || {
        let _entered = runtime.enter();
        reload(&current)
    });
    let next = built.await.map_err(|error| format!("loading did not end well: {error}"))??;
    let now = ambient.now();
    let synced = store.sync_feeds(&next.first_polls(now)).await;
    synced.map_err(|error| format!("the database does not take the feeds: {error:#}"))?;
    if let Err(error) = pipeline::resume(&next, store, ambient, now).await {
        warn!("the schedule was not looked through: {error:#}");
    }
    setup.store(Arc::new(next));
    Ok(())
}

/// One task per channel of a configuration.
struct Channels {
    tasks: Vec<JoinHandle<()>>,
    shutdown: CancellationToken,
}

impl Channels {
    fn start(setup: &ArcSwap<Setup>, store: &Store, ambient: &Ambient, recorded: &watch::Sender<()>) -> Self {
        let shutdown = CancellationToken::new();
        let setup = setup.load_full();
        let tasks = (0..setup.channels.len())
            .map(|index| {
                let (setup, store, ambient) = (setup.clone(), store.clone(), ambient.clone());
                let (recorded, shutdown) = (recorded.subscribe(), shutdown.clone());
                tokio::spawn(async move {
                    let channel = &setup.channels[index];
                    pipeline::serve_channel(&store, channel, &ambient, recorded, shutdown).await;
                })
            })
            .collect();
        Self { tasks, shutdown }
    }

    /// Lets what is on its way end, and takes up nothing more.
    async fn stop(self) {
        self.shutdown.cancel();
        for task in self.tasks {
            if let Err(error) = task.await {
                error!("a channel did not end well: {error}");
            }
        }
    }
}

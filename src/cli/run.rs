//! `feedwatch run`: the daemon, with its signals.

use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;
use tracing::info;

use super::context::Context;
use super::logging;
use super::output::Failure;
use crate::app::{self, App, Reload};
use crate::config::{self, Environment, Files, Report, Source};
use crate::pipeline::SetupError;
use crate::server::{Refusal, Reloads, reloads};

pub(super) fn run(context: &Context) -> Result<ExitCode, Failure> {
    let loaded = context.load()?;
    logging::start(&loaded.config.log);
    context.block_on(async {
        let setup = context.setup(loaded.config)?;
        let store = app::starting(context.open_as_daemon(loaded.paths.data_dir)).await?;
        let shutdown = CancellationToken::new();
        let (asks, requests) = reloads();
        listen_to_signals(shutdown.clone(), asks.clone())?;
        info!(database.path = %store.path().display(), version = env!("CARGO_PKG_VERSION"), "starting");
        let app = App {
            store,
            setup,
            ambient: context.ambient.clone(),
            reload: reload(context.source.clone(), context.environment.clone()),
            reloads: (asks, requests),
        };
        app::run(app, shutdown).await?;
        Ok(ExitCode::SUCCESS)
    })
}

/// Reads the same files again, with the environment of the start.
fn reload(source: Source, environment: Environment) -> Reload {
    Arc::new(move |current| {
        let drawn = |reports: &[Report]| {
            reports.iter().map(|report| report.render(false)).collect::<Vec<_>>().join("\n")
        };
        let found = config::salvage(&source, &environment)
            .map_err(|report| Refusal::Wrong { reason: drawn(&[report]), files: Files::default() })?;
        let files = found.config.files.clone();
        let loaded = found.whole().map_err(|reports| Refusal::Wrong { reason: drawn(&reports), files })?;
        let files = loaded.config.files.clone();
        let wrong = |error: SetupError| Refusal::Wrong { reason: error.to_string(), files };
        current.rebuild(loaded.config).map_err(wrong)
    })
}

/// SIGTERM and SIGINT stop, SIGHUP reloads.
fn listen_to_signals(shutdown: CancellationToken, reloads: Reloads) -> anyhow::Result<()> {
    let listen = |kind| signal(kind).context("cannot listen to signals");
    let mut terminate = listen(SignalKind::terminate())?;
    let mut interrupt = listen(SignalKind::interrupt())?;
    let mut hangup = listen(SignalKind::hangup())?;
    tokio::spawn(async move {
        loop {
            tokio::select! {
                _ = terminate.recv() => break,
                _ = interrupt.recv() => break,
                _ = hangup.recv() => {
                    let reloads = reloads.clone();
                    // Not awaited here: a stop must not wait for a reload. The daemon logs how it went.
                    tokio::spawn(async move {
                        let _logged_there = reloads.ask().await;
                    });
                }
            }
        }
        shutdown.cancel();
    });
    Ok(())
}

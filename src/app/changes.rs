//! Notices when the files of the configuration hold something else than what is in force, and asks for a
//! reload.
//!
//! It looks at their times and sizes every other second instead of asking the operating system to tell: that
//! is a call for each of a few files, needs none of the few watches that a system grants, and works alike
//! for editors that replace files, for folders exchanged behind links, for files that are still to be
//! made, and over the network. Only where something looks different are texts read and compared.

use std::sync::Arc;
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tracing::info;

use crate::config::{Files, Stamps};
use crate::pipeline::Setup;
use crate::server::{Rejection, Reloads};

/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How often texts are compared although nothing looks different: a clock of files may be coarse.
const COMPARE_EVERY: Duration = Duration::from_secs(60);

/// How long the files must stay as they are before they are read: an editor writes in several steps.
const QUIET: Duration = Duration::from_millis(300);

/// What the watch over the files needs.
pub(super) struct Changes {
    pub(super) setup: Arc<ArcSwap<Setup>>,
    pub(super) reloads: Reloads,
    pub(super) rejection: Rejection,
    pub(super) shutdown: CancellationToken,
}

impl Changes {
    /// Watches until shutdown.
    pub(super) async fn watch(self) {
        // What was tried last and refused: it is not tried again until it changes.
        let mut refused: Option<Files> = None;
        let mut seen: Option<Stamps> = None;
        let mut compared = Instant::now();
        loop {
            let files = self.setup.load().config.files.clone();
            let stamps = tokio::task::spawn_blocking(move || files.stamps()).await.ok();
            if stamps == seen && compared.elapsed() < COMPARE_EVERY {
                tokio::select! {
                    () = self.shutdown.cancelled() => return,
                    () = sleep(LOOK_EVERY) => continue,
                }
            }
            (seen, compared) = (stamps, Instant::now());
            let Some(present) = self.settled().await else { return };
            let setup = self.setup.load_full();
            if present == setup.config.files {
                refused = None;
                if self.rejection.stands() {
                    info!("the files of the configuration are again what is in force");
                    self.rejection.lift();
                }
                continue;
            }
            if !setup.config.reload.on_change || refused.as_ref() == Some(&present) {
                continue;
            }
            info!("the files of the configuration changed");
            let answer = tokio::select! {
                () = self.shutdown.cancelled() => return,
                answer = self.reloads.ask() => answer,
            };
            // The daemon logs why. One that was too busy to look is asked again.
            refused = (answer.is_err() && self.rejection.stands()).then_some(present);
        }
    }

    /// The files once they stay as they are; `None` at shutdown.
    async fn settled(&self) -> Option<Files> {
        let mut last = None;
        loop {
            tokio::select! {
                () = self.shutdown.cancelled() => return None,
                () = sleep(QUIET) => {}
            }
            let files = self.setup.load().config.files.clone();
            let present = tokio::task::spawn_blocking(move || files.now()).await.ok();
            if present.is_some() && present == last {
                return present;
            }
            last = present;
        }
    }
}

//! Notices when the files of the configuration hold something else than what is in force, and asks for a
//! reload.
//!
//! It looks at their times and sizes every other second instead of asking the operating system to tell: that
//! is a call for each of a few files, needs none of the few watches that a system grants, and works alike
//! for editors that replace files, for folders exchanged behind links, for files that are still to be
//! made, and over the network. Only where something looks different are texts read and compared.

use std::sync::Arc;
use std::time::{Duration, Instant};

use arc_swap::ArcSwap;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::settling::Settling;
use crate::config::{Files, Stamps};
use crate::pipeline::Setup;
use crate::server::{Refusal, Rejection, Reloads};

/// How often is looked.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How often texts are compared although nothing looks different: a clock of files may be coarse.
const COMPARE_EVERY: Duration = Duration::from_secs(60);

/// The pause before the database is asked again that did not take a change: a disk may have room again.
const STORE_AGAIN_AFTER: Duration = Duration::from_secs(10);

/// How often is looked at files that are being written.
const SETTLE_EVERY: Duration = Duration::from_millis(300);

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
        // What was refused last, with the files that only it names: it is not tried again until one changes.
        let mut refused: Option<Files> = None;
        let mut seen: Option<Stamps> = None;
        // What the database did not take, and when it is asked again.
        let mut put_off: Option<(Files, Instant)> = None;
        let mut compared = Instant::now();
        loop {
            let files = self.watched(refused.as_ref());
            let stamps = tokio::task::spawn_blocking(move || files.stamps()).await.ok();
            let is_time = put_off.as_ref().is_some_and(|(_, again_at)| Instant::now() >= *again_at);
            if stamps == seen && compared.elapsed() < COMPARE_EVERY && !is_time {
                tokio::select! {
                    () = self.shutdown.cancelled() => return,
                    () = sleep(LOOK_EVERY) => continue,
                }
            }
            (seen, compared) = (stamps, Instant::now());
            let Some(present) = self.settled(refused.as_ref()).await else { return };
            let setup = self.setup.load_full();
            if present.agrees_with(&setup.config.files) {
                (refused, put_off) = (None, None);
                if self.rejection.stands() {
                    info!("the files of the configuration are again what is in force");
                    self.rejection.lift();
                }
                continue;
            }
            if !setup.config.reload.on_change
                || refused.as_ref().is_some_and(|refused| refused.agrees_with(&present))
            {
                continue;
            }
            if let Some(wiped) = present.wiped_since(&setup.config.files) {
                warn!(
                    "{} holds nothing any more: the configuration in force stays; SIGHUP or POST /-/reload \
                     takes the change over if it is meant",
                    wiped.display()
                );
                self.rejection.raise();
                refused = Some(present);
                continue;
            }
            match put_off.take() {
                Some((files, again_at)) if files == present => {
                    if Instant::now() < again_at {
                        put_off = Some((files, again_at));
                        continue;
                    }
                }
                _ => info!("the files of the configuration changed"),
            }
            let answer = tokio::select! {
                () = self.shutdown.cancelled() => return,
                answer = self.reloads.ask_for(present.clone()) => answer,
            };
            match answer {
                Ok(()) => refused = None,
                // The daemon logs why.
                Err(Refusal::Wrong { files, .. }) => refused = Some(files.with(&present)),
                Err(Refusal::NotStored(_)) => put_off = Some((present, Instant::now() + STORE_AGAIN_AFTER)),
                // Nothing was tried: it is looked at again.
                Err(Refusal::Changed | Refusal::Busy | Refusal::Stopping) => seen = None,
            }
        }
    }

    /// The files of the configuration in force, and those of the one that was refused.
    fn watched(&self, refused: Option<&Files>) -> Files {
        let files = self.setup.load().config.files.clone();
        match refused {
            Some(refused) => files.with(refused),
            None => files,
        }
    }

    /// The files once nobody writes to them; `None` at shutdown. Those that are in force need no waiting.
    async fn settled(&self, refused: Option<&Files>) -> Option<Files> {
        let mut settling = Settling::default();
        loop {
            let (setup, files) = (self.setup.load_full(), self.watched(refused));
            let look = move || {
                let present = files.now();
                (present.agrees_with(&setup.config.files), present)
            };
            if let Ok((in_force, present)) = tokio::task::spawn_blocking(look).await
                && (in_force || settling.rests(&present, Instant::now()))
            {
                return Some(present);
            }
            tokio::select! {
                () = self.shutdown.cancelled() => return None,
                () = sleep(SETTLE_EVERY) => {}
            }
        }
    }
}

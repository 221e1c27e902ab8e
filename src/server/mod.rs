//! The daemon's own HTTP service: health, and the reload of the configuration.
//!
//! It listens on a loopback address only, and shows nothing of what is watched.

mod health;
mod rejection;
mod reload;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::error;

pub use rejection::Rejection;
pub use reload::{Reloads, Request, reloads};

use crate::store::Store;

/// How long answers under way may take after shutdown: a client that sends half a request must not hold
/// it up.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// What the handlers share.
#[derive(Clone)]
struct Shared {
    store: Store,
    reloads: Reloads,
    rejection: Rejection,
}

/// A bound port.
pub struct Listener(TcpListener);

/// Takes the port; serving begins later.
///
/// # Errors
/// When it is taken, or not ours to take.
pub async fn bind(address: SocketAddr) -> anyhow::Result<Listener> {
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address}: change `listen` in [server]"))?;
    Ok(Listener(listener))
}

impl Listener {
    /// The address taken; its port is known even where 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.0.local_addr().unwrap_or_else(|_| SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    /// Answers until `shutdown`.
    pub async fn serve(
        self,
        store: Store,
        reloads: Reloads,
        rejection: Rejection,
        shutdown: CancellationToken,
    ) {
        let router = Router::new()
            .route("/healthz", get(health::alive))
            .route("/readyz", get(health::ready))
            .route("/-/reload", post(reload::reload))
            .with_state(Shared { store, reloads, rejection });
        let serving = axum::serve(self.0, router).with_graceful_shutdown(shutdown.clone().cancelled_owned());
        let patience = async {
            shutdown.cancelled().await;
            tokio::time::sleep(LAST_ANSWERS).await;
        };
        tokio::select! {
            served = async { serving.await } => if let Err(error) = served {
                error!("the HTTP service ended: {error}");
            },
            () = patience => {}
        }
    }
}

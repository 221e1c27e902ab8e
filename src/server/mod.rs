//! The daemon's own HTTP service: health, the reload of the configuration, and the callbacks of WebSub hubs.
//!
//! It listens on a loopback address only, and shows nothing of what is watched. Only `/websub/` is for others,
//! through the proxy of who configures a public address.

mod health;
mod rejection;
mod reload;
mod websub;

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tracing::error;

pub use rejection::Rejection;
pub use reload::{Refusal, Reloads, Request, reloads};

use crate::pipeline::Hubs;
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

/// What hubs reach.
pub struct WebSub {
    /// Who speaks with them.
    pub hubs: Hubs,
    /// The most that is taken of one push, in bytes.
    pub max_body: usize,
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
        websub: Option<WebSub>,
        shutdown: CancellationToken,
    ) {
        let callbacks = websub.map(|WebSub { hubs, max_body }| {
            Router::new()
                .route("/websub/{callback}", get(websub::question).post(websub::push))
                .layer(DefaultBodyLimit::max(max_body))
                .with_state(hubs)
        });
        let router = Router::new()
            .route("/healthz", get(health::alive))
            .route("/readyz", get(health::ready))
            .route("/-/reload", post(reload::reload))
            .with_state(Shared { store, reloads, rejection })
            .merge(callbacks.unwrap_or_default());
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

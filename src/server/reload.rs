//! `POST /-/reload`, and the way by which a signal asks for the same.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use tokio::sync::{mpsc, oneshot};

use super::Shared;

/// Reloads that wait at once; a further one is told so.
const WAITING: usize = 4;

/// Asks for reloads. Clones ask the same daemon.
#[derive(Clone, Debug)]
pub struct Reloads(mpsc::Sender<Request>);

/// A reload that was asked for.
#[derive(Debug)]
pub struct Request(oneshot::Sender<Result<(), String>>);

/// The two ends: one asks, the daemon answers.
pub fn reloads() -> (Reloads, mpsc::Receiver<Request>) {
    let (tx, rx) = mpsc::channel(WAITING);
    (Reloads(tx), rx)
}

impl Request {
    /// Tells who asked how it went.
    pub fn answer(self, answer: Result<(), String>) {
        let _asker_left = self.0.send(answer);
    }
}

impl Reloads {
    /// Asks for a reload and waits for its end; the error says why the old configuration stays.
    ///
    /// # Errors
    /// What is wrong with the configuration, or that the daemon is busy with earlier requests.
    pub async fn ask(&self) -> Result<(), String> {
        let (tx, rx) = oneshot::channel();
        self.0.try_send(Request(tx)).map_err(|_| "other reloads are under way: try again".to_owned())?;
        rx.await.unwrap_or_else(|_| Err("the daemon is stopping".to_owned()))
    }
}

/// A page of another site must not make a browser reload us: what a browser sends across sites names
/// its origin.
pub(super) async fn reload(State(shared): State<Shared>, headers: HeaderMap) -> (StatusCode, String) {
    if headers.contains_key("origin") || headers.get("sec-fetch-site").is_some_and(|site| site != "none") {
        return (StatusCode::FORBIDDEN, "not from a browser\n".to_owned());
    }
    match shared.reloads.ask().await {
        Ok(()) => (StatusCode::OK, "reloaded\n".to_owned()),
        Err(reason) => (StatusCode::UNPROCESSABLE_ENTITY, format!("the old configuration stays: {reason}\n")),
    }
}

//! `POST /-/reload`, and the way by which a signal asks for the same.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use tokio::sync::{mpsc, oneshot};

use super::Shared;
use crate::config::Files;

/// Reloads that wait at once; a further one is told so.
const WAITING: usize = 4;

/// Asks for reloads. Clones ask the same daemon.
#[derive(Clone, Debug)]
pub struct Reloads(mpsc::Sender<Request>);

/// A reload that was asked for.
#[derive(Debug)]
pub struct Request {
    /// What the files must hold for it; `None`: whatever they hold.
    expected: Option<Files>,
    answer: oneshot::Sender<Result<(), Refusal>>,
}

/// Why the old configuration stays.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The new one is wrong.
    #[error("{reason}")]
    Wrong {
        /// Complete, for people.
        reason: String,
        /// What it was read from, and what it names and could not be read from: should one of them change, it
        /// may be right.
        files: Files,
    },
    /// The database does not take what it must know of the new one, for a while perhaps; the text says why.
    #[error("the database does not take the feeds and watches: {0}")]
    NotStored(String),
    /// The files do not hold what the reload was asked for.
    #[error("the files changed while they were read: try again")]
    Changed,
    /// Earlier requests wait.
    #[error("other reloads are under way: try again")]
    Busy,
    /// The daemon is about to end.
    #[error("the daemon is stopping")]
    Stopping,
}

/// The two ends: one asks, the daemon answers.
pub fn reloads() -> (Reloads, mpsc::Receiver<Request>) {
    let (tx, rx) = mpsc::channel(WAITING);
    (Reloads(tx), rx)
}

impl Request {
    /// What the files must hold that are taken over; `None`: whatever they hold.
    pub fn expected(&self) -> Option<&Files> {
        self.expected.as_ref()
    }

    /// Tells who asked how it went.
    pub fn answer(self, answer: Result<(), Refusal>) {
        let _asker_left = self.answer.send(answer);
    }
}

impl Reloads {
    /// Asks for a reload of whatever the files hold, and waits for its end.
    ///
    /// # Errors
    /// Why the old configuration stays.
    pub async fn ask(&self) -> Result<(), Refusal> {
        self.request(None).await
    }

    /// Asks for a reload if the files hold what they held when they were looked at.
    ///
    /// # Errors
    /// Why the old configuration stays.
    pub async fn ask_for(&self, files: Files) -> Result<(), Refusal> {
        self.request(Some(files)).await
    }

    async fn request(&self, expected: Option<Files>) -> Result<(), Refusal> {
        let (tx, rx) = oneshot::channel();
        self.0.try_send(Request { expected, answer: tx }).map_err(|_| Refusal::Busy)?;
        rx.await.unwrap_or(Err(Refusal::Stopping))
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
        Err(reason) => {
            let status = match reason {
                Refusal::Wrong { .. } => StatusCode::UNPROCESSABLE_ENTITY,
                Refusal::NotStored(_) | Refusal::Changed | Refusal::Busy | Refusal::Stopping => {
                    StatusCode::SERVICE_UNAVAILABLE
                }
            };
            (status, format!("the old configuration stays: {reason}\n"))
        }
    }
}

//! `GET` and `POST /websub/ID`: what WebSub hubs ask and push. An ID that nobody was told answers nothing, and
//! nothing is sent back but the challenge of a hub that we asked.

use std::collections::HashMap;
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tracing::error;

use crate::pipeline::{Hubs, Push, Pushed, Question};

/// Longer challenges are nobody's.
const MAX_CHALLENGE: usize = 1024;

pub(super) async fn question(
    State(hubs): State<Hubs>,
    Path(callback): Path<String>,
    Query(parameters): Query<HashMap<String, String>>,
) -> Response {
    let text = |name: &str| parameters.get(name).cloned();
    let question = Question {
        mode: text("hub.mode").unwrap_or_default(),
        topic: text("hub.topic").unwrap_or_default(),
        challenge: text("hub.challenge").unwrap_or_default(),
        lease: text("hub.lease_seconds").and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs),
        reason: text("hub.reason")
            .map(|reason| reason.chars().filter(|c| !c.is_control()).take(200).collect()),
    };
    if question.challenge.len() > MAX_CHALLENGE {
        return StatusCode::NOT_FOUND.into_response();
    }
    match hubs.answer(&callback, question).await {
        Ok(Some(challenge)) => {
            let headers = [
                (header::CONTENT_TYPE, "text/plain; charset=utf-8"),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
            ];
            (headers, challenge).into_response()
        }
        Ok(None) => StatusCode::NOT_FOUND.into_response(),
        Err(error) => {
            error!("a hub's question was not answered: {error:#}");
            StatusCode::SERVICE_UNAVAILABLE.into_response()
        }
    }
}

pub(super) async fn push(
    State(hubs): State<Hubs>,
    Path(callback): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> StatusCode {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let push = Push { signature: text("x-hub-signature"), content_type: text("content-type"), body };
    match hubs.receive(&callback, push).await {
        Ok(Pushed::Taken) => StatusCode::ACCEPTED,
        Ok(Pushed::Unwanted) => StatusCode::GONE,
        Ok(Pushed::Busy) => StatusCode::SERVICE_UNAVAILABLE,
        Err(error) => {
            error!("what a hub pushed was not stored: {error:#}");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

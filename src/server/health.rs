//! `GET /healthz`, `GET /readyz`

use axum::extract::State;
use axum::http::StatusCode;

use super::Shared;

/// The process answers.
pub(super) async fn alive() -> &'static str {
    "ok\n"
}

/// The process answers, and so does its database. A refused configuration is told and changes nothing: the
/// one in force works.
pub(super) async fn ready(State(shared): State<Shared>) -> (StatusCode, String) {
    match shared.store.ping().await {
        Ok(()) if shared.rejection.stands() => {
            let told = "ok\nthe configuration on disk is refused, the old one stays: see `feedwatch check`\n";
            (StatusCode::OK, told.to_owned())
        }
        Ok(()) => (StatusCode::OK, "ok\n".to_owned()),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error:#}\n")),
    }
}

//! Serves the samples on a loopback port of its own.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Context;
use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::render::{Document, document};
use crate::pipeline::Ambient;

/// The demo's server; it stops when dropped.
pub(super) struct Server {
    pub(super) address: SocketAddr,
    news: Arc<News>,
    task: JoinHandle<()>,
}

struct News {
    ambient: Ambient,
    updated: AtomicBool,
}

impl Server {
    pub(super) async fn start(ambient: Ambient) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("cannot listen on 127.0.0.1")?;
        let address = listener.local_addr().context("cannot read the address listened on")?;
        let news = Arc::new(News { ambient, updated: AtomicBool::new(false) });
        let router = Router::new().fallback(serve).with_state(news.clone());
        let task = tokio::spawn(async move {
            let _ends_with_the_demo = axum::serve(listener, router).await;
        });
        Ok(Self { address, news, task })
    }

    /// Something happens: from now on every feed carries one more entry.
    pub(super) fn publish(&self) {
        self.news.updated.store(true, Ordering::SeqCst);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn serve(State(news): State<Arc<News>>, request: Request) -> Response {
    let updated = news.updated.load(Ordering::SeqCst);
    match document(request.uri().path(), updated, news.ambient.now()) {
        Some(document) => answer(document, request.headers()),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn answer(document: Document, asked: &HeaderMap) -> Response {
    let etag = HeaderValue::from_static(document.etag);
    let known = asked.get(header::IF_NONE_MATCH) == Some(&etag);
    let headers =
        [(header::ETAG, etag), (header::CONTENT_TYPE, HeaderValue::from_static(document.content_type))];
    if known {
        (StatusCode::NOT_MODIFIED, headers).into_response()
    } else {
        (headers, document.body).into_response()
    }
}

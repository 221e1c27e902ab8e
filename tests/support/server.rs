//! A server of feeds on a loopback port of its own. It answers what it is told to, honours
//! `If-None-Match`, and remembers what it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// What is at a path.
#[derive(Clone, Default)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
    pub(crate) etag: Option<String>,
    pub(crate) last_modified: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
}

impl Page {
    pub(crate) fn rss(items: &str) -> Self {
        let body = format!(
            "<?xml version=\"1.0\"?><rss version=\"2.0\"><channel><title>Test Wire</title>\
             <link>https://wire.example/</link><description>x</description>{items}</channel></rss>"
        );
        Self::new("application/rss+xml; charset=utf-8", body)
    }

    pub(crate) fn new(content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        Self { status: 200, content_type: content_type.into(), body: body.into(), ..Self::default() }
    }

    pub(crate) fn etag(self, etag: &str) -> Self {
        Self { etag: Some(etag.into()), ..self }
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    pub(crate) fn status(self, status: u16) -> Self {
        Self { status, ..self }
    }
}

/// One `<item>`.
pub(crate) fn item(guid: &str, title: &str, text: &str) -> String {
    format!(
        "<item><title>{title}</title><link>https://wire.example/{guid}</link><guid isPermaLink=\"false\">{guid}</guid>\
         <description>{text}</description></item>"
    )
}

#[derive(Default)]
struct Shared {
    pages: Mutex<HashMap<String, Page>>,
    asked: Mutex<Vec<(String, HeaderMap, u16)>>,
    asks: Condvar,
}

pub(crate) struct FeedServer {
    shared: Arc<Shared>,
    pub(crate) origin: String,
    _runtime: tokio::runtime::Runtime,
}

impl FeedServer {
    pub(crate) fn start() -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let shared = Arc::new(Shared::default());
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let origin = format!("http://{}", listener.local_addr().unwrap());
        let router = axum::Router::new().fallback(answer).with_state(shared.clone());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { shared, origin, _runtime: runtime }
    }

    pub(crate) fn put(&self, path: &str, page: Page) {
        self.shared.pages.lock().unwrap().insert(path.into(), page);
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.origin)
    }

    /// Waits until `path` was asked for `count` times in all.
    pub(crate) fn wait_until_asked(&self, path: &str, count: usize) {
        let asked = self.shared.asked.lock().unwrap();
        let too_few = |asked: &mut Vec<(String, HeaderMap, u16)>| {
            asked.iter().filter(|(asked, ..)| asked == path).count() < count
        };
        let (_asked, timeout) =
            self.shared.asks.wait_timeout_while(asked, Duration::from_secs(60), too_few).unwrap();
        assert!(!timeout.timed_out(), "{path} was not asked for {count} times within a minute");
    }

    /// Path, headers and answered status of every request so far.
    pub(crate) fn asked(&self) -> Vec<(String, HeaderMap, u16)> {
        self.shared.asked.lock().unwrap().clone()
    }
}

async fn answer(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let path = request.uri().path().to_owned();
    let page = shared.pages.lock().unwrap().get(&path).cloned();
    let response =
        page.map_or_else(|| StatusCode::NOT_FOUND.into_response(), |page| respond(page, request.headers()));
    let asked = (path, request.headers().clone(), response.status().as_u16());
    shared.asked.lock().unwrap().push(asked);
    shared.asks.notify_all();
    response
}

fn respond(page: Page, asked: &HeaderMap) -> Response {
    let mut headers = HeaderMap::new();
    let value = |text: &str| HeaderValue::from_str(text).unwrap();
    if !page.content_type.is_empty() {
        headers.insert(header::CONTENT_TYPE, value(&page.content_type));
    }
    for (name, text) in &page.headers {
        headers.append(*name, value(text));
    }
    if let Some(etag) = &page.etag {
        headers.insert(header::ETAG, value(etag));
    }
    if let Some(last_modified) = &page.last_modified {
        headers.insert(header::LAST_MODIFIED, value(last_modified));
    }
    let sent = |name| asked.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    let same = match sent(header::IF_NONE_MATCH) {
        Some(etag) => page.etag == Some(etag),
        None => page.last_modified.is_some() && page.last_modified == sent(header::IF_MODIFIED_SINCE),
    };
    if same {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (StatusCode::from_u16(page.status).unwrap(), headers, Bytes::from(page.body)).into_response()
}

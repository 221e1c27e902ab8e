//! A farm of feeds: an ordinary HTTP server on many loopback addresses, each with a port of its own.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

/// How answers go wrong; each is a share of all feeds in thousandths.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Faults {
    /// Answers that come after [`Farm::SLOW`].
    pub(crate) slow: usize,
    /// Answers of status 500.
    pub(crate) broken: usize,
    /// Bodies that end in the middle.
    pub(crate) cut: usize,
}

/// What is served.
pub(crate) struct Farm {
    /// The text of feed `n`, at its edition.
    pub(crate) body: Box<dyn Fn(usize, u64) -> Bytes + Send + Sync>,
    /// Each edition has an ETag of its own: raising it makes every feed new.
    pub(crate) edition: AtomicU64,
    /// Raising it changes every ETag and no text.
    pub(crate) stamp: AtomicU64,
    /// One feed in so many carries the new edition; the others stay as they are. 1: all.
    pub(crate) renewed_one_in: AtomicUsize,
    pub(crate) faults: Faults,
    /// Requests that were answered.
    pub(crate) answered: AtomicUsize,
}

impl Farm {
    /// How long a slow answer takes.
    const SLOW: Duration = Duration::from_secs(5);

    /// Serves on `addresses` loopback addresses from a thread of its own; returns their origins. Feed `n` is
    /// at `/n` of every one of them.
    pub(crate) fn serve(self: &Arc<Self>, addresses: usize) -> Vec<String> {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let mut origins = Vec::with_capacity(addresses);
        for address in 0..addresses {
            let [.., high, low] = u32::try_from(address).unwrap().to_be_bytes();
            let ip = Ipv4Addr::new(127, 1, high, low.max(1));
            let listener = runtime.block_on(tokio::net::TcpListener::bind((ip, 0))).unwrap();
            origins.push(format!("http://{}", listener.local_addr().unwrap()));
            let router = Router::new().route("/{feed}", axum::routing::get(answer)).with_state(self.clone());
            runtime.spawn(async move { axum::serve(listener, router).await });
        }
        std::thread::spawn(move || runtime.block_on(std::future::pending::<()>()));
        origins
    }

    fn edition_of(&self, feed: usize) -> u64 {
        let edition = self.edition.load(Ordering::Relaxed);
        let one_in = self.renewed_one_in.load(Ordering::Relaxed);
        if feed.is_multiple_of(one_in) { edition } else { 0 }
    }
}

/// The ETag of a feed at its edition.
pub(crate) fn etag(feed: usize, edition: u64, stamp: u64) -> String {
    format!("\"{feed}-{edition}-{stamp}\"")
}

async fn answer(State(farm): State<Arc<Farm>>, Path(feed): Path<usize>, asked: HeaderMap) -> Response {
    let edition = farm.edition_of(feed);
    let luck = feed.wrapping_mul(7_919) % 1_000;
    let Faults { slow, broken, cut } = farm.faults;
    if luck < slow {
        tokio::time::sleep(Farm::SLOW).await;
    }
    farm.answered.fetch_add(1, Ordering::Relaxed);
    if (slow..slow + broken).contains(&luck) {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    }
    let etag = etag(feed, edition, farm.stamp.load(Ordering::Relaxed));
    if asked.get(header::IF_NONE_MATCH).is_some_and(|sent| sent.as_bytes() == etag.as_bytes()) {
        return (StatusCode::NOT_MODIFIED, [(header::ETAG, etag)]).into_response();
    }
    let mut body = (farm.body)(feed, edition);
    if (slow + broken..slow + broken + cut).contains(&luck) {
        body.truncate(body.len() / 2);
    }
    let headers = [(header::ETAG, etag), (header::CONTENT_TYPE, "application/xml".to_owned())];
    (headers, Body::from(body)).into_response()
}

//! A webhook receiver on a loopback port of its own.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use serde_json::Value;

#[derive(Default)]
struct Shared {
    received: Mutex<Vec<Received>>,
    arrived: Condvar,
    /// Statuses to answer with, first to last; `None` never answers. 200 when there is none left.
    script: Mutex<Vec<Option<u16>>>,
}

/// One delivery.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    pub(crate) fn id(&self) -> String {
        self.headers["webhook-id"].to_str().unwrap().to_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Whether the signature is that of [`Receiver::SECRET`] over this very body, as a receiver checks it.
    pub(crate) fn is_signed(&self) -> bool {
        let webhook = standardwebhooks::Webhook::new(Receiver::SECRET).unwrap();
        webhook.verify(&self.body, &self.headers).is_ok()
    }

    pub(crate) fn titles(&self) -> Vec<String> {
        let articles = self.json()["data"]["articles"].clone();
        articles
            .as_array()
            .unwrap()
            .iter()
            .map(|article| article["title"].as_str().unwrap().to_owned())
            .collect()
    }
}

pub(crate) struct Receiver {
    shared: Arc<Shared>,
    pub(crate) url: String,
    _runtime: tokio::runtime::Runtime,
}

impl Receiver {
    /// The secret that every receiver shares with the program.
    pub(crate) const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    pub(crate) fn start() -> Self {
        Self::answering(&[])
    }

    pub(crate) fn answering(script: &[Option<u16>]) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let shared = Arc::new(Shared { script: Mutex::new(script.to_vec()), ..Shared::default() });
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).unwrap();
        let url = format!("http://{}/hook", listener.local_addr().unwrap());
        let router =
            axum::Router::new().route("/hook", axum::routing::post(receive)).with_state(shared.clone());
        runtime.spawn(async move { axum::serve(listener, router).await });
        Self { shared, url, _runtime: runtime }
    }

    /// Waits until `count` deliveries have arrived in all, then returns all.
    pub(crate) fn wait_for(&self, count: usize) -> Vec<Received> {
        let received = self.shared.received.lock().unwrap();
        let enough = |received: &mut Vec<Received>| received.len() < count;
        let (received, timeout) =
            self.shared.arrived.wait_timeout_while(received, Duration::from_secs(60), enough).unwrap();
        assert!(!timeout.timed_out(), "{} of {count} deliveries arrived within a minute", received.len());
        received.clone()
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let answer = {
        let mut script = shared.script.lock().unwrap();
        if script.is_empty() { Some(200) } else { script.remove(0) }
    };
    shared.received.lock().unwrap().push(Received { headers, body });
    shared.arrived.notify_all();
    match answer {
        Some(status) => StatusCode::from_u16(status).unwrap(),
        None => std::future::pending().await,
    }
}

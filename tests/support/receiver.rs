//! A webhook receiver on a loopback port of its own.

use std::collections::{HashSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::Value;

/// The status to answer with, told what comes and what came before; `None` never answers.
type Decide = dyn FnMut(&Received, &[Received]) -> Option<u16> + Send;

struct Shared {
    received: Mutex<Vec<Received>>,
    arrived: Condvar,
    decide: Mutex<Box<Decide>>,
}

/// One delivery.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// `None`: never.
    pub(crate) answered: Option<u16>,
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

    /// Title and text of what feedwatch tells of itself; `None`: it tells of articles.
    pub(crate) fn notice(&self) -> Option<String> {
        let json = self.json();
        let part = |name: &str| json["data"][name].as_str().unwrap().to_owned();
        (json["type"] == "notice").then(|| part("title") + "\n" + &part("text"))
    }

    /// Watch and page of every article that it tells of.
    pub(crate) fn matched(&self) -> Vec<(String, String)> {
        if self.notice().is_some() {
            return Vec::new();
        }
        let data = &self.json()["data"];
        let watches = data["watches"].as_array().cloned().unwrap_or_else(|| vec![data.clone()]);
        let articles = |watch: &Value| {
            let name = watch["watch"].as_str().unwrap().to_owned();
            let articles = watch["articles"].as_array().unwrap().iter();
            let url = |article: &Value| article["url"].as_str().unwrap().to_owned();
            articles.map(|article| (name.clone(), url(article))).collect::<Vec<_>>()
        };
        watches.iter().flat_map(articles).collect()
    }

    /// Of all watches that it tells of.
    pub(crate) fn titles(&self) -> Vec<String> {
        let data = &self.json()["data"];
        let watches = data["watches"].as_array().cloned().unwrap_or_else(|| vec![data.clone()]);
        let articles = watches.iter().flat_map(|watch| watch["articles"].as_array().unwrap());
        articles.map(|article| article["title"].as_str().unwrap().to_owned()).collect()
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

    /// Answers with these statuses, first to last, and with 200 when there is none left; `None` never
    /// answers.
    pub(crate) fn answering(script: &[Option<u16>]) -> Self {
        let mut script: VecDeque<_> = script.iter().copied().collect();
        Self::deciding(move |_, _| script.pop_front().unwrap_or(Some(200)))
    }

    /// Answers as `decide` says. A 429 asks for another attempt after a second.
    pub(crate) fn deciding(
        decide: impl FnMut(&Received, &[Received]) -> Option<u16> + Send + 'static,
    ) -> Self {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let shared = Arc::new(Shared {
            received: Mutex::default(),
            arrived: Condvar::new(),
            decide: Mutex::new(Box::new(decide)),
        });
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

    /// Waits until so many articles have arrived in all, each counted once.
    pub(crate) fn wait_for_articles(&self, count: usize) {
        let received = self.shared.received.lock().unwrap();
        let arrived =
            |received: &[Received]| received.iter().flat_map(Received::matched).collect::<HashSet<_>>().len();
        let too_few = |received: &mut Vec<Received>| arrived(received) < count;
        let (received, timeout) =
            self.shared.arrived.wait_timeout_while(received, Duration::from_secs(60), too_few).unwrap();
        assert!(!timeout.timed_out(), "{} of {count} articles arrived within a minute", arrived(&received));
    }

    /// What has arrived after the first `count`.
    pub(crate) fn received_since(&self, count: usize) -> Vec<Received> {
        self.shared.received.lock().unwrap()[count..].to_vec()
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.received.lock().unwrap().clone()
    }
}

async fn receive(State(shared): State<Arc<Shared>>, headers: HeaderMap, body: Bytes) -> Response {
    let mut comes = Received { headers, body, answered: None };
    let answer = {
        let mut received = shared.received.lock().unwrap();
        comes.answered = (shared.decide.lock().unwrap())(&comes, &received);
        let answer = comes.answered;
        received.push(comes);
        answer
    };
    shared.arrived.notify_all();
    match answer {
        Some(429) => (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "1")]).into_response(),
        Some(status) => StatusCode::from_u16(status).unwrap().into_response(),
        None => std::future::pending().await,
    }
}

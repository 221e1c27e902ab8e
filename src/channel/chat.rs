//! What services that take messages over HTTP in parts have in common: a message is told in as many parts as
//! it takes, each of which is posted once, though an attempt in between fails.
//!
//! What a service is asked, and what its answers mean, is for its [`Service`] to say.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use secrecy::SecretString;
use serde_json::Value;
use url::Url;

use super::post::{Answer, Post};
use super::wording::{Wording, Words};
use super::{Attempt, Kind};
use crate::alert::{Message, Outcome};
use crate::model::DeliveryId;
use crate::net::header::HeaderMap;
use crate::net::{Client, Method};

/// Deliveries that are remembered between two attempts; the rest of a longer queue may send a part twice.
const REMEMBERED: usize = 1_000;

/// One kind of service.
pub(super) trait Service: Send + Sync {
    /// What travels in one request.
    type Part: Send;

    /// What no reason may show.
    fn secrets(&self) -> Vec<SecretString>;

    /// The parts of a message in the standard words.
    fn tell(&self, message: &Message) -> Vec<Self::Part>;

    /// The parts of a text without mark-up: what a template made.
    fn say(&self, text: &str) -> Vec<Self::Part>;

    /// The request that carries the `index`-th part; the first is 0.
    fn ask(&self, attempt: &Attempt<'_>, index: usize, part: Self::Part) -> Ask;

    /// What an answer means.
    fn outcome(&self, answer: &Answer) -> Outcome;
}

/// A request, but for what all have in common.
pub(super) struct Ask {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Value,
}

impl Ask {
    /// A POST without headers of its own.
    pub(super) fn post(url: &Url, body: Value) -> Self {
        Self { method: Method::POST, url: url.clone(), headers: HeaderMap::new(), body }
    }
}

/// Posts the parts of messages to one service.
pub(super) struct Chat<S> {
    service: S,
    post: Post,
    wording: Wording,
    sent: Sent,
}

impl<S: Service> Chat<S> {
    pub(super) fn new(service: S, timeout: Duration, client: &Client, wording: Wording) -> Self {
        let post = Post::new(client, timeout, service.secrets());
        Self { service, post, wording, sent: Sent::default() }
    }

    /// Sends the parts that were not taken yet, in order, until one is not.
    async fn send(&self, attempt: &Attempt<'_>) -> Outcome {
        let (parts, complaint) = self.parts(attempt);
        let count = parts.len();
        let mut answer = "nothing was left to send".to_owned();
        for (index, part) in parts.into_iter().enumerate().skip(self.sent.taken(attempt)) {
            match self.send_part(attempt, index, part).await {
                Outcome::Delivered { detail } => answer = detail,
                failure => return failure,
            }
            self.sent.took(attempt, index + 1);
        }
        self.sent.forget(attempt);
        let parts = if count > 1 { format!(" (the last of {count} parts)") } else { String::new() };
        let complaint = complaint.map_or_else(String::new, |complaint| format!("; {complaint}"));
        Outcome::Delivered { detail: format!("{answer}{parts}{complaint}") }
    }

    /// The parts, and what to complain of.
    fn parts(&self, attempt: &Attempt<'_>) -> (Vec<S::Part>, Option<String>) {
        let standard = || self.service.tell(&attempt.payload.message);
        match self.wording.of(attempt.payload) {
            Words::Standard => (standard(), None),
            Words::Own(text) => (self.service.say(&text), None),
            Words::Failed(complaint) => {
                let mut parts = standard();
                parts.extend(self.service.say(&format!("({complaint})")));
                (parts, Some(complaint))
            }
        }
    }

    async fn send_part(&self, attempt: &Attempt<'_>, index: usize, part: S::Part) -> Outcome {
        let Ask { method, url, headers, body } = self.service.ask(attempt, index, part);
        match self.post.send(method, &url, headers, body.to_string(), attempt.timestamp).await {
            Ok(answer) => self.service.outcome(&answer),
            Err(outcome) => outcome,
        }
    }
}

impl<S: Service> Kind for Chat<S> {
    fn deliver<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Outcome> {
        self.send(attempt).boxed()
    }
}

/// How many parts of which unfinished deliveries were taken. It is forgotten when the process ends: after
/// a crash a part may arrive twice, as any message may.
#[derive(Default)]
struct Sent(Mutex<HashMap<DeliveryId, usize>>);

impl Sent {
    fn taken(&self, attempt: &Attempt<'_>) -> usize {
        self.lock().get(&attempt.id).copied().unwrap_or(0)
    }

    fn took(&self, attempt: &Attempt<'_>, count: usize) {
        let mut sent = self.lock();
        if sent.len() >= REMEMBERED && !sent.contains_key(&attempt.id) {
            sent.clear();
        }
        sent.insert(attempt.id, count);
    }

    fn forget(&self, attempt: &Attempt<'_>) {
        self.lock().remove(&attempt.id);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<DeliveryId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

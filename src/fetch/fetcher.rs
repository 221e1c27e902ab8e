//! One fetch, from the gate to its outcome.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use tokio::time::Instant;
use url::Url;

use super::gate::Gate;
use super::outcome::Outcome;
use super::probe::Probe;
use super::robots;
use super::sites::Sites;
use super::waits::HostWaits;
use crate::config::FetchSettings;
use crate::model::{Timestamp, Validators};
use crate::net::header::{ACCEPT, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use crate::net::{BodyLimit, Client, Conditions, Method, Request, Response, retry_after};

/// Fetches feeds. One for the whole program: it knows which hosts are busy or asked to be left alone.
#[derive(Debug)]
pub struct Fetcher {
    pub(super) client: Client,
    pub(super) gate: Gate,
    waits: Mutex<HostWaits>,
    pub(super) sites: Sites,
    /// What we call ourselves in robots.txt.
    pub(super) product: String,
    pub(super) max_redirects: usize,
    pub(super) max_body: usize,
    pub(super) timeout: Duration,
}

/// Feeds of every kind, then anything.
const FEEDS: &str =
    "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.1";

impl Fetcher {
    /// Fetches with `client` within the bounds of `settings`.
    pub fn new(client: Client, settings: &FetchSettings) -> Self {
        Self {
            client,
            gate: Gate::new(settings.concurrency, settings.per_host),
            waits: Mutex::default(),
            sites: Sites::default(),
            product: robots::product(&settings.user_agent).to_owned(),
            max_redirects: settings.max_redirects,
            max_body: settings.max_body,
            timeout: settings.timeout,
        }
    }

    /// Fetches the feed at `url` unless it is as `validators` say. `now` is when this is called; the wait
    /// at the gate is added to it.
    pub async fn fetch(&self, url: &Url, validators: &Validators, now: Timestamp) -> Outcome {
        let called = Instant::now();
        let present = || now + TimeDelta::from_std(called.elapsed()).unwrap_or_default();
        let _pass = self.gate.enter(&host_key(url)).await;
        // Asked only now: who went before may have been told to go away.
        if let Some(until) = self.waits().until(&host_key(url), present()) {
            return Outcome::Postponed { until };
        }
        let answer = self.client.send_conditionally(self.request(url), &conditions(url, validators)).await;
        if let Ok(answer) = &answer {
            self.note_wait(answer, present());
        }
        Outcome::of(answer, url, validators, present())
    }

    /// Asks for the feed at `url` as its first poll does, for a person who wants to see the answer. `now` is
    /// when this is called.
    pub async fn probe(&self, url: &Url, now: Timestamp) -> Probe {
        let called = Instant::now();
        let answer = self.client.send(self.request(url)).await;
        Probe::of(answer, url, now + TimeDelta::from_std(called.elapsed()).unwrap_or_default())
    }

    fn request(&self, url: &Url) -> Request {
        Request {
            method: Method::GET,
            url: url.clone(),
            headers: HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(FEEDS))]),
            body: Bytes::new(),
            max_redirects: self.max_redirects,
            body_limit: BodyLimit::Refuse(self.max_body),
            timeout: self.timeout,
        }
    }

    /// Remembers for all feeds of the host what 429 and 503 ask for.
    pub(super) fn note_wait(&self, answer: &Response, now: Timestamp) {
        if let (429 | 503, Some(wait)) = (answer.status.as_u16(), retry_after(&answer.headers, now)) {
            let until = now + TimeDelta::from_std(wait).unwrap_or_default();
            self.waits().note(&host_key(&answer.url), until, now);
        }
    }

    pub(super) fn waits(&self) -> MutexGuard<'_, HostWaits> {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Who is asked: the host, with its port where that is neither http's nor https's own.
pub(super) fn host_key(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    match url.port() {
        None | Some(80 | 443) => host.to_owned(),
        Some(port) => format!("{host}:{port}"),
    }
}

fn conditions(url: &Url, validators: &Validators) -> Conditions {
    let mut headers = HeaderMap::new();
    for (name, validator) in
        [(IF_NONE_MATCH, &validators.etag), (IF_MODIFIED_SINCE, &validators.last_modified)]
    {
        if let Some(Ok(value)) = validator.as_deref().map(HeaderValue::from_bytes) {
            headers.insert(name, value);
        }
    }
    Conditions { place: validators.url.as_ref().unwrap_or(url).clone(), headers }
}

#[cfg(test)]
mod tests;

//! One fetch, from the gate to its outcome.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use tokio::time::Instant;
use url::Url;

use super::closed::ClosedSites;
use super::gate::Gate;
use super::outcome::Outcome;
use super::probe::Probe;
use super::robots;
use super::sites::Sites;
use super::waits::HostWaits;
use crate::config::{FetchSettings, RetryAfterScope};
use crate::model::{FailureKind, Timestamp, Validators};
use crate::net::header::{ACCEPT, HeaderMap, HeaderValue, IF_MODIFIED_SINCE, IF_NONE_MATCH};
use crate::net::{BodyLimit, Client, Conditions, Method, NetError, Request, Response, retry_after};
use crate::schedule::{Network, News};

/// Fetches feeds. One for the whole program: it knows which hosts are busy or asked to be left alone, and
/// whether there is a network at all.
#[derive(Debug)]
pub struct Fetcher {
    pub(super) client: Client,
    pub(super) gate: Gate,
    memory: Arc<Mutex<Memory>>,
    retry_after_scope: RetryAfterScope,
    pub(super) sites: Sites,
    /// What we call ourselves in robots.txt.
    pub(super) product: String,
    pub(super) max_redirects: usize,
    pub(super) max_body: usize,
    pub(super) timeout: Duration,
}

/// What answers taught of hosts and the network; it outlives a reload.
#[derive(Debug, Default)]
struct Memory {
    waits: HostWaits,
    closed: ClosedSites,
    network: Network,
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
            memory: Arc::default(),
            retry_after_scope: settings.retry_after_scope,
            sites: Sites::default(),
            product: robots::product(&settings.user_agent).to_owned(),
            max_redirects: settings.max_redirects,
            max_body: settings.max_body,
            timeout: settings.timeout,
        }
    }

    /// The same, knowing what `previous` learned.
    pub fn following(self, previous: &Self) -> Self {
        Self { memory: previous.memory.clone(), ..self }
    }

    /// Fetches the feed at `url` unless it is as `validators` say. `now` is when this is called; the wait
    /// at the gate is added to it.
    pub async fn fetch(&self, url: &Url, validators: &Validators, now: Timestamp) -> Outcome {
        let called = Instant::now();
        let present = || now + TimeDelta::from_std(called.elapsed()).unwrap_or_default();
        let host = host_key(url);
        let _pass = self.gate.enter(&host).await;
        // Asked only now: who went before may have been told to go away.
        if let Some(until) = self.wait_until(url, present()) {
            return Outcome::Postponed { until };
        }
        let answer = self.client.send_conditionally(self.request(url), &conditions(url, validators)).await;
        let is_offline = self.note(url, &answer, present());
        match Outcome::of(answer, url, validators, present()) {
            Outcome::Failed(failure) if is_offline && failure.kind == FailureKind::Unreachable => {
                Outcome::Offline
            }
            outcome => outcome,
        }
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

    /// Learns from what came of asking `url` whether anybody is in reach, and what the host asks for. Returns
    /// whether the network is down.
    fn note(&self, url: &Url, answer: &Result<Response, NetError>, now: Timestamp) -> bool {
        let mut host = DefaultHasher::new();
        host_key(url).hash(&mut host);
        match answer {
            Ok(answer) => {
                self.memory().network.note(host.finish(), true, now);
                self.note_wait(url, answer, now);
            }
            Err(error) => {
                self.memory().waits.note_silence(&host_key(url), now);
                if !error.is_refusal() {
                    self.memory().network.note(host.finish(), !error.is_out_of_reach(), now);
                }
            }
        }
        self.offline_since().is_some()
    }

    /// Remembers for all feeds of the host what 429 and 503 ask for on behalf of it, and that it answered `url`
    /// otherwise.
    pub(super) fn note_wait(&self, url: &Url, answer: &Response, now: Timestamp) {
        let waits = &mut self.memory().waits;
        match (answer.status.as_u16(), retry_after(&answer.headers, now)) {
            (429 | 503, _) if self.retry_after_scope == RetryAfterScope::Feed => {}
            (429 | 503, Some(wait)) if !wait.is_zero() => {
                let until = now + TimeDelta::from_std(wait).unwrap_or_default();
                waits.note(&host_key(&answer.url), url.as_str(), until, now);
            }
            (429 | 503, _) => waits.note_silence(&host_key(url), now),
            _ => waits.note_answer(&host_key(url), url.as_str(), now),
        }
    }

    /// Until when `url` is not to be asked; see [`HostWaits::until`].
    pub(super) fn wait_until(&self, url: &Url, now: Timestamp) -> Option<Timestamp> {
        self.memory().waits.until(&host_key(url), url.as_str(), now)
    }

    /// Since when nobody is in reach; `None`: the network is there.
    pub fn offline_since(&self) -> Option<Timestamp> {
        self.memory().network.down_since()
    }

    /// Whether one feed may be asked although nobody was in reach; see [`Network::probe`].
    pub fn try_again(&self, now: Timestamp) -> Option<usize> {
        self.memory().network.probe(now)
    }

    /// What is to be told of the network; each thing once.
    pub fn news(&self, now: Timestamp) -> Option<News> {
        self.memory().network.news(now)
    }

    /// Until when nothing is known of robots.txt of the site `origin`, and the file is not asked for.
    pub(super) fn closed_until(&self, origin: &str, now: Timestamp) -> Option<Timestamp> {
        self.memory().closed.until(origin, now)
    }

    /// The site `origin` answered that its robots.txt is not to be had.
    pub(super) fn note_closed(&self, origin: &str, until: Timestamp, now: Timestamp) {
        self.memory().closed.note(origin, until, now);
    }

    /// Takes up the waits that an earlier run left.
    pub fn restore_waits(&self, waits: impl IntoIterator<Item = (String, Timestamp)>, now: Timestamp) {
        let (sites, hosts): (Vec<_>, Vec<_>) =
            waits.into_iter().partition(|(name, _)| ClosedSites::is_site(name));
        let mut memory = self.memory();
        memory.waits.restore(hosts, now);
        sites.into_iter().for_each(|(origin, until)| memory.closed.restore(origin, until));
    }

    /// The waits of hosts, and of sites by their origins, that changed since this was asked last, to be stored.
    pub fn take_unsaved_waits(&self) -> Vec<(String, Timestamp)> {
        let mut memory = self.memory();
        let mut unsaved = memory.waits.take_unsaved();
        unsaved.extend(memory.closed.take_unsaved());
        unsaved
    }

    /// Gives back waits that were taken and could not be stored.
    pub fn put_back_waits(&self, waits: Vec<(String, Timestamp)>) {
        let (sites, hosts): (Vec<_>, Vec<_>) =
            waits.into_iter().partition(|(name, _)| ClosedSites::is_site(name));
        let mut memory = self.memory();
        memory.waits.put_back(hosts);
        sites.into_iter().for_each(|(origin, until)| memory.closed.put_back(origin, until));
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
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

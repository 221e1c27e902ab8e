//! Pages of articles: asked for as robots.txt allows, on every hop, within the same gate, guard and waits as
//! feeds. What comes back is a value, failures included.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use chrono::TimeDelta;
use tokio::time::Instant;
use url::Url;

use super::fetcher::{Fetcher, host_key};
use super::robots::{self, Robots};
use super::sites::{self, Known};
use crate::model::Timestamp;
use crate::net::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue};
use crate::net::{BodyLimit, Method, NetError, Request, fresh_for, retry_after};

/// What came of asking for a page.
#[derive(Clone, Debug, PartialEq)]
pub enum PageOutcome {
    /// A body that should be a page.
    Fetched(FetchedPage),
    /// None now; perhaps later.
    Later {
        /// For people: names the host and the reason.
        reason: String,
        /// Until when the server asks to be left alone; `None` when it does not say.
        until: Option<Timestamp>,
        /// Whether the page was asked for: else nothing is held against it.
        asked: bool,
    },
    /// None, ever.
    Never {
        /// For people: names the host and the reason.
        reason: String,
    },
}

/// A page.
#[derive(Clone, Debug, PartialEq)]
pub struct FetchedPage {
    /// Decompressed; cut where it is very long.
    pub body: Bytes,
    /// As sent; `None` when it is absent or not ASCII.
    pub content_type: Option<String>,
    /// Who answered in the end.
    pub url: Url,
}

/// More of a page is not read: its article stands before.
const MAX_PAGE: usize = 4 << 20;
/// Redirects to follow for robots.txt (RFC 9309, section 2.3.1.2).
const ROBOTS_REDIRECTS: usize = 5;
/// For how long a file that could not be read closes its site.
const CLOSED_FOR: Duration = Duration::from_secs(60 * 60);

/// Pages, then anything.
const PAGES: &str = "text/html, application/xhtml+xml;q=0.9, text/plain;q=0.5, */*;q=0.1";

impl Fetcher {
    /// Fetches the page at `url`. `now` is when this is called; the waits at the gate are added to it.
    pub async fn fetch_page(&self, url: &Url, now: Timestamp) -> PageOutcome {
        let called = Instant::now();
        let present = || now + TimeDelta::from_std(called.elapsed()).unwrap_or_default();
        let mut url = url.clone();
        let mut seen = HashSet::from([url.clone()]);
        loop {
            if !matches!(url.scheme(), "http" | "https") {
                return never(NetError::Scheme { scheme: url.scheme().to_owned() });
            }
            let host = host_key(&url);
            let known = self.robots(&url, present).await;
            if let Some(trouble) = &known.trouble {
                return PageOutcome::Later {
                    reason: trouble.clone(),
                    until: Some(known.until),
                    asked: false,
                };
            }
            if !known.robots.allows(&url) {
                return PageOutcome::Never {
                    reason: format!("robots.txt of {host} keeps us out of the page"),
                };
            }
            let pass = self.gate.enter(&host).await;
            if let Some(until) = self.wait_until(&url, present()) {
                let reason = format!("{host} asked to be left alone for a while");
                return PageOutcome::Later { reason, until: Some(until), asked: false };
            }
            let limit = BodyLimit::Truncate(self.max_body.min(MAX_PAGE));
            let answer = self.client.send(self.get(&url, PAGES, 0, limit)).await;
            drop(pass);
            let answer = match answer {
                Ok(answer) => answer,
                Err(error) => return failed(error),
            };
            self.note_wait(&url, &answer, present());
            match answer.redirect() {
                Err(error) => return failed(error),
                Ok(Some(_)) if seen.len() > self.max_redirects => {
                    let limit = self.max_redirects;
                    return failed(NetError::TooManyRedirects { host, limit });
                }
                Ok(Some(next)) if !seen.insert(next.clone()) => {
                    return failed(NetError::RedirectLoop { host });
                }
                Ok(Some(next)) => {
                    url = next;
                    continue;
                }
                Ok(None) => {}
            }
            let status = answer.status.as_u16();
            let wait = retry_after(&answer.headers, present());
            let until = wait.and_then(|wait| present().checked_add_signed(TimeDelta::from_std(wait).ok()?));
            let reason = || {
                let meaning = answer.status.canonical_reason().unwrap_or_default();
                format!("{host} answered {status} {meaning}").trim_end().to_owned()
            };
            return match status {
                200..=299 if !matches!(status, 204..=206) => {
                    let content_type = answer.headers.get(CONTENT_TYPE);
                    let content_type = content_type.and_then(|value| value.to_str().ok()).map(str::to_owned);
                    PageOutcome::Fetched(FetchedPage { body: answer.body, content_type, url: answer.url })
                }
                // Log-in, payment, an end, a court: none of them passes within hours.
                401 | 402 | 410 | 451 => PageOutcome::Never { reason: reason() },
                _ => PageOutcome::Later { reason: reason(), until, asked: true },
            };
        }
    }

    /// What robots.txt of the site of `url` says.
    async fn robots(&self, url: &Url, present: impl Fn() -> Timestamp) -> Known {
        let origin = url.origin().ascii_serialization();
        let site = self.sites.site(&origin);
        let mut known = site.lock().await;
        if let Some(known) = known.as_ref().filter(|known| known.holds(present())) {
            return known.clone();
        }
        let read = match self.closed_until(&origin, present()) {
            Some(until) => {
                let trouble = untold(&host_key(url), "its site answered before that it is not to be had");
                Known { robots: Arc::new(Robots::closed()), until, trouble: Some(trouble) }
            }
            None => self.read_robots(url, present).await,
        };
        known.insert(read).clone()
    }

    async fn read_robots(&self, page: &Url, present: impl Fn() -> Timestamp) -> Known {
        let host = host_key(page);
        let mut url = page.clone();
        url.set_path("/robots.txt");
        url.set_query(None);
        let _pass = self.gate.enter(&host).await;
        let known = |robots, wait: Duration, trouble| {
            let wait = TimeDelta::from_std(wait).unwrap_or(sites::LONGEST).min(sites::LONGEST);
            Known { robots: Arc::new(robots), until: present() + wait, trouble }
        };
        let closed = |why: String, wait: Option<Duration>| {
            let wait = wait.unwrap_or(CLOSED_FOR).max(Duration::from_secs(60));
            known(Robots::closed(), wait, Some(untold(&host, &why)))
        };
        if let Some(until) = self.wait_until(&url, present()) {
            return closed("it asked to be left alone".to_owned(), (until - present()).to_std().ok());
        }
        let limit = BodyLimit::Truncate(robots::MAX_BYTES);
        let answer =
            match self.client.send(self.get(&url, "text/plain, */*;q=0.1", ROBOTS_REDIRECTS, limit)).await {
                Ok(answer) => answer,
                Err(NetError::TooManyRedirects { .. } | NetError::RedirectLoop { .. }) => {
                    return known(Robots::open(), CLOSED_FOR, None);
                }
                // The page is refused for the same reason, in better words.
                Err(NetError::Blocked { .. } | NetError::Scheme { .. }) => {
                    return known(Robots::open(), CLOSED_FOR, None);
                }
                Err(error) => return closed(error.to_string(), None),
            };
        self.note_wait(&url, &answer, present());
        match answer.status.as_u16() {
            200..=299 => {
                let fresh = fresh_for(&answer.headers, present()).unwrap_or(Duration::MAX);
                let names = [self.product.as_str(), "feedwatch"];
                known(Robots::parse(&answer.body, &names), fresh.max(CLOSED_FOR), None)
            }
            // RFC 9309, section 2.3.1.3: where there is no file, everything is allowed. 429 is no such answer.
            status @ 400..=499 if status != 429 => known(Robots::open(), Duration::MAX, None),
            status => {
                let wait = retry_after(&answer.headers, present());
                let closed = closed(format!("it answers {status}"), wait);
                self.note_closed(&page.origin().ascii_serialization(), closed.until, present());
                closed
            }
        }
    }

    fn get(&self, url: &Url, accept: &'static str, max_redirects: usize, body_limit: BodyLimit) -> Request {
        Request {
            method: Method::GET,
            url: url.clone(),
            headers: HeaderMap::from_iter([(ACCEPT, HeaderValue::from_static(accept))]),
            body: Bytes::new(),
            max_redirects,
            body_limit,
            timeout: self.timeout,
        }
    }
}

fn untold(host: &str, why: &str) -> String {
    format!("whether robots.txt of {host} allows the page cannot be told: {why}")
}

fn never(error: NetError) -> PageOutcome {
    PageOutcome::Never { reason: error.to_string() }
}

fn failed(error: NetError) -> PageOutcome {
    match error {
        NetError::Blocked { .. } | NetError::Scheme { .. } => never(error),
        _ => PageOutcome::Later { reason: error.to_string(), until: None, asked: true },
    }
}

#[cfg(test)]
mod tests;

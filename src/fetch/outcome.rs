//! What came of a fetch, decided from the answer.

use std::time::Duration;

use bytes::Bytes;
use url::Url;

use crate::model::{FailureKind, Hub, Timestamp, Validators};
use crate::net::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LAST_MODIFIED};
use crate::net::{Hop, NetError, Response, StatusCode, fresh_for, is_same_place, links, retry_after};

/// What came of a fetch.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Nothing new.
    NotModified(NotModified),
    /// A body that should be a feed.
    Fetched(Fetched),
    /// Nothing was sent: the host asked earlier to be left alone. No failure of this feed.
    Postponed {
        /// Until when.
        until: Timestamp,
    },
    /// Nobody is in reach: the network is down. No failure of this feed.
    Offline,
    /// Neither.
    Failed(Failure),
}

/// An answer of 304.
#[derive(Clone, Debug, PartialEq)]
pub struct NotModified {
    /// Those that were sent, with what the answer replaced.
    pub validators: Validators,
    /// For how long the answer stays fresh; `None` when it does not say.
    pub fresh_for: Option<Duration>,
    /// Where the feed was moved to for good, as far as this answer knows.
    pub moved_to: Option<Url>,
}

/// A successful answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Fetched {
    /// Decompressed.
    pub body: Bytes,
    /// As sent; `None` when it is absent or not ASCII.
    pub content_type: Option<String>,
    /// To be saved with what the body holds, and not before.
    pub validators: Validators,
    /// For how long the answer stays fresh; `None` when it does not say.
    pub fresh_for: Option<Duration>,
    /// Where its `Link` headers say that news are pushed.
    pub hub: Option<Box<Hub>>,
    /// Who answered in the end: the base of relative links.
    pub url: Url,
    /// Where the feed was moved to for good, as far as this answer knows.
    pub moved_to: Option<Url>,
}

/// Why there is no feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What it means for the feed.
    pub kind: FailureKind,
    /// For how long the server asks to be left alone; `None` when it does not say.
    pub retry_after: Option<Duration>,
    /// For people: names the host and the reason.
    pub message: String,
}

impl Outcome {
    /// Reads what came of a request for `url` that was sent with `sent`.
    pub(super) fn of(
        answer: Result<Response, NetError>,
        url: &Url,
        sent: &Validators,
        now: Timestamp,
    ) -> Self {
        let answer = match answer {
            Ok(answer) => answer,
            Err(error) => return Self::Failed(error.into()),
        };
        let fresh_for = fresh_for(&answer.headers, now);
        let moved_to = moved_to(&answer.hops);
        match answer.status.as_u16() {
            304 if !sent.is_empty() && is_same_place(sent.url.as_ref().unwrap_or(url), &answer.url) => {
                let new = validators(&answer);
                let validators = Validators {
                    etag: new.etag.or_else(|| sent.etag.clone()),
                    last_modified: new.last_modified.or_else(|| sent.last_modified.clone()),
                    url: new.url,
                };
                Self::NotModified(NotModified { validators, fresh_for, moved_to })
            }
            // Without content or with a part of it only there is no feed.
            200..=299 if !matches!(answer.status.as_u16(), 204..=206) => Self::Fetched(Fetched {
                content_type: content_type(&answer.headers).map(str::to_owned),
                validators: validators(&answer),
                fresh_for,
                moved_to,
                hub: hub(&answer).map(Box::new),
                url: answer.url,
                body: answer.body,
            }),
            _ => Self::Failed(Failure::of(&answer, now)),
        }
    }
}

impl Failure {
    fn of(answer: &Response, now: Timestamp) -> Self {
        let kind = match answer.status.as_u16() {
            410 => FailureKind::Gone,
            404 => FailureKind::NotFound,
            429 => FailureKind::RateLimited,
            403 | 503 if is_wall(answer) => FailureKind::Blocked,
            400..=499 => FailureKind::Client,
            _ => FailureKind::Server,
        };
        let host = answer.url.host_str().unwrap_or_default();
        let (status, reason) = (answer.status.as_u16(), answer.status.canonical_reason().unwrap_or_default());
        let message = match kind {
            FailureKind::Blocked => format!("{host} keeps robots out (status {status})"),
            _ if answer.status == StatusCode::NOT_MODIFIED => {
                format!("{host} answered 304 although nothing was known of the feed")
            }
            _ => format!("{host} answered {status} {reason}").trim_end().to_owned(),
        };
        Self { kind, retry_after: retry_after(&answer.headers, now), message }
    }
}

impl From<NetError> for Failure {
    fn from(error: NetError) -> Self {
        let kind = if error.is_refusal() {
            FailureKind::Refused
        } else if error.is_out_of_reach() {
            FailureKind::Unreachable
        } else {
            FailureKind::Unusable
        };
        Self { kind, retry_after: None, message: error.to_string() }
    }
}

/// Whether a refusal comes from a wall against robots rather than from the feed's own server: it says so
/// (Cloudflare), or shows a page to whom asked for a feed.
fn is_wall(answer: &Response) -> bool {
    let start = &answer.body[..answer.body.len().min(512)];
    let start = String::from_utf8_lossy(start).trim_start().to_ascii_lowercase();
    answer.headers.contains_key("cf-mitigated")
        || content_type(&answer.headers).is_some_and(|kind| kind.to_ascii_lowercase().contains("html"))
        || ["<!doctype html", "<html"].iter().any(|tag| start.starts_with(tag))
}

/// Byte for byte, with who sent them.
fn validators(answer: &Response) -> Validators {
    let bytes = |name: HeaderName| answer.headers.get(name).map(|value| value.as_bytes().to_vec());
    let url = (!answer.hops.is_empty()).then(|| answer.url.clone());
    Validators { etag: bytes(ETAG), last_modified: bytes(LAST_MODIFIED), url }
}

/// A feed that does not name itself is called by where it was found.
fn hub(answer: &Response) -> Option<Hub> {
    let links = links(&answer.headers);
    let of = |rel: &str| {
        let link = links.iter().find(|link| link.rel.iter().any(|word| word == rel))?;
        answer.url.join(&link.target).ok()
    };
    let hub = of("hub")?;
    let topic = of("self").unwrap_or_else(|| answer.url.clone());
    Some(Hub { hub, topic })
}

fn content_type(headers: &HeaderMap) -> Option<&str> {
    headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok())
}

/// Where the permanent redirects lead that no temporary one precedes.
fn moved_to(hops: &[Hop]) -> Option<Url> {
    let permanent = |hop: &&Hop| matches!(hop.status.as_u16(), 301 | 308);
    hops.iter().take_while(permanent).last().map(|hop| hop.to.clone())
}

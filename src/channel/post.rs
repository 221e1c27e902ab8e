//! What the kinds that speak HTTP have in common: one request through the guarded client, and what its
//! answer means where a service says no more than HTTP does.
//!
//! | answer | outcome |
//! |---|---|
//! | 2xx | delivered |
//! | 408, 425, 429, 5xx | another attempt, no sooner than `Retry-After` says |
//! | 3xx, never followed; no answer | another attempt |
//! | 410 | the channel is disabled |
//! | any other 4xx; an address that the guard refuses | rejected |
//!
//! Addresses and tokens are secrets: no reason holds one, though an answer repeats it.

use std::time::Duration;

use bytes::Bytes;
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use url::{Position, Url};

use super::ANSWER_WIDTH;
use crate::alert::{Outcome, one_line, shorten};
use crate::model::Timestamp;
use crate::net::header::{CONTENT_TYPE, HeaderMap, HeaderValue};
use crate::net::{BodyLimit, Client, Method, NetError, Request, StatusCode, retry_after};

/// Bytes of an answer that are read.
const ANSWER_BYTES: usize = 4096;

/// Characters of a secret that are worth hiding: shorter ones would blank out words.
const SECRET_WIDTH: usize = 8;

/// Characters of a part of a path that may be a token: shorter ones are words.
const TOKEN_WIDTH: usize = 12;

/// Sends requests of one channel.
pub(super) struct Post {
    client: Client,
    timeout: Duration,
    secrets: Vec<SecretString>,
}

/// What a server answered.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    /// Its beginning, in one line, without secrets.
    pub(super) text: String,
    /// The same as JSON, if it is any.
    pub(super) json: Option<Value>,
    headers: HeaderMap,
    now: Timestamp,
}

impl Post {
    /// Keeps `secrets` out of all reasons.
    pub(super) fn new(client: &Client, timeout: Duration, secrets: Vec<SecretString>) -> Self {
        Self { client: client.clone(), timeout, secrets }
    }

    /// Sends `body` as JSON at `now`. Without an answer, the outcome of that.
    pub(super) async fn send(
        &self,
        method: Method,
        url: &Url,
        mut headers: HeaderMap,
        body: impl Into<Bytes>,
        now: Timestamp,
    ) -> Result<Answer, Outcome> {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let request = Request {
            method,
            url: url.clone(),
            headers,
            body: body.into(),
            max_redirects: 0,
            body_limit: BodyLimit::Truncate(ANSWER_BYTES),
            timeout: self.timeout,
        };
        match self.client.send(request).await {
            Ok(response) => {
                let body = self.redacted(&String::from_utf8_lossy(&response.body));
                let json = serde_json::from_str(&body).ok();
                Ok(Answer {
                    status: response.status,
                    text: one_line(&body),
                    json,
                    headers: response.headers,
                    now,
                })
            }
            Err(error) => {
                let reason = self.redacted(&one_line(&error.to_string()));
                Err(match error {
                    // Both stay as they are until the configuration changes.
                    NetError::Blocked { .. } | NetError::Scheme { .. } => Outcome::Rejected { reason },
                    _ => Outcome::Retry { after: None, reason },
                })
            }
        }
    }

    fn redacted(&self, text: &str) -> String {
        let secrets = self.secrets.iter().map(ExposeSecret::expose_secret);
        secrets
            .filter(|secret| secret.len() >= SECRET_WIDTH)
            .fold(text.to_owned(), |text, secret| text.replace(secret, "****"))
    }
}

/// What is secret of the address of a webhook: everything behind the host, and what of it may be
/// repeated alone.
pub(super) fn secrets_of(url: &Url) -> Vec<SecretString> {
    let whole = url[Position::BeforePath..].trim_start_matches('/').to_owned();
    let segments = url.path_segments().into_iter().flatten();
    let segments = segments.filter(|segment| segment.len() >= TOKEN_WIDTH).map(str::to_owned);
    let values = url.query_pairs().map(|(_, value)| value.into_owned());
    [whole].into_iter().chain(values).chain(segments).map(SecretString::from).collect()
}

/// The address that `secret` holds; the configuration has looked at it already.
pub(super) fn hook(secret: &SecretString) -> Result<Url, String> {
    Url::parse(secret.expose_secret()).map_err(|_| "the address of the webhook is none".to_owned())
}

/// `Authorization: Bearer …`, marked as a secret.
pub(super) fn bearer(token: &SecretString) -> Result<HeaderMap, String> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.expose_secret()))
        .map_err(|_| "the token holds what no header can".to_owned())?;
    value.set_sensitive(true);
    Ok(HeaderMap::from_iter([(crate::net::header::AUTHORIZATION, value)]))
}

impl Answer {
    /// Status and words, in one line; what the service itself calls the trouble, where `said` knows it.
    pub(super) fn reason(&self, said: Option<&str>) -> String {
        let answer = shorten(said.unwrap_or(&self.text), ANSWER_WIDTH);
        if answer.is_empty() { self.status.to_string() } else { format!("{}: {answer}", self.status) }
    }

    /// The wait that `Retry-After` asks for.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        retry_after(&self.headers, self.now)
    }

    /// What the status alone means; `said` as in [`reason`](Self::reason).
    pub(super) fn outcome(&self, said: Option<&str>) -> Outcome {
        let (status, reason) = (self.status, self.reason(said));
        match status {
            StatusCode::GONE => Outcome::Disabled { reason },
            StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_EARLY | StatusCode::TOO_MANY_REQUESTS => {
                Outcome::Retry { after: self.retry_after(), reason }
            }
            _ if status.is_success() => Outcome::Delivered { detail: reason },
            _ if status.is_redirection() => Outcome::Retry {
                after: None,
                reason: format!("{status}: redirects are not followed; give the channel its new address"),
            },
            _ if status.is_client_error() => Outcome::Rejected { reason },
            _ => Outcome::Retry { after: self.retry_after(), reason },
        }
    }

    /// The text at `key` of a JSON answer, in one line.
    pub(super) fn field(&self, key: &str) -> Option<String> {
        Some(one_line(self.json.as_ref()?.get(key)?.as_str()?))
    }
}

/// A wait that JSON tells in seconds, with or without a fraction, or in thousandths.
pub(super) fn wait(value: Option<&Value>, unit: Duration) -> Option<Duration> {
    let count = value?.as_f64().filter(|count| *count >= 0.0)?;
    Duration::try_from_secs_f64(count * unit.as_secs_f64()).ok()
}

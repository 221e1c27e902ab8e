//! Requests, hop by hop.

use std::collections::HashSet;
use std::error::Error;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use bytes::Bytes;
use reqwest::header::{ACCEPT_ENCODING, HeaderMap, HeaderValue, USER_AGENT};
use reqwest::{Method, StatusCode, redirect};
use url::Url;

use super::NetError;
use super::body::{self, BodyError, BodyLimit};
use super::guard::Guard;
use super::hop::{host_of, is_same_place, target};
use super::resolver::{GuardedResolver, Lookup, system_lookup};
use crate::config::FetchSettings;
use crate::model::{with_credentials, without_credentials};

/// The guarded client. Clones share their connections.
///
/// Behind a proxy the addresses of names are the proxy's to look up and to guard; those written in URLs
/// are checked here all the same.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    guard: Arc<Guard>,
    user_agent: HeaderValue,
    /// Whether the system knows certificate authorities; without, there is no https.
    has_authorities: bool,
}

/// A request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Redirects are followed for GET only.
    pub method: Method,
    /// Where to. User and password in it are sent as basic authentication, to this origin only.
    pub url: Url,
    /// Sent on every hop, beside `User-Agent` and `Accept-Encoding`.
    pub headers: HeaderMap,
    /// Empty for GET.
    pub body: Bytes,
    /// How many redirects are followed; with 0 a redirect is an answer like any other.
    pub max_redirects: usize,
    /// On the body of a successful answer; of any other at most the first 8 KiB are read.
    pub body_limit: BodyLimit,
    /// Of the whole: every hop, and the body to its end.
    pub timeout: Duration,
}

/// Headers that ask for a body only where something changed (RFC 9110, section 13).
#[derive(Clone, Debug)]
pub struct Conditions {
    /// Whose validators they hold. They are sent there and to nobody else: host and path, whatever the
    /// scheme and the query string.
    pub place: Url,
    /// Sent beside [`Request::headers`].
    pub headers: HeaderMap,
}

/// An answer, whatever its status.
#[derive(Clone, Debug)]
pub struct Response {
    /// Of the last hop.
    pub status: StatusCode,
    /// Of the last hop. `Content-Encoding` is gone where the body was compressed.
    pub headers: HeaderMap,
    /// Decompressed.
    pub body: Bytes,
    /// Who answered in the end, without credentials.
    pub url: Url,
    /// The redirects that led there.
    pub hops: Vec<Hop>,
}

impl Response {
    /// Where the answer redirects to, for who follows redirects by hand; `None` when it does not.
    ///
    /// # Errors
    /// When it leads to no address that can be read.
    pub fn redirect(&self) -> Result<Option<Url>, NetError> {
        target(&self.url, self.status, &self.headers)
    }
}

/// A redirect that was followed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// 301, 302, 303, 307 or 308.
    pub status: StatusCode,
    /// Where it led to, without credentials.
    pub to: Url,
}

/// The compressions that are asked for; `deflate` is read too where a server sends it unasked.
const ENCODINGS: &str = "gzip, br, zstd";

/// Of an answer over HTTP/2; over HTTP/1 a hundred headers and some 400 kB.
const MAX_HEADER_BYTES: u32 = 64 * 1024;

/// Longer than one host's feeds take in a row; polls are further apart than any pool should wait.
const IDLE_TIMEOUT: Duration = Duration::from_secs(15);

impl Client {
    /// A client with these settings. A system without certificate authorities gives a client that
    /// refuses https and says why.
    ///
    /// # Errors
    /// When the user agent is no header or the proxy's address cannot be used.
    pub fn new(settings: &FetchSettings) -> anyhow::Result<Self> {
        Self::with_lookup(settings, system_lookup())
    }

    /// A client that looks names up in its own way.
    pub(super) fn with_lookup(settings: &FetchSettings, lookup: Lookup) -> anyhow::Result<Self> {
        let guard = Arc::new(Guard::new(&settings.allow_networks));
        let user_agent = HeaderValue::from_str(&settings.user_agent)
            .with_context(|| format!("[fetch] user_agent {:?} is not a header", settings.user_agent))?;
        let builder = || builder(settings, &guard, &lookup);
        let (http, has_authorities) = match builder()?.build() {
            Ok(http) => (http, true),
            Err(_) => {
                (builder()?.tls_certs_only([]).build().context("cannot set up the HTTP client")?, false)
            }
        };
        Ok(Self { http, guard, user_agent, has_authorities })
    }

    /// Sends `request` and reads the answer to its end.
    ///
    /// # Errors
    /// When no answer came, one may not be read, or the way to it is refused. A status of 400 and more is
    /// an answer.
    pub async fn send(&self, request: Request) -> Result<Response, NetError> {
        self.send_within(request, None).await
    }

    /// The same; asks for the body only where something changed.
    ///
    /// # Errors
    /// See [`send`](Self::send).
    pub async fn send_conditionally(
        &self,
        request: Request,
        conditions: &Conditions,
    ) -> Result<Response, NetError> {
        self.send_within(request, Some(conditions)).await
    }

    async fn send_within(
        &self,
        request: Request,
        conditions: Option<&Conditions>,
    ) -> Result<Response, NetError> {
        let limit = request.timeout;
        let host = host_of(&request.url);
        let answer = tokio::time::timeout(limit, self.follow(request, conditions)).await;
        answer.unwrap_or(Err(NetError::Timeout { host, limit }))
    }

    async fn follow(&self, request: Request, conditions: Option<&Conditions>) -> Result<Response, NetError> {
        let max_redirects = if request.method == Method::GET { request.max_redirects } else { 0 };
        let mut url = without_credentials(request.url.clone());
        url.set_fragment(None);
        let mut seen = HashSet::from([url.clone()]);
        let mut hops = Vec::new();
        loop {
            let mut response = self.exchange(&request, conditions, &url).await?;
            let status = response.status();
            let next = if max_redirects == 0 { None } else { target(&url, status, response.headers())? };
            let Some(next) = next else {
                let limit = request.body_limit.for_status(status);
                let body = body::read(&mut response, limit).await.map_err(|failure| match failure {
                    BodyError::TooLarge(limit) => NetError::TooLarge { host: host_of(&url), limit },
                    BodyError::Http(failure) => classify(&url, &failure),
                })?;
                let headers = std::mem::take(response.headers_mut());
                return Ok(Response { status, headers, body, url, hops });
            };
            if hops.len() == max_redirects {
                return Err(NetError::TooManyRedirects { host: host_of(&request.url), limit: max_redirects });
            }
            if !seen.insert(next.clone()) {
                return Err(NetError::RedirectLoop { host: host_of(&next) });
            }
            hops.push(Hop { status, to: next.clone() });
            url = next;
        }
    }

    /// One hop: checks where it goes to, and asks.
    async fn exchange(
        &self,
        request: &Request,
        conditions: Option<&Conditions>,
        url: &Url,
    ) -> Result<reqwest::Response, NetError> {
        self.guard.check_url(url)?;
        if url.scheme() == "https" && !self.has_authorities {
            let detail = "this system has no certificate authorities; install the package ca-certificates";
            return Err(NetError::Tls { host: host_of(url), detail: detail.into() });
        }
        let mut headers = request.headers.clone();
        if let Some(conditions) = conditions.filter(|conditions| is_same_place(&conditions.place, url)) {
            headers.extend(conditions.headers.clone());
        }
        headers.insert(USER_AGENT, self.user_agent.clone());
        headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(ENCODINGS));
        self.http
            .request(request.method.clone(), with_credentials(url.clone(), &request.url))
            .headers(headers)
            .body(request.body.clone())
            .send()
            .await
            .map_err(|failure| classify(url, &failure))
    }
}

fn builder(
    settings: &FetchSettings,
    guard: &Arc<Guard>,
    lookup: &Lookup,
) -> anyhow::Result<reqwest::ClientBuilder> {
    let proxy = settings.proxy.as_ref();
    let resolver = GuardedResolver {
        guard: Arc::clone(guard),
        lookup: Arc::clone(lookup),
        proxy: proxy.and_then(Url::host_str).map(str::to_owned),
    };
    let builder = reqwest::Client::builder()
        .redirect(redirect::Policy::none())
        .referer(false)
        .no_proxy()
        .dns_resolver(resolver)
        .connect_timeout(settings.connect_timeout)
        .pool_idle_timeout(IDLE_TIMEOUT)
        .pool_max_idle_per_host(settings.per_host)
        .http2_max_header_list_size(MAX_HEADER_BYTES)
        // Some firewalls take other spellings for a sign of malice.
        .http1_title_case_headers()
        // Servers of feeds are careless; what they mean is clear all the same.
        .http1_allow_obsolete_multiline_headers_in_responses(true)
        .http1_allow_spaces_after_header_name_in_responses(true)
        .http1_ignore_invalid_headers_in_responses(true);
    Ok(match proxy {
        Some(proxy) => builder.proxy(
            reqwest::Proxy::all(proxy.clone())
                .with_context(|| format!("[fetch] proxy at {} cannot be used", host_of(proxy)))?,
        ),
        None => builder,
    })
}

/// Names what went wrong between us and the host of `url`.
fn classify(url: &Url, failure: &reqwest::Error) -> NetError {
    if let Some(own) = causes(failure).find_map(|cause| cause.downcast_ref::<NetError>()) {
        return own.clone();
    }
    let host = host_of(url);
    // The outermost messages only say that a request failed, and hold the URL.
    let detail = causes(failure).last().map(ToString::to_string).unwrap_or_default();
    if failure.is_timeout() {
        NetError::Connect { host, detail: "no connection in time".into() }
    } else if failure.is_connect() && causes(failure).any(is_refused_data) {
        NetError::Tls { host, detail }
    } else if failure.is_connect() {
        NetError::Connect { host, detail }
    } else {
        NetError::Broken { host, detail }
    }
}

/// Whether a handshake failed: what arrived on a connection was not to our liking.
fn is_refused_data(cause: &(dyn Error + 'static)) -> bool {
    let kind = |cause: &(dyn Error + 'static)| cause.downcast_ref::<io::Error>().map(io::Error::kind);
    // An error of I/O made from another one does not name it as its source.
    let wrapped = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
    kind(cause) == Some(io::ErrorKind::InvalidData)
        || wrapped.is_some_and(|inner| kind(inner) == Some(io::ErrorKind::InvalidData))
}

/// `failure` and what caused it, outermost first.
fn causes<'a>(failure: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(failure), |failure| (*failure).source())
}

#[cfg(test)]
mod tests;

//! A web page as text, to try a query on.

use anyhow::{Context, bail};
use url::Url;

use crate::config::FetchSettings;
use crate::ingest::page_text;
use crate::net::header::HeaderMap;
use crate::net::{BodyLimit, Client, Method, Request};

/// Fetches the page at `url` through the guarded client and makes text of it, one paragraph a line.
///
/// # Errors
/// When there is no answer, or one that is no page.
pub async fn fetch_page(settings: &FetchSettings, url: &Url) -> anyhow::Result<String> {
    let client = Client::new(settings).context("cannot build the HTTP client")?;
    let request = Request {
        method: Method::GET,
        url: url.clone(),
        headers: HeaderMap::new(),
        body: bytes::Bytes::new(),
        max_redirects: settings.max_redirects,
        body_limit: BodyLimit::Refuse(settings.max_body),
        timeout: settings.timeout,
    };
    let answer = client.send(request).await.with_context(|| format!("cannot fetch {url}"))?;
    if !answer.status.is_success() {
        bail!("cannot fetch {url}: the server answered {}", answer.status);
    }
    let content_type = answer.headers.get("content-type").and_then(|value| value.to_str().ok());
    Ok(page_text(&answer.body, content_type))
}

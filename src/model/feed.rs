//! Feeds, as configured and as the database remembers them.

use std::time::Duration;

use url::Url;

use super::{FeedId, Lang, Timestamp};
use crate::schedule::{Schedule, SkipHints};

/// A polled URL, as configured.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Digest of [`url`](Self::url) as configured.
    pub id: FeedId,
    /// Always http or https.
    pub url: Url,
    /// The outlet's name; `None` takes the title that the feed gives itself, else the host.
    pub source: Option<String>,
    /// The language that the configuration declares: a prior for identification, not a verdict.
    pub lang: Option<Lang>,
    /// Lower-case ISO 3166-1 alpha-2 code of the outlet's country.
    pub country: Option<String>,
    /// The owner's labels, for `tag:` in queries.
    pub tags: Vec<String>,
    /// When it is polled.
    pub schedule: Schedule,
    /// Whether the first poll alerts of what it finds; usually it is a baseline and alerts nobody.
    pub alert_on_first_poll: bool,
}

/// The validators of the last answer, byte for byte as received (RFC 9110, section 8.8), echoed in
/// the next request and never interpreted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`, with its quotes and `W/`.
    pub etag: Option<Vec<u8>>,
    /// `Last-Modified`, not parsed.
    pub last_modified: Option<Vec<u8>>,
}

/// What the database remembers of a feed between polls.
#[derive(Clone, Debug, PartialEq)]
pub struct FeedState {
    /// Whose.
    pub id: FeedId,
    /// The title that the feed gave itself; `None` before the first success.
    pub title: Option<String>,
    /// Saved only together with the articles of the answer they came with.
    pub validators: Validators,
    /// For how long the feed asked to be kept (`<ttl>`, `sy:updatePeriod`) in the last answer that
    /// carried it; `None`: it did not say.
    pub ttl: Option<Duration>,
    /// When it asked not to be polled.
    pub skip: SkipHints,
    /// When it is due.
    pub next_poll_at: Timestamp,
    /// `None` before the first poll.
    pub last_poll_at: Option<Timestamp>,
    /// The last poll that ended in 200 or 304 and was read; `None` makes the next one the baseline.
    pub last_success_at: Option<Timestamp>,
    /// Failed polls since the last success.
    pub failures: u32,
    /// Why the last poll failed; `None` after a success.
    pub last_error: Option<String>,
    /// What had to be repaired in the last answer; `None`: nothing.
    pub last_report: Option<String>,
}

impl FeedState {
    /// The state of a feed that was never polled and is due at `due`.
    pub fn unpolled(id: FeedId, due: Timestamp) -> Self {
        Self {
            id,
            title: None,
            validators: Validators::default(),
            ttl: None,
            skip: SkipHints::default(),
            next_poll_at: due,
            last_poll_at: None,
            last_success_at: None,
            failures: 0,
            last_error: None,
            last_report: None,
        }
    }
}

/// The name people know a feed by: the configured source, else the feed's own title, else the host,
/// else the whole URL.
pub fn source_name<'a>(configured: Option<&'a str>, title: Option<&'a str>, url: &'a str) -> &'a str {
    let host = || {
        let after_scheme = url.split_once("://")?.1;
        let authority = after_scheme.split(['/', '?', '#']).next()?;
        let host = authority.rsplit_once('@').map_or(authority, |(_, host)| host);
        (!host.is_empty()).then_some(host)
    };
    configured.or(title.filter(|title| !title.is_empty())).or_else(host).unwrap_or(url)
}

/// A form of `url` that two addresses share which very likely lead to one feed: http or https, an end with
/// or without slash, and what follows `#` make no difference.
pub fn same_feed(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default().trim_end_matches('.');
    let port = match url.port() {
        None | Some(80 | 443) => String::new(),
        Some(port) => format!(":{port}"),
    };
    let query = url.query().map(|query| format!("?{query}")).unwrap_or_default();
    format!("{host}{port}{}{query}", url.path().trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_one_feed_are_recognised() {
        let key = |url: &str| same_feed(&Url::parse(url).unwrap());
        let one = key("https://Example.org/rss?x=1");
        for same in [
            "http://example.org/rss?x=1",
            "https://example.org:443/rss/?x=1#top",
            "http://example.org:80/rss?x=1",
            "https://user:pw@example.org./rss?x=1",
        ] {
            assert_eq!(key(same), one, "{same}");
        }
        for other in [
            "https://example.org/rss",
            "https://example.org/rss?x=2",
            "https://example.org/RSS?x=1",
            "https://example.org:8443/rss?x=1",
            "https://www.example.org/rss?x=1",
        ] {
            assert_ne!(key(other), one, "{other}");
        }
    }

    #[test]
    fn a_feed_is_named_by_the_best_that_is_known() {
        let url = "https://user:pw@example.org:8080/rss?x=//y";
        assert_eq!(source_name(Some("Kyodo"), Some("Kyodo News"), url), "Kyodo");
        assert_eq!(source_name(None, Some("Kyodo News"), url), "Kyodo News");
        assert_eq!(source_name(None, Some(""), url), "example.org:8080");
        assert_eq!(source_name(None, None, "odd"), "odd");
    }
}

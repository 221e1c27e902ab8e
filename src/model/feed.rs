//! Feeds, as configured and as the database remembers them.

use url::Url;

use super::{FeedId, Lang, Timestamp};
use crate::schedule::Schedule;

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
}

impl Feed {
    /// The name people know it by: the configured source, else the feed's own title, else the host.
    pub fn display_name<'a>(&'a self, title: Option<&'a str>) -> &'a str {
        self.source
            .as_deref()
            .or(title.filter(|title| !title.is_empty()))
            .or(self.url.host_str())
            .unwrap_or(self.url.as_str())
    }
}

//! An answer as a person wants to see it, beside what it means for the feed.

use url::Url;

use super::outcome::Outcome;
use crate::model::{Timestamp, Validators};
use crate::net::header::HeaderMap;
use crate::net::{Hop, NetError, Response};

/// What came of asking for a feed of which nothing is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Probe {
    /// `None` when no answer came.
    pub answer: Option<Answer>,
    /// What it means.
    pub outcome: Outcome,
}

/// What an answer says of itself.
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// Who answered in the end, without credentials.
    pub url: Url,
    /// The redirects that led there.
    pub hops: Vec<Hop>,
    /// Of the last hop.
    pub headers: HeaderMap,
}

impl Probe {
    pub(super) fn of(answer: Result<Response, NetError>, asked: &Url, now: Timestamp) -> Self {
        let said = answer.as_ref().ok().map(|answer| Answer {
            status: answer.status.as_u16(),
            url: answer.url.clone(),
            hops: answer.hops.clone(),
            headers: answer.headers.clone(),
        });
        Self { answer: said, outcome: Outcome::of(answer, asked, &Validators::default(), now) }
    }
}

impl Answer {
    /// The value of the header `name`, where it is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

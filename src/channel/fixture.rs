//! Messages and services for tests.

use std::time::Duration;

use serde_json::Value;
use url::Url;

use super::{Attempt, Channel};
use crate::alert::fixture::{self, now, pending};
use crate::alert::{Message, Outcome, Payload, Template};
use crate::config::{ChannelKind, ChannelSettings};
use crate::model::{AlertId, ChannelRules, DeliveryId, Field, Priority};
use crate::net::Client;
use crate::net::scripted::{self, Reply, Scripted, answer};

/// One article of the watch `asean-cyber` under `title`, with a match in its summary.
pub(super) fn payload(title: &str) -> Payload {
    let mut alert = pending("desk", "asean-cyber", "1");
    alert.article.title = title.to_owned();
    alert.matched.spans.retain(|span| span.field != Field::Title);
    fixture::payload(&[alert])
}

/// The first attempt to deliver `payload`.
pub(super) fn attempt(payload: &Payload) -> Attempt<'_> {
    let id = DeliveryId::of("install", "desk", &[alert_id(payload)]);
    Attempt { id, number: 1, sequence: 7, timestamp: now(), payload, install: "install" }
}

fn alert_id(payload: &Payload) -> AlertId {
    match &payload.message {
        Message::Match(data) | Message::Test(data) => data.alert_id,
        Message::Digest(data) => data.alert_id,
        Message::Notice(_) => pending("desk", "notice", "1").alert.id,
    }
}

/// A title that tries everything: mail headers, terminals, mentions and the mark-up of every chat.
pub(super) const HOSTILE: &str = "x\r\nBcc: a@b \u{1b}]0;pwn\u{7} \u{202e}</b><a href=\"https://evil.example\">*_~`|>[a](b) \
     @everyone <!channel> <@1> & ``` # 👩\u{200d}🚀 {{7*7}}";

/// A match of so many articles under `title`.
pub(super) fn articles(count: usize, title: &str) -> Payload {
    let alerts: Vec<_> = (0..count)
        .map(|index| {
            let mut alert = pending("desk", "asean-cyber", &index.to_string());
            alert.article.title = title.to_owned();
            alert.matched.spans.retain(|span| span.field != Field::Title);
            alert
        })
        .collect();
    fixture::payload(&alerts)
}

/// `payload` with another priority.
pub(super) fn urgent(mut payload: Payload, priority: Priority) -> Payload {
    if let Message::Match(data) = &mut payload.message {
        data.priority = priority;
    }
    payload
}

/// A server that answers with `replies`, the last of which is repeated, and a channel that leads there.
pub(super) struct Desk {
    pub(super) channel: Channel,
    server: Scripted,
}

/// A request as it came.
#[derive(Debug)]
pub(super) struct Came {
    /// Method, path and version.
    pub(super) line: String,
    /// Name in lower case and value.
    headers: Vec<(String, String)>,
    pub(super) body: String,
}

impl Came {
    /// The body as JSON.
    pub(super) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.body))
    }

    /// The value of a header.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Desk {
    /// `kind` is given the server's address.
    pub(super) async fn new(kind: impl Fn(&Url) -> ChannelKind, replies: Vec<Reply>) -> Self {
        Self::with_template(kind, None, replies).await
    }

    pub(super) async fn with_template(
        kind: impl Fn(&Url) -> ChannelKind,
        template: Option<&str>,
        replies: Vec<Reply>,
    ) -> Self {
        let server = Scripted::start(move |_, before| {
            replies.get(before).or(replies.last()).cloned().expect("a reply")
        })
        .await;
        let client = Client::new(&scripted::settings()).expect("a client");
        let settings = ChannelSettings {
            name: "desk".to_owned(),
            kind: kind(&server.url("/")),
            timeout: Duration::from_secs(20),
            template: template.map(|source| Template::new(source).expect("a template")),
            rules: ChannelRules::default(),
        };
        Self { channel: Channel::build(&settings, &client).expect("a channel"), server }
    }

    /// One attempt.
    pub(super) async fn deliver(&self, payload: &Payload) -> Outcome {
        self.channel.deliver(&attempt(payload)).await
    }

    /// What came so far.
    pub(super) fn came(&self) -> Vec<Came> {
        let came = self.server.requests().into_iter().map(|request| {
            let (head, body) = request.split_once("\r\n\r\n").expect("a head and a body");
            let (line, headers) = head.split_once("\r\n").expect("headers");
            let headers = headers.lines().filter_map(|line| line.split_once(": "));
            let headers =
                headers.map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned())).collect();
            Came { line: line.to_owned(), headers, body: body.to_owned() }
        });
        came.collect()
    }
}

/// Sends a small message to a server that answers so, and tells how it ended.
pub(super) async fn answered(
    kind: impl Fn(&Url) -> ChannelKind,
    status: &str,
    header: &str,
    body: &str,
) -> Outcome {
    Desk::new(kind, vec![answer(status, &[header], body)]).await.deliver(&payload("title")).await
}

pub(super) fn delivered(detail: &str) -> Outcome {
    Outcome::Delivered { detail: detail.to_owned() }
}

/// Another attempt, after so many milliseconds if the service says.
pub(super) fn retry(after: Option<u64>, reason: &str) -> Outcome {
    Outcome::Retry { after: after.map(Duration::from_millis), reason: reason.to_owned() }
}

pub(super) fn rejected(reason: &str) -> Outcome {
    Outcome::Rejected { reason: reason.to_owned() }
}

pub(super) fn disabled(reason: &str) -> Outcome {
    Outcome::Disabled { reason: reason.to_owned() }
}

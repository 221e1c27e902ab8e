//! Incoming webhooks of Slack (api.slack.com/messaging/webhooks).
//!
//! A message is sections of mrkdwn, one per article, under a `text` for notifications. A section takes
//! 3,000 characters, a message 50 blocks and, measured, some 13,000 characters in all.
//!
//! | answer | outcome |
//! |---|---|
//! | 200 `ok` | delivered |
//! | `no_service`, `no_team`, `team_disabled`, `no_active_hooks`, `invalid_token`, `channel_not_found`, `channel_is_archived` | the channel is disabled |
//! | 200 with another word | rejected |
//! | 429, 5xx and the rest | as in [`post`] |

use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::parts::Sent;
use super::post::{self, Answer, Post};
use super::wording::{Wording, Words, paragraph};
use super::{Attempt, Kind};
use crate::alert::render::{self, Block, Dialect, Links, Room};
use crate::alert::{Message, Outcome};
use crate::net::header::HeaderMap;
use crate::net::{Client, Method, StatusCode};

/// Of a message.
const ROOM: Room = Room { limit: 12_000, parts: 5 };

/// UTF-16 units of a section.
const SECTION: usize = 3_000;

/// What each block costs at least, so that fifty of them fill a message.
const LEAST: usize = 250;

/// Words of answers after which nothing ever arrives again.
const GONE: [&str; 7] = [
    "no_service",
    "no_team",
    "team_disabled",
    "no_active_hooks",
    "invalid_token",
    "channel_not_found",
    "channel_is_archived",
];

const MRKDWN: Dialect = Dialect {
    escape,
    marks: ("*", "*"),
    // Nothing is marked inside the text of a link.
    title_marks: ("", ""),
    strong: ("*", "*"),
    quote: ("&gt; ", ""),
    links: Links::Anchor(|url, text| format!("<{}|{text}>", escape(url).replace('|', "%7C"))),
    line_break: "\n",
    size: |text| text.encode_utf16().count(),
    room: Room { limit: SECTION, parts: ROOM.parts },
};

/// The three letters that Slack gives a meaning, and the backtick, which would make code of what follows.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('`', "'")
}

/// Posts to one webhook.
pub(super) struct Slack {
    url: Url,
    post: Post,
    wording: Wording,
    sent: Sent,
}

impl Slack {
    pub(super) fn new(
        url: &SecretString,
        timeout: Duration,
        client: &Client,
        wording: Wording,
    ) -> Result<Self, String> {
        let url = post::hook(url)?;
        let post = Post::new(client, timeout, post::secrets_of(&url));
        Ok(Self { url, post, wording, sent: Sent::default() })
    }

    async fn send(&self, attempt: &Attempt<'_>, sections: Vec<String>) -> Outcome {
        let blocks: Vec<_> = sections
            .into_iter()
            .map(
                |text| json!({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": true}}),
            )
            .collect();
        let body = json!({
            "text": escape(&render::subject(attempt.payload)),
            "blocks": blocks,
            "unfurl_links": false,
            "unfurl_media": false,
        });
        let sent =
            self.post.send(Method::POST, &self.url, HeaderMap::new(), body.to_string(), attempt.timestamp);
        match sent.await {
            Ok(answer) => outcome(&answer),
            Err(outcome) => outcome,
        }
    }
}

impl Kind for Slack {
    fn deliver<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Outcome> {
        let (parts, complaint) = match self.wording.of(attempt.payload) {
            Words::Standard => (sections(&attempt.payload.message), None),
            Words::Own(text) => (MRKDWN.text_parts(&text).into_iter().map(|part| vec![part]).collect(), None),
            Words::Failed(complaint) => {
                let mut parts = sections(&attempt.payload.message);
                parts.push(vec![MRKDWN.block(&paragraph(&complaint))]);
                (parts, Some(complaint))
            }
        };
        let send = move |_, sections| self.send(attempt, sections).boxed();
        self.sent.send(attempt.id, parts, complaint, send).boxed()
    }
}

/// The sections of each message that `message` takes.
fn sections(message: &Message) -> Vec<Vec<String>> {
    let size = |block: &Block| match (MRKDWN.size)(&MRKDWN.block(block)) {
        too_long if too_long > SECTION => ROOM.limit + 1,
        size => size.max(LEAST),
    };
    let parts = render::fit(message, ROOM, size);
    parts.iter().map(|blocks| blocks.iter().map(|block| MRKDWN.block(block)).collect()).collect()
}

fn outcome(answer: &Answer) -> Outcome {
    let reason = answer.reason(None);
    let word = answer.text.trim();
    if GONE.contains(&word) {
        return Outcome::Disabled { reason };
    }
    let is_code = !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    match answer.status {
        StatusCode::OK if word == "ok" => Outcome::Delivered { detail: reason },
        StatusCode::OK if is_code => Outcome::Rejected { reason },
        status if status.is_success() => {
            Outcome::Retry { after: None, reason: format!("this is no answer of Slack: {reason}") }
        }
        _ => answer.outcome(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::fixture::{self, Desk, answered, delivered, disabled, rejected, retry};
    use crate::config::ChannelKind;
    use crate::net::scripted::answer;

    const PATH: &str = "services/T0/B0/secretsecret";

    fn kind(server: &Url) -> ChannelKind {
        ChannelKind::Slack { url: format!("{server}{PATH}").into() }
    }

    #[tokio::test]
    async fn answers_decide_what_comes_next() {
        for (status, header, body, expected) in [
            ("200 OK", "", "ok", delivered("200 OK: ok")),
            ("200 OK", "", "no_text", rejected("200 OK: no_text")),
            ("200 OK", "", "<html>Log in", retry(None, "this is no answer of Slack: 200 OK: <html>Log in")),
            ("400 Bad Request", "", "invalid_payload", rejected("400 Bad Request: invalid_payload")),
            ("403 Forbidden", "", "action_prohibited", rejected("403 Forbidden: action_prohibited")),
            ("403 Forbidden", "", "invalid_token", disabled("403 Forbidden: invalid_token")),
            ("404 Not Found", "", "no_service", disabled("404 Not Found: no_service")),
            ("404 Not Found", "", "channel_not_found", disabled("404 Not Found: channel_not_found")),
            ("410 Gone", "", "channel_is_archived", disabled("410 Gone: channel_is_archived")),
            (
                "429 Too Many Requests",
                "Retry-After: 30",
                "rate_limited",
                retry(Some(30_000), "429 Too Many Requests: rate_limited"),
            ),
            ("500 Oops", "", "rollup_error", retry(None, "500 Internal Server Error: rollup_error")),
            (
                "502 Bad Gateway",
                "",
                "no way to /services/T0/B0/secretsecret",
                retry(None, "502 Bad Gateway: no way to /****"),
            ),
        ] {
            assert_eq!(answered(kind, status, header, body).await, expected, "{status} {body}");
        }
    }

    #[tokio::test]
    async fn a_match_is_a_section_with_its_words_marked_and_the_page_linked() {
        let desk = Desk::new(kind, vec![answer("200 OK", &[], "ok")]).await;
        desk.deliver(&fixture::payload("Title")).await;
        let came = &desk.came()[0];
        assert_eq!(came.line, format!("POST /{PATH} HTTP/1.1"));
        assert_eq!(came.header("content-type"), Some("application/json"));
        let text = "*<https://news.example/1?a=b&amp;c=d|Title>*\nПример · ru · 2026-03-01 08:15 UTC\n\
                    watch: asean-cyber\n&gt; Стороны договорились о *кибербезопасности*.";
        assert_eq!(
            came.json(),
            json!({
                "text": "[asean-cyber] Title",
                "blocks": [
                    {"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": true}},
                ],
                "unfurl_links": false,
                "unfurl_media": false,
            }),
        );
    }

    #[tokio::test]
    async fn hostile_titles_mention_nobody_and_break_no_mark_up() {
        let desk = Desk::new(kind, vec![answer("200 OK", &[], "ok")]).await;
        desk.deliver(&fixture::payload(fixture::HOSTILE)).await;
        let body = desk.came()[0].json();
        let text = body["blocks"][0]["text"]["text"].as_str().expect("a text");
        let title = text.lines().next().expect("a title");
        let bare = title.strip_prefix("*<https://news.example/1?a=b&amp;c=d|x").expect(title);
        let bare = bare.strip_suffix(">*").expect(title);
        assert!(bare.contains("&lt;!channel&gt; &lt;@1&gt; &amp; '''"), "{bare}");
        for text in [bare, body["text"].as_str().expect("a text")] {
            assert!(!text.contains(['<', '>', '`', '\u{1b}', '\u{202e}', '\r']), "{text}");
        }
    }

    #[tokio::test]
    async fn floods_stay_within_the_limits() {
        for (count, title, messages) in [
            (1, "日本".repeat(20_000), 1),
            (40, "short".to_owned(), 1),
            (60, "é&".repeat(400), 5),
            (500, "t".repeat(300), 5),
        ] {
            let desk = Desk::new(kind, vec![answer("200 OK", &[], "ok")]).await;
            let outcome = desk.deliver(&fixture::articles(count, &title)).await;
            assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
            let came = desk.came();
            assert_eq!(came.len(), messages, "{count} articles");
            for message in came.iter().map(fixture::Came::json) {
                let blocks = message["blocks"].as_array().expect("blocks");
                assert!((1..=50).contains(&blocks.len()), "{} blocks", blocks.len());
                let texts = blocks.iter().map(|block| block["text"]["text"].as_str().expect("a text"));
                let sizes: Vec<usize> = texts.map(|text| text.encode_utf16().count()).collect();
                assert!(sizes.iter().all(|size| (1..=3_000).contains(size)), "{sizes:?}");
                assert!(sizes.iter().sum::<usize>() <= 13_000, "{sizes:?}");
            }
        }
    }

    #[tokio::test]
    async fn a_part_that_was_taken_is_not_sent_again() {
        let ok = || answer("200 OK", &[], "ok");
        let desk = Desk::new(kind, vec![ok(), answer("500 Oops", &[], ""), ok()]).await;
        let payload = fixture::articles(60, &"word ".repeat(60));
        assert!(matches!(desk.deliver(&payload).await, Outcome::Retry { .. }));
        assert_eq!(desk.came().len(), 2);
        assert!(matches!(desk.deliver(&payload).await, Outcome::Delivered { .. }));
        let bodies: Vec<String> = desk.came().into_iter().map(|came| came.body).collect();
        assert_eq!(bodies[1], bodies[2], "the part that failed is sent again");
        let first = bodies.iter().filter(|body| **body == bodies[0]).count();
        assert_eq!(first, 1, "the one before it is not");
    }

    #[tokio::test]
    async fn a_template_replaces_the_text_and_is_escaped() {
        let template = "{% for a in articles %}{{ a.title }} <b>\n{% endfor %}end";
        let desk = Desk::with_template(kind, Some(template), vec![answer("200 OK", &[], "ok")]).await;
        desk.deliver(&fixture::payload("<!channel>")).await;
        let text = desk.came()[0].json()["blocks"][0]["text"]["text"].clone();
        assert_eq!(text, "&lt;!channel&gt; &lt;b&gt;\nend");
    }

    #[tokio::test]
    async fn where_a_template_fails_the_standard_text_says_so() {
        let template = "{% if articles|length > 2 %}{{ gone }}{% endif %}x";
        let desk = Desk::with_template(kind, Some(template), vec![answer("200 OK", &[], "ok")]).await;
        let outcome = desk.deliver(&fixture::articles(3, "Title")).await;
        let complaint = "this is the standard text, since the template failed: undefined value: `gone` is undefined in line 1";
        let detail = format!("200 OK: ok (the last of 2 parts); {complaint}");
        assert_eq!(outcome, delivered(&detail));
        let came = desk.came();
        assert!(came[0].body.contains("Title"));
        let text = came[1].json()["blocks"][0]["text"]["text"].clone();
        assert_eq!(text, format!("({})", complaint.replace('`', "'")));
    }
}

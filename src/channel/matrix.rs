//! Rooms of Matrix (spec.matrix.org, client-server API, `PUT …/send/m.room.message/{txnId}`), unencrypted.
//!
//! The transaction's id is the delivery's: a repetition with the same token is no second message. An event
//! takes 65,536 bytes with all that servers add. Nobody is mentioned (`m.mentions`); what has a low
//! priority is an `m.notice`, which makes no sound.
//!
//! | answer | outcome |
//! |---|---|
//! | 200 with `event_id` | delivered |
//! | `M_LIMIT_EXCEEDED` | another attempt, no sooner than `retry_after_ms` or `Retry-After` says |
//! | `M_UNKNOWN_TOKEN`, `M_MISSING_TOKEN`, `M_USER_DEACTIVATED` | the channel is disabled |
//! | the rest | as in [`post`] |

use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::Attempt;
use super::chat::{Ask, Service};
use super::post::{self, Answer};
use crate::alert::render::{self, Block, Dialect, Links, Marks, Room, block_of, escape_html};
use crate::alert::{Message, Outcome};
use crate::model::Priority;
use crate::net::Method;
use crate::net::header::HeaderMap;

/// Bytes of both forms of a text, before JSON: the rest is for escapes and for what servers add.
const ROOM: Room = Room { limit: 40_000, parts: 5 };

/// Codes of errors after which nothing ever arrives again.
const GONE: [&str; 3] = ["M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"];

/// Of the tags that clients should show, which `mark` and `small` are not among.
const HTML: Dialect = Dialect {
    escape: escape_html,
    marks: ("<strong>", "</strong>"),
    title_marks: ("<u>", "</u>"),
    strong: ("<strong>", "</strong>"),
    quote: ("<em>", "</em>"),
    links: Links::Anchor(|url, text| format!("<a href=\"{}\">{text}</a>", escape_html(url))),
    line_break: "<br>",
    size: str::len,
    room: ROOM,
};

/// A text and what clients without HTML show.
pub(super) struct Part {
    html: String,
    text: String,
}

/// An account and the room that it writes to.
pub(super) struct Matrix {
    room: Url,
    token: SecretString,
    authorization: HeaderMap,
}

impl Matrix {
    pub(super) fn new(homeserver: &Url, room: &str, token: &SecretString) -> Result<Self, String> {
        let mut url = homeserver.clone();
        url.path_segments_mut()
            .map_err(|()| "`homeserver` is not the address of a server".to_owned())?
            .pop_if_empty()
            .extend(["_matrix", "client", "v3", "rooms", room, "send", "m.room.message"]);
        Ok(Self { room: url, token: token.clone(), authorization: post::bearer(token)? })
    }
}

impl Service for Matrix {
    type Part = Part;

    fn secrets(&self) -> Vec<SecretString> {
        vec![self.token.clone()]
    }

    fn tell(&self, message: &Message) -> Vec<Part> {
        parts(message)
    }

    fn say(&self, text: &str) -> Vec<Part> {
        // Both forms must fit, and escapes are longer than what they stand for.
        let size = |piece: &str| HTML.line_break.len() + escape_html(piece).len() + piece.len();
        let parts = render::fit_text(text, ROOM, size).into_iter().map(|text| {
            let lines: Vec<String> = text.lines().map(escape_html).collect();
            Part { html: lines.join(HTML.line_break), text }
        });
        parts.collect()
    }

    fn ask(&self, attempt: &Attempt<'_>, index: usize, part: Part) -> Ask {
        let kind = match attempt.payload.message.priority() {
            Priority::Low => "m.notice",
            Priority::Normal | Priority::High => "m.text",
        };
        let body = json!({
            "msgtype": kind,
            "body": part.text,
            "format": "org.matrix.custom.html",
            "formatted_body": part.html,
            "m.mentions": {},
        });
        let mut url = self.room.clone();
        if let Ok(mut segments) = url.path_segments_mut() {
            segments.push(&format!("{}.{index}", attempt.id));
        }
        Ask { method: Method::PUT, url, headers: self.authorization.clone(), body }
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        outcome(answer)
    }
}

fn parts(message: &Message) -> Vec<Part> {
    let size = |block: &Block| {
        let separators = 2 * HTML.line_break.len() + 1;
        HTML.block(block).len() + block_of(block, Marks::STARS).len() + separators
    };
    render::fit(message, ROOM, size).iter().map(|blocks| part(blocks)).collect()
}

fn part(blocks: &[Block]) -> Part {
    let html: Vec<String> = blocks.iter().map(|block| HTML.block(block)).collect();
    let text = render::text_of(blocks, Marks::STARS).trim_end().to_owned();
    Part { html: html.join(&HTML.line_break.repeat(2)), text }
}

fn outcome(answer: &Answer) -> Outcome {
    let json = |key| answer.json.as_ref().and_then(|json| json.get(key));
    if answer.status.is_success() {
        return match answer.field("event_id") {
            Some(event) => answer.outcome(Some(&event)),
            None => {
                let reason = format!("this is no answer of a homeserver: {}", answer.reason(None));
                Outcome::Retry { after: None, reason }
            }
        };
    }
    let code = answer.field("errcode");
    let said = code.as_ref().map(|code| {
        let error = answer.field("error").unwrap_or_default();
        format!("{code} {error}")
    });
    let reason = answer.reason(said.as_deref());
    match code.as_deref() {
        Some("M_LIMIT_EXCEEDED") => {
            let wait = post::wait(json("retry_after_ms"), Duration::from_millis(1));
            Outcome::Retry { after: wait.max(answer.retry_after()), reason }
        }
        Some(code) if GONE.contains(&code) => Outcome::Disabled { reason },
        _ => answer.outcome(said.as_deref()),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::channel::fixture::{self, Desk, answered, delivered, disabled, rejected, retry};
    use crate::config::ChannelKind;
    use crate::net::scripted::answer;

    const OK: &str = r#"{"event_id": "$abc"}"#;

    fn kind(server: &Url) -> ChannelKind {
        ChannelKind::Matrix {
            homeserver: server.clone(),
            room: "!room/x:example.org".to_owned(),
            token: "syt_secretsecret".into(),
        }
    }

    #[tokio::test]
    async fn answers_decide_what_comes_next() {
        let error = |code: &str, more: &str| format!(r#"{{"errcode": "{code}", "error": "in words"{more}}}"#);
        let limited = "429 Too Many Requests: M_LIMIT_EXCEEDED in words";
        for (status, header, body, expected) in [
            ("200 OK", "", OK.to_owned(), delivered("200 OK: $abc")),
            (
                "200 OK",
                "",
                "<html>".to_owned(),
                retry(None, "this is no answer of a homeserver: 200 OK: <html>"),
            ),
            (
                "429 Too Many Requests",
                "",
                error("M_LIMIT_EXCEEDED", r#", "retry_after_ms": 2500"#),
                retry(Some(2_500), limited),
            ),
            (
                "429 Too Many Requests",
                "Retry-After: 3",
                error("M_LIMIT_EXCEEDED", ""),
                retry(Some(3_000), limited),
            ),
            (
                "401 Unauthorized",
                "",
                r#"{"errcode": "M_UNKNOWN_TOKEN", "error": "Unknown: syt_secretsecret"}"#.to_owned(),
                disabled("401 Unauthorized: M_UNKNOWN_TOKEN Unknown: ****"),
            ),
            ("403 Forbidden", "", error("M_FORBIDDEN", ""), rejected("403 Forbidden: M_FORBIDDEN in words")),
            (
                "413 Payload Too Large",
                "",
                error("M_TOO_LARGE", ""),
                rejected("413 Payload Too Large: M_TOO_LARGE in words"),
            ),
            ("502 Bad Gateway", "", String::new(), retry(None, "502 Bad Gateway")),
        ] {
            assert_eq!(answered(kind, status, header, &body).await, expected, "{status} {body}");
        }
    }

    #[tokio::test]
    async fn a_repetition_is_the_same_transaction() {
        for (priority, expected) in
            [(Priority::Low, "m.notice"), (Priority::Normal, "m.text"), (Priority::High, "m.text")]
        {
            let desk = Desk::new(kind, vec![answer("500 Oops", &[], ""), answer("200 OK", &[], OK)]).await;
            let payload = fixture::urgent(fixture::payload("Title"), priority);
            desk.deliver(&payload).await;
            desk.deliver(&payload).await;
            let came = desk.came();
            let id = fixture::attempt(&payload).id;
            let room = "/_matrix/client/v3/rooms/!room%2Fx:example.org/send/m.room.message";
            let line = format!("PUT {room}/{id}.0 HTTP/1.1");
            assert_eq!([&came[0].line, &came[1].line], [&line, &line]);
            assert_eq!(came[0].body, came[1].body);
            assert_eq!(came[0].header("authorization"), Some("Bearer syt_secretsecret"));
            let text = "Title\n  Пример · ru · 2026-03-01 08:15 UTC\n  https://news.example/1?a=b&c=d\n  \
                        watch: asean-cyber\n  > Стороны договорились о *кибербезопасности*.";
            let html = "<strong><a href=\"https://news.example/1?a=b&amp;c=d\">Title</a></strong><br>\
                        Пример · ru · 2026-03-01 08:15 UTC<br>watch: asean-cyber<br>\
                        <em>Стороны договорились о <strong>кибербезопасности</strong>.</em>";
            assert_eq!(
                came[0].json(),
                json!({
                    "msgtype": expected,
                    "body": text,
                    "format": "org.matrix.custom.html",
                    "formatted_body": html,
                    "m.mentions": {},
                }),
            );
        }
    }

    #[tokio::test]
    async fn floods_and_hostile_titles_stay_within_an_event() {
        for (count, title, messages) in [
            (1, "<日本>".repeat(20_000), 1),
            (1, fixture::HOSTILE.to_owned(), 1),
            (500, "<".repeat(300), 5),
            (60, "short".to_owned(), 1),
        ] {
            let desk = Desk::new(kind, vec![answer("200 OK", &[], OK)]).await;
            desk.deliver(&fixture::articles(count, &title)).await;
            let came = desk.came();
            assert_eq!(came.len(), messages, "{count} articles");
            let lines: HashSet<&str> = came.iter().map(|came| came.line.as_str()).collect();
            assert_eq!(lines.len(), messages, "each part is a transaction");
            for came in &came {
                assert!(came.body.len() <= 60_000, "{} bytes", came.body.len());
                let html = came.json()["formatted_body"].as_str().expect("HTML").to_owned();
                assert_eq!(html.matches("<a ").count(), html.matches("</a>").count());
                assert!(!html.contains("evil.example\">"), "{html}");
            }
        }
    }

    #[tokio::test]
    async fn a_template_has_both_forms() {
        let template = "{{ type }}\n<b>";
        let desk = Desk::with_template(kind, Some(template), vec![answer("200 OK", &[], OK)]).await;
        desk.deliver(&fixture::payload("Title")).await;
        let body = desk.came()[0].json();
        assert_eq!(body["body"], "match\n<b>");
        assert_eq!(body["formatted_body"], "match<br>&lt;b&gt;");
    }
}

//! Topics of ntfy (docs.ntfy.sh/publish, "Publish as JSON").
//!
//! A message takes 4,096 bytes (more would become an attached file) and the JSON around it as many again.
//! The first page opens with a tap; priorities are 2, 3 and 4 of 5. A repetition has the same
//! `sequence_id`: servers since 2.16 show it in place of the first one.
//!
//! | answer | outcome |
//! |---|---|
//! | 200 with `id` | delivered |
//! | the rest | as in [`post`], with ntfy's own words |

use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use url::Url;

use super::Attempt;
use super::chat::{Ask, Service};
use super::post::{self, Answer};
use crate::alert::render::{self, Dialect, Line, Links, Room};
use crate::alert::{Message, Outcome, shorten};
use crate::model::Priority;
use crate::net::header::HeaderMap;

/// Characters of a title: phones show fewer.
const TITLE_WIDTH: usize = 150;

/// Bytes of the address that opens with a tap.
const MAX_CLICK: usize = 1_000;

const PLAIN: Dialect = Dialect {
    escape: str::to_owned,
    marks: ("*", "*"),
    title_marks: ("*", "*"),
    strong: ("", ""),
    quote: ("> ", ""),
    links: Links::Bare(str::to_owned),
    line_break: "\n",
    size: in_json,
    room: Room { limit: 4_000, parts: 5 },
};

/// Bytes within a string of JSON, which are never fewer than those of the text.
fn in_json(text: &str) -> usize {
    let escapes = text.chars().filter(|c| matches!(c, '"' | '\\' | '\n')).count();
    text.len() + escapes
}

/// One topic.
pub(super) struct Ntfy {
    server: Url,
    topic: SecretString,
    token: Option<SecretString>,
    headers: HeaderMap,
}

impl Ntfy {
    pub(super) fn new(
        server: &Url,
        topic: &SecretString,
        token: Option<&SecretString>,
    ) -> Result<Self, String> {
        let headers = token.map_or_else(|| Ok(HeaderMap::new()), post::bearer)?;
        Ok(Self { server: server.clone(), topic: topic.clone(), token: token.cloned(), headers })
    }
}

impl Service for Ntfy {
    type Part = String;

    fn secrets(&self) -> Vec<SecretString> {
        [Some(&self.topic), self.token.as_ref()].into_iter().flatten().cloned().collect()
    }

    fn tell(&self, message: &Message) -> Vec<String> {
        PLAIN.parts(message)
    }

    fn say(&self, text: &str) -> Vec<String> {
        PLAIN.text_parts(text)
    }

    fn ask(&self, attempt: &Attempt<'_>, index: usize, text: String) -> Ask {
        let message = &attempt.payload.message;
        let mut body = json!({
            "topic": self.topic.expose_secret(),
            "title": shorten(&render::subject(attempt.payload), TITLE_WIDTH),
            "message": text,
            "priority": match message.priority() {
                Priority::Low => 2,
                Priority::Normal => 3,
                Priority::High => 4,
            },
            "tags": [tag(message)],
            "sequence_id": format!("{}-{index}", attempt.id),
        });
        if let Some(page) = page(message) {
            body["click"] = json!(page);
        }
        Ask { headers: self.headers.clone(), ..Ask::post(&self.server, body) }
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        outcome(answer)
    }
}

/// The picture before the title.
fn tag(message: &Message) -> &'static str {
    match message {
        Message::Match(_) | Message::Digest(_) | Message::Test(_) => "newspaper",
        Message::Notice(_) => "warning",
    }
}

/// The page of the only article.
fn page(message: &Message) -> Option<String> {
    let blocks = render::blocks(message, render::Detail::Brief);
    let [only] = &blocks[..] else { return None };
    let link = only.lines.iter().find_map(|line| match line {
        Line::Link(link) => Some(link.clone()),
        _ => None,
    });
    link.filter(|link| link.len() <= MAX_CLICK)
}

fn outcome(answer: &Answer) -> Outcome {
    if answer.status.is_success() {
        return match answer.field("id") {
            Some(id) => answer.outcome(Some(&format!("message {id}"))),
            None => {
                let reason = format!("this is no answer of ntfy: {}", answer.reason(None));
                Outcome::Retry { after: None, reason }
            }
        };
    }
    answer.outcome(answer.field("error").as_deref())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::fixture::notice;
    use crate::channel::fixture::{self, Desk, answered, delivered, rejected, retry};
    use crate::config::ChannelKind;
    use crate::net::scripted::answer;

    const OK: &str = r#"{"id": "xE73Iyuabi", "event": "message"}"#;

    fn kind(server: &Url) -> ChannelKind {
        ChannelKind::Ntfy {
            server: server.clone(),
            topic: "secret-topic".into(),
            token: Some("tk_secretsecret".into()),
        }
    }

    #[tokio::test]
    async fn answers_decide_what_comes_next() {
        for (status, header, body, expected) in [
            ("200 OK", "", OK, delivered("200 OK: message xE73Iyuabi")),
            ("200 OK", "", "<html>", retry(None, "this is no answer of ntfy: 200 OK: <html>")),
            (
                "429 Too Many Requests",
                "",
                r#"{"code":42901,"http":429,"error":"limit reached: too many requests","link":"https://ntfy.sh/docs"}"#,
                retry(None, "429 Too Many Requests: limit reached: too many requests"),
            ),
            (
                "429 Too Many Requests",
                "Retry-After: 9",
                "{}",
                retry(Some(9_000), "429 Too Many Requests: {}"),
            ),
            (
                "403 Forbidden",
                "",
                r#"{"code":40301,"http":403,"error":"forbidden"}"#,
                rejected("403 Forbidden: forbidden"),
            ),
            (
                "413 Payload Too Large",
                "",
                r#"{"code":41303,"http":413,"error":"JSON body too large"}"#,
                rejected("413 Payload Too Large: JSON body too large"),
            ),
            ("507 Insufficient Storage", "", "secret-topic", retry(None, "507 Insufficient Storage: ****")),
        ] {
            assert_eq!(answered(kind, status, header, body).await, expected, "{status} {body}");
        }
    }

    #[tokio::test]
    async fn a_match_has_a_priority_and_opens_its_page() {
        for (priority, expected) in [(Priority::Low, 2), (Priority::Normal, 3), (Priority::High, 4)] {
            let desk = Desk::new(kind, vec![answer("200 OK", &[], OK)]).await;
            let payload = fixture::urgent(fixture::payload("Title"), priority);
            desk.deliver(&payload).await;
            let came = &desk.came()[0];
            assert_eq!(came.line, "POST / HTTP/1.1");
            assert_eq!(came.header("authorization"), Some("Bearer tk_secretsecret"));
            let text = "Title\nПример · ru · 2026-03-01 08:15 UTC\nhttps://news.example/1?a=b&c=d\n\
                        watch: asean-cyber\n> Стороны договорились о *кибербезопасности*.";
            assert_eq!(
                came.json(),
                json!({
                    "topic": "secret-topic",
                    "title": "[asean-cyber] Title",
                    "message": text,
                    "priority": expected,
                    "tags": ["newspaper"],
                    "click": "https://news.example/1?a=b&c=d",
                    "sequence_id": format!("{}-0", fixture::attempt(&payload).id),
                }),
            );
        }
        let desk = Desk::new(kind, vec![answer("200 OK", &[], OK)]).await;
        desk.deliver(&notice()).await;
        let body = desk.came()[0].json();
        assert_eq!((&body["tags"], body.get("click")), (&json!(["warning"]), None));
    }

    #[tokio::test]
    async fn floods_and_hostile_titles_stay_within_the_limits() {
        for (count, title, messages) in [
            (1, "\"日本\"".repeat(20_000), 1),
            (1, fixture::HOSTILE.to_owned(), 1),
            (20, "short".to_owned(), 1),
            (500, "\\".repeat(300), 5),
            (60, "👩\u{200d}🚀".repeat(60), 5),
        ] {
            let desk = Desk::new(kind, vec![answer("200 OK", &[], OK)]).await;
            desk.deliver(&fixture::articles(count, &title)).await;
            let came = desk.came();
            assert_eq!(came.len(), messages, "{count} articles");
            for came in &came {
                let message = came.json()["message"].as_str().expect("a text").to_owned();
                assert!((1..=4_096).contains(&message.len()), "{} bytes", message.len());
                assert!(came.body.len() <= 8_192, "{} bytes of JSON", came.body.len());
                assert!(!message.contains(['\u{1b}', '\u{202e}', '\r']), "{message}");
            }
        }
    }
}

//! Bots of Telegram (core.telegram.org/bots/api, `sendMessage`).
//!
//! A message takes 4,096 UTF-16 units after its mark-up is read, and a hundred pieces of mark-up. No page
//! is unfolded; what has a low priority makes no sound. `@name` in a title mentions nobody.
//!
//! | answer | outcome |
//! |---|---|
//! | `ok: true` | delivered |
//! | 429 | another attempt, no sooner than `parameters.retry_after` says |
//! | 401, 404 (no such bot), 403 (the bot was thrown out) | the channel is disabled |
//! | the group has become another chat | rejected, with its new number |
//! | the rest | as in [`post`] |

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};
use url::Url;

use super::Attempt;
use super::chat::{Ask, Service};
use super::post::{self, Answer};
use crate::alert::render::{Dialect, Links, Room, escape_html};
use crate::alert::{Message, Outcome};
use crate::model::Priority;
use crate::net::StatusCode;

const ROOM: Room = Room { limit: 4_096, parts: 5 };

/// Pieces of mark-up that a message may have; Telegram ignores the rest.
const ENTITIES: usize = 100;

const HTML: Dialect = Dialect {
    escape,
    marks: ("<b>", "</b>"),
    title_marks: ("<u>", "</u>"),
    strong: ("<b>", "</b>"),
    quote: ("<blockquote>", "</blockquote>"),
    links: Links::Anchor(|url, text| format!("<a href=\"{}\">{text}</a>", escape_html(url))),
    line_break: "\n",
    size,
    room: ROOM,
};

/// A zero-width space keeps `@name` from mentioning somebody.
fn escape(text: &str) -> String {
    escape_html(text).replace('@', "@\u{200b}")
}

/// The units that are left of `html` when it is read, or, where that is more, the share of mark-up that
/// it uses up.
fn size(html: &str) -> usize {
    let mut units = 0;
    let mut entities = 0;
    let mut rest = html;
    while let Some(c) = rest.chars().next() {
        let end = match c {
            '<' => '>',
            '&' => ';',
            _ => {
                units += c.len_utf16();
                rest = &rest[c.len_utf8()..];
                continue;
            }
        };
        if c == '&' {
            units += 1;
        } else if !rest.starts_with("</") {
            entities += 1;
        }
        rest = rest.find(end).map_or("", |at| &rest[at + 1..]);
    }
    units.max((entities * ROOM.limit).div_ceil(ENTITIES))
}

/// A bot and the chat that it writes to.
pub(super) struct Telegram {
    url: Url,
    token: SecretString,
    chat: String,
    thread: Option<usize>,
}

impl Telegram {
    /// `api` is where bots are.
    pub(super) fn new(
        token: &SecretString,
        chat: &str,
        thread: Option<usize>,
        api: &Url,
    ) -> Result<Self, String> {
        let mut url = api.clone();
        url.path_segments_mut()
            .map_err(|()| "`api` is not the address of a server".to_owned())?
            .pop_if_empty()
            .push(&format!("bot{}", token.expose_secret()))
            .push("sendMessage");
        Ok(Self { url, token: token.clone(), chat: chat.to_owned(), thread })
    }
}

impl Service for Telegram {
    type Part = String;

    fn secrets(&self) -> Vec<SecretString> {
        vec![self.token.clone()]
    }

    fn tell(&self, message: &Message) -> Vec<String> {
        HTML.parts(message)
    }

    fn say(&self, text: &str) -> Vec<String> {
        HTML.text_parts(text)
    }

    fn ask(&self, attempt: &Attempt<'_>, _index: usize, text: String) -> Ask {
        let mut body = json!({
            "chat_id": self.chat,
            "text": text,
            "parse_mode": "HTML",
            "link_preview_options": {"is_disabled": true},
            "disable_notification": attempt.payload.message.priority() == Priority::Low,
        });
        if let Some(thread) = self.thread {
            body["message_thread_id"] = json!(thread);
        }
        Ask::post(&self.url, body)
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        outcome(answer)
    }
}

fn outcome(answer: &Answer) -> Outcome {
    let json = |pointer| answer.json.as_ref().and_then(|json| json.pointer(pointer));
    if json("/ok") == Some(&Value::Bool(true)) {
        let message = json("/result/message_id").map(|id| format!("message {id}"));
        return Outcome::Delivered { detail: answer.reason(Some(message.as_deref().unwrap_or_default())) };
    }
    let said = answer.field("description");
    let mut reason = answer.reason(said.as_deref());
    // The status of the answer is that of the error, but proxies in between have been seen to lose it.
    let code = json("/error_code").and_then(Value::as_u64).and_then(|code| u16::try_from(code).ok());
    let code = code.and_then(|code| StatusCode::from_u16(code).ok()).unwrap_or(answer.status);
    if let Some(chat) = json("/parameters/migrate_to_chat_id").and_then(Value::as_i64) {
        reason.push_str(&format!("; the chat is now {chat}: write chat = \"{chat}\""));
        return Outcome::Rejected { reason };
    }
    match code {
        StatusCode::TOO_MANY_REQUESTS => {
            let wait = post::wait(json("/parameters/retry_after"), Duration::from_secs(1));
            Outcome::Retry { after: wait.max(answer.retry_after()), reason }
        }
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::NOT_FOUND if said.is_some() => {
            Outcome::Disabled { reason }
        }
        code if code.is_success() => {
            Outcome::Retry { after: None, reason: format!("this is no answer of Telegram: {reason}") }
        }
        code if code.is_client_error() && said.is_some() => Outcome::Rejected { reason },
        _ => answer.outcome(said.as_deref()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::Payload;
    use crate::alert::fixture::{digest, notice, pending, with_story};
    use crate::channel::fixture::{self, Desk, answered, delivered, disabled, rejected, retry};
    use crate::config::ChannelKind;
    use crate::net::scripted::answer;

    const OK: &str = r#"{"ok": true, "result": {"message_id": 7}}"#;

    fn kind(server: &Url) -> ChannelKind {
        ChannelKind::Telegram {
            token: "123:secretsecret".into(),
            chat: "-1001".to_owned(),
            thread: Some(5),
            api: server.clone(),
        }
    }

    /// An answer that tells of an error, with these keys besides.
    fn error(code: u16, description: &str, more: &str) -> String {
        format!(r#"{{"ok": false, "error_code": {code}, "description": "{description}"{more}}}"#)
    }

    #[tokio::test]
    async fn answers_decide_what_comes_next() {
        let limited =
            error(429, "Too Many Requests: retry after 34", r#", "parameters": {"retry_after": 34}"#);
        let moved = error(400, "Bad Request: moved", r#", "parameters": {"migrate_to_chat_id": -100777}"#);
        for (status, body, expected) in [
            ("200 OK", OK.to_owned(), delivered("200 OK: message 7")),
            (
                "429 Too Many Requests",
                limited,
                retry(Some(34_000), "429 Too Many Requests: Too Many Requests: retry after 34"),
            ),
            (
                "200 OK",
                error(400, "Bad Request: chat not found", ""),
                rejected("200 OK: Bad Request: chat not found"),
            ),
            (
                "400 Bad Request",
                moved,
                rejected(
                    "400 Bad Request: Bad Request: moved; the chat is now -100777: write chat = \"-100777\"",
                ),
            ),
            (
                "403 Forbidden",
                error(403, "Forbidden: bot was kicked from the group chat", ""),
                disabled("403 Forbidden: Forbidden: bot was kicked from the group chat"),
            ),
            ("401 Unauthorized", error(401, "Unauthorized", ""), disabled("401 Unauthorized: Unauthorized")),
            ("404 Not Found", "<html>".to_owned(), rejected("404 Not Found: <html>")),
            ("200 OK", "<html>".to_owned(), retry(None, "this is no answer of Telegram: 200 OK: <html>")),
            ("502 Bad Gateway", error(502, "Bad Gateway", ""), retry(None, "502 Bad Gateway: Bad Gateway")),
            (
                "500 Oops",
                "/bot123:secretsecret/sendMessage".to_owned(),
                retry(None, "500 Internal Server Error: /bot****/sendMessage"),
            ),
        ] {
            assert_eq!(answered(kind, status, "", &body).await, expected, "{status} {body}");
        }
    }

    async fn texts(payload: &Payload) -> Vec<String> {
        let desk = Desk::new(kind, vec![answer("200 OK", &[], OK)]).await;
        let outcome = desk.deliver(payload).await;
        assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
        let text = |came: &fixture::Came| came.json()["text"].as_str().expect("a text").to_owned();
        desk.came().iter().map(text).collect()
    }

    #[tokio::test]
    async fn a_match_goes_to_its_chat_and_thread() {
        for (priority, silent) in [(Priority::Low, true), (Priority::Normal, false), (Priority::High, false)]
        {
            let desk = Desk::new(kind, vec![answer("200 OK", &[], OK)]).await;
            desk.deliver(&fixture::urgent(fixture::payload("Title"), priority)).await;
            let came = &desk.came()[0];
            assert_eq!(came.line, "POST /bot123:secretsecret/sendMessage HTTP/1.1");
            let text = "<b><a href=\"https://news.example/1?a=b&amp;c=d\">Title</a></b>\n\
                        Пример · ru · 2026-03-01 08:15 UTC\nwatch: asean-cyber\n\
                        <blockquote>Стороны договорились о <b>кибербезопасности</b>.</blockquote>";
            assert_eq!(
                came.json(),
                json!({
                    "chat_id": "-1001",
                    "message_thread_id": 5,
                    "text": text,
                    "parse_mode": "HTML",
                    "link_preview_options": {"is_disabled": true},
                    "disable_notification": silent,
                }),
            );
        }
    }

    #[tokio::test]
    async fn stories_digests_and_notices_are_told_too() {
        let story = with_story(fixture::payload("Title"));
        let text = texts(&story).await.concat();
        let told = "Пример (citing Киодо) · ru · 2026-03-01 08:15 UTC\nwatch: asean-cyber\n\
                    <blockquote>Стороны договорились о <b>кибербезопасности</b>.</blockquote>\n\
                    also: 13 other sources, 3 languages, first seen at 2026-03-01 08:15 UTC\n\
                    • <a href=\"https://kyodo.example/1\">Japan, ASEAN to deepen cyber ties (Kyodo News · en)</a>";
        assert!(text.ends_with(told), "{text}");
        let digest = digest(&[pending("desk", "a<b", "1"), pending("desk", "c", "2")]);
        let text = texts(&digest).await.concat();
        assert!(text.starts_with("<b>a&lt;b (1)</b>\n\n<b><a href="), "{text}");
        assert!(text.contains("\n\n<b>c (1)</b>\n\n"), "{text}");
        assert!(text.contains("Япония и <u>АСЕАН</u> углубят"), "{text}");
        let told = "<b>A feed has failed for three days</b>\n\nThe last answer: 500 Internal Server Error.\n\n\
                    It is tried again once a day.";
        assert_eq!(texts(&notice()).await, [told]);
    }

    #[tokio::test]
    async fn hostile_titles_are_text_and_mention_nobody() {
        let text = texts(&fixture::payload(fixture::HOSTILE)).await.concat();
        let title = text.lines().next().expect("a title");
        assert!(title.contains("&lt;/b&gt;&lt;a href=&quot;https://evil.example&quot;&gt;"), "{title}");
        assert!(title.contains("@\u{200b}everyone"), "{title}");
        assert_eq!(title.matches('<').count(), 4, "{title}");
    }

    #[tokio::test]
    async fn floods_stay_within_the_limits() {
        for (count, title, messages) in [
            (1, "<日本>".repeat(20_000), 1),
            (30, "short".to_owned(), 2),
            (60, "👩\u{200d}🚀".repeat(90), 5),
            (500, "t".repeat(300), 5),
        ] {
            let texts = texts(&fixture::articles(count, &title)).await;
            assert_eq!(texts.len(), messages, "{count} articles");
            for text in texts {
                assert!(size(&text) <= 4_096, "{text}");
                for tag in ["b", "a", "blockquote"] {
                    let opened = text.matches(&format!("<{tag}")).count() - text.matches("<blo").count();
                    let opened = if tag == "blockquote" { text.matches("<blo").count() } else { opened };
                    let opened = if tag == "a" { text.matches("<a ").count() } else { opened };
                    assert_eq!(opened, text.matches(&format!("</{tag}>")).count(), "{tag} in {text}");
                }
                let entities = text.matches("</").count();
                assert!(entities <= 100, "{entities} pieces of mark-up: {text}");
                assert!(text.match_indices('&').all(|(at, _)| text[at..].contains(';')), "{text}");
            }
        }
    }

    #[test]
    fn sizes_are_those_after_the_markup_is_read() {
        for (html, expected) in [
            ("abc", 3),
            ("👍", 2),
            ("&lt;&#39;", 2),
            ("<b>a</b>", 41),
            ("", 0),
            (&*format!("<b>{}</b>", "x".repeat(500)), 500),
        ] {
            assert_eq!(size(html), expected, "{html}");
        }
    }
}

//! Webhooks of Discord (discord.com/developers/docs/resources/webhook).
//!
//! A message takes 2,000 characters. Nobody is ever mentioned (`allowed_mentions`), no page is unfolded
//! (`SUPPRESS_EMBEDS`), and what has a low priority makes no sound.
//!
//! | answer | outcome |
//! |---|---|
//! | 2xx | delivered |
//! | 429 | another attempt, no sooner than `retry_after` of the JSON or `Retry-After` says |
//! | codes 10015 (unknown webhook), 50027 (invalid token) | the channel is disabled |
//! | the rest | as in [`post`] |

use std::time::Duration;

use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::Attempt;
use super::chat::{Ask, Service};
use super::post::{self, Answer};
use crate::alert::render::{Dialect, Links, Room};
use crate::alert::{Message, Outcome};
use crate::model::Priority;
use crate::net::StatusCode;

const SUPPRESS_EMBEDS: u32 = 1 << 2;
const SUPPRESS_NOTIFICATIONS: u32 = 1 << 12;

/// Codes of errors after which nothing ever arrives again.
const GONE: [u64; 2] = [10_015, 50_027];

const MARKDOWN: Dialect = Dialect {
    escape,
    marks: ("**", "**"),
    // A title is bold already.
    title_marks: ("__", "__"),
    strong: ("**", "**"),
    quote: ("> ", ""),
    // Masked links show one address and lead to another: people should see where they go.
    links: Links::Bare(|url| format!("<{url}>")),
    line_break: "\n",
    size: |text| text.encode_utf16().count(),
    room: Room { limit: 2_000, parts: 5 },
};

/// A backslash takes the meaning of what follows it.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(
            c,
            '\\' | '*' | '_' | '~' | '`' | '|' | '>' | '<' | '#' | '-' | '[' | ']' | '(' | ')' | '@' | ':'
        ) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// One webhook.
pub(super) struct Discord {
    /// As the service gave it.
    hook: Url,
    url: Url,
}

impl Discord {
    pub(super) fn new(url: &SecretString) -> Result<Self, String> {
        let hook = post::hook(url)?;
        let mut url = hook.clone();
        // Without it, an answer says nothing and comes before anything is stored.
        url.query_pairs_mut().append_pair("wait", "true");
        Ok(Self { hook, url })
    }
}

impl Service for Discord {
    type Part = String;

    fn secrets(&self) -> Vec<SecretString> {
        post::secrets_of(&self.hook)
    }

    fn tell(&self, message: &Message) -> Vec<String> {
        MARKDOWN.parts(message)
    }

    fn say(&self, text: &str) -> Vec<String> {
        MARKDOWN.text_parts(text)
    }

    fn ask(&self, attempt: &Attempt<'_>, _index: usize, content: String) -> Ask {
        let silence = match attempt.payload.message.priority() {
            Priority::Low => SUPPRESS_NOTIFICATIONS,
            Priority::Normal | Priority::High => 0,
        };
        let body = json!({
            "content": content,
            "allowed_mentions": {"parse": []},
            "flags": SUPPRESS_EMBEDS | silence,
        });
        Ask::post(&self.url, body)
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        outcome(answer)
    }
}

fn outcome(answer: &Answer) -> Outcome {
    let json = |key| answer.json.as_ref().and_then(|json| json.get(key));
    if answer.status.is_success() {
        let message = answer.field("id").map(|id| format!("message {id}"));
        return answer.outcome(Some(message.as_deref().unwrap_or_default()));
    }
    let said = answer.field("message");
    let reason = answer.reason(said.as_deref());
    let code = json("code").and_then(serde_json::Value::as_u64);
    match answer.status {
        StatusCode::TOO_MANY_REQUESTS => {
            let wait = post::wait(json("retry_after"), Duration::from_secs(1));
            Outcome::Retry { after: wait.max(answer.retry_after()), reason }
        }
        _ if code.is_some_and(|code| GONE.contains(&code)) => Outcome::Disabled { reason },
        _ => answer.outcome(said.as_deref()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::fixture::{self, Desk, answered, delivered, disabled, rejected, retry};
    use crate::config::ChannelKind;
    use crate::net::scripted::answer;

    const OK: &str = r#"{"id": "77", "content": "x"}"#;

    fn kind(server: &Url) -> ChannelKind {
        ChannelKind::Discord { url: format!("{server}api/webhooks/1/secretsecret?thread_id=7").into() }
    }

    #[tokio::test]
    async fn answers_decide_what_comes_next() {
        let limited = r#"{"message": "You are being rate limited.", "retry_after": 64.57, "global": false}"#;
        let slow = "429 Too Many Requests: You are being rate limited.";
        for (status, header, body, expected) in [
            ("200 OK", "", OK, delivered("200 OK: message 77")),
            ("204 No Content", "", "", delivered("204 No Content")),
            ("429 Too Many Requests", "Retry-After: 65", limited, retry(Some(65_000), slow)),
            ("429 Too Many Requests", "", limited, retry(Some(64_570), slow)),
            (
                "404 Not Found",
                "",
                r#"{"message": "Unknown Webhook", "code": 10015}"#,
                disabled("404 Not Found: Unknown Webhook"),
            ),
            (
                "401 Unauthorized",
                "",
                r#"{"message": "Invalid Webhook Token", "code": 50027}"#,
                disabled("401 Unauthorized: Invalid Webhook Token"),
            ),
            (
                "400 Bad Request",
                "",
                r#"{"message": "Invalid Form Body", "code": 50035}"#,
                rejected("400 Bad Request: Invalid Form Body"),
            ),
            ("404 Not Found", "", "<html>", rejected("404 Not Found: <html>")),
            ("502 Bad Gateway", "", "<html>", retry(None, "502 Bad Gateway: <html>")),
        ] {
            assert_eq!(answered(kind, status, header, body).await, expected, "{status} {body}");
        }
    }

    #[tokio::test]
    async fn a_match_mentions_nobody_and_unfolds_nothing() {
        for (priority, flags) in [(Priority::Low, 4 | 4096), (Priority::Normal, 4), (Priority::High, 4)] {
            let desk = Desk::new(kind, vec![answer("200 OK", &[], OK)]).await;
            desk.deliver(&fixture::urgent(fixture::payload("Title"), priority)).await;
            let came = &desk.came()[0];
            assert_eq!(came.line, "POST /api/webhooks/1/secretsecret?thread_id=7&wait=true HTTP/1.1");
            let content = concat!(
                "**Title**\n",
                r"Пример · ru · 2026\-03\-01 08\:15 UTC",
                "\n<https://news.example/1?a=b&c=d>\n",
                r"watch\: asean\-cyber",
                "\n> Стороны договорились о **кибербезопасности**."
            );
            assert_eq!(
                came.json(),
                json!({"content": content, "allowed_mentions": {"parse": []}, "flags": flags}),
            );
        }
    }

    #[tokio::test]
    async fn hostile_titles_are_text() {
        let desk = Desk::new(kind, vec![answer("200 OK", &[], OK)]).await;
        desk.deliver(&fixture::payload(fixture::HOSTILE)).await;
        let body = desk.came()[0].json();
        let content = body["content"].as_str().expect("a text");
        let expected = concat!(
            r#"**x  Bcc\: a\@b \]0;pwn \</b\>\<a href="https\://evil.example"\>\*\_\~\`\|\>\[a\]\(b\) "#,
            r"\@everyone \<!channel\> \<\@1\> & \`\`\` \# ",
            "👩\u{200d}🚀",
            r" {{7\*7}}**"
        );
        assert_eq!(content.lines().next(), Some(expected));
    }

    #[tokio::test]
    async fn floods_stay_within_the_limits() {
        for (count, title, messages, is_cut) in [
            (1, "*日本*".repeat(20_000), 1, false),
            (20, "short".to_owned(), 2, false),
            (60, "👩\u{200d}🚀".repeat(90), 5, true),
            (500, "t".repeat(300), 5, true),
        ] {
            let desk = Desk::new(kind, vec![answer("200 OK", &[], OK)]).await;
            let outcome = desk.deliver(&fixture::articles(count, &title)).await;
            assert!(matches!(outcome, Outcome::Delivered { .. }), "{outcome:?}");
            let came = desk.came();
            assert_eq!(came.len(), messages, "{count} articles");
            let mut last = String::new();
            for body in came.iter().map(fixture::Came::json) {
                last = body["content"].as_str().expect("a text").to_owned();
                assert!((1..=2_000).contains(&last.encode_utf16().count()), "{last}");
                assert!(!last.contains("\\…"), "an escape was cut: {last}");
            }
            assert_eq!(last.contains(r"more\: \`feedwatch matches\` lists them"), is_cut, "{last}");
        }
    }
}

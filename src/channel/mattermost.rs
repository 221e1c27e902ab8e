//! Incoming webhooks of Mattermost (developers.mattermost.com/integrate/webhooks/incoming).
//!
//! A message takes 16,383 characters; an older server splits what is too long for it. `@channel` in a title
//! mentions nobody, and `:smile:` is no picture. What has a high priority is marked as important, where the
//! server can.
//!
//! | answer | outcome |
//! |---|---|
//! | 200 `ok` | delivered |
//! | `web.incoming_webhook.invalid` and `.disabled` | the channel is disabled |
//! | the rest | as in [`post`] |

use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::Attempt;
use super::chat::{Ask, Service};
use super::post::{self, Answer};
use crate::alert::render::{Dialect, Links, Room};
use crate::alert::{Message, Outcome};
use crate::model::Priority;

/// Ids of errors after which nothing ever arrives again.
const GONE: [&str; 2] = ["web.incoming_webhook.invalid.app_error", "web.incoming_webhook.disabled.app_error"];

const MARKDOWN: Dialect = Dialect {
    escape,
    marks: ("**", "**"),
    // Between letters, as in Japanese, an underscore is a letter (CommonMark, section 6.2).
    title_marks: ("*", "*"),
    strong: ("**", "**"),
    quote: ("> ", ""),
    links: Links::Anchor(|url, text| format!("[{text}]({})", address(url))),
    line_break: "\n",
    size: |text| text.chars().count(),
    room: Room { limit: 16_000, parts: 5 },
};

/// A backslash takes the meaning of what follows it; `@` and the colon of `:names:` have none that it could
/// take, hence the zero-width space.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let is_mark = matches!(
            c,
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '(' | ')' | '#' | '!' | '>' | '~' | '|'
        );
        // Of a list, or under a heading: only at the beginning.
        let is_bullet = escaped.is_empty() && matches!(c, '-' | '+');
        if is_mark || is_bullet {
            escaped.push('\\');
        }
        escaped.push(c);
        if c == '@' || c == ':' && is_picture(&text[at + 1..]) {
            escaped.push('\u{200b}');
        }
    }
    escaped
}

/// Whether a colon before `rest` begins what is shown as a picture: `:smile:`, `:+1:`.
fn is_picture(rest: &str) -> bool {
    let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '+')));
    end.is_some_and(|end| end > 0 && rest[end..].starts_with(':'))
}

/// What would end the address, the bold letters around it, or begin code, in its other spelling (RFC 3986).
fn address(url: &str) -> String {
    let spell = |c: char| match c {
        '(' | ')' | '*' | '\\' | '`' => format!("%{:02X}", u32::from(c)),
        c => c.to_string(),
    };
    url.chars().map(spell).collect()
}

/// One webhook.
pub(super) struct Mattermost(Url);

impl Mattermost {
    pub(super) fn new(url: &SecretString) -> Result<Self, String> {
        post::hook(url).map(Self)
    }
}

impl Service for Mattermost {
    type Part = String;

    fn secrets(&self) -> Vec<SecretString> {
        post::secrets_of(&self.0)
    }

    fn tell(&self, message: &Message) -> Vec<String> {
        MARKDOWN.parts(message)
    }

    fn say(&self, text: &str) -> Vec<String> {
        MARKDOWN.text_parts(text)
    }

    fn ask(&self, attempt: &Attempt<'_>, _index: usize, text: String) -> Ask {
        let mut body = json!({"text": text});
        if attempt.payload.message.priority() == Priority::High {
            body["priority"] = json!({"priority": "important"});
        }
        Ask::post(&self.0, body)
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        outcome(answer)
    }
}

fn outcome(answer: &Answer) -> Outcome {
    if answer.status.is_success() && answer.text.trim() != "ok" {
        let reason = format!("this is no answer of Mattermost: {}", answer.reason(None));
        return Outcome::Retry { after: None, reason };
    }
    let said = answer.field("message");
    match answer.field("id") {
        Some(id) if GONE.contains(&id.as_str()) => {
            Outcome::Disabled { reason: answer.reason(said.as_deref()) }
        }
        _ => answer.outcome(said.as_deref()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::fixture::{self, Desk, answered, delivered, disabled, rejected, retry};
    use crate::config::ChannelKind;
    use crate::net::scripted::answer;

    fn kind(server: &Url) -> ChannelKind {
        ChannelKind::Mattermost { url: format!("{server}hooks/secretsecret").into() }
    }

    #[tokio::test]
    async fn answers_decide_what_comes_next() {
        let error = |id: &str, message: &str| {
            format!(
                r#"{{"id": "web.incoming_webhook.{id}.app_error", "message": "{message}", "status_code": 400}}"#
            )
        };
        for (status, header, body, expected) in [
            ("200 OK", "", "ok".to_owned(), delivered("200 OK: ok")),
            (
                "200 OK",
                "",
                "<html>".to_owned(),
                retry(None, "this is no answer of Mattermost: 200 OK: <html>"),
            ),
            (
                "400 Bad Request",
                "",
                error("invalid", "Invalid webhook."),
                disabled("400 Bad Request: Invalid webhook."),
            ),
            (
                "400 Bad Request",
                "",
                error("text", "No text specified."),
                rejected("400 Bad Request: No text specified."),
            ),
            (
                "429 Too Many Requests",
                "Retry-After: 2",
                "limit exceeded".to_owned(),
                retry(Some(2_000), "429 Too Many Requests: limit exceeded"),
            ),
            ("500 Oops", "", String::new(), retry(None, "500 Internal Server Error")),
            ("404 Not Found", "", String::new(), rejected("404 Not Found")),
        ] {
            assert_eq!(answered(kind, status, header, &body).await, expected, "{status} {body}");
        }
    }

    #[tokio::test]
    async fn a_match_is_markdown() {
        let important = json!({"priority": "important"});
        for (priority, expected) in
            [(Priority::Normal, None), (Priority::Low, None), (Priority::High, Some(&important))]
        {
            let desk = Desk::new(kind, vec![answer("200 OK", &[], "ok")]).await;
            desk.deliver(&fixture::urgent(fixture::payload("Title"), priority)).await;
            let came = &desk.came()[0];
            assert_eq!(came.line, "POST /hooks/secretsecret HTTP/1.1");
            let text = "**[Title](https://news.example/1?a=b&c=d)**\nПример · ru · 2026-03-01 08:15 UTC\n\
                        watch: asean-cyber\n> Стороны договорились о **кибербезопасности**.";
            assert_eq!(came.json()["text"], text);
            assert_eq!(came.json().get("priority"), expected);
        }
    }

    #[test]
    fn matched_words_are_marked_within_words_too() {
        let payload = crate::alert::fixture::payload(&[crate::alert::fixture::pending("desk", "w", "1")]);
        let mut message = payload.message;
        if let Message::Match(data) = &mut message {
            data.articles[0].article.title = "日本とASEANとサイバー防衛".to_owned();
            data.articles[0].spans[0].start = 3;
            data.articles[0].spans[0].end = 8;
        }
        let text = &MARKDOWN.parts(&message)[0];
        assert!(text.starts_with("**[日本と*ASEAN*とサイバー防衛]("), "{text}");
    }

    #[tokio::test]
    async fn hostile_titles_are_text_and_mention_nobody() {
        let desk = Desk::new(kind, vec![answer("200 OK", &[], "ok")]).await;
        desk.deliver(&fixture::payload(fixture::HOSTILE)).await;
        let body = desk.came()[0].json();
        let title = body["text"].as_str().and_then(|text| text.lines().next()).expect("a title");
        let expected = [
            r#"**[x  Bcc: a@Zb \]0;pwn </b\><a href="https://evil.example"\>\*\_\~\`\|\>\[a\]\(b\) "#,
            r"@Zeveryone <\!channel\> <@Z1\> & \`\`\` \# ",
            "👩\u{200d}🚀",
            r" \{\{7\*7\}\}](https://news.example/1?a=b&c=d)**",
        ];
        assert_eq!(title, expected.concat().replace('Z', "\u{200b}"));
    }

    #[test]
    fn what_names_a_picture_is_text() {
        for (text, expected) in [
            (":smile: and :+1:", ":Zsmile: and :Z+1:"),
            ("a:b:c", "a:Zb:c"),
            ("::", "::"),
            ("08:15 UTC, at 12:30", "08:15 UTC, at 12:30"),
            (": smile:", ": smile:"),
            (":улыбка:", ":улыбка:"),
            (":_x_:", ":Z\\_x\\_:"),
        ] {
            assert_eq!(escape(text), expected.replace('Z', "\u{200b}"));
        }
    }

    #[test]
    fn no_address_ends_its_link() {
        for (url, expected) in [
            ("https://e.example/a_(b)?c=d&e", "https://e.example/a_%28b%29?c=d&e"),
            ("https://e.example/**?`\\", "https://e.example/%2A%2A?%60%5C"),
        ] {
            assert_eq!(address(url), expected);
        }
    }

    #[tokio::test]
    async fn floods_stay_within_the_limits() {
        for (count, title, messages) in [(1, "*日本*".repeat(20_000), 1), (500, "*".repeat(300), 5)] {
            let desk = Desk::new(kind, vec![answer("200 OK", &[], "ok")]).await;
            desk.deliver(&fixture::articles(count, &title)).await;
            let came = desk.came();
            assert_eq!(came.len(), messages, "{count} articles");
            for body in came.iter().map(fixture::Came::json) {
                let size = body["text"].as_str().expect("a text").chars().count();
                assert!((1..=16_383).contains(&size), "{size}");
            }
        }
    }
}

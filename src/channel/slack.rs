//! Incoming webhooks of Slack (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks).
//!
//! A message is `rich_text` blocks, one per article, under a `text` for notifications. Their texts know no
//! mark-up, which mrkdwn could not be kept from: it has no escape for `*_~` and `:names:`. A message takes 50
//! blocks and, as people have measured, some 13,000 characters in all.
//!
//! | answer | outcome |
//! |---|---|
//! | 200 `ok` | delivered |
//! | `no_service`, `no_team`, `team_disabled`, `no_active_hooks`, `invalid_token`, `channel_not_found`, `channel_is_archived` | the channel is disabled |
//! | 200 with another word | rejected |
//! | 429, 5xx and the rest | as in [`post`] |

use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use super::Attempt;
use super::chat::{Ask, Service};
use super::post::{self, Answer};
use crate::alert::render::{self, Block, Line, Room};
use crate::alert::{Message, Outcome, Segment};
use crate::net::StatusCode;

/// UTF-16 units of the JSON of a message's blocks: what Slack counts of it is not known, and is not more.
const ROOM: Room = Room { limit: 12_000, parts: 5 };

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

/// The three letters that have a meaning in the text of a notification.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// One webhook.
pub(super) struct Slack(Url);

impl Slack {
    pub(super) fn new(url: &SecretString) -> Result<Self, String> {
        post::hook(url).map(Self)
    }
}

impl Service for Slack {
    /// The blocks of a message.
    type Part = Vec<Value>;

    fn secrets(&self) -> Vec<SecretString> {
        post::secrets_of(&self.0)
    }

    fn tell(&self, message: &Message) -> Vec<Vec<Value>> {
        let parts = render::fit(message, ROOM, |block| size(&rich(block)).max(LEAST));
        parts.iter().map(|blocks| blocks.iter().map(rich).collect()).collect()
    }

    fn say(&self, text: &str) -> Vec<Vec<Value>> {
        let block = |text: &str| block(vec![section(vec![plain(text)])]);
        let frame = size(&block(""));
        let parts = render::fit_text(text, ROOM, |piece| frame + size(&json!(piece)));
        parts.iter().map(|part| vec![block(part)]).collect()
    }

    fn ask(&self, attempt: &Attempt<'_>, _index: usize, blocks: Vec<Value>) -> Ask {
        let body = json!({
            "text": escape(&render::subject(attempt.payload)),
            "mrkdwn": false,
            "blocks": blocks,
            "unfurl_links": false,
            "unfurl_media": false,
        });
        Ask::post(&self.0, body)
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        outcome(answer)
    }
}

fn size(json: &Value) -> usize {
    json.to_string().encode_utf16().count() + 1
}

/// A block: its lines, and what is quoted between them.
fn rich(of: &Block) -> Value {
    let mut elements = Vec::new();
    let mut lines: Vec<Value> = Vec::new();
    for line in &of.lines {
        let texts = match line {
            Line::Snippet(segments) => {
                if !lines.is_empty() {
                    elements.push(section(std::mem::take(&mut lines)));
                }
                elements.push(json!({"type": "rich_text_quote", "elements": marked(segments)}));
                continue;
            }
            Line::Link(_) => continue,
            Line::Heading(text) => vec![bold(plain(text))],
            Line::Title { segments, link: Some(page) } => {
                let text: String = segments.iter().map(|segment| segment.text.as_str()).collect();
                vec![bold(link(&text, page))]
            }
            Line::Title { segments, link: None } => {
                segments.iter().map(|segment| bold(plain(&segment.text))).collect()
            }
            Line::Other { text, link: Some(page) } => vec![plain("• "), link(text, page)],
            Line::Other { text, link: None } => vec![plain(&format!("• {text}"))],
            Line::About(text) | Line::Watch(text) | Line::Also(text) | Line::Text(text) => vec![plain(text)],
        };
        if !lines.is_empty() {
            lines.push(plain("\n"));
        }
        lines.extend(texts);
    }
    if !lines.is_empty() {
        elements.push(section(lines));
    }
    block(elements)
}

fn block(elements: Vec<Value>) -> Value {
    json!({"type": "rich_text", "elements": elements})
}

fn section(elements: Vec<Value>) -> Value {
    json!({"type": "rich_text_section", "elements": elements})
}

fn plain(text: &str) -> Value {
    json!({"type": "text", "text": text})
}

fn link(text: &str, page: &str) -> Value {
    json!({"type": "link", "url": page, "text": text})
}

fn bold(mut element: Value) -> Value {
    element["style"] = json!({"bold": true});
    element
}

fn marked(segments: &[Segment]) -> Vec<Value> {
    let mark = |segment: &Segment| {
        if segment.marked { bold(plain(&segment.text)) } else { plain(&segment.text) }
    };
    segments.iter().map(mark).collect()
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
    async fn a_match_is_rich_text_with_its_words_marked_and_the_page_linked() {
        let desk = Desk::new(kind, vec![answer("200 OK", &[], "ok")]).await;
        desk.deliver(&fixture::payload("Title")).await;
        let came = &desk.came()[0];
        assert_eq!(came.line, format!("POST /{PATH} HTTP/1.1"));
        assert_eq!(came.header("content-type"), Some("application/json"));
        let bold = json!({"bold": true});
        let text = |text: &str| json!({"type": "text", "text": text});
        let page = "https://news.example/1?a=b&c=d";
        let lines = json!([
            {"type": "link", "url": page, "text": "Title", "style": bold},
            text("\n"),
            text("Пример · ru · 2026-03-01 08:15 UTC"),
            text("\n"),
            text("watch: asean-cyber"),
        ]);
        let quoted = json!([
            text("Стороны договорились о "),
            {"type": "text", "text": "кибербезопасности", "style": bold},
            text("."),
        ]);
        assert_eq!(
            came.json(),
            json!({
                "text": "[asean-cyber] Title",
                "mrkdwn": false,
                "blocks": [{"type": "rich_text", "elements": [
                    {"type": "rich_text_section", "elements": lines},
                    {"type": "rich_text_quote", "elements": quoted},
                ]}],
                "unfurl_links": false,
                "unfurl_media": false,
            }),
        );
    }

    #[tokio::test]
    async fn hostile_titles_are_text_and_mention_nobody() {
        let desk = Desk::new(kind, vec![answer("200 OK", &[], "ok")]).await;
        desk.deliver(&fixture::payload(fixture::HOSTILE)).await;
        let body = desk.came()[0].json();
        // What is no mark-up needs no escape: Slack shows it to the letter.
        let title = body["blocks"][0]["elements"][0]["elements"][0]["text"].as_str().expect("a title");
        assert!(title.contains("*_~`|>[a](b) @everyone <!channel> <@1> & ```"), "{title}");
        assert!(!title.contains(['\u{1b}', '\u{202e}', '\r', '\n']), "{title}");
        let notified = body["text"].as_str().expect("a text");
        assert!(notified.contains("&lt;!channel&gt; &lt;@1&gt; &amp; ```"), "{notified}");
        assert!(!notified.contains(['<', '>', '\u{1b}', '\u{202e}', '\r']), "{notified}");
    }

    #[tokio::test]
    async fn floods_stay_within_the_limits() {
        for (count, title, messages) in [
            (1, "日本".repeat(20_000), 1),
            (40, "short".to_owned(), 2),
            (60, "é&".repeat(400), 4),
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
                let size = message["blocks"].to_string().encode_utf16().count();
                assert!(size <= 13_000, "{size}");
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
    async fn a_template_replaces_the_text_and_is_no_mark_up() {
        let template = "{% for a in articles %}{{ a.title }} <b>\n{% endfor %}end";
        let desk = Desk::with_template(kind, Some(template), vec![answer("200 OK", &[], "ok")]).await;
        desk.deliver(&fixture::payload("<!channel>")).await;
        let body = desk.came()[0].json();
        let text = &body["blocks"][0]["elements"][0]["elements"][0];
        assert_eq!(text, &json!({"type": "text", "text": "<!channel> <b>\nend"}));
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
        let body = came[1].json();
        let text = &body["blocks"][0]["elements"][0]["elements"][0]["text"];
        assert_eq!(text, &json!(format!("({complaint})")));
    }
}

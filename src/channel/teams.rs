//! Webhooks of Teams: a workflow ("When a Teams webhook request is received") that posts an Adaptive Card
//! (learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors). It answers before it has posted.
//! The connectors of before, which are retired, took the same.
//!
//! Text stands in `TextRun`s, which know no mark-up. A message takes 28 KB; where Teams counts two bytes a
//! letter, that has been seen to be 21 kB of JSON.
//!
//! | answer | outcome |
//! |---|---|
//! | 202, or 200 without a word about a failure | delivered |
//! | 200 that tells of an error of Teams (older connectors) | as that error: 429 and 5xx another attempt, else rejected |
//! | 404 | the channel is disabled: the workflow was deleted |
//! | the rest | as in [`post`] |

use secrecy::SecretString;
use serde_json::{Value, json};
use url::Url;

use super::Attempt;
use super::chat::{Ask, Service};
use super::post::{self, Answer};
use crate::alert::render::{self, Block, Line, Room};
use crate::alert::{Message, Outcome, Segment};
use crate::model::Priority;
use crate::net::StatusCode;

/// Bytes of a card's body.
const ROOM: Room = Room { limit: 19_000, parts: 5 };

/// One webhook.
pub(super) struct Teams(Url);

impl Teams {
    pub(super) fn new(url: &SecretString) -> Result<Self, String> {
        post::hook(url).map(Self)
    }
}

impl Service for Teams {
    /// The body of a card.
    type Part = Vec<Value>;

    fn secrets(&self) -> Vec<SecretString> {
        post::secrets_of(&self.0)
    }

    fn tell(&self, message: &Message) -> Vec<Vec<Value>> {
        let parts = render::fit(message, ROOM, |block| container(block).to_string().len() + 1);
        parts.iter().map(|blocks| blocks.iter().map(container).collect()).collect()
    }

    fn say(&self, text: &str) -> Vec<Vec<Value>> {
        own(text)
    }

    fn ask(&self, attempt: &Attempt<'_>, index: usize, mut card: Vec<Value>) -> Ask {
        if index == 0 && attempt.payload.message.priority() == Priority::High {
            card.insert(0, lines(vec![vec![run("High priority", Some("attention"))]]));
        }
        let body = json!({
            "type": "message",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "contentUrl": null,
                "content": {
                    "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
                    "type": "AdaptiveCard",
                    "version": "1.4",
                    "msteams": {"width": "Full"},
                    "body": card,
                },
            }],
        });
        Ask::post(&self.0, body)
    }

    fn outcome(&self, answer: &Answer) -> Outcome {
        outcome(answer)
    }
}

/// The text of a template: a block of text per line.
fn own(text: &str) -> Vec<Vec<Value>> {
    let frame = rich(vec![run("", None)]).to_string().len() + 1;
    let size = |piece: &str| frame + json!(piece).to_string().len();
    let parts = render::fit_text(text, ROOM, size);
    let line = |line: &str| rich(vec![run(if line.is_empty() { " " } else { line }, None)]);
    parts.iter().map(|part| part.lines().map(line).collect()).collect()
}

/// A block, all of which leads to the article's page.
fn container(block: &Block) -> Value {
    let mut page = None;
    let mut texts = Vec::new();
    for line in &block.lines {
        texts.push(match line {
            Line::Heading(text) => vec![strong(text)],
            Line::Title { segments, link } => {
                page = link.as_deref();
                segments.iter().map(|segment| marked(segment, strong(&segment.text))).collect()
            }
            Line::Link(_) => continue,
            Line::Snippet(segments) => marked_runs(segments),
            Line::About(text) | Line::Watch(text) | Line::Also(text) => vec![subtle(run(text, None))],
            Line::Other { text, link } => {
                let mut run = subtle(run(&format!("• {text}"), None));
                if let Some(link) = link {
                    run["selectAction"] = open(link);
                }
                vec![run]
            }
            Line::Text(text) => vec![run(text, None)],
        });
    }
    let mut container = lines(texts);
    if let Some(page) = page {
        container["selectAction"] = open(page);
    }
    container
}

fn lines(texts: Vec<Vec<Value>>) -> Value {
    json!({"type": "Container", "separator": true, "items": texts.into_iter().map(rich).collect::<Vec<_>>()})
}

fn rich(runs: Vec<Value>) -> Value {
    json!({"type": "RichTextBlock", "inlines": runs})
}

fn run(text: &str, colour: Option<&str>) -> Value {
    let mut run = json!({"type": "TextRun", "text": text});
    if let Some(colour) = colour {
        run["color"] = json!(colour);
    }
    run
}

fn strong(text: &str) -> Value {
    let mut run = run(text, None);
    run["weight"] = json!("bolder");
    run
}

fn subtle(mut run: Value) -> Value {
    run["isSubtle"] = json!(true);
    run
}

fn marked_runs(segments: &[Segment]) -> Vec<Value> {
    segments.iter().map(|segment| marked(segment, run(&segment.text, None))).collect()
}

fn marked(segment: &Segment, mut run: Value) -> Value {
    if segment.marked {
        run["highlight"] = json!(true);
    }
    run
}

fn open(link: &str) -> Value {
    json!({"type": "Action.OpenUrl", "url": link})
}

fn outcome(answer: &Answer) -> Outcome {
    let reason = answer.reason(None);
    // "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with …"
    if answer.status == StatusCode::OK
        && let Some((_, error)) = answer.text.split_once("HTTP error ")
    {
        let code: String = error.chars().take_while(char::is_ascii_digit).collect();
        return match code.parse::<u16>() {
            Ok(429 | 500..=599) => Outcome::Retry { after: answer.retry_after(), reason },
            _ => Outcome::Rejected { reason },
        };
    }
    match answer.status {
        StatusCode::NOT_FOUND => Outcome::Disabled { reason },
        _ => {
            let said = answer.json.as_ref().and_then(|json| json.pointer("/error/message")?.as_str());
            answer.outcome(said)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::fixture::{self, Desk, answered, delivered, disabled, rejected, retry};
    use crate::config::ChannelKind;
    use crate::net::scripted::answer;

    const PATH: &str = "workflows/1/triggers/manual/paths/invoke?sig=secretsecret";

    fn kind(server: &Url) -> ChannelKind {
        ChannelKind::Teams { url: format!("{server}{PATH}").into() }
    }

    #[tokio::test]
    async fn answers_decide_what_comes_next() {
        let failed = |code: u16| {
            format!(
                "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error {code} with ContextId x"
            )
        };
        let error = r#"{"error": {"code": "X", "message": "The request content is not valid."}}"#;
        for (status, header, body, expected) in [
            ("202 Accepted", "", String::new(), delivered("202 Accepted")),
            ("200 OK", "", "1".to_owned(), delivered("200 OK: 1")),
            ("200 OK", "", failed(429), retry(None, &format!("200 OK: {}", failed(429)))),
            ("200 OK", "", failed(503), retry(None, &format!("200 OK: {}", failed(503)))),
            ("200 OK", "", failed(413), rejected(&format!("200 OK: {}", failed(413)))),
            (
                "429 Too Many Requests",
                "Retry-After: 10",
                String::new(),
                retry(Some(10_000), "429 Too Many Requests"),
            ),
            ("404 Not Found", "", "gone".to_owned(), disabled("404 Not Found: gone")),
            (
                "400 Bad Request",
                "",
                error.to_owned(),
                rejected("400 Bad Request: The request content is not valid."),
            ),
            ("410 Gone", "", String::new(), disabled("410 Gone")),
            ("502 Bad Gateway", "", "sig=secretsecret".to_owned(), retry(None, "502 Bad Gateway: sig=****")),
            ("502 Bad Gateway", "", format!("/{PATH}"), retry(None, "502 Bad Gateway: /****")),
        ] {
            assert_eq!(answered(kind, status, header, &body).await, expected, "{status} {body}");
        }
    }

    #[tokio::test]
    async fn a_match_is_a_card_that_leads_to_its_page() {
        let desk = Desk::new(kind, vec![answer("202 Accepted", &[], "")]).await;
        desk.deliver(&fixture::payload("Title")).await;
        let came = &desk.came()[0];
        assert_eq!(came.line, format!("POST /{PATH} HTTP/1.1"));
        let body = came.json();
        assert_eq!(body["type"], "message");
        let attachment = &body["attachments"][0];
        assert_eq!(attachment["contentType"], "application/vnd.microsoft.card.adaptive");
        assert_eq!(attachment["content"]["type"], "AdaptiveCard");
        assert_eq!(attachment["content"]["version"], "1.4");
        let rich = |runs: Value| json!({"type": "RichTextBlock", "inlines": runs});
        assert_eq!(
            attachment["content"]["body"],
            json!([{
                "type": "Container",
                "separator": true,
                "selectAction": {"type": "Action.OpenUrl", "url": "https://news.example/1?a=b&c=d"},
                "items": [
                    rich(json!([{"type": "TextRun", "text": "Title", "weight": "bolder"}])),
                    rich(json!([
                        {"type": "TextRun", "text": "Пример · ru · 2026-03-01 08:15 UTC", "isSubtle": true},
                    ])),
                    rich(json!([{"type": "TextRun", "text": "watch: asean-cyber", "isSubtle": true}])),
                    rich(json!([
                        {"type": "TextRun", "text": "Стороны договорились о "},
                        {"type": "TextRun", "text": "кибербезопасности", "highlight": true},
                        {"type": "TextRun", "text": "."},
                    ])),
                ],
            }]),
        );
    }

    #[tokio::test]
    async fn floods_and_hostile_titles_stay_within_the_limits() {
        for (count, title, messages) in [
            (1, "\"日本\"".repeat(20_000), 1),
            (1, fixture::HOSTILE.to_owned(), 1),
            (20, "short".to_owned(), 1),
            (500, "t".repeat(300), 5),
        ] {
            let desk = Desk::new(kind, vec![answer("202 Accepted", &[], "")]).await;
            desk.deliver(&fixture::urgent(fixture::articles(count, &title), Priority::High)).await;
            let came = desk.came();
            assert_eq!(came.len(), messages, "{count} articles");
            for came in &came {
                assert!(came.body.len() <= 20_000, "{} bytes", came.body.len());
                assert!(!came.body.contains('\u{202e}'));
            }
            assert!(came[0].body.contains("High priority"));
        }
    }

    #[tokio::test]
    async fn a_template_is_a_line_of_text_per_line() {
        let template = "{{ type }}\n\n**b**";
        let desk = Desk::with_template(kind, Some(template), vec![answer("202 Accepted", &[], "")]).await;
        desk.deliver(&fixture::payload("Title")).await;
        let body = desk.came()[0].json();
        let lines = body["attachments"][0]["content"]["body"].as_array().expect("lines").clone();
        let texts: Vec<&str> = lines.iter().filter_map(|line| line["inlines"][0]["text"].as_str()).collect();
        assert_eq!(texts, ["match", " ", "**b**"]);
    }
}

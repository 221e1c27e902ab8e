//! The daemon's own standard output: text for people on a terminal, else one payload a line in JSON.

use std::io::{self, IsTerminal};

use anstream::{AutoStream, ColorChoice};
use futures::FutureExt;
use futures::future::BoxFuture;
use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::Mutex;

use super::wording::{Wording, Words};
use super::{Attempt, Kind, json};
use crate::alert::Outcome;
use crate::alert::render::{self, Marks};
use crate::config::LineFormat;

/// Writes messages.
pub(super) struct Stdout {
    writer: Mutex<Box<dyn AsyncWrite + Send + Unpin>>,
    style: Style,
    wording: Wording,
}

/// How messages are written.
#[derive(Clone, Copy, Debug)]
pub(super) enum Style {
    /// Blocks of lines for people, a blank line after each message.
    Text(Marks),
    /// The payload's JSON, one line per message.
    JsonLines,
}

fn style(format: LineFormat, terminal: bool, colour: ColorChoice) -> Style {
    let text = match format {
        LineFormat::Auto => terminal,
        LineFormat::Text => true,
        LineFormat::Json => false,
    };
    match (text, colour) {
        (false, _) => Style::JsonLines,
        (true, ColorChoice::Never) => Style::Text(Marks::STARS),
        (true, _) => Style::Text(Marks::BOLD),
    }
}

impl Stdout {
    /// The process's standard output, in the style asked for, else in the one that suits where it
    /// leads.
    pub(super) fn of_process(format: LineFormat, wording: Wording) -> Self {
        let stdout = io::stdout();
        let colour = AutoStream::choice(&stdout);
        Self::new(tokio::io::stdout(), style(format, stdout.is_terminal(), colour), wording)
    }

    /// The same for standard error.
    pub(super) fn of_stderr(format: LineFormat, wording: Wording) -> Self {
        let stderr = io::stderr();
        let colour = AutoStream::choice(&stderr);
        Self::new(tokio::io::stderr(), style(format, stderr.is_terminal(), colour), wording)
    }

    fn new(writer: impl AsyncWrite + Send + Unpin + 'static, style: Style, wording: Wording) -> Self {
        Self { writer: Mutex::new(Box::new(writer)), style, wording }
    }

    async fn write(&self, attempt: &Attempt<'_>) -> Outcome {
        let text = match self.style {
            Style::Text(marks) => match self.wording.of(attempt.payload) {
                Words::Standard => render::text(attempt.payload, marks),
                Words::Own(text) => format!("{text}\n"),
                Words::Failed(complaint) => {
                    format!("{}\n({complaint})\n", render::text(attempt.payload, marks))
                }
            },
            Style::JsonLines => match json(attempt.payload) {
                Ok(json) => json,
                Err(outcome) => return outcome,
            },
        };
        let mut writer = self.writer.lock().await;
        let written = async {
            writer.write_all(format!("{text}\n").as_bytes()).await?;
            writer.flush().await
        };
        match written.await {
            Ok(()) => Outcome::Delivered { detail: "written".to_owned() },
            Err(error) => Outcome::Retry { after: None, reason: format!("standard output: {error}") },
        }
    }
}

impl Kind for Stdout {
    fn deliver<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Outcome> {
        self.write(attempt).boxed()
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;
    use crate::channel::fixture;

    async fn written(style: Style, title: &str) -> String {
        let (writer, mut reader) = tokio::io::duplex(1 << 16);
        let payload = fixture::payload(title);
        let stdout = Stdout::new(writer, style, Wording::new(None));
        let outcome = stdout.deliver(&fixture::attempt(&payload)).await;
        assert_eq!(outcome, Outcome::Delivered { detail: "written".to_owned() });
        drop(stdout);
        let mut text = String::new();
        reader.read_to_string(&mut text).await.expect("UTF-8");
        text
    }

    #[tokio::test]
    async fn programs_get_one_line_of_json() {
        let text = written(Style::JsonLines, "two\nlines").await;
        assert_eq!(text.lines().count(), 1);
        assert_eq!(text, format!("{}\n", fixture::payload("two\nlines").to_json().expect("JSON")));
    }

    #[tokio::test]
    async fn people_get_a_block_that_cannot_steer_their_terminal() {
        let text = written(Style::Text(Marks::BOLD), "\u{1b}]0;pwn\u{7}title").await;
        assert!(text.starts_with("]0;pwntitle\n"), "{text:?}");
        assert!(text.ends_with("\n\n"), "{text:?}");
        assert!(text.contains("\u{1b}[1mкибербезопасности\u{1b}[22m"), "{text:?}");
    }

    #[tokio::test]
    async fn a_closed_output_is_tried_again() {
        let (writer, reader) = tokio::io::duplex(16);
        drop(reader);
        let payload = fixture::payload("title");
        let outcome = Stdout::new(writer, Style::JsonLines, Wording::new(None))
            .deliver(&fixture::attempt(&payload))
            .await;
        assert!(matches!(&outcome, Outcome::Retry { reason, .. } if reason.starts_with("standard output: ")));
    }
}

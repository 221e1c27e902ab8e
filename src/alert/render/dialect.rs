//! The mark-up of a chat, and messages written in it.

use super::block::{Block, Line};
use super::fit::{Room, fit, fit_text};
use crate::alert::{Message, Segment};

/// How a chat writes things. Functions are given clean text on one line; what they return is finished
/// mark-up.
#[derive(Clone, Copy, Debug)]
pub struct Dialect {
    /// Text, so that it shows as it is and does nothing.
    pub escape: fn(&str) -> String,
    /// Before and after matched words.
    pub marks: (&'static str, &'static str),
    /// Before and after the matched words of a title, which is [`strong`](Self::strong) and maybe a link.
    pub title_marks: (&'static str, &'static str),
    /// Before and after titles and headings.
    pub strong: (&'static str, &'static str),
    /// Before and after words in context.
    pub quote: (&'static str, &'static str),
    /// How addresses are written.
    pub links: Links,
    /// Between lines.
    pub line_break: &'static str,
    /// The size of mark-up, as the chat counts it.
    pub size: fn(&str) -> usize,
    /// What the chat takes.
    pub room: Room,
}

/// How a chat writes addresses, which are http or https and hold no spaces, quotes or angle brackets.
#[derive(Clone, Copy, Debug)]
pub enum Links {
    /// Text is a link: made of the address and finished mark-up.
    Anchor(fn(&str, &str) -> String),
    /// The address stands on a line of its own.
    Bare(fn(&str) -> String),
}

impl Dialect {
    /// `message` in as many parts as it takes.
    pub fn parts(&self, message: &Message) -> Vec<String> {
        let separator = 2 * (self.size)(self.line_break);
        let parts = fit(message, self.room, |block| (self.size)(&self.block(block)) + separator);
        parts
            .iter()
            .map(|blocks| {
                let blocks: Vec<String> = blocks.iter().map(|block| self.block(block)).collect();
                blocks.join(&self.line_break.repeat(2))
            })
            .collect()
    }

    /// `text`, which a template made, in as many parts as it takes.
    pub fn text_parts(&self, text: &str) -> Vec<String> {
        let parts = fit_text(text, self.room, |piece| (self.size)(&(self.escape)(piece)));
        let escaped =
            parts.iter().map(|part| part.lines().map(self.escape).collect::<Vec<_>>().join(self.line_break));
        escaped.collect()
    }

    /// One block.
    pub fn block(&self, block: &Block) -> String {
        let lines: Vec<String> = block.lines.iter().filter_map(|line| self.line(line)).collect();
        lines.join(self.line_break)
    }

    fn line(&self, line: &Line) -> Option<String> {
        let strong = |text: String| format!("{}{text}{}", self.strong.0, self.strong.1);
        Some(match line {
            Line::Heading(text) => strong((self.escape)(text)),
            Line::Title { segments, link } => {
                strong(self.anchored(self.segments(segments, self.title_marks), link.as_deref()))
            }
            Line::Link(link) => match self.links {
                Links::Anchor(_) => return None,
                Links::Bare(write) => write(link),
            },
            Line::Snippet(segments) => {
                format!("{}{}{}", self.quote.0, self.segments(segments, self.marks), self.quote.1)
            }
            Line::About(text) | Line::Watch(text) | Line::Also(text) | Line::Text(text) => {
                (self.escape)(text)
            }
            Line::Other { text, link } => {
                let text = format!("• {}", self.anchored((self.escape)(text), link.as_deref()));
                match (self.links, link) {
                    (Links::Bare(write), Some(link)) => format!("{text} {}", write(link)),
                    _ => text,
                }
            }
        })
    }

    fn anchored(&self, text: String, link: Option<&str>) -> String {
        match (self.links, link) {
            (Links::Anchor(write), Some(link)) => write(link, &text),
            _ => text,
        }
    }

    fn segments(&self, segments: &[Segment], (open, close): (&str, &str)) -> String {
        segments
            .iter()
            .map(|segment| {
                let text = (self.escape)(&segment.text);
                if segment.marked { format!("{open}{text}{close}") } else { text }
            })
            .collect()
    }
}

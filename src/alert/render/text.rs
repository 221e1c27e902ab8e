//! Plain text, for terminals and the first part of a mail.

use super::block::{Block, Detail, Line, blocks};
use crate::alert::clean::piece;
use crate::alert::{Payload, Segment};

/// What surrounds a matched word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// Before it.
    pub open: &'static str,
    /// After it.
    pub close: &'static str,
}

impl Marks {
    /// As people mark words in plain text; many mail programs show them in bold.
    pub const STARS: Self = Self { open: "*", close: "*" };
    /// Bold, on terminals that understand ECMA-48.
    pub const BOLD: Self = Self { open: "\u{1b}[1m", close: "\u{1b}[22m" };
}

/// The message as plain text: a block of lines per article, blank lines between them, ending with a
/// line break.
pub fn text(payload: &Payload, marks: Marks) -> String {
    text_of(&blocks(&payload.message, Detail::Full), marks)
}

/// `blocks` as plain text, ending with a line break.
pub fn text_of(blocks: &[Block], marks: Marks) -> String {
    blocks.iter().map(|block| block_of(block, marks)).collect::<Vec<_>>().join("\n")
}

/// One of [`text_of`].
pub fn block_of(block: &Block, marks: Marks) -> String {
    block.lines.iter().map(|line| line_of(line, marks)).collect()
}

fn line_of(line: &Line, marks: Marks) -> String {
    match line {
        Line::Heading(text) => format!("{text}\n{}\n", "=".repeat(text.chars().count())),
        Line::Title { segments: title, .. } => format!("{}\n", segments(title, marks)),
        Line::About(text) | Line::Link(text) | Line::Watch(text) | Line::Also(text) => format!("  {text}\n"),
        Line::Snippet(snippet) => format!("  > {}\n", segments(snippet, marks)),
        Line::Other { text, link: None } => format!("    - {text}\n"),
        Line::Other { text, link: Some(link) } => format!("    - {text}\n      {link}\n"),
        Line::Text(text) => format!("{text}\n"),
    }
}

/// `segments` as one line, the marked ones between `marks`.
pub fn segments(segments: &[Segment], marks: Marks) -> String {
    segments
        .iter()
        .map(|segment| {
            let text = piece(&segment.text);
            if segment.marked { format!("{}{text}{}", marks.open, marks.close) } else { text }
        })
        .collect()
}

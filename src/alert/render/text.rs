//! Plain text, for terminals and the first part of a mail.

use super::{about, label, link};
use crate::alert::clean::piece;
use crate::alert::{MatchedArticle, Payload, Segment};
use crate::model::Field;

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
    let blocks: Vec<String> =
        payload.data.articles.iter().map(|article| block(article, label(payload), marks)).collect();
    blocks.join("\n")
}

fn block(article: &MatchedArticle, label: &str, marks: Marks) -> String {
    let mut block = format!("{}\n", segments(&article.headline(), marks));
    block.push_str(&format!("  {}\n", about(&article.article)));
    if let Some(link) = link(article) {
        block.push_str(&format!("  {link}\n"));
    }
    block.push_str(&format!("  watch: {}\n", piece(label)));
    for snippet in &article.context {
        let by = if snippet.field == Field::Author { "by " } else { "" };
        block.push_str(&format!("  > {by}{}\n", segments(&snippet.segments, marks)));
    }
    block
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

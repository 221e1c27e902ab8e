//! Plain text, for terminals and the first part of a mail.

use super::{about, also, by, label, link, notice_paragraphs, other};
use crate::alert::clean::piece;
use crate::alert::{MatchedArticle, Message, Payload, Segment, one_line};

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
/// line break. A digest has a heading per watch.
pub fn text(payload: &Payload, marks: Marks) -> String {
    let blocks: Vec<String> = match &payload.message {
        Message::Match(data) | Message::Test(data) => {
            let watch = format!("  watch: {}\n", label(&payload.message));
            data.articles.iter().map(|article| block(article, &watch, marks)).collect()
        }
        Message::Digest(data) => {
            let watches = data.watches.iter().flat_map(|of| {
                let articles = of.articles.iter().map(|article| block(article, "", marks));
                [heading(&format!("{} ({})", one_line(&of.watch), of.articles.len()))]
                    .into_iter()
                    .chain(articles)
            });
            let reason = data.reason.iter().map(|reason| one_line(reason) + "\n");
            reason.chain(watches).collect()
        }
        Message::Notice(data) => {
            let paragraphs = notice_paragraphs(data).into_iter().map(|paragraph| paragraph + "\n");
            [one_line(&data.title) + "\n"].into_iter().chain(paragraphs).collect()
        }
    };
    blocks.join("\n")
}

fn heading(text: &str) -> String {
    format!("{text}\n{}\n", "=".repeat(text.chars().count()))
}

fn block(article: &MatchedArticle, watch: &str, marks: Marks) -> String {
    let mut block = format!("{}\n  {}\n", segments(&article.headline(), marks), about(article));
    if let Some(link) = link(article.article.url.as_deref()) {
        block.push_str(&format!("  {link}\n"));
    }
    block.push_str(watch);
    for snippet in &article.context {
        block.push_str(&format!("  > {}{}\n", by(snippet), segments(&snippet.segments, marks)));
    }
    if let Some(story) = &article.story
        && let Some(also) = also(story)
    {
        block.push_str(&format!("  {also}\n"));
        for article in &story.others {
            let link =
                link(article.url.as_deref()).map_or_else(String::new, |link| format!("\n      {link}"));
            block.push_str(&format!("    - {}{link}\n", other(article)));
        }
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

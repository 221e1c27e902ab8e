//! HTML, for the second part of a mail. Text only: nothing of a feed is taken over as mark-up, and
//! nothing is loaded from elsewhere.

use super::block::{Block, Detail, Line, blocks};
use super::label;
use crate::alert::clean::piece;
use crate::alert::{Payload, Segment};

/// The message as a whole HTML document.
pub fn html(payload: &Payload) -> String {
    html_of(&label(&payload.message), &blocks(&payload.message, Detail::Full))
}

/// `blocks` as a whole HTML document.
pub fn html_of(title: &str, blocks: &[Block]) -> String {
    let title = escape(title);
    let blocks: String = blocks.iter().map(html_block).collect();
    format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{title}</title></head><body>\n{blocks}</body></html>\n"
    )
}

/// One of [`html_of`].
pub fn html_block(block: &Block) -> String {
    // The writing direction follows the text, whatever language was identified.
    let lang = block.lang.map_or_else(String::new, |lang| format!(" lang=\"{lang}\""));
    let mut html = String::new();
    let mut in_list = false;
    for line in &block.lines {
        let is_item = matches!(line, Line::Other { .. });
        if is_item != in_list {
            html.push_str(if is_item { "<ul>\n" } else { "</ul>\n" });
            in_list = is_item;
        }
        html.push_str(&match line {
            Line::Heading(text) => format!("<h2 dir=\"auto\">{}</h2>\n", escape(text)),
            Line::Title { segments: title, link } => {
                format!("<h3 dir=\"auto\"{lang}>{}</h3>\n", linked(&segments(title), link.as_deref()))
            }
            Line::About(text) | Line::Watch(text) | Line::Also(text) => {
                format!("<p><small>{}</small></p>\n", escape(text))
            }
            // The title is one.
            Line::Link(_) => String::new(),
            Line::Snippet(snippet) => format!("<p dir=\"auto\"{lang}>{}</p>\n", segments(snippet)),
            Line::Other { text, link } => {
                let text = linked(&escape(text), link.as_deref());
                format!("<li dir=\"auto\"><small>{text}</small></li>\n")
            }
            Line::Text(text) => format!("<p dir=\"auto\">{}</p>\n", escape(text)),
        });
    }
    if in_list {
        html.push_str("</ul>\n");
    }
    html
}

/// `html`, as the text of a link where there is somewhere to go.
fn linked(html: &str, link: Option<&str>) -> String {
    match link {
        Some(link) => format!("<a href=\"{}\">{html}</a>", escape(link)),
        None => html.to_owned(),
    }
}

fn segments(segments: &[Segment]) -> String {
    segments
        .iter()
        .map(|segment| {
            let text = escape(&segment.text);
            if segment.marked { format!("<mark>{text}</mark>") } else { text }
        })
        .collect()
}

/// Escapes `text` for content and for quoted attributes, on one line and without control characters.
pub fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in piece(text).chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}

//! HTML, for the second part of a mail. Text only: nothing of a feed is taken over as mark-up, and
//! nothing is loaded from elsewhere.

use super::{about, label, link};
use crate::alert::clean::piece;
use crate::alert::{MatchedArticle, Payload, Segment};
use crate::model::Field;

/// The message as a whole HTML document.
pub fn html(payload: &Payload) -> String {
    let watch = escape(label(payload));
    let mut html =
        format!("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{watch}</title></head><body>\n");
    for matched in &payload.data.articles {
        push_article(&mut html, matched);
    }
    html.push_str(&format!("<p><small>watch: {watch}</small></p>\n</body></html>\n"));
    html
}

fn push_article(html: &mut String, matched: &MatchedArticle) {
    // The writing direction follows the text, whatever language was identified.
    let lang = matched.article.lang.map_or_else(String::new, |lang| format!(" lang=\"{lang}\""));
    let title = segments(&matched.headline());
    let title = match link(matched) {
        Some(link) => format!("<a href=\"{}\">{title}</a>", escape(&link)),
        None => title,
    };
    html.push_str(&format!("<h3 dir=\"auto\"{lang}>{title}</h3>\n"));
    html.push_str(&format!("<p><small>{}</small></p>\n", escape(&about(&matched.article))));
    for snippet in &matched.context {
        let by = if snippet.field == Field::Author { "by " } else { "" };
        html.push_str(&format!("<p dir=\"auto\"{lang}>{by}{}</p>\n", segments(&snippet.segments)));
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
fn escape(text: &str) -> String {
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

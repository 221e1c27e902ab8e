//! HTML, for the second part of a mail. Text only: nothing of a feed is taken over as mark-up, and
//! nothing is loaded from elsewhere.

use super::{about, also, by, label, link, notice_paragraphs, other};
use crate::alert::clean::piece;
use crate::alert::{MatchedArticle, Message, Payload, Segment, StoryView};

/// The message as a whole HTML document.
pub fn html(payload: &Payload) -> String {
    let title = escape(&label(&payload.message));
    let mut html =
        format!("<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>{title}</title></head><body>\n");
    match &payload.message {
        Message::Match(data) | Message::Test(data) => {
            data.articles.iter().for_each(|matched| push_article(&mut html, matched));
            html.push_str(&format!("<p><small>watch: {title}</small></p>\n"));
        }
        Message::Digest(data) => {
            if let Some(reason) = &data.reason {
                html.push_str(&format!("<p>{}</p>\n", escape(reason)));
            }
            for of in &data.watches {
                html.push_str(&format!(
                    "<h2 dir=\"auto\">{} ({})</h2>\n",
                    escape(&of.watch),
                    of.articles.len()
                ));
                of.articles.iter().for_each(|matched| push_article(&mut html, matched));
            }
        }
        Message::Notice(data) => {
            html.push_str(&format!("<h3 dir=\"auto\">{}</h3>\n", escape(&data.title)));
            for paragraph in notice_paragraphs(data) {
                let paragraph = paragraph.lines().map(escape).collect::<Vec<_>>().join("<br>\n");
                html.push_str(&format!("<p dir=\"auto\">{paragraph}</p>\n"));
            }
        }
    }
    html.push_str("</body></html>\n");
    html
}

fn push_article(html: &mut String, matched: &MatchedArticle) {
    // The writing direction follows the text, whatever language was identified.
    let lang = matched.article.lang.map_or_else(String::new, |lang| format!(" lang=\"{lang}\""));
    let title = linked(&segments(&matched.headline()), matched.article.url.as_deref());
    html.push_str(&format!("<h3 dir=\"auto\"{lang}>{title}</h3>\n"));
    html.push_str(&format!("<p><small>{}</small></p>\n", escape(&about(matched))));
    for snippet in &matched.context {
        let text = segments(&snippet.segments);
        html.push_str(&format!("<p dir=\"auto\"{lang}>{}{text}</p>\n", by(snippet)));
    }
    if let Some(story) = &matched.story {
        push_story(html, story);
    }
}

fn push_story(html: &mut String, story: &StoryView) {
    let Some(also) = also(story) else { return };
    html.push_str(&format!("<p><small>{}</small></p>\n", escape(&also)));
    if story.others.is_empty() {
        return;
    }
    html.push_str("<ul>\n");
    for article in &story.others {
        let text = linked(&escape(&other(article)), article.url.as_deref());
        html.push_str(&format!("<li dir=\"auto\"><small>{text}</small></li>\n"));
    }
    html.push_str("</ul>\n");
}

/// `html`, as the text of a link where there is somewhere to go.
fn linked(html: &str, url: Option<&str>) -> String {
    match link(url) {
        Some(link) => format!("<a href=\"{}\">{html}</a>", escape(&link)),
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

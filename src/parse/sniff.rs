//! What kind of thing a body is, so that a page, an error message or nothing at all is named as such.

use super::ParseError;
use super::error::shorten;

/// What the body is read as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// XML, or what is left of it.
    Markup,
    /// JSON.
    Json,
}

/// How much of a page is looked at.
const LOOK_BYTES: usize = 64 << 10;

/// Tells what `text` is to be read as.
pub(super) fn sniff(text: &str) -> Result<Kind, ParseError> {
    let text = trimmed(text);
    match text.chars().next() {
        None => return Err(ParseError::Empty),
        Some('{' | '[') => return Ok(Kind::Json),
        Some('<') => {}
        Some(_) if !text.contains('<') => return Err(ParseError::Unknown { start: shorten(text, 80) }),
        Some(_) => {}
    }
    Ok(Kind::Markup)
}

/// `text` without what may stand before a document: blanks, NULs, byte order marks.
pub(super) fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}' || c == '\0')
}

/// Why markup in which no feed was found is none; `root` is its first element.
pub(super) fn no_feed(text: &str, root: Option<&str>) -> ParseError {
    let start = head(text).to_ascii_lowercase();
    if start.contains("<html") || start.contains("<!doctype html") || start.contains("<body") {
        return ParseError::HtmlPage { title: title(&start, text) };
    }
    match root {
        Some(root) => ParseError::OtherXml { root: shorten(root, 40) },
        None => ParseError::Unknown { start: shorten(text, 80) },
    }
}

fn head(text: &str) -> &str {
    let mut end = LOOK_BYTES.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

/// The title of a page; `lower` is its head in lower case.
fn title(lower: &str, text: &str) -> Option<String> {
    let start = lower.find("<title")?;
    let start = start + lower.get(start..)?.find('>')? + 1;
    let end = start + lower.get(start..)?.find("</title")?;
    Some(shorten(text.get(start..end)?, 80)).filter(|title| !title.is_empty())
}

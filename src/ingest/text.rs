//! Texts as they are stored: plain, without control characters, blanks collapsed, of bounded length.

use super::html;
use crate::analysis::Script;
use crate::parse::{Text, TextKind};

/// One line of at most `max` characters, for titles: only markup that HTML knows is taken for markup.
pub(super) fn line(text: &Text, max: usize) -> String {
    plain_line(&html::title_to_text(&text.value, text.kind == TextKind::Html), max)
}

/// A text of at most `max` characters, one paragraph a line.
pub(super) fn paragraphs(text: &Text, max: usize) -> String {
    match text.kind {
        TextKind::Html => clean(&html::to_text(&text.value), true, max),
        TextKind::Plain => clean(&text.value, true, max),
    }
}

/// One line of at most `max` characters, from what is no markup.
pub(super) fn plain_line(text: &str, max: usize) -> String {
    clean(text, false, max)
}

/// The first `max` characters of `text`.
pub(super) fn cut(mut text: String, max: usize) -> String {
    if let Some((at, _)) = text.char_indices().nth(max) {
        text.truncate(at);
    }
    text
}

/// The length in characters, those of scripts without spaces counting twice: how much a text says.
pub(super) fn size(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars().map(|c| if Script::of(c).is_dense() { 2 } else { 1 }).sum()
}

/// Drops what must not be shown or stored and collapses blanks; keeps line ends if `lines`.
fn clean(text: &str, lines: bool, max: usize) -> String {
    let isolates = has_balanced_isolates(text);
    let mut out = String::with_capacity(text.len().min(max));
    let mut count = 0;
    let mut gap = None;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            // A line end outweighs a blank; other control characters leave no trace.
            let breaks = lines && matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}' | '\u{85}');
            gap = match (gap, c.is_whitespace()) {
                (_, true) if breaks => Some('\n'),
                (None, true) => Some(' '),
                (gap, _) => gap,
            };
            continue;
        }
        if is_hidden(c, isolates) {
            continue;
        }
        if let Some(gap) = gap.take()
            && !out.is_empty()
        {
            out.push(gap);
            count += 1;
        }
        if count >= max {
            break;
        }
        out.push(c);
        count += 1;
    }
    out.truncate(out.trim_end().len());
    out
}

/// Characters that change how others look: overrides and embeddings of direction, stray isolates, byte
/// order marks, and non-characters.
fn is_hidden(c: char, isolates: bool) -> bool {
    match c {
        '\u{202a}'..='\u{202e}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' => true,
        '\u{2066}'..='\u{2069}' => !isolates,
        _ => false,
    }
}

/// Whether every isolate of direction in `text` is closed, and no more are closed than opened.
fn has_balanced_isolates(text: &str) -> bool {
    let mut open = 0_usize;
    for c in text.chars() {
        match c {
            '\u{2066}'..='\u{2068}' => open += 1,
            '\u{2069}' if open == 0 => return false,
            '\u{2069}' => open -= 1,
            _ => {}
        }
    }
    open == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_hidden_is_stored() {
        for (text, expected) in [
            ("a\u{1b}]0;pwn\u{7}b", "a]0;pwnb"),
            ("a\u{9b}31mb", "a31mb"),
            ("a\r\nBcc: x", "a\nBcc: x"),
            ("a\u{0}b\u{feff}c", "abc"),
            ("\u{202e}gpj.exe", "gpj.exe"),
            ("a \u{2066}b", "a b"),
            ("a \u{2067}ب\u{2069} c", "a \u{2067}ب\u{2069} c"),
            ("  a \u{a0}\u{3000} b \n\n \t\n c  ", "a b\nc"),
            ("a\u{2028}b", "a\nb"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
        ] {
            assert_eq!(clean(text, true, 100), expected, "{text:?}");
        }
    }

    #[test]
    fn lengths_count_characters() {
        assert_eq!(clean("日本 語", false, 3), "日本");
        assert_eq!(clean("日本 語", false, 4), "日本 語");
        assert_eq!(cut("日本語".to_owned(), 2), "日本");
        assert_eq!(clean(&"é ".repeat(1_000_000), false, 1_000).chars().count(), 999);
    }
}

//! Makes text from feeds and servers safe to show: in a terminal, a log line, a mail header.
//!
//! Ingest strips articles already; this is the second lock, for whatever reaches a person by another
//! way (an answer of a server, a row written by an older version). It never escapes mark-up, which
//! depends on the destination.

use super::render::boundaries;

/// Rewrites `text` as a single line: control characters and bidirectional overrides are dropped,
/// runs of white space become one space, and the ends are trimmed.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for word in text.split(|c: char| c.is_whitespace()) {
        let start = line.len();
        if start > 0 {
            line.push(' ');
        }
        let before = line.len();
        line.extend(word.chars().filter(|&c| is_harmless(c)));
        if line.len() == before {
            line.truncate(start);
        }
    }
    line
}

/// Cuts [`one_line`] of `text` to at most `max` characters, the last of which is then `…`; what people
/// see as one character stays whole.
pub fn shorten(text: &str, max: usize) -> String {
    let line = one_line(text);
    if line.chars().nth(max).is_none() {
        return line;
    }
    let end = line.char_indices().nth(max.saturating_sub(1)).map_or(line.len(), |(at, _)| at);
    // The cluster that the end may lie in ends within the next few characters.
    let seen = line[end..].char_indices().nth(CLUSTER).map_or(line.len(), |(at, _)| end + at);
    let end =
        boundaries(&line[..seen]).into_iter().take_while(|boundary| *boundary <= end).last().unwrap_or(0);
    format!("{}…", line[..end].trim_end())
}

/// Characters behind a cut that may belong to what is before it.
const CLUSTER: usize = 32;

/// Keeps the length in words but not the dangers: every white space becomes a space, and what
/// [`one_line`] drops is dropped. For pieces of a line, whose outer spaces matter.
pub(super) fn piece(text: &str) -> String {
    text.chars().map(|c| if c.is_whitespace() { ' ' } else { c }).filter(|&c| is_harmless(c)).collect()
}

/// Whether showing `c` cannot move the cursor, start an escape sequence or reorder its neighbours.
///
/// Joiners and directional marks stay: Persian, Hindi and emoji are not readable without them.
fn is_harmless(c: char) -> bool {
    !c.is_control()
        && !matches!(c,
            // Embeddings, overrides and isolates (UAX #9): one left open reorders all that follows.
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}'
            // Byte order mark, interlinear annotations, language tags: invisible, and carry text.
            | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_cannot_steer_the_terminal() {
        for (text, line) in [
            ("plain", "plain"),
            ("  two \t\r\n words ", "two words"),
            ("x\r\nBcc: a@b", "x Bcc: a@b"),
            ("\u{1b}]0;pwn\u{7}title", "]0;pwntitle"),
            ("\u{9b}31mred", "31mred"),
            ("abc\u{202e}fdp.exe", "abcfdp.exe"),
            ("\u{2067}שלום\u{2069}", "שלום"),
            ("a \u{feff} b", "a b"),
            ("می\u{200c}خواهم", "می\u{200c}خواهم"),
            ("line\u{2028}separator", "line separator"),
            ("", ""),
            ("\u{7}\u{7}", ""),
        ] {
            assert_eq!(one_line(text), line, "{text:?}");
        }
    }

    #[test]
    fn cuts_count_characters() {
        for (text, max, cut) in [
            ("абвгд", 5, "абвгд"),
            ("абвгде", 5, "абвг…"),
            ("日本 語", 3, "日本…"),
            ("abc", 0, "…"),
            ("", 0, ""),
            ("ae\u{301}bc", 3, "a…"),
            ("👩‍🚀👩‍🚀", 5, "👩‍🚀…"),
            ("🇯🇵🇮🇩🇸🇬", 4, "🇯🇵…"),
        ] {
            assert_eq!(shorten(text, max), cut, "{text:?} to {max}");
        }
    }

    #[test]
    fn pieces_keep_their_outer_spaces() {
        assert_eq!(piece(" a\n\u{1b}b "), " a b ");
    }
}

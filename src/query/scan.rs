//! Signs and stretches of a query's text: what ends a word, what closes a quote.

use super::words;

/// White space, and signs without width that copying from a page or a right-to-left text leaves.
pub(super) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{2060}' | '\u{feff}')
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

pub(super) fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '-' | '_')
}

pub(super) fn opens(c: char) -> bool {
    matches!(c, '(' | '（' | '{' | '｛') || quote_kind(c).is_some()
}

pub(super) fn ends_word(c: char) -> bool {
    if c.is_ascii_alphanumeric() {
        return false;
    }
    c.is_whitespace()
        || matches!(c, '(' | ')' | '（' | '）' | '{' | '}' | '｛' | '｝' | ',' | '，' | '、')
        || quote_kind(c).is_some()
}

/// Quotes of one kind close each other: `„…“`, `“…”` and `"…"` mix in practice, `«…»` also come turned.
pub(super) fn quote_kind(c: char) -> Option<u8> {
    match c {
        '"' | '＂' | '“' | '”' | '„' | '‟' | '〝' | '〞' | '〟' => Some(0),
        '«' | '»' => Some(1),
        '「' | '」' => Some(2),
        '『' | '』' => Some(3),
        _ => None,
    }
}

/// How far it is to the quote that closes `opening`.
pub(super) fn closing_quote(text: &str, opening: char) -> Option<usize> {
    let kind = quote_kind(opening);
    let mut before = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        if quote_kind(c) == kind && !is_gershayim(before, c, chars.clone().next().map(|(_, next)| next)) {
            return Some(at);
        }
        before = Some(c);
    }
    None
}

/// Whether a quote is part of a Hebrew abbreviation, as in צה"ל.
fn is_gershayim(before: Option<char>, quote: char, after: Option<char>) -> bool {
    let hebrew = |c: Option<char>| matches!(c, Some('\u{05d0}'..='\u{05ea}'));
    matches!(quote, '"' | '”') && hebrew(before) && hebrew(after)
}

/// What stands between single quotes at the start of `text`, unless it is long for a phrase.
pub(super) fn single_quoted(text: &str) -> Option<&str> {
    let inner = text.strip_prefix(['\'', '‘'])?;
    let inner = &inner[..inner.floor_char_boundary(words::EXCERPT)];
    let len = inner
        .match_indices(['\'', '’'])
        .find(|&(at, quote)| at > 0 && inner[at + quote.len()..].chars().next().is_none_or(ends_word))?
        .0;
    Some(&inner[..len])
}

/// The length of the word that starts `text`.
pub(super) fn word_len(text: &str) -> usize {
    let mut before = None;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        let rest = chars.as_str();
        let inside =
            || is_gershayim(before, c, rest.chars().next()) || c == ',' && is_thousands(before, rest);
        if ends_word(c) && !inside() {
            return at;
        }
        before = Some(c);
    }
    text.len()
}

/// Whether the comma between `before` and `after` groups digits, as in `10,000`.
fn is_thousands(before: Option<char>, after: &str) -> bool {
    before.is_some_and(|c| c.is_ascii_digit()) && after.bytes().take_while(u8::is_ascii_digit).count() == 3
}

/// A name before a colon at the start of `text`, and the length of both.
///
/// `12:30` and `https://…` have none.
pub(super) fn field_prefix(text: &str) -> Option<(&str, usize)> {
    let end = text.find(|c: char| !c.is_alphabetic() && c != '_')?;
    let colon = text[end..].chars().next().filter(|c| matches!(c, ':' | '：'))?;
    let len = end + colon.len_utf8();
    (1..words::MAX_LEN).contains(&end).then_some(())?;
    (!text[len..].starts_with("//")).then_some((&text[..end], len))
}

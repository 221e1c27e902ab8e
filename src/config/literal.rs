//! Where a part of a string's value stands in the TOML that wrote it.
//!
//! A query is parsed as a value; escapes, line-ending backslashes and the first line break of a
//! multi-line string make its offsets differ from those of the file (TOML 1.1, section "String").

use std::ops::Range;

/// The bytes of `literal`, a TOML string with its quotes, that wrote the bytes `part` of its `value`.
pub(super) fn place_of(literal: &str, value: &str, part: Range<usize>) -> Range<usize> {
    let mut places =
        Places { rest: body(literal), offset: body_start(literal), escapes: literal.starts_with('"') };
    let (mut start, mut end) = (None, body_start(literal));
    for (at, character) in value.char_indices() {
        if at >= part.end && start.is_some() {
            break;
        }
        let place = places.of(character);
        if at >= part.start {
            start.get_or_insert(place.start);
        }
        end = place.end;
    }
    start.unwrap_or(end)..end
}

fn quotes(literal: &str) -> usize {
    if literal.starts_with("\"\"\"") || literal.starts_with("'''") { 3 } else { 1 }
}

fn body_start(literal: &str) -> usize {
    let quotes = quotes(literal);
    let inside = literal.get(quotes..).unwrap_or("");
    let line_break = match quotes {
        3 if inside.starts_with("\r\n") => 2,
        3 if inside.starts_with('\n') => 1,
        _ => 0,
    };
    quotes + line_break
}

fn body(literal: &str) -> &str {
    let end = literal.len().saturating_sub(quotes(literal));
    literal.get(body_start(literal)..end).unwrap_or("")
}

/// Walks the body of a literal along with its value.
struct Places<'a> {
    rest: &'a str,
    offset: usize,
    escapes: bool,
}

impl Places<'_> {
    /// The place of the next character of the value.
    fn of(&mut self, character: char) -> Range<usize> {
        self.skip_escaped_line_breaks();
        let length = match (self.rest.as_bytes(), character) {
            ([b'\\', escape, ..], _) if self.escapes => match escape {
                b'x' => 4,
                b'u' => 6,
                b'U' => 10,
                _ => 2,
            },
            // A parser may read the line break of Windows as that of Unix.
            ([b'\r', b'\n', ..], '\n') => 2,
            _ => self.rest.chars().next().map_or(0, char::len_utf8),
        };
        let start = self.offset;
        self.advance(length);
        start..self.offset
    }

    fn skip_escaped_line_breaks(&mut self) {
        while self.escapes {
            let Some(after) = self.rest.strip_prefix('\\') else { return };
            if !after.starts_with([' ', '\t', '\r', '\n']) {
                return;
            }
            self.advance(1 + after.len() - after.trim_start_matches([' ', '\t', '\r', '\n']).len());
        }
    }

    fn advance(&mut self, length: usize) {
        let length = length.min(self.rest.len());
        self.rest = self.rest.get(length..).unwrap_or("");
        self.offset += length;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use toml::de::DeValue;

    use super::*;

    fn check(literal: &str, word: &str, expected: &str) {
        let parsed = DeValue::parse(literal).unwrap();
        let value = parsed.get_ref().as_str().unwrap();
        let at = value.find(word).unwrap();
        assert_eq!(&literal[place_of(literal, value, at..at + word.len())], expected, "{literal}");
    }

    #[test]
    fn a_part_of_a_value_is_found_in_every_kind_of_string() {
        check(r#""one two""#, "two", "two");
        check("'one two'", "two", "two");
        check(r#""\"one\" two""#, "two", "two");
        check(r#""\"one\" two""#, "one\"", "one\\\"");
        check(r#""\u00e9t\u00E9 two""#, "té", "t\\u00E9");
        check(r#""\U0001F600 two""#, "two", "two");
        check("\"\"\"\none\ntwo\"\"\"", "two", "two");
        check("\"\"\"\r\none\r\ntwo\"\"\"", "two", "two");
        check("\"\"\"one \\\n    two\"\"\"", "two", "two");
        check("\"\"\"one \\\n  \\\n  two\"\"\"", "two", "two");
        check("'''\none\n'two''''", "two", "two");
        check("'''\\none \\u00e9 two'''", "two", "two");
        check("\"кибер AND АСЕАН\"", "АСЕАН", "АСЕАН");
    }

    #[test]
    fn an_empty_part_has_a_place_too() {
        assert_eq!(place_of("\"one\"", "one", 3..3), 4..4);
        assert_eq!(place_of("\"\"", "", 0..0), 1..1);
    }

    proptest! {
        #[test]
        fn the_places_of_all_characters_are_the_literal_in_order(value in r#"[a-zé"'\\\n\t\r ]{0,12}"#) {
            let literal = toml::Value::String(value).to_string();
            let parsed = DeValue::parse(&literal).unwrap();
            let value = parsed.get_ref().as_str().unwrap();
            let mut end = body_start(&literal);
            for (at, character) in value.char_indices() {
                let place = place_of(&literal, value, at..at + character.len_utf8());
                prop_assert_eq!(place.start, end, "{}", &literal);
                prop_assert!(literal.get(place.clone()).is_some_and(|written| !written.is_empty()), "{}", &literal);
                end = place.end;
            }
            prop_assert_eq!(end + quotes(&literal), literal.len());
        }
    }
}

//! Text → text that an XML parser accepts, as far as that can be told without knowing the document's
//! structure: the declaration and the document type go, `&` becomes right, forbidden characters go. One
//! pass; the size of the output is bounded by that of the input, for no declared entity may expand to
//! more than [`MAX_ENTITY_BYTES`] and to no other entity.

use std::collections::HashMap;

use html5gum::Token;

use super::Repair;
use super::feed::Report;

/// The longest value of an entity declared in the document type that is honoured.
const MAX_ENTITY_BYTES: usize = 64;
/// How many such declarations are honoured.
const MAX_ENTITIES: usize = 256;
/// How many names, declared or not, are remembered with their meaning.
const MAX_REMEMBERED: usize = 4096;
/// The longest name of a reference; the longest that HTML knows has 31 letters.
const MAX_NAME_BYTES: usize = 40;

/// Mends `text`, noting in `report` what it changed.
pub(super) fn mend(text: &str, report: &mut Report) -> String {
    let text = text.trim_start_matches(|c: char| c == '\u{feff}' || c == '\0' || c.is_whitespace());
    let start = text.find('<').unwrap_or(text.len());
    if start > 0 {
        report.note(Repair::LeadingJunk);
    }
    let mut mender = Mender { entities: HashMap::new(), out: String::with_capacity(text.len()), report };
    mender.run(text.get(start..).unwrap_or_default());
    mender.out
}

struct Mender<'a> {
    /// What names of entities were found to mean; `None` for nothing.
    entities: HashMap<String, Option<String>>,
    out: String,
    report: &'a mut Report,
}

impl Mender<'_> {
    fn run(&mut self, mut rest: &str) {
        while let Some(at) = rest.bytes().position(is_special) {
            let (before, special) = rest.split_at(at);
            self.out.push_str(before);
            rest = match special.as_bytes() {
                [b'&', ..] => self.reference(special),
                [b'<', ..] => self.markup(special),
                _ => {
                    self.report.note(Repair::ControlCharacters);
                    special.get(1..).unwrap_or_default()
                }
            };
        }
        self.out.push_str(rest);
    }

    /// Copies or drops what begins with `<` and hides references; returns what follows.
    fn markup<'t>(&mut self, text: &'t str) -> &'t str {
        if text.starts_with("<![CDATA[") {
            let (section, rest) = split_after(text, "]]>");
            self.copy_without_controls(section);
            rest
        } else if text.starts_with("<!--") {
            split_after(text, "-->").1
        } else if text.starts_with("<?xml") && !text.starts_with("<?xml-") {
            split_after(text, ">").1
        } else if is_doctype(text) {
            self.doctype(text)
        } else {
            self.out.push('<');
            text.get(1..).unwrap_or_default()
        }
    }

    fn copy_without_controls(&mut self, text: &str) {
        if text.bytes().any(is_control) {
            self.report.note(Repair::ControlCharacters);
            self.out.extend(text.chars().filter(|c| !c.is_ascii() || !is_control(*c as u8)));
        } else {
            self.out.push_str(text);
        }
    }

    /// Drops the document type, keeping the plain entities that it declares; returns what follows.
    fn doctype<'t>(&mut self, text: &'t str) -> &'t str {
        let subset = text.find(['[', '>']).filter(|at| text.as_bytes().get(*at) == Some(&b'['));
        let Some(open) = subset else { return split_after(text, ">").1 };
        let (inner, rest) = split_after(text.get(open..).unwrap_or_default(), "]");
        for declaration in inner.split("<!ENTITY").skip(1).take(MAX_ENTITIES) {
            if let Some((name, value)) = declared_entity(declaration) {
                self.entities.entry(name).or_insert(Some(value));
            }
        }
        split_after(rest, ">").1
    }

    /// Copies, replaces or escapes what begins with `&`; returns what follows.
    fn reference<'t>(&mut self, text: &'t str) -> &'t str {
        let after = text.get(1..).unwrap_or_default();
        let name_end = after
            .bytes()
            .take(MAX_NAME_BYTES)
            .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'#' | b'_' | b'-' | b'.')));
        let name = name_end.filter(|end| after.as_bytes().get(*end) == Some(&b';') && *end > 0);
        let Some((name, rest)) = name.and_then(|end| Some((after.get(..end)?, after.get(end + 1..)?))) else {
            self.report.note(Repair::BareAmpersands);
            self.out.push_str("&amp;");
            return after;
        };
        if let Some(number) = name.strip_prefix('#') {
            return self.character(number, rest).unwrap_or_else(|| {
                self.report.note(Repair::BareAmpersands);
                self.out.push_str("&amp;");
                after
            });
        }
        if matches!(name, "amp" | "lt" | "gt" | "quot" | "apos") {
            self.out.push('&');
            self.out.push_str(name);
            self.out.push(';');
            return rest;
        }
        match self.entity(name) {
            Some(value) => {
                self.report.note(Repair::Entities);
                value.chars().for_each(|c| self.push_escaped(c));
            }
            None => {
                self.report.note(Repair::BareAmpersands);
                self.out.push_str("&amp;");
                return after;
            }
        }
        rest
    }

    /// What `&name;` means: as declared in the document, else in HTML.
    fn entity(&mut self, name: &str) -> Option<String> {
        if let Some(known) = self.entities.get(name) {
            return known.clone();
        }
        let value = html_entity(name);
        if self.entities.len() < MAX_REMEMBERED {
            self.entities.insert(name.to_owned(), value.clone());
        }
        value
    }

    /// Writes the character that `number` (decimal, or hexadecimal after `x`) refers to; `None` when it
    /// is no number.
    fn character<'t>(&mut self, number: &str, rest: &'t str) -> Option<&'t str> {
        let code = char_code(number)?;
        // Some producers escape UTF-16 code units.
        if (0xd800..0xdc00).contains(&code)
            && let Some((low, after)) = rest.strip_prefix("&#").and_then(|next| next.split_once(';'))
            && let Some(low @ 0xdc00..0xe000) = char_code(low)
        {
            self.report.note(Repair::Entities);
            let pair = [code as u16, low as u16];
            char::decode_utf16(pair).flatten().for_each(|c| self.push_escaped(c));
            return Some(after);
        }
        match char::from_u32(code) {
            Some('\u{80}'..='\u{9f}') => {
                self.report.note(Repair::Entities);
                let byte = [code as u8];
                let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0;
                self.out.push_str(&text);
            }
            Some(c) if c.is_ascii() && is_control(c as u8) => self.report.note(Repair::ControlCharacters),
            Some(c) => self.push_escaped(c),
            None => self.report.note(Repair::ControlCharacters),
        }
        Some(rest)
    }

    fn push_escaped(&mut self, c: char) {
        match c {
            '&' => self.out.push_str("&amp;"),
            '<' => self.out.push_str("&lt;"),
            '>' => self.out.push_str("&gt;"),
            '"' => self.out.push_str("&quot;"),
            '\'' => self.out.push_str("&apos;"),
            _ => self.out.push(c),
        }
    }
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'&' | b'<') || is_control(byte)
}

/// Control characters that XML forbids.
fn is_control(byte: u8) -> bool {
    byte == 0x7f || byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')
}

fn is_doctype(text: &str) -> bool {
    text.get(..9).is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
}

fn char_code(number: &str) -> Option<u32> {
    match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok(),
        None => number.parse().ok(),
    }
}

/// Splits after the first `end`; all of `text` and nothing where there is none.
fn split_after<'t>(text: &'t str, end: &str) -> (&'t str, &'t str) {
    text.find(end).map_or((text, ""), |at| text.split_at(at + end.len()))
}

/// Name and value of ` name "value">`; `None` for what refers elsewhere or is long.
fn declared_entity(declaration: &str) -> Option<(String, String)> {
    let declaration = declaration.trim_start();
    let (name, value) = declaration.split_once(|c: char| c.is_whitespace())?;
    let value = value.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let value = value.get(1..)?.split(quote).next()?;
    if value.len() > MAX_ENTITY_BYTES || name.len() > MAX_NAME_BYTES || value.contains('<') {
        return None;
    }
    let value = match value.strip_prefix("&#").and_then(|number| number.strip_suffix(';')) {
        Some(number) => char::from_u32(char_code(number)?)?.to_string(),
        None if value.contains(['&', '%']) => return None,
        None => value.to_owned(),
    };
    Some((name.to_owned(), value))
}

/// What HTML means by `&name;`.
fn html_entity(name: &str) -> Option<String> {
    let source = format!("&{name};");
    let text: Vec<u8> = html5gum::Tokenizer::new(&source)
        .flatten()
        .filter_map(|token| if let Token::String(text) = token { Some(text.value.0) } else { None })
        .flatten()
        .collect();
    String::from_utf8(text).ok().filter(|text| !text.contains(';') || text == ";")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_xml_forbids_is_mended_and_the_rest_is_left() {
        let junk = Repair::LeadingJunk;
        let (bare, entities, controls) =
            (Repair::BareAmpersands, Repair::Entities, Repair::ControlCharacters);
        for (text, expected, repairs) in [
            ("<a>x &amp; &#38; y</a>", "<a>x &amp; &amp; y</a>", vec![]),
            ("<?xml version='1.0'?><!DOCTYPE a [<!ELEMENT a ANY>]><a/>", "<a/>", vec![]),
            ("\u{feff}\n <a/>", "<a/>", vec![]),
            ("x<a/>", "<a/>", vec![junk]),
            ("<a>AT&T & Co</a>", "<a>AT&amp;T &amp; Co</a>", vec![bare.clone()]),
            ("<a href='?b=1&c=2'/>", "<a href='?b=1&amp;c=2'/>", vec![bare.clone()]),
            ("<a>&nbsp;&eacute;&AMP;</a>", "<a>\u{a0}é&amp;</a>", vec![entities.clone()]),
            ("<a>&unknown;</a>", "<a>&amp;unknown;</a>", vec![bare]),
            ("<a>&#150;&#x93;</a>", "<a>–“</a>", vec![entities]),
            ("<a>\u{8}b\u{7f}</a>", "<a>b</a>", vec![controls]),
            ("<a><![CDATA[x & y &nbsp; <?xml?>]]></a>", "<a><![CDATA[x & y &nbsp; <?xml?>]]></a>", vec![]),
            ("<a><!-- & --></a>", "<a></a>", vec![]),
            ("<a><?xml-stylesheet x?></a>", "<a><?xml-stylesheet x?></a>", vec![]),
        ] {
            let mut report = Report::default();
            assert_eq!(mend(text, &mut report), expected);
            assert_eq!(report.repairs, repairs, "{text}");
        }
    }
}

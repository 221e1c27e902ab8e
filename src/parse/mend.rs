//! Text → text that an XML parser accepts, as far as that can be told without knowing the document's
//! structure: the declaration and the document type go, `&` becomes right, forbidden characters go. One
//! pass; the size of the output is bounded by that of the input, for no declared entity may expand to
//! more than [`MAX_ENTITY_BYTES`] and to no other entity.

use std::borrow::Cow;
use std::collections::HashMap;

use html5gum::Token;
use memchr::{memchr2, memmem};
use quick_xml::escape::escape;

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
pub(super) fn mend<'t>(text: &'t str, report: &mut Report) -> Cow<'t, str> {
    let text = text.trim_start_matches(|c: char| c == '\u{feff}' || c == '\0' || c.is_whitespace());
    let start = text.find('<').unwrap_or(text.len());
    if start > 0 {
        report.note(Repair::LeadingJunk);
    }
    let text = text.get(start..).unwrap_or_default();
    let mut mender = Mender { text, kept: 0, at: 0, out: String::new(), entities: HashMap::new(), report };
    mender.run();
    let mended = mender.finish();
    if !has_controls(mended.as_bytes()) {
        return mended;
    }
    report.note(Repair::ControlCharacters);
    Cow::Owned(mended.chars().filter(|c| !c.is_ascii() || !is_control(*c as u8)).collect())
}

struct Mender<'t, 'r> {
    text: &'t str,
    /// Where the text begins that is to be kept as it is and was not copied yet.
    kept: usize,
    /// Where it ends, so far.
    at: usize,
    out: String,
    /// What names of entities were found to mean; `None` for nothing.
    entities: HashMap<String, Option<String>>,
    report: &'r mut Report,
}

impl<'t> Mender<'t, '_> {
    fn run(&mut self) {
        while let Some(found) = memchr2(b'&', b'<', self.rest().as_bytes()) {
            self.at += found;
            if self.rest().starts_with('&') {
                self.reference();
            } else {
                self.markup();
            }
        }
        self.at = self.text.len();
    }

    fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Goes over `count` bytes that stay as they are.
    fn keep(&mut self, count: usize) {
        self.at += count;
    }

    /// Goes over `count` bytes, with `instead` in their place.
    fn replace(&mut self, count: usize, instead: &str) {
        self.out.push_str(self.text.get(self.kept..self.at).unwrap_or_default());
        self.out.push_str(instead);
        self.at += count;
        self.kept = self.at;
    }

    fn finish(self) -> Cow<'t, str> {
        let rest = self.text.get(self.kept..).unwrap_or_default();
        if self.out.is_empty() { Cow::Borrowed(rest) } else { Cow::Owned(self.out + rest) }
    }

    /// Goes over what begins with `<`, if it hides references, or drops it.
    fn markup(&mut self) {
        let rest = self.rest();
        match rest.as_bytes() {
            [b'<', b'!', b'[', ..] if rest.starts_with("<![CDATA[") => self.keep(length_to(rest, "]]>")),
            [b'<', b'!', b'-', b'-', ..] => self.keep(length_to(rest, "-->")),
            [b'<', b'?', ..] if rest.starts_with("<?xml") && !rest.starts_with("<?xml-") => {
                self.replace(length_to(rest, ">"), "");
            }
            [b'<', b'!', ..] if is_doctype(rest) => self.doctype(),
            _ => self.keep(1),
        }
    }

    /// Drops the document type, keeping in mind the plain entities that it declares.
    fn doctype(&mut self) {
        let rest = self.rest();
        let subset = rest.find(['[', '>']).filter(|at| rest.as_bytes().get(*at) == Some(&b'['));
        let Some(open) = subset else { return self.replace(length_to(rest, ">"), "") };
        let (before, inner) = rest.split_at(open);
        let inner = inner.get(..length_to(inner, "]")).unwrap_or_default();
        for declaration in inner.split("<!ENTITY").skip(1).take(MAX_ENTITIES) {
            if let Some((name, value)) = declared_entity(declaration) {
                self.entities.entry(name).or_insert(Some(value));
            }
        }
        let subset_end = before.len() + inner.len();
        let tail = rest.get(subset_end..).unwrap_or_default();
        self.replace(subset_end + length_to(tail, ">"), "");
    }

    /// Keeps, replaces or escapes what begins with `&`.
    fn reference(&mut self) {
        let after = self.rest().get(1..).unwrap_or_default();
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'#' | b'_' | b'-' | b'.');
        let end = after.bytes().take(MAX_NAME_BYTES).position(|byte| !is_name(byte)).unwrap_or_default();
        let name =
            after.get(..end).filter(|name| !name.is_empty() && after.as_bytes().get(end) == Some(&b';'));
        let length = end + "&;".len();
        match name {
            Some("amp" | "lt" | "gt" | "quot" | "apos") => self.keep(length),
            Some(name) if name.starts_with('#') => self.character(name, length),
            Some(name) => match self.entity(name) {
                Some(value) => {
                    self.report.note(Repair::Entities);
                    self.replace(length, &escape(value));
                }
                None => self.bare(),
            },
            None => self.bare(),
        }
    }

    fn bare(&mut self) {
        self.report.note(Repair::BareAmpersands);
        self.replace(1, "&amp;");
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

    /// Goes over the reference `name` (decimal, or hexadecimal after `#x`) of this length.
    fn character(&mut self, name: &str, length: usize) {
        let Some(code) = name.get(1..).and_then(char_code) else { return self.bare() };
        let rest = self.rest().get(length..).unwrap_or_default();
        // Some producers escape UTF-16 code units.
        if (0xd800..0xdc00).contains(&code)
            && let Some((low, _)) = rest.strip_prefix("&#").and_then(|next| next.split_once(';'))
            && let Some(unit @ 0xdc00..0xe000) = char_code(low)
        {
            self.report.note(Repair::Entities);
            let pair: String = char::decode_utf16([code as u16, unit as u16]).flatten().collect();
            return self.replace(length + "&#;".len() + low.len(), &pair);
        }
        match char::from_u32(code) {
            Some('\u{80}'..='\u{9f}') => {
                self.report.note(Repair::Entities);
                let byte = [code as u8];
                let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&byte).0;
                self.replace(length, &text);
            }
            Some(c) if !(c.is_ascii() && is_control(c as u8)) => self.keep(length),
            _ => {
                self.report.note(Repair::ControlCharacters);
                self.replace(length, "");
            }
        }
    }
}

/// Whether there are characters that XML forbids. Looks at many bytes at once, since mostly there are none.
fn has_controls(bytes: &[u8]) -> bool {
    bytes.chunks(256).any(|chunk| chunk.iter().fold(false, |found, byte| found | is_control(*byte)))
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

/// How far it is to behind the first `end`; all of `text` where there is none.
fn length_to(text: &str, end: &str) -> usize {
    memmem::find(text.as_bytes(), end.as_bytes()).map_or(text.len(), |at| at + end.len())
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
            ("<a>x &amp; &#38; y</a>", "<a>x &amp; &#38; y</a>", vec![]),
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
            ("<a><!-- & --></a>", "<a><!-- & --></a>", vec![]),
            ("<a><?xml-stylesheet x?></a>", "<a><?xml-stylesheet x?></a>", vec![]),
        ] {
            let mut report = Report::default();
            assert_eq!(mend(text, &mut report), expected);
            assert_eq!(report.repairs, repairs, "{text}");
        }
    }
}

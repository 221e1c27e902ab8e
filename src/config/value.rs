//! Values and where they were written, in a file or in a variable.

use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::DeValue;

use super::literal;
use super::reader::Reader;
use super::report::Origin;
use crate::diagnostic::Diagnostic;

/// A value that is there, of whatever type.
#[derive(Clone)]
pub(super) struct Value<'a> {
    key: &'static str,
    origin: Origin,
    content: Content<'a>,
}

#[derive(Clone)]
enum Content<'a> {
    Toml(&'a Spanned<DeValue<'a>>),
    Variable(&'a str),
}

impl<'a> Value<'a> {
    pub(super) fn in_file(key: &'static str, origin: Origin, value: &'a Spanned<DeValue<'a>>) -> Self {
        Self { key, origin, content: Content::Toml(value) }
    }

    pub(super) fn in_variable(key: &'static str, origin: Origin, value: &'a str) -> Self {
        Self { key, origin, content: Content::Variable(value) }
    }

    fn span(&self) -> Range<usize> {
        match self.content {
            Content::Toml(value) => value.span(),
            Content::Variable(value) => 0..value.len(),
        }
    }

    /// Reports a problem at this value.
    pub(super) fn report(&self, reader: &mut Reader<'a>, diagnostic: Diagnostic) {
        reader.problems.add(self.origin, diagnostic.at(self.span()));
    }

    /// Keeps the value out of every report.
    pub(super) fn hide(&self, reader: &mut Reader<'a>) {
        reader.problems.hide(self.origin, self.span());
    }

    /// The string; reports when it is none.
    pub(super) fn text(&self, reader: &mut Reader<'a>) -> Option<Text<'a>> {
        match self.content {
            Content::Variable(value) => Some(self.part(value, 0..value.len())),
            Content::Toml(value) => self.string(value).or_else(|| self.wrong(reader, value, "a string")),
        }
    }

    /// The string, read by `parse`; where there is another type, `parse` helps to say what to write.
    pub(super) fn parse<T>(
        &self,
        reader: &mut Reader<'a>,
        parse: impl Fn(&str) -> Result<T, Diagnostic>,
    ) -> Option<T> {
        let bare = match self.content {
            Content::Toml(value) if self.string(value).is_none() => value,
            _ => return self.text(reader)?.parse(reader, parse),
        };
        let error =
            Diagnostic::error(format!("`{}` must be a string, not {}", self.key, type_of(bare.get_ref())));
        let written = reader.problems.text(self.origin).get(bare.span()).unwrap_or("");
        let help = match parse(written) {
            Ok(_) => format!("put it in quotes: \"{written}\""),
            Err(refusal) => refusal.help.unwrap_or_else(|| "put it in quotes".to_owned()),
        };
        self.report(reader, error.help(help));
        None
    }

    /// The string of a file, if it is one.
    pub(super) fn as_str(&self) -> Option<&'a str> {
        match self.content {
            Content::Toml(value) => value.get_ref().as_str(),
            Content::Variable(_) => None,
        }
    }

    /// A list of strings, or a single string. In a variable, commas separate.
    pub(super) fn texts(&self, reader: &mut Reader<'a>) -> Option<Vec<Text<'a>>> {
        let value = match self.content {
            Content::Variable(value) => {
                let mut end = 0;
                let parts = value.split_inclusive(',').map(|part| {
                    let start = end;
                    end += part.len();
                    let part = part.trim_end_matches(',');
                    let start = start + part.len() - part.trim_start().len();
                    self.part(part.trim(), start..start + part.trim().len())
                });
                return Some(parts.filter(|part| !part.value.is_empty()).collect());
            }
            Content::Toml(value) => value,
        };
        let Some(array) = value.get_ref().as_array() else {
            return match self.string(value) {
                Some(text) => Some(vec![text]),
                None => self.wrong(reader, value, "a list of strings"),
            };
        };
        let texts = array
            .iter()
            .map(|element| self.string(element).or_else(|| self.wrong(reader, element, "a list of strings")));
        // Every element is looked at before giving up.
        texts.collect::<Vec<_>>().into_iter().collect()
    }

    /// A list of whole numbers, or a single one. In a variable, commas separate.
    pub(super) fn numbers(
        &self,
        reader: &mut Reader<'a>,
        allowed: RangeInclusive<usize>,
    ) -> Option<Vec<usize>> {
        let numbers: Option<Vec<usize>> = match self.content {
            Content::Variable(value) => value.split(',').map(|part| part.trim().parse().ok()).collect(),
            Content::Toml(value) => match value.get_ref().as_array() {
                Some(list) => list.iter().map(|element| integer(element.get_ref())).collect(),
                None => integer(value.get_ref()).map(|number| vec![number]),
            },
        };
        let numbers = numbers.filter(|numbers| numbers.iter().all(|number| allowed.contains(number)));
        if numbers.is_none() {
            let (least, most) = (allowed.start(), allowed.end());
            let error =
                Diagnostic::error(format!("`{}` must be a list of numbers from {least} to {most}", self.key));
            self.report(reader, error);
        }
        numbers
    }

    pub(super) fn number(&self, reader: &mut Reader<'a>, allowed: RangeInclusive<usize>) -> Option<usize> {
        let number = match self.content {
            Content::Variable(value) => value.trim().parse().ok(),
            Content::Toml(value) => match value.get_ref() {
                DeValue::Integer(_) => integer(value.get_ref()),
                _ => return self.wrong(reader, value, "a whole number"),
            },
        };
        let number = number.filter(|number| allowed.contains(number));
        if number.is_none() {
            let (least, most) = (allowed.start(), allowed.end());
            let error = Diagnostic::error(format!("`{}` must be a number from {least} to {most}", self.key));
            self.report(reader, error);
        }
        number
    }

    pub(super) fn boolean(&self, reader: &mut Reader<'a>) -> Option<bool> {
        match self.content {
            Content::Toml(value) => {
                value.get_ref().as_bool().or_else(|| self.wrong(reader, value, "true or false"))
            }
            Content::Variable("true" | "1") => Some(true),
            Content::Variable("false" | "0") => Some(false),
            Content::Variable(_) => {
                self.report(reader, Diagnostic::error(format!("`{}` must be true or false", self.key)));
                None
            }
        }
    }

    fn string(&self, value: &'a Spanned<DeValue<'a>>) -> Option<Text<'a>> {
        let text = value.get_ref().as_str()?;
        Some(Text {
            value: text,
            key: self.key,
            origin: self.origin,
            written: Written::Literal(value.span()),
        })
    }

    fn part(&self, value: &'a str, span: Range<usize>) -> Text<'a> {
        Text { key: self.key, ..Text::verbatim(value, self.origin, span) }
    }

    fn wrong<T>(&self, reader: &mut Reader<'a>, value: &Spanned<DeValue<'_>>, expected: &str) -> Option<T> {
        let error =
            Diagnostic::error(format!("`{}` must be {expected}, not {}", self.key, type_of(value.get_ref())));
        reader.problems.add(self.origin, error.at(value.span()));
        None
    }
}

/// A string and where it stands.
#[derive(Clone, Debug)]
pub(super) struct Text<'a> {
    pub(super) value: &'a str,
    key: &'static str,
    origin: Origin,
    written: Written,
}

/// How a text is written, and where.
#[derive(Clone, Debug)]
enum Written {
    /// As a TOML string; the place includes the quotes.
    Literal(Range<usize>),
    /// As it is.
    Verbatim(Range<usize>),
}

impl<'a> Text<'a> {
    /// A text that stands at `span` as it is.
    pub(super) fn verbatim(value: &'a str, origin: Origin, span: Range<usize>) -> Self {
        Self { value, key: "", origin, written: Written::Verbatim(span) }
    }

    /// Reads the text; what is wrong with a part of it is reported at that part.
    pub(super) fn parse<T>(
        &self,
        reader: &mut Reader<'a>,
        parse: impl Fn(&str) -> Result<T, Diagnostic>,
    ) -> Option<T> {
        parse(self.value).map_err(|diagnostic| self.report(reader, diagnostic)).ok()
    }

    /// Reads the text; everything that is wrong with it is reported, each at its part.
    pub(super) fn parse_all<T>(
        &self,
        reader: &mut Reader<'a>,
        parse: impl Fn(&str) -> Result<T, Vec<Diagnostic>>,
    ) -> Option<T> {
        parse(self.value).map_err(|found| found.into_iter().for_each(|one| self.report(reader, one))).ok()
    }

    /// Reports what is wrong with the text; the span counts in its value.
    pub(super) fn report(&self, reader: &mut Reader<'a>, diagnostic: Diagnostic) {
        let span = match &diagnostic.span {
            Some(part) => self.span_of(reader, part.clone()),
            None => self.span(),
        };
        reader.problems.add(self.origin, diagnostic.at(span));
    }

    /// Where it stands.
    pub(super) fn place(&self) -> Place {
        Place { origin: self.origin, offset: self.span().start }
    }

    /// Keeps user name and password of an address out of every report.
    pub(super) fn hide_credentials(&self, reader: &mut Reader<'a>) {
        let Some((scheme, rest)) = self.value.split_once("://") else { return };
        let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        if let Some(length) = rest[..host_end].rfind('@') {
            let start = scheme.len() + "://".len();
            let span = self.span_of(reader, start..start + length);
            reader.problems.hide(self.origin, span);
        }
    }

    fn span(&self) -> Range<usize> {
        match &self.written {
            Written::Literal(span) | Written::Verbatim(span) => span.clone(),
        }
    }

    /// The bytes of the origin that wrote the bytes `part` of the value.
    fn span_of(&self, reader: &Reader<'a>, part: Range<usize>) -> Range<usize> {
        let start = self.span().start;
        let place = match &self.written {
            Written::Verbatim(_) => part,
            Written::Literal(span) => {
                let literal = reader.problems.text(self.origin).get(span.clone()).unwrap_or("");
                literal::place_of(literal, self.value, part)
            }
        };
        start + place.start..start + place.end
    }

    /// Whether a file, not the environment, gives it.
    pub(super) fn is_from_file(&self) -> bool {
        matches!(self.written, Written::Literal(_))
    }

    /// The text without space around it; reports when nothing is left, or a control character is in it.
    pub(super) fn not_blank(&self, reader: &mut Reader<'a>) -> Option<String> {
        let text = self.value.trim();
        if text.is_empty() {
            self.report(reader, Diagnostic::error(format!("`{}` is empty", self.key)));
            return None;
        }
        if let Some((at, control)) = self.value.char_indices().find(|(_, c)| c.is_control()) {
            let error = Diagnostic::error(format!("`{}` holds a control character", self.key));
            self.report(reader, error.at(at..at + control.len_utf8()));
            return None;
        }
        Some(text.to_owned())
    }
}

/// Where something stands, to tell of it elsewhere.
#[derive(Clone, Copy)]
pub(super) struct Place {
    origin: Origin,
    offset: usize,
}

impl Place {
    /// "line 7 of feedwatch.toml", for messages.
    pub(super) fn describe(self, reader: &mut Reader<'_>) -> String {
        let line = reader.problems.line(self.origin, self.offset);
        format!("line {line} of {}", reader.problems.name(self.origin))
    }
}

fn integer(value: &DeValue<'_>) -> Option<usize> {
    let integer = value.as_integer()?;
    usize::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// What a value is, for messages.
pub(super) fn type_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a string",
        DeValue::Integer(_) => "a whole number",
        DeValue::Float(_) => "a fraction",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date",
        DeValue::Array(_) => "a list",
        DeValue::Table(_) => "a table",
    }
}

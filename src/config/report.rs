//! What is wrong, gathered per file and variable, with every secret blanked out.

use std::borrow::Cow;
use std::collections::HashSet;
use std::ops::Range;

use crate::diagnostic::{Diagnostic, Severity, place_of, render};

/// How many diagnostics of one text are drawn; each costs a walk through the text.
const MOST_DRAWN: usize = 100;

/// What is wrong with one file or one environment variable.
#[derive(Clone, Debug)]
pub struct Report {
    /// The file's path or the variable's name.
    pub origin: String,
    /// Its text, with every secret blanked out by asterisks: the spans of
    /// [`diagnostics`](Self::diagnostics) still fit. Empty when none of them has a span.
    pub text: String,
    /// In the order of the text; never empty, and all of one severity.
    pub diagnostics: Vec<Diagnostic>,
}

/// A file or variable that is being read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Origin(usize);

struct Text<'a> {
    name: Cow<'a, str>,
    text: &'a str,
    secrets: Vec<Range<usize>>,
    /// What may be a secret, and is not shown either.
    doubtful: Vec<Range<usize>>,
    found: Vec<Diagnostic>,
    /// Where lines start; made when a line is first asked for.
    lines: Option<Vec<usize>>,
    /// Lines that are no TOML: what else seems wrong there may only seem so.
    broken_lines: HashSet<usize>,
}

/// Everything that was found wrong so far.
#[derive(Default)]
pub(super) struct Problems<'a> {
    texts: Vec<Text<'a>>,
}

impl<'a> Problems<'a> {
    /// Makes a text known that problems may be found in.
    pub(super) fn origin(&mut self, name: impl Into<Cow<'a, str>>, text: &'a str) -> Origin {
        self.texts.push(Text {
            name: name.into(),
            text,
            secrets: Vec::new(),
            doubtful: Vec::new(),
            found: Vec::new(),
            lines: None,
            broken_lines: HashSet::new(),
        });
        Origin(self.texts.len() - 1)
    }

    pub(super) fn text(&self, origin: Origin) -> &'a str {
        self.texts.get(origin.0).map_or("", |text| text.text)
    }

    pub(super) fn name(&self, origin: Origin) -> &str {
        self.texts.get(origin.0).map_or("", |text| &text.name)
    }

    /// The line that holds the byte at `offset`, counted from one.
    pub(super) fn line(&mut self, origin: Origin, offset: usize) -> usize {
        let Some(text) = self.texts.get_mut(origin.0) else { return 1 };
        let lines = text.lines.get_or_insert_with(|| {
            let breaks = text.text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
            std::iter::once(0).chain(breaks.map(|(at, _)| at + 1)).collect()
        });
        lines.partition_point(|start| *start <= offset)
    }

    /// Adds an error of syntax, the first of its line: the parser stumbles on where it did not understand.
    pub(super) fn add_syntax_error(&mut self, origin: Origin, span: Range<usize>, message: &str) {
        let line = self.line(origin, span.start);
        if let Some(text) = self.texts.get_mut(origin.0)
            && text.broken_lines.insert(line)
        {
            text.found.push(Diagnostic::error(message).at(span));
        }
    }

    pub(super) fn add(&mut self, origin: Origin, diagnostic: Diagnostic) {
        if !self.is_on_a_broken_line(origin, &diagnostic)
            && let Some(text) = self.texts.get_mut(origin.0)
        {
            text.found.push(diagnostic);
        }
    }

    fn is_on_a_broken_line(&mut self, origin: Origin, diagnostic: &Diagnostic) -> bool {
        let Some(span) = &diagnostic.span else { return false };
        if self.texts.get(origin.0).is_none_or(|text| text.broken_lines.is_empty()) {
            return false;
        }
        let line = self.line(origin, span.start);
        self.texts.get(origin.0).is_some_and(|text| text.broken_lines.contains(&line))
    }

    /// Keeps a secret, the string or value at `span`, out of every report.
    pub(super) fn hide(&mut self, origin: Origin, span: Range<usize>) {
        if let Some(text) = self.texts.get_mut(origin.0) {
            text.secrets.push(span);
        }
    }

    /// The same of what only may be a secret.
    pub(super) fn mask(&mut self, origin: Origin, span: Range<usize>) {
        if let Some(text) = self.texts.get_mut(origin.0) {
            text.doubtful.push(span);
        }
    }

    /// Whether a text holds what is known to be a secret.
    pub(super) fn holds_secrets(&self, origin: Origin) -> bool {
        self.texts.get(origin.0).is_some_and(|text| !text.secrets.is_empty())
    }

    /// Whether anything cannot work.
    pub(super) fn any_error(&self) -> bool {
        self.texts.iter().any(|text| text.found.iter().any(Diagnostic::is_error))
    }

    /// The reports of everything found, errors first.
    pub(super) fn into_reports(self) -> Vec<Report> {
        let mut reports: Vec<Report> = self.texts.into_iter().flat_map(Text::into_reports).collect();
        reports.sort_by_key(|report| !report.is_error());
        reports
    }
}

impl Text<'_> {
    fn into_reports(self) -> impl Iterator<Item = Report> {
        let mut found = self.found;
        found.sort_by_key(|diagnostic| diagnostic.span.as_ref().map_or(0, |span| span.start));
        let (errors, warnings): (Vec<_>, Vec<_>) = found.into_iter().partition(Diagnostic::is_error);
        let (name, text, mut secrets) = (self.name, self.text, self.secrets);
        secrets.extend(self.doubtful);
        [errors, warnings].into_iter().filter(|diagnostics| !diagnostics.is_empty()).map(move |diagnostics| {
            let shown = diagnostics.iter().any(|diagnostic| diagnostic.span.is_some());
            let text = if shown { blank(text, &secrets) } else { String::new() };
            Report { origin: name.clone().into_owned(), text, diagnostics }
        })
    }
}

/// `text` with the bytes of `secrets` replaced by as many asterisks; line breaks stay, and so do the quotes
/// around a string.
fn blank(text: &str, secrets: &[Range<usize>]) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for byte in secrets.iter().filter_map(|span| Some(within_quotes(text.get(span.clone())?, span))).flatten()
    {
        if !matches!(bytes[byte], b'\n' | b'\r') {
            bytes[byte] = b'*';
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The part of `span`, which holds `written`, that is not the quotes of a string, be it closed or not.
fn within_quotes(written: &str, span: &Range<usize>) -> Range<usize> {
    let quotes = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quotes| written.starts_with(quotes));
    let length = quotes.map_or(0, str::len);
    let is_closed = quotes.is_some_and(|quotes| written.len() >= 2 * length && written.ends_with(quotes));
    span.start + length..span.end - if is_closed { length } else { 0 }
}

impl Report {
    /// Whether it tells of errors, not of warnings.
    pub fn is_error(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    /// What it tells of, each with the line and the column at which it stands, if it stands somewhere.
    pub fn placed(&self) -> impl Iterator<Item = (&Diagnostic, Option<(usize, usize)>)> {
        self.diagnostics.iter().map(|diagnostic| {
            (diagnostic, diagnostic.span.as_ref().map(|span| place_of(&self.text, span.start)))
        })
    }

    /// The report for people: message, place, line, caret and help, one after the other, with an empty
    /// line between.
    pub fn render(&self, colour: bool) -> String {
        let drawn = self.diagnostics.iter().take(MOST_DRAWN);
        let mut parts: Vec<String> =
            drawn.map(|diagnostic| render(diagnostic, &self.origin, &self.text, colour)).collect();
        if let Some(more) = self.diagnostics.len().checked_sub(MOST_DRAWN).filter(|more| *more > 0) {
            parts.push(format!("… and {more} more in {}", self.origin));
        }
        parts.join("\n\n")
    }
}

//! Reading a table key by key, so that everything wrong with it is found in one pass.
//!
//! A deserializer would stop at the first error. Here each key is taken with the type it should have;
//! what is wrong goes to [`Problems`] and reading goes on; keys that nobody took are unknown.

use std::collections::{HashMap, HashSet};
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::environment::{Environment, variable};
use super::literal;
use super::report::{Origin, Problems};
use super::suggest;
use crate::diagnostic::Diagnostic;

/// How many times a load looks for a name that might have been meant: each look goes through all names.
const SUGGESTIONS: usize = 100;

/// The most names that a message lists.
const LISTED: usize = 12;

/// What reading sections has in common: problems, variables, and whether a file is incomplete.
pub(super) struct Reader<'a> {
    pub(super) problems: Problems<'a>,
    variables: HashMap<&'a str, Variable<'a>>,
    /// Names of variables that were looked for, to suggest from; empty when there are no variables.
    looked_for: Vec<String>,
    suggestions_left: usize,
    /// A file has errors of syntax. What seems to be missing may stand in the part that was not
    /// understood, and is not reported.
    pub(super) incomplete: bool,
}

struct Variable<'a> {
    origin: Origin,
    value: &'a str,
    /// The label of the section that took it.
    taken_by: Option<String>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(environment: &'a Environment) -> Self {
        let mut problems = Problems::default();
        let variables = environment
            .overrides()
            .into_iter()
            .map(|(name, value)| {
                let origin = problems.origin(name, value);
                (name, Variable { origin, value, taken_by: None })
            })
            .collect();
        Self { problems, variables, looked_for: Vec::new(), suggestions_left: SUGGESTIONS, incomplete: false }
    }

    /// "did you mean …?" when a candidate is near to `name`.
    pub(super) fn suggest<'c>(
        &mut self,
        name: &str,
        candidates: impl IntoIterator<Item = &'c str>,
    ) -> Option<String> {
        self.suggestions_left = self.suggestions_left.checked_sub(1)?;
        suggest::nearest(name, candidates).map(|nearest| format!("did you mean `{nearest}`?"))
    }

    /// Whether the name of a `noun` is known; reports it when not.
    pub(super) fn check_reference(
        &mut self,
        reference: &Reference<'a>,
        noun: &str,
        known: &HashSet<String>,
    ) -> bool {
        if known.contains(&reference.name) {
            return true;
        }
        if !self.incomplete {
            let error = Diagnostic::error(format!("there is no {noun} named `{}`", reference.name));
            let nearest = self.suggest(&reference.name, known.iter().map(String::as_str));
            let help = nearest.unwrap_or_else(|| list_of(noun, known));
            reference.text.report(self, error.at(reference.part.clone()).help(help));
        }
        false
    }

    /// Warns of variables that no key took.
    pub(super) fn warn_of_unknown_variables(&mut self) {
        let mut unknown: Vec<(&str, Origin)> = self
            .variables
            .iter()
            .filter(|(_, variable)| variable.taken_by.is_none())
            .map(|(name, variable)| (*name, variable.origin))
            .collect();
        unknown.sort_unstable_by_key(|(name, _)| *name);
        for (name, origin) in unknown {
            let warning = Diagnostic::warning(format!("the environment variable {name} sets no known key"));
            let nearest = suggest::nearest(name, self.looked_for.iter().map(String::as_str));
            let help = match nearest {
                Some(nearest) => format!("did you mean {nearest}?"),
                None => "the rule is FEEDWATCH_SECTION_KEY, as in FEEDWATCH_FETCH_TIMEOUT".to_owned(),
            };
            self.problems.add(origin, warning.help(help));
        }
    }

    fn variable(&mut self, section: &str, label: &str, key: &'static str) -> Option<Value<'a>> {
        if self.variables.is_empty() {
            return None;
        }
        let name = variable(section, key);
        let value = self.variables.get_mut(name.as_str()).and_then(|found| {
            let taken_before = found.taken_by.replace(label.to_owned());
            if let Some(other) = taken_before {
                let error = Diagnostic::error(format!("{name} sets both {other} and {label}"));
                self.problems.add(found.origin, error.help("give one of them a name of its own"));
                return None;
            }
            Some(Value { key, origin: found.origin, content: Content::Variable(found.value) })
        });
        self.looked_for.push(name);
        value
    }
}

/// A table that is being read.
pub(super) struct Section<'a> {
    /// For messages: `[fetch]`, `[[feed]]`.
    pub(super) label: &'static str,
    origin: Origin,
    header: Range<usize>,
    table: Option<&'a DeTable<'a>>,
    variables: Option<String>,
    keys: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// A whole file.
    pub(super) fn file(origin: Origin, table: &'a DeTable<'a>) -> Self {
        Self {
            label: "this file",
            origin,
            header: 0..0,
            table: Some(table),
            variables: None,
            keys: Vec::new(),
        }
    }

    /// The table at `key`; empty when there is none.
    pub(super) fn table(
        &mut self,
        reader: &mut Reader<'a>,
        key: &'static str,
        label: &'static str,
    ) -> Section<'a> {
        self.keys.push(key);
        let value = self.entry(key);
        let table = value.and_then(|value| {
            let table = value.get_ref().as_table();
            if table.is_none() {
                let error =
                    Diagnostic::error(format!("`{key}` must be a table, not {}", kind(value.get_ref())));
                self.problem(reader, value.span(), error.help(format!("write {label} on a line of its own")));
            }
            table
        });
        let header = value.map_or(0..0, Spanned::span);
        Section { label, origin: self.origin, header, table, variables: None, keys: Vec::new() }
    }

    /// The table of settings at `key`, whose variables are named after it.
    pub(super) fn settings(
        &mut self,
        reader: &mut Reader<'a>,
        key: &'static str,
        label: &'static str,
    ) -> Section<'a> {
        Section { variables: Some(key.to_owned()), ..self.table(reader, key, label) }
    }

    /// The tables of the array at `key`.
    pub(super) fn tables(
        &mut self,
        reader: &mut Reader<'a>,
        key: &'static str,
        label: &'static str,
    ) -> Vec<Section<'a>> {
        self.keys.push(key);
        let Some(value) = self.entry(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            let error = Diagnostic::error(format!(
                "`{key}` must be an array of tables, not {}",
                kind(value.get_ref())
            ));
            self.problem(reader, value.span(), error.help(format!("write {label}, in double brackets")));
            return Vec::new();
        };
        let mut sections = Vec::with_capacity(array.len());
        for element in array.iter() {
            let Some(table) = element.get_ref().as_table() else {
                let error =
                    Diagnostic::error(format!("`{key}` holds {} that is no table", kind(element.get_ref())));
                self.problem(reader, element.span(), error.help(format!("write {label} for each")));
                continue;
            };
            sections.push(Section {
                label,
                origin: self.origin,
                header: element.span(),
                table: Some(table),
                variables: None,
                keys: Vec::new(),
            });
        }
        sections
    }

    /// Lets variables that begin so override keys.
    pub(super) fn overridden_by(&mut self, variables: &str) {
        self.variables = Some(variables.to_owned());
    }

    /// Takes `keys` for known, though nobody reads them.
    pub(super) fn allow(&mut self, keys: &[&'static str]) {
        self.keys.extend(keys);
    }

    /// Every key with its value, where the keys are the user's own.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Text<'a>, Value<'a>)> + use<'a> {
        let origin = self.origin;
        self.table.into_iter().flat_map(|table| table.iter()).map(move |(key, value)| {
            let name: &'a str = key.get_ref();
            let text = Text { value: name, key: "", origin, literal: Some(key.span()) };
            (text, Value { key: "", origin, content: Content::Toml(value) })
        })
    }

    /// The value of `key`, from the environment or the file.
    pub(super) fn take(&mut self, reader: &mut Reader<'a>, key: &'static str) -> Option<Value<'a>> {
        let [from_file] = self.in_file([key]);
        let [from_environment] = self.in_environment(reader, [key]);
        from_environment.or(from_file)
    }

    /// The values of keys that exclude each other: the environment's, if it has any of them, replace
    /// all of the file.
    pub(super) fn take_alternatives(
        &mut self,
        reader: &mut Reader<'a>,
        keys: [&'static str; 2],
    ) -> [Option<Value<'a>>; 2] {
        let from_file = self.in_file(keys);
        let from_environment = self.in_environment(reader, keys);
        let taken = if from_environment.iter().any(Option::is_some) { from_environment } else { from_file };
        if let [Some(_), Some(second)] = &taken {
            let error = Diagnostic::error(format!("`{}` and `{}` exclude each other", keys[0], keys[1]));
            second.report(reader, error.help("remove one of them"));
        }
        taken
    }

    fn in_environment<const N: usize>(
        &self,
        reader: &mut Reader<'a>,
        keys: [&'static str; N],
    ) -> [Option<Value<'a>>; N] {
        keys.map(|key| {
            self.variables.as_deref().and_then(|section| reader.variable(section, self.label, key))
        })
    }

    fn in_file<const N: usize>(&mut self, keys: [&'static str; N]) -> [Option<Value<'a>>; N] {
        self.keys.extend(keys);
        let origin = self.origin;
        keys.map(|key| self.entry(key).map(|value| Value { key, origin, content: Content::Toml(value) }))
    }

    /// The value of `key`; reports when there is none.
    pub(super) fn require(&mut self, reader: &mut Reader<'a>, key: &'static str) -> Option<Value<'a>> {
        let value = self.take(reader, key);
        if value.is_none() {
            self.missing(reader, key);
        }
        value
    }

    /// Reports that `key` is missing.
    pub(super) fn missing(&self, reader: &mut Reader<'a>, key: &str) {
        if !reader.incomplete {
            self.problem(
                reader,
                self.header.clone(),
                Diagnostic::error(format!("`{key}` is missing in {}", self.label)),
            );
        }
    }

    /// The value of `key`, read by `parse`.
    pub(super) fn parse<T>(
        &mut self,
        reader: &mut Reader<'a>,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, Diagnostic>,
    ) -> Option<T> {
        self.take(reader, key)?.text(reader)?.parse(reader, parse)
    }

    /// The text at `key`, which must not be blank.
    pub(super) fn text(&mut self, reader: &mut Reader<'a>, key: &'static str) -> Option<String> {
        self.take(reader, key)?.text(reader)?.not_blank(reader)
    }

    /// The `name` of what is a `noun`; reports a name that was `seen` before.
    pub(super) fn name(
        &mut self,
        reader: &mut Reader<'a>,
        noun: &str,
        seen: &mut HashMap<String, Place>,
    ) -> Option<String> {
        let text = self.require(reader, "name")?.text(reader)?;
        let name = text.not_blank(reader)?;
        if let Some(first) = seen.get(&name).copied() {
            let error = Diagnostic::error(format!("the {noun} `{name}` is there twice"));
            let help = format!("the first stands in {}: rename one of them", first.describe(reader));
            text.report(reader, error.help(help));
            return None;
        }
        seen.insert(name.clone(), text.place());
        Some(name)
    }

    /// The texts at `key`, none of which may be blank; empty when there is no such key.
    pub(super) fn texts(&mut self, reader: &mut Reader<'a>, key: &'static str) -> Vec<String> {
        let texts = self.take(reader, key).and_then(|value| value.texts(reader)).unwrap_or_default();
        texts.iter().filter_map(|text| text.not_blank(reader)).collect()
    }

    /// The whole number at `key`.
    pub(super) fn number(
        &mut self,
        reader: &mut Reader<'a>,
        key: &'static str,
        allowed: RangeInclusive<usize>,
    ) -> Option<usize> {
        self.take(reader, key)?.number(reader, allowed)
    }

    /// `true` or `false` at `key`.
    pub(super) fn boolean(&mut self, reader: &mut Reader<'a>, key: &'static str) -> Option<bool> {
        self.take(reader, key)?.boolean(reader)
    }

    /// Reports keys that nobody took. `elsewhere` knows keys of other kinds of such a table, and says
    /// why they do not belong here.
    pub(super) fn finish(self, reader: &mut Reader<'a>, elsewhere: impl Fn(&str) -> Option<String>) {
        for key in self.table.into_iter().flat_map(|table| table.keys()) {
            let name: &str = key.get_ref();
            if self.keys.contains(&name) {
                continue;
            }
            let diagnostic = match elsewhere(name) {
                Some(reason) => {
                    Diagnostic::error(format!("`{name}` has no place in {}", self.label)).help(reason)
                }
                None => {
                    let error = Diagnostic::error(format!("unknown key `{name}` in {}", self.label));
                    let known = || format!("known keys: {}", self.keys.join(", "));
                    let help = reader.suggest(name, self.keys.iter().copied()).unwrap_or_else(known);
                    error.help(help)
                }
            };
            self.problem(reader, key.span(), diagnostic);
        }
    }

    /// Reports a problem at this table's header.
    pub(super) fn report(&self, reader: &mut Reader<'a>, diagnostic: Diagnostic) {
        self.problem(reader, self.header.clone(), diagnostic);
    }

    fn entry(&self, key: &str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.table.and_then(|table| table.get(key))
    }

    fn problem(&self, reader: &mut Reader<'a>, span: Range<usize>, diagnostic: Diagnostic) {
        reader.problems.add(self.origin, diagnostic.at(span));
    }
}

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
    /// Reports a problem at this value.
    pub(super) fn report(&self, reader: &mut Reader<'a>, diagnostic: Diagnostic) {
        let span = match self.content {
            Content::Toml(value) => value.span(),
            Content::Variable(value) => 0..value.len(),
        };
        reader.problems.add(self.origin, diagnostic.at(span));
    }

    pub(super) fn text(&self, reader: &mut Reader<'a>) -> Option<Text<'a>> {
        match self.content {
            Content::Variable(value) => {
                Some(Text { origin: self.origin, value, literal: None, key: self.key })
            }
            Content::Toml(value) => self.string(value).or_else(|| self.wrong(reader, value, "a string")),
        }
    }

    /// A list of strings, or a single string. In a variable, commas separate.
    pub(super) fn texts(&self, reader: &mut Reader<'a>) -> Option<Vec<Text<'a>>> {
        let value = match self.content {
            Content::Variable(value) => {
                let parts = value.split(',').map(str::trim).filter(|part| !part.is_empty());
                let text = |value| Text { origin: self.origin, value, literal: None, key: self.key };
                return Some(parts.map(text).collect());
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

    fn number(&self, reader: &mut Reader<'a>, allowed: RangeInclusive<usize>) -> Option<usize> {
        let number = match self.content {
            Content::Variable(value) => value.trim().parse().ok(),
            Content::Toml(value) => match value.get_ref().as_integer() {
                Some(integer) => usize::from_str_radix(integer.as_str(), integer.radix()).ok(),
                None => return self.wrong(reader, value, "a whole number"),
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

    fn boolean(&self, reader: &mut Reader<'a>) -> Option<bool> {
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
        Some(Text { origin: self.origin, value: text, literal: Some(value.span()), key: self.key })
    }

    fn wrong<T>(&self, reader: &mut Reader<'a>, value: &Spanned<DeValue<'_>>, expected: &str) -> Option<T> {
        let mut error =
            Diagnostic::error(format!("`{}` must be {expected}, not {}", self.key, kind(value.get_ref())));
        if expected == "a string" {
            error = error.help("put it in quotes");
        }
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
    /// Where the file writes it, quotes included; `None` when a variable does.
    literal: Option<Range<usize>>,
}

impl<'a> Text<'a> {
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
        let span = match (&diagnostic.span, &self.literal) {
            (Some(part), _) => self.span(reader, part.clone()),
            (None, Some(literal)) => literal.clone(),
            (None, None) => 0..self.value.len(),
        };
        reader.problems.add(self.origin, diagnostic.at(span));
    }

    /// Where it stands.
    pub(super) fn place(&self) -> Place {
        Place { origin: self.origin, offset: self.literal.as_ref().map_or(0, |literal| literal.start) }
    }

    /// Keeps user name and password of an address out of every report.
    pub(super) fn hide_credentials(&self, reader: &mut Reader<'a>) {
        let Some((scheme, rest)) = self.value.split_once("://") else { return };
        let host_end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        if let Some(length) = rest[..host_end].rfind('@') {
            let start = scheme.len() + "://".len();
            let span = self.span(reader, start..start + length);
            reader.problems.hide(self.origin, span);
        }
    }

    /// Keeps the text out of every report.
    pub(super) fn hide(&self, reader: &mut Reader<'a>) {
        let span = match &self.literal {
            Some(literal) => literal.start + 1..literal.end.saturating_sub(1),
            None => 0..reader.problems.text(self.origin).len(),
        };
        reader.problems.hide(self.origin, span);
    }

    /// The bytes of the origin that wrote the bytes `part` of the value.
    fn span(&self, reader: &Reader<'a>, part: Range<usize>) -> Range<usize> {
        let Some(literal) = &self.literal else { return part };
        let written = reader.problems.text(self.origin).get(literal.clone()).unwrap_or("");
        let place = literal::place_of(written, self.value, part);
        literal.start + place.start..literal.start + place.end
    }

    /// Whether a file, not the environment, gives it.
    pub(super) fn is_from_file(&self) -> bool {
        self.literal.is_some()
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

/// The known names, unless they are too many to read.
fn list_of(noun: &str, known: &HashSet<String>) -> String {
    let mut names: Vec<&str> = known.iter().map(String::as_str).take(LISTED + 1).collect();
    if names.is_empty() {
        return format!("define a [[{noun}]] of that name");
    }
    if names.len() > LISTED {
        return format!(
            "define a [[{noun}]] of that name, or name one of the {} that there are",
            known.len()
        );
    }
    names.sort_unstable();
    format!("known {noun}s: {}", names.join(", "))
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

/// A name that should be known, and the part of a text that says it.
pub(super) struct Reference<'a> {
    pub(super) name: String,
    pub(super) text: Text<'a>,
    pub(super) part: Range<usize>,
}

/// What a value is, for messages.
fn kind(value: &DeValue<'_>) -> &'static str {
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

//! Reading a table key by key, so that everything wrong with it is found in one pass.
//!
//! A deserializer would stop at the first error. Here each key is taken with the type it should have;
//! what is wrong goes to the [`Reader`] and reading goes on; keys that nobody took are unknown.

use std::collections::HashMap;
use std::ops::{Range, RangeInclusive};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::kind;
use super::reader::Reader;
use super::report::Origin;
use super::value::{Place, Text, Value, type_of};
use crate::diagnostic::Diagnostic;

/// A table that is being read.
pub(super) struct Section<'a> {
    /// For messages: `[fetch]`, `[[feed]]`.
    pub(super) label: &'static str,
    origin: Origin,
    header: Range<usize>,
    table: Option<&'a DeTable<'a>>,
    variables: Option<String>,
    keys: Vec<&'static str>,
    /// Unknown keys may be misspelt secrets.
    is_confidential: bool,
}

impl<'a> Section<'a> {
    /// A whole file.
    pub(super) fn file(origin: Origin, table: &'a DeTable<'a>) -> Self {
        Self::new("this file", origin, 0..0, Some(table))
    }

    fn new(
        label: &'static str,
        origin: Origin,
        header: Range<usize>,
        table: Option<&'a DeTable<'a>>,
    ) -> Self {
        Self { label, origin, header, table, variables: None, keys: Vec::new(), is_confidential: false }
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
                    Diagnostic::error(format!("`{key}` must be a table, not {}", type_of(value.get_ref())));
                let error = error.help(format!("write {label} on a line of its own")).at(value.span());
                reader.report_unless_incomplete(self.origin, error);
            }
            table
        });
        let header = value.map_or(0..0, Spanned::span);
        Section::new(label, self.origin, header, table)
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
                type_of(value.get_ref())
            ));
            let error = error.help(format!("write {label}, in double brackets")).at(value.span());
            reader.report_unless_incomplete(self.origin, error);
            return Vec::new();
        };
        let mut sections = Vec::with_capacity(array.len());
        for element in array.iter() {
            let Some(table) = element.get_ref().as_table() else {
                let error = Diagnostic::error(format!(
                    "`{key}` holds {} that is no table",
                    type_of(element.get_ref())
                ));
                let error = error.help(format!("write {label} for each")).at(element.span());
                reader.report_unless_incomplete(self.origin, error);
                continue;
            };
            sections.push(Section::new(label, self.origin, element.span(), Some(table)));
        }
        sections
    }

    /// Lets variables that begin so override keys.
    pub(super) fn overridden_by(&mut self, variables: &str) {
        self.variables = Some(variables.to_owned());
    }

    /// Keeps the values of `keys`, and those of unknown keys, out of every report.
    pub(super) fn keep_secret(&mut self, reader: &mut Reader<'a>, keys: &[&str]) {
        self.is_confidential = true;
        for value in keys.iter().filter_map(|key| self.entry(key)) {
            reader.problems.hide(self.origin, value.span());
        }
    }

    /// Takes `keys` for known, though nobody reads them.
    pub(super) fn allow(&mut self, keys: &[&'static str]) {
        for key in keys {
            if !self.keys.contains(key) {
                self.keys.push(key);
            }
        }
    }

    /// Every key with its value, where the keys are the user's own.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Text<'a>, Value<'a>)> + use<'a> {
        let origin = self.origin;
        self.table.into_iter().flat_map(|table| table.iter()).map(move |(key, value)| {
            let name: &'a str = key.get_ref();
            (Text::verbatim(name, origin, key.span()), Value::in_file("terms", origin, value))
        })
    }

    /// Whether the file has a value for `key`.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entry(key).is_some()
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
        keys.map(|key| self.variables.as_deref().and_then(|section| reader.variable(section, key)))
    }

    fn in_file<const N: usize>(&mut self, keys: [&'static str; N]) -> [Option<Value<'a>>; N] {
        self.keys.extend(keys);
        let origin = self.origin;
        keys.map(|key| self.entry(key).map(|value| Value::in_file(key, origin, value)))
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
        let error = Diagnostic::error(format!("`{key}` is missing in {}", self.label));
        reader.report_unless_incomplete(self.origin, error.at(self.header.clone()));
    }

    /// The value of `key`, read by `parse`.
    pub(super) fn parse<T>(
        &mut self,
        reader: &mut Reader<'a>,
        key: &'static str,
        parse: impl Fn(&str) -> Result<T, Diagnostic>,
    ) -> Option<T> {
        self.take(reader, key)?.parse(reader, parse)
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

    /// The whole numbers at `key`.
    pub(super) fn numbers(
        &mut self,
        reader: &mut Reader<'a>,
        key: &'static str,
        allowed: RangeInclusive<usize>,
    ) -> Option<Vec<usize>> {
        self.take(reader, key)?.numbers(reader, allowed)
    }

    /// `true` or `false` at `key`.
    pub(super) fn boolean(&mut self, reader: &mut Reader<'a>, key: &'static str) -> Option<bool> {
        self.take(reader, key)?.boolean(reader)
    }

    /// Reports keys that nobody took. `elsewhere` knows keys of other kinds of such a table, and says
    /// why they do not belong here.
    pub(super) fn finish(self, reader: &mut Reader<'a>, elsewhere: impl Fn(&str) -> Option<String>) {
        for (key, value) in self.table.into_iter().flat_map(|table| table.iter()) {
            let name: &str = key.get_ref();
            if self.keys.contains(&name) {
                continue;
            }
            let reason = elsewhere(name);
            if self.is_confidential && (reason.is_none() || kind::is_secret(name)) {
                reader.problems.mask(self.origin, value.span());
            }
            let diagnostic = match reason {
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

//! TOML that is changed in places and stays as it is everywhere else.

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value};

/// The text of a configuration, open to changes.
pub(super) struct Document {
    toml: DocumentMut,
    /// Lines end as on Windows.
    ends_in_crlf: bool,
}

/// A key and what it is set to.
pub(super) type Key = (&'static str, Value);

/// A `[[feed]]` to be written; what is `None` or empty is left out. The texts are as a person would write
/// them: the loader checks them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FeedTable {
    /// `url`.
    pub url: String,
    /// `source`.
    pub source: Option<String>,
    /// `lang`.
    pub lang: Option<String>,
    /// `country`.
    pub country: Option<String>,
    /// `tags`.
    pub tags: Vec<String>,
    /// `every`.
    pub every: Option<String>,
    /// `cron`.
    pub cron: Option<String>,
    /// `timezone`.
    pub timezone: Option<String>,
    /// `full_text`; left out when false.
    pub full_text: bool,
}

/// A `[[watch]]` to be written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WatchTable {
    /// `name`.
    pub name: String,
    /// `query`.
    pub query: String,
    /// `channels`.
    pub channels: Vec<String>,
}

impl FeedTable {
    /// As it will stand in the file.
    pub fn to_toml(&self) -> String {
        alone("feed", self.keys())
    }

    pub(super) fn keys(&self) -> Vec<Key> {
        let text = |key, text: &Option<String>| text.as_ref().map(|text| (key, Value::from(text)));
        [
            Some(("url", Value::from(&self.url))),
            text("source", &self.source),
            text("lang", &self.lang),
            text("country", &self.country),
            (!self.tags.is_empty()).then(|| ("tags", list(&self.tags))),
            text("every", &self.every),
            text("cron", &self.cron),
            text("timezone", &self.timezone),
            self.full_text.then(|| ("full_text", Value::from(true))),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

impl WatchTable {
    /// As it will stand in the file.
    pub fn to_toml(&self) -> String {
        alone("watch", self.keys())
    }

    pub(super) fn keys(&self) -> Vec<Key> {
        vec![
            ("name", Value::from(&self.name)),
            ("query", Value::from(&self.query)),
            ("channels", list(&self.channels)),
        ]
    }
}

fn alone(name: &'static str, keys: Vec<Key>) -> String {
    let mut document = Document { toml: DocumentMut::new(), ends_in_crlf: false };
    document.add(name, keys);
    document.text()
}

fn list(texts: &[String]) -> Value {
    Value::Array(texts.iter().map(String::as_str).collect::<Array>())
}

impl Document {
    /// `None` for what is no TOML.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let ends_in_crlf = text.contains("\r\n");
        let toml = if ends_in_crlf { text.replace("\r\n", "\n").parse() } else { text.parse() };
        Some(Self { toml: toml.ok()?, ends_in_crlf })
    }

    pub(super) fn text(&self) -> String {
        let text = self.toml.to_string();
        if self.ends_in_crlf { text.replace('\n', "\r\n") } else { text }
    }

    /// Appends a table to the array at `name`, in the way in which that array is written.
    pub(super) fn add(&mut self, name: &'static str, keys: Vec<Key>) {
        if let Some(Item::Value(Value::Array(array))) = self.toml.get_mut(name) {
            let mut value = Value::InlineTable(keys.into_iter().collect::<InlineTable>());
            // As the one before it, on a line of its own or not.
            if let Some(last) = array.iter().last() {
                *value.decor_mut() = last.decor().clone();
            }
            array.push_formatted(value);
            return;
        }
        let mut table = Table::from_iter(keys);
        table.decor_mut().set_prefix("\n");
        if self.toml.is_empty() {
            // Comments alone are the head of the file: the table goes below them.
            let head = self.toml.trailing().as_str().unwrap_or_default().to_owned();
            let gap = if head.is_empty() || head.ends_with("\n\n") { "" } else { "\n" };
            table.decor_mut().set_prefix(format!("{head}{gap}"));
            self.toml.set_trailing("");
        }
        // One that is appended without a place stands after the one before it.
        if !self.toml.contains_key(name) {
            table.set_position(Some(furthest(self.toml.as_table()) + 1));
        }
        let array = self.toml.entry(name).or_insert_with(|| Item::ArrayOfTables(ArrayOfTables::new()));
        if let Item::ArrayOfTables(array) = array {
            array.push(table);
        }
    }

    /// Removes the table of the array at `name` whose `key` is one that `is_meant`; tells whether there
    /// was one. The comments above a table stay.
    pub(super) fn remove(&mut self, name: &str, key: &str, is_meant: impl Fn(&str) -> bool) -> bool {
        let is_it = |value: Option<&str>| value.is_some_and(&is_meant);
        match self.toml.get_mut(name) {
            Some(Item::Value(Value::Array(array))) => {
                let found = array.iter().position(|value| {
                    let table = value.as_inline_table();
                    is_it(table.and_then(|table| table.get(key)).and_then(Value::as_str))
                });
                found.map(|at| array.remove(at)).is_some()
            }
            Some(Item::ArrayOfTables(array)) => {
                let found = array.iter().position(|table| is_it(table.get(key).and_then(Item::as_str)));
                let Some(removed) = found.map(|at| array.remove(at)) else { return false };
                if array.is_empty() {
                    self.toml.remove(name);
                }
                self.keep_comments(&removed);
                true
            }
            _ => false,
        }
    }

    /// Puts the comments above a table that is gone before what followed it.
    fn keep_comments(&mut self, removed: &Table) {
        let above = removed.decor().prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
        if above.trim().is_empty() {
            return;
        }
        let position = removed.position().unwrap_or_default();
        let next = following(self.toml.as_table_mut(), position);
        let decor = next.map(Table::decor_mut);
        match decor {
            Some(decor) => {
                let below = decor.prefix().and_then(|prefix| prefix.as_str()).unwrap_or_default();
                decor.set_prefix(format!("{above}{below}"));
            }
            None => {
                let below = self.toml.trailing().as_str().unwrap_or_default().to_owned();
                self.toml.set_trailing(format!("{above}{below}"));
            }
        }
    }
}

/// The position of the last table below `table`.
fn furthest(table: &Table) -> isize {
    let below = table.iter().flat_map(|(_, item)| match item {
        Item::Table(table) => vec![furthest(table)],
        Item::ArrayOfTables(array) => array.iter().map(furthest).collect(),
        _ => Vec::new(),
    });
    below.chain(table.position()).max().unwrap_or_default()
}

/// The table that stands first after `position` in the text.
fn following(table: &mut Table, position: isize) -> Option<&mut Table> {
    let mut all = Vec::new();
    collect(table, &mut all);
    all.into_iter()
        .filter(|table| !table.is_implicit() && table.position().is_some_and(|other| other > position))
        .min_by_key(|table| table.position())
}

fn collect<'t>(table: &'t mut Table, all: &mut Vec<&'t mut Table>) {
    for (_, item) in table.iter_mut() {
        match item {
            Item::Table(table) => all.push(table),
            Item::ArrayOfTables(array) => all.extend(array.iter_mut()),
            _ => {}
        }
    }
}

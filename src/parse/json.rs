//! JSON Feed (version 1.1, <https://jsonfeed.org/version/1.1>) read leniently: numbers where texts are
//! due, missing titles, odd versions. serde_json bounds the depth.

use serde_json::{Map, Value};

use super::dates;
use super::error::shorten;
use super::feed::{Entry, Format, Hints, ParsedFeed, Report, Text};
use super::{Limits, ParseError, Repair};
use crate::model::Lang;

/// Authors and tags beyond these are dropped.
const MAX_LIST: usize = 256;

/// Reads `text`, whose first character is `{` or `[`.
pub(super) fn read(
    text: &str,
    base: Option<&url::Url>,
    limits: &Limits,
    mut report: Report,
) -> Result<ParsedFeed, ParseError> {
    let value: Value = serde_json::from_str(text)
        .map_err(|error| ParseError::BadJson { reason: shorten(&error.to_string(), 120) })?;
    let other = || ParseError::OtherJson { start: shorten(text, 80) };
    let Value::Object(feed) = value else { return Err(other()) };
    let version = string(&feed, "version").unwrap_or_default();
    if !version.contains("jsonfeed.org/version/") {
        if !feed.get("items").is_some_and(Value::is_array) {
            return Err(other());
        }
        report.note(Repair::Json("without a version"));
    }
    let items = feed.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    report.truncated |= items.len() > limits.max_entries;
    let found: Vec<Entry> = items
        .iter()
        .take(limits.max_entries)
        .filter_map(|item| item.as_object().map(|item| entry(item, base, &mut report)))
        .collect();
    if found.is_empty() && !items.is_empty() {
        return Err(ParseError::NoEntries { tags: items.len(), reason: "no item is an object".to_owned() });
    }
    Ok(ParsedFeed {
        format: Format::Json,
        title: string(&feed, "title").map(Text::plain),
        lang: string(&feed, "language").as_deref().and_then(Lang::parse),
        link: string(&feed, "home_page_url").map(|link| super::absolute(&link, base)),
        entries: found,
        hints: hints(&feed),
        report,
    })
}

fn entry(item: &Map<String, Value>, base: Option<&url::Url>, report: &mut Report) -> Entry {
    if item.get("id").is_some_and(Value::is_number) {
        report.note(Repair::Json("with numbers as ids"));
    }
    let link = string(item, "url").or_else(|| string(item, "external_url"));
    let content = string(item, "content_html").map(Text::html);
    Entry {
        guid: string(item, "id"),
        link: link.map(|link| super::absolute(&link, base)),
        title: string(item, "title").map(Text::plain),
        summary: string(item, "summary").map(Text::plain),
        content: content.or_else(|| string(item, "content_text").map(Text::plain)),
        authors: authors(item),
        categories: strings(item, "tags"),
        published: date(item, "date_published"),
        updated: date(item, "date_modified"),
        lang: string(item, "language").as_deref().and_then(Lang::parse),
    }
}

/// A text, or a number where one is due; `None` when it is missing, empty or of another kind.
fn string(object: &Map<String, Value>, key: &str) -> Option<String> {
    let text = match object.get(key)? {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

fn strings(object: &Map<String, Value>, key: &str) -> Vec<String> {
    let list = object.get(key).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(Value::as_str).take(MAX_LIST).map(str::to_owned).collect()
}

fn date(object: &Map<String, Value>, key: &str) -> Option<crate::model::Timestamp> {
    dates::parse(&string(object, key)?)
}

/// `authors` of 1.1, `author` of 1.0, as objects or as bare names.
fn authors(item: &Map<String, Value>) -> Vec<String> {
    let name = |author: &Value| match author {
        Value::String(name) => Some(name.clone()),
        Value::Object(author) => string(author, "name").or_else(|| string(author, "url")),
        _ => None,
    };
    match item.get("authors") {
        Some(Value::Array(authors)) => authors.iter().filter_map(name).take(MAX_LIST).collect(),
        Some(author) => name(author).into_iter().collect(),
        None => item.get("author").and_then(name).into_iter().collect(),
    }
}

fn hints(feed: &Map<String, Value>) -> Hints {
    let hubs = feed.get("hubs").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let hub = hubs.iter().filter_map(Value::as_object).find_map(|hub| string(hub, "url"));
    Hints { hub, self_link: string(feed, "feed_url"), ..Hints::default() }
}

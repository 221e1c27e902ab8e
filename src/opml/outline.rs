//! OPML 1.0, 1.1 and 2.0, and what is meant as such. HTML's tokenizer reads it, which takes bare
//! ampersands, missing ends and names in any case as they come.

use html5gum::emitters::callback::CallbackEvent;

use super::{Collector, Written};
use crate::model::Lang;
use crate::parse::tokens::tokenize;

/// The attributes of an `<outline>` that count.
#[derive(Default)]
struct Outline {
    text: String,
    title: String,
    kind: String,
    xml_url: String,
    url: String,
    language: String,
    category: String,
    line: usize,
}

/// Outlines that are open, outermost first: folders with their names, others without.
type Open = Vec<Option<String>>;

/// The most folders around a feed that count.
const DEEPEST: usize = 16;

pub(super) fn read(text: &str, list: &mut Collector) {
    let mut open = Open::new();
    let mut is_opml = false;
    let mut current: Option<Outline> = None;
    let mut attribute = Vec::new();
    let mut lines = Lines { text, at: 0, line: 1 };
    tokenize(text, false, |event, span| match event {
        CallbackEvent::OpenStartTag { name } => {
            let line = lines.of(span.start);
            is_opml |= matches!(name, b"opml" | b"outline");
            current = (name == b"outline").then(|| Outline { line, ..Outline::default() });
        }
        CallbackEvent::AttributeName { name } => attribute = name.to_vec(),
        CallbackEvent::AttributeValue { value } => {
            if let Some(place) = current.as_mut().and_then(|outline| outline.attribute(&attribute))
                && place.is_empty()
            {
                *place = String::from_utf8_lossy(value).into_owned();
            }
        }
        CallbackEvent::CloseStartTag { self_closing } => {
            let Some(outline) = current.take() else { return };
            let folder = outline.take(&open, list);
            if !self_closing {
                open.push(folder);
            }
        }
        CallbackEvent::EndTag { name: b"outline" } => {
            open.pop();
        }
        _ => {}
    });
    if !is_opml {
        list.problem(1, "this is neither OPML nor a list of addresses");
    }
}

impl Outline {
    /// Where the attribute of this name, in lower case, belongs.
    fn attribute(&mut self, name: &[u8]) -> Option<&mut String> {
        match name {
            b"text" => Some(&mut self.text),
            b"title" => Some(&mut self.title),
            b"type" => Some(&mut self.kind),
            b"xmlurl" | b"xml_url" | b"feedurl" => Some(&mut self.xml_url),
            b"url" => Some(&mut self.url),
            b"language" => Some(&mut self.language),
            b"category" => Some(&mut self.category),
            _ => None,
        }
    }

    /// Notes the feed that it is; the name of the folder that it is otherwise.
    fn take(self, open: &Open, list: &mut Collector) -> Option<String> {
        let title = [self.title, self.text].into_iter().find(|title| !title.trim().is_empty());
        // `url` is OPML 1's way, and that of links to pages and to other lists as well.
        let kind = self.kind.trim().to_ascii_lowercase();
        let is_elsewhere = matches!(kind.as_str(), "link" | "include" | "html" | "webpage");
        let address = match [&self.xml_url, &self.url].map(|address| address.trim()) {
            ["", ""] => return title,
            ["", url] if is_elsewhere => {
                list.problem(self.line, format!("{url} is of type {kind}, not a feed"));
                return title;
            }
            ["", url] => url,
            [xml_url, _] => xml_url,
        };
        let folders = open.iter().flatten().take(DEEPEST).cloned();
        list.feed(Written {
            address: address.to_owned(),
            title,
            lang: Lang::parse(&self.language),
            tags: folders.chain(categories(&self.category)).collect(),
            line: self.line,
        });
        None
    }
}

/// `category` of OPML 2.0: separated by commas, each a word or a path.
fn categories(category: &str) -> impl Iterator<Item = String> {
    category.split([',', '/']).map(|word| {
        // As `write` escapes what separates.
        word.replace("%2C", ",").replace("%2F", "/").replace("%25", "%")
    })
}

/// The lines of offsets that are asked for in ascending order.
struct Lines<'t> {
    text: &'t str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    fn of(&mut self, offset: usize) -> usize {
        let passed = self.text.as_bytes().get(self.at..offset).unwrap_or_default();
        self.line += passed.iter().filter(|byte| **byte == b'\n').count();
        self.at = self.at.max(offset);
        self.line
    }
}

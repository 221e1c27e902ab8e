//! Lists of feeds to carry from one reader to another: OPML as it is found in the wild, plain lists of
//! addresses, and OPML 2.0 as other readers take it.
//!
//! Pure. Nothing is fetched, and whether a listed address is a feed is not known here.

mod outline;
mod plain;
mod write;

use std::collections::HashMap;

use url::Url;

use crate::alert::one_line;
use crate::model::{Lang, has_full_host, masked, same_feed, web_address};
use crate::parse::decode_text;

pub use write::write;

/// A feed of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    /// http or https.
    pub url: Url,
    /// What the list calls it.
    pub title: Option<String>,
    /// The language that the list gives it.
    pub lang: Option<Lang>,
    /// The folders that it is in, outermost first, and its categories; each once.
    pub tags: Vec<String>,
    /// The line that it begins on, counted from one.
    pub line: usize,
}

/// A line that adds no feed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Counted from one.
    pub line: usize,
    /// What is wrong with it, for people.
    pub reason: String,
}

/// What a list holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// In its order, each once; the tags of repetitions are those of the first.
    pub feeds: Vec<Listed>,
    /// Lines that name a feed once more, in their order.
    pub repeated: Vec<Problem>,
    /// Lines that list no feed that could be taken, in their order.
    pub problems: Vec<Problem>,
}

/// Longer titles and tags are cut, in characters.
const MAX_TEXT: usize = 200;

/// Reads OPML, or a list with an address on each line, in whatever encoding.
pub fn read(body: &[u8]) -> List {
    let text = decode_text(body);
    let mut list = Collector::default();
    if text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').starts_with('<') {
        outline::read(&text, &mut list);
    } else {
        plain::read(&text, &mut list);
    }
    list.list
}

/// A feed as a list writes it.
#[derive(Default)]
struct Written {
    address: String,
    title: Option<String>,
    lang: Option<Lang>,
    tags: Vec<String>,
    line: usize,
}

/// Gathers what a list holds, each feed once.
#[derive(Default)]
struct Collector {
    list: List,
    /// Where in the list a feed stands, by what [`same_feed`] makes of its address.
    seen: HashMap<String, usize>,
}

impl Collector {
    fn problem(&mut self, line: usize, reason: impl Into<String>) {
        self.list.problems.push(Problem { line, reason: reason.into() });
    }

    fn feed(&mut self, written: Written) {
        let Written { address, title, lang, tags, line } = written;
        // Any word can be taken for a host.
        let is_meant = |url: &Url| address.contains("://") || has_full_host(url);
        let Some(url) = web_address(&address).filter(is_meant) else {
            let shown: String = one_line(&address).chars().take(MAX_TEXT).collect();
            return self.problem(line, format!("'{}' is no address of the web", masked(&shown)));
        };
        let tags = tags.iter().filter_map(|tag| text(tag));
        let at = *self.seen.entry(same_feed(&url)).or_insert(self.list.feeds.len());
        match self.list.feeds.get_mut(at) {
            Some(first) => {
                let new: Vec<String> = tags.filter(|tag| !first.tags.contains(tag)).collect();
                first.tags.extend(new);
                let reason = format!("{} stands in line {} already", masked(url.as_str()), first.line);
                self.list.repeated.push(Problem { line, reason });
            }
            None => {
                let mut once: Vec<String> = Vec::new();
                tags.for_each(|tag| {
                    if !once.contains(&tag) {
                        once.push(tag)
                    }
                });
                let title = title.as_deref().and_then(text).filter(|title| *title != address.trim());
                self.list.feeds.push(Listed { url, title, lang, tags: once, line });
            }
        }
    }
}

/// A text as one clean line of bounded length; `None` for an empty one.
fn text(written: &str) -> Option<String> {
    let line: String = one_line(written).chars().take(MAX_TEXT).collect();
    (!line.is_empty()).then_some(line)
}

#[cfg(test)]
mod tests;

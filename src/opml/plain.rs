//! A list with an address on each line; what follows on the line is read as newsboat does: `"~Title"` and
//! tags.

use super::{Collector, Written};

pub(super) fn read(text: &str, list: &mut Collector) {
    for (at, line) in text.lines().enumerate() {
        let line = line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut words = words(line).into_iter();
        let address = words.next().unwrap_or_default();
        let (titles, tags): (Vec<String>, Vec<String>) = words.partition(|word| word.starts_with('~'));
        list.feed(Written {
            address,
            title: titles.first().map(|title| title.trim_start_matches('~').to_owned()),
            // A tag that begins so hides its feed in newsboat.
            tags: tags.into_iter().filter(|tag| !tag.starts_with('!')).collect(),
            line: at + 1,
            ..Written::default()
        });
    }
}

/// The words of a line; quotes hold several together.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len())),
        };
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    words
}

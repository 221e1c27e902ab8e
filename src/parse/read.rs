//! Sound XML → entries, by feed-rs; dates are left to [`survey`](super::survey), which reads more of them. A panic inside is caught and returned as an error; it must not run
//! where `panic = "abort"`. Never sees a document that [`survey`](super::survey) did not pass.

use std::panic::{AssertUnwindSafe, catch_unwind};

use feed_rs::model;

use super::draft::link_rank;
use super::error::shorten;
use super::feed::{Entry, Format, Text, TextKind};
use crate::model::Lang;

/// Stands where feed-rs would put a random identifier: a different one at each poll.
const NO_ID: &str = "\u{0}";

/// What feed-rs reads of a feed.
pub(super) struct Reading {
    pub(super) title: Option<Text>,
    pub(super) lang: Option<Lang>,
    pub(super) link: Option<String>,
    pub(super) entries: Vec<Entry>,
}

/// Reads `xml`; `Err` says why feed-rs did not.
pub(super) fn read(xml: &str, base: Option<&str>, format: Format) -> Result<Reading, String> {
    // A parser that failed once panics when it is used again, so each document gets a new one.
    let parse = || {
        feed_rs::parser::Builder::new()
            .base_uri(base)
            .sanitize_content(false)
            .id_generator(|_, _, _| NO_ID.to_owned())
            .timestamp_parser(|_| None)
            .build()
            .parse(xml.as_bytes())
    };
    let feed = catch_unwind(AssertUnwindSafe(parse))
        .map_err(|_| "feed-rs panicked".to_owned())?
        .map_err(|error| shorten(&error.to_string(), 120))?;
    let rss = format != Format::Atom;
    Ok(Reading {
        title: feed.title.map(|title| text(title, rss)),
        lang: feed.language.as_deref().and_then(Lang::parse),
        link: page(&feed.links),
        entries: feed.entries.into_iter().map(|found| entry(found, rss)).collect(),
    })
}

fn entry(found: model::Entry, rss: bool) -> Entry {
    Entry {
        guid: Some(found.id.trim()).filter(|id| !id.is_empty() && *id != NO_ID).map(str::to_owned),
        link: page(&found.links),
        title: found.title.map(|title| text(title, rss)).filter(has_text),
        summary: found.summary.map(|summary| text(summary, rss)).filter(has_text),
        content: found.content.and_then(content).filter(has_text),
        authors: found.authors.into_iter().filter_map(|person| person.name.or(person.email)).collect(),
        categories: found
            .categories
            .into_iter()
            .map(|category| category.label.unwrap_or(category.term))
            .collect(),
        published: None,
        updated: None,
        lang: found.language.as_deref().and_then(Lang::parse),
    }
}

/// RSS does not say whether a text is HTML, and mostly it is.
fn text(found: model::Text, rss: bool) -> Text {
    let plain = !rss && found.content_type.essence().to_string() == "text/plain";
    Text { value: found.content, kind: if plain { TextKind::Plain } else { TextKind::Html } }
}

fn content(found: model::Content) -> Option<Text> {
    let plain = found.content_type.essence().to_string() == "text/plain";
    Some(Text { value: found.body?, kind: if plain { TextKind::Plain } else { TextKind::Html } })
}

fn has_text(text: &Text) -> bool {
    !text.value.trim().is_empty()
}

/// The page that `links` lead to: the best of the alternates, the first of equals.
fn page(links: &[model::Link]) -> Option<String> {
    links
        .iter()
        .filter(|link| link.target.is_none() && !link.href.trim().is_empty())
        .filter_map(|link| Some((link_rank(link.rel.as_deref(), link.media_type.as_deref())?, link)))
        .min_by_key(|(rank, _)| *rank)
        .map(|(_, link)| link.href.trim().to_owned())
}

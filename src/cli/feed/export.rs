//! `feedwatch feed export`: the feeds as OPML, for other readers.

use std::collections::HashMap;
use std::process::ExitCode;

use serde_json::json;

use super::list::stored;
use crate::cli::context::Context;
use crate::cli::output::{Failure, Output};
use crate::model::FeedId;
use crate::opml::{self, Listed};

/// Titles are those of the configuration, else those that the feeds gave themselves when they were polled.
pub(super) fn export(context: &Context, output: &Output) -> Result<ExitCode, Failure> {
    let loaded = context.load()?;
    let titles: HashMap<FeedId, String> =
        stored(context)?.into_iter().filter_map(|(row, _)| Some((row.state.id, row.state.title?))).collect();
    let feeds: Vec<Listed> = loaded
        .config
        .feeds
        .into_iter()
        .map(|feed| Listed {
            title: feed.source.or_else(|| titles.get(&feed.id).cloned()),
            url: feed.url,
            lang: feed.lang,
            tags: feed.tags,
            line: 0,
        })
        .collect();
    if output.json {
        for feed in &feeds {
            let lang = feed.lang;
            output.object(&json!({"url": feed.url, "title": feed.title, "lang": lang, "tags": feed.tags}))?;
        }
    } else {
        output.line(opml::write(&feeds).trim_end())?;
    }
    Ok(ExitCode::SUCCESS)
}

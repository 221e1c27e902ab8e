//! `feedwatch feed export`: the feeds as OPML, for other readers.

use std::collections::HashMap;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::list::stored;
use crate::cli::context::Context;
use crate::cli::output::{Failure, Output, write_error};
use crate::model::{Feed, FeedId, without_credentials};
use crate::opml::{self, Listed};

#[derive(Debug, Args)]
pub(in crate::cli) struct ExportArgs {
    /// Keep the user names and passwords that stand in addresses: whoever gets the list can use them
    #[arg(long)]
    with_secrets: bool,
}

/// Titles are those of the configuration, else those that the feeds gave themselves when they were polled.
/// Lists are handed on: what is secret in an address is left out unless asked for, and people are told.
pub(super) fn export(context: &Context, args: &ExportArgs, output: &Output) -> Result<ExitCode, Failure> {
    let loaded = context.load()?;
    let titles: HashMap<FeedId, String> =
        stored(context)?.into_iter().filter_map(|(row, _)| Some((row.state.id, row.state.title?))).collect();
    let mut left_out = 0;
    let listed = |feed: Feed| {
        let url = match args.with_secrets {
            true => feed.url.clone(),
            false => without_credentials(feed.url.clone()),
        };
        left_out += usize::from(url != feed.url);
        Listed {
            title: feed.source.or_else(|| titles.get(&feed.id).cloned()),
            url,
            lang: feed.lang,
            tags: feed.tags,
            line: 0,
        }
    };
    let feeds: Vec<Listed> = loaded.config.feeds.into_iter().map(listed).collect();
    if output.json {
        for feed in &feeds {
            let lang = feed.lang;
            output.object(&json!({"url": feed.url, "title": feed.title, "lang": lang, "tags": feed.tags}))?;
        }
    } else {
        output.line(opml::write(&feeds).trim_end())?;
    }
    if left_out > 0 {
        let of = if left_out == 1 { "1 feed" } else { &format!("{left_out} feeds") };
        write_error(&format!(
            "warning: the user names and passwords in the addresses of {of} are left out: --with-secrets keeps them"
        ));
    }
    Ok(ExitCode::SUCCESS)
}

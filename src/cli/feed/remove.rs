//! `feedwatch feed remove`

use std::borrow::Cow;
use std::process::ExitCode;

use clap::Args;
use serde_json::json;
use url::Url;

use crate::alert::one_line;
use crate::cli::context::Context;
use crate::cli::output::{Failure, Output};
use crate::config::Config;
use crate::model::{Feed, masked, same_feed};

#[derive(Debug, Args)]
pub(in crate::cli) struct RemoveArgs {
    /// Its address, its source, or a part of one of them that no other feed has
    feed: String,
    /// Remove every feed that is meant, not only a single one
    #[arg(long)]
    all: bool,
    /// Show what would be removed, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Of so many feeds that may be meant people are told.
const LISTED: usize = 20;

/// What was read of it stays in the database and can be searched.
pub(super) fn remove(context: &Context, args: &RemoveArgs, output: &Output) -> Result<ExitCode, Failure> {
    let (removed, changed) = context.edit(args.dry_run, |edit| {
        let loaded = edit.load().map_err(|reports| crate::cli::context::usage(&reports))?;
        let urls = meant(&loaded.config, args)?;
        let missing = urls.iter().find(|url| !edit.remove_feed(url));
        match missing {
            None => Ok(urls),
            Some(url) => Err(Failure::Failed({
                let url = masked(url.as_str());
                anyhow::anyhow!("{url} does not stand in the file as a [[feed]]")
            })),
        }
    })?;
    let shown: Vec<Cow<'_, str>> = removed.iter().map(|url| masked(url.as_str())).collect();
    if output.json {
        output.object(&json!({"removed": shown, "config": changed.view()}))?;
        return Ok(ExitCode::SUCCESS);
    }
    for url in &shown {
        output.line(format!("{} {url}", if args.dry_run { "would remove" } else { "removed" }))?;
    }
    output.line(changed.describe())?;
    Ok(ExitCode::SUCCESS)
}

/// The addresses of the feeds that are meant: by address, else by source, else by a part of either.
fn meant(config: &Config, args: &RemoveArgs) -> Result<Vec<Url>, Failure> {
    let wanted = args.feed.trim();
    let key = Url::parse(wanted).ok().filter(Url::has_host).map(|url| same_feed(&url));
    let lower = wanted.to_lowercase();
    let source = |feed: &Feed| feed.source.as_deref().unwrap_or_default().to_lowercase();
    let by_address = |feed: &Feed| key.as_ref().is_some_and(|key| same_feed(&feed.url) == *key);
    let by_source = |feed: &Feed| !lower.is_empty() && source(feed) == lower;
    let by_part = |feed: &Feed| {
        !lower.is_empty()
            && (feed.url.as_str().to_lowercase().contains(&lower) || source(feed).contains(&lower))
    };
    let find = |is_meant: &dyn Fn(&Feed) -> bool| -> Vec<Url> {
        config.feeds.iter().filter(|feed| is_meant(feed)).map(|feed| feed.url.clone()).collect()
    };
    let ways: [&dyn Fn(&Feed) -> bool; 3] = [&by_address, &by_source, &by_part];
    let found = ways.into_iter().map(find).find(|found| !found.is_empty()).unwrap_or_default();
    let name = one_line(wanted);
    match found.len() {
        0 => Err(Failure::Usage(format!(
            "error: no feed is '{name}' or contains it: see `feedwatch feed list`"
        ))),
        1 => Ok(found),
        _ if args.all => Ok(found),
        count => {
            let mut listed: Vec<String> =
                found.iter().take(LISTED).map(|url| format!("  {}", masked(url.as_str()))).collect();
            if let Some(more) = count.checked_sub(LISTED).filter(|more| *more > 0) {
                listed.push(format!("  … and {more} more"));
            }
            let text = format!(
                "error: '{name}' means {count} feeds: name one of them, or add --all\n{}",
                listed.join("\n")
            );
            Err(Failure::Usage(text))
        }
    }
}

//! `feedwatch stats`

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::context::Context;
use super::headlines::{HINT, headlines_only};
use super::output::{Failure, Output};
use super::since::Since;
use crate::alert::time::rfc3339;

#[derive(Debug, Args)]
pub(super) struct StatsArgs {
    /// How far back matches and concepts are counted: 24h, 30d, or a date
    #[arg(long, value_name = "SPAN|DATE", default_value = "7d")]
    since: Since,
    /// At most so many watches and concepts, those of most matches and articles
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: u32,
}

pub(super) fn stats(context: &Context, args: &StatsArgs, output: &Output) -> Result<ExitCode, Failure> {
    let since = args.since.moment(context.ambient.now());
    let config = &context.salvage()?.config;
    let (stats, headlines) = context.block_on(async {
        let headlines = headlines_only(context, config).await?;
        let store = context.open_to_read().await?;
        let stats = store.stats(since, args.limit).await;
        store.close().await;
        Ok((stats?, headlines))
    })?;
    if output.json {
        let watches = stats.watches.iter().map(|found| json!({"watch": found.name, "matches": found.count}));
        let concepts =
            stats.concepts.iter().map(|found| json!({"concept": found.name, "articles": found.count}));
        output.object(&json!({
            "since": rfc3339(since),
            "feeds": stats.feeds,
            "failing": stats.failing,
            "headlines_only": headlines.len(),
            "articles": stats.articles,
            "new": stats.new,
            "watches": watches.collect::<Vec<_>>(),
            "concepts": concepts.collect::<Vec<_>>(),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    output.line(format!(
        "{} feed{}, {} of them failing; {} articles, {} of them new since {}",
        stats.feeds,
        if stats.feeds == 1 { "" } else { "s" },
        stats.failing,
        stats.articles,
        stats.new,
        since.format("%Y-%m-%d %H:%MZ")
    ))?;
    if !headlines.is_empty() {
        let feeds = if headlines.len() == 1 {
            "1 feed carries".to_owned()
        } else {
            format!("{} feeds carry", headlines.len())
        };
        output.line(format!("{feeds} {HINT}; see `feedwatch feed list`"))?;
    }
    for (header, counts) in
        [(["WATCH", "MATCHES"], &stats.watches), (["CONCEPT", "ARTICLES"], &stats.concepts)]
    {
        if !counts.is_empty() {
            output.line("")?;
            let rows = counts.iter().map(|count| vec![count.name.clone(), count.count.to_string()]);
            output.table(&header, rows.collect())?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

//! `feedwatch watch add | remove`: edits of the configuration.

use std::process::ExitCode;

use clap::{ArgGroup, Args};
use serde_json::json;

use super::named;
use crate::alert::one_line;
use crate::analysis::Analyzer;
use crate::cli::context::{Context, usage};
use crate::cli::names::unknown;
use crate::cli::output::{Failure, Output};
use crate::config::{Config, WatchTable};
use crate::pipeline::compile_query;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("told").args(["channels", "no_channel"]).required(true)))]
pub(in crate::cli) struct AddArgs {
    /// What it is called
    name: String,
    /// What it looks for, in the language of watches
    query: String,
    /// A channel that is told of its matches; may be repeated
    #[arg(long = "channel", value_name = "NAME")]
    channels: Vec<String>,
    /// Tell nobody: matches are listed by `feedwatch matches`
    #[arg(long)]
    no_channel: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
pub(in crate::cli) struct RemoveArgs {
    /// What it is called
    name: String,
    /// Check that it can be removed, and write nothing
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn add(context: &Context, args: &AddArgs, output: &Output) -> Result<ExitCode, Failure> {
    let before = context.before_edit()?.config;
    check(&before, args)?;
    let table = WatchTable {
        name: args.name.trim().to_owned(),
        query: args.query.clone(),
        channels: args.channels.clone(),
    };
    let ((), changed) = context.edit(args.dry_run, |edit| {
        edit.add_watch(&table);
        Ok(())
    })?;
    if output.json {
        let (name, query, channels) = (&table.name, &table.query, &table.channels);
        let added = changed.is_written;
        output.object(&json!({"added": added, "name": name, "query": query, "channels": channels, "config": changed.view()}))?;
        return Ok(ExitCode::SUCCESS);
    }
    if args.dry_run {
        output.line(table.to_toml())?;
    }
    output.line(changed.describe())?;
    Ok(ExitCode::SUCCESS)
}

/// What is wrong with the arguments is shown in them, not in a file that they never reach.
fn check(config: &Config, args: &AddArgs) -> Result<(), Failure> {
    compile_query("query", &args.query, &config.concepts, &Analyzer::new()).map_err(Failure::Usage)?;
    let name = args.name.trim();
    if config.watches.iter().any(|watch| watch.name == name) {
        let name = one_line(name);
        return Err(Failure::Usage(format!(
            "error: there is a watch '{name}' already: choose another name, or remove it first"
        )));
    }
    let known = |name: &String| config.channels.iter().any(|channel| channel.name == *name);
    match args.channels.iter().find(|name| !known(name)) {
        None => Ok(()),
        Some(name) => {
            let names = config.channels.iter().map(|channel| channel.name.as_str());
            Err(unknown("channel", name, names, "channel list"))
        }
    }
}

/// What it matched so far stays.
pub(super) fn remove(context: &Context, args: &RemoveArgs, output: &Output) -> Result<ExitCode, Failure> {
    let (name, changed) = context.edit(args.dry_run, |edit| {
        let loaded = edit.load().map_err(|reports| usage(&reports))?;
        let name = named(&loaded.config, args.name.trim())?.name.clone();
        if !edit.remove_watch(&name) {
            return Err(Failure::Failed(anyhow::anyhow!(
                "'{name}' does not stand in the file as a [[watch]]"
            )));
        }
        Ok(name)
    })?;
    if output.json {
        output.object(&json!({"removed": changed.is_written, "name": name, "config": changed.view()}))?;
    } else {
        output.line(changed.describe())?;
    }
    Ok(ExitCode::SUCCESS)
}

//! `feedwatch watch list | add | remove | test | explain | backtest | lint`

mod backtest;
mod clauses;
mod edit;
mod explain;
mod lint;
mod test;

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::context::Context;
use super::names::unknown;
use super::output::{Failure, Output, write_error};
use crate::alert::one_line;
use crate::analysis::Analyzer;
use crate::config::{Config, nearest};
use crate::matching::CompiledQuery;
use crate::model::Watch;
use crate::pipeline::{compile_query, doubts};

#[derive(Debug, Subcommand)]
pub(super) enum WatchCommand {
    /// List the watches
    List,
    /// Write a watch to the configuration
    Add(edit::AddArgs),
    /// Take a watch out of the configuration; what it matched stays
    Remove(edit::RemoveArgs),
    /// Try a query or a watch on a text, or a file of cases with the expected answers
    Test(test::TestArgs),
    /// Show which clause of a query matched where in an article, or which failed and what came closest
    Explain(explain::ExplainArgs),
    /// Show what a query would have matched among the stored articles
    Backtest(backtest::BacktestArgs),
    /// Find terms that never match, terms that bring most matches alone, and doubtful queries
    Lint(lint::LintArgs),
}

pub(super) fn watch(context: &Context, command: &WatchCommand, output: &Output) -> Result<ExitCode, Failure> {
    match command {
        WatchCommand::List => list(&context.load()?.config, output),
        WatchCommand::Add(args) => edit::add(context, args, output),
        WatchCommand::Remove(args) => edit::remove(context, args, output),
        WatchCommand::Test(args) => test::test(context, args, output),
        WatchCommand::Explain(args) => explain::explain(context, args, output),
        WatchCommand::Backtest(args) => backtest::backtest(context, args, output),
        WatchCommand::Lint(args) => lint::lint(context, args, output),
    }
}

fn list(config: &Config, output: &Output) -> Result<ExitCode, Failure> {
    if output.json {
        for watch in &config.watches {
            output.object(&json!({"name": watch.name, "query": watch.text, "channels": watch.channels}))?;
        }
    } else if config.watches.is_empty() {
        output.note("no watches are configured")?;
    } else {
        let rows = config
            .watches
            .iter()
            .map(|watch| vec![watch.name.clone(), watch.channels.join(", "), one_line(&watch.text)]);
        output.table(&["WATCH", "CHANNELS", "QUERY"], rows.collect())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What a command is asked about.
struct Asked<'a> {
    /// The watch's name, where one was named.
    watch: Option<&'a str>,
    /// The query as written.
    text: &'a str,
    query: CompiledQuery,
}

impl<'a> Asked<'a> {
    /// The watch of this name, else the text as a query.
    fn new(config: &'a Config, text: &'a str, analyzer: &Analyzer) -> Result<Self, Failure> {
        match config.watches.iter().find(|watch| watch.name == text) {
            Some(watch) => Self::watch(config, watch, analyzer),
            None => {
                let names = config.watches.iter().map(|watch| watch.name.as_str());
                if let Some(meant) = nearest(text, names) {
                    write_error(&format!(
                        "note: '{}' is no watch and is taken for a query: did you mean '{meant}'?",
                        one_line(text)
                    ));
                }
                let query = compile_query("query", text, &config.concepts, analyzer);
                doubts(text).iter().for_each(|doubt| write_error(doubt));
                Ok(Self { watch: None, text, query: query.map_err(Failure::Usage)? })
            }
        }
    }

    fn watch(config: &Config, watch: &'a Watch, analyzer: &Analyzer) -> Result<Self, Failure> {
        let origin = format!("watch '{}'", watch.name);
        let query = compile_query(&origin, &watch.text, &config.concepts, analyzer);
        Ok(Self { watch: Some(&watch.name), text: &watch.text, query: query.map_err(Failure::Usage)? })
    }
}

/// The watch named `name`.
fn named<'a>(config: &'a Config, name: &str) -> Result<&'a Watch, Failure> {
    let names = config.watches.iter().map(|watch| watch.name.as_str());
    let found = config.watches.iter().find(|watch| watch.name == name);
    found.ok_or_else(|| unknown("watch", name, names, "watch list"))
}

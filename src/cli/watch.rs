//! `feedwatch watch list | test`

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Args, Subcommand};
use serde_json::json;

use super::context::Context;
use super::output::{Failure, Output};
use crate::alert::one_line;
use crate::analysis::{Analyzer, Text};
use crate::config::Config;
use crate::diagnostic;
use crate::matching::{CompiledQuery, Document};
use crate::query;

#[derive(Debug, Subcommand)]
pub(super) enum WatchCommand {
    /// List the watches
    List,
    /// Try a query, or a watch by its name, on a text
    Test(TestArgs),
}

#[derive(Debug, Args)]
pub(super) struct TestArgs {
    /// A query, or the name of a watch
    query: String,
    /// The text to try it on
    #[arg(long, value_name = "TEXT", required_unless_present = "file", conflicts_with = "file")]
    text: Option<String>,
    /// A file with the text to try it on
    #[arg(long, value_name = "FILE")]
    file: Option<PathBuf>,
}

pub(super) fn watch(context: &Context, command: &WatchCommand, output: &Output) -> Result<ExitCode, Failure> {
    let config = context.load()?.config;
    match command {
        WatchCommand::List => list(&config, output),
        WatchCommand::Test(args) => test(&config, args, output),
    }
}

fn list(config: &Config, output: &Output) -> Result<ExitCode, Failure> {
    if output.json {
        for watch in &config.watches {
            output.object(&json!({"name": watch.name, "query": watch.text, "channels": watch.channels}))?;
        }
    } else {
        let rows = config
            .watches
            .iter()
            .map(|watch| vec![watch.name.clone(), watch.channels.join(", "), one_line(&watch.text)]);
        output.table(&["WATCH", "CHANNELS", "QUERY"], rows.collect())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn test(config: &Config, args: &TestArgs, output: &Output) -> Result<ExitCode, Failure> {
    let body = match (&args.text, &args.file) {
        (Some(text), _) => text.clone(),
        (None, Some(file)) => {
            let bytes = std::fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
        (None, None) => String::new(),
    };
    let analyzer = Analyzer::new();
    let query = compile(config, &args.query, &analyzer)?;
    let text = Text { body: &body, ..Text::default() };
    let analysis = analyzer.analyze(&text, None);
    let spans = query.matches(&Document::of(text, &analysis));
    if output.json {
        output.object(&json!({"matched": spans.is_some(), "lang": analysis.lang(), "spans": spans.as_deref().unwrap_or_default()}))?;
    } else {
        match &spans {
            None => output.line("no match")?,
            Some(spans) => {
                output.line("match")?;
                for span in spans {
                    output.line(format!(
                        "  {}:{}-{}  {}",
                        span.field.as_str(),
                        span.start,
                        span.end,
                        one_line(&span.text)
                    ))?;
                }
            }
        }
    }
    Ok(if spans.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The watch of this name, else the text as a query.
fn compile(config: &Config, text: &str, analyzer: &Analyzer) -> Result<CompiledQuery, Failure> {
    let named = config.watches.iter().find(|watch| watch.name == text);
    let text = named.map_or(text, |watch| watch.text.as_str());
    let draw = |diagnostic: &_| diagnostic::render(diagnostic, "query", text, true);
    let parsed = query::parse(text)
        .map_err(|wrong| Failure::Usage(wrong.iter().map(draw).collect::<Vec<_>>().join("\n")))?;
    CompiledQuery::compile(&parsed.query, &config.concepts, analyzer).map_err(|errors| {
        Failure::Usage(errors.iter().map(|error| draw(&error.diagnostic)).collect::<Vec<_>>().join("\n"))
    })
}

//! `feedwatch watch backtest`: what a query would have matched.

use std::process::ExitCode;

use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;

use super::{Asked, named};
use crate::alert::{one_line, time};
use crate::analysis::Analyzer;
use crate::cli::context::Context;
use crate::cli::output::{Failure, Output, minute};
use crate::cli::search::{self, View as FoundView};
use crate::cli::since::Since;
use crate::model::Timestamp;
use crate::pipeline::{Archive, Backtest, Change, Different, Found, Trial};

#[derive(Debug, Args)]
pub(in crate::cli) struct BacktestArgs {
    /// The name of a watch, or a query
    #[arg(value_name = "WATCH|QUERY")]
    query: String,
    /// How far back, by when articles were first seen: 24h, 30d, or a date
    #[arg(long, value_name = "SPAN|DATE", default_value = "30d")]
    since: Since,
    /// Show what the query gains and loses against this watch
    #[arg(long, value_name = "WATCH")]
    against: Option<String>,
}

/// A backtest in JSON.
#[derive(Serialize)]
struct View<'a> {
    watch: Option<&'a str>,
    query: &'a str,
    #[serde(with = "time")]
    since: Timestamp,
    articles: u64,
    matched: usize,
    days: Vec<DayView>,
    sources: Vec<SourceView<'a>>,
    samples: Vec<FoundView<'a>>,
    against: Option<AgainstView<'a>>,
}

#[derive(Serialize)]
struct DayView {
    day: NaiveDate,
    matched: usize,
}

#[derive(Serialize)]
struct SourceView<'a> {
    source: &'a str,
    matched: usize,
}

#[derive(Serialize)]
struct AgainstView<'a> {
    watch: &'a str,
    matched: usize,
    gained: DifferentView<'a>,
    lost: DifferentView<'a>,
}

#[derive(Serialize)]
struct DifferentView<'a> {
    count: usize,
    samples: Vec<FoundView<'a>>,
}

pub(super) fn backtest(context: &Context, args: &BacktestArgs, output: &Output) -> Result<ExitCode, Failure> {
    let config = context.load()?.config;
    let analyzer = Analyzer::new();
    let asked = Asked::new(&config, &args.query, &analyzer)?;
    let against = match &args.against {
        Some(name) => Some(Asked::watch(&config, named(&config, name)?, &analyzer)?),
        None => None,
    };
    let since = args.since.moment(context.ambient.now());
    let result = context.block_on(async {
        let store = context.open_to_read().await?;
        let archive = Archive { store: &store, analyzer: &analyzer, since: Some(since) };
        search::tell_stale(archive).await?;
        let trial = Trial::new(&asked.query, against.as_ref().map(|other| &other.query));
        let progress = output.progress(trial.steps(archive).await? as usize, "testing");
        let result = trial.run(archive, || progress.step()).await;
        drop(progress);
        store.close().await;
        Ok(result?)
    })?;
    let other = args.against.as_deref().zip(result.change.as_ref());
    if output.json {
        output.object(&View {
            watch: asked.watch,
            query: asked.text,
            since,
            articles: result.articles,
            matched: result.matched,
            days: result.days.iter().map(|(day, matched)| DayView { day: *day, matched: *matched }).collect(),
            sources: result
                .sources
                .iter()
                .map(|(source, matched)| SourceView { source, matched: *matched })
                .collect(),
            samples: samples(&result.samples),
            against: other.map(|(watch, change)| AgainstView {
                watch,
                matched: change.matched,
                gained: different(&change.gained),
                lost: different(&change.lost),
            }),
        })?;
    } else {
        describe(&result, since, output)?;
        if let Some((watch, change)) = other {
            compare(watch, change, output)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn different(different: &Different) -> DifferentView<'_> {
    DifferentView { count: different.count, samples: samples(&different.samples) }
}

fn samples(found: &[Found]) -> Vec<FoundView<'_>> {
    found.iter().map(FoundView::from).collect()
}

fn describe(result: &Backtest, since: Timestamp, output: &Output) -> anyhow::Result<()> {
    output.line(format!(
        "{} of {} articles since {} match",
        result.matched,
        result.articles,
        minute(since),
    ))?;
    if result.matched == 0 {
        return Ok(());
    }
    let days = result.days.iter().map(|(day, matched)| vec![day.to_string(), matched.to_string()]);
    output.line("")?;
    output.table(&["FIRST SEEN", "MATCHES"], days.collect())?;
    let sources = result.sources.iter().map(|(source, matched)| vec![one_line(source), matched.to_string()]);
    output.line("")?;
    output.table(&["SOURCE", "MATCHES"], sources.collect())?;
    output.line("\nThe newest:")?;
    search::table(&result.samples, output)
}

fn compare(watch: &str, change: &Change, output: &Output) -> anyhow::Result<()> {
    output.line(format!(
        "\nAgainst '{watch}', which matches {}: {} gained, {} lost",
        change.matched, change.gained.count, change.lost.count
    ))?;
    for (name, different) in [("Gained", &change.gained), ("Lost", &change.lost)] {
        if different.count > 0 {
            output.line(format!("\n{name}, the newest:"))?;
            search::table(&different.samples, output)?;
        }
    }
    Ok(())
}

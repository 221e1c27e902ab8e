//! `feedwatch check`: what is wrong with the configuration, or what it resolves to.

mod in_force;

use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::context::{Context, usage};
use super::headlines::{HINT, headlines_only};
use super::output::{Failure, Output, write_error};
use crate::alert::one_line;
use crate::config::{Config, Paths, Report};
use crate::diagnostic::Diagnostic;
use crate::pipeline::{Setup, SetupError};
use crate::schedule::Schedule;

/// Columns that lists of keys fill.
const WIDTH: usize = 84;

/// Where the second column begins.
const MARGIN: usize = 15;

/// Something to mend or to look at again, in JSON.
#[derive(Serialize)]
struct Finding<'a> {
    severity: &'static str,
    /// The file's path, the variable's name, or the watch, concept or channel where it concerns all of it.
    file: &'a str,
    /// From 1; `null` where it concerns the whole.
    line: Option<usize>,
    /// In characters from 1.
    column: Option<usize>,
    message: &'a str,
    help: Option<&'a str>,
}

impl<'a> Finding<'a> {
    /// Everything that `report` tells of.
    fn of(report: &'a Report) -> impl Iterator<Item = Self> {
        report.placed().map(|(diagnostic, place)| Self {
            severity: diagnostic.severity.as_str(),
            file: &report.origin,
            line: place.map(|(line, _)| line),
            column: place.map(|(_, column)| column),
            message: &diagnostic.message,
            help: diagnostic.help.as_deref(),
        })
    }
}

/// Exit code 0 for a valid configuration, 2 for one that is not.
pub(super) fn check(context: &Context, output: &Output) -> Result<ExitCode, Failure> {
    let found = match context.inspect() {
        Ok(found) => found,
        Err(report) => return refuse(&[report], output),
    };
    if !found.is_whole {
        return refuse(&found.reports, output);
    }
    let config = &found.config;
    let headlines = context.block_on(async {
        match Setup::build(config.clone()) {
            Err(SetupError::Configuration(reports)) => return Ok(Err(reports)),
            Err(SetupError::Failed(error)) => return Err(error.into()),
            Ok(_) => {}
        }
        // What the database says is an addition: a configuration is right or wrong without it.
        Ok(Ok(headlines_only(context, config).await.unwrap_or_default()))
    })?;
    let headlines = match headlines {
        Ok(headlines) => headlines,
        Err(reports) => return refuse(&reports, output),
    };
    let mut reports = found.reports.clone();
    reports.extend(missing(config).map(|diagnostic| Report {
        origin: origin(&found.paths),
        text: String::new(),
        diagnostics: vec![diagnostic],
    }));
    if output.json {
        output.object(&summary(config, &found.paths, &headlines, &reports))?;
    } else {
        reports.iter().for_each(|report| write_error(&report.render(true)));
        describe(config, &found.paths, &headlines, context.ambient.now(), output)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Tells what is wrong.
fn refuse(reports: &[Report], output: &Output) -> Result<ExitCode, Failure> {
    if !output.json {
        return Err(usage(reports));
    }
    reports.iter().flat_map(Finding::of).try_for_each(|finding| output.object(&finding))?;
    Ok(ExitCode::from(2))
}

/// What a configuration does nothing without.
fn missing(config: &Config) -> impl Iterator<Item = Diagnostic> {
    let rows = [
        (config.feeds.is_empty(), "no feeds are configured: nothing is read", "feedwatch feed add URL"),
        (
            config.watches.is_empty(),
            "no watches are configured: nothing is looked for",
            "feedwatch watch add NAME QUERY --channel CHANNEL",
        ),
        (
            config.channels.is_empty(),
            "no channels are configured: nobody is told of anything",
            "write a [[channel]], as in name = \"terminal\" and kind = \"stdout\"",
        ),
    ];
    let rows = rows.into_iter().filter(|(is_missing, ..)| *is_missing);
    rows.map(|(_, message, help)| Diagnostic::warning(message).help(help))
}

fn origin(paths: &Paths) -> String {
    paths.config.as_ref().map_or_else(|| "built-in sample".to_owned(), |path| path.display().to_string())
}

fn summary(config: &Config, paths: &Paths, headlines: &[String], reports: &[Report]) -> Value {
    let with = |mut shown: Value, keys: in_force::Keys| {
        if let Value::Object(shown) = &mut shown {
            shown.extend(in_force::object(keys));
        }
        shown
    };
    let settings = in_force::settings(config).into_iter();
    let settings = settings.map(|(name, keys)| (name.to_owned(), Value::from(in_force::object(keys))));
    let warnings: Vec<Finding<'_>> = reports.iter().flat_map(Finding::of).collect();
    json!({
        "config": paths.config,
        "data_dir": paths.data_dir,
        "feeds": config.feeds.len(),
        "watches": config.watches.iter().map(|watch| with(json!({
            "name": watch.name,
            "query": watch.text,
            "channels": watch.channels,
        }), in_force::watch(watch))).collect::<Vec<_>>(),
        "channels": config.channels.iter().map(|channel| with(json!({
            "name": channel.name,
            "kind": channel.kind.name(),
        }), in_force::channel(channel))).collect::<Vec<_>>(),
        "notices": config.notices.channels,
        "concepts": config.concepts.len(),
        "headlines_only": headlines,
        "settings": settings.collect::<Map<_, _>>(),
        "warnings": warnings,
    })
}

fn describe(
    config: &Config,
    paths: &Paths,
    headlines: &[String],
    now: DateTime<Utc>,
    output: &Output,
) -> anyhow::Result<()> {
    let line = |name: &str, text: &str| output.line(format!("{name:<MARGIN$}{text}"));
    let keys = |name: &str, keys: &in_force::Keys| {
        let names = std::iter::once(name).chain(std::iter::repeat(""));
        names.zip(in_force::lines(keys, WIDTH)).try_for_each(|(name, keys)| line(name, &keys))
    };
    line("configuration", &origin(paths))?;
    line("database", &paths.data_dir.join("feedwatch.db").display().to_string())?;
    line("feeds", &format!("{}, {}", config.feeds.len(), polls_a_day(config, now)))?;
    line("concepts", &config.concepts.len().to_string())?;
    for channel in &config.channels {
        line("channel", &format!("{} ({})", channel.name, channel.kind.name()))?;
        keys("", &in_force::channel(channel))?;
    }
    for watch in &config.watches {
        let told = if watch.channels.is_empty() { "nobody".to_owned() } else { watch.channels.join(", ") };
        line("watch", &format!("{} tells {told}: {}", watch.name, one_line(&watch.text)))?;
        keys("", &in_force::watch(watch))?;
    }
    let told = match config.notices.channels.as_slice() {
        [] => "to nobody, only to the log: name channels in [notices]".to_owned(),
        channels => format!("to {}", channels.join(", ")),
    };
    line("notices", &told)?;
    for (name, settings) in in_force::settings(config) {
        keys(&format!("[{name}]"), &settings)?;
    }
    for url in headlines {
        line("hint", &format!("{url} carries {HINT}"))?;
    }
    output.line("\nThe configuration is valid.")
}

/// How many requests a day the schedules ask for.
fn polls_a_day(config: &Config, now: DateTime<Utc>) -> String {
    const DAY: f64 = 86_400.0;
    let by_interval = |interval: Duration| DAY / interval.as_secs_f64();
    let (mut least, mut most) = (0.0, 0.0);
    for feed in &config.feeds {
        let (rare, frequent) = match &feed.schedule {
            Schedule::Adaptive { min, max } => (by_interval(*max), by_interval(*min)),
            Schedule::Every(interval) => (by_interval(*interval), by_interval(*interval)),
            Schedule::Cron(cron) => {
                let end = now + chrono::TimeDelta::days(1);
                let mut at = now;
                let instants = std::iter::from_fn(|| {
                    at = cron.next_after(at).filter(|next| *next < end)?;
                    Some(())
                });
                let instants = instants.take(86_400).count() as f64;
                (instants, instants)
            }
        };
        least += rare;
        most += frequent;
    }
    if least == most {
        format!("about {most:.0} polls a day")
    } else {
        format!("{least:.0} to {most:.0} polls a day, as their rhythms are")
    }
}

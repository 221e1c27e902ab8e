//! `feedwatch check`

use std::process::ExitCode;
use std::time::Duration;

use chrono::{DateTime, Utc};
use serde_json::json;

use super::context::Context;
use super::headlines::{HINT, headlines_only};
use super::output::{Failure, Output};
use crate::alert::one_line;
use crate::config::Loaded;
use crate::schedule::Schedule;

pub(super) fn check(context: &Context, output: &Output) -> Result<ExitCode, Failure> {
    let loaded = context.load()?;
    let headlines = context.block_on(async {
        context.setup(loaded.config.clone())?;
        // What the database says is an addition: a configuration is right or wrong without it.
        Ok(headlines_only(context, &loaded.config).await.unwrap_or_default())
    })?;
    if output.json {
        output.object(&summary(&loaded, &headlines))?
    } else {
        describe(&loaded, &headlines, context.ambient.now(), output)?
    }
    Ok(ExitCode::SUCCESS)
}

fn origin(loaded: &Loaded) -> String {
    loaded
        .paths
        .config
        .as_ref()
        .map_or_else(|| "built-in sample".to_owned(), |path| path.display().to_string())
}

fn summary(loaded: &Loaded, headlines: &[String]) -> serde_json::Value {
    let config = &loaded.config;
    json!({
        "config": loaded.paths.config,
        "data_dir": loaded.paths.data_dir,
        "feeds": config.feeds.len(),
        "watches": config.watches.iter().map(|watch| json!({
            "name": watch.name,
            "query": watch.text,
            "channels": watch.channels,
        })).collect::<Vec<_>>(),
        "channels": config.channels.iter().map(|channel| json!({
            "name": channel.name,
            "kind": channel.kind.name(),
        })).collect::<Vec<_>>(),
        "notices": config.notices.channels,
        "concepts": config.concepts.len(),
        "headlines_only": headlines,
    })
}

fn describe(
    loaded: &Loaded,
    headlines: &[String],
    now: DateTime<Utc>,
    output: &Output,
) -> anyhow::Result<()> {
    let config = &loaded.config;
    output.line(format!("configuration  {}", origin(loaded)))?;
    output.line(format!("database       {}", loaded.paths.data_dir.join("feedwatch.db").display()))?;
    output.line(format!("feeds          {}, {}", config.feeds.len(), polls_a_day(loaded, now)))?;
    output.line(format!("concepts       {}", config.concepts.len()))?;
    for channel in &config.channels {
        output.line(format!("channel        {} ({})", channel.name, channel.kind.name()))?;
    }
    for watch in &config.watches {
        let told = if watch.channels.is_empty() { "nobody".to_owned() } else { watch.channels.join(", ") };
        output.line(format!("watch          {} tells {told}: {}", watch.name, one_line(&watch.text)))?;
    }
    let told = match config.notices.channels.as_slice() {
        [] => "to nobody, only to the log: name channels in [notices]".to_owned(),
        channels => format!("to {}", channels.join(", ")),
    };
    output.line(format!("notices        {told}"))?;
    for url in headlines {
        output.line(format!("hint           {url} carries {HINT}"))?;
    }
    output.line("\nThe configuration is valid.")
}

/// How many requests a day the schedules ask for.
fn polls_a_day(loaded: &Loaded, now: DateTime<Utc>) -> String {
    const DAY: f64 = 86_400.0;
    let by_interval = |interval: Duration| DAY / interval.as_secs_f64();
    let (mut least, mut most) = (0.0, 0.0);
    for feed in &loaded.config.feeds {
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

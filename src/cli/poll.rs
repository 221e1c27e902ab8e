//! `feedwatch poll`: for cron users and for debugging.

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::context::Context;
use super::output::{Failure, Output, write_error};
use crate::alert::one_line;
use crate::config::Config;
use crate::model::FeedId;
use crate::pipeline::{self, PollReport, Reindexing, Setup};
use crate::store::Store;

/// How long one poll goes on indexing articles anew that another version has indexed.
const REINDEXING: Duration = Duration::from_secs(10);

#[derive(Debug, Args)]
pub(super) struct PollArgs {
    /// Only feeds whose URL or source contains this text
    feed: Option<String>,
}

/// One poll, as people and programs see it.
#[derive(Serialize)]
pub(super) struct Line {
    /// The feed's configured URL.
    feed: String,
    #[serde(skip)]
    source: String,
    /// `ok`, `unchanged` or `failed`.
    status: &'static str,
    new: usize,
    changed: usize,
    known: usize,
    pub(super) matches: usize,
    /// Those of them that alert nobody, since their articles were there before the feed was watched.
    baseline: usize,
    /// What had to be repaired in the feed; `null`: nothing.
    repairs: Option<String>,
    error: Option<String>,
}

impl Line {
    pub(super) const HEADER: [&str; 7] = ["FEED", "STATUS", "NEW", "CHANGED", "KNOWN", "MATCHES", ""];

    pub(super) fn cells(&self, output: &Output) -> Vec<String> {
        let number = |number: usize| number.to_string();
        vec![
            output.brief(&self.source, 40),
            self.status.to_owned(),
            number(self.new),
            number(self.changed),
            number(self.known),
            number(self.matches),
            one_line(&self.note()),
        ]
    }
}

impl Line {
    fn note(&self) -> String {
        let matches = if self.baseline == 1 { "match" } else { "matches" };
        let before = (self.baseline > 0).then(|| format!("first poll: {} {matches} not told", self.baseline));
        let notes = [self.error.clone().or(self.repairs.clone()), before];
        notes.into_iter().flatten().collect::<Vec<_>>().join("; ")
    }
}

impl From<&PollReport> for Line {
    fn from(report: &PollReport) -> Self {
        Self {
            feed: report.url.clone(),
            source: report.source.clone(),
            status: report.status.as_str(),
            new: report.new,
            changed: report.changed,
            known: report.known,
            matches: report.matches,
            baseline: report.baseline,
            repairs: report.repairs.clone(),
            error: report.error.clone(),
        }
    }
}

pub(super) fn poll(context: &Context, args: &PollArgs, output: &Output) -> Result<ExitCode, Failure> {
    let mut loaded = context.load()?;
    if output.json {
        loaded.config.channels.iter_mut().for_each(|channel| channel.kind.keep_off_stdout());
    }
    if loaded.config.feeds.is_empty() {
        write_error("warning: no feeds are configured, so nothing is polled: `feedwatch feed add URL`");
    }
    let feeds = chosen(&loaded.config, args)?;
    context.block_on(async {
        let setup = Arc::new(context.setup(loaded.config)?);
        let store = context.open_as_daemon(loaded.paths.data_dir).await?;
        let now = context.ambient.now();
        store.recover_in_flight(None, now).await?;
        pipeline::sync(&setup, &store, now).await?;
        pipeline::resume(&setup, None, &store, &context.ambient, now).await?;
        pipeline::revive_orphans(&setup, &store, &context.ambient).await?;
        let progress = output.progress(feeds.len(), "polling");
        let polled = pipeline::poll_each(&setup, &store, &context.ambient, &feeds, |_| progress.step()).await;
        drop(progress);
        let lines: Vec<Line> = polled?.iter().map(Line::from).collect();
        // Whoever reads this may have left: that must not keep the alerts from going out.
        let shown = if output.json {
            lines.iter().try_for_each(|line| output.object(line))
        } else if lines.is_empty() {
            Ok(())
        } else {
            output.table(&Line::HEADER, lines.iter().map(|line| line.cells(output)).collect())
        };
        pipeline::bury_orphans(|name| setup.has_channel(name), &store, &context.ambient).await?;
        pipeline::look(&setup, &store, &context.ambient).await?;
        let sent = pipeline::dispatch_due(&setup, &store, &context.ambient).await;
        pipeline::prune(&setup, &store, &context.ambient, &CancellationToken::new()).await?;
        let left = reindex(&setup, &store, output).await?;
        store.close().await;
        let sent = sent?;
        if sent.failed > 0 {
            let what = if sent.failed == 1 { "delivery" } else { "deliveries" };
            write_error(&format!("{} {what} failed: see `feedwatch alerts list`", sent.failed));
        }
        if left > 0 {
            write_error(&format!("{left} articles are left to be indexed anew: the next poll goes on"));
        }
        shown?;
        let all_failed = !lines.is_empty() && lines.iter().all(|line| line.error.is_some());
        Ok(if all_failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
    })
}

/// Indexes articles anew for a while; returns how many are left.
async fn reindex(setup: &Setup, store: &Store, output: &Output) -> anyhow::Result<u64> {
    let mut work = Reindexing::begin(store).await?;
    let progress = output.progress(work.stale() as usize, "indexing anew");
    work.go_on(setup, store, REINDEXING, |done| progress.at(done)).await
}

fn chosen(config: &Config, args: &PollArgs) -> Result<Vec<FeedId>, Failure> {
    let wanted = args.feed.as_deref().unwrap_or_default().to_lowercase();
    let chosen: Vec<FeedId> = config
        .feeds
        .iter()
        .filter(|feed| {
            let source = feed.source.as_deref().unwrap_or_default();
            feed.url.as_str().to_lowercase().contains(&wanted) || source.to_lowercase().contains(&wanted)
        })
        .map(|feed| feed.id)
        .collect();
    if chosen.is_empty() && !wanted.is_empty() {
        let text = format!("error: no feed's URL or source contains '{wanted}': see `feedwatch feed list`");
        return Err(Failure::Usage(text));
    }
    Ok(chosen)
}

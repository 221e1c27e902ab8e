//! `feedwatch feed list`

use std::borrow::Cow;
use std::cmp::Reverse;
use std::collections::HashMap;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use url::Url;

use crate::alert::one_line;
use crate::alert::time::rfc3339;
use crate::cli::context::Context;
use crate::cli::headlines::{HINT, Unread};
use crate::cli::output::{Failure, Output, minute};
use crate::config::Salvaged;
use crate::model::{Feed, FeedCounts, FeedId, FeedState, Lang, Timestamp, masked, source_name};
use crate::store::{FeedRow, OpenError};

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArgs {
    /// Only feeds that need somebody to look at them
    #[arg(long)]
    problems: bool,
    /// Only feeds with this tag; may be repeated, then with all of them
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
}

/// A feed with what the database knows of it.
struct Listed<'c> {
    feed: Cow<'c, Feed>,
    row: FeedRow,
    counts: FeedCounts,
    /// Whether it has no more than headlines and teasers, and its pages are not read.
    is_headlines_only: bool,
}

/// A feed in JSON.
#[derive(Serialize)]
struct View<'a> {
    url: Cow<'a, str>,
    source: &'a str,
    status: &'static str,
    articles: u64,
    last_poll_at: Option<String>,
    last_success_at: Option<String>,
    next_poll_at: String,
    failures: u32,
    error: Option<&'a str>,
    repairs: Option<&'a str>,
    moved_to: Option<&'a str>,
    gap_at: Option<String>,
    stopped_at: Option<String>,
    /// `null` before the first success: what is expected of a new feed is no measure.
    articles_a_day: Option<f64>,
    tags: &'a [String],
    lang: Option<Lang>,
    found_lang: Option<Lang>,
    polls: u64,
    unchanged_share: Option<f64>,
    headlines_only: bool,
    remarks: Vec<String>,
}

pub(super) fn list(context: &Context, args: &ListArgs, output: &Output) -> Result<ExitCode, Failure> {
    let found = context.salvage()?;
    let now = context.ambient.now();
    let mut feeds = listed(found, stored(context)?, now);
    feeds.retain(|listed| {
        (!args.problems || listed.is_problem()) && args.tags.iter().all(|tag| listed.feed.tags.contains(tag))
    });
    if output.json {
        feeds.iter().map(|listed| listed.view(now)).try_for_each(|view| output.object(&view))?;
    } else if feeds.is_empty() {
        output.note(if found.config.feeds.is_empty() {
            "no feeds are configured"
        } else {
            "no such feeds"
        })?;
    } else {
        let header =
            ["STATUS", "SOURCE", "LAST SUCCESS", "A DAY", "304", "NEXT POLL", "LANG", "ARTICLES", "URL", ""];
        output.table(&header, feeds.iter().map(|listed| listed.cells(now, output)).collect())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What the database knows of the feeds; nothing before the first poll.
pub(super) fn stored(context: &Context) -> Result<Vec<(FeedRow, FeedCounts)>, Failure> {
    let stored = context.block_on(async {
        let store = context.open_to_read().await?;
        let rows = store.feeds().await;
        let counts = store.feed_counts().await;
        store.close().await;
        let mut counts = counts?;
        let with_counts = |row: FeedRow| {
            let counts = counts.remove(&row.state.id).unwrap_or_default();
            (row, counts)
        };
        Ok(rows?.into_iter().map(with_counts).collect())
    });
    match stored {
        Err(Failure::Failed(error)) if is_missing(&error) => Ok(Vec::new()),
        stored => stored,
    }
}

fn is_missing(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(OpenError::Missing { .. }))
}

/// The feeds of the configuration with what the database knows of them: those with problems first, the
/// longest failing ones of them first, then those it does not know yet. Where the configuration is broken,
/// those of which only the database knows are among them.
fn listed(found: &Salvaged, stored: Vec<(FeedRow, FeedCounts)>, now: Timestamp) -> Vec<Listed<'_>> {
    let config = &found.config;
    let unread = Unread::of(config);
    let mut unknown: HashMap<FeedId, &Feed> = config.feeds.iter().map(|feed| (feed.id, feed)).collect();
    let plain = |row: &FeedRow| {
        let url = Url::parse(&row.url).ok().filter(|_| !found.is_whole)?;
        Some(Cow::Owned(config.feed_at(&url)))
    };
    let known = |(row, counts): (FeedRow, FeedCounts)| {
        let is_headlines_only = unread.is_headlines_only(&row.state);
        let feed = unknown.remove(&row.state.id).map(Cow::Borrowed).or_else(|| plain(&row))?;
        Some(Listed { feed, row, counts, is_headlines_only })
    };
    let mut feeds: Vec<Listed<'_>> = stored.into_iter().filter_map(known).collect();
    let rest = config.feeds.iter().filter(|feed| unknown.contains_key(&feed.id));
    feeds.extend(rest.map(|feed| Listed {
        feed: Cow::Borrowed(feed),
        row: FeedRow {
            state: FeedState::unpolled(feed.id, now),
            url: feed.url.to_string(),
            source: source_name(feed.source.as_deref(), None, feed.url.as_str()).to_owned(),
            articles: 0,
        },
        counts: FeedCounts::default(),
        is_headlines_only: false,
    }));
    // The order of the rest is the database's.
    feeds.sort_by_key(|listed| (Reverse(listed.row.state.failures), !listed.is_problem()));
    feeds
}

impl Listed<'_> {
    /// Whether somebody should look at it: what was repaired by itself needs nobody.
    fn is_problem(&self) -> bool {
        let state = &self.row.state;
        let repaired = state.last_report.is_some() && state.remark() == state.last_report;
        !matches!(state.status(), "ok" | "new")
            || state.remark().is_some() && !repaired
            || !self.hints().is_empty()
    }

    /// What its owner may want to change.
    fn hints(&self) -> Vec<String> {
        let other = self.feed.lang.zip(self.counts.lang).filter(|(declared, found)| declared != found);
        [
            self.is_headlines_only.then(|| HINT.to_owned()),
            other.map(|(declared, found)| format!("declared as {declared}, written in {found}")),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    fn remarks(&self) -> Vec<String> {
        self.row.state.remark().into_iter().chain(self.hints()).collect()
    }

    /// `None` before the first success.
    fn a_day(&self, now: Timestamp) -> Option<f64> {
        self.row.state.last_success_at?;
        Some((self.row.state.rhythm.per_day(now) * 10.0).round() / 10.0)
    }

    fn cells(&self, now: Timestamp, output: &Output) -> Vec<String> {
        let state = &self.row.state;
        let share = self.counts.unchanged_share().map(|share| format!("{:.0}%", share * 100.0));
        vec![
            state.status().to_owned(),
            output.brief(&self.row.source, 30),
            state.last_success_at.map(minute).unwrap_or_default(),
            self.a_day(now).map(|a_day| a_day.to_string()).unwrap_or_default(),
            share.unwrap_or_default(),
            minute(state.next_poll_at),
            self.feed.lang.or(self.counts.lang).map(|lang| lang.to_string()).unwrap_or_default(),
            self.row.articles.to_string(),
            masked(&self.row.url).into_owned(),
            one_line(&self.remarks().join("; ")),
        ]
    }

    fn view(&self, now: Timestamp) -> View<'_> {
        let (row, state) = (&self.row, &self.row.state);
        View {
            url: masked(&row.url),
            source: &row.source,
            status: state.status(),
            articles: row.articles,
            last_poll_at: state.last_poll_at.map(rfc3339),
            last_success_at: state.last_success_at.map(rfc3339),
            next_poll_at: rfc3339(state.next_poll_at),
            failures: state.failures,
            error: state.last_error.as_deref(),
            repairs: state.last_report.as_deref(),
            moved_to: state.address.as_ref().map(Url::as_str),
            gap_at: state.gap_at.map(rfc3339),
            stopped_at: state.stopped_at.map(rfc3339),
            articles_a_day: self.a_day(now),
            tags: &self.feed.tags,
            lang: self.feed.lang,
            found_lang: self.counts.lang,
            polls: self.counts.polls,
            unchanged_share: self.counts.unchanged_share(),
            headlines_only: self.is_headlines_only,
            remarks: self.remarks(),
        }
    }
}

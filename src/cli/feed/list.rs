//! `feedwatch feed list`

use std::collections::HashMap;
use std::process::ExitCode;

use serde::Serialize;
use url::Url;

use crate::alert::time::rfc3339;
use crate::alert::{one_line, shorten};
use crate::cli::context::Context;
use crate::cli::headlines::{HINT, Unread};
use crate::cli::output::{Failure, Output, minute};
use crate::config::Config;
use crate::model::{Feed, FeedId, FeedState, Timestamp, source_name};
use crate::store::{FeedRow, OpenError};

/// A feed in JSON.
#[derive(Serialize)]
struct View<'a> {
    url: &'a str,
    source: &'a str,
    status: &'static str,
    articles: u64,
    last_poll_at: Option<String>,
    last_success_at: Option<String>,
    next_poll_at: String,
    failures: u32,
    error: Option<&'a str>,
    repairs: Option<&'a str>,
    /// Whether its entries carry no more than headlines and teasers, and their pages are not read.
    headlines_only: bool,
    moved_to: Option<&'a str>,
    gap_at: Option<String>,
    stopped_at: Option<String>,
    articles_a_day: f64,
}

pub(super) fn list(context: &Context, output: &Output) -> Result<ExitCode, Failure> {
    let loaded = context.load()?;
    let rows = context.block_on(async {
        let store = context.open_to_read().await?;
        let rows = store.feeds().await;
        store.close().await;
        Ok(rows?)
    });
    let stored = match rows {
        // Nothing was polled yet: what is configured is all there is to say.
        Err(Failure::Failed(error)) if is_missing(&error) => Vec::new(),
        rows => rows?,
    };
    let now = context.ambient.now();
    let rows = configured(&loaded.config, stored, now);
    let unread = Unread::of(&loaded.config);
    if output.json {
        rows.iter().try_for_each(|row| output.object(&view(row, &unread, now)))?;
    } else if rows.is_empty() {
        output.note("no feeds are configured")?;
    } else {
        let cells = rows.iter().map(|row| {
            let hint = unread.is_headlines_only(&row.state).then(|| HINT.to_owned());
            let remarks: Vec<String> = row.state.remark().into_iter().chain(hint).collect();
            vec![
                shorten(&row.source, 30),
                row.state.status().to_owned(),
                row.articles.to_string(),
                row.state.last_success_at.map(minute).unwrap_or_default(),
                minute(row.state.next_poll_at),
                row.url.clone(),
                one_line(&remarks.join("; ")),
            ]
        });
        let header = ["SOURCE", "STATUS", "ARTICLES", "LAST SUCCESS", "NEXT POLL", "URL", ""];
        output.table(&header, cells.collect())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn is_missing(error: &anyhow::Error) -> bool {
    matches!(error.downcast_ref(), Some(OpenError::Missing { .. }))
}

/// The feeds of the configuration with what the database knows of them, in its order; then those it does
/// not know yet.
fn configured(config: &Config, stored: Vec<FeedRow>, now: Timestamp) -> Vec<FeedRow> {
    let mut unknown: HashMap<FeedId, &Feed> = config.feeds.iter().map(|feed| (feed.id, feed)).collect();
    let mut rows: Vec<FeedRow> =
        stored.into_iter().filter(|row| unknown.remove(&row.state.id).is_some()).collect();
    rows.extend(config.feeds.iter().filter(|feed| unknown.contains_key(&feed.id)).map(|feed| FeedRow {
        state: FeedState::unpolled(feed.id, now),
        url: feed.url.to_string(),
        source: source_name(feed.source.as_deref(), None, feed.url.as_str()).to_owned(),
        articles: 0,
    }));
    rows
}

fn view<'a>(row: &'a FeedRow, unread: &Unread, now: Timestamp) -> View<'a> {
    View {
        url: &row.url,
        source: &row.source,
        status: row.state.status(),
        articles: row.articles,
        last_poll_at: row.state.last_poll_at.map(rfc3339),
        last_success_at: row.state.last_success_at.map(rfc3339),
        next_poll_at: rfc3339(row.state.next_poll_at),
        failures: row.state.failures,
        error: row.state.last_error.as_deref(),
        repairs: row.state.last_report.as_deref(),
        headlines_only: unread.is_headlines_only(&row.state),
        moved_to: row.state.address.as_ref().map(Url::as_str),
        gap_at: row.state.gap_at.map(rfc3339),
        stopped_at: row.state.stopped_at.map(rfc3339),
        articles_a_day: (row.state.rhythm.per_day(now) * 10.0).round() / 10.0,
    }
}

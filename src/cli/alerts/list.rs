//! `feedwatch alerts list`

use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde_json::json;

use super::View;
use crate::alert::time::rfc3339;
use crate::alert::{Payload, one_line};
use crate::cli::context::Context;
use crate::cli::id::short;
use crate::cli::matches::check_watch;
use crate::cli::names::unknown;
use crate::cli::output::{Failure, Output, second};
use crate::cli::since::Since;
use crate::model::DeliveryState;
use crate::store::{DeliveryFilter, DeliveryRow, Store, WaitingCount};

/// Characters of titles in a table.
const TITLES_WIDTH: usize = 120;

#[derive(Debug, Args)]
pub(in crate::cli) struct ListArgs {
    /// Only those in this state; may be repeated
    #[arg(long, value_name = "STATE")]
    state: Vec<State>,
    /// Only those for this channel
    #[arg(long, value_name = "NAME")]
    channel: Option<String>,
    /// Only those that tell of this watch
    #[arg(long, value_name = "NAME")]
    watch: Option<String>,
    /// Only those made since then: 24h, 30d, a date or a time
    #[arg(long, value_name = "WHEN")]
    since: Option<Since>,
    /// At most so many deliveries, the newest
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
#[value(rename_all = "snake_case")]
enum State {
    /// In no delivery yet: for others to travel with, a digest, the end of quiet hours, a rate limit
    Waiting,
    Pending,
    InFlight,
    Delivered,
    Dead,
    Dropped,
}

impl State {
    /// `None`: no delivery's.
    fn of_delivery(self) -> Option<DeliveryState> {
        match self {
            Self::Waiting => None,
            Self::Pending => Some(DeliveryState::Pending),
            Self::InFlight => Some(DeliveryState::InFlight),
            Self::Delivered => Some(DeliveryState::Delivered),
            Self::Dead => Some(DeliveryState::Dead),
            Self::Dropped => Some(DeliveryState::Dropped),
        }
    }
}

pub(super) fn list(context: &Context, args: &ListArgs, output: &Output) -> Result<ExitCode, Failure> {
    let filter = DeliveryFilter {
        states: args.state.iter().filter_map(|state| state.of_delivery()).collect(),
        channel: args.channel.clone(),
        watch: args.watch.clone(),
        since: args.since.map(|since| since.moment(context.ambient.now())),
        limit: args.limit,
    };
    let wants_deliveries = args.state.is_empty() || !filter.states.is_empty();
    let wants_waiting = args.state.is_empty() || args.state.contains(&State::Waiting);
    let (rows, waiting) = context.block_on(async {
        let store = context.open_to_read().await?;
        let rows = if wants_deliveries { store.deliveries(&filter).await } else { Ok(Vec::new()) };
        let waiting = if wants_waiting { store.waiting_counts(&filter).await } else { Ok(Vec::new()) };
        let (rows, waiting) = (rows?, waiting?);
        if rows.is_empty() && waiting.is_empty() {
            check_names(context, &store, &filter).await?;
        }
        store.close().await;
        Ok((rows, waiting))
    })?;
    if output.json {
        in_json(&rows, &waiting, output)?;
    } else if rows.is_empty() && waiting.is_empty() {
        output.note("no alerts")?;
    } else {
        in_table(&rows, &waiting, output)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses names that nothing has or had.
async fn check_names(context: &Context, store: &Store, filter: &DeliveryFilter) -> Result<(), Failure> {
    if let Some(watch) = &filter.watch {
        check_watch(context, store, watch).await?;
    }
    let Some(channel) = &filter.channel else { return Ok(()) };
    let known = context.salvage()?;
    let ever = DeliveryFilter { channel: Some(channel.clone()), limit: 1, ..DeliveryFilter::default() };
    let names = || known.config.channels.iter().map(|channel| channel.name.as_str());
    let is_known = !known.is_whole
        || names().any(|name| name == channel)
        || !store.deliveries(&ever).await?.is_empty()
        || !store.waiting_counts(&ever).await?.is_empty();
    if is_known { Ok(()) } else { Err(unknown("channel", channel, names(), "channel list")) }
}

fn in_json(rows: &[DeliveryRow], waiting: &[WaitingCount], output: &Output) -> anyhow::Result<()> {
    for row in rows {
        output.object(&View::of(row, Payload::from_json(&row.delivery.payload).ok().as_ref()))?;
    }
    for waiting in waiting {
        output.object(&json!({
            "id": null,
            "channel": waiting.channel,
            "state": "waiting",
            "type": if waiting.watch.is_some() { "match" } else { "notice" },
            "watches": waiting.watch.as_slice(),
            "waiting": waiting.count,
            "created_at": rfc3339(waiting.oldest),
        }))?;
    }
    Ok(())
}

fn in_table(rows: &[DeliveryRow], waiting: &[WaitingCount], output: &Output) -> anyhow::Result<()> {
    let deliveries = rows.iter().map(|row| {
        let payload = Payload::from_json(&row.delivery.payload).ok();
        let view = View::of(row, payload.as_ref());
        vec![
            short(view.id),
            second(row.delivery.created_at),
            view.state.to_owned(),
            view.channel.to_owned(),
            one_line(&view.watches.join(", ")),
            output.brief(&view.titles.join("; "), TITLES_WIDTH),
            view.attempts.to_string(),
            one_line(view.reason.unwrap_or_default()),
        ]
    });
    let waiting = waiting.iter().map(|waiting| {
        let (noun, watch) = match &waiting.watch {
            Some(watch) => ("alert", one_line(watch)),
            None => ("notice", String::new()),
        };
        let plural = if waiting.count == 1 { "" } else { "s" };
        vec![
            String::new(),
            second(waiting.oldest),
            "waiting".to_owned(),
            waiting.channel.clone(),
            watch,
            format!("{} {noun}{plural}", waiting.count),
            String::new(),
            String::new(),
        ]
    });
    let header = ["ID", "CREATED AT", "STATE", "CHANNEL", "WATCH", "ARTICLES", "ATTEMPTS", "REASON"];
    output.table(&header, deliveries.chain(waiting).collect())
}

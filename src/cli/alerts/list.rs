//! `feedwatch alerts list`

use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::View;
use super::waiting::{self, Held};
use crate::alert::{Payload, one_line};
use crate::cli::context::Context;
use crate::cli::id::short;
use crate::cli::matches::check_watch;
use crate::cli::names::unknown;
use crate::cli::output::{Failure, Output, second};
use crate::cli::since::Since;
use crate::model::DeliveryState;
use crate::store::{DeliveryFilter, DeliveryRow, Store};

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
    // Why something waits is not known without a configuration, and everything else is.
    let config = if wants_waiting { context.read().ok().map(|loaded| loaded.config) } else { None };
    let now = context.ambient.now();
    let (rows, waiting) = context.block_on(async {
        let store = context.open_to_read().await?;
        let rows = if wants_deliveries { store.deliveries(&filter).await } else { Ok(Vec::new()) };
        let waiting = match wants_waiting {
            true => waiting::held(&store, &filter, config.as_ref(), now).await,
            false => Ok(Vec::new()),
        };
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

fn in_json(rows: &[DeliveryRow], waiting: &[Held], output: &Output) -> anyhow::Result<()> {
    for row in rows {
        output.object(&View::of(row, Payload::from_json(&row.delivery.payload).ok().as_ref()))?;
    }
    waiting.iter().try_for_each(|held| output.object(&held.json()))
}

fn in_table(rows: &[DeliveryRow], waiting: &[Held], output: &Output) -> anyhow::Result<()> {
    let deliveries = rows.iter().map(|row| {
        let payload = Payload::from_json(&row.delivery.payload).ok();
        let view = View::of(row, payload.as_ref());
        let next = (row.state == DeliveryState::Pending)
            .then(|| format!("next try {}", second(row.next_attempt_at)));
        let reason = view.reason.map(one_line).into_iter().chain(next).collect::<Vec<_>>();
        vec![
            short(view.id),
            second(row.delivery.created_at),
            view.state.to_owned(),
            view.channel.to_owned(),
            one_line(&view.watches.join(", ")),
            output.brief(&view.titles.join("; "), TITLES_WIDTH),
            view.attempts(),
            reason.join("; "),
        ]
    });
    let waiting = waiting.iter().map(|held| held.row(output, TITLES_WIDTH));
    let header = ["ID", "CREATED AT", "STATE", "CHANNEL", "WATCH", "ARTICLES", "ATTEMPTS", "REASON"];
    output.table(&header, deliveries.chain(waiting).collect())
}

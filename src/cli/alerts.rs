//! `feedwatch alerts list | retry | drop`

use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use serde_json::json;

use super::context::Context;
use super::output::{Failure, Output, second};
use crate::alert::time::rfc3339;
use crate::alert::{Message, Payload, one_line};
use crate::model::{DeliveryId, DeliveryState};
use crate::store::DeliveryRow;

#[derive(Debug, Subcommand)]
pub(super) enum AlertsCommand {
    /// List deliveries, oldest first
    List(ListArgs),
    /// Send dead letters again, under the same ids
    Retry(ChosenArgs),
    /// Mark deliveries as not to be sent
    Drop(ChosenArgs),
}

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct ChosenArgs {
    /// Ids, as `alerts list --json` shows them
    #[arg(value_name = "ID", value_parser = parse_id)]
    ids: Vec<DeliveryId>,
    /// All dead letters
    #[arg(long)]
    dead: bool,
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Only those in this state; may be repeated
    #[arg(long, value_name = "STATE")]
    state: Vec<State>,
    /// At most so many, the newest
    #[arg(long, value_name = "N", default_value_t = 100)]
    limit: u32,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "snake_case")]
enum State {
    Pending,
    InFlight,
    Delivered,
    Dead,
    Dropped,
}

impl From<State> for DeliveryState {
    fn from(state: State) -> Self {
        match state {
            State::Pending => Self::Pending,
            State::InFlight => Self::InFlight,
            State::Delivered => Self::Delivered,
            State::Dead => Self::Dead,
            State::Dropped => Self::Dropped,
        }
    }
}

/// What a person wants of deliveries.
#[derive(Clone, Copy)]
enum Change {
    Retry,
    Drop,
}

/// A delivery in JSON.
#[derive(Serialize)]
struct View<'a> {
    id: DeliveryId,
    channel: &'a str,
    state: &'a str,
    #[serde(rename = "type")]
    kind: Option<&'static str>,
    watches: Vec<&'a str>,
    titles: Vec<&'a str>,
    created_at: String,
    next_attempt_at: Option<String>,
    finished_at: Option<String>,
    attempts: u32,
    reason: Option<&'a str>,
}

pub(super) fn alerts(
    context: &Context,
    command: &AlertsCommand,
    output: &Output,
) -> Result<ExitCode, Failure> {
    match command {
        AlertsCommand::List(args) => list(context, args, output),
        AlertsCommand::Retry(args) => change(context, args, output, Change::Retry),
        AlertsCommand::Drop(args) => change(context, args, output, Change::Drop),
    }
}

fn list(context: &Context, args: &ListArgs, output: &Output) -> Result<ExitCode, Failure> {
    let states: Vec<DeliveryState> = args.state.iter().map(|state| DeliveryState::from(*state)).collect();
    let rows = context.block_on(async {
        let store = context.open_to_read().await?;
        let rows = store.deliveries(&states, args.limit).await;
        store.close().await;
        Ok(rows?)
    })?;
    let payloads: Vec<Option<Payload>> =
        rows.iter().map(|row| Payload::from_json(&row.delivery.payload).ok()).collect();
    let views = rows.iter().zip(&payloads).map(|(row, payload)| view(row, payload.as_ref()));
    if output.json {
        for view in views {
            output.object(&view)?;
        }
    } else if rows.is_empty() {
        output.note("no alerts")?;
    } else {
        let rows = views.zip(&rows).map(|(view, row)| {
            vec![
                second(row.delivery.created_at),
                view.state.to_owned(),
                view.channel.to_owned(),
                one_line(&view.watches.join(", ")),
                one_line(&view.titles.join("; ")),
                view.attempts.to_string(),
                one_line(view.reason.unwrap_or_default()),
            ]
        });
        let header = ["CREATED AT", "STATE", "CHANNEL", "WATCH", "ARTICLES", "ATTEMPTS", "REASON"];
        output.table(&header, rows.collect())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn parse_id(text: &str) -> Result<DeliveryId, String> {
    DeliveryId::parse(text).ok_or_else(|| format!("'{text}' is no id: see `feedwatch alerts list --json`"))
}

/// Beside a running daemon, which looks again within half a minute.
fn change(
    context: &Context,
    args: &ChosenArgs,
    output: &Output,
    change: Change,
) -> Result<ExitCode, Failure> {
    let ids = (!args.dead).then_some(args.ids.as_slice());
    let now = context.ambient.now();
    let changed = context.block_on(async {
        let store = context.open_to_edit().await?;
        let changed = match change {
            Change::Retry => store.retry(ids, now).await,
            Change::Drop => store.drop_deliveries(ids, now).await,
        };
        store.close().await;
        Ok(changed?)
    })?;
    if output.json {
        output.object(&json!({"changed": changed}))?;
    } else {
        let what = if changed == 1 { "delivery" } else { "deliveries" };
        let done = match change {
            Change::Retry => "to be sent again",
            Change::Drop => "dropped",
        };
        output.line(format!("{changed} {what} {done}"))?;
    }
    let asked = if args.dead { 0 } else { args.ids.len() as u64 };
    Ok(if changed < asked { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn view<'a>(row: &'a DeliveryRow, payload: Option<&'a Payload>) -> View<'a> {
    let message = payload.map(|payload| &payload.message);
    let titles = match message {
        Some(Message::Notice(data)) => vec![data.title.as_str()],
        Some(message) => message.articles().map(|article| article.article.title.as_str()).collect(),
        None => Vec::new(),
    };
    let watches = message.map(Message::watches).unwrap_or_default();
    let waits = matches!(row.state, DeliveryState::Pending | DeliveryState::InFlight);
    View {
        id: row.delivery.id,
        channel: &row.delivery.channel,
        state: row.state.as_str(),
        kind: message.map(Message::kind),
        watches: watches.into_iter().map(|(watch, _)| watch).collect(),
        titles,
        created_at: rfc3339(row.delivery.created_at),
        next_attempt_at: waits.then(|| rfc3339(row.next_attempt_at)),
        finished_at: row.finished_at.map(rfc3339),
        attempts: row.delivery.attempts,
        reason: row.reason.as_deref(),
    }
}

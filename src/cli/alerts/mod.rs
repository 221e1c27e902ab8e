//! `feedwatch alerts list | show | retry | drop`

mod change;
mod list;
mod show;
mod waiting;

use std::process::ExitCode;

use anyhow::anyhow;
use clap::Subcommand;
use serde::Serialize;

use super::context::Context;
use super::id::{IdPrefix, only};
use super::output::{Failure, Output};
use crate::alert::time::rfc3339;
use crate::alert::{Message, Payload};
use crate::model::{DeliveryId, DeliveryState};
use crate::store::{DeliveryRow, Store};

#[derive(Debug, Subcommand)]
pub(super) enum AlertsCommand {
    /// List deliveries, oldest first, and what waits for one
    List(list::ListArgs),
    /// Show a delivery in whole: its message and the log of its attempts
    Show(show::ShowArgs),
    /// Send dead letters again, under the same ids
    Retry(change::ChosenArgs),
    /// Mark deliveries as not to be sent
    Drop(change::ChosenArgs),
}

pub(super) fn alerts(
    context: &Context,
    command: &AlertsCommand,
    output: &Output,
) -> Result<ExitCode, Failure> {
    match command {
        AlertsCommand::List(args) => list::list(context, args, output),
        AlertsCommand::Show(args) => show::show(context, args, output),
        AlertsCommand::Retry(args) => change::change(context, args, output, change::Change::Retry),
        AlertsCommand::Drop(args) => change::change(context, args, output, change::Change::Drop),
    }
}

/// Reads an id that was given on the command line.
fn id(text: &str) -> Result<IdPrefix, String> {
    IdPrefix::read(text).ok_or_else(|| format!("'{text}' is no id: see `feedwatch alerts list`"))
}

/// The one delivery whose id begins so.
async fn find(prefix: &IdPrefix, store: &Store) -> Result<DeliveryId, Failure> {
    let [first, last] = prefix.ends().map(|end| DeliveryId::parse(&end));
    let (Some(first), Some(last)) = (first, last) else {
        return Err(anyhow!("'{prefix}' is no id").into());
    };
    let found = store.deliveries_between(first, last).await?;
    only(&found, "delivery", prefix, "`feedwatch alerts list` shows them")
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
    /// All of them.
    attempts: u32,
    /// Those since it was made or last retried on request.
    attempts_since_retry: u32,
    reason: Option<&'a str>,
}

impl<'a> View<'a> {
    fn of(row: &'a DeliveryRow, payload: Option<&'a Payload>) -> Self {
        let message = payload.map(|payload| &payload.message);
        let titles = match message {
            Some(Message::Notice(data)) => vec![data.title.as_str()],
            Some(message) => message.articles().map(|article| article.article.title.as_str()).collect(),
            None => Vec::new(),
        };
        let watches = message.map(Message::watches).unwrap_or_default();
        let waits = matches!(row.state, DeliveryState::Pending | DeliveryState::InFlight);
        Self {
            id: row.delivery.id,
            channel: &row.delivery.channel,
            state: row.state.as_str(),
            kind: message.map(Message::kind),
            watches: watches.into_iter().map(|(watch, _)| watch).collect(),
            titles,
            created_at: rfc3339(row.delivery.created_at),
            next_attempt_at: waits.then(|| rfc3339(row.next_attempt_at)),
            finished_at: row.finished_at.map(rfc3339),
            attempts: row.delivery.attempts_in_all,
            attempts_since_retry: row.delivery.attempts,
            // What has arrived did so in spite of it; the log tells.
            reason: row.reason.as_deref().filter(|_| row.state != DeliveryState::Delivered),
        }
    }

    /// All attempts, those before a retry on request apart: `3 + 2`.
    fn attempts(&self) -> String {
        match self.attempts - self.attempts_since_retry {
            0 => self.attempts.to_string(),
            before => format!("{before} + {}", self.attempts_since_retry),
        }
    }
}

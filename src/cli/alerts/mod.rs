//! `feedwatch alerts list | show | retry | drop`

mod change;
mod list;
mod show;

use std::process::ExitCode;

use anyhow::anyhow;
use clap::Subcommand;
use serde::Serialize;

use super::context::Context;
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

/// Hexadecimal digits that people copy from a list, at least.
const SHORTEST_ID: usize = 4;

/// The beginning of a delivery's id, or all of it: 32 hexadecimal digits.
#[derive(Clone, Debug)]
struct IdPrefix(String);

impl IdPrefix {
    fn parse(text: &str) -> Result<Self, String> {
        let digits: String = text.chars().filter(|&c| c != '-').collect::<String>().to_ascii_lowercase();
        let is_id =
            digits.chars().all(|c| c.is_ascii_hexdigit()) && (SHORTEST_ID..=32).contains(&digits.len());
        if is_id { Ok(Self(digits)) } else { Err(format!("'{text}' is no id: see `feedwatch alerts list`")) }
    }

    /// The one delivery whose id begins so.
    async fn find(&self, store: &Store) -> Result<DeliveryId, Failure> {
        let end = |digit: &str| DeliveryId::parse(&format!("{}{}", self.0, digit.repeat(32 - self.0.len())));
        let (Some(first), Some(last)) = (end("0"), end("f")) else {
            return Err(anyhow!("'{}' is no id", self.0).into());
        };
        match store.deliveries_between(first, last).await?.as_slice() {
            [id] => Ok(*id),
            [] => {
                Err(anyhow!("no delivery's id begins with '{}': see `feedwatch alerts list`", self.0).into())
            }
            _ => Err(anyhow!("several deliveries' ids begin with '{}': write more of it", self.0).into()),
        }
    }
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
            attempts: row.delivery.attempts,
            reason: row.reason.as_deref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_may_be_cut() {
        for (text, read) in [
            ("b1ee1491", Some("b1ee1491")),
            ("B1EE1491-ec4c", Some("b1ee1491ec4c")),
            ("b1ee1491-ec4c-80e1-b8d4-b6bafe431558", Some("b1ee1491ec4c80e1b8d4b6bafe431558")),
            ("b1e", None),
            ("b1ee1491-ec4c-80e1-b8d4-b6bafe4315580", None),
            ("zzzz", None),
            ("", None),
        ] {
            assert_eq!(IdPrefix::parse(text).ok().map(|prefix| prefix.0).as_deref(), read, "{text}");
        }
    }
}

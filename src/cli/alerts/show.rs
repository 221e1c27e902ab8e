//! `feedwatch alerts show`

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::{View, find, id};
use crate::alert::render::{Marks, text};
use crate::alert::time::rfc3339;
use crate::alert::{Payload, one_line};
use crate::cli::context::Context;
use crate::cli::id::IdPrefix;
use crate::cli::output::{Failure, Output, second};
use crate::store::{DeliveryRow, LoggedAttempt};

#[derive(Debug, Args)]
pub(in crate::cli) struct ShowArgs {
    /// The id, or its beginning
    #[arg(value_name = "ID", value_parser = id)]
    id: IdPrefix,
}

/// A whole delivery in JSON.
#[derive(Serialize)]
struct Whole<'a> {
    #[serde(flatten)]
    view: View<'a>,
    /// The channel's how many-th.
    sequence: i64,
    claims: u32,
    log: Vec<Attempt<'a>>,
    /// As it is sent; text where it cannot be read.
    payload: Value,
}

/// An attempt in JSON.
#[derive(Serialize)]
struct Attempt<'a> {
    number: u32,
    ended_at: String,
    outcome: &'a str,
    detail: &'a str,
}

pub(super) fn show(context: &Context, args: &ShowArgs, output: &Output) -> Result<ExitCode, Failure> {
    let found = context.block_on(async {
        let store = context.open_to_read().await?;
        let found = async {
            let id = find(&args.id, &store).await?;
            Ok::<_, Failure>((store.delivery(id).await?, store.attempts(id).await?))
        };
        let found = found.await;
        store.close().await;
        found
    })?;
    // It was there a moment ago.
    let (Some(row), attempts) = found else { return Ok(ExitCode::FAILURE) };
    if output.json {
        in_json(&row, &attempts, output)?;
    } else {
        for_people(&row, &attempts, output)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn in_json(row: &DeliveryRow, attempts: &[LoggedAttempt], output: &Output) -> anyhow::Result<()> {
    let payload = Payload::from_json(&row.delivery.payload).ok();
    let log = attempts.iter().map(|attempt| Attempt {
        number: attempt.number,
        ended_at: rfc3339(attempt.ended_at),
        outcome: &attempt.outcome,
        detail: &attempt.detail,
    });
    output.object(&Whole {
        view: View::of(row, payload.as_ref()),
        sequence: row.delivery.number,
        claims: row.delivery.claims,
        log: log.collect(),
        payload: serde_json::from_str(&row.delivery.payload)
            .unwrap_or_else(|_| Value::from(row.delivery.payload.as_str())),
    })
}

fn for_people(row: &DeliveryRow, attempts: &[LoggedAttempt], output: &Output) -> anyhow::Result<()> {
    let payload = Payload::from_json(&row.delivery.payload).ok();
    let view = View::of(row, payload.as_ref());
    output.line(format!("id         {}", view.id))?;
    output.line(format!("channel    {}, its delivery number {}", view.channel, row.delivery.number))?;
    output.line(format!("state      {}", view.state))?;
    output.line(format!("created    {}", second(row.delivery.created_at)))?;
    if view.next_attempt_at.is_some() {
        output.line(format!("next try   {}", second(row.next_attempt_at)))?;
    }
    if !attempts.is_empty() {
        output.line(format!("attempts   {}", view.attempts()))?;
    }
    if let Some(reason) = view.reason {
        output.line(format!("reason     {}", one_line(reason)))?;
    }
    for attempt in attempts {
        let (at, outcome, detail) = (second(attempt.ended_at), &attempt.outcome, one_line(&attempt.detail));
        output.line(format!("attempt {:<2} {at} {outcome}: {detail}", attempt.number))?;
    }
    match &payload {
        Some(payload) => output.line(format!("\n{}", text(payload, Marks::STARS).trim_end())),
        None => output.line(format!("\nits message cannot be read: {}", one_line(&row.delivery.payload))),
    }
}

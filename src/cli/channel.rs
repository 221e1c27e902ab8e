//! `feedwatch channel list | test`

use std::process::ExitCode;

use clap::Subcommand;
use serde_json::json;

use super::context::Context;
use super::names::unknown;
use super::output::{Failure, Output};
use crate::alert::{Outcome, Payload, one_line};
use crate::channel::Attempt;
use crate::model::DeliveryId;

#[derive(Debug, Subcommand)]
pub(super) enum ChannelCommand {
    /// List the channels
    List,
    /// Send a test alert and show the answer
    Test {
        /// The channel's name
        name: String,
    },
}

pub(super) fn channel(
    context: &Context,
    command: &ChannelCommand,
    output: &Output,
) -> Result<ExitCode, Failure> {
    match command {
        ChannelCommand::List => list(context, output),
        ChannelCommand::Test { name } => test(context, name, output),
    }
}

fn list(context: &Context, output: &Output) -> Result<ExitCode, Failure> {
    let config = context.load()?.config;
    let watches = |name: &String| {
        let told = config.watches.iter().filter(|watch| watch.channels.contains(name));
        told.map(|watch| watch.name.as_str()).collect::<Vec<_>>()
    };
    for channel in &config.channels {
        if output.json {
            let kind = channel.kind.name();
            output.object(&json!({"name": channel.name, "kind": kind, "watches": watches(&channel.name)}))?;
        }
    }
    if config.channels.is_empty() && !output.json {
        output.note("no channels are configured")?;
    } else if !output.json {
        let rows = config.channels.iter().map(|channel| {
            vec![channel.name.clone(), channel.kind.name().to_owned(), watches(&channel.name).join(", ")]
        });
        output.table(&["CHANNEL", "KIND", "WATCHES"], rows.collect())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn test(context: &Context, name: &str, output: &Output) -> Result<ExitCode, Failure> {
    let config = context.load()?.config;
    let names: Vec<String> = config.channels.iter().map(|channel| channel.name.clone()).collect();
    let outcome = context.block_on(async {
        let setup = context.setup(config)?;
        let Some(channel) = setup.channels.iter().find(|channel| channel.name() == name) else {
            return Err(unknown("channel", name, names.iter().map(String::as_str), "channel list"));
        };
        let now = context.ambient.now();
        let payload = Payload::test(name, now);
        // A receiver must not take one test for a repetition of another.
        let install = context.ambient.installation_id();
        let id = DeliveryId::of(&install, name, &[]);
        let attempt =
            Attempt { id, number: 1, sequence: 0, timestamp: now, payload: &payload, install: &install };
        Ok(channel.deliver(&attempt).await)
    })?;
    let (delivered, answer) = match &outcome {
        Outcome::Delivered { detail } => (true, detail),
        Outcome::Retry { reason, .. } | Outcome::Rejected { reason } | Outcome::Disabled { reason } => {
            (false, reason)
        }
    };
    if output.json {
        output.object(&json!({"channel": name, "delivered": delivered, "answer": answer}))?;
    } else if delivered {
        output.line(format!("delivered to '{name}': {}", one_line(answer)))?;
    }
    if delivered {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Failure::Failed(anyhow::anyhow!("channel '{name}' did not take the test: {}", one_line(answer))))
    }
}

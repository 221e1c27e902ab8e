//! `feedwatch alerts retry` and `drop`

use std::process::ExitCode;

use clap::{ArgGroup, Args};
use serde_json::json;

use super::{find, id};
use crate::cli::context::Context;
use crate::cli::id::IdPrefix;
use crate::cli::output::{Failure, Output};
use crate::store::Chosen;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("chosen").args(["ids", "dead"]).required(true)))]
pub(in crate::cli) struct ChosenArgs {
    /// Ids, or their beginnings
    #[arg(value_name = "ID", value_parser = id)]
    ids: Vec<IdPrefix>,
    /// All dead letters
    #[arg(long)]
    dead: bool,
    /// With --dead: only this channel's
    #[arg(long, value_name = "NAME", requires = "dead")]
    channel: Option<String>,
}

/// What a person wants of deliveries.
#[derive(Clone, Copy)]
pub(super) enum Change {
    Retry,
    Drop,
}

/// Beside a running daemon, which looks again within half a minute.
pub(super) fn change(
    context: &Context,
    args: &ChosenArgs,
    output: &Output,
    change: Change,
) -> Result<ExitCode, Failure> {
    let now = context.ambient.now();
    let (changed, told_since, asked) = context.block_on(async {
        let store = context.open_to_edit().await?;
        let changed = async {
            let mut ids = Vec::with_capacity(args.ids.len());
            for id in &args.ids {
                ids.push(find(id, &store).await?);
            }
            ids.sort_unstable();
            ids.dedup();
            let chosen = match args.dead {
                true => Chosen::Dead { channel: args.channel.as_deref() },
                false => Chosen::Ids(&ids),
            };
            let (changed, told_since) = match change {
                Change::Retry => {
                    let retried = store.retry(chosen, now).await?;
                    (retried.again, retried.told_since)
                }
                Change::Drop => (store.drop_deliveries(chosen, now).await?, 0),
            };
            Ok::<_, Failure>((changed, told_since, ids.len() as u64))
        };
        let changed = changed.await;
        store.close().await;
        changed
    })?;
    if output.json {
        output.object(&json!({"changed": changed, "told_since": told_since}))?;
    } else {
        let deliveries = |count| format!("{count} {}", if count == 1 { "delivery" } else { "deliveries" });
        let done = match change {
            Change::Retry => "to be sent again",
            Change::Drop => "dropped",
        };
        output.line(format!("{} {done}", deliveries(changed)))?;
        if told_since > 0 {
            output.line(format!("{} dropped: a later alert told the same story", deliveries(told_since)))?;
        }
    }
    Ok(if changed < asked { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

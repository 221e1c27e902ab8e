//! `feedwatch backup`: a checked copy of the database, beside a running daemon.

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use indicatif::HumanBytes;
use serde_json::json;

use super::context::Context;
use super::output::{Failure, Output};
use crate::store;

/// Steps of the progress bar.
const STEPS: usize = 100;

#[derive(Debug, Args)]
pub(super) struct BackupArgs {
    /// The file to write; only you may read it
    file: PathBuf,
    /// Overwrite the file if it exists
    #[arg(long)]
    force: bool,
}

pub(super) fn backup(context: &Context, args: &BackupArgs, output: &Output) -> Result<ExitCode, Failure> {
    let started = Instant::now();
    let data_dir = context.data_dir()?;
    let progress = output.progress(STEPS, "copying");
    let copied = context.block_on(async {
        let tell = |part: f64| progress.at((part * STEPS as f64) as u64);
        Ok(store::backup(&data_dir, &args.file, args.force, tell).await?)
    });
    drop(progress);
    let bytes = copied?.bytes;
    let file = args.file.display().to_string();
    if output.json {
        output.object(&json!({"file": file, "bytes": bytes, "seconds": started.elapsed().as_secs_f64()}))?;
    } else {
        output.line(format!(
            "{file}: {}, checked; to restore it, stop feedwatch and copy it to {}",
            HumanBytes(bytes),
            store::database(&data_dir).display()
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

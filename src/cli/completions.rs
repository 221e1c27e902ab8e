//! `feedwatch completions SHELL`

use std::process::ExitCode;

use clap::{Args, CommandFactory};

use super::Cli;
use super::output::{Failure, Output};

#[derive(Debug, Args)]
pub(super) struct CompletionsArgs {
    /// Which shell
    shell: clap_complete::Shell,
}

pub(super) fn completions(args: &CompletionsArgs, output: &Output) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "feedwatch", &mut script);
    output.line(String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}

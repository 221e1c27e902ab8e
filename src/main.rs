//! The `feedwatch` command: arguments → configuration → tracing → exit code.

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    feedwatch::cli::main(feedwatch::cli::Cli::parse())
}

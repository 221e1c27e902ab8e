//! `feedwatch feed list | test`

mod list;
mod test;

use std::process::ExitCode;

use clap::Subcommand;

use super::context::Context;
use super::output::{Failure, Output};

#[derive(Debug, Subcommand)]
pub(super) enum FeedCommand {
    /// List the feeds with their state, problems first
    List,
    /// Read a feed from the web or a file without storing anything, and show what was found
    Test(test::TestArgs),
}

pub(super) fn feed(context: &Context, command: &FeedCommand, output: &Output) -> Result<ExitCode, Failure> {
    match command {
        FeedCommand::List => list::list(context, output),
        FeedCommand::Test(args) => test::test(context, args, output),
    }
}

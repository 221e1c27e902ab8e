//! `feedwatch feed list | add | remove | test | import | export`

mod add;
mod export;
mod import;
mod list;
mod remove;
mod test;

use std::process::ExitCode;

use clap::Subcommand;

use super::context::Context;
use super::output::{Failure, Output};

#[derive(Debug, Subcommand)]
pub(super) enum FeedCommand {
    /// List the feeds with their state, problems first
    List(list::ListArgs),
    /// Find the feed of an address or a site, try it, and write it to the configuration
    Add(add::AddArgs),
    /// Take a feed out of the configuration; what was read of it stays
    Remove(remove::RemoveArgs),
    /// Add the feeds of an OPML file or a plain list, folders as tags
    Import(import::ImportArgs),
    /// Write the feeds as OPML, tags as folders
    Export(export::ExportArgs),
    /// Read a feed from the web or a file without storing anything, and show what was found
    Test(test::TestArgs),
}

pub(super) fn feed(context: &Context, command: &FeedCommand, output: &Output) -> Result<ExitCode, Failure> {
    match command {
        FeedCommand::List(args) => list::list(context, args, output),
        FeedCommand::Import(args) => import::import(context, args, output),
        FeedCommand::Export(args) => export::export(context, args, output),
        FeedCommand::Add(args) => add::add(context, args, output),
        FeedCommand::Remove(args) => remove::remove(context, args, output),
        FeedCommand::Test(args) => test::test(context, args, output),
    }
}

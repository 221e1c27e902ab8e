//! The command line: arguments in, text or JSON out; one file per noun.
//!
//! It asks the configuration, the database and the pipeline, and prints what they say. It decides
//! nothing about feeds, matches or alerts.

mod alerts;
mod backup;
mod channel;
mod check;
mod completions;
mod concept;
mod context;
mod demo;
mod edit;
mod feed;
mod headlines;
mod health;
mod id;
mod logging;
mod man;
mod matches;
mod names;
mod output;
mod poll;
mod run;
mod search;
mod since;
mod stats;
mod story;
mod watch;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use context::Context;
use output::{Failure, Output};

/// Watches news feeds for what you care about, in any language, and tells you once.
#[derive(Debug, Parser)]
#[command(name = "feedwatch", version, max_term_width = 100, arg_required_else_help = true)]
pub struct Cli {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Debug, Args)]
struct Global {
    /// Configuration file [default: $XDG_CONFIG_HOME/feedwatch/feedwatch.toml, then
    /// /etc/feedwatch/feedwatch.toml, then the built-in sample]
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Directory of the database [default: $XDG_DATA_HOME/feedwatch, or /var/lib/feedwatch for root]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Print one JSON object a line, for programs
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run the daemon: poll on schedule, match, alert
    Run,
    /// A tour that needs no network and leaves no files: sample feeds, matches, alerts
    Demo,
    /// Check the configuration and show what it resolves to
    Check,
    /// Poll once now, deliver what is due, and exit
    Poll(poll::PollArgs),
    /// The configured feeds
    Feed {
        #[command(subcommand)]
        command: feed::FeedCommand,
    },
    /// The configured watches
    Watch {
        #[command(subcommand)]
        command: watch::WatchCommand,
    },
    /// The concepts that queries may use
    Concept {
        #[command(subcommand)]
        command: concept::ConceptCommand,
    },
    /// What matched, oldest first
    Matches(matches::MatchesArgs),
    /// Stories: articles that tell the same news
    Story {
        #[command(subcommand)]
        command: story::StoryCommand,
    },
    /// Search all stored articles in the watch language
    Search(search::SearchArgs),
    /// Alerts on their way, delivered, or given up on
    Alerts {
        #[command(subcommand)]
        command: alerts::AlertsCommand,
    },
    /// The configured channels
    Channel {
        #[command(subcommand)]
        command: channel::ChannelCommand,
    },
    /// How much was read and matched, and what it was about
    Stats(stats::StatsArgs),
    /// Copy the database, beside a running daemon, and check the copy
    Backup(backup::BackupArgs),
    /// Ask the running daemon how it is
    Health,
    /// Print a completion script
    Completions(completions::CompletionsArgs),
    /// Write the manual pages
    Man(man::ManArgs),
}

/// Runs one command; the exit code is 0 for success, 1 for failure, 2 for a wrong usage or
/// configuration, 3 for a damaged database.
pub fn main(cli: Cli) -> ExitCode {
    let output = Output::new(cli.global.json);
    match dispatch(&cli, &output) {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

fn dispatch(cli: &Cli, output: &Output) -> Result<ExitCode, Failure> {
    let context = Context::new(&cli.global);
    match &cli.command {
        Command::Run => run::run(&context),
        Command::Demo => demo::demo(output),
        Command::Check => check::check(&context, output),
        Command::Poll(args) => poll::poll(&context, args, output),
        Command::Feed { command } => feed::feed(&context, command, output),
        Command::Watch { command } => watch::watch(&context, command, output),
        Command::Concept { command } => concept::concept(&context, command, output),
        Command::Matches(args) => matches::matches(&context, args, output),
        Command::Story { command } => story::story(&context, command, output),
        Command::Search(args) => search::search(&context, args, output),
        Command::Alerts { command } => alerts::alerts(&context, command, output),
        Command::Channel { command } => channel::channel(&context, command, output),
        Command::Stats(args) => stats::stats(&context, args, output),
        Command::Backup(args) => backup::backup(&context, args, output),
        Command::Health => health::health(&context, output),
        Command::Completions(args) => completions::completions(args, output),
        Command::Man(args) => man::man(args, output),
    }
}

//! `feedwatch feed import`: the feeds of another reader, or of a plain list.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;
use url::Url;

use crate::alert::one_line;
use crate::cli::context::{Context, usage};
use crate::cli::output::{Failure, Output, write_error};
use crate::config::FeedTable;
use crate::model::{masked, same_feed};
use crate::opml::{self, List, Listed};

#[derive(Debug, Args)]
pub(in crate::cli) struct ImportArgs {
    /// An OPML file, a list with an address on each line, or - for the standard input
    file: PathBuf,
    /// A label that all of them get beside their folders; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Show what would be added, and write nothing
    #[arg(long)]
    dry_run: bool,
}

/// Longer files are no lists of feeds, in bytes.
const MAX_BYTES: u64 = 256 << 20;
/// How many lines people are told of that added nothing.
const SHOWN: usize = 20;

/// What became of one line.
#[derive(Clone, Debug, Serialize)]
struct Line {
    line: usize,
    url: Option<String>,
    status: Status,
    reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Added,
    Skipped,
    Wrong,
}

impl Status {
    fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Skipped => "skipped",
            Self::Wrong => "wrong",
        }
    }
}

/// Exit code 1 when a line is wrong, or the list names no feed at all.
pub(super) fn import(context: &Context, args: &ImportArgs, output: &Output) -> Result<ExitCode, Failure> {
    let list = opml::read(&read(args)?);
    let (mut lines, changed) = context.edit(args.dry_run, |edit| {
        let before = edit.load().map_err(|reports| usage(&reports))?.config;
        let known: HashMap<String, &Url> =
            before.feeds.iter().map(|feed| (same_feed(&feed.url), &feed.url)).collect();
        let progress = output.progress(list.feeds.len(), "importing");
        let add = |feed: &Listed| {
            progress.step();
            let url = Some(masked(feed.url.as_str()).into_owned());
            match known.get(&same_feed(&feed.url)) {
                Some(known) => {
                    let reason = Some(format!("configured as {}", masked(known.as_str())));
                    Line { line: feed.line, url, status: Status::Skipped, reason }
                }
                None => {
                    edit.add_feed(&table(feed, &args.tags));
                    Line { line: feed.line, url, status: Status::Added, reason: None }
                }
            }
        };
        Ok(list.feeds.iter().map(add).collect::<Vec<Line>>())
    })?;
    lines.extend(others(&list));
    lines.sort_by_key(|line| line.line);
    let count = |status: Status| lines.iter().filter(|line| line.status == status).count();
    if output.json {
        lines.iter().try_for_each(|line| output.object(line))?;
    } else {
        let mut silent: Vec<&Line> = lines.iter().filter(|line| line.status != Status::Added).collect();
        // What is wrong is to be mended; what is there already is not.
        silent.sort_by_key(|line| line.status != Status::Wrong);
        let rows = silent.iter().take(SHOWN).map(|line| {
            let reason = line.reason.as_deref().unwrap_or_default();
            vec![line.line.to_string(), line.status.as_str().to_owned(), one_line(reason)]
        });
        if !silent.is_empty() {
            output.table(&["LINE", "", "REASON"], rows.collect())?;
        }
        if let Some(more) = silent.len().checked_sub(SHOWN).filter(|more| *more > 0) {
            output.line(format!("… and {more} more: --json shows all"))?;
        }
        let [added, skipped, wrong] = [Status::Added, Status::Skipped, Status::Wrong].map(count);
        output.line(format!("{added} added, {skipped} skipped, {wrong} wrong"))?;
        output.line(changed.describe())?;
    }
    if list.feeds.is_empty() && list.problems.is_empty() {
        write_error(&format!("error: {} names no feeds", one_line(&args.file.to_string_lossy())));
    }
    let is_right = list.problems.is_empty() && !list.feeds.is_empty();
    Ok(if is_right { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(args: &ImportArgs) -> Result<Vec<u8>, Failure> {
    let mut body = Vec::new();
    let read = if args.file.as_os_str() == "-" {
        io::stdin().lock().take(MAX_BYTES).read_to_end(&mut body)
    } else {
        File::open(&args.file).and_then(|file| file.take(MAX_BYTES).read_to_end(&mut body))
    };
    let name = args.file.display();
    read.map(|_| body).map_err(|error| Failure::Usage(format!("error: cannot read {name}: {error}")))
}

fn table(feed: &Listed, more: &[String]) -> FeedTable {
    let mut tags = feed.tags.clone();
    let new: Vec<String> = more.iter().filter(|tag| !tags.contains(tag)).cloned().collect();
    tags.extend(new);
    FeedTable {
        url: feed.url.to_string(),
        source: feed.title.clone(),
        lang: feed.lang.map(|lang| lang.to_string()),
        tags,
        ..FeedTable::default()
    }
}

/// The lines that name no feed, or one that was named before.
fn others(list: &List) -> impl Iterator<Item = Line> {
    let line = |status| {
        move |problem: &opml::Problem| Line {
            line: problem.line,
            url: None,
            status,
            reason: Some(problem.reason.clone()),
        }
    };
    list.repeated.iter().map(line(Status::Skipped)).chain(list.problems.iter().map(line(Status::Wrong)))
}

//! `feedwatch feed add`: from an address, be it a site's, to a line of the configuration.

use std::io::{self, BufRead, IsTerminal, Write};
use std::process::ExitCode;

use clap::Args;
use serde_json::{Value, json};
use url::Url;

use super::test::EntryView;
use crate::alert::one_line;
use crate::cli::context::Context;
use crate::cli::output::{Failure, Output, minute};
use crate::config::{Config, FeedTable};
use crate::fetch::Fetcher;
use crate::ingest::Preview;
use crate::model::{masked, same_feed, web_address, with_credentials};
use crate::net::Client;
use crate::parse::Alternate;
use crate::pipeline::{self, Examined};

#[derive(Debug, Args)]
pub(in crate::cli) struct AddArgs {
    /// The address of a feed, or of a site that names its feeds
    url: String,
    /// Which of the feeds that a site names: its number in the list, or its address
    #[arg(long, value_name = "N|URL")]
    pick: Option<String>,
    /// Add it without asking for it first
    #[arg(long, conflicts_with = "pick")]
    no_test: bool,
    /// Show what would be written, and write nothing
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    keys: KeyArgs,
}

/// The keys of a `[[feed]]`.
#[derive(Debug, Args)]
struct KeyArgs {
    /// The outlet's name, instead of the title that the feed gives itself
    #[arg(long, visible_alias = "name", value_name = "NAME")]
    source: Option<String>,
    /// The language it is written in: en, ru, ja
    #[arg(long, value_name = "LANG")]
    lang: Option<String>,
    /// The outlet's country: jp, sg
    #[arg(long, value_name = "CODE")]
    country: Option<String>,
    /// A label, for tag: in queries; may be repeated
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// How often it is polled: 15m, 2h
    #[arg(long, value_name = "SPAN", conflicts_with = "cron")]
    every: Option<String>,
    /// When it is polled, as in crontab(5)
    #[arg(long, value_name = "LINE")]
    cron: Option<String>,
    /// The time zone of --cron
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// Read the pages of its articles: for feeds that carry headlines only
    #[arg(long)]
    full_text: bool,
}

/// How many of the newest titles are shown.
const NEWEST: usize = 5;

/// A feed that may be added.
struct Candidate {
    url: Url,
    /// `None` when it was not asked for.
    found: Option<Examined>,
}

/// What came of the search for a feed.
enum Search {
    Found(Box<Candidate>),
    /// The site names several, and none was picked.
    Several(Vec<Alternate>),
    /// It is configured already, under this address.
    Known(Url),
}

/// Exit code 0 when the feed is configured, 1 when there is none, 2 when one of several is to be picked.
pub(super) fn add(context: &Context, args: &AddArgs, output: &Output) -> Result<ExitCode, Failure> {
    let url = address(&args.url)?;
    let config = context.before_edit()?.config;
    let search = match configured(&config, &url) {
        Some(known) => Search::Known(known.clone()),
        None if args.no_test => Search::Found(Box::new(Candidate { url, found: None })),
        None => context.block_on(search(context, &config, url, args, output))?,
    };
    match search {
        Search::Known(known) => {
            let known = masked(known.as_str());
            if output.json {
                output.object(&json!({"added": false, "url": known, "duplicate_of": known}))?;
            } else {
                output.line(format!("nothing to do: this feed is configured as {known}"))?;
            }
            Ok(ExitCode::SUCCESS)
        }
        Search::Several(alternates) => several(&config, &alternates, output),
        Search::Found(candidate) => write(context, &candidate, args, output),
    }
}

fn address(text: &str) -> Result<Url, Failure> {
    let wrong = || {
        Failure::Usage(format!(
            "error: '{}' is no address of the web: write https://…",
            masked(&one_line(text))
        ))
    };
    web_address(text).ok_or_else(wrong)
}

/// The configured address of the feed at `url`.
fn configured<'c>(config: &'c Config, url: &Url) -> Option<&'c Url> {
    let key = same_feed(url);
    config.feeds.iter().map(|feed| &feed.url).find(|known| same_feed(known) == key)
}

async fn search(
    context: &Context,
    config: &Config,
    url: Url,
    args: &AddArgs,
    output: &Output,
) -> Result<Search, Failure> {
    let fetcher = Fetcher::new(Client::new(&config.fetch)?, &config.fetch);
    let examine = async |url: &Url| {
        let feed = config.feed_at(url);
        pipeline::examine_feed(&fetcher, &feed, &config.fetch, &context.ambient).await
    };
    let found = examine(&url).await;
    let Err(reason) = &found.feed else { return Ok(settle(config, url, found)) };
    let Some(picked) = pick(&found.alternates, args, output)? else {
        return match found.alternates.is_empty() {
            true => Err(no_feed(&args.url, &url, reason, &found)),
            false => Ok(Search::Several(found.alternates)),
        };
    };
    let picked = with_credentials(picked, &url);
    if let Some(known) = configured(config, &picked) {
        return Ok(Search::Known(known.clone()));
    }
    let found = examine(&picked).await;
    match &found.feed {
        Ok(_) => Ok(settle(config, picked, found)),
        Err(reason) => Err(no_feed(picked.as_str(), &picked, reason, &found)),
    }
}

/// `written` is what was asked for.
fn no_feed(written: &str, url: &Url, reason: &str, found: &Examined) -> Failure {
    let (url, reason) = (masked(url.as_str()), one_line(reason));
    Failure::Failed(match &found.answer {
        Some(_) => {
            anyhow::anyhow!("{url} is no feed, and names none: {reason}; --no-test adds it all the same")
        }
        None => {
            let guessed = if written.contains("://") { "" } else { " (write http://… if it has no https)" };
            anyhow::anyhow!("{url} cannot be looked at: {reason}{guessed}; --no-test adds it all the same")
        }
    })
}

/// A feed that moved for good is taken under its new address; one that is configured there is known.
fn settle(config: &Config, url: Url, found: Examined) -> Search {
    let ends = found.answer.as_ref().map(|answer| answer.url.clone());
    let known = found.moved_to.iter().chain(&ends).find_map(|url| configured(config, url));
    if let Some(known) = known {
        return Search::Known(known.clone());
    }
    let moved_to = found.moved_to.clone().map(|to| with_credentials(to, &url));
    let url = moved_to.unwrap_or(url);
    Search::Found(Box::new(Candidate { url, found: Some(found) }))
}

/// Which of the feeds of a site is meant; `None` where that is open.
fn pick(alternates: &[Alternate], args: &AddArgs, output: &Output) -> Result<Option<Url>, Failure> {
    if let Some(picked) = &args.pick {
        return chosen(alternates, picked).map(Some);
    }
    match alternates {
        [] => Ok(None),
        [only] => Ok(Some(only.url.clone())),
        several if !output.json && io::stdin().is_terminal() && output.is_terminal() => ask(several, output),
        _ => Ok(None),
    }
}

fn chosen(alternates: &[Alternate], picked: &str) -> Result<Url, Failure> {
    let by_number = picked.parse::<usize>().ok().and_then(|number| alternates.get(number.checked_sub(1)?));
    let by_address = || alternates.iter().find(|alternate| alternate.url.as_str() == picked);
    let found = by_number.or_else(by_address).map(|alternate| alternate.url.clone());
    found.ok_or_else(|| {
        let number = alternates.len();
        Failure::Usage(format!(
            "error: --pick {}: the site names {number} feeds, by 1 to {number}",
            one_line(picked)
        ))
    })
}

fn ask(alternates: &[Alternate], output: &Output) -> Result<Option<Url>, Failure> {
    list(alternates, output)?;
    let mut stderr = anstream::stderr().lock();
    let _unwritable = write!(stderr, "which one? [1-{}] ", alternates.len()).and_then(|()| stderr.flush());
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(anyhow::Error::new)?;
    match line.trim() {
        "" => Ok(None),
        picked => chosen(alternates, picked).map(Some),
    }
}

fn list(alternates: &[Alternate], output: &Output) -> anyhow::Result<()> {
    let rows = alternates.iter().enumerate().map(|(at, alternate)| {
        let title = output.brief(alternate.title.as_deref().unwrap_or_default(), 60);
        vec![(at + 1).to_string(), title, alternate.url.to_string()]
    });
    output.table(&["", "TITLE", "URL"], rows.collect())
}

fn several(config: &Config, alternates: &[Alternate], output: &Output) -> Result<ExitCode, Failure> {
    if output.json {
        let view = |alternate: &Alternate| {
            let title = alternate.title.as_deref().map(one_line);
            {
                let known = configured(config, &alternate.url).map(|url| masked(url.as_str()));
                json!({"url": alternate.url, "title": title, "configured": known})
            }
        };
        let candidates: Vec<Value> = alternates.iter().map(view).collect();
        output.object(&json!({"added": false, "candidates": candidates}))?;
    } else {
        list(alternates, output)?;
    }
    let text = format!("error: the site names {} feeds: choose one with --pick", alternates.len());
    Err(Failure::Usage(text))
}

fn write(
    context: &Context,
    candidate: &Candidate,
    args: &AddArgs,
    output: &Output,
) -> Result<ExitCode, Failure> {
    let keys = &args.keys;
    let table = FeedTable {
        url: candidate.url.to_string(),
        source: keys.source.clone(),
        lang: keys.lang.clone(),
        country: keys.country.clone(),
        tags: keys.tags.clone(),
        every: keys.every.clone(),
        cron: keys.cron.clone(),
        timezone: keys.timezone.clone(),
        full_text: keys.full_text,
    };
    let ((), changed) = context.edit(args.dry_run, |edit| {
        edit.add_feed(&table);
        Ok(())
    })?;
    let feed = candidate.found.as_ref().and_then(|found| found.feed.as_ref().ok());
    let newest = feed.map(|feed| newest(&feed.entries)).unwrap_or_default();
    let shown = masked(candidate.url.as_str());
    if output.json {
        let entries: Vec<EntryView<'_>> = newest.iter().map(|entry| EntryView::from(*entry)).collect();
        output.object(&json!({
            "added": !args.dry_run,
            "url": shown,
            "duplicate_of": null,
            "title": feed.and_then(|feed| feed.title.as_deref()),
            "format": feed.map(|feed| feed.format.as_str()),
            "repairs": feed.map(|feed| feed.repairs.as_slice()).unwrap_or_default(),
            "newest": entries,
            "config": changed.view(),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let title =
        feed.and_then(|feed| feed.title.as_deref()).map(|title| format!(" ({})", output.brief(title, 80)));
    output.line(format!("{shown}{}", title.unwrap_or_default()))?;
    for repair in feed.map(|feed| feed.repairs.as_slice()).unwrap_or_default() {
        output.line(format!("repaired: {}", one_line(repair)))?;
    }
    let rows = newest.iter().map(|entry| {
        vec![entry.published_at.map(minute).unwrap_or_default(), output.brief(&entry.article.title, 100)]
    });
    if !newest.is_empty() {
        output.table(&["PUBLISHED AT", "NEWEST"], rows.collect())?;
    }
    if feed.is_some_and(|feed| feed.entries.is_empty()) {
        output.line("it has no entries at present")?;
    }
    if args.dry_run {
        let shown = FeedTable { url: shown.into_owned(), ..table };
        output.line(format!("\n{}", shown.to_toml()))?;
    }
    output.line(changed.describe())?;
    Ok(ExitCode::SUCCESS)
}

/// The newest entries, by their dates; in the feed's order where it gives none.
fn newest(entries: &[Preview]) -> Vec<&Preview> {
    let mut newest: Vec<&Preview> = entries.iter().filter(|entry| !entry.is_repeated).collect();
    newest.sort_by_key(|entry| std::cmp::Reverse(entry.published_at));
    newest.truncate(NEWEST);
    newest
}

//! `feedwatch feed test`: what a feed is, without storing anything.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;
use std::process::ExitCode;

use chrono::Weekday;
use clap::Args;
use serde::Serialize;
use url::Url;

use crate::alert::time::rfc3339;
use crate::alert::{one_line, shorten};
use crate::cli::context::Context;
use crate::cli::output::{Failure, Output, minute, span};
use crate::config::FetchSettings;
use crate::fetch::{Answer, Fetcher};
use crate::ingest::Preview;
use crate::model::{Feed, Lang, Timestamp, masked};
use crate::net::Client;
use crate::parse::Hints;
use crate::pipeline::{self, Due, Examined, FeedView, Reader};
use crate::schedule::Schedule;

#[derive(Debug, Args)]
pub(in crate::cli) struct TestArgs {
    /// The address of a feed, a file, or - for the standard input
    #[arg(value_name = "URL|FILE")]
    target: OsString,
    /// The Content-Type header that a file would be served with, as in "text/xml; charset=windows-1251"
    #[arg(long, value_name = "TYPE")]
    content_type: Option<String>,
    /// The address that a file was taken from: its relative links start there, and its entries get the
    /// ids that they have in that feed
    #[arg(long, value_name = "URL")]
    url: Option<Url>,
}

/// How many entries people are shown; programs get all.
const SHOWN: usize = 20;

/// The result in JSON.
#[derive(Serialize)]
struct View<'a> {
    url: &'a str,
    status: Option<u16>,
    format: Option<&'static str>,
    title: Option<&'a str>,
    repairs: &'a [String],
    error: Option<&'a str>,
    entries: Vec<EntryView<'a>>,
    /// How many entries repeat an earlier one, and are not among them.
    repeated: Option<usize>,
    /// How many of them have only a part of an address.
    relative_links: Option<usize>,
    lang: Option<Lang>,
    found_at: Option<&'a str>,
    content_type: Option<&'a str>,
    next_poll_at: Option<String>,
    why: Vec<String>,
    alternates: Vec<AlternateView<'a>>,
}

/// A feed that the answer names, for those who asked for a page.
#[derive(Serialize)]
struct AlternateView<'a> {
    url: &'a Url,
    title: Option<String>,
}

#[derive(Serialize)]
pub(in crate::cli::feed) struct EntryView<'a> {
    id: String,
    title: &'a str,
    url: Option<&'a str>,
    /// `null`: the feed gives no date that can be.
    published_at: Option<String>,
    /// The date that cannot be; `null`: there is none.
    published_said: Option<String>,
}

impl<'a> From<&'a Preview> for EntryView<'a> {
    fn from(entry: &'a Preview) -> Self {
        Self {
            id: entry.article.id.to_string(),
            title: &entry.article.title,
            url: page(entry),
            published_at: entry.published_at.map(rfc3339),
            published_said: entry.article.published_said.map(rfc3339),
        }
    }
}

/// The entry's page; a part of its address, where the feed was read from a file and tells no more.
fn page(entry: &Preview) -> Option<&str> {
    entry.article.url.as_deref().or(entry.relative_link.as_deref())
}

/// What a poll would store: entries that repeat an earlier one are not.
fn stored(feed: &FeedView) -> impl Iterator<Item = &Preview> {
    feed.entries.iter().filter(|entry| !entry.is_repeated)
}

/// Exit code 0 for a feed, 1 for what cannot be read as one.
pub(super) fn test(context: &Context, args: &TestArgs, output: &Output) -> Result<ExitCode, Failure> {
    match web_address(&args.target) {
        Some(url) => test_url(context, &url?, args, output),
        None => test_file(context, args, output),
    }
}

/// The target as an address, if it is meant as one.
fn web_address(target: &OsString) -> Option<Result<Url, Failure>> {
    let text = target.to_str()?.trim();
    let scheme = text.split_once("://")?.0.to_ascii_lowercase();
    matches!(scheme.as_str(), "http" | "https").then(|| {
        Url::parse(text).map_err(|error| {
            Failure::Usage(format!("error: '{}' is no address: {error}", masked(&one_line(text))))
        })
    })
}

fn test_url(context: &Context, url: &Url, args: &TestArgs, output: &Output) -> Result<ExitCode, Failure> {
    if args.content_type.is_some() || args.url.is_some() {
        let text = "error: --content-type and --url are for files: a server says them itself".to_owned();
        return Err(Failure::Usage(text));
    }
    let config = context.load()?.config;
    let feed = config.feed_at(url);
    let found = context.block_on(async {
        let fetcher = Fetcher::new(Client::new(&config.fetch)?, &config.fetch);
        Ok(pipeline::examine_feed(&fetcher, &feed, &config.fetch, &context.ambient).await)
    })?;
    let target = masked(url.as_str());
    let asked = format!("GET {target} as \"{}\"", config.fetch.user_agent);
    let why = found.due.as_ref().map(|due| why(&feed, due)).unwrap_or_default();
    show(&Shown { target: &target, asked: Some(asked), found, why, now: context.ambient.now() }, output)
}

fn test_file(context: &Context, args: &TestArgs, output: &Output) -> Result<ExitCode, Failure> {
    let settings = FetchSettings::default();
    let body = read(&args.target, settings.max_body)?;
    let reader = Reader { settings: &settings, now: context.ambient.now() };
    let found = pipeline::examine_body(&body, args.content_type.as_deref(), args.url.as_ref(), reader);
    let target = args.target.to_string_lossy();
    let shown = Shown { target: &target, asked: None, found, why: Vec::new(), now: context.ambient.now() };
    show(&shown, output)
}

/// The bytes of a file or of the standard input; of more than `most` one too many, which tells the parser.
fn read(target: &OsString, most: usize) -> Result<Vec<u8>, Failure> {
    let most = most as u64 + 1;
    let mut body = Vec::new();
    let read = if target == "-" {
        io::stdin().lock().take(most).read_to_end(&mut body)
    } else {
        File::open(Path::new(target)).and_then(|file| file.take(most).read_to_end(&mut body))
    };
    read.map(|_| body).map_err(|error| {
        let name = one_line(&target.to_string_lossy());
        let help = match error.kind() {
            io::ErrorKind::NotFound => format!(": for an address write https://{name}"),
            _ => String::new(),
        };
        Failure::Usage(format!("error: cannot read {name}: {error}{help}"))
    })
}

/// What a test found, to be shown.
struct Shown<'a> {
    target: &'a str,
    /// The request, in words; `None` for a file.
    asked: Option<String>,
    found: Examined,
    why: Vec<String>,
    now: Timestamp,
}

fn show(shown: &Shown<'_>, output: &Output) -> Result<ExitCode, Failure> {
    if output.json {
        output.object(&view(shown))?;
    } else {
        describe(shown, output)?;
    }
    Ok(if shown.found.feed.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn view<'a>(shown: &'a Shown<'a>) -> View<'a> {
    let found = &shown.found;
    let feed = found.feed.as_ref().ok();
    let answer = found.answer.as_ref();
    View {
        url: shown.target,
        status: answer.map(|answer| answer.status),
        format: feed.map(|feed| feed.format.as_str()),
        title: feed.and_then(|feed| feed.title.as_deref()),
        repairs: feed.map(|feed| feed.repairs.as_slice()).unwrap_or_default(),
        error: found.feed.as_ref().err().map(String::as_str),
        entries: feed.map(|feed| stored(feed).map(EntryView::from).collect()).unwrap_or_default(),
        repeated: feed.map(|feed| feed.entries.len() - stored(feed).count()),
        relative_links: feed.map(|feed| stored(feed).filter(|entry| entry.relative_link.is_some()).count()),
        lang: feed.and_then(|feed| feed.lang),
        found_at: answer.map(|answer| answer.url.as_str()),
        content_type: answer.and_then(|answer| answer.header("content-type")),
        next_poll_at: found.due.as_ref().map(|due| rfc3339(due.at)),
        why: shown.why.clone(),
        alternates: found
            .alternates
            .iter()
            .map(|named| AlternateView { url: &named.url, title: named.title.as_deref().map(one_line) })
            .collect(),
    }
}

fn describe(shown: &Shown<'_>, output: &Output) -> anyhow::Result<()> {
    let found = &shown.found;
    let row = |name: &str, text: String| output.line(format!("{name:<11}{}", one_line(&text)));
    if let Some(asked) = &shown.asked {
        row("asked", asked.clone())?;
    }
    if let Some(answer) = &found.answer {
        for hop in &answer.hops {
            row("redirected", format!("{} to {}", hop.status.as_u16(), hop.to))?;
        }
        row("answered", answered(answer, found.body_bytes))?;
    }
    match &found.feed {
        Ok(feed) => {
            describe_feed(feed, output)?;
            if stored(feed).any(|entry| entry.relative_link.is_some()) {
                row("links", "only parts of addresses: --url ADDRESS-OF-THE-FEED completes them".to_owned())?;
            }
        }
        Err(error) => {
            row("failed", error.clone())?;
            for named in &found.alternates {
                row("names", format!("{} {}", named.url, named.title.as_deref().unwrap_or_default()))?;
            }
        }
    }
    if let Some(due) = &found.due {
        let wait = (due.at - shown.now).to_std().unwrap_or_default();
        row("next poll", format!("{}, in {}: {}", minute(due.at), span(wait), shown.why.join("; ")))?;
    }
    match &found.feed {
        Ok(feed) => list(feed, output),
        Err(_) => Ok(()),
    }
}

fn answered(answer: &Answer, bytes: Option<usize>) -> String {
    let mut said = vec![answer.status.to_string()];
    said.extend(answer.header("content-type").map(str::to_owned));
    said.extend(bytes.map(|bytes| format!("{bytes} bytes")));
    let names = ["etag", "last-modified", "cache-control", "expires", "retry-after"];
    said.extend(
        names.iter().filter_map(|name| Some(format!("{name}: {}", shorten(answer.header(name)?, 60)))),
    );
    said.join(", ")
}

fn describe_feed(feed: &FeedView, output: &Output) -> anyhow::Result<()> {
    let row = |name: &str, text: String| output.line(format!("{name:<11}{}", one_line(&text)));
    let mut said = vec![feed.format.as_str().to_owned()];
    said.extend(feed.title.as_ref().map(|title| format!("\"{}\"", output.brief(title, 100))));
    said.extend(feed.lang.map(|lang| format!("language {lang}")));
    said.extend(feed.link.as_ref().map(|link| output.brief(link, 100)));
    row("read", said.join(", "))?;
    for repair in &feed.repairs {
        row("repaired", repair.clone())?;
    }
    let asks = asks(&feed.hints);
    if !asks.is_empty() {
        row("asks", asks.join("; "))?;
    }
    let count = |number: usize, what: &str| (number > 0).then(|| format!("{number} {what}"));
    let of = |which: fn(&Preview) -> bool| stored(feed).filter(|entry| which(entry)).count();
    let kept = of(|_| true);
    let remarks = [
        count(feed.entries.len() - kept, "more repeat an earlier one"),
        count(of(|entry| entry.published_at.is_none()), "without a date"),
        count(of(|entry| page(entry).is_none()), "without a link"),
        count(of(|entry| entry.relative_link.is_some()), "with a relative link"),
        count(of(|entry| entry.article.title.is_empty()), "without a title"),
        count(of(has_headline_only), "with a headline only"),
    ];
    let remarks: Vec<String> = remarks.into_iter().flatten().collect();
    let entries = if kept == 1 { "entry" } else { "entries" };
    let remarks = if remarks.is_empty() { String::new() } else { format!(": {}", remarks.join(", ")) };
    row("found", format!("{kept} {entries}{remarks}"))
}

fn has_headline_only(entry: &Preview) -> bool {
    entry.article.summary.is_empty() && entry.article.body.is_empty()
}

/// What the feed asks of those who poll it, in words.
fn asks(hints: &Hints) -> Vec<String> {
    let listed = |numbers: &[u8]| numbers.iter().map(u8::to_string).collect::<Vec<_>>().join(" ");
    let day = |day: &u8| Weekday::try_from(*day).map(|day| day.to_string()).unwrap_or_default();
    let days: Vec<String> = hints.skip_days.iter().map(day).collect();
    [
        hints.ttl_minutes.map(|minutes| format!("ttl of {minutes} minutes")),
        hints.update_minutes.map(|minutes| format!("updated every {minutes} minutes")),
        (!hints.skip_hours.is_empty()).then(|| format!("skip the hours {} UTC", listed(&hints.skip_hours))),
        (!days.is_empty()).then(|| format!("skip {}", days.join(" "))),
        hints.hub.as_ref().map(|hub| format!("hub {}", shorten(hub, 80))),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn list(feed: &FeedView, output: &Output) -> anyhow::Result<()> {
    let kept = stored(feed).count();
    if kept == 0 {
        return Ok(());
    }
    output.line("")?;
    let rows = stored(feed).take(SHOWN).map(|entry| {
        vec![
            entry.published_at.map(minute).unwrap_or_default(),
            output.brief(&entry.article.title, 100),
            page(entry).unwrap_or_default().to_owned(),
        ]
    });
    output.table(&["PUBLISHED AT", "TITLE", "URL"], rows.collect())?;
    match kept.checked_sub(SHOWN).filter(|more| *more > 0) {
        Some(more) => output.line(format!("… and {more} more: --json shows all")),
        None => Ok(()),
    }
}

/// What decides when `feed` is polled next.
fn why(feed: &Feed, due: &Due) -> Vec<String> {
    let own = match &feed.schedule {
        Schedule::Adaptive { min, max } => {
            format!("polled in its own rhythm, every {} to {}", span(*min), span(*max))
        }
        Schedule::Every(interval) => format!("polled every {}", span(*interval)),
        Schedule::Cron(cron) => format!("polled at {}", cron.line()),
    };
    let skips = due.skip.bits() != 0;
    [
        Some(own),
        due.failed.then(|| "waits grow with failures".to_owned()),
        due.retry_after.map(|wait| format!("the server asks to be left alone for {}", span(wait))),
        due.fresh_for.map(|wait| format!("the server says it is fresh for {}", span(wait))),
        due.ttl.map(|wait| format!("the feed asks to be kept for {}", span(wait))),
        skips.then(|| "the feed names hours or days to skip".to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

//! `feedwatch watch test`: a query on a text, or a file of cases.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{ArgGroup, Args};
use serde_json::json;
use url::Url;

use super::Asked;
use super::clauses::{ClauseView, tree};
use crate::alert::{one_line, shorten};
use crate::analysis::{Analyzer, Text};
use crate::cli::context::Context;
use crate::cli::output::{Failure, Output, write_error};
use crate::config::{Config, nearest};
use crate::ingest::Page;
use crate::matching::{CASE_KEYS, CaseOutcome, Document, Expectation, run_cases};
use crate::model::Span;
use crate::pipeline::fetch_page;

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("tried").args(["text", "file", "url", "title", "cases"]).required(true).multiple(true)))]
pub(in crate::cli) struct TestArgs {
    /// A query, or the name of a watch
    #[arg(required_unless_present = "cases")]
    query: Option<String>,
    /// The text to try it on
    #[arg(long, group = "body")]
    text: Option<String>,
    /// A file with the text to try it on
    #[arg(long, value_name = "FILE", group = "body")]
    file: Option<PathBuf>,
    /// A web page with the text to try it on
    #[arg(long, value_name = "URL", group = "body")]
    url: Option<Url>,
    /// The title above the text
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// A file of cases, each a line {"query" or "watch", "title", "summary", "body", "expect"}
    #[arg(long, value_name = "FILE", conflicts_with_all = ["query", "title", "body"])]
    cases: Option<PathBuf>,
}

/// Exit code 0 for a match or when every case passes, 1 otherwise, 2 for what cannot be tried.
pub(super) fn test(context: &Context, args: &TestArgs, output: &Output) -> Result<ExitCode, Failure> {
    let config = context.load()?.config;
    match &args.cases {
        Some(file) => cases(&config, file, output),
        None => one(context, &config, args, output),
    }
}

fn one(context: &Context, config: &Config, args: &TestArgs, output: &Output) -> Result<ExitCode, Failure> {
    let analyzer = Analyzer::new();
    let asked = Asked::new(config, args.query.as_deref().unwrap_or_default(), &analyzer)?;
    let Page { title, text: body } = page(context, config, args)?;
    let text = Text { title: &title, body: &body, ..Text::default() };
    let analysis = analyzer.analyze(&text, None);
    let document = Document::of(text, &analysis);
    let spans = asked.query.matches(&document);
    let explained = asked.query.explain(&document);
    if output.json {
        output.object(&json!({
            "matched": spans.is_some(),
            "lang": analysis.lang(),
            "spans": spans.as_deref().unwrap_or_default(),
            "why": ClauseView::new(asked.text, &explained),
        }))?;
    } else {
        output.line(if spans.is_some() { "match" } else { "no match" })?;
        for line in tree(asked.text, &explained, &places) {
            output.line(format!("  {line}"))?;
        }
    }
    Ok(if spans.is_some() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// The text to try it on; a title that was given goes before that of a page.
fn page(context: &Context, config: &Config, args: &TestArgs) -> Result<Page, Failure> {
    let page = match (&args.text, &args.file, &args.url) {
        (Some(text), _, _) => Page { text: text.clone(), ..Page::default() },
        (None, Some(file), _) => Page { text: read(file)?, ..Page::default() },
        (None, None, Some(url)) => {
            let now = context.ambient.now();
            // No answer is no "no match".
            let page = context.block_on(async { Ok(fetch_page(&config.fetch, url, now).await) })?;
            page.map_err(|error| Failure::Usage(format!("error: {error:#}")))?
        }
        (None, None, None) => Page::default(),
    };
    let title = args.title.clone().unwrap_or(page.title);
    Ok(Page { title, ..page })
}

fn read(file: &Path) -> Result<String, Failure> {
    let unreadable = |reason: &dyn std::fmt::Display| {
        Failure::Usage(format!("error: cannot read {}: {reason}", file.display()))
    };
    let bytes = std::fs::read(file).map_err(|error| unreadable(&error))?;
    String::from_utf8(bytes).map_err(|error| unreadable(&format!("{}: save it as UTF-8", error.utf8_error())))
}

fn cases(config: &Config, file: &Path, output: &Output) -> Result<ExitCode, Failure> {
    let cases = read(file)?;
    let is_case = |line: &str| !line.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').is_empty();
    if !cases.lines().any(is_case) {
        return Err(Failure::Usage(format!("error: {} holds no cases", file.display())));
    }
    let analyzer = Analyzer::new();
    let progress = output.progress(cases.lines().count(), "testing");
    let run = run_cases(&cases, &config.watches, &config.concepts, &analyzer);
    let outcomes: Vec<CaseOutcome> = run.inspect(|_| progress.step()).collect();
    drop(progress);
    outcomes.iter().for_each(warn_of_ignored);
    let failed = outcomes.iter().filter(|outcome| !outcome.pass).count();
    if output.json {
        outcomes.iter().try_for_each(|outcome| output.object(outcome))?;
    } else {
        outcomes.iter().filter(|outcome| !outcome.pass).try_for_each(|outcome| describe(outcome, output))?;
        output.line(format!("{} passed, {failed} failed", outcomes.len() - failed))?;
    }
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Rows may hold whatever their authors like; what looks like a slip of the pen is told.
fn warn_of_ignored(outcome: &CaseOutcome) {
    for key in &outcome.ignored {
        if let Some(meant) = nearest(key, CASE_KEYS) {
            let (row, key) = (outcome.row, one_line(key));
            write_error(&format!("warning: row {row}: `{key}` is ignored: did you mean `{meant}`?"));
        }
    }
}

/// A case that failed: what was asked, expected and found.
fn describe(outcome: &CaseOutcome, output: &Output) -> anyhow::Result<()> {
    let found = match (outcome.error.as_deref(), outcome.matched) {
        (Some(error), _) => format!("error: {}", one_line(error)),
        (None, true) => "it matches".to_owned(),
        (None, false) => "it does not match".to_owned(),
    };
    let expected = match outcome.expect {
        None => String::new(),
        Some(Expectation::Matched(true)) => "expected a match, ".to_owned(),
        Some(Expectation::Matched(false)) => "expected no match, ".to_owned(),
        Some(Expectation::Refused(_)) => "expected an error, ".to_owned(),
    };
    output.line(format!("row {}: {expected}{found}", outcome.row))?;
    if !outcome.query.is_empty() {
        output.line(format!("  query: {}", one_line(&outcome.query)))?;
    }
    if !outcome.title.is_empty() {
        output.line(format!("  on: {}", shorten(&outcome.title, 100)))?;
    }
    if let Some(explained) = &outcome.explanation {
        for line in tree(&outcome.query, explained, &places) {
            output.line(format!("  {line}"))?;
        }
    }
    output.line("")
}

/// Where words stand: `title:0-5  Japan`.
fn places(spans: &[Span]) -> Vec<String> {
    let place = |span: &Span| {
        format!("{}:{}-{}  {}", span.field.as_str(), span.start, span.end, one_line(&span.text))
    };
    spans.iter().map(place).collect()
}

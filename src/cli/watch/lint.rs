//! `feedwatch watch lint`: what to look at again in the watches.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::named;
use crate::analysis::Analyzer;
use crate::cli::context::Context;
use crate::cli::output::{Failure, Output};
use crate::cli::search::tell_stale;
use crate::cli::since::Since;
use crate::diagnostic;
use crate::model::Watch;
use crate::pipeline::{Archive, Finding, Linter};

#[derive(Debug, Args)]
pub(in crate::cli) struct LintArgs {
    /// Only this watch [default: all]
    watch: Option<String>,
    /// Judge by articles first seen since: 24h, 30d, or a date [default: all that are stored]
    #[arg(long, value_name = "SPAN|DATE")]
    since: Option<Since>,
}

/// A finding in JSON.
#[derive(Serialize)]
struct View<'a> {
    watch: &'a str,
    /// `query`, `never_matched` or `dominant`.
    kind: &'static str,
    /// The part of the query that it is about.
    part: Option<&'a str>,
    message: &'a str,
    help: Option<&'a str>,
}

pub(super) fn lint(context: &Context, args: &LintArgs, output: &Output) -> Result<ExitCode, Failure> {
    let config = context.read()?.config;
    let watches: Vec<&Watch> = match &args.watch {
        Some(name) => vec![named(&config, name)?],
        None => config.watches.iter().collect(),
    };
    let analyzer = Analyzer::new();
    let since = args.since.map(|since| since.moment(context.ambient.now()));
    let (articles, findings) = context.block_on(async {
        let store = context.open_to_read().await?;
        let archive = Archive { store: &store, analyzer: &analyzer, since };
        tell_stale(archive).await?;
        let mut linter = Linter::new(archive, &config.concepts).await?;
        let progress = output.progress(watches.len(), "looking through");
        let mut findings = Vec::new();
        for watch in watches {
            findings.extend(linter.look_at(watch).await?.into_iter().map(|finding| (watch, finding)));
            progress.step();
        }
        Ok((linter.articles(), findings))
    })?;
    if output.json {
        for (watch, finding) in &findings {
            output.object(&view(watch, finding))?;
        }
    } else {
        for (watch, finding) in &findings {
            let origin = format!("watch '{}'", watch.name);
            output.line(diagnostic::render(&finding.diagnostic, &origin, &watch.text, true))?;
        }
        let found = if findings.is_empty() { "nothing".to_owned() } else { findings.len().to_string() };
        output.line(format!("{found} to look at again, judged by {articles} stored articles"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn view<'a>(watch: &'a Watch, finding: &'a Finding) -> View<'a> {
    let diagnostic = &finding.diagnostic;
    View {
        watch: &watch.name,
        kind: finding.kind.as_str(),
        part: diagnostic.span.clone().and_then(|span| watch.text.get(span)),
        message: &diagnostic.message,
        help: diagnostic.help.as_deref(),
    }
}

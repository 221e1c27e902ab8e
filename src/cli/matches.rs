//! `feedwatch matches`

use std::process::ExitCode;

use clap::Args;

use super::context::Context;
use super::output::{Failure, Output, second};
use super::since::Since;
use crate::alert::{ArticleView, MatchView, one_line};
use crate::model::Span;
use crate::store::{MatchFilter, StoredMatch};

#[derive(Debug, Args)]
pub(super) struct MatchesArgs {
    /// Only this watch's
    #[arg(long, value_name = "NAME")]
    watch: Option<String>,
    /// How far back: 24h, 30d, or a date
    #[arg(long, value_name = "SPAN|DATE")]
    since: Option<Since>,
    /// At most so many, the newest
    #[arg(long, value_name = "N")]
    limit: Option<u32>,
    /// Comma-separated values with a header line, safe for spreadsheets
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

pub(super) fn matches(context: &Context, args: &MatchesArgs, output: &Output) -> Result<ExitCode, Failure> {
    let now = context.ambient.now();
    let filter = MatchFilter {
        watch: args.watch.clone(),
        since: args.since.map(|since| since.moment(now)),
        limit: args.limit,
    };
    let found = context.block_on(async {
        let store = context.open_to_read().await?;
        let found = store.matches(&filter).await;
        store.close().await;
        Ok(found?)
    })?;
    if args.csv {
        output.csv(&["matched_at", "watch", "title", "source", "lang", "url"], found.iter().map(cells))?;
    } else if output.json {
        for found in &found {
            output.object(&view(found))?;
        }
    } else if found.is_empty() {
        output.note("no matches")?;
    } else {
        let rows = found.iter().map(|found| {
            let [at, watch, title, source, lang, _] = cells(found);
            vec![at, watch, title, source, lang, words(&found.matched.spans)]
        });
        output.table(&["MATCHED AT", "WATCH", "TITLE", "SOURCE", "LANG", "WORDS"], rows.collect())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The match as programs see it.
fn view(found: &StoredMatch) -> MatchView {
    let article = &found.article;
    MatchView::new(&found.matched, ArticleView::new(&article.article, &article.source, &article.feed_url))
}

fn cells(found: &StoredMatch) -> [String; 6] {
    let article = &found.article.article;
    [
        second(found.matched.matched_at),
        found.matched.watch.clone(),
        one_line(&article.title),
        one_line(&found.article.source),
        article.lang.map(|lang| lang.to_string()).unwrap_or_default(),
        article.url.clone().unwrap_or_default(),
    ]
}

/// The different words that matched, the first few.
pub(super) fn words(spans: &[Span]) -> String {
    const SHOWN: usize = 4;
    let mut words: Vec<String> = Vec::new();
    for span in spans {
        let word = one_line(&span.text);
        if !words.contains(&word) {
            words.push(word);
        }
    }
    let more = words.len() > SHOWN;
    words.truncate(SHOWN);
    words.join(", ") + if more { ", …" } else { "" }
}

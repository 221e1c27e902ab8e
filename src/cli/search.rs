//! `feedwatch search`: the watch language over what is stored.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::context::Context;
use super::id::short;
use super::matches::words;
use super::output::{Failure, Output, minute, write_error};
use super::since::Since;
use crate::alert::{ArticleView, one_line};
use crate::analysis::Analyzer;
use crate::model::Span;
use crate::pipeline::{self, Archive, Found};

#[derive(Debug, Args)]
pub(super) struct SearchArgs {
    /// What to look for, in the language of watches
    query: String,
    /// How far back: 24h, 30d, or a date
    #[arg(long, value_name = "SPAN|DATE")]
    since: Option<Since>,
    /// At most so many, the newest
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: usize,
}

/// A found article in JSON.
#[derive(Serialize)]
pub(super) struct View<'a> {
    article: ArticleView,
    spans: &'a [Span],
}

impl<'a> From<&'a Found> for View<'a> {
    fn from(found: &'a Found) -> Self {
        let stored = &found.article;
        let article = ArticleView::new(&stored.article, &stored.source, &stored.feed_url);
        Self { article, spans: &found.spans }
    }
}

pub(super) fn search(context: &Context, args: &SearchArgs, output: &Output) -> Result<ExitCode, Failure> {
    let concepts = &context.salvage()?.config.concepts;
    let analyzer = Analyzer::new();
    let query = pipeline::compile_query("query", &args.query, concepts, &analyzer).map_err(Failure::Usage)?;
    pipeline::doubts(&args.query).iter().for_each(|doubt| write_error(doubt));
    let since = args.since.map(|since| since.moment(context.ambient.now()));
    let found = context.block_on(async {
        let store = context.open_to_read().await?;
        let archive = Archive { store: &store, analyzer: &analyzer, since };
        let stale = tell_stale(archive).await?;
        let steps = if stale > 0 { pipeline::search_steps(archive, &query).await? } else { 0 };
        let progress = output.progress(steps as usize, "searching");
        let step = || {
            if stale > 0 {
                progress.step();
            }
        };
        let found = pipeline::search(archive, &query, args.limit, step).await;
        drop(progress);
        store.close().await;
        Ok(found?)
    })?;
    if output.json {
        found.iter().map(View::from).try_for_each(|view| output.object(&view))?;
    } else if found.is_empty() {
        output.note("nothing found")?;
    } else {
        table(&found, output)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Tells why it takes longer where articles are not indexed as this version reads them; returns how many.
pub(super) async fn tell_stale(archive: Archive<'_>) -> anyhow::Result<u64> {
    let stale = archive.stale().await?;
    if stale > 0 {
        let (articles, are) = if stale == 1 { ("article", "is") } else { ("articles", "are") };
        write_error(&format!(
            "note: {stale} {articles} {are} still indexed as another version of feedwatch reads: each is read, which takes \
             longer, until `feedwatch run` or `poll` has indexed them anew"
        ));
    }
    Ok(stale)
}

/// Found articles for people.
pub(super) fn table(found: &[Found], output: &Output) -> anyhow::Result<()> {
    let rows = found.iter().map(|found| {
        let article = &found.article.article;
        vec![
            minute(article.published_at),
            one_line(&article.title),
            one_line(&found.article.source),
            article.lang.map(|lang| lang.to_string()).unwrap_or_default(),
            short(article.id),
            words(&found.spans),
        ]
    });
    output.table(&["PUBLISHED AT", "TITLE", "SOURCE", "LANG", "ARTICLE", "WORDS"], rows.collect())
}

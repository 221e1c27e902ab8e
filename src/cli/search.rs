//! `feedwatch search`: the watch language over what is stored.

use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::context::Context;
use super::matches::words;
use super::output::{Failure, Output, minute};
use super::since::Since;
use crate::alert::{ArticleView, one_line};
use crate::model::Span;
use crate::pipeline::{Found, Search};

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
struct View {
    article: ArticleView,
    spans: Vec<Span>,
}

pub(super) fn search(context: &Context, args: &SearchArgs, output: &Output) -> Result<ExitCode, Failure> {
    let concepts = context.load()?.config.concepts;
    let search = Search::compile(&args.query, &concepts).map_err(Failure::Usage)?;
    let since = args.since.map(|since| since.moment(context.ambient.now()));
    let found = context.block_on(async {
        let store = context.open_to_read().await?;
        let found = search.run(&store, since, args.limit).await;
        store.close().await;
        Ok(found?)
    })?;
    if output.json {
        found.into_iter().map(view).try_for_each(|view| output.object(&view))?;
    } else if found.is_empty() {
        output.note("nothing found")?;
    } else {
        let rows = found.iter().map(|found| {
            let article = &found.article.article;
            vec![
                minute(article.published_at),
                one_line(&article.title),
                one_line(&found.article.source),
                article.lang.map(|lang| lang.to_string()).unwrap_or_default(),
                words(&found.spans),
            ]
        });
        output.table(&["PUBLISHED AT", "TITLE", "SOURCE", "LANG", "WORDS"], rows.collect())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn view(found: Found) -> View {
    let stored = &found.article;
    View { article: ArticleView::new(&stored.article, &stored.source, &stored.feed_url), spans: found.spans }
}

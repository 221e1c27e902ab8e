//! `feedwatch watch explain`: why an article matches, or why not.

use std::process::ExitCode;

use clap::Args;
use serde_json::json;

use super::Asked;
use super::clauses::{ClauseView, tree};
use crate::alert::render::{Marks, segments};
use crate::alert::{ArticleView, mark, one_line, snippets};
use crate::analysis::Analyzer;
use crate::cli::context::Context;
use crate::cli::id::{IdPrefix, only};
use crate::cli::output::{Failure, Output, minute};
use crate::model::{Article, ArticleId, Field, Span};
use crate::pipeline::ask;
use crate::store::{Store, StoredArticle};

#[derive(Debug, Args)]
pub(in crate::cli) struct ExplainArgs {
    /// The name of a watch, or a query
    #[arg(value_name = "WATCH|QUERY")]
    query: String,
    /// The article's id or its beginning, as `matches` and `search` show it, or the address of its page
    #[arg(value_name = "ARTICLE-ID|URL")]
    article: String,
}

pub(super) fn explain(context: &Context, args: &ExplainArgs, output: &Output) -> Result<ExitCode, Failure> {
    let config = context.load()?.config;
    let analyzer = Analyzer::new();
    let asked = Asked::new(&config, &args.query, &analyzer)?;
    let stored = context.block_on(async {
        let store = context.open_to_read().await?;
        let stored = find(&args.article, &store).await;
        store.close().await;
        stored
    })?;
    let explained = ask(&analyzer, &stored, |document| asked.query.explain(document));
    if output.json {
        output.object(&json!({
            "watch": asked.watch,
            "query": asked.text,
            "article": ArticleView::new(&stored.article, &stored.source, &stored.feed_url),
            "matched": explained.holds,
            "why": ClauseView::new(asked.text, &explained),
        }))?;
    } else {
        let marks = if output.is_terminal() { Marks::BOLD } else { Marks::STARS };
        let show = |spans: &[Span]| surroundings(&stored.article, spans, marks);
        output.line(headline(&stored))?;
        output.line(if explained.holds { "match" } else { "no match" })?;
        for line in tree(asked.text, &explained, &show) {
            output.line(format!("  {line}"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// The article of this id or address, or the only one whose id begins so.
async fn find(article: &str, store: &Store) -> Result<StoredArticle, Failure> {
    const WAY_OUT: &str = "`feedwatch matches` and `feedwatch search` show the ids";
    let name = one_line(article);
    let ends = IdPrefix::read(article).map(|prefix| prefix.ends().map(|end| ArticleId::parse(&end)));
    let found = match ends {
        Some([Some(first), Some(last)]) => {
            let found = store.articles_between(first, last).await?;
            store.article(only(&found, "stored article", &name, WAY_OUT)?).await?
        }
        _ => store.article_at(article).await?,
    };
    found.ok_or_else(|| Failure::Usage(format!("error: there is no stored article '{name}': {WAY_OUT}")))
}

fn headline(stored: &StoredArticle) -> String {
    let at = minute(stored.article.published_at);
    format!("{} ({}, {at})", one_line(&stored.article.title), one_line(&stored.source))
}

/// The words of `spans` in their surroundings, a line for each piece of the article.
fn surroundings(article: &Article, spans: &[Span], marks: Marks) -> Vec<String> {
    let line = |field: Field, text: &[_]| format!("{}: {}", field.as_str(), segments(text, marks));
    let mut in_title = spans.iter().filter(|span| span.field == Field::Title).peekable();
    let title = in_title.peek().is_some().then(|| line(Field::Title, &mark(&article.title, in_title)));
    let others = snippets(article, spans);
    title.into_iter().chain(others.iter().map(|snippet| line(snippet.field, &snippet.segments))).collect()
}

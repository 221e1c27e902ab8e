//! `feedwatch matches`

use std::collections::HashMap;
use std::process::ExitCode;

use clap::Args;

use super::context::Context;
use super::id::short;
use super::names::unknown;
use super::output::{Failure, Output, second};
use super::since::Since;
use crate::alert::{ArticleView, MatchView, StoryRef, one_line};
use crate::model::{ArticleId, Span};
use crate::store::{MatchFilter, Store, StoredArticle, StoredMatch, StorySummary};

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
    let (found, stories) = context.block_on(async {
        let store = context.open_to_read().await?;
        let found = store.matches(&filter).await?;
        let articles: Vec<ArticleId> = found.iter().map(|found| found.matched.article).collect();
        let stories = store.stories_of(&articles).await?;
        if let Some(watch) = filter.watch.as_deref().filter(|_| found.is_empty()) {
            check_watch(context, &store, watch).await?;
        }
        store.close().await;
        Ok((found, stories))
    })?;
    if args.csv {
        let header = [
            "matched_at",
            "watch",
            "title",
            "source",
            "lang",
            "url",
            "story",
            "sources",
            "attribution",
            "article",
            "baseline",
        ];
        output.csv(&header, found.iter().map(|found| cells(found, story_of(found, &stories))))?;
    } else if output.json {
        for found in &found {
            output.object(&view(found, story_of(found, &stories)))?;
        }
    } else if found.is_empty() {
        output.note("no matches")?;
    } else {
        let rows = found.iter().map(|found| {
            let story = story_of(found, &stories);
            let [at, watch, title, source, lang, _, _, sources, _, article, _] = cells(found, story);
            let story = story.map(|story| short(story.id)).unwrap_or_default();
            let untold = if found.is_baseline { " (first poll: not told)" } else { "" };
            let words = words(&found.matched.spans) + untold;
            vec![at, watch, title, source, lang, short(article), story, sources, words]
        });
        let header =
            ["MATCHED AT", "WATCH", "TITLE", "SOURCE", "LANG", "ARTICLE", "STORY", "SOURCES", "WORDS"];
        output.table(&header, rows.collect())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses a watch that neither is configured nor ever matched; one that was removed has its matches.
pub(super) async fn check_watch(context: &Context, store: &Store, watch: &str) -> Result<(), Failure> {
    let known = context.salvage()?;
    let matched = store.matched_watches().await?;
    let configured = known.config.watches.iter().map(|watch| &watch.name);
    let names: Vec<&str> = configured.chain(&matched).map(String::as_str).collect();
    if !known.is_whole || names.contains(&watch) {
        return Ok(());
    }
    Err(unknown("watch", watch, names, "watch list"))
}

/// The match as programs see it.
fn view(found: &StoredMatch, story: Option<&StorySummary>) -> MatchView {
    let StoredArticle { article, source, feed_url, .. } = &found.article;
    let story = story.map(|story| StoryRef {
        id: story.id.to_string(),
        articles: story.articles,
        sources: story.sources,
    });
    let view = ArticleView::new(article, source, feed_url);
    MatchView::new(&found.matched, view, story, article.attribution.clone(), found.is_baseline)
}

fn story_of<'s>(
    found: &StoredMatch,
    stories: &'s HashMap<ArticleId, StorySummary>,
) -> Option<&'s StorySummary> {
    stories.get(&found.matched.article)
}

fn cells(found: &StoredMatch, story: Option<&StorySummary>) -> [String; 11] {
    let article = &found.article.article;
    [
        second(found.matched.matched_at),
        found.matched.watch.clone(),
        one_line(&article.title),
        one_line(&found.article.source),
        article.lang.map(|lang| lang.to_string()).unwrap_or_default(),
        article.url.clone().unwrap_or_default(),
        story.map(|story| story.id.to_string()).unwrap_or_default(),
        story.map(|story| story.sources.to_string()).unwrap_or_default(),
        article.attribution.clone().unwrap_or_default(),
        article.id.to_string(),
        if found.is_baseline { "yes" } else { "" }.to_owned(),
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

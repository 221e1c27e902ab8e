//! `feedwatch story list | show`

use std::process::ExitCode;

use anyhow::anyhow;
use clap::{Args, Subcommand};
use serde::Serialize;

use super::context::Context;
use super::id::{IdPrefix, only, short};
use super::output::{Failure, Output, minute, second};
use super::since::Since;
use crate::alert::{one_line, time};
use crate::model::{ArticleId, Lang, StoryId, Timestamp};
use crate::store::{StoryArticle, StorySummary, Told};

/// Where ids of stories stand.
const WAY_OUT: &str = "`feedwatch story list` shows those of several sources";

#[derive(Debug, Subcommand)]
pub(super) enum StoryCommand {
    /// List stories, the one that was joined last at the end
    List(ListArgs),
    /// Show one: its articles, and who was told of it
    Show(ShowArgs),
}

#[derive(Debug, Args)]
pub(super) struct ListArgs {
    /// Joined since: 24h, 30d, or a date
    #[arg(long, value_name = "SPAN|DATE")]
    since: Option<Since>,
    /// Told by so many sources or more
    #[arg(long, value_name = "N", default_value_t = 2)]
    sources: u32,
    /// At most so many, those joined last
    #[arg(long, value_name = "N", default_value_t = 50)]
    limit: u32,
}

#[derive(Debug, Args)]
pub(super) struct ShowArgs {
    /// Its id, or the beginning of it, as `story list` and `matches` show it
    #[arg(value_name = "ID", value_parser = id)]
    id: IdPrefix,
    /// At most so many articles, the first
    #[arg(long, value_name = "N", default_value_t = 200)]
    limit: u32,
}

/// A story in JSON.
#[derive(Debug, Serialize)]
struct StoryJson<'a> {
    id: StoryId,
    title: &'a str,
    articles: u32,
    sources: u32,
    languages: &'a [Lang],
    countries: &'a [String],
    #[serde(with = "time")]
    first_seen_at: Timestamp,
    #[serde(with = "time")]
    last_seen_at: Timestamp,
}

/// A story with all that is known of it.
#[derive(Debug, Serialize)]
struct ShownJson<'a> {
    #[serde(flatten)]
    story: StoryJson<'a>,
    members: Vec<MemberJson<'a>>,
    told: Vec<ToldJson<'a>>,
}

#[derive(Debug, Serialize)]
struct MemberJson<'a> {
    id: ArticleId,
    joined: &'a str,
    title: &'a str,
    source: &'a str,
    url: Option<&'a str>,
    lang: Option<Lang>,
    attribution: Option<&'a str>,
    #[serde(with = "time")]
    first_seen_at: Timestamp,
}

#[derive(Debug, Serialize)]
struct ToldJson<'a> {
    watch: &'a str,
    channel: &'a str,
    occasion: &'a str,
    #[serde(with = "time")]
    at: Timestamp,
    state: Option<&'a str>,
    passed_on_to: Option<&'a str>,
}

pub(super) fn story(context: &Context, command: &StoryCommand, output: &Output) -> Result<ExitCode, Failure> {
    match command {
        StoryCommand::List(args) => list(context, args, output),
        StoryCommand::Show(args) => show(context, args, output),
    }
}

fn list(context: &Context, args: &ListArgs, output: &Output) -> Result<ExitCode, Failure> {
    let since = args.since.map(|since| since.moment(context.ambient.now()));
    let stories = context.block_on(async {
        let store = context.open_to_read().await?;
        let stories = store.stories(since, args.sources, args.limit).await;
        store.close().await;
        Ok(stories?)
    })?;
    if output.json {
        for story in &stories {
            output.object(&view(story))?;
        }
    } else if stories.is_empty() {
        output.note("no stories")?;
    } else {
        let rows = stories.iter().map(|story| {
            vec![
                short(story.id),
                story.sources.to_string(),
                story.articles.to_string(),
                languages(&story.langs),
                minute(story.first_seen_at),
                minute(story.last_seen_at),
                one_line(&story.title),
            ]
        });
        let header = ["STORY", "SOURCES", "ARTICLES", "LANGUAGES", "FIRST SEEN", "LAST SEEN", "TITLE"];
        output.table(&header, rows.collect())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(context: &Context, args: &ShowArgs, output: &Output) -> Result<ExitCode, Failure> {
    let (story, articles, told) = context.block_on(async {
        let store = context.open_to_read().await?;
        let [first, last] = args.id.ends().map(|end| StoryId::parse(&end));
        let (Some(first), Some(last)) = (first, last) else {
            return Err(anyhow!("'{}' is no id", args.id).into());
        };
        let found = store.stories_between(first, last).await?;
        let id = only(&found, "story", &args.id, WAY_OUT)?;
        let story = store.story(id).await?;
        let articles = store.story_articles(id, args.limit).await?;
        let told = store.told_of(id).await?;
        store.close().await;
        Ok((story, articles, told))
    })?;
    // Forgotten meanwhile.
    let Some(story) = story else { return only(&[], "story", &args.id, WAY_OUT) };
    if output.json {
        output.object(&ShownJson {
            story: view(&story),
            members: articles.iter().map(member).collect(),
            told: told.iter().map(told_json).collect(),
        })?;
        return Ok(ExitCode::SUCCESS);
    }
    output.line(one_line(&story.title))?;
    output.line(format!(
        "{}: {}, {}, {}, first seen {}, last seen {}",
        story.id,
        count(story.articles, "article"),
        count(story.sources, "source"),
        languages(&story.langs),
        second(story.first_seen_at),
        second(story.last_seen_at),
    ))?;
    output.line("")?;
    let rows = articles.iter().map(|article| {
        vec![
            short(article.id),
            second(article.first_seen_at),
            article.joined.as_str().replace('_', " "),
            one_line(&article.source),
            article.lang.map(|lang| lang.to_string()).unwrap_or_default(),
            article.attribution.clone().unwrap_or_default(),
            one_line(&article.title),
        ]
    });
    let header = ["ARTICLE", "FIRST SEEN", "JOINED AS", "SOURCE", "LANG", "CREDITS", "TITLE"];
    output.table(&header, rows.collect())?;
    output.line("")?;
    if told.is_empty() {
        return Ok(output.line("nobody was told of it").map(|()| ExitCode::SUCCESS)?);
    }
    let rows = told.iter().map(|told| {
        vec![
            second(told.at),
            told.watch.clone(),
            told.channel.clone(),
            told.occasion.clone(),
            told.state.clone().unwrap_or_default().replace('_', " "),
            told.passed_on_to.clone().unwrap_or_default(),
        ]
    });
    let header = ["TOLD AT", "WATCH", "CHANNEL", "OCCASION", "STATE", "PASSED ON TO"];
    output.table(&header, rows.collect())?;
    Ok(ExitCode::SUCCESS)
}

fn count(count: u32, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Reads an id that was given on the command line.
fn id(text: &str) -> Result<IdPrefix, String> {
    IdPrefix::read(text).ok_or_else(|| format!("'{text}' is no id: {WAY_OUT}"))
}

fn view(story: &StorySummary) -> StoryJson<'_> {
    StoryJson {
        id: story.id,
        title: &story.title,
        articles: story.articles,
        sources: story.sources,
        languages: &story.langs,
        countries: &story.countries,
        first_seen_at: story.first_seen_at,
        last_seen_at: story.last_seen_at,
    }
}

fn member(article: &StoryArticle) -> MemberJson<'_> {
    MemberJson {
        id: article.id,
        joined: article.joined.as_str(),
        title: &article.title,
        source: &article.source,
        url: article.url.as_deref(),
        lang: article.lang,
        attribution: article.attribution.as_deref(),
        first_seen_at: article.first_seen_at,
    }
}

fn told_json(told: &Told) -> ToldJson<'_> {
    ToldJson {
        watch: &told.watch,
        channel: &told.channel,
        occasion: &told.occasion,
        at: told.at,
        state: told.state.as_deref(),
        passed_on_to: told.passed_on_to.as_deref(),
    }
}

fn languages(langs: &[Lang]) -> String {
    langs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

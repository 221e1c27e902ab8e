//! The middle of a poll, between the network and the database: parse, ingest, analyse, match. Pure
//! computation, long for a long feed: it runs off the asynchronous threads.

use std::collections::HashMap;

use super::Setup;
use super::stories::Places;
use crate::analysis::{Analysis, Text, index_text};
use crate::config::FetchSettings;
use crate::ingest::{Census, Ingested, Known, feed_title, ingest, is_brief, keys};
use crate::matching;
use crate::model::{
    Article, ArticleId, ArticleWrite, Brevity, EntryKey, Feed, Match, MatchId, PageState, ParagraphCount,
    Timestamp, source_name,
};
use crate::parse::{self, Limits, ParseError, ParsedFeed, Source};
use crate::story::{self, Newcomer, Sketch};

/// Elements nested deeper are no feed's, and overflow a parser's stack.
const MAX_DEPTH: usize = 64;

/// What the entries of a feed turned out to be.
#[derive(Debug, Default)]
pub(super) struct Findings {
    pub(super) new: Vec<ArticleWrite>,
    pub(super) changed: Vec<ArticleWrite>,
    /// Known articles, changed ones among them.
    pub(super) seen: Vec<ArticleId>,
    pub(super) paragraphs: Vec<ParagraphCount>,
    pub(super) matches: Vec<Match>,
    /// New and changed articles, to be placed among the stories, those published first at the front.
    pub(super) newcomers: Vec<Newcomer>,
    /// Where they stand, once they are placed.
    pub(super) places: Places,
    /// How far the pages of new and edited articles are.
    pub(super) pages: Vec<PageState>,
    /// How much the feed itself says in what is new.
    pub(super) brevity: Brevity,
    /// Since when each watch asks what it asks, by name; needed, and known, only where articles changed.
    pub(super) since: HashMap<String, Timestamp>,
}

/// Reads a body as a feed.
pub(super) fn read(
    body: &[u8],
    content_type: Option<&str>,
    url: &str,
    settings: &FetchSettings,
) -> Result<ParsedFeed, ParseError> {
    let limits =
        Limits { max_bytes: settings.max_body, max_entries: settings.max_entries, max_depth: MAX_DEPTH };
    parse::parse(body, &Source { content_type, url }, &limits)
}

/// Every key under which the database may know an entry of the feed.
pub(super) fn asked_keys(parsed: &ParsedFeed) -> Vec<EntryKey> {
    keys(parsed).into_iter().flat_map(|keys| [Some(keys.key), keys.alternate]).flatten().collect()
}

/// The entries of a feed, told apart.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// The outlet's name.
    pub(super) source: String,
    pub(super) ingested: Vec<Ingested>,
}

impl Gathered {
    /// How much the feed itself says in what is new.
    pub(super) fn brevity(&self) -> Brevity {
        let new = self.ingested.iter().filter_map(|entry| match entry {
            Ingested::New { article, .. } => Some(is_brief(article)),
            Ingested::Changed(_) | Ingested::Known(_) => None,
        });
        new.fold(Brevity::default(), |sum, brief| Brevity {
            entries: sum.entries + 1,
            brief: sum.brief + u32::from(brief),
        })
    }

    /// What is to be asked about their paragraphs.
    pub(super) fn census(&self, setup: &Setup) -> Census {
        Census::of(&self.ingested, &self.source, &setup.analyzer)
    }
}

/// Tells new from known.
pub(super) fn gather(
    feed: &Feed,
    parsed: &ParsedFeed,
    known: &HashMap<EntryKey, Known>,
    now: Timestamp,
) -> Gathered {
    let title = feed_title(parsed);
    let source = source_name(feed.source.as_deref(), title.as_deref(), feed.url.as_str()).to_owned();
    Gathered { source, ingested: ingest(feed.id, parsed, known, now) }
}

/// Marks boilerplate, and asks every watch about what is new or changed. `earlier` is what the database
/// remembers of the paragraphs.
pub(super) fn evaluate(
    setup: &Setup,
    feed: &Feed,
    gathered: Gathered,
    census: &Census,
    earlier: &HashMap<u64, ParagraphCount>,
    now: Timestamp,
) -> Findings {
    let Gathered { source, mut ingested } = gathered;
    census.mark(&mut ingested, earlier, &setup.analyzer);
    // Whoever told it first is told of: feeds carry the newest first.
    ingested.sort_by_key(|entry| match entry {
        Ingested::New { article, .. } | Ingested::Changed(article) => article.published_at,
        Ingested::Known(_) => Timestamp::MIN_UTC,
    });
    let mut findings = Findings { paragraphs: census.counts(), ..Findings::default() };
    for entry in ingested {
        match entry {
            Ingested::New { article, alternate } => {
                let examined = examine(setup, feed, &source, article, alternate, now);
                findings.new.push(examined.write);
                findings.matches.extend(examined.matches);
                findings.newcomers.push(examined.newcomer);
            }
            Ingested::Changed(article) => {
                findings.seen.push(article.id);
                let examined = examine(setup, feed, &source, article, None, now);
                findings.changed.push(examined.write);
                findings.matches.extend(examined.matches);
                findings.newcomers.push(examined.newcomer);
            }
            Ingested::Known(key) => findings.seen.push(ArticleId::of(feed.id, &key)),
        }
    }
    findings
}

/// What one analysis of an article gave.
struct Examined {
    write: ArticleWrite,
    matches: Vec<Match>,
    newcomer: Newcomer,
}

fn examine(
    setup: &Setup,
    feed: &Feed,
    source: &str,
    mut article: Article,
    alternate: Option<EntryKey>,
    now: Timestamp,
) -> Examined {
    let declared = article.lang.or(feed.lang);
    let analysis = setup.analyzer.analyze(&Text::from(&article), declared);
    article.lang = analysis.lang();
    article.attribution = story::attribution(&article);
    setup.learn(article.id, &analysis);
    let tags = document_tags(&feed.tags, &article.tags);
    let document = document(&article, &analysis, source, feed.country.as_deref(), &tags);
    let found = setup.matcher.matches(&document);
    let matches = found
        .iter()
        .map(|matched| {
            let watch = setup.config.watches[matched.watch].name.clone();
            Match {
                id: MatchId::of(&watch, article.id),
                watch,
                article: article.id,
                matched_at: now,
                spans: matched.spans(),
            }
        })
        .collect();
    let concepts = found.concepts().into_iter().map(str::to_owned).collect();
    let index_text = index_text(&analysis);
    let sketch = Sketch::of(&Text::from(&article), &analysis, &article.boilerplate, &setup.vocabulary);
    let newcomer = Newcomer {
        article: article.id,
        at: article.published_at.min(now),
        seen_at: now,
        lang: article.lang,
        source: source.to_owned(),
        country: feed.country.clone(),
        sketch,
    };
    Examined { write: ArticleWrite { article, alternate, index_text, concepts }, matches, newcomer }
}

/// The tags that `tag:` sees: the owner's, then the entry's.
pub(super) fn document_tags(feed: &[String], entry: &[String]) -> Vec<String> {
    feed.iter().chain(entry).cloned().collect()
}

/// An article as queries see it.
pub(super) fn document<'a>(
    article: &'a Article,
    analysis: &'a Analysis,
    source: &'a str,
    country: Option<&'a str>,
    tags: &'a [String],
) -> matching::Document<'a> {
    matching::Document {
        source,
        country: country.unwrap_or_default(),
        tags,
        url: article.url.as_deref().unwrap_or_default(),
        boilerplate: &article.boilerplate,
        ..matching::Document::of(Text::from(article), analysis)
    }
}

//! The stored articles as queries see them: compiled queries in, documents out, newest first.

use std::ops::{ControlFlow, RangeInclusive};

use super::reading::{document, document_tags};
use crate::analysis::{Analyzer, INDEX_TEXT_VERSION, Text};
use crate::diagnostic;
use crate::matching::{CompiledQuery, Document, Subject};
use crate::model::{Concept, Timestamp};
use crate::query;
use crate::store::{Store, StoredArticle};

/// Candidates read at once.
const PAGE: u32 = 500;

/// Compiles `text`; `origin` names it in what is wrong with it.
///
/// # Errors
/// All that is wrong with it, drawn for people.
pub fn compile_query(
    origin: &str,
    text: &str,
    concepts: &[Concept],
    analyzer: &Analyzer,
) -> Result<CompiledQuery, String> {
    let draw = |diagnostic: &_| diagnostic::render(diagnostic, origin, text, true);
    let parsed = query::parse(text).map_err(|wrong| wrong.iter().map(draw).collect::<Vec<_>>().join("\n"))?;
    CompiledQuery::compile(&parsed.query, concepts, analyzer).map_err(|errors| {
        let drawn = errors.iter().map(|error| match error.subject {
            Subject::Query => draw(&error.diagnostic),
            Subject::Watch(_) | Subject::Concept(_) => format!("error: {error}"),
        });
        drawn.collect::<Vec<_>>().join("\n")
    })
}

/// What the author of a query should look at again, drawn; nothing for a query that is refused.
pub fn doubts(text: &str) -> Vec<String> {
    let warnings = query::parse(text).map(|parsed| parsed.warnings).unwrap_or_default();
    warnings.iter().map(|warning| diagnostic::render(warning, "query", text, true)).collect()
}

/// What `ask` says of `stored`, seen as the matcher sees it.
pub fn ask<T>(analyzer: &Analyzer, stored: &StoredArticle, ask: impl FnOnce(&Document<'_>) -> T) -> T {
    let article = &stored.article;
    let analysis = analyzer.analyze(&Text::from(article), article.lang);
    let tags = document_tags(&stored.feed_tags, &article.tags);
    ask(&document(article, &analysis, &stored.source, stored.country.as_deref(), &tags))
}

/// A filter, and the numbers of the articles that it is for.
type Part<'f> = (Option<&'f str>, RangeInclusive<i64>);

/// The articles first seen since some moment.
#[derive(Clone, Copy)]
pub struct Archive<'a> {
    /// Where they are.
    pub store: &'a Store,
    /// What reads them.
    pub analyzer: &'a Analyzer,
    /// `None`: all that are stored.
    pub since: Option<Timestamp>,
}

impl Archive<'_> {
    /// How many articles `filter` lets through.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn count(&self, filter: Option<&str>) -> anyhow::Result<u64> {
        let mut count = 0;
        for (filter, range) in self.parts(filter).await? {
            count += self.store.candidate_count(filter, self.since, range).await?;
        }
        Ok(count)
    }

    /// How many of its articles every filter lets through, since another version of the analysis indexed them.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn stale(&self) -> anyhow::Result<u64> {
        self.store.stale_count(INDEX_TEXT_VERSION, self.since).await
    }

    /// Shows `visit` every article that `filter` lets through, newest first, until it breaks.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn visit(
        &self,
        filter: Option<&str>,
        mut visit: impl FnMut(&StoredArticle, &Document<'_>) -> ControlFlow<()>,
    ) -> anyhow::Result<()> {
        for (filter, mut range) in self.parts(filter).await? {
            loop {
                let page = self.store.candidates(filter, self.since, range.clone(), PAGE).await?;
                let Some((last, _)) = page.last() else { break };
                range = *range.start()..=last - 1;
                for (_, stored) in &page {
                    if ask(self.analyzer, stored, |document| visit(stored, document)).is_break() {
                        return Ok(());
                    }
                }
            }
        }
        Ok(())
    }

    /// The articles, newest first, with what lets them through. A filter of today's tokens says nothing of an article
    /// that is indexed by others.
    async fn parts<'f>(&self, filter: Option<&'f str>) -> anyhow::Result<Vec<Part<'f>>> {
        let stale = match filter {
            Some(_) => self.store.stale_upto(INDEX_TEXT_VERSION).await?,
            None => i64::MAX,
        };
        let first = match self.since {
            Some(since) => self.store.first_since(since).await?,
            None => 1,
        };
        let indexed = stale.checked_add(1).map(|next| (filter, next.max(first)..=i64::MAX));
        Ok(indexed
            .into_iter()
            .chain([(None, first..=stale)])
            .filter(|(_, range)| !range.is_empty())
            .collect())
    }
}

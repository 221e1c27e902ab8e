//! Search over stored articles: the index proposes, the compiled query decides, so that a search and a
//! watch of the same words agree.

use crate::analysis::{Analyzer, Text};
use crate::diagnostic;
use crate::matching::CompiledQuery;
use crate::model::{Concept, Span, Timestamp};
use crate::query;
use crate::store::{Store, StoredArticle};

use super::reading::{document, document_tags};

/// Candidates read at once.
const PAGE: u32 = 500;

/// A query, ready to be asked of the database.
pub struct Search {
    analyzer: Analyzer,
    query: CompiledQuery,
    filter: Option<String>,
}

/// An article that a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The article.
    pub article: StoredArticle,
    /// The places that prove it.
    pub spans: Vec<Span>,
}

impl Search {
    /// Compiles `text`.
    ///
    /// # Errors
    /// All that is wrong with it, drawn for people.
    pub fn compile(text: &str, concepts: &[Concept]) -> Result<Self, String> {
        let draw = |diagnostic: &_| diagnostic::render(diagnostic, "query", text, true);
        let parsed =
            query::parse(text).map_err(|wrong| wrong.iter().map(draw).collect::<Vec<_>>().join("\n"))?;
        let analyzer = Analyzer::new();
        let query = CompiledQuery::compile(&parsed.query, concepts, &analyzer).map_err(|errors| {
            errors.iter().map(|error| draw(&error.diagnostic)).collect::<Vec<_>>().join("\n")
        })?;
        let filter = query.prefilter().to_fts5();
        Ok(Self { analyzer, query, filter })
    }

    /// The newest `limit` articles that match, first seen at `since` or later; newest first.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn run(
        &self,
        store: &Store,
        since: Option<Timestamp>,
        limit: usize,
    ) -> anyhow::Result<Vec<Found>> {
        let mut found = Vec::new();
        let mut before = None;
        while found.len() < limit {
            let page = store.candidates(self.filter.as_deref(), since, before, PAGE).await?;
            let Some((last, _)) = page.last() else { break };
            before = Some(*last);
            let matching = page.into_iter().filter_map(|(_, article)| self.ask(article));
            found.extend(matching.take(limit - found.len()));
        }
        Ok(found)
    }

    fn ask(&self, article: StoredArticle) -> Option<Found> {
        let text = Text::from(&article.article);
        let analysis = self.analyzer.analyze(&text, article.article.lang);
        let tags = document_tags(&article.feed_tags, &article.article.tags);
        let document =
            document(&article.article, &analysis, &article.source, article.country.as_deref(), &tags);
        let spans = self.query.matches(&document)?;
        Some(Found { article, spans })
    }
}

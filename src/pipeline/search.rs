//! Search over stored articles: the index proposes, the compiled query decides, so that a search and a
//! watch of the same words agree.

use std::ops::ControlFlow;

use super::archive::Archive;
use crate::matching::{CompiledQuery, Document};
use crate::model::Span;
use crate::store::StoredArticle;

/// An article that a search found.
#[derive(Clone, Debug, PartialEq)]
pub struct Found {
    /// The article.
    pub article: StoredArticle,
    /// The places that prove it.
    pub spans: Vec<Span>,
}

/// How many articles [`search`] looks at, at most.
///
/// # Errors
/// When the database fails.
pub async fn search_steps(archive: Archive<'_>, query: &CompiledQuery) -> anyhow::Result<u64> {
    archive.count(query.prefilter().to_fts5().as_deref()).await
}

/// The newest `limit` articles of `archive` that match `query`; newest first. `step` is told of each that is looked at.
///
/// # Errors
/// When the database fails.
pub async fn search(
    archive: Archive<'_>,
    query: &CompiledQuery,
    limit: usize,
    step: impl Fn(),
) -> anyhow::Result<Vec<Found>> {
    let mut found = Vec::new();
    if limit == 0 {
        return Ok(found);
    }
    let filter = query.prefilter().to_fts5();
    let visit = |article: &StoredArticle, document: &Document<'_>| {
        step();
        found.extend(query.matches(document).map(|spans| Found { article: article.clone(), spans }));
        if found.len() < limit { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    };
    archive.visit(filter.as_deref(), visit).await?;
    Ok(found)
}

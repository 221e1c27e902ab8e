//! What a watch's author should look at again, judged by what is stored: terms that never match, and
//! alternatives that alone bring most of the matches.

use std::collections::HashMap;
use std::ops::{ControlFlow, Range};

use super::archive::Archive;
use super::search::search;
use crate::diagnostic::Diagnostic;
use crate::matching::{CompileError, CompiledQuery, Document, Explanation};
use crate::model::{Concept, Watch};
use crate::query::{self, Expr, Field, Node, Query};
use crate::store::StoredArticle;

/// Of fewer matches, the share that an alternative brings says nothing.
const LEAST_MATCHES: usize = 5;

/// Something to look at again.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// In words, with its place in the watch's query.
    pub diagnostic: Diagnostic,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// A warning of the query language.
    Query,
    /// A term that no stored article has.
    NeverMatched,
    /// An alternative that alone brings more than half of the matches.
    Dominant,
}

impl FindingKind {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::NeverMatched => "never_matched",
            Self::Dominant => "dominant",
        }
    }
}

/// Looks watches through, one after the other.
pub struct Linter<'a> {
    archive: Archive<'a>,
    concepts: &'a [Concept],
    /// In the archive.
    articles: u64,
    /// Whether terms occur, by the terms as printed: watches share many.
    known: HashMap<String, bool>,
}

impl<'a> Linter<'a> {
    /// A linter that judges by `archive`.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn new(archive: Archive<'a>, concepts: &'a [Concept]) -> anyhow::Result<Self> {
        Ok(Self { archive, concepts, articles: archive.count(None).await?, known: HashMap::new() })
    }

    /// How many articles it judges by.
    pub fn articles(&self) -> u64 {
        self.articles
    }

    /// What there is to say of `watch`, in the order of its text. Without articles, only what its text
    /// shows.
    ///
    /// # Errors
    /// When the database fails.
    pub async fn look_at(&mut self, watch: &Watch) -> anyhow::Result<Vec<Finding>> {
        let warnings = query::parse(&watch.text).map(|parsed| parsed.warnings).unwrap_or_default();
        let warning = |diagnostic| Finding { kind: FindingKind::Query, diagnostic };
        let mut findings: Vec<Finding> = warnings.into_iter().map(warning).collect();
        if self.articles > 0 {
            findings.extend(self.never_matched(watch).await?);
            findings.extend(self.dominant(watch).await?);
        }
        findings.sort_by_key(|finding| finding.diagnostic.span.as_ref().map_or(0, |span| span.start));
        Ok(findings)
    }

    async fn never_matched(&mut self, watch: &Watch) -> anyhow::Result<Vec<Finding>> {
        let mut terms = Vec::new();
        wanted_terms(&watch.query.root, None, &mut terms);
        let mut findings = Vec::new();
        for term in terms {
            if !self.occurs(&term).await? {
                let span = term.root.span.clone();
                let written = watch.text.get(span.clone()).unwrap_or_default();
                let message = format!("`{written}` matched none of {} stored articles", self.articles);
                let diagnostic = Diagnostic::warning(message)
                    .at(span)
                    .help("check its spelling; take it out if nobody writes it so");
                findings.push(Finding { kind: FindingKind::NeverMatched, diagnostic });
            }
        }
        Ok(findings)
    }

    async fn occurs(&mut self, term: &Query) -> anyhow::Result<bool> {
        let printed = term.to_string();
        if let Some(known) = self.known.get(&printed) {
            return Ok(*known);
        }
        let occurs = !search(self.archive, &self.compile(term)?, 1, || {}).await?.is_empty();
        self.known.insert(printed, occurs);
        Ok(occurs)
    }

    async fn dominant(&self, watch: &Watch) -> anyhow::Result<Vec<Finding>> {
        let query = self.compile(&watch.query)?;
        let filter = query.prefilter().to_fts5();
        let mut matched = 0;
        let mut alone = HashMap::new();
        let visit = |_: &StoredArticle, document: &Document<'_>| {
            if query.matches(document).is_some() {
                matched += 1;
                count_alone(&watch.query.root, &query.explain(document), &mut alone);
            }
            ControlFlow::Continue(())
        };
        self.archive.visit(filter.as_deref(), visit).await?;
        let most = alone.into_iter().filter(|(_, alone)| matched >= LEAST_MATCHES && alone * 2 > matched);
        let finding = |(span, alone): (Range<usize>, usize)| {
            let written = watch.text.get(span.clone()).unwrap_or_default();
            let percent = alone * 100 / matched;
            let message = format!("`{written}` alone brings {alone} of {matched} matches ({percent} %)");
            let diagnostic = Diagnostic::warning(message)
                .at(span)
                .help("if they are noise, ask for more beside it: `… AND …`, `… NEAR …`, `title:…`");
            Finding { kind: FindingKind::Dominant, diagnostic }
        };
        Ok(most.map(finding).collect())
    }

    fn compile(&self, query: &Query) -> anyhow::Result<CompiledQuery> {
        let said = |errors: Vec<CompileError>| {
            anyhow::anyhow!(errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
        };
        CompiledQuery::compile(query, self.concepts, self.archive.analyzer).map_err(said)
    }
}

/// The terms that `node` wants in a text, each as a query of its own within its field. What a query
/// excludes may well never occur.
fn wanted_terms(node: &Node, field: Option<Field>, terms: &mut Vec<Query>) {
    match &node.expr {
        Expr::Not(_) => {}
        Expr::In(field, operand) => wanted_terms(operand, Some(*field), terms),
        Expr::Term(_) => {
            let expr = match field {
                None => node.expr.clone(),
                Some(field) => Expr::In(field, Box::new(node.clone())),
            };
            terms.push(Query { root: Node { expr, span: node.span.clone() } });
        }
        Expr::And(_) | Expr::Or(_) | Expr::SomeOf(..) | Expr::Near { .. } | Expr::AtLeast(..) => {
            node.children().iter().for_each(|child| wanted_terms(child, field, terms));
        }
    }
}

/// Counts the alternatives of `node` without which this article would not have matched.
fn count_alone(node: &Node, explained: &Explanation, alone: &mut HashMap<Range<usize>, usize>) {
    let children = node.children();
    match &node.expr {
        Expr::Not(_) | Expr::Term(_) => return,
        // A field of metadata has the parts of what it holds.
        Expr::In(_, operand) if explained.parts.first().is_none_or(|part| part.clause != operand.span) => {
            return count_alone(operand, explained, alone);
        }
        Expr::Or(_) => {
            let mut holding = explained.parts.iter().filter(|part| part.holds);
            if let (Some(only), None) = (holding.next(), holding.next()) {
                *alone.entry(only.clause.clone()).or_default() += 1;
            }
        }
        _ => {}
    }
    for (child, part) in children.iter().zip(&explained.parts).filter(|(_, part)| part.holds) {
        count_alone(child, part, alone);
    }
}

//! One query by itself: for searches, tests and backtests.

use super::atom::Dictionary;
use super::compile::{CompiledConcept, Compiler};
use super::document::Document;
use super::error::{CompileError, Subject};
use super::evaluate::Evaluator;
use super::explain::{Explainer, Explanation};
use super::node::Node;
use super::occurrence::Scope;
use super::pattern::Patterns;
use super::prefilter::{Filter, FilterBuilder};
use super::scan::Scan;
use super::spans::spans;
use crate::analysis::Analyzer;
use crate::model::{Concept, Span};
use crate::query::Query;

/// A query that can be asked of documents.
pub struct CompiledQuery {
    query: Query,
    dictionary: Dictionary,
    patterns: Patterns,
    concepts: Vec<CompiledConcept>,
    root: Node,
    filter: Filter,
}

impl CompiledQuery {
    /// Compiles `query`. A query by itself may be anything, a pure negation too.
    ///
    /// # Errors
    ///
    /// All that cannot work: unknown concepts, bad patterns, terms without letters.
    pub fn compile(
        query: &Query,
        concepts: &[Concept],
        analyzer: &Analyzer,
    ) -> Result<Self, Vec<CompileError>> {
        let mut compiler = Compiler::new(concepts, analyzer);
        let root = compiler.query(query, &Subject::Query);
        match root {
            Some(root) if compiler.errors.is_empty() => {
                let dictionary = Dictionary::build(&compiler.atoms, analyzer).map_err(|error| vec![error])?;
                let Compiler { atoms, patterns, concepts, .. } = compiler;
                let filter =
                    FilterBuilder { atoms: atoms.list(), concepts: &concepts, analyzer }.filter(&root);
                Ok(Self { query: query.clone(), dictionary, patterns, concepts, root, filter })
            }
            _ => Err(compiler.errors),
        }
    }

    /// The places that prove that the query matches; empty when only metadata or absence was asked
    /// for, `None` when it does not match.
    pub fn matches(&self, document: &Document<'_>) -> Option<Vec<Span>> {
        let scan = Scan::new(*document, &self.dictionary);
        let evaluator = Evaluator { scan: &scan, patterns: &self.patterns, concepts: &self.concepts };
        if !evaluator.holds(&self.root, Scope::TEXT) {
            return None;
        }
        let mut proof = Vec::new();
        evaluator.prove(&self.root, Scope::TEXT, &mut proof);
        Some(spans(document, &mut proof))
    }

    /// Why the query matches or does not, clause by clause.
    pub fn explain(&self, document: &Document<'_>) -> Explanation {
        let scan = Scan::new(*document, &self.dictionary);
        let evaluator = Evaluator { scan: &scan, patterns: &self.patterns, concepts: &self.concepts };
        Explainer { evaluator, document }.explain(&self.query.root, &self.root, Scope::TEXT)
    }

    /// What a stored text must contain for the query to match.
    pub fn prefilter(&self) -> &Filter {
        &self.filter
    }
}

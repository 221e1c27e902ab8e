//! All watches at once.

use super::anchor::Chooser;
use super::atom::Dictionary;
use super::bits::BitSet;
use super::compile::{CompiledConcept, Compiler};
use super::document::Document;
use super::error::{CompileError, Subject};
use super::evaluate::Evaluator;
use super::frequency::Frequencies;
use super::index::{Index, IndexBuilder};
use super::matched::{Matches, Proofs};
use super::node::Node;
use super::occurrence::Scope;
use super::pattern::Patterns;
use super::program::Programs;
use super::scan::Scan;
use crate::analysis::Analyzer;
use crate::model::{Concept, Watch};

/// Watches and concepts, compiled to an index. It never changes: after an edit, compile another.
pub struct Matcher {
    dictionary: Dictionary,
    patterns: Patterns,
    concepts: Vec<CompiledConcept>,
    programs: Programs,
    index: Index,
}

impl Matcher {
    /// Compiles `watches` and all `concepts`; `frequencies` decide which terms are rare.
    ///
    /// # Errors
    ///
    /// Every watch and concept that cannot work, with the reason: unknown concepts, concepts that
    /// include each other, bad patterns, queries that ask only for absence.
    pub fn compile(
        watches: &[Watch],
        concepts: &[Concept],
        analyzer: &Analyzer,
        frequencies: &Frequencies,
    ) -> Result<Self, Vec<CompileError>> {
        let mut compiler = Compiler::new(concepts, analyzer);
        for concept in concepts {
            compiler.concept(&concept.name);
        }
        let mut nodes = Vec::with_capacity(watches.len());
        for watch in watches {
            nodes.extend(compiler.query(&watch.query, &Subject::Watch(watch.name.clone())));
        }
        if !compiler.errors.is_empty() {
            return Err(compiler.errors);
        }
        let dictionary = Dictionary::build(&compiler.atoms, analyzer).map_err(|error| vec![error])?;
        let costs: Vec<f32> =
            compiler.atoms.list().iter().map(|atom| frequencies.expect(atom, analyzer)).collect();
        let chooser = Chooser::new(&costs, &compiler.concepts);
        let mut programs = Programs::default();
        let mut index = IndexBuilder::new(&chooser);
        let mut errors = Vec::new();
        for ((node, watch), number) in nodes.into_iter().zip(watches).zip(0..) {
            errors.extend(index.add(number, &node, watch).err());
            programs.push(&node, &chooser);
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        programs.shrink_to_fit();
        let index = index.build(dictionary.len());
        let Compiler { patterns, concepts, .. } = compiler;
        Ok(Self { dictionary, patterns, concepts, programs, index })
    }

    /// The watches that match `document`.
    pub fn matches(&self, document: &Document<'_>) -> Matches {
        let scan = Scan::new(document, &self.dictionary);
        let evaluator = self.evaluator(&scan);
        let mut proofs = Proofs::new(&scan);
        let candidates = self.candidates(&scan, &evaluator);
        for watch in candidates.iter() {
            let Some(program) = self.programs.of(watch) else { continue };
            if self.programs.holds(program, &evaluator) {
                self.programs.prove(program, &evaluator, &mut proofs);
                proofs.end(watch);
            }
        }
        proofs.finish()
    }

    /// The names of the concepts that `document` mentions, sorted.
    pub fn concepts_in(&self, document: &Document<'_>) -> Vec<&str> {
        let scan = Scan::new(document, &self.dictionary);
        let evaluator = self.evaluator(&scan);
        let touched = self.index.concepts(scan.atoms());
        let found = touched.into_iter().filter(|id| evaluator.holds(&Node::Concept(*id), Scope::TEXT));
        let mut names: Vec<&str> = found.map(|id| self.concepts[id as usize].name.as_str()).collect();
        names.sort_unstable();
        names
    }

    fn evaluator<'e, 'd>(&'e self, scan: &'e Scan<'d>) -> Evaluator<'e, 'd> {
        Evaluator { scan, patterns: &self.patterns, concepts: &self.concepts }
    }

    /// The watches that may match.
    fn candidates(&self, scan: &Scan<'_>, evaluator: &Evaluator<'_, '_>) -> BitSet {
        let mut candidates = BitSet::below(self.programs.len());
        candidates.extend(self.index.of_metadata());
        for atom in scan.atoms() {
            let anchored = self.index.of_atom(atom).iter();
            let let_through = anchored.filter(|(_, guard)| guard.lets_through(|atom| scan.contains(atom)));
            candidates.extend(let_through.map(|(watch, _)| watch));
        }
        for concept in self.index.concepts(scan.atoms()) {
            if evaluator.holds(&Node::Concept(concept), Scope::ALL) {
                candidates.extend(self.index.of_concept(concept));
            }
        }
        for pattern in scan.possible_patterns(&self.patterns) {
            candidates.extend(self.index.of_pattern(pattern));
        }
        candidates
    }
}

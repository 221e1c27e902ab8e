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
use super::matched::Matches;
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
    pub(super) programs: Programs,
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
        let expect = |atom: &_| frequencies.expect(atom, analyzer);
        let mut chooser = Chooser::default();
        chooser.learn_atoms(compiler.atoms.list(), expect);
        chooser.learn_concepts(&compiler.concepts);
        let mut programs = Programs::default();
        let mut index = IndexBuilder::default();
        let mut errors = Vec::new();
        // One after the other: the trees of all watches at once would take more room than the index.
        for (watch, number) in watches.iter().zip(0..) {
            let Some(node) = compiler.query(&watch.query, &Subject::Watch(watch.name.clone())) else {
                continue;
            };
            chooser.learn_atoms(compiler.atoms.list(), expect);
            errors.extend(index.add(number, &node, watch, &chooser).err());
            programs.push(&node, &chooser);
        }
        let Compiler { atoms, patterns, concepts, errors: mut refused, .. } = compiler;
        refused.append(&mut errors);
        if !refused.is_empty() {
            return Err(refused);
        }
        let dictionary = Dictionary::build(&atoms, analyzer).map_err(|error| vec![error])?;
        programs.shrink_to_fit();
        let index = index.build(dictionary.len(), &concepts, &chooser);
        Ok(Self { dictionary, patterns, concepts, programs, index })
    }

    /// The watches that match `document`.
    pub fn matches<'d>(&self, document: &Document<'d>) -> Matches<'_, 'd> {
        let scan = Scan::new(*document, &self.dictionary);
        let evaluator = self.evaluator(&scan);
        let (mut matched, candidates) = self.look_up(&evaluator);
        for watch in candidates.iter() {
            if self.programs.holds(watch, &evaluator) {
                matched.insert(watch);
            }
        }
        let watches = matched.iter().collect();
        Matches::new(self, scan, watches)
    }

    /// The names of the concepts that are mentioned, sorted.
    pub(super) fn concepts_of(&self, evaluator: &Evaluator<'_, '_>) -> Vec<&str> {
        let touched = self.index.concepts(evaluator.scan.atoms());
        let found = touched.into_iter().filter(|id| evaluator.holds(&Node::Concept(*id), Scope::TEXT));
        let mut names: Vec<&str> = found.map(|id| self.concepts[id as usize].name.as_str()).collect();
        names.sort_unstable();
        names
    }

    pub(super) fn evaluator<'e, 'd>(&'e self, scan: &'e Scan<'d>) -> Evaluator<'e, 'd> {
        Evaluator { scan, patterns: &self.patterns, concepts: &self.concepts }
    }

    /// The watches that the index finds to match, and those that may match.
    fn look_up(&self, evaluator: &Evaluator<'_, '_>) -> (BitSet, BitSet) {
        let scan = evaluator.scan;
        let mut matched = BitSet::below(self.programs.len());
        let mut candidates = BitSet::below(self.programs.len());
        candidates.extend(self.index.of_metadata());
        for atom in scan.atoms() {
            self.index.look_up(atom, scan, &mut matched, &mut candidates);
        }
        for concept in self.index.concepts(scan.atoms()) {
            if evaluator.holds(&Node::Concept(concept), Scope::ALL) {
                candidates.extend(self.index.of_concept(concept));
            }
        }
        for pattern in scan.possible_patterns(&self.patterns) {
            candidates.extend(self.index.of_pattern(pattern));
        }
        (matched, candidates)
    }
}

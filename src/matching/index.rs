//! Which watches to look at where something occurs.

use rustc_hash::FxHashMap;

use super::anchor::{Anchor, Chooser, Reach};
use super::atom::AtomId;
use super::bits::BitSet;
use super::code::all;
use super::compile::CompiledConcept;
use super::condition::Condition;
use super::error::{CompileError, Subject};
use super::node::{ConceptId, Node, PatternId};
use super::rows::Rows;
use super::scan::Scan;
use crate::diagnostic::Diagnostic;
use crate::model::Watch;

/// The watches, and the concepts, by what must be there for them.
pub(super) struct Index {
    /// By atom, the watches anchored there, each as three things in a row: its number; [`DECIDES`] and how
    /// long the code of its [`Condition`] is; the code.
    by_atom: Rows<u32>,
    by_pattern: FxHashMap<PatternId, Vec<u32>>,
    by_concept: Rows<u32>,
    /// Watches that only ask for metadata.
    by_metadata: Vec<u32>,
    /// By atom: the concepts that it is part of.
    concepts: Rows<ConceptId>,
    /// Concepts that may occur without any atom.
    pattern_concepts: Vec<ConceptId>,
}

/// Marks a condition that decides the watch.
const DECIDES: u32 = 1 << 31;

/// An index that is being built: lists grow in the order of the watches.
#[derive(Default)]
pub(super) struct IndexBuilder {
    /// What stands in the rows of the atoms, once for each watch.
    entries: Rows<u32>,
    /// Each anchor and the number of the entry.
    by_atom: Vec<(AtomId, u32)>,
    by_pattern: FxHashMap<PatternId, Vec<u32>>,
    by_concept: Vec<(ConceptId, u32)>,
    by_metadata: Vec<u32>,
    anchors: Vec<Anchor>,
}

impl IndexBuilder {
    /// Adds `watch`, of this number and compiled to `node`.
    ///
    /// # Errors
    ///
    /// When it asks for nothing that must be present.
    pub(super) fn add(
        &mut self,
        number: u32,
        node: &Node,
        watch: &Watch,
        chooser: &Chooser,
    ) -> Result<(), CompileError> {
        match chooser.reach(node) {
            Reach::Anything => return Err(unanchored(watch)),
            Reach::Metadata => self.by_metadata.push(number),
            Reach::Anchored(_) => {
                chooser.anchors(node, &mut self.anchors);
                let Condition { code, decides } = Condition::of(node, self.anchors.len(), chooser);
                let head = code.len() as u32 | if decides { DECIDES } else { 0 };
                self.entries.push([number, head].into_iter().chain(code));
                let entry = self.entries.len() as u32 - 1;
                for anchor in self.anchors.drain(..) {
                    match anchor {
                        Anchor::Atom(atom) => self.by_atom.push((atom, entry)),
                        Anchor::Pattern(pattern) => self.by_pattern.entry(pattern).or_default().push(number),
                        Anchor::Concept(concept) => self.by_concept.push((concept, number)),
                    }
                }
            }
        }
        Ok(())
    }

    /// The index over so many atoms.
    pub(super) fn build(self, atoms: usize, concepts: &[CompiledConcept], chooser: &Chooser) -> Index {
        let (mut by_atom, mut pattern_concepts) = (Vec::new(), Vec::new());
        for (concept, id) in concepts.iter().zip(0..) {
            if !chooser.atoms_within(&concept.terms, concepts, &mut |atom| by_atom.push((atom, id))) {
                pattern_concepts.push(id);
            }
        }
        Index {
            by_atom: Rows::group(atoms, &self.by_atom).flatten(&self.entries),
            by_pattern: self.by_pattern,
            by_concept: Rows::group(concepts.len(), &self.by_concept),
            by_metadata: self.by_metadata,
            concepts: Rows::group(atoms, &by_atom),
            pattern_concepts,
        }
    }
}

impl Index {
    /// Adds the watches that match, or may match, since `atom` occurs.
    pub(super) fn look_up(
        &self,
        atom: AtomId,
        scan: &Scan<'_>,
        matched: &mut BitSet,
        candidates: &mut BitSet,
    ) {
        let in_text = scan.in_text().contains(atom);
        let mut row = self.by_atom.row(atom as usize);
        while let [watch, head, rest @ ..] = row {
            let (code, after) = rest.split_at((head & !DECIDES) as usize);
            row = after;
            if head & DECIDES == 0 {
                if holds(code, scan.anywhere()) {
                    candidates.insert(*watch);
                }
            } else if in_text && holds(code, scan.in_text()) {
                matched.insert(*watch);
            }
        }
    }

    pub(super) fn of_pattern(&self, pattern: PatternId) -> &[u32] {
        self.by_pattern.get(&pattern).map_or(&[], Vec::as_slice)
    }

    pub(super) fn of_concept(&self, concept: ConceptId) -> &[u32] {
        self.by_concept.row(concept as usize)
    }

    /// The watches to look at always.
    pub(super) fn of_metadata(&self) -> &[u32] {
        &self.by_metadata
    }

    /// The concepts of which a term may occur where `atoms` do; ascending.
    pub(super) fn concepts(&self, atoms: impl Iterator<Item = AtomId>) -> Vec<ConceptId> {
        let mut touched = self.pattern_concepts.clone();
        if self.by_concept.len() > 0 {
            atoms.for_each(|atom| touched.extend(self.concepts.row(atom as usize)));
        }
        touched.sort_unstable();
        touched.dedup();
        touched
    }
}

/// A condition asks for atoms alone.
fn holds(code: &[u32], present: &BitSet) -> bool {
    all(code, present, &|_| false)
}

fn unanchored(watch: &Watch) -> CompileError {
    let message =
        "nothing that must be present is asked for, so it would match almost every article".to_owned();
    let help = "add a word, or a field such as lang: or source:, that an article must have";
    let diagnostic = Diagnostic::error(message).at(watch.query.root.span.clone()).help(help);
    CompileError { subject: Subject::Watch(watch.name.clone()), diagnostic }
}

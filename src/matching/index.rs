//! Which watches to look at where something occurs.

use rustc_hash::FxHashMap;

use super::anchor::{Anchor, Chooser, Guard, Reach};
use super::atom::AtomId;
use super::error::{CompileError, Subject};
use super::node::{ConceptId, Node, PatternId};
use super::rows::Rows;
use crate::diagnostic::Diagnostic;
use crate::model::Watch;

/// The watches, and the concepts, by what must be there for them.
pub(super) struct Index {
    /// By atom: whom to look at, unless the guard stops it.
    by_atom: Rows<(u32, Guard)>,
    by_pattern: FxHashMap<PatternId, Vec<u32>>,
    by_concept: Vec<Vec<u32>>,
    /// Watches that only ask for metadata.
    by_metadata: Vec<u32>,
    /// By atom: the concepts that it is part of.
    concepts: Rows<ConceptId>,
    /// Concepts that may occur without any atom.
    pattern_concepts: Vec<ConceptId>,
}

/// An index that is being built: lists grow in the order of the watches.
pub(super) struct IndexBuilder<'c> {
    chooser: &'c Chooser<'c>,
    by_atom: Vec<(AtomId, (u32, Guard))>,
    by_pattern: FxHashMap<PatternId, Vec<u32>>,
    by_concept: Vec<Vec<u32>>,
    by_metadata: Vec<u32>,
    anchors: Vec<Anchor>,
}

impl<'c> IndexBuilder<'c> {
    pub(super) fn new(chooser: &'c Chooser<'c>) -> Self {
        Self {
            chooser,
            by_atom: Vec::new(),
            by_pattern: FxHashMap::default(),
            by_concept: vec![Vec::new(); chooser.concepts().len()],
            by_metadata: Vec::new(),
            anchors: Vec::new(),
        }
    }

    /// Adds `watch`, of this number and compiled to `node`.
    ///
    /// # Errors
    ///
    /// When it asks for nothing that must be present.
    pub(super) fn add(&mut self, number: u32, node: &Node, watch: &Watch) -> Result<(), CompileError> {
        match self.chooser.reach(node) {
            Reach::Anything => return Err(unanchored(watch)),
            Reach::Metadata => self.by_metadata.push(number),
            Reach::Anchored(_) => {
                let guard = self.chooser.guard(node);
                self.chooser.anchors(node, &mut self.anchors);
                for anchor in self.anchors.drain(..) {
                    match anchor {
                        Anchor::Atom(atom) => self.by_atom.push((atom, (number, guard))),
                        Anchor::Pattern(pattern) => self.by_pattern.entry(pattern).or_default().push(number),
                        Anchor::Concept(concept) => self.by_concept[concept as usize].push(number),
                    }
                }
            }
        }
        Ok(())
    }

    /// The index over so many atoms.
    pub(super) fn build(self, atoms: usize) -> Index {
        let (mut by_atom, mut pattern_concepts) = (Vec::new(), Vec::new());
        for (concept, id) in self.chooser.concepts().iter().zip(0..) {
            if !self.chooser.atoms_within(&concept.terms, &mut |atom| by_atom.push((atom, id))) {
                pattern_concepts.push(id);
            }
        }
        Index {
            by_atom: Rows::group(atoms, &self.by_atom),
            by_pattern: self.by_pattern,
            by_concept: self.by_concept,
            by_metadata: self.by_metadata,
            concepts: Rows::group(atoms, &by_atom),
            pattern_concepts,
        }
    }
}

impl Index {
    /// The watches to look at where `atom` occurs; some may come twice.
    pub(super) fn of_atom(&self, atom: AtomId) -> &[(u32, Guard)] {
        self.by_atom.row(atom as usize)
    }

    pub(super) fn of_pattern(&self, pattern: PatternId) -> &[u32] {
        self.by_pattern.get(&pattern).map_or(&[], Vec::as_slice)
    }

    pub(super) fn of_concept(&self, concept: ConceptId) -> &[u32] {
        &self.by_concept[concept as usize]
    }

    /// The watches to look at always.
    pub(super) fn of_metadata(&self) -> &[u32] {
        &self.by_metadata
    }

    /// The concepts of which a term may occur where `atoms` do; ascending.
    pub(super) fn concepts(&self, atoms: impl Iterator<Item = AtomId>) -> Vec<ConceptId> {
        let mut touched = self.pattern_concepts.clone();
        if !self.by_concept.is_empty() {
            atoms.for_each(|atom| touched.extend(self.concepts.row(atom as usize)));
        }
        touched.sort_unstable();
        touched.dedup();
        touched
    }
}

fn unanchored(watch: &Watch) -> CompileError {
    let message =
        "nothing that must be present is asked for, so it would match almost every article".to_owned();
    let help = "add a word, or a field such as lang: or source:, that an article must have";
    let diagnostic = Diagnostic::error(message).at(watch.query.root.span.clone()).help(help);
    CompileError { subject: Subject::Watch(watch.name.clone()), diagnostic }
}

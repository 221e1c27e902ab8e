//! Does a compiled query hold in a document, where, and what proves it.

use super::atom::AtomId;
use super::compile::CompiledConcept;
use super::node::{ConceptId, Near, Node, Phrase};
use super::occurrence::{Occurrence, Scope};
use super::pattern::Patterns;
use super::proximity::{near, phrases};
use super::scan::{MOST_PLACES, Scan};

/// Evaluates nodes of one program in one document.
#[derive(Clone, Copy)]
pub(super) struct Evaluator<'e, 'd> {
    pub(super) scan: &'e Scan<'d>,
    pub(super) patterns: &'e Patterns,
    pub(super) concepts: &'e [CompiledConcept],
}

impl Evaluator<'_, '_> {
    /// Whether `node` holds, looking in `scope`.
    pub(super) fn holds(&self, node: &Node, scope: Scope) -> bool {
        match node {
            Node::Atom(atom) => self.scan.has(*atom, scope),
            Node::And(operands) => operands.iter().all(|operand| self.holds(operand, scope)),
            Node::Or(operands) => operands.iter().any(|operand| self.holds(operand, scope)),
            Node::Not(operand) => !self.holds(operand, scope),
            Node::In(scope, operand) => self.holds(operand, *scope),
            Node::SomeOf(count, operands) => {
                let mut holding = operands.iter().filter(|operand| self.holds(operand, scope));
                *count == 0 || holding.nth(*count as usize - 1).is_some()
            }
            Node::Phrase(phrase) => {
                phrase.parts.iter().all(|part| self.scan.has(*part, scope))
                    && !self.phrase(phrase, scope).is_empty()
            }
            Node::Near(near) => {
                near.operands.iter().all(|operand| self.holds(operand, scope))
                    && !self.near(near, scope).is_empty()
            }
            Node::AtLeast(count, operand) => self.count(operand, scope) >= *count as usize,
            Node::Pattern(_) | Node::Concept(_) => !self.places(node, scope).is_empty(),
            Node::Meta(test) => test.holds(&self.scan.document),
        }
    }

    /// Where `node` occurs in `scope`, in reading order. What has no place of its own occurs where its
    /// parts do, if it holds; a negation and metadata occur nowhere.
    pub(super) fn places(&self, node: &Node, scope: Scope) -> Vec<Occurrence> {
        match node {
            Node::Atom(atom) => self.scan.places(*atom, scope).collect(),
            Node::Phrase(phrase) => self.phrase(phrase, scope),
            Node::Near(near) => self.near(near, scope),
            Node::Pattern(pattern) => {
                let places = self.scan.pattern_places(*pattern, self.patterns);
                self.within(&places, scope)
            }
            Node::Concept(concept) => {
                let places = self.scan.concept_places(*concept, || self.find_concept(*concept));
                self.within(&places, scope)
            }
            Node::In(scope, operand) => self.places(operand, *scope),
            Node::Or(operands) => self.union(operands, scope),
            Node::And(operands) | Node::SomeOf(_, operands) => {
                if self.holds(node, scope) {
                    self.union(operands, scope)
                } else {
                    Vec::new()
                }
            }
            Node::AtLeast(_, operand) => {
                if self.holds(node, scope) {
                    self.places(operand, scope)
                } else {
                    Vec::new()
                }
            }
            Node::Not(_) | Node::Meta(_) => Vec::new(),
        }
    }

    /// Adds the places that prove `node`, which holds.
    pub(super) fn prove(&self, node: &Node, scope: Scope, proof: &mut Vec<Occurrence>) {
        match node {
            Node::Atom(atom) => proof.extend(self.scan.places(*atom, scope).take(MOST_PLACES)),
            Node::Phrase(_) | Node::Pattern(_) | Node::Concept(_) => {
                proof.extend(self.places(node, scope).into_iter().take(MOST_PLACES));
            }
            Node::And(operands) => operands.iter().for_each(|operand| self.prove(operand, scope, proof)),
            Node::Or(operands) | Node::SomeOf(_, operands) => {
                let holding = operands.iter().filter(|operand| self.holds(operand, scope));
                holding.for_each(|operand| self.prove(operand, scope, proof));
            }
            Node::In(scope, operand) => self.prove(operand, *scope, proof),
            Node::AtLeast(_, operand) => {
                if self.holds(operand, scope) {
                    self.prove(operand, scope, proof);
                }
            }
            Node::Near(near) => {
                let wholes = self.near(near, scope);
                for operand in &near.operands {
                    let inside = |place: &Occurrence| wholes.iter().any(|whole| whole.covers(place));
                    proof.extend(self.places(operand, scope).into_iter().filter(inside).take(MOST_PLACES));
                }
            }
            Node::Not(operand) => self.prove_negation(operand, scope, proof),
            Node::Meta(_) => {}
        }
    }

    /// A double negation is proved by what it negates twice.
    fn prove_negation(&self, operand: &Node, scope: Scope, proof: &mut Vec<Occurrence>) {
        match operand {
            Node::Not(inner) => self.prove(inner, scope, proof),
            Node::And(operands) | Node::Or(operands) => {
                let failing = operands.iter().filter(|operand| !self.holds(operand, scope));
                failing.for_each(|operand| self.prove_negation(operand, scope, proof));
            }
            Node::In(scope, operand) => self.prove_negation(operand, *scope, proof),
            _ => {}
        }
    }

    /// How often `node` occurs, places that overlap counting once.
    pub(super) fn count(&self, node: &Node, scope: Scope) -> usize {
        let mut places = self.places(node, scope);
        places.sort_unstable_by_key(|place| (place.last, place.first));
        let mut count = 0;
        let mut free = 0;
        for place in places {
            if place.first >= free {
                count += 1;
                free = place.last + 1;
            }
        }
        count
    }

    fn phrase(&self, phrase: &Phrase, scope: Scope) -> Vec<Occurrence> {
        let places = |part: &AtomId| self.scan.places(*part, scope).collect();
        let parts: Vec<Vec<_>> = phrase.parts.iter().map(places).collect();
        phrases(&parts, phrase.slop, self.scan.document.analysis.units())
    }

    fn near(&self, node: &Near, scope: Scope) -> Vec<Occurrence> {
        let operands: Vec<_> = node.operands.iter().map(|operand| self.places(operand, scope)).collect();
        near(&operands, node.within, node.ordered, self.scan.document.analysis.units())
    }

    fn union(&self, operands: &[Node], scope: Scope) -> Vec<Occurrence> {
        let mut places: Vec<_> = operands.iter().flat_map(|operand| self.places(operand, scope)).collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    fn within(&self, places: &[Occurrence], scope: Scope) -> Vec<Occurrence> {
        places.iter().filter(|place| self.scan.is_in(place, scope)).copied().collect()
    }

    fn find_concept(&self, concept: ConceptId) -> Vec<Occurrence> {
        let concept = &self.concepts[concept as usize];
        let mut places = self.places(&concept.terms, Scope::ALL);
        if let Some(except) = &concept.except
            && !places.is_empty()
        {
            let except = self.places(except, Scope::ALL);
            places.retain(|place| !except.iter().any(|taken| taken.covers(place)));
        }
        places
    }
}

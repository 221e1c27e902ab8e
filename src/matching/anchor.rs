//! Anchors: what must be in a text for a query to match at all. A watch is evaluated only where
//! one of its anchors occurs, so the rarest are chosen.

use super::atom::AtomId;
use super::compile::CompiledConcept;
use super::node::{ConceptId, Node, PatternId};

/// Something that a text has or has not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Anchor {
    Atom(AtomId),
    Pattern(PatternId),
    Concept(ConceptId),
}

/// Where a query may match.
#[derive(Clone, Debug)]
pub(super) enum Anchors {
    /// Only in texts that have one of them; with the share of texts that is.
    AnyOf(Vec<Anchor>, f32),
    /// In any text: it asks for metadata, which is cheap.
    Metadata,
    /// In any text: it asks for absence alone.
    None,
}

/// A few atoms of which one must be present; none of them is no condition.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Guard([Option<NonMaxAtom>; Guard::MOST]);

/// An atom's number plus one, so that `None` takes no room.
type NonMaxAtom = std::num::NonZeroU32;

impl Guard {
    const MOST: usize = 3;

    fn of(anchors: &[Anchor]) -> Option<Self> {
        let mut guard = Self::default();
        if anchors.len() > Self::MOST {
            return None;
        }
        for (slot, anchor) in guard.0.iter_mut().zip(anchors) {
            let Anchor::Atom(atom) = anchor else { return None };
            *slot = Some(NonMaxAtom::MIN.saturating_add(*atom));
        }
        Some(guard)
    }

    /// Whether `present` holds for one of the atoms.
    pub(super) fn lets_through(&self, present: impl Fn(AtomId) -> bool) -> bool {
        self.0[0].is_none() || self.0.iter().flatten().any(|atom| present(atom.get() - 1))
    }
}

/// A pattern runs wherever its letters occur.
const PATTERN_COST: f32 = 0.3;

/// Chooses the anchors of queries.
pub(super) struct Chooser<'c> {
    /// The expected share of texts of each atom.
    pub(super) costs: &'c [f32],
    pub(super) concepts: &'c [CompiledConcept],
}

impl Chooser<'_> {
    pub(super) fn anchors(&self, node: &Node) -> Anchors {
        match node {
            Node::Atom(atom) => Anchors::AnyOf(vec![Anchor::Atom(*atom)], self.costs[*atom as usize]),
            Node::Phrase(phrase) => {
                let cost = |atom: &&AtomId| self.costs[**atom as usize];
                let rarest = phrase.parts.iter().min_by(|a, b| cost(a).total_cmp(&cost(b)));
                rarest.map_or(Anchors::None, |atom| Anchors::AnyOf(vec![Anchor::Atom(*atom)], cost(&atom)))
            }
            Node::Pattern(pattern) => Anchors::AnyOf(vec![Anchor::Pattern(*pattern)], PATTERN_COST),
            Node::Concept(concept) => {
                Anchors::AnyOf(vec![Anchor::Concept(*concept)], self.concept_cost(*concept))
            }
            Node::And(operands) => self.cheapest(operands),
            Node::Near(near) => self.cheapest(&near.operands),
            Node::Or(operands) => self.union(operands),
            Node::SomeOf(count, operands) => match count {
                0 => Anchors::None,
                _ => self.some_of(*count as usize, operands),
            },
            Node::Not(_) => Anchors::None,
            Node::In(_, operand) => self.anchors(operand),
            Node::AtLeast(0, _) => Anchors::None,
            Node::AtLeast(_, operand) => self.anchors(operand),
            Node::Meta(_) => Anchors::Metadata,
        }
    }

    /// Atoms of which one must be present besides the anchors: the second cheapest operand, where it has
    /// few. Looking for them spares most looks at the query itself.
    pub(super) fn guard(&self, node: &Node) -> Guard {
        let mut operands: Vec<Anchors> = match node {
            Node::And(operands) => operands.iter().map(|operand| self.anchors(operand)).collect(),
            Node::Near(near) => near.operands.iter().map(|operand| self.anchors(operand)).collect(),
            Node::Phrase(phrase) => {
                phrase.parts.iter().map(|part| self.anchors(&Node::Atom(*part))).collect()
            }
            Node::In(_, operand) => return self.guard(operand),
            _ => return Guard::default(),
        };
        operands.sort_by(|a, b| a.cost().total_cmp(&b.cost()));
        match operands.get(1) {
            Some(Anchors::AnyOf(anchors, _)) => Guard::of(anchors).unwrap_or_default(),
            _ => Guard::default(),
        }
    }

    /// The atoms of which one must be present for `node` to occur, those of included concepts among them;
    /// tells whether it cannot occur without.
    pub(super) fn atoms_within(&self, node: &Node, emit: &mut impl FnMut(AtomId)) -> bool {
        let Anchors::AnyOf(anchors, _) = self.anchors(node) else { return false };
        anchors.into_iter().fold(true, |all, anchor| {
            all & match anchor {
                Anchor::Atom(atom) => {
                    emit(atom);
                    true
                }
                Anchor::Concept(concept) => self.atoms_within(&self.concepts[concept as usize].terms, emit),
                Anchor::Pattern(_) => false,
            }
        })
    }

    fn cheapest(&self, operands: &[Node]) -> Anchors {
        operands
            .iter()
            .map(|operand| self.anchors(operand))
            .min_by(|a, b| a.cost().total_cmp(&b.cost()))
            .unwrap_or(Anchors::None)
    }

    fn union<'n>(&self, operands: impl IntoIterator<Item = &'n Node>) -> Anchors {
        let all = operands.into_iter().map(|operand| self.anchors(operand));
        all.reduce(|a, b| match (a, b) {
            (Anchors::None, _) | (_, Anchors::None) => Anchors::None,
            (Anchors::Metadata, _) | (_, Anchors::Metadata) => Anchors::Metadata,
            (Anchors::AnyOf(mut a, cost), Anchors::AnyOf(b, more)) => {
                a.extend(b);
                Anchors::AnyOf(a, (cost + more).min(1.0))
            }
        })
        .unwrap_or(Anchors::None)
    }

    /// Of n operands k must hold, so one of any n - k + 1 does: the cheapest.
    fn some_of(&self, count: usize, operands: &[Node]) -> Anchors {
        let mut by_cost: Vec<&Node> = operands.iter().collect();
        by_cost.sort_by(|a, b| self.anchors(a).cost().total_cmp(&self.anchors(b).cost()));
        by_cost.truncate((operands.len() + 1).saturating_sub(count));
        self.union(by_cost)
    }

    /// A concept is looked for once per text, whatever the number of watches that use it.
    fn concept_cost(&self, concept: ConceptId) -> f32 {
        self.anchors(&self.concepts[concept as usize].terms).cost()
    }
}

impl Anchors {
    /// The share of texts in which the query must be evaluated.
    pub(super) fn cost(&self) -> f32 {
        match self {
            Self::AnyOf(_, cost) => *cost,
            Self::Metadata => 1.0,
            Self::None => 2.0,
        }
    }
}

//! Anchors: what must be in a text for a query to match at all. A watch is evaluated only where
//! one of its anchors occurs, so the rarest are chosen.

use super::atom::{Atom, AtomId};
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
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Reach {
    /// Only in texts that have one of its anchors: this share of all.
    Anchored(f32),
    /// In any text: it asks for metadata, which is cheap.
    Metadata,
    /// In any text: it asks for absence alone.
    Anything,
}

/// A pattern runs wherever its letters occur.
const PATTERN_COST: f32 = 0.3;

/// Chooses the anchors of queries, by how many texts each thing is expected in.
#[derive(Default)]
pub(super) struct Chooser {
    /// The expected share of texts of each atom.
    costs: Vec<f32>,
    /// The expected share of texts of each concept.
    concept_costs: Vec<f32>,
}

impl Chooser {
    /// Learns the cost of those of `atoms` that are new.
    pub(super) fn learn_atoms(&mut self, atoms: &[Atom], expect: impl Fn(&Atom) -> f32) {
        self.costs.extend(atoms[self.costs.len()..].iter().map(expect));
    }

    /// Learns the costs of all concepts; each stands after those that it includes.
    pub(super) fn learn_concepts(&mut self, concepts: &[CompiledConcept]) {
        for concept in concepts {
            let cost = self.reach(&concept.terms).share();
            self.concept_costs.push(cost);
        }
    }

    pub(super) fn reach(&self, node: &Node) -> Reach {
        match node {
            Node::Atom(atom) => Reach::Anchored(self.cost(*atom)),
            Node::Phrase(phrase) => {
                self.rarest(&phrase.parts).map_or(Reach::Anything, |atom| Reach::Anchored(self.cost(atom)))
            }
            Node::Pattern(_) => Reach::Anchored(PATTERN_COST),
            // Every concept is looked for, once per text, whatever it asks for.
            Node::Concept(concept) => Reach::Anchored(self.concept_costs[*concept as usize]),
            Node::And(operands) => self.cheapest(operands).map_or(Reach::Anything, |(reach, _)| reach),
            Node::Near(near) => self.cheapest(&near.operands).map_or(Reach::Anything, |(reach, _)| reach),
            Node::Or(operands) => self.union(operands),
            Node::SomeOf(0, _) | Node::AtLeast(0, _) | Node::Not(_) => Reach::Anything,
            Node::SomeOf(count, operands) => self.union(self.enough_of(*count, operands)),
            Node::In(_, operand) | Node::AtLeast(_, operand) => self.reach(operand),
            Node::Meta(_) => Reach::Metadata,
        }
    }

    /// Adds what one of must be there for `node` to hold, if its reach is [`Reach::Anchored`].
    pub(super) fn anchors(&self, node: &Node, anchors: &mut Vec<Anchor>) {
        match node {
            Node::Atom(atom) => anchors.push(Anchor::Atom(*atom)),
            Node::Phrase(phrase) => anchors.extend(self.rarest(&phrase.parts).map(Anchor::Atom)),
            Node::Pattern(pattern) => anchors.push(Anchor::Pattern(*pattern)),
            Node::Concept(concept) => anchors.push(Anchor::Concept(*concept)),
            Node::And(operands) => self.anchors_of_cheapest(operands, anchors),
            Node::Near(near) => self.anchors_of_cheapest(&near.operands, anchors),
            Node::Or(operands) => operands.iter().for_each(|operand| self.anchors(operand, anchors)),
            Node::SomeOf(count, operands) => {
                self.enough_of(*count, operands)
                    .into_iter()
                    .for_each(|operand| self.anchors(operand, anchors));
            }
            Node::In(_, operand) | Node::AtLeast(_, operand) => self.anchors(operand, anchors),
            Node::Not(_) | Node::Meta(_) => {}
        }
    }

    /// The operands that `node` has beside the one that its anchors are taken from, where that one holds
    /// wherever an anchor is in the text; `None` where it may not.
    pub(super) fn beside_anchors<'n>(&self, node: &'n Node) -> Option<Vec<&'n Node>> {
        let holds_at_anchors = |node: &Node| match node {
            Node::Atom(_) => true,
            Node::Or(operands) => operands.iter().all(|operand| matches!(operand, Node::Atom(_))),
            _ => false,
        };
        match node {
            Node::And(operands) => {
                let (_, anchored) = self.cheapest(operands)?;
                let others = operands.iter().filter(|operand| !std::ptr::eq(*operand, anchored));
                let mut others: Vec<&Node> = others.collect();
                self.sort_by_rank(&mut others);
                holds_at_anchors(anchored).then_some(others)
            }
            node => holds_at_anchors(node).then(Vec::new),
        }
    }

    /// The atoms of which one must be present for `node` to occur, those of included concepts among them;
    /// tells whether it cannot occur without.
    pub(super) fn atoms_within(
        &self,
        node: &Node,
        concepts: &[CompiledConcept],
        emit: &mut impl FnMut(AtomId),
    ) -> bool {
        let Reach::Anchored(_) = self.reach(node) else { return false };
        let mut anchors = Vec::new();
        self.anchors(node, &mut anchors);
        anchors.into_iter().fold(true, |all, anchor| {
            all & match anchor {
                Anchor::Atom(atom) => {
                    emit(atom);
                    true
                }
                Anchor::Concept(concept) => {
                    self.atoms_within(&concepts[concept as usize].terms, concepts, emit)
                }
                Anchor::Pattern(_) => false,
            }
        })
    }

    /// The operands of an AND in the order in which to ask them.
    pub(super) fn likeliest_to_fail_first<'n>(&self, operands: &'n [Node]) -> Vec<&'n Node> {
        let mut operands: Vec<&Node> = operands.iter().collect();
        self.sort_by_rank(&mut operands);
        operands
    }

    fn sort_by_rank(&self, operands: &mut [&Node]) {
        operands.sort_by(|a, b| self.rank(a).total_cmp(&self.rank(b)));
    }

    /// Operands of an AND with a low rank fail most often, or are cheapest to ask.
    fn rank(&self, node: &Node) -> f32 {
        match node {
            Node::Meta(_) => 0.0,
            Node::Not(_) => 2.0,
            Node::Pattern(_) => 3.0,
            _ => self.reach(node).share(),
        }
    }

    pub(super) fn commonest_first(&self, atoms: &mut [AtomId]) {
        atoms.sort_by(|a, b| self.cost(*b).total_cmp(&self.cost(*a)));
    }

    fn cost(&self, atom: AtomId) -> f32 {
        self.costs[atom as usize]
    }

    fn rarest(&self, atoms: &[AtomId]) -> Option<AtomId> {
        atoms.iter().copied().min_by(|a, b| self.cost(*a).total_cmp(&self.cost(*b)))
    }

    fn cheapest<'n>(&self, operands: &'n [Node]) -> Option<(Reach, &'n Node)> {
        let reaches = operands.iter().map(|operand| (self.reach(operand), operand));
        reaches.min_by(|(a, _), (b, _)| a.share().total_cmp(&b.share()))
    }

    fn anchors_of_cheapest(&self, operands: &[Node], anchors: &mut Vec<Anchor>) {
        if let Some((_, operand)) = self.cheapest(operands) {
            self.anchors(operand, anchors);
        }
    }

    fn union<'n>(&self, operands: impl IntoIterator<Item = &'n Node>) -> Reach {
        let reaches = operands.into_iter().map(|operand| self.reach(operand));
        let both = |a, b| match (a, b) {
            (Reach::Anything, _) | (_, Reach::Anything) => Reach::Anything,
            (Reach::Metadata, _) | (_, Reach::Metadata) => Reach::Metadata,
            (Reach::Anchored(share), Reach::Anchored(more)) => Reach::Anchored((share + more).min(1.0)),
        };
        reaches.reduce(both).unwrap_or(Reach::Anything)
    }

    /// Of n operands k must hold, so one of any n - k + 1 does: the cheapest.
    fn enough_of<'n>(&self, count: u32, operands: &'n [Node]) -> Vec<&'n Node> {
        let mut by_cost: Vec<(f32, &Node)> =
            operands.iter().map(|operand| (self.reach(operand).share(), operand)).collect();
        by_cost.sort_by(|a, b| a.0.total_cmp(&b.0));
        by_cost.truncate((operands.len() + 1).saturating_sub(count as usize));
        by_cost.into_iter().map(|(_, operand)| operand).collect()
    }
}

impl Reach {
    /// The share of texts in which the query must be evaluated; more than all where it has no anchor.
    fn share(self) -> f32 {
        match self {
            Self::Anchored(share) => share,
            Self::Metadata => 1.0,
            Self::Anything => 2.0,
        }
    }
}

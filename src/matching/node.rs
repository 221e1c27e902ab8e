//! A query as the matcher evaluates it: words became numbers of atoms, names numbers of concepts.

use super::atom::AtomId;
use super::metadata::MetaTest;
use super::occurrence::Scope;

/// The number of a pattern (`/…/`).
pub(super) type PatternId = u32;
/// The number of a concept.
pub(super) type ConceptId = u32;

/// A part of a compiled query.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Atom(AtomId),
    Phrase(Box<Phrase>),
    Pattern(PatternId),
    Concept(ConceptId),
    /// Cheapest and rarest first.
    And(Box<[Node]>),
    Or(Box<[Node]>),
    Not(Box<Node>),
    Near(Box<Near>),
    In(Scope, Box<Node>),
    AtLeast(u32, Box<Node>),
    SomeOf(u32, Box<[Node]>),
    Meta(Box<MetaTest>),
}

/// Atoms one after the other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Phrase {
    pub(super) parts: Box<[AtomId]>,
    /// How many other words may stand between, all in all.
    pub(super) slop: u32,
}

/// Operands near each other.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Near {
    pub(super) operands: Box<[Node]>,
    /// How many words may stand between neighbours.
    pub(super) within: u32,
    /// Whether the operands must come in the order written.
    pub(super) ordered: bool,
}

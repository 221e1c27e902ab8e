//! Queries as the index runs them: the AND, OR and NOT over words of all watches in one array of numbers,
//! which is answered from the set of present atoms alone. What needs places is a [`Node`] beside it.
//!
//! A part of a program is one number, its [`Op`] and an argument; the parts inside follow it.

use super::anchor::Chooser;
use super::atom::AtomId;
use super::evaluate::Evaluator;
use super::node::Node;
use super::occurrence::{Occurrence, Scope};
use super::rows::Rows;
use super::scan::PlaceId;

/// The programs of the watches, by their index.
#[derive(Debug, Default)]
pub(super) struct Programs {
    code: Rows<u32>,
    leaves: Vec<Node>,
}

/// What a part asks; the argument of those that hold others is how many numbers these take.
#[derive(Clone, Copy)]
pub(super) enum Op {
    /// The argument, an atom, is present.
    Atom,
    /// One of the atoms that follow is present.
    AnyAtom,
    And,
    Or,
    Not,
    /// The node of the argument's number holds.
    Leaf,
}

/// Bits of the argument.
const ARGUMENT: u32 = 29;

impl Op {
    fn with(self, argument: usize) -> u32 {
        (self as u32) << ARGUMENT | argument as u32
    }

    /// The operation and the argument of a number.
    fn of(number: u32) -> (Self, usize) {
        let op = match number >> ARGUMENT {
            0 => Self::Atom,
            1 => Self::AnyAtom,
            2 => Self::And,
            3 => Self::Or,
            4 => Self::Not,
            _ => Self::Leaf,
        };
        (op, (number & ((1 << ARGUMENT) - 1)) as usize)
    }
}

/// The places that prove a match, as they are found.
pub(super) trait Proof {
    /// Places of an atom.
    fn atoms(&mut self, places: &[PlaceId]);
    /// Places of anything.
    fn others(&mut self, places: &[Occurrence]);
}

impl Programs {
    /// Adds the program of the next watch; `chooser` knows what is likely to fail.
    pub(super) fn push(&mut self, node: &Node, chooser: &Chooser<'_>) {
        let mut code = Vec::new();
        self.compile(node, chooser, &mut code);
        self.code.push(code);
    }

    /// How many programs there are.
    pub(super) fn len(&self) -> usize {
        self.code.len()
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.code.shrink_to_fit();
        self.leaves.shrink_to_fit();
    }

    fn compile(&mut self, node: &Node, chooser: &Chooser<'_>, code: &mut Vec<u32>) {
        match node {
            Node::Atom(atom) => code.push(Op::Atom.with(*atom as usize)),
            Node::And(operands) => {
                let mut operands: Vec<(f32, &Node)> =
                    operands.iter().map(|operand| (chooser.rank(operand), operand)).collect();
                operands.sort_by(|a, b| a.0.total_cmp(&b.0));
                self.nest(Op::And, operands.into_iter().map(|(_, operand)| operand), chooser, code);
            }
            Node::Or(operands) => {
                let atoms = operands.iter().map(|operand| match operand {
                    Node::Atom(atom) => Some(*atom),
                    _ => None,
                });
                match atoms.collect::<Option<Vec<AtomId>>>() {
                    Some(mut atoms) => {
                        chooser.commonest_first(&mut atoms);
                        code.push(Op::AnyAtom.with(atoms.len()));
                        code.extend(atoms);
                    }
                    None => self.nest(Op::Or, operands, chooser, code),
                }
            }
            // What is negated twice has places.
            Node::Not(operand) if !negates(operand) => self.nest(Op::Not, [&**operand], chooser, code),
            _ => {
                code.push(Op::Leaf.with(self.leaves.len()));
                self.leaves.push(node.clone());
            }
        }
    }

    fn nest<'n>(
        &mut self,
        op: Op,
        operands: impl IntoIterator<Item = &'n Node>,
        chooser: &Chooser<'_>,
        code: &mut Vec<u32>,
    ) {
        let at = code.len();
        code.push(0);
        operands.into_iter().for_each(|operand| self.compile(operand, chooser, code));
        code[at] = op.with(code.len() - at - 1);
    }

    /// The program of `watch`.
    pub(super) fn of(&self, watch: u32) -> Option<Part<'_>> {
        Parts(self.code.row(watch as usize)).next()
    }

    fn all(&self, code: &[u32], evaluator: &Evaluator<'_, '_>) -> bool {
        Parts(code).all(|part| self.holds(part, evaluator))
    }

    /// Whether a part, or a whole program, holds.
    pub(super) fn holds(&self, (op, argument, inside): Part<'_>, evaluator: &Evaluator<'_, '_>) -> bool {
        match op {
            Op::Atom => evaluator.scan.has_in_text(argument as AtomId),
            Op::AnyAtom => inside.iter().any(|atom| evaluator.scan.has_in_text(*atom)),
            Op::And => self.all(inside, evaluator),
            Op::Or => Parts(inside).any(|part| self.holds(part, evaluator)),
            Op::Not => !self.all(inside, evaluator),
            Op::Leaf => evaluator.holds(&self.leaves[argument], Scope::TEXT),
        }
    }

    /// Adds the places that prove `part`, which holds.
    pub(super) fn prove(&self, part: Part<'_>, evaluator: &Evaluator<'_, '_>, proof: &mut impl Proof) {
        let (op, argument, inside) = part;
        match op {
            Op::Atom => proof.atoms(evaluator.scan.shown_places(argument as AtomId)),
            Op::AnyAtom => {
                for atom in inside.iter().filter(|atom| evaluator.scan.has_in_text(**atom)) {
                    proof.atoms(evaluator.scan.shown_places(*atom));
                }
            }
            Op::And => Parts(inside).for_each(|part| self.prove(part, evaluator, proof)),
            Op::Or => {
                let holding = Parts(inside).filter(|part| self.holds(*part, evaluator));
                holding.for_each(|part| self.prove(part, evaluator, proof));
            }
            Op::Not => {}
            Op::Leaf => {
                let mut places = Vec::new();
                evaluator.prove(&self.leaves[argument], Scope::TEXT, &mut places);
                proof.others(&places);
            }
        }
    }
}

/// Whether a negation stands inside.
fn negates(node: &Node) -> bool {
    match node {
        Node::Not(_) => true,
        Node::And(operands) | Node::Or(operands) | Node::SomeOf(_, operands) => operands.iter().any(negates),
        Node::Near(near) => near.operands.iter().any(negates),
        Node::In(_, operand) | Node::AtLeast(_, operand) => negates(operand),
        Node::Atom(_) | Node::Phrase(_) | Node::Pattern(_) | Node::Concept(_) | Node::Meta(_) => false,
    }
}

/// An operation, its argument and the code inside.
pub(super) type Part<'c> = (Op, usize, &'c [u32]);

/// The parts that stand beside each other in some code.
struct Parts<'c>(&'c [u32]);

impl<'c> Iterator for Parts<'c> {
    type Item = Part<'c>;

    fn next(&mut self) -> Option<Part<'c>> {
        let (number, rest) = self.0.split_first()?;
        let (op, argument) = Op::of(*number);
        let inside = match op {
            Op::Atom | Op::Leaf => 0,
            Op::AnyAtom | Op::And | Op::Or | Op::Not => argument,
        };
        let (inside, after) = rest.split_at(inside);
        self.0 = after;
        Some((op, argument, inside))
    }
}

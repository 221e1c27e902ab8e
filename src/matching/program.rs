//! Whole queries as the index runs them: AND, OR and NOT over words as [`code`], in one array for
//! all watches. What needs places is a [`Node`] beside it.

use super::anchor::Chooser;
use super::atom::AtomId;
use super::code::{self, Op, Part, Parts, nest};
use super::condition::{any_atom, atoms_of};
use super::evaluate::Evaluator;
use super::node::Node;
use super::occurrence::{Occurrence, Scope};
use super::rows::Rows;
use super::scan::MOST_PLACES;

/// The programs of the watches, by their index.
#[derive(Debug, Default)]
pub(super) struct Programs {
    code: Rows<u32>,
    leaves: Vec<Node>,
}

impl Programs {
    /// Adds the program of the next watch; `chooser` knows what is likely to fail.
    pub(super) fn push(&mut self, node: &Node, chooser: &Chooser) {
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

    fn compile(&mut self, node: &Node, chooser: &Chooser, code: &mut Vec<u32>) {
        match node {
            Node::Atom(atom) => code.push(Op::Atom.with(*atom as usize)),
            Node::And(operands) => nest(Op::And, code, |code| {
                let operands = chooser.likeliest_to_fail_first(operands);
                operands.into_iter().for_each(|operand| self.compile(operand, chooser, code));
            }),
            Node::Or(operands) => match atoms_of(operands, chooser) {
                Some(atoms) => any_atom(&atoms, code),
                None => nest(Op::Or, code, |code| {
                    operands.iter().for_each(|operand| self.compile(operand, chooser, code));
                }),
            },
            // What is negated twice has places.
            Node::Not(operand) if !negates(operand) => {
                nest(Op::Not, code, |code| self.compile(operand, chooser, code));
            }
            _ => {
                code.push(Op::Leaf.with(self.leaves.len()));
                self.leaves.push(node.clone());
            }
        }
    }

    /// Whether the program of `watch` holds.
    pub(super) fn holds(&self, watch: u32, evaluator: &Evaluator<'_, '_>) -> bool {
        let leaf = |leaf: usize| evaluator.holds(&self.leaves[leaf], Scope::TEXT);
        code::all(self.code.row(watch as usize), evaluator.scan.in_text(), &leaf)
    }

    /// The places that prove the program of `watch`, which holds.
    pub(super) fn prove(&self, watch: u32, evaluator: &Evaluator<'_, '_>) -> Vec<Occurrence> {
        let mut proof = Vec::new();
        Parts::of(self.code.row(watch as usize))
            .for_each(|part| self.prove_part(part, evaluator, &mut proof));
        proof
    }

    fn prove_part(&self, part: Part<'_>, evaluator: &Evaluator<'_, '_>, proof: &mut Vec<Occurrence>) {
        let (op, argument, inside) = part;
        let scan = evaluator.scan;
        let places = |atom: AtomId| scan.places(atom, Scope::TEXT).take(MOST_PLACES);
        let leaf = |leaf: usize| evaluator.holds(&self.leaves[leaf], Scope::TEXT);
        match op {
            Op::Atom => proof.extend(places(argument as AtomId)),
            Op::AnyAtom => {
                let present = inside.iter().filter(|atom| scan.in_text().contains(**atom));
                present.for_each(|atom| proof.extend(places(*atom)));
            }
            Op::And => Parts::of(inside).for_each(|part| self.prove_part(part, evaluator, proof)),
            Op::Or => {
                let holding = Parts::of(inside).filter(|part| code::holds(*part, scan.in_text(), &leaf));
                holding.for_each(|part| self.prove_part(part, evaluator, proof));
            }
            Op::Not => {}
            Op::Leaf => evaluator.prove(&self.leaves[argument], Scope::TEXT, proof),
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

//! What else must be there where an anchor of a watch occurs: it stands in the index beside the number of
//! the watch, so that most watches are decided, or left out, without being opened.

use super::anchor::Chooser;
use super::atom::AtomId;
use super::code::{Op, nest};
use super::node::Node;

/// A condition on the atoms of a text.
#[derive(Debug, Default)]
pub(super) struct Condition {
    /// All parts must hold.
    pub(super) code: Vec<u32>,
    /// Whether anchor and condition together are the whole query, asked of the atoms in the text. Otherwise
    /// they are necessary, asked of the atoms that are anywhere.
    pub(super) decides: bool,
}

/// Numbers that the conditions of one watch may take: one stands at each anchor.
const MOST_NUMBERS: usize = 2_000;

impl Condition {
    /// What `node` asks besides its anchors, of which there are so many.
    pub(super) fn of(node: &Node, anchors: usize, chooser: &Chooser) -> Self {
        let longest = MOST_NUMBERS / anchors.max(1);
        let beside = chooser.beside_anchors(node);
        if let Some(beside) = &beside
            && beside.iter().all(|node| asks_for_atoms(node))
        {
            let mut code = Vec::new();
            beside.iter().for_each(|node| exact(node, chooser, &mut code));
            if code.len() <= longest {
                return Self { code, decides: true };
            }
        }
        let mut code = Vec::new();
        for node in beside.unwrap_or_else(|| vec![node]) {
            let before = code.len();
            if !necessary(node, chooser, &mut code) || code.len() > longest {
                code.truncate(before);
            }
        }
        Self { code, decides: false }
    }
}

/// Whether the presence of atoms in the text decides `node`.
pub(super) fn asks_for_atoms(node: &Node) -> bool {
    match node {
        Node::Atom(_) => true,
        Node::And(operands) | Node::Or(operands) => operands.iter().all(asks_for_atoms),
        Node::Not(operand) => asks_for_atoms(operand),
        _ => false,
    }
}

/// The operands of an OR that are all atoms, those that are most likely there first.
pub(super) fn atoms_of(operands: &[Node], chooser: &Chooser) -> Option<Vec<AtomId>> {
    let atoms = operands.iter().map(|operand| match operand {
        Node::Atom(atom) => Some(*atom),
        _ => None,
    });
    let mut atoms = atoms.collect::<Option<Vec<AtomId>>>()?;
    chooser.commonest_first(&mut atoms);
    Some(atoms)
}

pub(super) fn any_atom(atoms: &[AtomId], code: &mut Vec<u32>) {
    nest(Op::AnyAtom, code, |code| code.extend(atoms));
}

fn exact(node: &Node, chooser: &Chooser, code: &mut Vec<u32>) {
    match node {
        Node::Atom(atom) => code.push(Op::Atom.with(*atom as usize)),
        Node::And(operands) => nest(Op::And, code, |code| {
            chooser.likeliest_to_fail_first(operands).into_iter().for_each(|node| exact(node, chooser, code));
        }),
        Node::Or(operands) => match atoms_of(operands, chooser) {
            Some(atoms) => any_atom(&atoms, code),
            None => nest(Op::Or, code, |code| operands.iter().for_each(|node| exact(node, chooser, code))),
        },
        Node::Not(operand) => nest(Op::Not, code, |code| exact(operand, chooser, code)),
        _ => {}
    }
}

/// Adds what must be there, anywhere, for `node` to hold; tells whether anything must.
fn necessary(node: &Node, chooser: &Chooser, code: &mut Vec<u32>) -> bool {
    match node {
        Node::Atom(atom) => code.push(Op::Atom.with(*atom as usize)),
        Node::Phrase(phrase) => code.extend(phrase.parts.iter().map(|atom| Op::Atom.with(*atom as usize))),
        Node::And(operands) => return necessary_of_all(operands, chooser, code),
        Node::Near(near) => return necessary_of_all(&near.operands, chooser, code),
        Node::Or(operands) => return necessary_of_one(operands, chooser, code),
        Node::SomeOf(count, operands) if *count > 0 => return necessary_of_one(operands, chooser, code),
        Node::AtLeast(count, operand) if *count > 0 => return necessary(operand, chooser, code),
        Node::In(_, operand) => return necessary(operand, chooser, code),
        _ => return false,
    }
    true
}

fn necessary_of_all(operands: &[Node], chooser: &Chooser, code: &mut Vec<u32>) -> bool {
    let operands = chooser.likeliest_to_fail_first(operands);
    operands.into_iter().fold(false, |any, node| necessary(node, chooser, code) | any)
}

fn necessary_of_one(operands: &[Node], chooser: &Chooser, code: &mut Vec<u32>) -> bool {
    if let Some(atoms) = atoms_of(operands, chooser) {
        any_atom(&atoms, code);
        return true;
    }
    let before = code.len();
    let mut all = !operands.is_empty();
    nest(Op::Or, code, |code| {
        for node in operands {
            nest(Op::And, code, |code| all &= necessary(node, chooser, code));
        }
    });
    if !all {
        code.truncate(before);
    }
    all
}

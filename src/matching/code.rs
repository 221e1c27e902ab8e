//! Boolean conditions as arrays of numbers: what is asked thousands of times per article lies close together
//! and is answered from the set of present atoms.
//!
//! A part of a condition is one number, its [`Op`] and an argument; the parts inside follow it.

use super::atom::AtomId;
use super::bits::BitSet;

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
    /// What needs places: the argument says where it is kept.
    Leaf,
}

/// Bits of the argument.
const ARGUMENT: u32 = 29;

impl Op {
    pub(super) fn with(self, argument: usize) -> u32 {
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

/// Adds `op` to `code`, and what `inside` adds as the parts inside.
pub(super) fn nest(op: Op, code: &mut Vec<u32>, inside: impl FnOnce(&mut Vec<u32>)) {
    let at = code.len();
    code.push(0);
    inside(code);
    code[at] = op.with(code.len() - at - 1);
}

/// An operation, its argument and the code inside.
pub(super) type Part<'c> = (Op, usize, &'c [u32]);

/// The parts that stand beside each other in some code.
pub(super) struct Parts<'c>(&'c [u32]);

impl<'c> Parts<'c> {
    pub(super) fn of(code: &'c [u32]) -> Self {
        Self(code)
    }
}

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

/// Whether `part` holds where these atoms are present; `leaf` answers for what needs places.
pub(super) fn holds(
    (op, argument, inside): Part<'_>,
    present: &BitSet,
    leaf: &impl Fn(usize) -> bool,
) -> bool {
    match op {
        Op::Atom => present.contains(argument as AtomId),
        Op::AnyAtom => inside.iter().any(|atom| present.contains(*atom)),
        Op::And => all(inside, present, leaf),
        Op::Or => Parts(inside).any(|part| holds(part, present, leaf)),
        Op::Not => !all(inside, present, leaf),
        Op::Leaf => leaf(argument),
    }
}

/// Whether all parts of `code` hold.
pub(super) fn all(code: &[u32], present: &BitSet, leaf: &impl Fn(usize) -> bool) -> bool {
    Parts(code).all(|part| holds(part, present, leaf))
}

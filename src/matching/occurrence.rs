//! Places in an analysed text.

use crate::model::Field;

/// A place where something matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Occurrence {
    /// First unit.
    pub(super) first: u32,
    /// Last unit.
    pub(super) last: u32,
    /// First byte in the field's text.
    pub(super) start: u32,
    /// One past the last byte.
    pub(super) end: u32,
}

impl Occurrence {
    /// Whether `other` lies inside.
    pub(super) fn covers(&self, other: &Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// From the beginning of `self` to the end of `other`.
    pub(super) fn to(self, other: Self) -> Self {
        Self { first: self.first, last: other.last, start: self.start, end: other.end }
    }
}

/// A set of places: text fields, each with and without its recurring boilerplate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct Scope(u8);

impl Scope {
    /// Where a query looks that names no field: the authors are no part of the text.
    pub(super) const TEXT: Self = Self(0b0111);
    /// Every field without its boilerplate.
    pub(super) const OWN: Self = Self(0b1111);
    /// `all:`.
    pub(super) const ALL: Self = Self(u8::MAX);

    /// One field, without its boilerplate.
    pub(super) fn of(field: Field) -> Self {
        Self(1 << field as u8)
    }

    /// One field's boilerplate.
    pub(super) fn boilerplate_of(field: Field) -> Self {
        Self(1 << (field as u8 + 4))
    }

    pub(super) fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

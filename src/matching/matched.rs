//! The watches that matched an article, with the places that prove it.

use super::evaluate::Evaluator;
use super::matcher::Matcher;
use super::scan::Scan;
use super::spans::spans;
use crate::model::Span;

/// The watches that matched one document, in the order in which they were given. What proves a match is
/// found when it is asked for: hundreds of watches may match, and few callers want all proofs at once.
pub struct Matches<'m, 'd> {
    matcher: &'m Matcher,
    scan: Scan<'d>,
    watches: Vec<u32>,
}

/// A watch that matched.
#[derive(Clone, Copy)]
pub struct Matched<'s, 'm, 'd> {
    /// Index into the watches that the matcher was compiled from.
    pub watch: usize,
    matches: &'s Matches<'m, 'd>,
}

impl<'m, 'd> Matches<'m, 'd> {
    pub(super) fn new(matcher: &'m Matcher, scan: Scan<'d>, watches: Vec<u32>) -> Self {
        Self { matcher, scan, watches }
    }

    /// How many watches matched.
    pub fn len(&self) -> usize {
        self.watches.len()
    }

    /// Whether none did.
    pub fn is_empty(&self) -> bool {
        self.watches.is_empty()
    }

    /// Each watch that matched.
    pub fn iter(&self) -> impl Iterator<Item = Matched<'_, 'm, 'd>> {
        self.watches.iter().map(|watch| Matched { watch: *watch as usize, matches: self })
    }

    /// The names of the concepts that the document mentions, sorted.
    pub fn concepts(&self) -> Vec<&'m str> {
        self.matcher.concepts_of(&self.evaluator())
    }

    fn evaluator(&self) -> Evaluator<'_, 'd> {
        self.matcher.evaluator(&self.scan)
    }
}

impl Matched<'_, '_, '_> {
    /// The places that prove it, in reading order; none when only metadata was asked for.
    pub fn spans(self) -> Vec<Span> {
        let Matches { matcher, scan, .. } = self.matches;
        let mut proof = matcher.programs.prove(self.watch as u32, &self.matches.evaluator());
        spans(&scan.document, &mut proof)
    }
}

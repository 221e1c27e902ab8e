//! One document as the evaluator sees it: which atoms it contains and, on demand, where.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::atom::{AtomId, Dictionary};
use super::bits::{BitSet, Ranks};
use super::document::Document;
use super::node::{ConceptId, PatternId};
use super::occurrence::{Occurrence, Scope};
use super::pattern::{Patterns, simple_fold};
use super::rows::Rows;
use crate::analysis::Unit;
use crate::model::Field;

/// Places of one leaf that a proof shows.
pub(super) const MOST_PLACES: usize = 8;

/// The number of a place of an atom: that of its unit, or more when it has several.
pub(super) type PlaceId = u32;

/// A document, looked through once for all atoms of a dictionary.
pub(super) struct Scan<'d> {
    pub(super) document: &'d Document<'d>,
    /// The atoms that occur anywhere.
    present: Ranks,
    /// The atoms that occur in [`Scope::TEXT`].
    in_text: BitSet,
    /// The atoms that each lexeme is an instance of.
    by_lexeme: Rows<AtomId>,
    /// Where the dense atoms occur, in reading order.
    dense: Vec<(Occurrence, AtomId)>,
    places: OnceCell<Places>,
    patterns: RefCell<FxHashMap<PatternId, Rc<[Occurrence]>>>,
    concepts: RefCell<FxHashMap<ConceptId, Rc<[Occurrence]>>>,
}

/// Where present atoms occur, by their rank, in reading order.
struct Places {
    all: Rows<PlaceId>,
    /// The first few in [`Scope::TEXT`], for proofs.
    shown: Rows<PlaceId>,
}

impl<'d> Scan<'d> {
    pub(super) fn new(document: &'d Document<'d>, dictionary: &Dictionary) -> Self {
        let analysis = document.analysis;
        let mut present = BitSet::below(dictionary.len());
        let mut by_lexeme = Rows::default();
        let mut atoms = Vec::new();
        for lexeme in analysis.lexemes() {
            dictionary.atoms_of(lexeme, &mut atoms);
            present.extend(&atoms);
            by_lexeme.push(atoms.iter().copied());
        }
        let mut dense = Vec::new();
        dictionary.dense_places(analysis.dense(), |atom, first, last| {
            let (from, to) = (&analysis.units()[first as usize], &analysis.units()[last as usize]);
            dense.push((Occurrence { first, last, start: from.start, end: to.end }, atom));
            present.insert(atom);
        });
        dense.sort_unstable();
        dense.dedup();
        let mut scan = Self {
            document,
            present: Ranks::of(present),
            in_text: BitSet::below(dictionary.len()),
            by_lexeme,
            dense,
            places: OnceCell::new(),
            patterns: RefCell::default(),
            concepts: RefCell::default(),
        };
        scan.in_text = scan.find_in_text(scan.in_text.clone());
        scan
    }

    fn find_in_text(&self, mut found: BitSet) -> BitSet {
        let mut seen = vec![false; self.document.analysis.lexemes().len()];
        for unit in self.document.analysis.units().iter().filter(|unit| unit.lexeme != Unit::DENSE) {
            let lexeme = unit.lexeme as usize;
            if !seen[lexeme] && self.scope_of(unit).meets(Scope::TEXT) {
                seen[lexeme] = true;
                found.extend(self.by_lexeme.row(lexeme));
            }
        }
        let dense = self.dense.iter().filter(|(place, _)| self.is_in(place, Scope::TEXT));
        found.extend(dense.map(|(_, atom)| atom));
        found
    }

    /// The atoms that occur anywhere, ascending.
    pub(super) fn atoms(&self) -> impl Iterator<Item = AtomId> + '_ {
        self.present.set().iter()
    }

    /// Whether `atom` occurs anywhere.
    pub(super) fn contains(&self, atom: AtomId) -> bool {
        self.present.set().contains(atom)
    }

    /// Whether `atom` occurs in [`Scope::TEXT`].
    pub(super) fn has_in_text(&self, atom: AtomId) -> bool {
        self.in_text.contains(atom)
    }

    /// Whether `atom` occurs in `scope`.
    pub(super) fn has(&self, atom: AtomId, scope: Scope) -> bool {
        match scope {
            Scope::TEXT => self.has_in_text(atom),
            Scope::ALL => self.contains(atom),
            _ => self.places(atom, scope).next().is_some(),
        }
    }

    /// Where `atom` occurs in `scope`, in reading order.
    pub(super) fn places(&self, atom: AtomId, scope: Scope) -> impl Iterator<Item = Occurrence> + '_ {
        let rank = self.present.rank(atom);
        let places = rank.map_or(&[][..], |rank| self.found_places().all.row(rank as usize));
        places.iter().map(|id| self.place(*id)).filter(move |place| self.is_in(place, scope))
    }

    /// The first few places of `atom` in [`Scope::TEXT`], in reading order.
    pub(super) fn shown_places(&self, atom: AtomId) -> &[PlaceId] {
        let rank = self.present.rank(atom);
        rank.map_or(&[], |rank| self.found_places().shown.row(rank as usize))
    }

    /// Where the place of an atom is.
    pub(super) fn place(&self, id: PlaceId) -> Occurrence {
        let units = self.document.analysis.units();
        match units.get(id as usize) {
            Some(unit) => Occurrence { first: id, last: id, start: unit.start, end: unit.end },
            None => self.dense[id as usize - units.len()].0,
        }
    }

    /// More than the number of any place of an atom.
    pub(super) fn places_bound(&self) -> PlaceId {
        (self.document.analysis.units().len() + self.dense.len()) as PlaceId
    }

    /// Whether `place` lies in `scope`; no place reaches over two fields.
    pub(super) fn is_in(&self, place: &Occurrence, scope: Scope) -> bool {
        self.scope_of(&self.document.analysis.units()[place.first as usize]).meets(scope)
    }

    fn scope_of(&self, unit: &Unit) -> Scope {
        let recurring = self.document.boilerplate.iter().any(|(field, range)| {
            *field == unit.field && range.start <= unit.start as usize && (unit.start as usize) < range.end
        });
        if recurring { Scope::boilerplate_of(unit.field) } else { Scope::of(unit.field) }
    }

    fn found_places(&self) -> &Places {
        self.places.get_or_init(|| {
            let mut pairs = Vec::new();
            let mut add = |atom, place| pairs.extend(self.present.rank(atom).map(|rank| (rank, place)));
            for (unit, place) in self.document.analysis.units().iter().zip(0..) {
                if unit.lexeme != Unit::DENSE {
                    self.by_lexeme.row(unit.lexeme as usize).iter().for_each(|atom| add(*atom, place));
                }
            }
            let beyond = self.document.analysis.units().len() as PlaceId;
            self.dense.iter().zip(beyond..).for_each(|((_, atom), place)| add(*atom, place));
            let all = Rows::group(self.present.len(), &pairs);
            let mut shown = Rows::default();
            for rank in 0..self.present.len() {
                let in_text = all.row(rank).iter().filter(|id| self.is_in(&self.place(**id), Scope::TEXT));
                shown.push(in_text.take(MOST_PLACES).copied());
            }
            Places { all, shown }
        })
    }

    /// The patterns that may match somewhere.
    pub(super) fn possible_patterns(&self, patterns: &Patterns) -> Vec<PatternId> {
        if patterns.is_empty() {
            return Vec::new();
        }
        let fields = Field::ALL.map(|field| simple_fold(self.document.text.field(field)));
        patterns.possible_in(&fields.join("\n")).collect()
    }

    /// Where `pattern` matches, in reading order.
    pub(super) fn pattern_places(&self, pattern: PatternId, patterns: &Patterns) -> Rc<[Occurrence]> {
        let found = self.patterns.borrow().get(&pattern).cloned();
        found.unwrap_or_else(|| {
            let mut places = Vec::new();
            for field in Field::ALL {
                let found = patterns.get(pattern).places(self.document.text.field(field));
                places.extend(
                    found.filter_map(|(start, end)| self.place_of_bytes(field, start as u32, end as u32)),
                );
            }
            let places: Rc<[Occurrence]> = places.into();
            self.patterns.borrow_mut().insert(pattern, Rc::clone(&places));
            places
        })
    }

    /// The units that `start..end` of `field` touches; `None` when it touches only punctuation.
    fn place_of_bytes(&self, field: Field, start: u32, end: u32) -> Option<Occurrence> {
        let units = self.document.analysis.units();
        let first = units.partition_point(|unit| (unit.field, unit.end) <= (field, start));
        let after = units.partition_point(|unit| (unit.field, unit.start) < (field, end));
        (first < after).then(|| Occurrence { first: first as u32, last: after as u32 - 1, start, end })
    }

    /// Where `concept` occurs, as `find` finds out the first time.
    pub(super) fn concept_places(
        &self,
        concept: ConceptId,
        find: impl FnOnce() -> Vec<Occurrence>,
    ) -> Rc<[Occurrence]> {
        let found = self.concepts.borrow().get(&concept).cloned();
        found.unwrap_or_else(|| {
            let places: Rc<[Occurrence]> = find().into();
            self.concepts.borrow_mut().insert(concept, Rc::clone(&places));
            places
        })
    }
}

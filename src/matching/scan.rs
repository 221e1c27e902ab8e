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

/// A document, looked through once for all atoms of a dictionary.
pub(super) struct Scan<'d> {
    pub(super) document: Document<'d>,
    /// The atoms that occur anywhere.
    anywhere: BitSet,
    /// The atoms that occur in [`Scope::TEXT`].
    in_text: BitSet,
    /// The atoms that each lexeme is an instance of.
    by_lexeme: Rows<AtomId>,
    /// Where atoms occur that are no single word, in reading order.
    wide: Vec<(Occurrence, AtomId)>,
    places: OnceCell<Places>,
    patterns: RefCell<FxHashMap<PatternId, Rc<[Occurrence]>>>,
    concepts: RefCell<FxHashMap<ConceptId, Rc<[Occurrence]>>>,
}

/// Where present atoms occur, by their rank, in reading order: numbers of units, or more for wide places.
struct Places {
    ranks: Ranks,
    places: Rows<u32>,
}

impl<'d> Scan<'d> {
    pub(super) fn new(document: Document<'d>, dictionary: &Dictionary) -> Self {
        let analysis = document.analysis;
        let units = analysis.units();
        let by_lexeme = dictionary.atoms_of(analysis.lexemes());
        let mut lexemes_in_text = vec![false; analysis.lexemes().len()];
        for unit in units.iter().filter(|unit| unit.lexeme != Unit::DENSE) {
            if !lexemes_in_text[unit.lexeme as usize] && scope_of(unit, &document).meets(Scope::TEXT) {
                lexemes_in_text[unit.lexeme as usize] = true;
            }
        }
        let mut anywhere = BitSet::below(dictionary.len());
        let mut in_text = BitSet::below(dictionary.len());
        for (lexeme, is_in_text) in lexemes_in_text.into_iter().enumerate() {
            let atoms = by_lexeme.row(lexeme);
            anywhere.extend(atoms);
            if is_in_text {
                in_text.extend(atoms);
            }
        }
        let mut wide = Vec::new();
        let mut widen = |atom, first, last| {
            let (from, to): (&Unit, &Unit) = (&units[first as usize], &units[last as usize]);
            wide.push((Occurrence { first, last, start: from.start, end: to.end }, atom));
            anywhere.insert(atom);
            if scope_of(from, &document).meets(Scope::TEXT) {
                in_text.insert(atom);
            }
        };
        dictionary.dense_places(analysis.dense(), &mut widen);
        for joined in analysis.joined() {
            let atoms = by_lexeme.row(joined.lexeme as usize);
            atoms.iter().for_each(|atom| widen(*atom, joined.first, joined.first + 1));
        }
        wide.sort_unstable();
        wide.dedup();
        Self {
            document,
            anywhere,
            in_text,
            by_lexeme,
            wide,
            places: OnceCell::new(),
            patterns: RefCell::default(),
            concepts: RefCell::default(),
        }
    }

    /// The atoms that occur anywhere, ascending.
    pub(super) fn atoms(&self) -> impl Iterator<Item = AtomId> + '_ {
        self.anywhere.iter()
    }

    /// The atoms that occur anywhere.
    pub(super) fn anywhere(&self) -> &BitSet {
        &self.anywhere
    }

    /// The atoms that occur in [`Scope::TEXT`].
    pub(super) fn in_text(&self) -> &BitSet {
        &self.in_text
    }

    /// Whether `atom` occurs in `scope`.
    pub(super) fn has(&self, atom: AtomId, scope: Scope) -> bool {
        match scope {
            Scope::TEXT => self.in_text.contains(atom),
            Scope::ALL => self.anywhere.contains(atom),
            _ => self.places(atom, scope).next().is_some(),
        }
    }

    /// Where `atom` occurs in `scope`, in reading order.
    pub(super) fn places(&self, atom: AtomId, scope: Scope) -> impl Iterator<Item = Occurrence> + '_ {
        let Places { ranks, places } = self.places.get_or_init(|| self.find_places());
        let places = ranks.rank(atom).map_or(&[][..], |rank| places.row(rank as usize));
        let units = self.document.analysis.units();
        let places = places.iter().map(|id| match units.get(*id as usize) {
            Some(unit) => Occurrence { first: *id, last: *id, start: unit.start, end: unit.end },
            None => self.wide[*id as usize - units.len()].0,
        });
        places.filter(move |place| self.is_in(place, scope))
    }

    /// Whether `place` lies in `scope`; no place reaches over two fields.
    pub(super) fn is_in(&self, place: &Occurrence, scope: Scope) -> bool {
        scope_of(&self.document.analysis.units()[place.first as usize], &self.document).meets(scope)
    }

    fn find_places(&self) -> Places {
        let ranks = Ranks::of(self.anywhere.clone());
        let units = self.document.analysis.units();
        let mut pairs = Vec::with_capacity(units.len() * 4);
        let mut add = |atom, place| pairs.extend(ranks.rank(atom).map(|rank| (rank, place)));
        for (unit, place) in units.iter().zip(0..) {
            if unit.lexeme != Unit::DENSE {
                self.by_lexeme.row(unit.lexeme as usize).iter().for_each(|atom| add(*atom, place));
            }
        }
        self.wide.iter().zip(units.len() as u32..).for_each(|((_, atom), place)| add(*atom, place));
        Places { places: Rows::group(ranks.len(), &pairs), ranks }
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

/// Where `unit` lies.
fn scope_of(unit: &Unit, document: &Document<'_>) -> Scope {
    let recurring = document.boilerplate.iter().any(|(field, range)| {
        *field == unit.field && range.start <= unit.start as usize && (unit.start as usize) < range.end
    });
    if recurring { Scope::boilerplate_of(unit.field) } else { Scope::of(unit.field) }
}

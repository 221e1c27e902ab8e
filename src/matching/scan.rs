//! One document as the evaluator sees it: which atoms it contains and, on demand, where.

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::atom::{AtomId, Dictionary};
use super::document::Document;
use super::node::{ConceptId, PatternId};
use super::occurrence::{Occurrence, Scope};
use super::pattern::{Patterns, simple_fold};
use crate::analysis::Unit;
use crate::model::Field;

/// A document, looked through once for all atoms of a dictionary.
pub(super) struct Scan<'d> {
    pub(super) document: &'d Document<'d>,
    present: FxHashMap<AtomId, Presence>,
    /// The keys of `present`, as bits: most questions are answered by no.
    bits: Vec<u64>,
    /// Where present atoms come from, as linked lists.
    sources: Vec<Link>,
    dense: Vec<Occurrence>,
    /// The units of each lexeme, and where each lexeme's begin; built when first asked for.
    by_lexeme: OnceCell<ByLexeme>,
    patterns: RefCell<FxHashMap<PatternId, Rc<[Occurrence]>>>,
    concepts: RefCell<FxHashMap<ConceptId, Rc<[Occurrence]>>>,
}

#[derive(Clone, Copy)]
struct Presence {
    scope: Scope,
    /// The last link of its list.
    link: u32,
}

#[derive(Clone, Copy)]
struct Link {
    source: Source,
    previous: Option<u32>,
}

#[derive(Clone, Copy)]
enum Source {
    Lexeme(u32),
    /// Index into the dense occurrences.
    Dense(u32),
}

struct ByLexeme {
    starts: Vec<u32>,
    units: Vec<u32>,
}

impl<'d> Scan<'d> {
    pub(super) fn new(document: &'d Document<'d>, dictionary: &Dictionary) -> Self {
        let mut scan = Self {
            document,
            present: FxHashMap::default(),
            bits: vec![0; dictionary.len().div_ceil(64)],
            sources: Vec::new(),
            dense: Vec::new(),
            by_lexeme: OnceCell::new(),
            patterns: RefCell::default(),
            concepts: RefCell::default(),
        };
        let analysis = document.analysis;
        let mut scopes = vec![Scope::default(); analysis.lexemes().len()];
        for unit in analysis.units().iter().filter(|unit| unit.lexeme != Unit::DENSE) {
            let scope = &mut scopes[unit.lexeme as usize];
            *scope = scope.with(scan.scope_of(unit));
        }
        let mut atoms = Vec::new();
        for (index, lexeme) in analysis.lexemes().iter().enumerate() {
            dictionary.atoms_of(lexeme, &mut atoms);
            for atom in &atoms {
                scan.add(*atom, scopes[index], Source::Lexeme(index as u32));
            }
        }
        dictionary.dense_places(analysis.dense(), |atom, first, last| {
            let units = analysis.units();
            let (from, to) = (&units[first as usize], &units[last as usize]);
            let source = Source::Dense(scan.dense.len() as u32);
            scan.dense.push(Occurrence { first, last, start: from.start, end: to.end });
            scan.add(atom, scan.scope_of(from), source);
        });
        scan
    }

    fn add(&mut self, atom: AtomId, scope: Scope, source: Source) {
        self.bits[atom as usize / 64] |= 1 << (atom % 64);
        let link = self.sources.len() as u32;
        let mut previous = None;
        self.present
            .entry(atom)
            .and_modify(|presence| {
                previous = Some(presence.link);
                *presence = Presence { scope: presence.scope.with(scope), link };
            })
            .or_insert(Presence { scope, link });
        self.sources.push(Link { source, previous });
    }

    /// The atoms that occur anywhere.
    pub(super) fn atoms(&self) -> impl Iterator<Item = AtomId> + '_ {
        self.present.keys().copied()
    }

    /// Whether `atom` occurs anywhere.
    pub(super) fn contains(&self, atom: AtomId) -> bool {
        self.bits[atom as usize / 64] & (1 << (atom % 64)) != 0
    }

    /// Whether `atom` occurs in `scope`.
    pub(super) fn has(&self, atom: AtomId, scope: Scope) -> bool {
        self.contains(atom) && self.present.get(&atom).is_some_and(|presence| presence.scope.meets(scope))
    }

    /// Where `atom` occurs in `scope`, in reading order.
    pub(super) fn places(&self, atom: AtomId, scope: Scope) -> Vec<Occurrence> {
        let mut places = Vec::new();
        self.collect_places(atom, scope, &mut places);
        places.sort_unstable();
        places.dedup();
        places
    }

    /// Adds the places where `atom` occurs in `scope`, in no order.
    pub(super) fn collect_places(&self, atom: AtomId, scope: Scope, places: &mut Vec<Occurrence>) {
        let mut link =
            self.present.get(&atom).filter(|found| found.scope.meets(scope)).map(|found| found.link);
        let mut add = |place: Occurrence| {
            if self.is_in(&place, scope) {
                places.push(place);
            }
        };
        while let Some(index) = link {
            let Link { source, previous } = self.sources[index as usize];
            match source {
                Source::Dense(index) => add(self.dense[index as usize]),
                Source::Lexeme(lexeme) => {
                    self.units_of(lexeme).iter().for_each(|&unit| add(self.whole(unit)))
                }
            }
            link = previous;
        }
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

    fn whole(&self, unit: u32) -> Occurrence {
        let Unit { start, end, .. } = self.document.analysis.units()[unit as usize];
        Occurrence { first: unit, last: unit, start, end }
    }

    fn units_of(&self, lexeme: u32) -> &[u32] {
        let ByLexeme { starts, units } = self.by_lexeme.get_or_init(|| self.group_units());
        &units[starts[lexeme as usize] as usize..starts[lexeme as usize + 1] as usize]
    }

    fn group_units(&self) -> ByLexeme {
        let analysis = self.document.analysis;
        let words = || analysis.units().iter().zip(0..).filter(|(unit, _)| unit.lexeme != Unit::DENSE);
        let mut starts = vec![0; analysis.lexemes().len() + 1];
        for (unit, _) in words() {
            starts[unit.lexeme as usize + 1] += 1;
        }
        for index in 1..starts.len() {
            starts[index] += starts[index - 1];
        }
        let mut next = starts.clone();
        let mut units = vec![0; words().count()];
        for (unit, index) in words() {
            let slot = &mut next[unit.lexeme as usize];
            units[*slot as usize] = index;
            *slot += 1;
        }
        ByLexeme { starts, units }
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

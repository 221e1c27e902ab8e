//! The watches that matched an article, with the places that prove it.

use rustc_hash::FxHashMap;

use super::occurrence::Occurrence;
use super::program::Proof;
use super::scan::{PlaceId, Scan};
use super::spans::span;
use crate::model::Span;

/// The watches that matched one document, in the order in which they were given. Hundreds may share a
/// word, so each place is kept once for all of them.
#[derive(Clone, Debug, Default)]
pub struct Matches {
    /// Each watch, and where its list of spans ends.
    watches: Vec<(u32, u32)>,
    /// The numbers of the spans of each watch, one list after the other.
    lists: Vec<u32>,
    spans: Vec<Span>,
}

/// A watch that matched.
#[derive(Clone, Copy, Debug)]
pub struct Matched<'m> {
    /// Index into the watches that the matcher was compiled from.
    pub watch: usize,
    list: &'m [u32],
    spans: &'m [Span],
}

impl Matches {
    /// How many watches matched.
    pub fn len(&self) -> usize {
        self.watches.len()
    }

    /// Whether none did.
    pub fn is_empty(&self) -> bool {
        self.watches.is_empty()
    }

    /// Each watch that matched.
    pub fn iter(&self) -> impl Iterator<Item = Matched<'_>> {
        let mut start = 0;
        self.watches.iter().map(move |&(watch, end)| {
            let list = &self.lists[std::mem::replace(&mut start, end) as usize..end as usize];
            Matched { watch: watch as usize, list, spans: &self.spans }
        })
    }
}

impl<'m> Matched<'m> {
    /// The places that prove it, in reading order; none when only metadata was asked for.
    pub fn spans(self) -> impl ExactSizeIterator<Item = &'m Span> {
        self.list.iter().map(|index| &self.spans[*index as usize])
    }
}

/// Collects the proofs of one document's matches.
pub(super) struct Proofs<'s, 'd> {
    scan: &'s Scan<'d>,
    watches: Vec<(u32, u32)>,
    places: Vec<PlaceId>,
    /// Places of more than an atom, numbered from [`Scan::places_bound`] on.
    others: Vec<Occurrence>,
    known: FxHashMap<Occurrence, PlaceId>,
}

impl<'s, 'd> Proofs<'s, 'd> {
    pub(super) fn new(scan: &'s Scan<'d>) -> Self {
        Self {
            scan,
            watches: Vec::new(),
            places: Vec::new(),
            others: Vec::new(),
            known: FxHashMap::default(),
        }
    }

    /// All places so far that no other watch has prove `watch`.
    pub(super) fn end(&mut self, watch: u32) {
        self.watches.push((watch, self.places.len() as u32));
    }

    /// Puts the places of each watch in reading order, each once.
    pub(super) fn finish(mut self) -> Matches {
        let (numbers, spans) = self.number_spans();
        let mut matches =
            Matches { watches: self.watches, lists: Vec::with_capacity(self.places.len()), spans };
        let mut start = 0;
        for (_, end) in &mut matches.watches {
            let list = &mut self.places[std::mem::replace(&mut start, *end as usize)..*end as usize];
            list.iter_mut().for_each(|place| *place = numbers[*place as usize]);
            list.sort_unstable();
            let from = matches.lists.len();
            for number in list.iter().copied() {
                if matches.lists[from..].last() != Some(&number) {
                    matches.lists.push(number);
                }
            }
            *end = matches.lists.len() as u32;
        }
        matches
    }

    /// The spans of all places in reading order, and which of them each place is.
    fn number_spans(&self) -> (Vec<u32>, Vec<Span>) {
        let mut numbers = vec![u32::MAX; self.scan.places_bound() as usize + self.others.len()];
        let mut used = Vec::new();
        for id in &self.places {
            if std::mem::replace(&mut numbers[*id as usize], 0) != 0 {
                used.push((self.place(*id), *id));
            }
        }
        used.sort_unstable();
        let mut spans = Vec::with_capacity(used.len());
        let same = |a: &Occurrence, b: &Occurrence| (a.first, a.start, a.end) == (b.first, b.start, b.end);
        for same in used.chunk_by(|(a, _), (b, _)| same(a, b)) {
            same.iter().for_each(|(_, id)| numbers[*id as usize] = spans.len() as u32);
            spans.push(span(self.scan.document, &same[0].0));
        }
        (numbers, spans)
    }

    fn place(&self, id: PlaceId) -> Occurrence {
        match id.checked_sub(self.scan.places_bound()) {
            Some(index) => self.others[index as usize],
            None => self.scan.place(id),
        }
    }
}

impl Proof for Proofs<'_, '_> {
    fn atoms(&mut self, places: &[PlaceId]) {
        self.places.extend_from_slice(places);
    }

    fn others(&mut self, places: &[Occurrence]) {
        for place in places {
            let next = self.scan.places_bound() + self.others.len() as PlaceId;
            let id = *self.known.entry(*place).or_insert(next);
            if id == next {
                self.others.push(*place);
            }
            self.places.push(id);
        }
    }
}

//! How rare a term is among the articles of its language that were seen lately; in a fixed amount of
//! memory.

use rustc_hash::FxHashMap;

use crate::model::Lang;

/// Counters in a row. Two terms that share one make each other look more common than they are; in two
/// rows at once few do.
const COUNTERS: usize = 1 << 18;
/// At so many articles of one language all counts are halved: it keeps the proportions and forgets.
const MOST_ARTICLES: u32 = 50_000;
/// Every language is judged as if so many articles without the term had been seen before.
const BEFORE: f32 = 50.0;
/// Where it is known before how many articles have a term, that counts as much as so many articles.
const EXPECTED: f32 = 1000.0;

/// In how many articles each term is.
#[derive(Debug)]
pub(super) struct Rarity {
    rows: [Box<[u16]>; 2],
    articles: FxHashMap<Option<Lang>, u32>,
}

impl Default for Rarity {
    fn default() -> Self {
        Self { rows: [(); 2].map(|()| vec![0; COUNTERS].into()), articles: FxHashMap::default() }
    }
}

fn places(term: u32) -> [usize; 2] {
    [term, term.wrapping_mul(0x9E37_79B1).rotate_right(11)].map(|hash| hash as usize % COUNTERS)
}

impl Rarity {
    /// Counts the terms of one article, each once.
    pub(super) fn observe(&mut self, lang: Option<Lang>, terms: impl Iterator<Item = u32>) {
        for term in terms {
            for (row, place) in self.rows.iter_mut().zip(places(term)) {
                row[place] = row[place].saturating_add(1);
            }
        }
        let articles = self.articles.entry(lang).or_default();
        *articles += 1;
        if *articles >= MOST_ARTICLES {
            self.articles.values_mut().for_each(|count| *count /= 2);
            self.rows.iter_mut().flat_map(|row| row.iter_mut()).for_each(|count| *count /= 2);
        }
    }

    /// Articles of `lang` that were counted.
    pub(super) fn articles(&self, lang: Option<Lang>) -> u32 {
        self.articles.get(&lang).copied().unwrap_or(0)
    }

    /// The inverse document frequency of `term` in `lang`.
    pub(super) fn of(&self, lang: Option<Lang>, term: u32) -> f32 {
        let all = self.articles(lang) as f32 + BEFORE;
        (all / (self.with(term) + 1.0)).ln().max(0.0)
    }

    /// The inverse document frequency of `term` in whatever language, when before any article was seen, one in
    /// `one_in` was expected to have it.
    pub(super) fn among_all(&self, term: u32, one_in: f32) -> f32 {
        let all = self.articles.values().sum::<u32>() as f32 + EXPECTED;
        (all / (self.with(term) + EXPECTED / one_in + 0.5)).ln().max(0.0)
    }

    fn with(&self, term: u32) -> f32 {
        let rows = self.rows.iter().zip(places(term));
        rows.map(|(row, place)| row[place]).min().map_or(0.0, f32::from)
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        2 * COUNTERS * size_of::<u16>()
    }
}

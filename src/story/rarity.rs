//! How rare a term is among the articles of its language that were seen lately; in a fixed amount of
//! memory.

use rustc_hash::FxHashMap;

use super::sketch::Sketch;
use crate::model::Lang;

/// Counters in a row. Two terms that share one make each other look more common than they are; in two
/// rows at once few do.
const COUNTERS: usize = 1 << 18;
/// At so many articles of one language all counts are halved: it keeps the proportions and forgets.
const MOST_ARTICLES: u32 = 50_000;
/// Every language is judged as if so many articles without the term had been seen before.
const BEFORE: f32 = 50.0;

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
    /// Counts the terms of one article.
    pub(super) fn observe(&mut self, lang: Option<Lang>, sketch: &Sketch) {
        for term in &sketch.terms {
            for (row, place) in self.rows.iter_mut().zip(places(term.key)) {
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
        let rows = self.rows.iter().zip(places(term));
        let with = rows.map(|(row, place)| row[place]).min().unwrap_or(0);
        let all = self.articles(lang) as f32 + BEFORE;
        (all / (f32::from(with) + 1.0)).ln().max(0.0)
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        2 * COUNTERS * size_of::<u16>()
    }
}

//! How many texts a term is in: what tells a rare term, worth anchoring a watch at, from a common one.

use rustc_hash::FxHashMap;

use super::atom::Atom;
use crate::analysis::{Analysis, Analyzer, Key, LangSet, is_function_word, key_of};

/// Document frequencies: guesses at first, then what was seen.
#[derive(Clone, Debug, Default)]
pub struct Frequencies {
    seen: FxHashMap<Key, u32>,
    texts: u32,
    /// The languages of the texts.
    langs: LangSet,
}

/// A guess weighs as much as this many texts.
const GUESS_WEIGHT: f32 = 50.0;

/// Terms remembered; then those seen once are forgotten. About 10 MB.
const MOST_TERMS: usize = 400_000;

impl Frequencies {
    /// Learns from one text.
    pub fn observe(&mut self, analysis: &Analysis) {
        self.texts = self.texts.saturating_add(1);
        self.langs = self.langs.with(analysis.lang().map(LangSet::of).unwrap_or_default());
        for lexeme in analysis.lexemes() {
            for key in lexeme.keys.iter().chain(lexeme.stems.iter().map(|(_, key)| key)) {
                *self.seen.entry(*key).or_default() += 1;
            }
        }
        if self.seen.len() > MOST_TERMS {
            // Halving keeps the proportions and makes room.
            self.texts /= 2;
            self.seen.retain(|_, count| {
                *count /= 2;
                *count > 0
            });
        }
    }

    /// The share of texts that `atom` is expected in.
    pub(super) fn expect(&self, atom: &Atom, analyzer: &Analyzer) -> f32 {
        let seen = match atom {
            Atom::Word { text, mode, strict } => {
                let lexicon = analyzer.lexicon();
                let mut terms = lexicon.query_forms(text, *mode, *strict);
                terms.extend(lexicon.query_stems(text, *mode, *strict, self.langs));
                let counts = terms.iter().filter_map(|term| self.seen.get(&key_of(term)));
                counts.max().copied().unwrap_or(0)
            }
            Atom::Prefix(_) | Atom::Dense(_) => return guess(atom),
        };
        (seen as f32 + guess(atom) * GUESS_WEIGHT) / (self.texts as f32 + GUESS_WEIGHT)
    }
}

/// The share of texts that an atom is in, by its looks.
fn guess(atom: &Atom) -> f32 {
    match atom {
        Atom::Word { text, .. } => {
            if is_function_word(&text.to_lowercase()) {
                return 0.6;
            }
            match text.chars().count() {
                0..=2 => 0.05,
                3..=4 => 0.02,
                5..=7 => 0.01,
                _ => 0.004,
            }
        }
        Atom::Prefix(text) => match text.chars().count() {
            0..=2 => 0.8,
            3 => 0.4,
            4 => 0.1,
            _ => 0.02,
        },
        Atom::Dense(text) => match text.chars().count() {
            1 => 0.2,
            2 => 0.02,
            _ => 0.004,
        },
    }
}

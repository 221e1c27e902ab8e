//! Weighed terms: of an article, and of a story as the sum of its articles.

use super::rarity::Rarity;
use super::sketch::Sketch;
use crate::model::Lang;

/// Terms of an article that count.
const MOST_OF_ARTICLE: usize = 30;
/// Terms of a story that are kept.
const MOST_OF_STORY: usize = 80;

/// Terms with their weights, ascending by term. An article's has length 1; a story's is a sum of such.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Vector(Vec<(u32, f32)>);

impl Vector {
    /// The terms that tell the article from others of its language.
    pub(super) fn of(sketch: &Sketch, lang: Option<Lang>, rarity: &Rarity) -> Self {
        let weigh = |count: u8| 1.0 + f32::from(count).ln();
        let mut terms: Vec<(u32, f32)> = sketch
            .terms
            .iter()
            .map(|term| (term.key, weigh(term.count) * rarity.of(lang, term.key)))
            .collect();
        keep_heaviest(&mut terms, MOST_OF_ARTICLE);
        let mut vector = Self(terms);
        let length = vector.length();
        if length > 0.0 {
            vector.0.iter_mut().for_each(|(_, weight)| *weight /= length);
        }
        vector
    }

    /// Its terms, the heaviest first.
    pub(super) fn heaviest(&self) -> Vec<u32> {
        let mut terms = self.0.clone();
        terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.into_iter().map(|(term, _)| term).collect()
    }

    /// The cosine of the angle between the two, and how many terms they share.
    pub(super) fn cosine(&self, other: &Self) -> (f32, usize) {
        let (mut product, mut shared, mut at) = (0.0, 0, 0);
        for (term, weight) in &self.0 {
            at += other.0[at..].partition_point(|(other, _)| other < term);
            if let Some((_, theirs)) = other.0.get(at).filter(|(other, _)| other == term) {
                product += weight * theirs;
                shared += 1;
            }
        }
        let lengths = self.length() * other.length();
        (if lengths > 0.0 { product / lengths } else { 0.0 }, shared)
    }

    /// Adds an article's to a story's.
    pub(super) fn add(&mut self, other: &Self) {
        for (term, weight) in &other.0 {
            match self.0.binary_search_by_key(term, |(term, _)| *term) {
                Ok(at) => self.0[at].1 += weight,
                Err(at) => self.0.insert(at, (*term, *weight)),
            }
        }
        keep_heaviest(&mut self.0, MOST_OF_STORY);
    }

    /// How many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        self.0.capacity() * size_of::<(u32, f32)>()
    }

    fn length(&self) -> f32 {
        self.0.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt()
    }
}

fn keep_heaviest(terms: &mut Vec<(u32, f32)>, most: usize) {
    if terms.len() > most {
        terms.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        terms.truncate(most);
    }
    terms.sort_by_key(|(term, _)| *term);
    terms.shrink_to_fit();
}

//! What an article is compared by: read once from its analysis, small enough to be stored with it.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::mark::Marked;
use super::marks::{marks, recurs};
use super::shingles::Shingles;
use super::vocabulary::Vocabulary;
use crate::analysis::{Analysis, LangIndex, LangSet, Script, Text, Word, is_function_word, key_of};
use crate::model::Field;

/// Words that the terms are taken from: news begins with what matters.
const LEAD: usize = 400;
/// Different terms kept, the first.
const MOST_TERMS: usize = 128;
/// Different numbers kept, and words of a title, the first.
const MOST_NUMBERS: usize = 32;
/// A term of the title counts as often.
const TITLE_WEIGHT: u8 = 3;
/// An article of fewer words is a headline with a teaser.
const SHORT: u16 = 60;
/// The first byte of what [`Sketch::to_bytes`] writes.
const VERSION: u8 = 2;
/// That of sketches without marks.
const WITHOUT_MARKS: u8 = 1;

/// A word that tells what a text is about.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Term {
    /// A digest of its stem.
    pub(super) key: u32,
    /// How often it stands there, the title counting several times.
    pub(super) count: u8,
}

/// The features of an article that stories are told by.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sketch {
    pub(super) shingles: Shingles,
    pub(super) terms: Box<[Term]>,
    /// Digests of the numbers of title and text, ascending.
    pub(super) numbers: Box<[u32]>,
    /// Likewise, of the title alone.
    pub(super) title_numbers: Box<[u32]>,
    /// Digests of the words of the title, ascending.
    pub(super) title: Box<[u32]>,
    /// What it is recognised by in other languages, ascending.
    pub(super) marks: Box<[Marked]>,
    /// Words in all.
    words: u16,
}

impl Sketch {
    /// The sketch of an article, of which `analysis` was made; its `boilerplate` is left out, and so are its
    /// authors.
    pub fn of(
        article: &Text<'_>,
        analysis: &Analysis,
        boilerplate: &[(Field, Range<usize>)],
        vocabulary: &Vocabulary,
    ) -> Self {
        let own = analysis.lang().map(LangSet::of).unwrap_or_default();
        let mut texts: [Vec<u64>; 3] = Default::default();
        let mut terms: FxHashMap<u32, usize> = FxHashMap::default();
        let mut sketch = Self::default();
        let (mut counted, mut numbers, mut title_numbers) = (Vec::new(), Vec::new(), Vec::new());
        let mut words = 0;
        for word in analysis.words() {
            let field = word.unit.field;
            let Some(text) = texts.get_mut(field as usize) else { continue };
            if recurs(boilerplate, field, word.unit.start as usize) {
                continue;
            }
            words += 1;
            text.push(
                word.lexeme
                    .and_then(|lexeme| lexeme.keys.first().copied())
                    .unwrap_or_else(|| key_of(word.folded)),
            );
            if words > LEAD {
                continue;
            }
            match number(word.folded) {
                Some(Number::Year) => {}
                Some(Number::Telling(number)) => {
                    if numbers.len() < MOST_NUMBERS && !numbers.contains(&number) {
                        numbers.push(number);
                    }
                    if field == Field::Title && !title_numbers.contains(&number) {
                        title_numbers.push(number);
                    }
                }
                None => {
                    let Some(key) = term(&word, own) else { continue };
                    let weight = if field == Field::Title { TITLE_WEIGHT } else { 1 };
                    let at = *terms.entry(key).or_insert(counted.len());
                    match counted.get_mut(at) {
                        Some(Term { count, .. }) => *count = count.saturating_add(weight),
                        None if at < MOST_TERMS => counted.push(Term { key, count: weight }),
                        None => {}
                    }
                }
            }
        }
        numbers.sort_unstable();
        title_numbers.sort_unstable();
        sketch.shingles = Shingles::of(&texts);
        sketch.terms = counted.into();
        sketch.numbers = numbers.into();
        sketch.title_numbers = title_numbers.into();
        let mut title: Vec<u32> = texts[Field::Title as usize].iter().map(|word| short(*word)).collect();
        title.truncate(MOST_NUMBERS);
        title.sort_unstable();
        title.dedup();
        sketch.title = title.into();
        sketch.marks = marks(article, analysis, boilerplate, vocabulary);
        sketch.words = u16::try_from(words).unwrap_or(u16::MAX);
        sketch
    }

    /// Whether the article is a headline with a teaser at most.
    pub(super) fn is_short(&self) -> bool {
        self.words < SHORT
    }

    /// The sketch as stored beside the article; at most about 1.9 kB.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        out.extend(self.words.to_le_bytes());
        self.shingles.write(&mut out);
        out.push(self.terms.len() as u8);
        for term in &self.terms {
            out.extend(term.key.to_le_bytes());
            out.push(term.count);
        }
        for numbers in [&self.numbers, &self.title_numbers, &self.title] {
            let kept = &numbers[..numbers.len().min(MOST_NUMBERS)];
            out.push(kept.len() as u8);
            kept.iter().for_each(|number| out.extend(number.to_le_bytes()));
        }
        out.push(self.marks.len() as u8);
        self.marks.iter().for_each(|mark| out.extend(mark.bits().to_le_bytes()));
        out
    }

    /// Reads what [`to_bytes`](Self::to_bytes) wrote; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes);
        let version = reader.u8()?;
        if !matches!(version, VERSION | WITHOUT_MARKS) {
            return None;
        }
        let words = u16::from_le_bytes(reader.take()?);
        let shingles = Shingles::read(&mut reader)?;
        let count = reader.u8()?;
        let terms = (0..count).map(|_| Some(Term { key: reader.u32()?, count: reader.u8()? }));
        let terms = terms.collect::<Option<_>>()?;
        let mut numbers = || {
            let count = reader.u8()?;
            (0..count).map(|_| reader.u32()).collect::<Option<Box<[u32]>>>()
        };
        let (numbers, title_numbers, title) = (numbers()?, numbers()?, numbers()?);
        let marked = if version == WITHOUT_MARKS { 0 } else { reader.u8()? };
        let marks = (0..marked).map(|_| reader.u32().map(Marked::from_bits)).collect::<Option<_>>()?;
        Some(Self { shingles, terms, numbers, title_numbers, title, marks, words })
    }
}

/// Reads stored bytes from the front.
pub(super) struct Reader<'a>(pub(super) &'a [u8]);

impl Reader<'_> {
    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*taken)
    }

    pub(super) fn u8(&mut self) -> Option<u8> {
        self.take().map(u8::from_le_bytes)
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        self.take().map(u32::from_le_bytes)
    }
}

/// The digest of what `word` means, for words that mean something.
fn term(word: &Word<'_>, own: LangSet) -> Option<u32> {
    let folded = word.folded;
    let first = folded.chars().next()?;
    if !first.is_alphabetic() || is_function_word(folded) {
        return None;
    }
    let Some(lexeme) = word.lexeme else {
        // Words in hiragana are mostly grammar.
        let tells =
            folded.chars().any(|c| Script::of(c) != Script::Hiragana) && folded.chars().nth(1).is_some();
        return tells.then(|| short(key_of(folded)));
    };
    folded.chars().nth(1)?;
    let stem = |wanted: &dyn Fn(LangIndex) -> bool| {
        lexeme.stems.iter().find(|(lang, _)| wanted(*lang)).map(|(_, key)| *key)
    };
    let key = stem(&|lang| !own.and(LangSet::single(lang)).is_empty()).or_else(|| stem(&|_| true));
    key.or_else(|| lexeme.keys.first().copied()).map(short)
}

/// A number in a text.
enum Number {
    /// Most likely a year, which many articles share.
    Year,
    /// The digest of any other.
    Telling(u32),
}

/// The number that a word is or begins with: `17`, `4,000`, `50km`, and decimals behind a letter: `M5.1`.
fn number(folded: &str) -> Option<Number> {
    let from = folded.find(|c: char| c.is_ascii_digit()).filter(|at| *at <= 1)?;
    let rest = &folded[from..];
    let separates = |c: char| matches!(c, ',' | '.' | '\'' | '\u{a0}');
    let end = rest.find(|c: char| !c.is_ascii_digit() && !separates(c)).unwrap_or(rest.len());
    let is_name = from > 0 && !rest[..end].contains('.') || rest[end..].chars().count() > 3;
    if is_name {
        return None;
    }
    let digits: String =
        rest[..end].trim_end_matches(separates).chars().filter(|c| *c != ',' && *c != '\'').collect();
    let is_year =
        folded.len() == 4 && digits.len() == 4 && (digits.starts_with("19") || digits.starts_with("20"));
    Some(if is_year { Number::Year } else { Number::Telling(short(key_of(&digits))) })
}

fn short(key: u64) -> u32 {
    (key >> 32) as u32 ^ key as u32
}

//! Text → tokens with offsets back into the source text: segment, fold, stem, identify the language.
//!
//! An [`Analysis`] is made once per article and shared by matching, search and stories. It knows nothing
//! of queries, watches or where a text comes from, and it never changes the text: every token points
//! back at the characters it was read from.

mod arabic;
mod dense;
mod english;
mod filipino;
mod finnish;
mod fold;
mod function_words;
mod german;
mod hebrew;
mod index_text;
mod inflect;
mod korean;
mod language;
mod lexeme;
mod other_word;
mod script;
mod segment;
mod slavic;
mod stem;

use std::sync::{Arc, Mutex, PoisonError};

use rustc_hash::FxHashMap;

pub use index_text::{INDEX_TEXT_VERSION, index_text};
pub use lexeme::Lexeme;

pub(crate) use dense::Dense;
pub(crate) use fold::{Folder, is_apostrophe};
pub(crate) use index_text::{clusters, escape};
pub(crate) use inflect::{compound_apart, compound_together};
pub(crate) use language::is_function_word;
pub(crate) use lexeme::{Key, Lexicon, Mode, key_of};
pub(crate) use script::Script;
use segment::Piece;
pub(crate) use segment::{Kind, Segmenter, pieces};
pub(crate) use stem::{LANGS, LangIndex, LangSet};

use crate::model::{Article, Field, Lang};

/// The fields of an article that carry text, as stored: no markup, paragraphs separated by `\n`.
#[derive(Clone, Copy, Debug, Default)]
pub struct Text<'t> {
    /// The headline.
    pub title: &'t str,
    /// The short text.
    pub summary: &'t str,
    /// The full text.
    pub body: &'t str,
    /// The authors.
    pub author: &'t str,
}

impl<'t> Text<'t> {
    /// The text of `field`.
    pub fn field(&self, field: Field) -> &'t str {
        match field {
            Field::Title => self.title,
            Field::Summary => self.summary,
            Field::Body => self.body,
            Field::Author => self.author,
        }
    }
}

impl<'t> From<&'t Article> for Text<'t> {
    fn from(article: &'t Article) -> Self {
        Self {
            title: &article.title,
            summary: &article.summary,
            body: &article.body,
            author: &article.author,
        }
    }
}

/// A text as matching sees it.
#[derive(Debug)]
pub struct Analysis {
    lang: Option<Lang>,
    /// The distinct words.
    lexemes: Vec<Arc<Lexeme>>,
    units: Vec<Unit>,
    joined: Vec<Joined>,
    dense: Dense,
}

/// The smallest thing that can match: a word, or one user-perceived character of a script without
/// spaces.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unit {
    /// Index into the analysis' lexemes; [`Unit::DENSE`] for a character of a script without spaces.
    pub(crate) lexeme: u32,
    /// Counts words over all fields, with a gap of [`PARAGRAPH_GAP`] at each end of a paragraph; the
    /// characters of a word that a dictionary found share one number.
    pub(crate) word: u32,
    /// Where.
    pub(crate) field: Field,
    /// First byte in the field's text.
    pub(crate) start: u32,
    /// One past the last byte.
    pub(crate) end: u32,
    /// First character in the field's text, in Unicode scalar values.
    pub(crate) start_char: u32,
}

impl Unit {
    /// Has no lexeme.
    pub(crate) const DENSE: u32 = u32::MAX;
}

/// Two words with a hyphen between them, which others write as one: `cyber-attack`, `G-20`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Joined {
    /// The one word, as an index into the analysis' lexemes.
    pub(crate) lexeme: u32,
    /// The unit of the first of the two; that of the second follows it.
    pub(crate) first: u32,
}

/// More than any operator reaches, so that nothing matches across paragraphs or fields.
pub(crate) const PARAGRAPH_GAP: u32 = 1000;

/// Bytes of a field that are analysed; an article of more is not news.
const LONGEST_FIELD: usize = 4 << 20;

impl Analysis {
    /// The identified language; `None` when the text is too short or too mixed to tell.
    pub fn lang(&self) -> Option<Lang> {
        self.lang
    }

    /// How many words and dense characters the text has.
    pub fn len(&self) -> usize {
        self.units.len()
    }

    /// Whether there is nothing to match.
    pub fn is_empty(&self) -> bool {
        self.units.is_empty()
    }

    pub(crate) fn units(&self) -> &[Unit] {
        &self.units
    }

    /// The pairs of words that others write as one.
    pub(crate) fn joined(&self) -> &[Joined] {
        &self.joined
    }

    pub(crate) fn lexemes(&self) -> &[Arc<Lexeme>] {
        &self.lexemes
    }

    pub(crate) fn dense(&self) -> &Dense {
        &self.dense
    }

    /// The words in reading order; of scripts without spaces as a dictionary cuts them.
    pub(crate) fn words(&self) -> impl Iterator<Item = Word<'_>> {
        let mut dense = self.dense.words().peekable();
        self.units.iter().zip(0..).filter_map(move |(unit, at)| {
            match self.lexemes.get(unit.lexeme as usize) {
                Some(lexeme) => Some(Word { unit, folded: &lexeme.folded, lexeme: Some(lexeme) }),
                None => {
                    let (_, folded) = dense.next_if(|(first, _)| *first == at)?;
                    Some(Word { unit, folded, lexeme: None })
                }
            }
        })
    }
}

/// A word of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'a> {
    /// Itself, or its first character in scripts without spaces.
    pub(crate) unit: &'a Unit,
    /// The folded form.
    pub(crate) folded: &'a str,
    /// `None` in scripts without spaces.
    pub(crate) lexeme: Option<&'a Lexeme>,
}

/// Analyses texts. Costly to build and cheap to share: build one per process.
pub struct Analyzer {
    lexicon: Lexicon,
    segmenter: Segmenter,
    cache: Mutex<Cache>,
}

/// Words seen, by the languages they were stemmed in.
#[derive(Default)]
struct Cache {
    lexemes: FxHashMap<LangSet, FxHashMap<Box<str>, Arc<Lexeme>>>,
    len: usize,
}

/// Words remembered; then the cache starts anew. About 40 MB when full.
const CACHED_WORDS: usize = 100_000;

/// Longer words are not worth remembering, and a hostile feed may send many.
const LONGEST_CACHED: usize = 64;

impl Default for Analyzer {
    fn default() -> Self {
        Self::new()
    }
}

impl std::fmt::Debug for Analyzer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Analyzer").finish_non_exhaustive()
    }
}

impl Analyzer {
    /// Loads the Unicode tables, dictionaries and stemmers.
    pub fn new() -> Self {
        Self { lexicon: Lexicon::new(), segmenter: Segmenter::new(), cache: Mutex::default() }
    }

    /// Analyses `text`; `declared` is the language that its feed claims.
    pub fn analyze(&self, text: &Text<'_>, declared: Option<Lang>) -> Analysis {
        let verdict = language::identify(&[text.title, text.summary, text.body], declared);
        let mut cache = self.cache.lock().unwrap_or_else(PoisonError::into_inner);
        let mut builder = Builder {
            analyzer: self,
            stems: verdict.stems,
            cache: &mut cache,
            seen: FxHashMap::default(),
            word: 0,
            analysis: Analysis {
                lang: verdict.lang,
                lexemes: Vec::new(),
                units: Vec::new(),
                joined: Vec::new(),
                dense: Dense::default(),
            },
        };
        for field in Field::ALL {
            builder.field(field, text.field(field));
        }
        builder.analysis
    }

    pub(crate) fn lexicon(&self) -> &Lexicon {
        &self.lexicon
    }

    pub(crate) fn segmenter(&self) -> &Segmenter {
        &self.segmenter
    }
}

impl Cache {
    fn lexeme(&mut self, lexicon: &Lexicon, raw: &str, stems: LangSet) -> Arc<Lexeme> {
        if raw.len() > LONGEST_CACHED {
            return Arc::new(lexicon.lexeme(raw, stems));
        }
        if let Some(lexeme) = self.lexemes.get(&stems).and_then(|known| known.get(raw)) {
            return Arc::clone(lexeme);
        }
        if self.len >= CACHED_WORDS {
            *self = Self::default();
        }
        let lexeme = Arc::new(lexicon.lexeme(raw, stems));
        self.lexemes.entry(stems).or_default().insert(raw.into(), Arc::clone(&lexeme));
        self.len += 1;
        lexeme
    }
}

/// Builds the analysis of one text.
struct Builder<'a, 't> {
    analyzer: &'a Analyzer,
    stems: LangSet,
    cache: &'a mut Cache,
    /// The lexeme of each word as written in this text.
    seen: FxHashMap<&'t str, u32>,
    /// The number of the next word.
    word: u32,
    analysis: Analysis,
}

impl<'t> Builder<'_, 't> {
    fn field(&mut self, field: Field, text: &'t str) {
        let mut start = 0;
        let mut start_char = 0;
        for paragraph in whole_chars(text, LONGEST_FIELD).split('\n') {
            start_char += self.paragraph(field, paragraph, start, start_char) + 1;
            start += paragraph.len() + 1;
            self.word = self.word.saturating_add(PARAGRAPH_GAP);
        }
    }

    /// Analyses the paragraph at `start` (and `start_char`) of `field`; tells how many characters it has.
    fn paragraph(&mut self, field: Field, paragraph: &'t str, start: usize, start_char: usize) -> usize {
        // Characters of the paragraph up to this byte.
        let (mut byte, mut chars) = (0, 0);
        let mut last: Option<Piece> = None;
        pieces(paragraph, |piece| {
            chars += paragraph[byte..piece.start].chars().count();
            byte = piece.start;
            let at = Unit {
                lexeme: Unit::DENSE,
                word: self.word,
                field,
                start: (start + piece.start) as u32,
                end: (start + piece.end) as u32,
                start_char: (start_char + chars) as u32,
            };
            let raw = &paragraph[piece.start..piece.end];
            match piece.kind {
                Kind::Word => self.word(raw, at),
                Kind::Run => self.run(raw, at),
            }
            if let Some(last) = last.replace(piece) {
                self.join(paragraph, last, piece);
            }
        });
        chars + paragraph[byte..].chars().count()
    }

    fn word(&mut self, raw: &'t str, at: Unit) {
        let lexemes = &mut self.analysis.lexemes;
        let lexeme = *self.seen.entry(raw).or_insert_with(|| {
            lexemes.push(self.cache.lexeme(&self.analyzer.lexicon, raw, self.stems));
            lexemes.len() as u32 - 1
        });
        self.analysis.units.push(Unit { lexeme, ..at });
        self.word += 1;
    }

    /// Adds the word that `first` and `second`, the last two pieces, are together if a hyphen joins them and
    /// no other word.
    fn join(&mut self, paragraph: &'t str, first: Piece, second: Piece) {
        let (before, after) = (&paragraph[..first.start], &paragraph[second.end..]);
        let mut between = paragraph[first.end..second.start].chars();
        if first.kind != Kind::Word
            || second.kind != Kind::Word
            || second.end - first.start > LONGEST_CACHED
            || !between.next().is_some_and(is_hyphen)
            || between.next().is_some()
            || before.ends_with(is_hyphen)
            || after.starts_with(is_hyphen)
        {
            return;
        }
        let parts = [&paragraph[first.start..first.end], &paragraph[second.start..second.end]];
        let lexemes = &mut self.analysis.lexemes;
        let lexeme = *self.seen.entry(&paragraph[first.start..second.end]).or_insert_with(|| {
            lexemes.push(self.cache.lexeme(&self.analyzer.lexicon, &parts.concat(), self.stems));
            lexemes.len() as u32 - 1
        });
        self.analysis.joined.push(Joined { lexeme, first: self.analysis.units.len() as u32 - 2 });
    }

    fn run(&mut self, raw: &str, at: Unit) {
        let Analyzer { lexicon, segmenter, .. } = self.analyzer;
        let units = &mut self.analysis.units;
        self.analysis.dense.push(raw, at, units, &lexicon.folder, segmenter);
        self.word = units.last().map_or(self.word, |unit| unit.word + 1).max(self.word);
    }
}

/// A hyphen, also one that keeps a line together.
pub(crate) fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

/// The beginning of `text` that has at most `max` bytes and ends with a whole character.
fn whole_chars(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max)]
}

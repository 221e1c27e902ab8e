//! Words that stand for the same in every language: states and cities, organisations, and what happens.
//!
//! The lists are `places.tsv`, `organisations.tsv` and `events.tsv` beside this file: a line for each thing,
//! with its words in each language. A language's words are compiled when the first text of it is read. What
//! two texts share of these is weak evidence, which is weighed elsewhere; for watches there are concepts.

use std::sync::{Arc, OnceLock};

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};
use rustc_hash::FxHashMap;

use super::mark::{Kind, Mark};
use crate::analysis::{
    self, Analysis, Analyzer, Key, LangSet, Lexeme, Mode, Script, Text, Word, is_apostrophe,
    is_function_word, key_of, pieces,
};
use crate::model::{Field, Lang};

/// The lists, by what they name. Names of places are facts out of the Unicode CLDR 48 (`LICENSE-UNICODE`), to which
/// names of peoples and adjectives were added.
const LISTS: [(Kind, &str); 3] = [
    (Kind::Place, include_str!("places.tsv")),
    (Kind::Organisation, include_str!("organisations.tsv")),
    (Kind::Event, include_str!("events.tsv")),
];

/// The languages of the lists.
const LANGS: [&str; 33] = [
    "en", "ru", "uk", "de", "fr", "es", "pt", "it", "nl", "pl", "cs", "sk", "sv", "da", "no", "fi", "ro",
    "hu", "el", "bg", "sr", "tr", "ar", "fa", "he", "hi", "id", "ms", "vi", "th", "ja", "zh", "ko",
];

/// Function words that may stand between two words of a term.
const MOST_BETWEEN: usize = 2;
/// Shorter terms of scripts without spaces must begin where a word begins.
const DISTINCTIVE: usize = 3;

/// The lists, language by language.
pub struct Vocabulary {
    analyzer: Arc<Analyzer>,
    langs: [OnceLock<Words>; LANGS.len()],
}

/// The words of one language.
struct Words {
    own: LangSet,
    terms: Vec<Term>,
    /// Which terms begin with a word of this key.
    by_key: FxHashMap<Key, Vec<u32>>,
    /// Of scripts without spaces, with the number of a term.
    dense: Option<CharwiseDoubleArrayAhoCorasick<u32>>,
}

struct Term {
    mark: Mark,
    spelling: Spelling,
    /// What each word after the first must have one of.
    rest: Vec<Vec<Key>>,
    /// In scripts without spaces: it stands inside other words, as `イラン` in `アイランド`.
    needs_whole_word: bool,
    /// In scripts without spaces: it is too short to begin in the middle of a word.
    is_short: bool,
}

/// How the first word of a term must be written.
enum Spelling {
    Any,
    /// With a capital: Turkey, Georgia.
    Capital,
    /// So: US, VS, ЕС.
    Exact(Box<str>),
}

impl Spelling {
    /// Of the first word of a term.
    fn of(word: &str) -> Self {
        let mut letters = word.chars();
        let first = letters.next().is_some_and(char::is_uppercase);
        match letters.next() {
            Some(second) if first && (second.is_uppercase() || second == '.') => Self::Exact(word.into()),
            _ if first => Self::Capital,
            _ => Self::Any,
        }
    }

    /// Whether a word of a text is written so, whatever case ending stands after its apostrophe.
    fn fits(&self, word: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Capital => word.starts_with(char::is_uppercase),
            Self::Exact(spelling) => {
                word == &**spelling || word.split(is_apostrophe).next() == Some(spelling)
            }
        }
    }
}

impl Vocabulary {
    /// The lists, to be read with the stemmers of `analyzer`.
    pub fn new(analyzer: Arc<Analyzer>) -> Self {
        Self { analyzer, langs: std::array::from_fn(|_| OnceLock::new()) }
    }

    /// Gives each thing of the lists that is named in `lead`, the first words of `text`, to `found`, with the
    /// field and the first byte of the word in it; in no order.
    pub(super) fn find(
        &self,
        text: &Text<'_>,
        analysis: &Analysis,
        lead: &[Word<'_>],
        mut found: impl FnMut(Mark, Field, usize),
    ) {
        let Some(words) = analysis.lang().and_then(|lang| self.words(lang)) else { return };
        for (at, word) in lead.iter().enumerate() {
            let Some(lexeme) = word.lexeme else { continue };
            let written = &text.field(word.unit.field)[word.unit.start as usize..word.unit.end as usize];
            for term in words.beginning_with(lexeme) {
                if term.spelling.fits(written) && words.continue_with(&term.rest, &lead[at + 1..]) {
                    found(term.mark, word.unit.field, word.unit.start as usize);
                }
            }
        }
        let (Some(dense), Some(last)) = (&words.dense, lead.last()) else { return };
        for hit in dense.leftmost_find_iter(analysis.dense().text()) {
            let Some(place) = analysis.dense().place(hit.start(), hit.end()) else { continue };
            let Some(unit) = analysis.units().get(place.first as usize) else { continue };
            if unit.word > last.unit.word {
                break;
            }
            let Some(term) = words.terms.get(hit.value() as usize) else { continue };
            let is_word = place.begins_word && place.left == 0;
            if is_word || !term.needs_whole_word && (place.begins_word || !term.is_short) {
                found(term.mark, unit.field, unit.start as usize);
            }
        }
    }

    fn words(&self, lang: Lang) -> Option<&Words> {
        let at = LANGS.iter().position(|known| *known == lang.as_str())?;
        Some(self.langs[at].get_or_init(|| Words::compile(LANGS[at], lang, &self.analyzer)))
    }
}

/// Whether the words of the language `of` are those of `code`: in a short text, nobody can tell Malay from
/// Indonesian.
fn belongs(of: &str, code: &str) -> bool {
    of == code || matches!((of, code), ("id", "ms") | ("ms", "id"))
}

impl Words {
    fn compile(code: &str, lang: Lang, analyzer: &Analyzer) -> Self {
        let own = LangSet::of(lang);
        let mut words = Self { own, terms: Vec::new(), by_key: FxHashMap::default(), dense: None };
        let mut dense: Vec<(String, u32)> = Vec::new();
        for (kind, list) in LISTS {
            for line in list.lines() {
                let mut fields = line.split('\t');
                let Some(id) = fields.next() else { continue };
                let mark = Mark::word(kind, id);
                let own =
                    fields.filter_map(|field| field.split_once(':')).filter(|(of, _)| belongs(of, code));
                for term in own.flat_map(|(_, terms)| terms.split('|')) {
                    words.add(term, mark, analyzer, &mut dense);
                }
            }
        }
        dense.sort_unstable();
        dense.dedup_by(|a, b| a.0 == b.0);
        if !dense.is_empty() {
            words.dense = CharwiseDoubleArrayAhoCorasickBuilder::new()
                .match_kind(MatchKind::LeftmostLongest)
                .build_with_values(dense)
                .ok();
        }
        words
    }

    fn add(&mut self, term: &str, mark: Mark, analyzer: &Analyzer, dense: &mut Vec<(String, u32)>) {
        let number = self.terms.len();
        let mut parts: Vec<Vec<Key>> = Vec::new();
        let mut spelling = None;
        let mut is_dense = false;
        pieces(term, |piece| match piece.kind {
            analysis::Kind::Word => {
                let word = &term[piece.start..piece.end];
                spelling.get_or_insert_with(|| Spelling::of(word));
                parts.push(self.asked(word, analyzer));
            }
            analysis::Kind::Run => is_dense = true,
        });
        if is_dense {
            dense.push((analyzer.lexicon().folder.fold(term), number as u32));
            parts = vec![Vec::new()];
        }
        if parts.is_empty() {
            return;
        }
        let rest = parts.split_off(1);
        parts.into_iter().flatten().for_each(|key| self.by_key.entry(key).or_default().push(number as u32));
        let needs_whole_word = term.chars().any(|c| {
            let script = Script::of(c);
            script == Script::Katakana || script.is_south_east_asian()
        });
        self.terms.push(Term {
            mark,
            spelling: spelling.unwrap_or(Spelling::Any),
            rest,
            needs_whole_word,
            is_short: term.chars().count() < DISTINCTIVE,
        });
    }

    /// What a word of a list asks for.
    fn asked(&self, word: &str, analyzer: &Analyzer) -> Vec<Key> {
        let (lexicon, mode) = (analyzer.lexicon(), Mode::Inflected(Some(self.own)));
        let mut terms = lexicon.query_forms(word, mode, false);
        terms.extend(lexicon.query_stems(word, mode, false, self.own));
        terms.iter().map(|term| key_of(term)).collect()
    }

    /// What a word of a text offers.
    fn keys<'l>(&self, lexeme: &'l Lexeme) -> impl Iterator<Item = Key> + 'l {
        let own = self.own;
        let stems = lexeme.stems.iter().filter(move |(lang, _)| !own.and(LangSet::single(*lang)).is_empty());
        lexeme.keys.iter().copied().chain(stems.map(|(_, key)| *key))
    }

    /// Whether `text` goes on with the words of a term; function words may stand between: reprise *des* négociations.
    fn continue_with(&self, rest: &[Vec<Key>], text: &[Word<'_>]) -> bool {
        let mut text = text.iter();
        rest.iter().all(|keys| {
            for word in text.by_ref().take(MOST_BETWEEN + 1) {
                if word.lexeme.is_some_and(|next| self.keys(next).any(|key| keys.contains(&key))) {
                    return true;
                }
                if !is_function_word(word.folded) {
                    return false;
                }
            }
            false
        })
    }

    fn beginning_with<'l>(&'l self, lexeme: &'l Lexeme) -> impl Iterator<Item = &'l Term> {
        let numbers = self.keys(lexeme).filter_map(|key| self.by_key.get(&key)).flatten();
        numbers.filter_map(|number| self.terms.get(*number as usize))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_found_in_every_language_and_in_the_forms_of_its_words() {
        let analyzer = Arc::new(Analyzer::new());
        let vocabulary = Vocabulary::new(Arc::clone(&analyzer));
        for (lang, title, expected) in [
            ("en", "Japan's ministers met Japanese traders", &[(Kind::Place, "jp")][..]),
            (
                "ru",
                "В Японии прошли переговоры с японскими банками",
                &[(Kind::Place, "jp"), (Kind::Event, "negotiations")],
            ),
            ("uk", "Землетрус в Японії", &[(Kind::Place, "jp"), (Kind::Event, "earthquake")]),
            ("ja", "日本で地震", &[(Kind::Place, "jp"), (Kind::Event, "earthquake")]),
            ("zh", "日本發生地震", &[(Kind::Place, "jp"), (Kind::Event, "earthquake")]),
            ("ko", "일본에서 지진이 발생했다", &[(Kind::Place, "jp"), (Kind::Event, "earthquake")]),
            ("ar", "زلزال في اليابان", &[(Kind::Place, "jp"), (Kind::Event, "earthquake")]),
            ("th", "แผ่นดินไหวในญี่ปุ่น", &[(Kind::Place, "jp"), (Kind::Event, "earthquake")]),
            (
                "de",
                "Schweres Erdbeben erschüttert Japan",
                &[(Kind::Place, "jp"), (Kind::Event, "earthquake")],
            ),
            ("en", "US and the United States of Turkey", &[(Kind::Place, "us"), (Kind::Place, "tr")]),
            ("en", "he told us of a turkey for dinner", &[]),
            ("fr", "reprise des négociations de paix", &[(Kind::Event, "negotiations")]),
            ("fr", "La Corée du Sud et la Corée du Nord", &[(Kind::Place, "kr"), (Kind::Place, "kp")]),
            ("es", "EE. UU. y la Unión Europea", &[(Kind::Place, "us"), (Kind::Place, "eu")]),
            ("tr", "ABD'nin açıklaması", &[(Kind::Place, "us")]),
            ("en", "NATO's summit", &[(Kind::Organisation, "nato")]),
            ("de", "Die US-Notenbank zögert", &[(Kind::Organisation, "federal-reserve")]),
            ("ms", "Jepang dan Jepun", &[(Kind::Place, "jp")]),
            ("en", "Moscow and Gaza", &[(Kind::Place, "moscow"), (Kind::Place, "gaza")]),
            ("ja", "アイランドの新しいタイトル", &[]),
            ("th", "แอฟริกา", &[]),
        ] {
            let text = Text { title, ..Text::default() };
            let analysis = analyzer.analyze(&text, Lang::parse(lang));
            let mut found = Vec::new();
            let words: Vec<Word<'_>> = analysis.words().collect();
            vocabulary.find(&text, &analysis, &words, |mark, field, _| {
                assert_eq!(field, Field::Title);
                found.push(mark);
            });
            for (kind, id) in expected {
                assert!(found.contains(&Mark::word(*kind, id)), "{id} in {title}: {found:?}");
            }
            assert_eq!(found.is_empty(), expected.is_empty(), "{title}: {found:?}");
        }
    }

    #[test]
    fn each_line_of_the_lists_can_be_read_and_no_term_stands_for_two_things() {
        for (_, list) in LISTS {
            let mut known: FxHashMap<(&str, String), &str> = FxHashMap::default();
            for line in list.lines() {
                let (id, langs) = line.split_once('\t').unwrap_or_else(|| panic!("no tab: {line}"));
                assert!(id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'), "{id}");
                for field in langs.split('\t') {
                    let (lang, terms) =
                        field.split_once(':').unwrap_or_else(|| panic!("{id}: no colon: {field}"));
                    assert!(LANGS.contains(&lang), "{id}: {lang}");
                    for term in terms.split('|') {
                        assert!(!term.trim().is_empty(), "{id} {lang}");
                        let other = *known.entry((lang, term.to_lowercase())).or_insert(id);
                        assert_eq!(other, id, "{lang} {term}");
                    }
                }
            }
        }
    }
}

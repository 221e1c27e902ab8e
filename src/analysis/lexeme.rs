//! What a word of a text offers, and what a word of a query asks for.
//!
//! Both sides are sets of *terms*, tagged strings; a word of a text is an instance of a word of a query
//! when they share one. The two sides stand in one file, since each rule has a half in both.
//!
//! | term | a text offers | a query asks |
//! |---|---|---|
//! | `f` form | the folded form | always |
//! | `p` plain | the form without diacritics, where it has some | words without diacritics |
//! | `c` case | the form before folding | `{NATO}` |
//! | `s` stem | the stem in the languages of the text | inflected words, in every language of the script |
//! | `l` loose stem | the stem without diacritics | inflected words without diacritics |
//! | `h` Hangul | the beginnings that a term may be | inflected words |
//! | `a` Arabic, Hebrew | the word without what is written together with it | inflected words, likewise |

use std::borrow::Cow;

use super::fold::{Folder, is_apostrophe, spell_out_umlauts};
use super::other_word::{Form, is_another_word};
use super::script::Script;
use super::stem::{LangIndex, LangSet, LangStemmer, Stemmers, code_of};
use super::{arabic, hebrew, inflect, korean};

/// A term's identity: a 64-bit digest of its tagged string. Two terms of one installation collide with
/// a probability of about 10⁻⁷ at a million terms, and then a watch matches one word too many.
pub(crate) type Key = u64;

/// The digest of a tagged string; the same in every process.
pub(crate) fn key_of(term: &str) -> Key {
    use std::hash::Hasher;
    // SipHash: unlike faster hashes, it is not trivial to build collisions for.
    #[expect(deprecated, reason = "its algorithm is fixed, unlike that of DefaultHasher")]
    let mut hasher = std::hash::SipHasher::new();
    hasher.write(term.as_bytes());
    hasher.finish()
}

/// A distinct word of a text with all that it offers; shared by its occurrences and by texts.
#[derive(Debug)]
pub struct Lexeme {
    /// The folded form.
    pub(crate) folded: Box<str>,
    /// The folded form without diacritics; `None` when it has none.
    pub(crate) plain: Option<Box<str>>,
    /// Digests of the terms that are no stems.
    pub(crate) keys: Box<[Key]>,
    /// Digests of the stems, each with its language.
    pub(crate) stems: Box<[(LangIndex, Key)]>,
    /// All terms, separated by spaces.
    pub(crate) terms: Box<str>,
}

/// How a word of a query is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Mode {
    /// In any inflected form, by these languages' stemmers; `None` takes all of the script.
    Inflected(Option<LangSet>),
    /// In this folded form only.
    Exact,
    /// In this very case.
    Case,
}

/// The tables both sides work with.
pub(crate) struct Lexicon {
    pub(crate) folder: Folder,
    stemmers: Stemmers,
}

impl Lexicon {
    pub(crate) fn new() -> Self {
        Self { folder: Folder::new(), stemmers: Stemmers::new() }
    }

    /// What the word `raw` offers in a text of `langs`.
    pub(crate) fn lexeme(&self, raw: &str, langs: LangSet) -> Lexeme {
        let (mut terms, mut stems) = (Terms::default(), Stems::default());
        let folded = self.folder.fold(raw);
        self.offer(raw, &folded, langs, &mut terms, &mut stems);
        for other in self.other_readings(raw) {
            let form = self.folder.fold(&other);
            self.offer(&other, &form, langs, &mut terms, &mut stems);
        }
        Lexeme {
            plain: self.folder.strip(&folded).map(String::into_boxed_str),
            folded: folded.into(),
            keys: terms.0.iter().map(|term| key_of(term)).collect(),
            stems: stems.0.iter().map(|(lang, term)| (*lang, key_of(term))).collect(),
            terms: terms
                .0
                .into_iter()
                .chain(stems.0.into_iter().map(|(_, term)| term))
                .collect::<Vec<_>>()
                .join(" ")
                .into(),
        }
    }

    fn offer(&self, raw: &str, folded: &str, langs: LangSet, terms: &mut Terms, stems: &mut Stems) {
        terms.add("f", folded);
        terms.add("c", &self.folder.compatible(raw));
        if let Some(letters) = two_initials(raw) {
            terms.add("c", &letters);
        }
        let plain = self.folder.strip(folded);
        if let Some(plain) = &plain {
            terms.add("p", plain);
        }
        if let Some(spelled_out) = spell_out_umlauts(folded) {
            terms.add("p", &spelled_out);
        }
        let Some(script) = folded.chars().next().map(Script::of) else { return };
        match script {
            Script::Hangul => korean::beginnings(folded).for_each(|beginning| terms.add("h", beginning)),
            Script::Arabic => arabic::readings(folded).for_each(|reading| terms.add("a", reading)),
            Script::Hebrew => hebrew::readings(folded).for_each(|reading| terms.add("a", reading)),
            _ => {}
        }
        for lang in self.stemmers.of(langs.and(LangSet::written_in(script))) {
            for form in inflect::text_forms(lang.code, folded) {
                let Some(stem) = telling_stem(&lang, &form) else { continue };
                stems.add("s", &lang, &stem);
                if form != folded && lang.code == "id" {
                    stems.add("s", &lang, &form);
                }
                if let Some(loose) = self.folder.strip(&stem) {
                    stems.add("l", &lang, &loose);
                }
            }
            if let Some(stem) = plain.as_deref().and_then(|plain| lang.stem(plain)) {
                stems.add("l", &lang, &stem);
            }
        }
    }

    /// What else a word of a text may be: the name before `'s` or a Turkish case ending, the letters
    /// of an abbreviation with full stops.
    fn other_readings(&self, raw: &str) -> Vec<String> {
        let mut readings = Vec::new();
        if let Some((offset, apostrophe)) = raw.char_indices().rfind(|(_, c)| is_apostrophe(*c)) {
            let ending = &raw[offset + apostrophe.len_utf8()..];
            // One letter is a name only before the genitive: AT&T's.
            if (raw[..offset].chars().count() >= 2 && ending.chars().count() <= 6) || ending == "s" {
                readings.push(raw[..offset].to_owned());
            }
        }
        if let Some(letters) = initials(raw) {
            readings.push(letters);
        }
        readings
    }

    /// What a word of a query asks for in a text of any language. With `strict`, diacritics that it lacks
    /// are lacked on purpose, since a neighbour in the same term has some.
    pub(crate) fn query_forms(&self, raw: &str, mode: Mode, strict: bool) -> Vec<String> {
        let mut terms = Terms::default();
        if mode == Mode::Case {
            terms.add("c", &self.folder.compatible(raw));
            return terms.0;
        }
        let folded = self.folder.fold(raw);
        terms.add("f", &folded);
        if !self.is_strict(&folded, strict) {
            terms.add("p", &folded);
        }
        if let Some(spelled_out) = spell_out_umlauts(&folded) {
            terms.add("f", &spelled_out);
        }
        if let Some(letters) = initials(raw) {
            terms.add("f", &self.folder.fold(&letters));
        }
        if mode == Mode::Exact {
            return terms.0;
        }
        match folded.chars().next().map(Script::of) {
            Some(Script::Hangul) => {
                let noun = korean::noun_of(&folded);
                terms.add("f", noun);
                terms.add("h", noun);
                for stem in korean::verb_stems(&folded) {
                    terms.add("f", &stem);
                    terms.add("h", &stem);
                }
            }
            Some(Script::Arabic) => {
                arabic::asked(&folded).for_each(|asked| terms.add("a", asked));
            }
            Some(Script::Hebrew) => {
                terms.add("a", &folded);
                for form in hebrew::asked(&folded) {
                    terms.add("f", &form);
                    terms.add("a", &form);
                }
            }
            _ => {}
        }
        terms.0
    }

    /// The stems that a word of a query asks for in a text of one of `langs`.
    pub(crate) fn query_stems(&self, raw: &str, mode: Mode, strict: bool, langs: LangSet) -> Vec<String> {
        let Mode::Inflected(own) = mode else { return Vec::new() };
        let folded = self.folder.fold(raw);
        let Some(script) = folded.chars().next().map(Script::of) else { return Vec::new() };
        let langs = langs.and(LangSet::written_in(script));
        let langs = own.map_or(langs, |own| langs.and(own));
        let strict = self.is_strict(&folded, strict);
        let mut stems = Stems::default();
        for lang in self.stemmers.of(langs) {
            for form in inflect::query_forms(lang.code, &folded) {
                let Some(stem) = telling_stem(&lang, &form) else { continue };
                stems.add("s", &lang, &stem);
                if !strict {
                    stems.add("l", &lang, self.folder.strip(&stem).as_deref().unwrap_or(&stem));
                }
            }
            if lang.code == "id" {
                // The stemmer takes the beginning of some roots for a prefix: perintah.
                stems.add("s", &lang, &folded);
            }
        }
        stems.0.into_iter().map(|(_, term)| term).collect()
    }

    /// All that a word of a query asks for.
    pub(crate) fn query_terms(&self, raw: &str, mode: Mode, strict: bool) -> Vec<String> {
        let mut terms = self.query_forms(raw, mode, strict);
        terms.extend(self.query_stems(raw, mode, strict, LangSet::ALL));
        terms
    }

    /// Whether `found` is no form of `asked`, a word of a query that shares a stem of the language `lang` with it.
    pub(crate) fn is_another_word(&self, lang: LangIndex, asked: &str, found: &Lexeme) -> bool {
        let asked = self.folder.fold(asked);
        let plain = self.folder.strip(&asked);
        is_another_word(
            code_of(lang),
            Form { folded: &asked, plain: plain.as_deref().unwrap_or(&asked) },
            Form { folded: &found.folded, plain: found.plain.as_deref().unwrap_or(&found.folded) },
        )
    }

    fn is_strict(&self, folded: &str, strict: bool) -> bool {
        strict || self.folder.strip(folded).is_some()
    }

    /// The term of a prefix, and whether it is to be compared with forms without diacritics.
    pub(crate) fn prefix_term(&self, raw: &str) -> (String, bool) {
        let folded = self.folder.fold(raw);
        let plain = self.folder.strip(&folded).is_none();
        (folded, plain)
    }
}

/// The stem of `form`, or `form` itself where too little is left of it to tell it from other words: `or` does
/// not stand for the Turkish `ordu`.
fn telling_stem<'w>(lang: &LangStemmer<'_>, form: &'w str) -> Option<Cow<'w, str>> {
    let stem = lang.stem(form)?;
    let letters = stem.chars().count();
    let tells = letters >= 3 || letters + 1 >= form.chars().count();
    Some(if tells { stem } else { Cow::Borrowed(form) })
}

/// `U.S.A` → `USA`; `None` for anything else, and for two letters, which are too often a word.
fn initials(raw: &str) -> Option<String> {
    let letters: String = raw.split('.').collect();
    (raw.split('.').count() >= 3 && letters.chars().all(char::is_alphabetic)).then_some(letters)
}

/// `U.S` → `US`, which only a term that keeps the case may take for it.
fn two_initials(raw: &str) -> Option<String> {
    let (first, second) = raw.split_once('.')?;
    let one_capital = |part: &str| part.chars().count() == 1 && part.chars().all(char::is_uppercase);
    (one_capital(first) && one_capital(second)).then(|| [first, second].concat())
}

/// Distinct tagged strings, in order.
#[derive(Default)]
struct Terms(Vec<String>);

impl Terms {
    fn add(&mut self, tag: &str, text: &str) {
        let term = [tag, text].concat();
        if !text.is_empty() && !self.0.contains(&term) {
            self.0.push(term);
        }
    }
}

/// Distinct tagged stems with their languages, in order.
#[derive(Default)]
struct Stems(Vec<(LangIndex, String)>);

impl Stems {
    fn add(&mut self, tag: &str, lang: &LangStemmer<'_>, stem: &str) {
        let stem = (lang.index, [tag, lang.code, stem].concat());
        if !self.0.contains(&stem) {
            self.0.push(stem);
        }
    }
}

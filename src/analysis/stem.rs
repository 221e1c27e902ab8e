//! The languages whose words are reduced to stems, and the stemmers.

use std::borrow::Cow;

use snowball_stemmers_rs::{Algorithm, Stemmer};

use super::script::Script;
use crate::model::Lang;

/// A language with a stemmer.
struct Stemmed {
    code: &'static str,
    /// `None` where the roots are found by [`inflect`](super::inflect) alone.
    algorithm: Option<Algorithm>,
    script: Script,
}

macro_rules! stemmed {
    ($($code:literal $($algorithm:ident)? => $script:ident,)*) => {
        [$(Stemmed { code: $code, algorithm: stemmed!(@ $($algorithm)?), script: Script::$script }),*]
    };
    (@ $algorithm:ident) => { Some(Algorithm::$algorithm) };
    (@) => { None };
}

const STEMMED: [Stemmed; 30] = stemmed![
    "en" English => Latin,
    "de" German => Latin,
    "fr" French => Latin,
    "es" Spanish => Latin,
    "pt" Portuguese => Latin,
    "it" Italian => Latin,
    "nl" Dutch => Latin,
    "sv" Swedish => Latin,
    "da" Danish => Latin,
    "no" Norwegian => Latin,
    "fi" Finnish => Latin,
    "pl" Polish => Latin,
    "cs" Czech => Latin,
    "ro" Romanian => Latin,
    "hu" Hungarian => Latin,
    "tr" Turkish => Latin,
    // Malay too: the two share their affixes.
    "id" Indonesian => Latin,
    "ca" Catalan => Latin,
    "et" Estonian => Latin,
    "lt" Lithuanian => Latin,
    "eu" Basque => Latin,
    "ga" Irish => Latin,
    "ru" Russian => Cyrillic,
    "uk" Ukrainian => Cyrillic,
    "fa" Persian => Arabic,
    "el" Greek => Greek,
    "hi" Hindi => Devanagari,
    "ta" Tamil => Other,
    "hy" Armenian => Other,
    "tl" => Latin,
];

/// Longer words are not of a language.
const LONGEST_STEMMED: usize = 48;

/// A set of languages with a stemmer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct LangSet(u32);

impl LangSet {
    /// Every language.
    pub(crate) const ALL: Self = Self(u32::MAX);

    /// The stemmer that serves `lang`, if any does.
    pub(crate) fn of(lang: Lang) -> Self {
        let code = match lang.as_str() {
            "ms" => "id",
            "be" | "bg" => "ru",
            "sk" => "cs",
            "gl" => "pt",
            code => code,
        };
        Self(STEMMED.iter().position(|known| known.code == code).map_or(0, |index| 1 << index))
    }

    /// Of several ISO codes.
    pub(crate) fn of_codes(codes: &[&str]) -> Self {
        codes
            .iter()
            .filter_map(|code| Lang::parse(code))
            .fold(Self::default(), |set, lang| set.with(Self::of(lang)))
    }

    pub(crate) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Every language written in `script`.
    pub(crate) fn written_in(script: Script) -> Self {
        let indices = STEMMED.iter().enumerate().filter(|(_, known)| known.script == script);
        Self(indices.fold(0, |set, (index, _)| set | 1 << index))
    }

    /// The one language of this number.
    pub(crate) fn single(index: LangIndex) -> Self {
        Self(1 << index)
    }

    pub(crate) fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn indices(self) -> impl Iterator<Item = usize> {
        (0..STEMMED.len()).filter(move |index| self.0 & (1 << index) != 0)
    }
}

/// Every stemmer.
pub(crate) struct Stemmers(Vec<Option<Stemmer>>);

impl Stemmers {
    pub(crate) fn new() -> Self {
        Self(STEMMED.iter().map(|known| known.algorithm.map(Stemmer::create)).collect())
    }

    /// The stemmers of `langs`.
    pub(crate) fn of(&self, langs: LangSet) -> impl Iterator<Item = LangStemmer<'_>> {
        langs.indices().map(|index| LangStemmer {
            index: index as LangIndex,
            code: STEMMED[index].code,
            stemmer: self.0[index].as_ref(),
        })
    }
}

/// The number of a language with a stemmer, below [`LANGS`].
pub(crate) type LangIndex = u8;

/// The code of a language.
pub(crate) fn code_of(lang: LangIndex) -> &'static str {
    STEMMED[lang as usize].code
}

/// How many languages have a stemmer.
pub(crate) const LANGS: usize = STEMMED.len();

/// The stemmer of one language.
pub(crate) struct LangStemmer<'s> {
    pub(crate) index: LangIndex,
    pub(crate) code: &'static str,
    stemmer: Option<&'s Stemmer>,
}

impl LangStemmer<'_> {
    /// The stem of `word`, which must be folded; `None` for what is too long to be a word.
    pub(crate) fn stem<'w>(&self, word: &'w str) -> Option<Cow<'w, str>> {
        let stem = || self.stemmer.map_or(Cow::Borrowed(word), |stemmer| stemmer.stem(word));
        (word.len() <= LONGEST_STEMMED).then(stem)
    }
}

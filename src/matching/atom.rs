//! Atoms: the smallest things a query looks for, each known by one number however many watches ask
//! for it, and the dictionary from the terms of a text to them.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder};
use rustc_hash::FxHashMap;

use super::error::{CompileError, Subject};
use super::rows::Rows;
use crate::analysis::{
    Analyzer, Dense, Key, LANGS, LangIndex, LangSet, Lexeme, Lexicon, Mode, Script, key_of,
};
use crate::diagnostic::Diagnostic;

/// The number of an atom.
pub(super) type AtomId = u32;

/// What an atom looks for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Atom {
    /// A word, as written in the query.
    Word {
        text: String,
        mode: Mode,
        /// Whether diacritics that it lacks are lacked on purpose.
        strict: bool,
    },
    /// Words that begin so.
    Prefix(String),
    /// Characters of a script without spaces.
    Dense(String),
}

/// The atoms of a set of queries, while they are compiled.
#[derive(Default)]
pub(super) struct Atoms {
    ids: FxHashMap<Atom, AtomId>,
    list: Vec<Atom>,
}

impl Atoms {
    pub(super) fn intern(&mut self, atom: Atom) -> AtomId {
        if let Some(id) = self.ids.get(&atom) {
            return *id;
        }
        let id = self.list.len() as AtomId;
        self.list.push(atom.clone());
        self.ids.insert(atom, id);
        id
    }

    pub(super) fn list(&self) -> &[Atom] {
        &self.list
    }
}

/// Which atoms a text contains: the words by their terms, the rest by one automaton.
pub(super) struct Dictionary {
    forms: KeyMap,
    /// The stems of each language, made when the first text of that language comes: most installations
    /// read a few of them.
    stems: [OnceLock<KeyMap>; LANGS],
    /// Made with the first of them.
    lexicon: OnceLock<Lexicon>,
    /// The words that have stems, by their atoms.
    inflected: Vec<Inflected>,
    prefixes: Prefixes,
    dense: Option<DensePatterns>,
    recent: Mutex<Recent>,
    len: usize,
}

/// The atoms of words that were looked up: most words of a text were in an earlier one.
#[derive(Default)]
struct Recent {
    /// By the address of the lexeme, which is kept so that no other takes its place: where its atoms are.
    known: FxHashMap<usize, (Arc<Lexeme>, u32, u32)>,
    atoms: Vec<AtomId>,
}

/// Words remembered; then the memory starts anew.
const RECENT_WORDS: usize = 100_000;

/// Atoms remembered; a word may be an instance of thousands.
const RECENT_ATOMS: usize = 2_000_000;

/// A word of a query whose inflected forms count.
struct Inflected {
    atom: AtomId,
    text: Box<str>,
    mode: Mode,
    strict: bool,
}

/// Terms and the atoms that ask for them.
#[derive(Default)]
struct KeyMap {
    found: FxHashMap<Key, Found>,
    /// Atoms of terms that several atoms ask for.
    shared: Vec<Box<[AtomId]>>,
}

/// The atoms of one term; most terms have one.
#[derive(Clone, Copy)]
enum Found {
    One(AtomId),
    Several(u32),
}

impl KeyMap {
    fn build(mut pairs: Vec<(Key, AtomId)>) -> Self {
        pairs.sort_unstable();
        pairs.dedup();
        let mut map = Self::default();
        for same in pairs.chunk_by(|a, b| a.0 == b.0) {
            let found = match same {
                [(_, atom)] => Found::One(*atom),
                _ => {
                    map.shared.push(same.iter().map(|(_, atom)| *atom).collect());
                    Found::Several(map.shared.len() as u32 - 1)
                }
            };
            map.found.insert(same[0].0, found);
        }
        map.found.shrink_to_fit();
        map
    }

    fn atoms(&self, key: Key) -> &[AtomId] {
        match self.found.get(&key) {
            None => &[],
            Some(Found::One(atom)) => std::slice::from_ref(atom),
            Some(Found::Several(index)) => &self.shared[*index as usize],
        }
    }
}

/// The prefixes, by their text.
#[derive(Default)]
struct Prefixes {
    /// How many characters the prefixes have; ascending.
    lengths: Vec<usize>,
    atoms: FxHashMap<String, Vec<(AtomId, bool)>>,
}

struct DensePatterns {
    automaton: CharwiseDoubleArrayAhoCorasick<u32>,
    /// By the automaton's values: who looks for the pattern, and where it may begin and end.
    rules: Vec<Vec<(Edges, AtomId)>>,
}

/// Which ends of a place must be ends of words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Edges {
    /// None: the pattern is long enough to mean itself.
    Free,
    /// At least one.
    Either,
    /// The beginning: suffixes such as 人 and 市 join the word before them.
    Begin,
    /// Both: the pattern is one short word, and many longer ones contain its characters.
    Both,
    /// The end, and no kana after it: the pattern lost its long-vowel mark.
    KanaEnd,
}

/// A longer rest of a word is no suffix: 印度 is not in 印度尼西亚.
const LONGEST_SUFFIX: usize = 2;

/// East Asian patterns of this many characters match anywhere.
const DISTINCTIVE: usize = 4;

impl Dictionary {
    /// # Errors
    ///
    /// When the terms in scripts without spaces are too many for one automaton.
    pub(super) fn build(atoms: &Atoms, analyzer: &Analyzer) -> Result<Self, CompileError> {
        let mut forms = Vec::new();
        let mut inflected = Vec::new();
        let mut prefixes = Prefixes::default();
        let mut dense: FxHashMap<String, Vec<(Edges, AtomId)>> = FxHashMap::default();
        for (id, atom) in atoms.list().iter().enumerate() {
            let id = id as AtomId;
            match atom {
                Atom::Word { text, mode, strict } => {
                    let terms = analyzer.lexicon().query_forms(text, *mode, *strict);
                    forms.extend(terms.iter().map(|term| (key_of(term), id)));
                    if let Mode::Inflected(langs) = mode
                        && langs.is_none_or(|langs| !langs.is_empty())
                    {
                        inflected.push(Inflected {
                            atom: id,
                            text: text.as_str().into(),
                            mode: *mode,
                            strict: *strict,
                        });
                    }
                }
                Atom::Prefix(text) => {
                    let (prefix, plain) = analyzer.lexicon().prefix_term(text);
                    prefixes.lengths.push(prefix.chars().count());
                    prefixes.atoms.entry(prefix).or_default().push((id, plain));
                }
                Atom::Dense(text) => {
                    let patterns = dense_patterns(text, analyzer);
                    for (pattern, edges) in patterns.into_iter().filter(|(pattern, _)| !pattern.is_empty()) {
                        dense.entry(pattern).or_default().push((edges, id));
                    }
                }
            }
        }
        prefixes.lengths.sort_unstable();
        prefixes.lengths.dedup();
        let dense = if dense.is_empty() { None } else { Some(DensePatterns::build(dense)?) };
        Ok(Self {
            forms: KeyMap::build(forms),
            stems: [const { OnceLock::new() }; LANGS],
            lexicon: OnceLock::new(),
            inflected,
            prefixes,
            dense,
            recent: Mutex::default(),
            len: atoms.list().len(),
        })
    }

    /// How many atoms there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The atoms that each of `lexemes` is an instance of, each once.
    pub(super) fn atoms_of(&self, lexemes: &[Arc<Lexeme>]) -> Rows<AtomId> {
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        let mut rows = Rows::with_capacity(lexemes.len(), lexemes.len() * 4);
        for lexeme in lexemes {
            rows.push_slice(recent.atoms_of(lexeme, self));
        }
        rows
    }

    fn asks_for_another_word(&self, atom: AtomId, lang: LangIndex, found: &Lexeme) -> bool {
        let asked = self.inflected.binary_search_by_key(&atom, |word| word.atom);
        asked.is_ok_and(|at| self.lexicon().is_another_word(lang, &self.inflected[at].text, found))
    }

    fn look_up(&self, lexeme: &Lexeme, found: &mut Vec<AtomId>) {
        for key in &lexeme.keys {
            found.extend_from_slice(self.forms.atoms(*key));
        }
        for (lang, key) in &lexeme.stems {
            let atoms = self.stems_of(*lang).atoms(*key).iter().copied();
            found.extend(atoms.filter(|atom| !self.asks_for_another_word(*atom, *lang, lexeme)));
        }
        if !self.prefixes.lengths.is_empty() {
            self.prefixes.atoms_of(lexeme, found);
        }
        found.sort_unstable();
        found.dedup();
    }

    fn lexicon(&self) -> &Lexicon {
        self.lexicon.get_or_init(Lexicon::new)
    }

    fn stems_of(&self, lang: LangIndex) -> &KeyMap {
        self.stems[lang as usize].get_or_init(|| {
            let lexicon = self.lexicon();
            let mut pairs = Vec::new();
            for word in &self.inflected {
                let stems = lexicon.query_stems(&word.text, word.mode, word.strict, LangSet::single(lang));
                pairs.extend(stems.iter().map(|stem| (key_of(stem), word.atom)));
            }
            KeyMap::build(pairs)
        })
    }

    /// Calls `emit` with the atom, first and last unit of each place of a dense atom in `dense`.
    pub(super) fn dense_places(&self, dense: &Dense, mut emit: impl FnMut(AtomId, u32, u32)) {
        let Some(patterns) = &self.dense else { return };
        let text = dense.text();
        for found in patterns.automaton.find_overlapping_iter(text) {
            let Some(place) = dense.place(found.start(), found.end()) else { continue };
            for &(edges, atom) in &patterns.rules[found.value() as usize] {
                let fits = match edges {
                    Edges::Free => true,
                    Edges::Either => place.begins_word || place.left == 0,
                    Edges::Begin => place.begins_word && place.left <= LONGEST_SUFFIX,
                    Edges::Both => place.begins_word && place.left == 0,
                    Edges::KanaEnd => !text[found.end()..].starts_with(is_katakana),
                };
                if fits {
                    emit(atom, place.first, place.last);
                }
            }
        }
    }
}

fn is_katakana(c: char) -> bool {
    Script::of(c) == Script::Katakana
}

impl Recent {
    fn atoms_of(&mut self, lexeme: &Arc<Lexeme>, dictionary: &Dictionary) -> &[AtomId] {
        let address = Arc::as_ptr(lexeme) as usize;
        let (start, end) = match self.known.get(&address) {
            Some((_, start, end)) => (*start, *end),
            None => {
                if self.known.len() >= RECENT_WORDS || self.atoms.len() >= RECENT_ATOMS {
                    *self = Self::default();
                }
                let mut found = Vec::new();
                dictionary.look_up(lexeme, &mut found);
                let start = self.atoms.len() as u32;
                self.atoms.append(&mut found);
                let end = self.atoms.len() as u32;
                self.known.insert(address, (Arc::clone(lexeme), start, end));
                (start, end)
            }
        };
        &self.atoms[start as usize..end as usize]
    }
}

impl Prefixes {
    fn atoms_of(&self, lexeme: &Lexeme, found: &mut Vec<AtomId>) {
        let forms = [(Some(&*lexeme.folded), true), (lexeme.plain.as_deref(), false)];
        for (form, written) in forms.into_iter().filter_map(|(form, written)| Some((form?, written))) {
            let mut lengths = self.lengths.iter().copied().peekable();
            let ends = form.char_indices().map(|(index, c)| index + c.len_utf8());
            for (count, end) in ends.enumerate() {
                if lengths.next_if_eq(&(count + 1)).is_some()
                    && let Some(atoms) = self.atoms.get(&form[..end])
                {
                    // What a query writes with diacritics never matches a form that lost them.
                    found.extend(atoms.iter().filter(|(_, plain)| written || *plain).map(|(atom, _)| *atom));
                }
            }
        }
    }
}

impl DensePatterns {
    fn build(rules: FxHashMap<String, Vec<(Edges, AtomId)>>) -> Result<Self, CompileError> {
        let (texts, rules): (Vec<_>, Vec<_>) = rules.into_iter().unzip();
        let texts = texts.into_iter().zip(0..);
        let automaton =
            CharwiseDoubleArrayAhoCorasickBuilder::new().build_with_values(texts).map_err(|error| {
                let message =
                    format!("the terms in scripts without spaces do not fit into one index: {error}");
                let diagnostic = Diagnostic::error(message).help("use fewer or shorter terms");
                CompileError { subject: Subject::Query, diagnostic }
            })?;
        Ok(Self { automaton, rules })
    }
}

/// The folded patterns of a dense atom, each with its rule for edges.
pub(super) fn dense_patterns(text: &str, analyzer: &Analyzer) -> Vec<(String, Edges)> {
    let folded = analyzer.lexicon().folder.fold(text);
    let mut patterns = spelled(&folded, analyzer);
    for (one, other) in KANA_SPELLINGS {
        for (from, to) in [(one, other), (other, one)] {
            let respelled =
                from.iter().zip(to).fold(folded.clone(), |text, (from, to)| text.replace(from, to));
            if !patterns.iter().any(|(known, _)| *known == respelled) {
                patterns.extend(spelled(&respelled, analyzer));
            }
        }
    }
    patterns
}

/// What is spelled in kana one way or the other, at will: ウェア, ウエア; ヴェトナム, ベトナム.
const KANA_SPELLINGS: [(&[&str], &[&str]); 2] = [
    (&["ウィ", "ウェ", "ウォ"], &["ウイ", "ウエ", "ウオ"]),
    (&["ヴァ", "ヴィ", "ヴェ", "ヴォ", "ヴ"], &["バ", "ビ", "ベ", "ボ", "ブ"]),
];

/// The pattern of one spelling, with a long-vowel mark at its end and without.
fn spelled(folded: &str, analyzer: &Analyzer) -> Vec<(String, Edges)> {
    let mut patterns = vec![(folded.to_owned(), edges(folded, analyzer))];
    // コンピューター and コンピュータ are one word.
    if let Some(short) = folded.strip_suffix('ー')
        && short.chars().rev().take_while(|c| is_katakana(*c)).count() >= 3
    {
        let edges = if short.chars().count() > DISTINCTIVE { Edges::Free } else { Edges::KanaEnd };
        patterns.push((short.to_owned(), edges));
    } else if folded.chars().rev().take_while(|c| is_katakana(*c)).count() >= DISTINCTIVE {
        // Shorter ones are other words: ハッカ is mint, ハッカー a hacker.
        let long = [folded, "ー"].concat();
        patterns.push((long.clone(), self::edges(&long, analyzer)));
    }
    patterns
}

fn edges(folded: &str, analyzer: &Analyzer) -> Edges {
    let south_east = folded.chars().next().is_some_and(|c| Script::of(c).is_south_east_asian());
    if south_east {
        // A short word is the beginning of many others: ยา in ยาว.
        let short = folded.chars().count() <= 2;
        let whole = short && analyzer.segmenter().words_of_run(folded).len() == 1;
        return if whole { Edges::Both } else { Edges::Either };
    }
    if folded.chars().count() >= DISTINCTIVE {
        return Edges::Free;
    }
    if analyzer.segmenter().words_of_run(folded).len() > 1 {
        return Edges::Either;
    }
    let han = folded.chars().all(|c| Script::of(c) == Script::Han);
    match folded.chars().count() {
        // The dictionary cuts names that it lacks anywhere: 联合国安理会.
        3.. if han => Edges::Either,
        2 if han => Edges::Begin,
        _ => Edges::Both,
    }
}

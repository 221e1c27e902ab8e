//! What is remembered of a story. It decides nothing about articles: it says what they are compared with.

use chrono::TimeDelta;

use super::{Newcomer, WINDOW, digest};
use crate::model::{ArticleId, Lang, StoryId, Timestamp};
use crate::story::likeness::Text;
use crate::story::mark::Mark;
use crate::story::translation::leads;
use crate::story::vector::Vector;

/// [`WINDOW`] for headlines, whose words return sooner.
const SHORT_WINDOW: TimeDelta = TimeDelta::hours(12);
/// News is told within so long by all who tell it; later articles that are no copies have more to say.
const NEWS_AGE: TimeDelta = TimeDelta::hours(36);
/// Different texts that are compared with: of the language that the story began in …
const MOST_TEXTS: usize = 6;
/// … and of each other.
const MOST_TEXTS_OF_OTHERS: usize = 2;
/// Languages in which what is told is remembered.
const MOST_LANGS: usize = 6;
/// A text of which so much is known adds nothing.
const KNOWN_TEXT: f32 = 0.9;
/// Shingles of a text that lead to it: the lowest of its sample.
const LEADING_SHINGLES: usize = 16;
/// Terms of a story, in each language, that lead to it.
const LEADING_TERMS: usize = 30;

/// A story that is not over.
#[derive(Debug)]
pub(super) struct Story {
    pub(super) id: StoryId,
    /// When its first and its last article were published.
    first_at: Timestamp,
    last_at: Timestamp,
    /// When an article of it was last seen.
    pub(super) seen_at: Timestamp,
    pub(super) articles: Vec<ArticleId>,
    /// Digests of their names.
    pub(super) sources: Vec<u32>,
    pub(super) langs: Vec<Lang>,
    pub(super) countries: Vec<Box<str>>,
    /// In the language it began in, then in others.
    voices: Vec<Voice>,
    pub(super) texts: Vec<Text>,
}

/// What is told of a story in one language.
#[derive(Debug)]
pub(super) struct Voice {
    lang: Option<Lang>,
    pub(super) centroid: Vector,
    /// The terms that lead to it.
    terms: Box<[u32]>,
}

impl Story {
    /// A story that has no article yet.
    pub(super) fn begin(id: StoryId, newcomer: &Newcomer) -> Self {
        Self {
            id,
            first_at: newcomer.at,
            last_at: newcomer.at,
            seen_at: newcomer.seen_at,
            articles: Vec::with_capacity(1),
            sources: Vec::with_capacity(1),
            langs: Vec::with_capacity(1),
            countries: Vec::new(),
            voices: Vec::with_capacity(1),
            texts: Vec::with_capacity(1),
        }
    }

    /// Takes note of an article that tells it; `is_new` to the story.
    pub(super) fn note(&mut self, newcomer: &Newcomer, is_new: bool) {
        if is_new {
            self.articles.push(newcomer.article);
        }
        self.first_at = self.first_at.min(newcomer.at);
        self.last_at = self.last_at.max(newcomer.at);
        self.seen_at = self.seen_at.max(newcomer.seen_at);
        note(&mut self.sources, digest(&newcomer.source));
        newcomer.lang.into_iter().for_each(|lang| note(&mut self.langs, lang));
        newcomer.country.iter().for_each(|country| note(&mut self.countries, country.as_str().into()));
    }

    /// Adds what an article tells to what is told in its language.
    pub(super) fn hear(&mut self, lang: Option<Lang>, vector: &Vector) {
        if self.voice(lang).is_none() && self.voices.len() < MOST_LANGS {
            self.voices.push(Voice { lang, centroid: Vector::default(), terms: Box::default() });
        }
        let Some(voice) = self.voices.iter_mut().find(|voice| voice.lang == lang) else { return };
        voice.centroid.add(vector);
        voice.terms = voice.centroid.heaviest().into_iter().take(LEADING_TERMS).collect();
    }

    /// Whether the text is one that others should be compared with.
    pub(super) fn wants(&self, text: &Text) -> bool {
        let first = self.voices.first().and_then(|voice| voice.lang);
        let most = if text.lang == first { MOST_TEXTS } else { MOST_TEXTS_OF_OTHERS };
        let of_lang = self.texts.iter().filter(|known| known.lang == text.lang).count();
        let is_heard = self.voice(text.lang).is_some();
        let is_known = |known: &Text| known.shingles.containment(&text.shingles) >= KNOWN_TEXT;
        is_heard && of_lang < most && !self.texts.iter().any(is_known)
    }

    /// What is told in this language.
    pub(super) fn voice(&self, lang: Option<Lang>) -> Option<&Voice> {
        self.voices.iter().find(|voice| voice.lang == lang)
    }

    /// Its texts in other languages than `lang`.
    pub(super) fn told_elsewhere(&self, lang: Lang) -> impl Iterator<Item = &Text> {
        self.texts.iter().filter(move |text| text.lang.is_some_and(|other| other != lang))
    }

    /// Whether it has any.
    pub(super) fn is_told_elsewhere(&self, lang: Lang) -> bool {
        self.told_elsewhere(lang).next().is_some()
    }

    /// The terms that lead to it, each once.
    pub(super) fn terms(&self) -> Vec<u32> {
        each_once(self.voices.iter().flat_map(|voice| &voice.terms).copied())
    }

    /// The shingles that do.
    pub(super) fn shingles(&self) -> Vec<u32> {
        each_once(self.texts.iter().flat_map(Text::leading).copied())
    }

    /// The marks that do.
    pub(super) fn marks(&self) -> Vec<Mark> {
        each_once(self.texts.iter().flat_map(Text::leading_marks))
    }

    /// Whether it was told shortly before or after the article was published.
    pub(super) fn is_open(&self, newcomer: &Newcomer) -> bool {
        let is_short = newcomer.sketch.is_short() || self.texts.iter().all(|text| text.is_short);
        let window = if is_short { SHORT_WINDOW } else { WINDOW };
        newcomer.at >= self.first_at - window && newcomer.at <= self.last_at + window
    }

    /// Whether the article, where it is no copy, comes so late that it has more to say.
    pub(super) fn is_past(&self, newcomer: &Newcomer) -> bool {
        newcomer.at > self.first_at + NEWS_AGE
    }

    /// Whether the outlet has told it: one that writes again about a matter has news of it.
    pub(super) fn is_by(&self, source: &str) -> bool {
        self.sources.contains(&digest(source))
    }

    pub(super) fn bytes(&self) -> usize {
        self.articles.capacity() * 16
            + self.sources.capacity() * 4
            + self.langs.capacity() * size_of::<Lang>()
            + self.countries.capacity() * 20
            + self.voices.capacity() * size_of::<Voice>()
            + self.voices.iter().map(|voice| voice.centroid.bytes() + voice.terms.len() * 4).sum::<usize>()
            + self.texts.capacity() * size_of::<Text>()
            + self.texts.iter().map(Text::bytes).sum::<usize>()
    }
}

impl Text {
    /// The shingles that lead to it.
    pub(super) fn leading(&self) -> &[u32] {
        let hashes = self.shingles.hashes();
        &hashes[..hashes.len().min(LEADING_SHINGLES)]
    }

    /// The marks that do.
    pub(super) fn leading_marks(&self) -> impl Iterator<Item = Mark> + '_ {
        self.marks.iter().map(|marked| marked.mark()).filter(|mark| leads(*mark))
    }

    fn bytes(&self) -> usize {
        let words = self.shingles.hashes().len() + self.numbers.len() + self.title_numbers.len();
        (words + self.title.len() + self.marks.len()) * 4
    }
}

fn each_once<T: Ord>(values: impl Iterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.collect();
    values.sort_unstable();
    values.dedup();
    values
}

fn note<T: PartialEq>(list: &mut Vec<T>, value: T) {
    if !list.contains(&value) {
        list.push(value);
    }
}

//! The stories of the last days, and where a new article belongs among them.

mod story;

use chrono::TimeDelta;
use rustc_hash::FxHashMap;

use self::story::Story;
use super::likeness::{Candidate, Text, copied, tells};
use super::mark::Mark;
use super::postings::{Postings, Slot};
use super::rarity::Rarity;
use super::sketch::Sketch;
use super::translation::{SAME, SAME_FOR_SURE, Weighed};
use super::vector::Vector;
use crate::analysis::key_of;
use crate::model::{ArticleId, Joined, Lang, StoryId, Timestamp};

/// A story that no article joined for so long is over.
pub const WINDOW: TimeDelta = TimeDelta::hours(72);
/// Articles remembered at most; beyond it the stories that were idle longest go.
pub const MOST_ARTICLES: usize = 200_000;
/// Terms of an article that lead to stories: its heaviest.
const LEADING_TERMS: usize = 12;
/// Stories whose news an article is compared with at most: those that share most leading terms …
const MOST_CANDIDATES: usize = 50;
/// … and those of which it may be a copy: those that share most shingles.
const MOST_ORIGINALS: usize = 20;
/// Stories that an article may tell in another language: those that share most marks.
const MOST_ELSEWHERE: usize = 20;
/// How often idle stories are looked for.
const SWEEP: TimeDelta = TimeDelta::minutes(10);

/// An article to be placed.
#[derive(Clone, Debug, PartialEq)]
pub struct Newcomer {
    /// Which.
    pub article: ArticleId,
    /// When it was published, as far as that is believed: never later than it was seen.
    pub at: Timestamp,
    /// When it was seen.
    pub seen_at: Timestamp,
    /// Its language.
    pub lang: Option<Lang>,
    /// The outlet's name.
    pub source: String,
    /// The outlet's country.
    pub country: Option<String>,
    /// What it is compared by.
    pub sketch: Sketch,
}

/// Where an article stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Placement {
    /// Its story.
    pub story: StoryId,
    /// How it came there.
    pub joined: Joined,
    /// How many sources tell the story, its own among them.
    pub sources: u32,
    /// The article's own language.
    pub lang: Option<Lang>,
    /// The article's own country.
    pub country: Option<String>,
    /// The languages of the story, its own among them.
    pub langs: Vec<Lang>,
    /// The countries of its outlets.
    pub countries: Vec<String>,
}

/// Stories, found by what their articles have in common.
#[derive(Debug, Default)]
pub struct StoryIndex {
    stories: Vec<Option<Story>>,
    free: Vec<Slot>,
    by_id: FxHashMap<StoryId, Slot>,
    by_article: FxHashMap<ArticleId, Slot>,
    by_shingle: Postings,
    by_term: Postings,
    by_mark: Postings,
    rarity: Rarity,
    rarity_of_marks: Rarity,
    swept_at: Option<Timestamp>,
    compared: u64,
}

impl StoryIndex {
    /// Places an article: into the story of which it is a copy, else into the one whose news it tells, else
    /// into the one that it tells in another language, else into a new one. One that is known stays where it
    /// is, unless it is alone there: with the text of its page a headline may turn out to be a copy.
    pub fn place(&mut self, newcomer: &Newcomer) -> Placement {
        self.sweep(newcomer.seen_at);
        if let Some(slot) = self.by_article.get(&newcomer.article).copied()
            && self.story(slot).is_some_and(|story| story.articles.len() == 1)
        {
            self.forget(slot);
        }
        let vector = Vector::of(&newcomer.sketch, newcomer.lang, &self.rarity);
        let text = Text::of(&newcomer.sketch, newcomer.lang, Some(digest(&newcomer.source)));
        let (slot, joined) = match self.by_article.get(&newcomer.article) {
            Some(slot) => {
                let is_first =
                    self.story(*slot).is_some_and(|story| story.id == StoryId::of(newcomer.article));
                (Some(*slot), if is_first { Joined::First } else { Joined::News })
            }
            None => {
                let placed = self
                    .copied(newcomer, &text)
                    .or_else(|| self.told(newcomer, &text, &vector))
                    .or_else(|| self.translated(newcomer, &text));
                placed.map_or((None, Joined::First), |(slot, joined)| (Some(slot), joined))
            }
        };
        let slot = slot.unwrap_or_else(|| self.begin(StoryId::of(newcomer.article), newcomer));
        self.join(slot, newcomer, &vector, text);
        self.placement(slot, newcomer, joined)
    }

    /// Takes back an article whose story is known; articles are given in the order in which they were
    /// placed.
    pub fn restore(&mut self, id: StoryId, newcomer: &Newcomer) {
        let vector = Vector::of(&newcomer.sketch, newcomer.lang, &self.rarity);
        let slot = self.by_id.get(&id).copied().unwrap_or_else(|| self.begin(id, newcomer));
        let text = Text::of(&newcomer.sketch, newcomer.lang, Some(digest(&newcomer.source)));
        self.join(slot, newcomer, &vector, text);
    }

    /// How many articles are remembered.
    pub fn articles(&self) -> usize {
        self.by_article.len()
    }

    /// How many stories are.
    pub fn stories(&self) -> usize {
        self.by_id.len()
    }

    /// With how many stories articles were compared so far.
    pub fn compared(&self) -> u64 {
        self.compared
    }

    /// About how many bytes it takes.
    pub fn bytes(&self) -> usize {
        let stories: usize = self.stories.iter().flatten().map(Story::bytes).sum();
        let entries = self.by_id.capacity() + self.by_article.capacity();
        stories
            + self.stories.capacity() * size_of::<Option<Story>>()
            + entries * (16 + size_of::<Slot>() + 1)
            + self.by_shingle.bytes()
            + self.by_term.bytes()
            + self.by_mark.bytes()
            + self.rarity.bytes()
            + self.rarity_of_marks.bytes()
    }

    /// The story of which the article is a copy, the one that has most of it.
    fn copied(&mut self, newcomer: &Newcomer, text: &Text) -> Option<(Slot, Joined)> {
        let slots = self.by_shingle.sharing(text.shingles.hashes().iter().copied());
        let mut best: Option<(Slot, Joined, f32)> = None;
        let originals = slots.into_iter().filter_map(|(slot, _)| {
            self.story(slot).filter(|story| story.is_open(newcomer)).map(|story| (slot, story))
        });
        let mut compared = 0;
        for (slot, story) in originals.take(MOST_ORIGINALS) {
            compared += 1;
            for (joined, containment) in story.texts.iter().filter_map(|other| copied(text, other)) {
                if best.is_none_or(|(_, _, most)| containment > most) {
                    best = Some((slot, joined, containment));
                }
            }
        }
        self.compared += compared;
        best.map(|(slot, joined, _)| (slot, joined))
    }

    /// The story whose news the article tells, the likest.
    fn told(&mut self, newcomer: &Newcomer, text: &Text, vector: &Vector) -> Option<(Slot, Joined)> {
        let slots = self.by_term.sharing(vector.heaviest().into_iter().take(LEADING_TERMS));
        let experience = self.rarity.articles(newcomer.lang);
        let mut best: Option<(Slot, f32)> = None;
        let stories = slots.into_iter().take_while(|(_, shared)| *shared > 1).filter_map(|(slot, _)| {
            let is_candidate = |story: &&Story| {
                story.is_open(newcomer) && !story.is_past(newcomer) && !story.is_by(&newcomer.source)
            };
            let story = self.story(slot).filter(is_candidate)?;
            Some((slot, story, story.voice(newcomer.lang)?))
        });
        let mut compared = 0;
        for (slot, story, voice) in stories.take(MOST_CANDIDATES) {
            compared += 1;
            let candidate =
                Candidate { article: vector, text, story: &voice.centroid, texts: &story.texts, experience };
            if let Some(cosine) =
                tells(&candidate).filter(|cosine| best.is_none_or(|(_, most)| *cosine > most))
            {
                best = Some((slot, cosine));
            }
        }
        self.compared += compared;
        best.map(|(slot, _)| (slot, Joined::News))
    }

    /// The story that the article tells in another language, the one of which that is surest.
    fn translated(&mut self, newcomer: &Newcomer, text: &Text) -> Option<(Slot, Joined)> {
        let lang = newcomer.lang?;
        let slots = self.by_mark.sharing(text.leading_marks().map(Mark::bits));
        let rarity = &self.rarity_of_marks;
        let weighed = Weighed::of(&text.marks, rarity);
        let mut best: Option<(Slot, f32)> = None;
        let stories = slots.into_iter().take_while(|(_, shared)| *shared > 1).filter_map(|(slot, _)| {
            let is_candidate = |story: &&Story| {
                story.is_open(newcomer) && !story.is_past(newcomer) && story.is_told_elsewhere(lang)
            };
            self.story(slot).filter(is_candidate).map(|story| (slot, story))
        });
        let mut compared = 0;
        for (slot, story) in stories.take(MOST_ELSEWHERE) {
            // Told in this language, it was told in words that are unlike; and an outlet that writes about a
            // matter in two languages writes about it often.
            let doubts = [story.voice(newcomer.lang).is_some(), story.is_by(&newcomer.source)];
            let limit = match doubts.iter().filter(|doubt| **doubt).count() {
                0 => SAME,
                1 => SAME_FOR_SURE,
                _ => continue,
            };
            compared += 1;
            for score in story.told_elsewhere(lang).filter_map(|other| weighed.score(&other.marks, rarity)) {
                if score >= limit && best.is_none_or(|(_, most)| score > most) {
                    best = Some((slot, score));
                }
            }
        }
        self.compared += compared;
        best.map(|(slot, _)| (slot, Joined::Translation))
    }

    fn begin(&mut self, id: StoryId, newcomer: &Newcomer) -> Slot {
        let slot = self.free.pop().unwrap_or_else(|| {
            self.stories.push(None);
            self.stories.len() as Slot - 1
        });
        self.stories[slot as usize] = Some(Story::begin(id, newcomer));
        self.by_id.insert(id, slot);
        slot
    }

    fn join(&mut self, slot: Slot, newcomer: &Newcomer, vector: &Vector, text: Text) {
        self.rarity.observe(newcomer.lang, newcomer.sketch.terms.iter().map(|term| term.key));
        // One whose marks are not known (no language, an old sketch) makes no mark look rare.
        if !newcomer.sketch.marks.is_empty() {
            let marks = newcomer.sketch.marks.iter().map(|marked| marked.mark().bits());
            self.rarity_of_marks.observe(None, marks);
        }
        let Some(story) = self.stories.get_mut(slot as usize).and_then(Option::as_mut) else { return };
        let is_new = self.by_article.insert(newcomer.article, slot) != Some(slot);
        story.note(newcomer, is_new);
        let before = story.terms();
        story.hear(newcomer.lang, vector);
        let after = story.terms();
        before.iter().filter(|term| !after.contains(term)).for_each(|term| self.by_term.remove(*term, slot));
        after.iter().filter(|term| !before.contains(term)).for_each(|term| self.by_term.add(*term, slot));
        if story.wants(&text) {
            let known = story.shingles();
            text.leading()
                .iter()
                .filter(|hash| !known.contains(hash))
                .for_each(|hash| self.by_shingle.add(*hash, slot));
            let known = story.marks();
            text.leading_marks()
                .filter(|mark| !known.contains(mark))
                .for_each(|mark| self.by_mark.add(mark.bits(), slot));
            story.texts.push(text);
        }
    }

    fn placement(&self, slot: Slot, newcomer: &Newcomer, joined: Joined) -> Placement {
        let story = self.story(slot);
        let langs = story.map(|story| story.langs.clone()).unwrap_or_default();
        let countries = story.map(|story| story.countries.iter().map(ToString::to_string).collect());
        Placement {
            story: story.map_or_else(|| StoryId::of(newcomer.article), |story| story.id),
            joined,
            sources: story.map_or(1, |story| story.sources.len() as u32),
            lang: newcomer.lang,
            country: newcomer.country.clone(),
            langs,
            countries: countries.unwrap_or_default(),
        }
    }

    /// Forgets stories that are over, and beyond the bound those that were idle longest.
    fn sweep(&mut self, now: Timestamp) {
        let is_due = self.swept_at.is_none_or(|at| (now - at).abs() >= SWEEP);
        if !is_due && self.by_article.len() < MOST_ARTICLES {
            return;
        }
        self.swept_at = Some(now);
        let mut oldest = now - WINDOW;
        if self.by_article.len() >= MOST_ARTICLES {
            let mut times: Vec<Timestamp> =
                self.stories.iter().flatten().map(|story| story.seen_at).collect();
            times.sort_unstable();
            oldest = times.get(times.len() / 8).copied().unwrap_or(oldest).max(oldest);
        }
        for slot in 0..self.stories.len() {
            if self.stories[slot].as_ref().is_some_and(|story| story.seen_at <= oldest) {
                self.forget(slot as Slot);
            }
        }
    }

    fn forget(&mut self, slot: Slot) {
        let Some(story) = self.stories[slot as usize].take() else { return };
        self.by_id.remove(&story.id);
        for article in &story.articles {
            self.by_article.remove(article);
        }
        story.terms().iter().for_each(|term| self.by_term.remove(*term, slot));
        story.marks().iter().for_each(|mark| self.by_mark.remove(mark.bits(), slot));
        story.shingles().iter().for_each(|hash| self.by_shingle.remove(*hash, slot));
        self.free.push(slot);
    }

    fn story(&self, slot: Slot) -> Option<&Story> {
        self.stories.get(slot as usize)?.as_ref()
    }
}

fn digest(source: &str) -> u32 {
    key_of(source) as u32
}

#[cfg(test)]
mod tests;

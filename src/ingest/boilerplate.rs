//! Boilerplate: paragraphs that recur in the articles of one feed (teasers, "read also", author boxes,
//! subscription lines), found by their repetition alone. Queries do not look into them unless they ask
//! for `all:`.
//!
//! A paragraph is boilerplate in an article when it stood in [`OTHERS`] other articles of the feed,
//! unless that could hide news:
//! - a title is never boilerplate, and neither is a paragraph that repeats the words of its article's
//!   title: a lead that each update of a running story begins with;
//! - nor one of which all articles share a word of their titles: updates and copies of one story;
//! - nor one shorter than [`SHORTEST`] (datelines, headings, names, states) or longer than [`LONGEST`] (articles in
//!   themselves);
//! - and where nothing of substance would remain of an article, all of it is text.
//!
//! Which share of the feed's articles carries a paragraph is not asked: an author's box stands in few.
//! Instead, the database forgets what did not recur for a while.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use super::Ingested;
use super::text::size;
use crate::analysis::{Analyzer, Kind, Script, is_function_word, key_of, pieces};
use crate::model::{Article, Field, ParagraphCount};

/// A paragraph that stood in so many other articles recurs.
const OTHERS: u32 = 3;
/// Shorter paragraphs are never boilerplate; in characters, those of scripts without spaces count twice.
const SHORTEST: usize = 30;
/// Longer paragraphs are never boilerplate, measured likewise.
const LONGEST: usize = 2_000;
/// Paragraphs of an article that are looked at: its last ones.
const MOST_PARAGRAPHS: usize = 200;
/// Paragraphs of one poll that are remembered: those of most articles.
const MOST_REMEMBERED: usize = 1_000;
/// A paragraph repeats its title when it has this part of the title's words: one in three.
const TITLE_SHARE: usize = 3;

/// The paragraphs of the new and changed articles of one poll.
#[derive(Debug, Default)]
pub struct Census {
    /// In the order of the entries; `None` for what is known.
    outlines: Vec<Option<Outline>>,
    /// In how many new articles each paragraph stands.
    counts: HashMap<u64, ParagraphCount>,
}

/// What is to be known of an article to judge its paragraphs.
#[derive(Debug)]
struct Outline {
    /// The words of its title.
    title: HashSet<u64>,
    paragraphs: Vec<Paragraph>,
}

#[derive(Debug)]
struct Paragraph {
    field: Field,
    /// In bytes of the field's text.
    range: Range<usize>,
    /// `None` for a length that is never boilerplate's.
    digest: Option<u64>,
    /// Whether it is long enough to be an article's substance.
    tells: bool,
}

impl Census {
    /// Counts the paragraphs of `ingested`. The words of `outlet`, the source's name, tell nothing of a
    /// title's topic.
    pub fn of(ingested: &[Ingested], outlet: &str, analyzer: &Analyzer) -> Self {
        let outlet = words(outlet, analyzer);
        let mut census = Self::default();
        for entry in ingested {
            let outline = match entry {
                Ingested::New { article, .. } => Some(Outline::of(article, &outlet, analyzer)),
                Ingested::Changed(article) => Some(Outline::of(article, &outlet, analyzer)),
                Ingested::Known(_) => None,
            };
            if let (Ingested::New { .. }, Some(outline)) = (entry, &outline) {
                census.count(outline);
            }
            census.outlines.push(outline);
        }
        census
    }

    fn count(&mut self, outline: &Outline) {
        let topic = outline.topic();
        for digest in outline.candidates() {
            let count = self.counts.entry(digest).or_insert(ParagraphCount { digest, articles: 0, topic });
            count.articles += 1;
            count.topic &= topic;
        }
    }

    /// Every paragraph that may turn out to be boilerplate: what to ask the database for.
    pub fn digests(&self) -> Vec<u64> {
        let digests: HashSet<u64> = self.outlines.iter().flatten().flat_map(Outline::candidates).collect();
        digests.into_iter().collect()
    }

    /// What the database is to remember: the paragraphs of the new articles. An edit is not counted, its
    /// article was.
    pub fn counts(&self) -> Vec<ParagraphCount> {
        let mut counts: Vec<ParagraphCount> = self.counts.values().copied().collect();
        counts.sort_unstable_by_key(|count| (std::cmp::Reverse(count.articles), count.digest));
        counts.truncate(MOST_REMEMBERED);
        counts
    }

    /// Marks the boilerplate of `ingested`, the entries that this census was taken of. `earlier` is what
    /// the database remembers of [`digests`](Self::digests).
    pub fn mark(
        &self,
        ingested: &mut [Ingested],
        earlier: &HashMap<u64, ParagraphCount>,
        analyzer: &Analyzer,
    ) {
        for (entry, outline) in ingested.iter_mut().zip(&self.outlines) {
            let (Ingested::New { article, .. } | Ingested::Changed(article), Some(outline)) =
                (entry, outline)
            else {
                continue;
            };
            article.boilerplate = self.boilerplate(article, outline, earlier, analyzer);
        }
    }

    fn boilerplate(
        &self,
        article: &Article,
        outline: &Outline,
        earlier: &HashMap<u64, ParagraphCount>,
        analyzer: &Analyzer,
    ) -> Vec<(Field, Range<usize>)> {
        let topic = outline.topic();
        let recurs = |digest: u64| {
            let known = [self.counts.get(&digest), earlier.get(&digest)];
            let known = || known.into_iter().flatten();
            // Itself is among them: counted now if it is new, and before if it was edited.
            let others = known().map(|count| count.articles).fold(0, u32::saturating_add).saturating_sub(1);
            others >= OTHERS && known().fold(topic, |common, count| common & count.topic) == 0
        };
        let candidates: HashSet<u64> = outline.candidates().filter(|digest| recurs(*digest)).collect();
        let (found, kept): (Vec<&Paragraph>, Vec<&Paragraph>) =
            outline.paragraphs.iter().partition(|paragraph| {
                paragraph.digest.is_some_and(|digest| candidates.contains(&digest)) && {
                    let text = &article.text(paragraph.field)[paragraph.range.clone()];
                    !outline.is_told_by(text, analyzer)
                }
            });
        if kept.iter().any(|paragraph| paragraph.tells) { joined(found) } else { Vec::new() }
    }
}

impl Outline {
    fn of(article: &Article, outlet: &HashSet<u64>, analyzer: &Analyzer) -> Self {
        let mut title = words(&article.title, analyzer);
        title.retain(|word| !outlet.contains(word));
        let mut places: Vec<(Field, Range<usize>)> = [Field::Summary, Field::Body]
            .into_iter()
            .flat_map(|field| split(article.text(field)).map(move |range| (field, range)))
            .collect();
        let paragraphs = places
            .drain(places.len().saturating_sub(MOST_PARAGRAPHS)..)
            .map(|(field, range)| {
                let text = &article.text(field)[range.clone()];
                let size = size(text);
                let candidate = (SHORTEST..=LONGEST).contains(&size);
                let digest = candidate.then(|| key_of(&analyzer.lexicon().folder.fold(text)));
                Paragraph { field, range, digest, tells: size >= SHORTEST }
            })
            .collect();
        Self { title, paragraphs }
    }

    /// The digests of its paragraphs that may be boilerplate, each once; none of a text of one paragraph,
    /// which is always kept.
    fn candidates(&self) -> impl Iterator<Item = u64> + '_ {
        let paragraphs = if self.paragraphs.len() > 1 { self.paragraphs.as_slice() } else { &[] };
        let mut seen = HashSet::new();
        let digests = paragraphs.iter().filter_map(|paragraph| paragraph.digest);
        digests.filter(move |digest| seen.insert(*digest))
    }

    fn topic(&self) -> u64 {
        self.title.iter().fold(0, |bits, word| bits | 1 << (word % 64))
    }

    /// Whether `text` has so many words of the title that it tells the same.
    fn is_told_by(&self, text: &str, analyzer: &Analyzer) -> bool {
        let shared = words(text, analyzer).intersection(&self.title).count();
        shared > 0 && shared * TITLE_SHARE >= self.title.len()
    }
}

/// The paragraphs of a stored text, in bytes.
fn split(text: &str) -> impl Iterator<Item = Range<usize>> + '_ {
    let mut start = 0;
    text.split('\n')
        .map(move |paragraph| {
            let range = start..start + paragraph.len();
            start = range.end + 1;
            range
        })
        .filter(|range| !range.is_empty())
}

/// Neighbouring paragraphs become one range: few ranges are quick to look through.
fn joined(paragraphs: Vec<&Paragraph>) -> Vec<(Field, Range<usize>)> {
    let mut ranges: Vec<(Field, Range<usize>)> = Vec::new();
    for Paragraph { field, range, .. } in paragraphs {
        match ranges.last_mut() {
            Some((last, before)) if last == field && before.end + 1 == range.start => before.end = range.end,
            _ => ranges.push((*field, range.clone())),
        }
    }
    ranges
}

/// Whether `texts` have so many words of `title` that they are about the same. A title without words fits
/// every text.
pub(super) fn tells_of(title: &str, texts: &[&str], analyzer: &Analyzer) -> bool {
    let title = words(title, analyzer);
    let text: HashSet<u64> = texts.iter().flat_map(|text| words(text, analyzer)).collect();
    let shared = text.intersection(&title).count();
    title.is_empty() || shared > 0 && shared * TITLE_SHARE >= title.len()
}

/// The words of `text` that mean something, as digests. The beginning of a word stands for its stem:
/// whether two texts tell the same needs no grammar.
fn words(text: &str, analyzer: &Analyzer) -> HashSet<u64> {
    let folder = &analyzer.lexicon().folder;
    let mut words = HashSet::new();
    pieces(text, |piece| {
        let raw = &text[piece.start..piece.end];
        match piece.kind {
            Kind::Word => words.extend(stem(&folder.fold(raw)).map(key_of)),
            Kind::Run => {
                let mut start = 0;
                for end in analyzer.segmenter().words_of_run(raw) {
                    let word = &raw[start..end];
                    start = end;
                    // Words in hiragana are mostly grammar.
                    let tells = word.chars().any(|c| Script::of(c) != Script::Hiragana);
                    if tells && word.chars().nth(1).is_some() {
                        words.insert(key_of(&folder.fold(word)));
                    }
                }
            }
        }
    });
    words
}

/// The beginning of a word; `None` for numbers, function words and what is too short to mean much.
fn stem(word: &str) -> Option<&str> {
    let first = word.chars().next()?;
    let (shortest, longest) = if Script::of(first) == Script::Hangul { (2, 2) } else { (3, 5) };
    let tells = first.is_alphabetic() && word.chars().count() >= shortest && !is_function_word(word);
    let end = word.char_indices().nth(longest).map_or(word.len(), |(end, _)| end);
    tells.then(|| &word[..end])
}

#[cfg(test)]
mod tests;

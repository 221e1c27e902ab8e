//! When two articles, or an article and a story, tell the same. All thresholds stand here.

use super::mark::Marked;
use super::shingles::{Shingles, shared};
use super::sketch::Sketch;
use super::vector::Vector;
use crate::model::{Joined, Lang};

/// An article of which so much is in another, or the other way round, is a copy.
const COPY: f32 = 0.5;
/// … and of which so much is, has the same text.
const SAME_TEXT: f32 = 0.7;
/// So much do the texts of two articles resemble each other that an outlet published one article twice.
const SAME_ARTICLE: f32 = 0.85;
/// The cosine from which on an article tells a story's news.
const NEWS: f32 = 0.4;
/// The same where one of them is a headline: its few words are easily those of another event.
const SHORT_NEWS: f32 = 0.6;
/// Terms they must share …
const NEWS_TERMS: usize = 8;
/// … and where one of them is a headline.
const SHORT_NEWS_TERMS: usize = 5;
/// The cosine for a headline that shares as many terms as is asked of a whole text.
const FULL_SHORT_NEWS: f32 = 0.5;
/// Until so many articles of a language were seen, it is not known which words are rare: the thresholds
/// begin [`CAUTION`] higher.
const EXPERIENCE: f32 = 500.0;
/// See [`EXPERIENCE`].
const CAUTION: f32 = 0.15;

/// What is compared of a text.
#[derive(Clone, Debug)]
pub(super) struct Text {
    pub(super) shingles: Shingles,
    pub(super) numbers: Box<[u32]>,
    pub(super) title_numbers: Box<[u32]>,
    pub(super) title: Box<[u32]>,
    pub(super) is_short: bool,
    pub(super) lang: Option<Lang>,
    pub(super) marks: Box<[Marked]>,
    /// A digest of the outlet's name; `None` where outlets do not count.
    pub(super) source: Option<u32>,
}

impl Text {
    pub(super) fn of(sketch: &Sketch, lang: Option<Lang>, source: Option<u32>) -> Self {
        Self {
            shingles: sketch.shingles.clone(),
            numbers: sketch.numbers.clone(),
            title_numbers: sketch.title_numbers.clone(),
            title: sketch.title.clone(),
            is_short: sketch.is_short(),
            lang,
            marks: sketch.marks.clone(),
            source,
        }
    }
}

/// Whether the articles of two sketches are copies of each other, and how much of the smaller is in the
/// other.
pub fn copies(a: &Sketch, b: &Sketch) -> Option<(Joined, f32)> {
    copied(&Text::of(a, None, None), &Text::of(b, None, None))
}

pub(super) fn copied(a: &Text, b: &Text) -> Option<(Joined, f32)> {
    let containment = a.shingles.containment(&b.shingles);
    if containment < COPY || contradict(a, b) || is_form(a, b) {
        return None;
    }
    Some((if containment >= SAME_TEXT { Joined::SameText } else { Joined::Copy }, containment))
}

/// Whether the numbers of two texts say that they are two fillings of one form: earthquakes, exchange
/// rates, results.
fn contradict(a: &Text, b: &Text) -> bool {
    if (a.is_short || b.is_short) && disagree(&a.title_numbers, &b.title_numbers) {
        return true;
    }
    let fewer = a.numbers.len().min(b.numbers.len());
    fewer >= 3 && shared(&a.numbers, &b.numbers) * 3 < fewer
}

/// Whether an outlet filled one form twice: copies of its own articles keep most of their title, unless all
/// of a long text is the same.
fn is_form(a: &Text, b: &Text) -> bool {
    let is_own = a.source.is_some() && a.source == b.source;
    let more = a.title.len().max(b.title.len());
    let is_retitled = more > 0 && shared(&a.title, &b.title) * 3 <= more * 2;
    let is_same = !a.is_short && !b.is_short && a.shingles.resemblance(&b.shingles) >= SAME_ARTICLE;
    is_own && is_retitled && !is_same
}

/// Whether both titles have numbers and none in common.
fn disagree(a: &[u32], b: &[u32]) -> bool {
    !a.is_empty() && !b.is_empty() && shared(a, b) == 0
}

/// How an article compares with a story.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate<'a> {
    pub(super) article: &'a Vector,
    pub(super) text: &'a Text,
    pub(super) story: &'a Vector,
    /// Of the story.
    pub(super) texts: &'a [Text],
    /// Articles of the language that were seen.
    pub(super) experience: u32,
}

/// The cosine of a candidate that tells the story's news; `None` for one that does not, or may not.
pub(super) fn tells(candidate: &Candidate<'_>) -> Option<f32> {
    let Candidate { article, text, story, texts, experience } = candidate;
    let is_short = text.is_short || texts.iter().all(|text| text.is_short);
    let caution = CAUTION * (1.0 - *experience as f32 / EXPERIENCE).max(0.0);
    let (cosine, shared) = article.cosine(story);
    let reaches = |threshold: f32, fewest: usize| cosine >= threshold + caution && shared >= fewest;
    let fits = match is_short {
        true => reaches(SHORT_NEWS, SHORT_NEWS_TERMS) || reaches(FULL_SHORT_NEWS, NEWS_TERMS),
        false => reaches(NEWS, NEWS_TERMS),
    };
    let disagrees = texts.iter().all(|other| disagree(&text.title_numbers, &other.title_numbers));
    (fits && !disagrees).then_some(cosine)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::{Analyzer, Text as Parts};
    use crate::story::vocabulary::Vocabulary;

    const FORM: &str = "{} is supported from today on and runs on all our servers in Europe and in America, where players \
        find it under its name in the catalogue of the new week.";

    fn text(analyzer: &Arc<Analyzer>, source: u32, title: &str, body: &str) -> Text {
        let parts = Parts { title, body, ..Parts::default() };
        let analysis = analyzer.analyze(&parts, None);
        let vocabulary = Vocabulary::new(Arc::clone(analyzer));
        Text::of(&Sketch::of(&parts, &analysis, &[], &vocabulary), None, Some(source))
    }

    #[test]
    fn an_outlet_that_fills_a_form_writes_no_copies_and_one_that_edits_a_title_does() {
        let analyzer = Arc::new(Analyzer::new());
        let long = "Whoever bought it before has nothing to pay. Others pay what they paid for the last one of its \
            kind, and get a month for nothing, as was announced in spring when the maker showed it to the press in a \
            hall that was far too small for those who had come. Among them were people who had played its first part \
            as children and told how they had hidden from their parents to go on. The maker said that the wait was \
            over, that there would be no fourth part, and that nobody should believe what was written about a film.";
        for (one, other, body, is_copy) in [
            ("Mu Online", "ACE Online", FORM, false),
            ("Lost Saga", "Dragon Saga", FORM, false),
            ("", "Dragon Saga", FORM, false),
            ("Variables in Docker Compose", "Docker Compose Services", FORM, false),
            ("", "", FORM, true),
            ("Lost Saga is back", "Lost Saga is back (update)", FORM, true),
            ("Lost Saga", "What players will find this autumn", long, true),
        ] {
            let own = [one, other].map(|title| text(&analyzer, 1, title, &body.replace("{}", title)));
            assert_eq!(copied(&own[0], &own[1]).is_some(), is_copy, "{one} | {other}");
            let foreign = text(&analyzer, 2, other, &body.replace("{}", other));
            assert!(copied(&own[0], &foreign).is_some(), "another outlet: {one} | {other}");
        }
    }
}

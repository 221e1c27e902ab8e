//! When an article tells in one language what another tells in another: by what they share of
//! [marks](super::marks), weighed by how rare each is, against what one says in its title and the other
//! does not. All weights stand here.
//!
//! They were fitted by logistic regression to 700 articles in 26 languages, some translated and some written for
//! each language anew, beside others of the same people, places and topics on the same days and 2,200 articles
//! of real feeds, and then rounded (`docs/performance.md`). A wrong join silences an alert, so the limit is on
//! the safe side.
//!
//! It compares articles, and never says to which story one belongs.

use super::mark::{Kind, Mark, Marked};
use super::rarity::Rarity;
use super::sound::Sound;

/// The score from which on two articles tell the same …
pub(super) const SAME: f32 = 3.5;
/// … and where there is reason to doubt it.
pub(super) const SAME_FOR_SURE: f32 = 5.0;
/// A mark is not worth more, however many articles were seen.
const RAREST: f32 = 9.0;
/// What a score begins with.
const BEGIN: f32 = 0.3;
/// Marks that must be shared …
const FEWEST: usize = 2;
/// … and how rare must be those of them that say who and where: what happened, and how many it was, says little
/// without.
const FEWEST_NAMED: f32 = 4.0;
/// Numbers count at most so much of what the others do: two long lists share some by chance.
const MOST_OF_NUMBERS: f32 = 0.5;
/// Against each that is shared: many common ones prove less than a few that are rare.
const COMMON: f32 = -1.55;
/// For the rarity of what stands in both titles; half of it for what stands in one.
const IN_TITLES: f32 = 0.18;
/// Against what stands in one title and nowhere in the other article: a place …
const OTHER_PLACE: f32 = -0.85;
/// … a number …
const OTHER_NUMBER: f32 = -1.45;
/// … an event.
const OTHER_EVENT: f32 = -0.55;
/// For the shared part of the richer article …
const SHARED_PART: f32 = 3.7;
/// … and against the root of the poorer one's riches: of two that have much, more is asked.
const RICHES: f32 = -0.5;

/// What the rarity of a shared mark counts.
fn weight(kind: Kind) -> f32 {
    match kind {
        Kind::Name | Kind::Letters => 0.48,
        Kind::Place | Kind::Organisation => 0.42,
        Kind::Event => 0.7,
        Kind::Number => 1.05,
    }
}

/// In how many articles a mark is expected once.
fn expected(mark: Mark) -> f32 {
    match (mark.kind(), mark.sound().map(Sound::len), mark.digits()) {
        (Kind::Name, Some(3), _) => 60.0,
        (Kind::Name, Some(4), _) => 300.0,
        (Kind::Name, ..) => 1_200.0,
        (Kind::Number, _, Some(2)) => 40.0,
        (Kind::Number, ..) => 400.0,
        (Kind::Letters, ..) => 300.0,
        (Kind::Place | Kind::Organisation, ..) => 200.0,
        (Kind::Event, ..) => 100.0,
    }
}

/// Whether few enough articles have the mark that it leads to those that tell the same.
pub(super) fn leads(mark: Mark) -> bool {
    mark.sound().is_none_or(|sound| sound.len() > 3) && mark.digits().is_none_or(|digits| digits > 2)
}

/// Marks with what each is worth.
pub(super) struct Weighed<'a> {
    marks: &'a [Marked],
    rarities: Vec<f32>,
    /// Of all together.
    riches: f32,
}

impl<'a> Weighed<'a> {
    pub(super) fn of(marks: &'a [Marked], rarity: &Rarity) -> Self {
        let weigh =
            |marked: &Marked| rarity.among_all(marked.mark().bits(), expected(marked.mark())).min(RAREST);
        let rarities: Vec<f32> = marks.iter().map(weigh).collect();
        Self { marks, riches: rarities.iter().sum(), rarities }
    }

    /// The score of two articles of which one is this; `None` where too little is shared to tell. From
    /// [`SAME`] on they tell the same.
    pub(super) fn score(&self, other: &[Marked], rarity: &Rarity) -> Option<f32> {
        let shared = self.shared(other);
        let (mut evidence, mut numbers, mut named, mut titles, mut rare) = (0.0, 0.0, 0.0, 0.0, 0.0);
        for (mine, theirs) in &shared {
            let (marked, worth) = (self.marks[*mine], self.rarities[*mine]);
            let kind = marked.mark().kind();
            match kind {
                Kind::Number => numbers += worth,
                _ => evidence += weight(kind) * worth,
            }
            if matches!(kind, Kind::Name | Kind::Letters | Kind::Place | Kind::Organisation) {
                named += worth;
            }
            rare += worth;
            titles +=
                worth * f32::from(u8::from(marked.in_title()) + u8::from(other[*theirs].in_title())) / 2.0;
        }
        if shared.len() < FEWEST || named < FEWEST_NAMED {
            return None;
        }
        let others = Weighed::of(other, rarity);
        Some(
            BEGIN
                + evidence
                + weight(Kind::Number) * numbers.min(MOST_OF_NUMBERS * (rare - numbers))
                + IN_TITLES * titles
                + COMMON * shared.len() as f32
                + contradicted(self.marks, other)
                + contradicted(other, self.marks)
                + SHARED_PART * rare / self.riches.max(others.riches).max(1.0)
                + RICHES * self.riches.min(others.riches).sqrt(),
        )
    }

    /// Which marks both have; a name that goes on as another one does counts as the longer.
    fn shared(&self, other: &[Marked]) -> Vec<(usize, usize)> {
        let find = |marked: &Marked| other.binary_search_by_key(&marked.mark(), |other| other.mark()).ok();
        let both: Vec<(usize, usize)> =
            self.marks.iter().enumerate().filter_map(|(mine, marked)| Some((mine, find(marked)?))).collect();
        let sounds: Vec<Sound> =
            both.iter().filter_map(|(mine, _)| self.marks[*mine].mark().sound()).collect();
        let is_beginning = |mine: usize| {
            self.marks[mine].mark().sound().is_some_and(|own| sounds.iter().any(|sound| sound.continues(own)))
        };
        both.into_iter().filter(|(mine, _)| !is_beginning(*mine)).collect()
    }
}

/// What stands in the title of one article and nowhere in the other.
fn contradicted(title: &[Marked], other: &[Marked]) -> f32 {
    let missing = |marked: &&Marked| {
        marked.in_title() && other.binary_search_by_key(&marked.mark(), |other| other.mark()).is_err()
    };
    let tells = |kind: Kind| other.iter().any(|marked| marked.mark().kind() == kind);
    let (tells_numbers, tells_events) = (tells(Kind::Number), tells(Kind::Event));
    title
        .iter()
        .filter(missing)
        .map(|marked| match marked.mark().kind() {
            Kind::Place => OTHER_PLACE,
            Kind::Number if tells_numbers => OTHER_NUMBER,
            Kind::Event if tells_events => OTHER_EVENT,
            _ => 0.0,
        })
        .sum()
}

//! How the polls of a feed went, in numbers.

use std::collections::HashMap;

use super::{Lang, PollIntent};

/// Counts of one poll, or of all of a feed's polls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FeedCounts {
    /// Polls, failed ones too.
    pub polls: u64,
    /// Of these, those that ended in 200 and were read, or in 304.
    pub answers: u64,
    /// Of these, those that ended in 304.
    pub unchanged: u64,
    /// What most of the last new articles are written in; `None`: there were none, or it could not be told.
    pub lang: Option<Lang>,
}

impl FeedCounts {
    /// What one poll adds.
    pub fn of(intent: &PollIntent) -> Self {
        // What a hub pushed was not asked for.
        let polled = intent.state.last_poll_at == Some(intent.at);
        let succeeded = polled && intent.state.last_success_at == Some(intent.at);
        Self {
            polls: u64::from(polled),
            answers: u64::from(succeeded),
            unchanged: u64::from(succeeded && !intent.read),
            lang: usual(intent.new.iter().filter_map(|write| write.article.lang)),
        }
    }

    /// The share of answers that told of no change, from 0 to 1; `None` before the first answer.
    pub fn unchanged_share(&self) -> Option<f64> {
        (self.answers > 0).then(|| self.unchanged as f64 / self.answers as f64)
    }
}

/// The language that most are in, the first of several.
fn usual(langs: impl Iterator<Item = Lang>) -> Option<Lang> {
    let mut counts: HashMap<Lang, usize> = HashMap::new();
    let langs: Vec<Lang> = langs.inspect(|lang| *counts.entry(*lang).or_default() += 1).collect();
    let most = counts.values().copied().max()?;
    langs.into_iter().find(|lang| counts.get(lang) == Some(&most))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_language_is_that_of_most() {
        let lang = |tag: &str| Lang::parse(tag).unwrap();
        for (langs, expected) in [
            (vec![], None),
            (vec!["ru"], Some("ru")),
            (vec!["en", "ru", "ru"], Some("ru")),
            (vec!["en", "ru"], Some("en")),
        ] {
            assert_eq!(usual(langs.iter().map(|tag| lang(tag))), expected.map(lang), "{langs:?}");
        }
    }

    #[test]
    fn the_share_of_304_counts_answers_only() {
        let counts = FeedCounts { polls: 10, answers: 4, unchanged: 3, ..FeedCounts::default() };
        assert_eq!(counts.unchanged_share(), Some(0.75));
        assert_eq!(FeedCounts::default().unchanged_share(), None);
    }
}

//! Storms: one poll brings so much at once that it is told in one message, with the reason.

use std::collections::HashMap;

/// More new matches of one watch in one poll are a storm.
const MANY_MATCHES: usize = 50;

/// A feed of which more than this part is new at once has probably renumbered its entries.
const NEARLY_ALL: f64 = 0.8;

/// Of a feed with fewer entries nothing is concluded: a weekend's news may replace them all.
const FEW_ENTRIES: usize = 10;

/// So few matches are told one by one, whatever the feed did.
const FEW_MATCHES: usize = 5;

/// What one poll of a known feed brought.
#[derive(Clone, Debug)]
pub struct Storms {
    /// New matches by watch.
    matches: HashMap<String, usize>,
    source: String,
    new: usize,
    entries: usize,
}

impl Storms {
    /// Of `entries` that the feed of `source` carries, `new` were not known; `watches` names one watch for
    /// each new match.
    pub fn of<'w>(
        source: &str,
        entries: usize,
        new: usize,
        watches: impl IntoIterator<Item = &'w str>,
    ) -> Self {
        let mut matches: HashMap<String, usize> = HashMap::new();
        for watch in watches {
            *matches.entry(watch.to_owned()).or_default() += 1;
        }
        Self { matches, source: source.to_owned(), new, entries }
    }

    /// Why the matches of `watch` are told in one message; `None`: they are no storm.
    pub fn reason(&self, watch: &str) -> Option<String> {
        let Self { source, new, entries, .. } = self;
        let total: usize = self.matches.values().sum();
        let renumbered =
            *entries >= FEW_ENTRIES && *new as f64 > *entries as f64 * NEARLY_ALL && total > FEW_MATCHES;
        match self.matches.get(watch).copied() {
            Some(count) if count > MANY_MATCHES => {
                Some(format!("sent together: {count} articles matched in one poll of {source}"))
            }
            Some(_) if renumbered => Some(format!(
                "sent together: nearly all of what {source} carries is new at once ({new} of {entries})"
            )),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Entries, new ones, matches of the watch `a` and of `b`; why those of `a` are a storm.
    fn check(entries: usize, new: usize, a: usize, b: usize, expected: Option<&str>) {
        let watches = std::iter::repeat_n("a", a).chain(std::iter::repeat_n("b", b));
        let reason = Storms::of("Kyodo", entries, new, watches).reason("a");
        assert_eq!(reason.as_deref(), expected, "{new} of {entries}, {a} and {b} matches");
    }

    #[test]
    fn many_matches_of_one_watch_are_a_storm() {
        check(200, 60, 50, 9, None);
        check(200, 60, 51, 0, Some("sent together: 51 articles matched in one poll of Kyodo"));
        check(200, 60, 3, 60, None);
    }

    #[test]
    fn a_feed_that_is_new_all_over_is_a_storm_where_it_floods() {
        let told = Some("sent together: nearly all of what Kyodo carries is new at once (17 of 20)");
        check(20, 17, 6, 0, told);
        check(20, 17, 1, 5, told);
        check(20, 17, 5, 0, None);
        check(20, 16, 16, 0, None);
        check(9, 9, 9, 0, None);
        check(0, 0, 0, 0, None);
    }
}

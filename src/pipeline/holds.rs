//! What is left alone for a while because nothing of it can be stored: feeds, and pages. Kept in memory, since the
//! database takes nothing of them; of pages it may take that they are held.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use tokio::time::Instant;

use super::pause;

/// The longest that anything is left alone.
const LONGEST: Duration = Duration::from_secs(60 * 60);

#[derive(Clone, Copy, Debug)]
struct Hold {
    until: Instant,
    /// In a row.
    times: u32,
}

/// See the module's documentation.
#[derive(Debug)]
pub(super) struct Holds<K>(HashMap<K, Hold>);

impl<K> Default for Holds<K> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<K: Eq + Hash> Holds<K> {
    /// How many have been held and not been stored since.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether `held` is left alone at `now`.
    pub(super) fn holds(&self, held: &K, now: Instant) -> bool {
        self.0.get(held).is_some_and(|hold| hold.until > now)
    }

    /// Takes up what an earlier run held: for so long from `now` on, after so many failures in a row.
    pub(super) fn restore(&mut self, held: K, now: Instant, left: Duration, times: u32) {
        self.0.entry(held).or_insert(Hold { until: now + left.min(LONGEST), times });
    }

    /// How often in a row nothing of `held` could be stored.
    pub(super) fn times(&self, held: &K) -> u32 {
        self.0.get(held).map_or(0, |hold| hold.times)
    }

    /// Nothing of `failed` could be stored at `now`: it is left alone, each time twice as long as before. Returns for
    /// how long.
    pub(super) fn hold(&mut self, failed: K, now: Instant) -> Duration {
        let times = self.times(&failed).saturating_add(1);
        let doubled = pause::AFTER_STORE_FAILURE.saturating_mul(2u32.saturating_pow(times - 1));
        let wait = doubled.min(LONGEST);
        self.0.insert(failed, Hold { until: now + wait, times });
        wait
    }

    /// Something of `stored` was stored.
    pub(super) fn release(&mut self, stored: &K) {
        self.0.remove(stored);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_stored_is_tried_ever_more_rarely_and_at_least_once_an_hour() {
        let mut holds = Holds::default();
        let now = Instant::now();
        let waits: Vec<u64> = (0..12).map(|_| holds.hold("odd", now).as_secs()).collect();
        assert_eq!(waits, [10, 20, 40, 80, 160, 320, 640, 1_280, 2_560, 3_600, 3_600, 3_600]);
        assert!(
            holds.holds(&"odd", now) && !holds.holds(&"odd", now + LONGEST) && !holds.holds(&"other", now)
        );
        let mut next = Holds::default();
        next.restore("odd", now, Duration::from_secs(20), 3);
        next.restore("far", now, Duration::MAX, 1);
        assert!(next.holds(&"odd", now) && !next.holds(&"odd", now + Duration::from_secs(20)));
        assert!(!next.holds(&"far", now + LONGEST), "a clock that was wrong holds nothing for good");
        assert_eq!(
            (next.hold("odd", now).as_secs(), next.times(&"odd")),
            (80, 4),
            "a restart forgets nothing"
        );
        holds.release(&"odd");
        assert!(!holds.holds(&"odd", now));
        assert_eq!(holds.hold("odd", now), pause::AFTER_STORE_FAILURE);
    }
}

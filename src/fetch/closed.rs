//! Sites whose robots.txt was answered with a failure: until when the file is not asked for again, and nothing of the
//! site is. Unlike what else is known of sites, it outlives a reload and a restart.

use std::collections::HashMap;

use super::sites;
use crate::model::Timestamp;

/// Origins, with until when they are closed. Pure: the present is an argument.
#[derive(Debug, Default)]
pub(super) struct ClosedSites {
    by_origin: HashMap<String, Timestamp>,
    unsaved: HashMap<String, Timestamp>,
}

impl ClosedSites {
    /// What stands for a site among the waits of hosts, which have no scheme.
    pub(super) fn is_site(name: &str) -> bool {
        name.contains("://")
    }

    /// The site `origin` is closed until then.
    pub(super) fn note(&mut self, origin: &str, until: Timestamp, now: Timestamp) {
        self.by_origin.retain(|_, until| *until > now);
        self.by_origin.insert(origin.to_owned(), until);
        self.unsaved.insert(origin.to_owned(), until);
    }

    /// Until when `origin` is closed; `None`: its file is asked for. A time that a clock has moved out of reach does
    /// not hold.
    pub(super) fn until(&self, origin: &str, now: Timestamp) -> Option<Timestamp> {
        self.by_origin.get(origin).copied().filter(|until| *until > now && *until <= now + sites::LONGEST)
    }

    /// Takes up what an earlier run noted.
    pub(super) fn restore(&mut self, origin: String, until: Timestamp) {
        self.by_origin.entry(origin).or_insert(until);
    }

    /// What changed since the last call, to be stored.
    pub(super) fn take_unsaved(&mut self) -> impl Iterator<Item = (String, Timestamp)> {
        self.unsaved.drain()
    }

    /// What was taken and could not be stored is to be taken again.
    pub(super) fn put_back(&mut self, origin: String, until: Timestamp) {
        self.unsaved.entry(origin).or_insert(until);
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    #[test]
    fn a_site_is_closed_until_its_time_over_restarts_and_not_by_a_clock_that_was_wrong() {
        let now: Timestamp = "2026-01-01T10:00:00Z".parse().unwrap();
        let hour = TimeDelta::hours(1);
        let mut sites = ClosedSites::default();
        sites.note("https://a.example", now + hour, now);
        let saved: Vec<_> = sites.take_unsaved().collect();
        assert_eq!(saved, [("https://a.example".to_owned(), now + hour)]);
        let mut next = ClosedSites::default();
        next.put_back(saved[0].0.clone(), saved[0].1);
        assert_eq!(next.take_unsaved().collect::<Vec<_>>(), saved);
        next.restore(saved[0].0.clone(), saved[0].1);
        for (origin, after, expected) in [
            ("https://a.example", TimeDelta::zero(), Some(now + hour)),
            ("https://b.example", TimeDelta::zero(), None),
            ("https://a.example", hour, None),
            ("https://a.example", TimeDelta::days(-9), None),
        ] {
            assert_eq!(next.until(origin, now + after), expected, "{origin} after {after}");
        }
        next.note("https://b.example", now + hour * 3, now + hour);
        assert_eq!(next.by_origin.len(), 1, "what is over is forgotten");
    }
}

//! Which hosts asked to be left alone, and until when.

use std::collections::HashMap;

use chrono::TimeDelta;

use crate::model::Timestamp;

/// Waits by host. Pure: the present is an argument.
///
/// `Retry-After` names no scope (RFC 9110, section 10.2.3). On a platform of many feeds it may be meant for
/// one of them, or for all who ask from here. So the host is left alone, and after a while one other feed of
/// it is tried: where that is answered, the wait was the first feed's own; where it is refused as well, the
/// host means everybody, and nobody asks again before the end.
#[derive(Debug, Default)]
pub(super) struct HostWaits {
    by_host: HashMap<String, Wait>,
    unsaved: HashMap<String, Timestamp>,
}

#[derive(Debug)]
struct Wait {
    until: Timestamp,
    /// The address that was refused; `None` after a restart.
    refused: Option<String>,
    trial: Trial,
}

/// Whether another feed of the host is tried before the end.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Trial {
    /// From this moment on.
    From(Timestamp),
    /// One is under way.
    UnderWay,
    /// It was refused as well.
    Refused,
}

/// The longest wait that one answer can cause for all feeds of its host: more than a day is a mistake.
const LONGEST: TimeDelta = TimeDelta::days(1);

/// Another feed is tried after a quarter of the wait, and after this at the latest.
const TRIAL_AFTER: TimeDelta = TimeDelta::minutes(5);

impl HostWaits {
    /// `address` of `host` was refused: the host is not asked before `until`, nor before what it asked for
    /// earlier.
    pub(super) fn note(&mut self, host: &str, address: &str, until: Timestamp, now: Timestamp) {
        self.by_host.retain(|_, wait| wait.until > now);
        let until = until.min(now + LONGEST);
        let trial = Trial::From(now + ((until - now) / 4).min(TRIAL_AFTER));
        let fresh = Wait { until, refused: Some(address.to_owned()), trial };
        let wait = self.by_host.entry(host.to_owned()).or_insert(fresh);
        if wait.refused.as_deref().is_some_and(|refused| refused != address) {
            wait.trial = Trial::Refused;
        }
        wait.until = wait.until.max(until);
        self.unsaved.insert(host.to_owned(), wait.until);
    }

    /// `address` of `host` was not refused.
    pub(super) fn note_answer(&mut self, host: &str, address: &str, now: Timestamp) {
        let lifts = |wait: &Wait| wait.refused.as_deref() != Some(address);
        if self.by_host.get(host).is_some_and(lifts) {
            self.by_host.remove(host);
            self.unsaved.insert(host.to_owned(), now);
        }
    }

    /// There was no answer to tell by: if it was a trial, another one may be made.
    pub(super) fn note_silence(&mut self, host: &str, now: Timestamp) {
        if let Some(wait) = self.by_host.get_mut(host).filter(|wait| wait.trial == Trial::UnderWay) {
            wait.trial = Trial::From(now + TRIAL_AFTER);
        }
    }

    /// Until when `address` of `host` is not to be asked; `None` when it is asked now. A wait that a clock has
    /// moved out of reach does not hold.
    pub(super) fn until(&mut self, host: &str, address: &str, now: Timestamp) -> Option<Timestamp> {
        let wait = self.by_host.get_mut(host)?;
        if wait.until <= now || wait.until > now + LONGEST {
            return None;
        }
        match wait.trial {
            Trial::From(moment) if moment <= now && wait.refused.as_deref() != Some(address) => {
                wait.trial = Trial::UnderWay;
                None
            }
            _ => Some(wait.until),
        }
    }

    /// Takes up the waits of an earlier run.
    pub(super) fn restore(&mut self, waits: impl IntoIterator<Item = (String, Timestamp)>, now: Timestamp) {
        for (host, until) in waits.into_iter().filter(|(_, until)| *until > now) {
            let trial = Trial::From(now + ((until - now) / 4).min(TRIAL_AFTER));
            self.by_host.entry(host).or_insert(Wait { until, refused: None, trial });
        }
    }

    /// What changed since the last call, to be stored.
    pub(super) fn take_unsaved(&mut self) -> Vec<(String, Timestamp)> {
        self.unsaved.drain().collect()
    }

    /// Those of `waits` that were taken and could not be stored are to be taken again, as they stand now.
    pub(super) fn put_back(&mut self, waits: Vec<(String, Timestamp)>) {
        for (host, until) in waits {
            self.unsaved.entry(host).or_insert(until);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        format!("2026-01-01T{time}:00Z").parse().unwrap()
    }

    /// A host that asked for a rest at ten, for one of its feeds.
    fn resting(until: &str) -> HostWaits {
        let mut waits = HostWaits::default();
        waits.note("a.example", "/1", at(until), at("10:00"));
        waits
    }

    #[test]
    fn a_host_is_left_alone_until_its_time() {
        let mut waits = resting("10:30");
        assert_eq!(waits.until("a.example", "/1", at("10:29")), Some(at("10:30")));
        assert_eq!(waits.until("a.example", "/2", at("10:04")), Some(at("10:30")));
        assert_eq!(waits.until("a.example", "/1", at("10:30")), None);
        assert_eq!(waits.until("b.example", "/1", at("10:00")), None);
        // A shorter wish does not lift a longer one, a longer one does.
        waits.note("a.example", "/1", at("10:10"), at("10:05"));
        assert_eq!(waits.until("a.example", "/1", at("10:20")), Some(at("10:30")));
        waits.note("a.example", "/1", at("11:00"), at("10:05"));
        assert_eq!(waits.until("a.example", "/1", at("10:45")), Some(at("11:00")));
    }

    #[test]
    fn one_other_feed_is_tried_and_its_answer_frees_the_others() {
        let mut waits = resting("11:00");
        assert_eq!(waits.until("a.example", "/2", at("10:05")), None, "the trial");
        assert_eq!(waits.until("a.example", "/3", at("10:05")), Some(at("11:00")), "one at a time");
        waits.note_answer("a.example", "/2", at("10:06"));
        assert_eq!(waits.until("a.example", "/3", at("10:06")), None);
    }

    #[test]
    fn a_second_refusal_means_everybody() {
        let mut waits = resting("11:00");
        assert_eq!(waits.until("a.example", "/2", at("10:05")), None, "the trial");
        waits.note("a.example", "/2", at("10:40"), at("10:05"));
        for time in ["10:10", "10:30", "10:59"] {
            assert_eq!(waits.until("a.example", "/3", at(time)), Some(at("11:00")), "{time}");
        }
    }

    #[test]
    fn a_trial_without_an_answer_is_made_again() {
        let mut waits = resting("11:00");
        assert_eq!(waits.until("a.example", "/2", at("10:05")), None);
        waits.note_silence("a.example", at("10:06"));
        assert_eq!(waits.until("a.example", "/2", at("10:10")), Some(at("11:00")));
        assert_eq!(waits.until("a.example", "/2", at("10:11")), None);
    }

    #[test]
    fn waits_are_bounded_and_forgotten() {
        let mut waits = HostWaits::default();
        waits.note("a.example", "/1", at("10:00") + TimeDelta::days(400), at("10:00"));
        assert_eq!(waits.until("a.example", "/1", at("10:00")), Some(at("10:00") + LONGEST));
        // The clock was set back by an hour.
        assert_eq!(waits.until("a.example", "/1", at("09:00")), None);
        let later = at("10:30") + TimeDelta::days(2);
        waits.note("b.example", "/1", later, at("10:00") + TimeDelta::days(2));
        assert_eq!(waits.by_host.len(), 1);
    }

    #[test]
    fn waits_come_back_after_a_restart() {
        let mut waits = resting("11:00");
        let saved = waits.take_unsaved();
        assert_eq!(saved, [("a.example".to_owned(), at("11:00"))]);
        assert!(waits.take_unsaved().is_empty());
        // They were not stored, and what changed meanwhile is newer.
        waits.put_back(saved.clone());
        assert_eq!(waits.take_unsaved(), saved);
        waits.note("a.example", "/1", at("12:00"), at("10:00"));
        waits.put_back(saved.clone());
        assert_eq!(waits.take_unsaved(), [("a.example".to_owned(), at("12:00"))]);
        let mut next = HostWaits::default();
        next.restore(saved, at("10:10"));
        assert_eq!(next.until("a.example", "/2", at("10:11")), Some(at("11:00")));
        assert_eq!(next.until("a.example", "/2", at("10:15")), None, "the trial");
        next.note_answer("a.example", "/2", at("10:16"));
        assert_eq!(next.take_unsaved(), [("a.example".to_owned(), at("10:16"))]);
    }
}

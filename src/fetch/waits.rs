//! Which hosts asked to be left alone, and until when.

use std::collections::HashMap;

use chrono::TimeDelta;

use crate::model::Timestamp;

/// Waits by host. Pure: the present is an argument.
#[derive(Debug, Default)]
pub(super) struct HostWaits {
    until: HashMap<String, Timestamp>,
}

/// The longest wait that one answer can cause for all feeds of its host: more than a day is a mistake.
const LONGEST: TimeDelta = TimeDelta::days(1);

impl HostWaits {
    /// `host` is not asked before `until`, nor before what it asked for earlier.
    pub(super) fn note(&mut self, host: &str, until: Timestamp, now: Timestamp) {
        self.until.retain(|_, until| *until > now);
        let until = until.min(now + LONGEST);
        let longest = self.until.entry(host.to_owned()).or_insert(until);
        *longest = until.max(*longest);
    }

    /// Until when `host` is not to be asked; `None` when it may be. A wait that a clock has moved out of
    /// reach does not hold.
    pub(super) fn until(&self, host: &str, now: Timestamp) -> Option<Timestamp> {
        self.until.get(host).copied().filter(|until| *until > now && *until <= now + LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(time: &str) -> Timestamp {
        format!("2026-01-01T{time}:00Z").parse().unwrap()
    }

    #[test]
    fn a_host_is_left_alone_until_its_time() {
        let mut waits = HostWaits::default();
        waits.note("a.example", at("10:30"), at("10:00"));
        assert_eq!(waits.until("a.example", at("10:29")), Some(at("10:30")));
        assert_eq!(waits.until("a.example", at("10:30")), None);
        assert_eq!(waits.until("b.example", at("10:00")), None);
        // A shorter wish does not lift a longer one, a longer one does.
        waits.note("a.example", at("10:10"), at("10:05"));
        assert_eq!(waits.until("a.example", at("10:20")), Some(at("10:30")));
        waits.note("a.example", at("11:00"), at("10:05"));
        assert_eq!(waits.until("a.example", at("10:45")), Some(at("11:00")));
    }

    #[test]
    fn waits_are_bounded_and_forgotten() {
        let mut waits = HostWaits::default();
        waits.note("a.example", at("10:00") + TimeDelta::days(400), at("10:00"));
        assert_eq!(waits.until("a.example", at("10:00")), Some(at("10:00") + LONGEST));
        // The clock was set back by an hour.
        assert_eq!(waits.until("a.example", at("09:00")), None);
        waits.note("b.example", at("10:30") + TimeDelta::days(2), at("10:00") + TimeDelta::days(2));
        assert_eq!(waits.until.len(), 1);
    }
}

//! Whether the network is there at all, from how recent polls ended: when everybody is out of reach, nobody
//! is to blame.

use std::collections::{HashSet, VecDeque};

use chrono::{DateTime, TimeDelta, Utc};

/// What is known of the network. Pure: polls are noted with the time of their end.
#[derive(Debug, Default)]
pub struct Network {
    /// Hosts that were asked lately, the latest last, each once.
    asked: VecDeque<u64>,
    /// Hosts that were out of reach since the last answer of anybody, and the time of the first failure.
    out_of_reach: HashSet<u64>,
    since: Option<DateTime<Utc>>,
    outage: Option<Outage>,
    /// An end that nobody heard of yet.
    ended: Option<News>,
}

#[derive(Debug)]
struct Outage {
    since: DateTime<Utc>,
    noticed_at: DateTime<Utc>,
    last_probe_at: DateTime<Utc>,
    probes: usize,
    is_told: bool,
}

/// What is to be told of the network.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum News {
    /// It has been down for a while.
    Down {
        /// The first failure.
        since: DateTime<Utc>,
    },
    /// It is back.
    Up {
        /// The first failure.
        since: DateTime<Utc>,
        /// Whether it was down for so long that it was told.
        was_told: bool,
    },
}

/// How many hosts are remembered.
const REMEMBERED: usize = 64;

/// So many different hosts in a row must be out of reach: a quarter of those that were asked lately, within
/// these bounds. Among many feeds a few hosts are always down, and now and then they meet in a row.
const FEWEST: usize = 3;
const MOST: usize = 8;

/// Failures further apart than this are no row.
const ROW: TimeDelta = TimeDelta::minutes(15);

/// How far apart the polls are that try whether the network is back.
const PROBE_EVERY: TimeDelta = TimeDelta::seconds(10);

/// An outage is told when it lasts: a router that starts anew is no news.
const TOLD_AFTER: TimeDelta = TimeDelta::seconds(60);

impl Network {
    /// Notes that a poll of `host` (its digest) ended at `now`, and whether anybody answered.
    pub fn note(&mut self, host: u64, is_reached: bool, now: DateTime<Utc>) {
        self.asked.retain(|asked| *asked != host);
        self.asked.push_back(host);
        if self.asked.len() > REMEMBERED {
            self.asked.pop_front();
        }
        if is_reached {
            self.out_of_reach.clear();
            self.since = None;
            if let Some(outage) = self.outage.take() {
                self.ended = Some(News::Up { since: outage.since, was_told: outage.is_told });
            }
            return;
        }
        if self.since.is_none_or(|since| now - since > ROW) && self.outage.is_none() {
            self.out_of_reach.clear();
            self.since = Some(now);
        }
        self.out_of_reach.insert(host);
        let enough = (self.asked.len() / 4).clamp(FEWEST, MOST);
        if self.outage.is_none() && self.out_of_reach.len() >= enough {
            let since = self.since.unwrap_or(now);
            self.outage =
                Some(Outage { since, noticed_at: now, last_probe_at: now, probes: 0, is_told: false });
        }
    }

    /// Since when it is down; `None`: it is there.
    pub fn down_since(&self) -> Option<DateTime<Utc>> {
        self.outage.as_ref().map(|outage| outage.since)
    }

    /// Whether a poll may be sent at `now`, to try whether the network is back; the number of earlier ones, so
    /// that each can ask somebody else. `None` where it is too early.
    pub fn probe(&mut self, now: DateTime<Utc>) -> Option<usize> {
        let outage = self.outage.as_mut()?;
        // A clock that was set back must not put it off.
        if (now - outage.last_probe_at).abs() < PROBE_EVERY {
            return None;
        }
        outage.last_probe_at = now;
        outage.probes += 1;
        Some(outage.probes - 1)
    }

    /// What is to be told at `now`; each thing once.
    pub fn news(&mut self, now: DateTime<Utc>) -> Option<News> {
        if let Some(ended) = self.ended.take() {
            return Some(ended);
        }
        let outage = self.outage.as_mut()?;
        if outage.is_told || outage.probes == 0 || now - outage.noticed_at < TOLD_AFTER {
            return None;
        }
        outage.is_told = true;
        Some(News::Down { since: outage.since })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + seconds, 0).unwrap()
    }

    /// Notes polls a second apart, of these hosts; `+` before a host: it answered.
    fn network(polls: &str) -> Network {
        let mut network = Network::default();
        for (second, poll) in polls.split_whitespace().enumerate() {
            let host = poll.trim_start_matches('+').parse().unwrap();
            network.note(host, poll.starts_with('+'), at(i64::try_from(second).unwrap()));
        }
        network
    }

    #[test]
    fn an_outage_is_when_nobody_answers() {
        let many: String = (0..40).map(|host| format!("+{host} ")).collect();
        for (polls, down_since) in [
            ("", None),
            ("+1 +2 3 4", None),
            ("1 2 3", Some(0)),
            ("+1 +2 +3 1 2 3", Some(3)),
            ("1 1 1 1 1 1", None), // one host that is down
            ("1 2 1 2 1 2", None),
            ("1 2 +3 1 2", None), // somebody answers
            ("+1 2 3 4 5", Some(1)),
            ("1 2 3 +4", None),
            (&format!("{many} 1 2 3 4 5 6 7"), None), // a few are always down
            (&format!("{many} 1 2 3 4 5 6 7 8"), Some(40)),
        ] {
            assert_eq!(network(polls).down_since(), down_since.map(at), "{polls}");
        }
    }

    #[test]
    fn failures_over_hours_are_no_outage() {
        let mut network = Network::default();
        for hour in 0..5 {
            network.note(u64::try_from(hour).unwrap(), false, at(hour * 3_600));
        }
        assert_eq!(network.down_since(), None);
    }

    #[test]
    fn it_is_tried_gently_and_told_once() {
        let mut network = network("1 2 3");
        let mut told = Vec::new();
        let mut probes = 0;
        for second in 3..300 {
            if network.probe(at(second)).is_some() {
                probes += 1;
                network.note(1, false, at(second));
            }
            told.extend(network.news(at(second)));
        }
        assert_eq!((probes, told), (29, vec![News::Down { since: at(0) }]));
        network.note(2, true, at(300));
        assert_eq!(network.news(at(300)), Some(News::Up { since: at(0), was_told: true }));
        assert_eq!((network.news(at(400)), network.probe(at(400)), network.down_since()), (None, None, None));
    }

    #[test]
    fn a_short_one_is_not_told() {
        let mut network = network("1 2 3");
        assert_eq!(network.news(at(30)), None);
        network.note(1, true, at(31));
        assert_eq!(network.news(at(31)), Some(News::Up { since: at(0), was_told: false }));
    }

    #[test]
    fn each_try_asks_somebody_else_even_if_the_clock_is_set_back() {
        let mut network = network("1 2 3");
        assert_eq!(network.probe(at(5)), None);
        assert_eq!(network.probe(at(13)), Some(0));
        assert_eq!(network.probe(at(14)), None);
        assert_eq!(network.probe(at(-9_000)), Some(1));
    }
}

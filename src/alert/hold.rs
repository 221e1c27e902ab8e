//! How long alerts wait before they leave: for others of their watch, for the time of a digest, for the end
//! of quiet hours.
//!
//! All times come from what is recorded, so that a restart changes nothing.

use crate::model::{ChannelRules, Timestamp, WatchRules};
use crate::schedule::{Quiet, free_at};

/// Why what is new after a restore from a backup is told in one message: it is not known what was told
/// meanwhile, and that something is missed would be worse.
pub const RESTORED: &str = "published around the time when the database was restored from a backup: some of it may have been told before";

/// The alerts of one watch that wait on one channel, in no delivery yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// The watch's name.
    pub watch: String,
    /// When the first of them was recorded.
    pub oldest: Timestamp,
    /// When others of the watch were last put into a delivery of the channel; `None`: never.
    pub grouped_at: Option<Timestamp>,
    /// Why one of them belongs to a storm; `None`: none does.
    pub storm: Option<String>,
}

impl Waiting {
    /// Notices, which wait as the alerts of a watch do of whose rules not a word is said.
    pub fn notices(oldest: Timestamp) -> Self {
        Self { watch: String::new(), oldest, grouped_at: None, storm: None }
    }
}

/// Why alerts are in no delivery yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cause {
    /// `group_wait`.
    GroupWait,
    /// `group_interval`.
    GroupInterval,
    /// The time of their watch's digest.
    Digest,
    /// The end of quiet hours.
    Quiet,
    /// The channel's limit.
    Limit,
    /// The channel fails: what waits stays together.
    Failing,
    /// Nothing: whoever serves the channel takes them next.
    Due,
}

impl Cause {
    /// The word for it in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::GroupWait => "group_wait",
            Self::GroupInterval => "group_interval",
            Self::Digest => "digest",
            Self::Quiet => "quiet",
            Self::Limit => "limit",
            Self::Failing => "failing",
            Self::Due => "due",
        }
    }
}

/// How long alerts wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// They do not leave before.
    pub until: Timestamp,
    /// Why not.
    pub cause: Cause,
}

/// Whether there is time to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Patience {
    /// A daemon: it will be there when the wait is over.
    Waits,
    /// A process that ends when it has sent what is due: it waits for no others to come. Digests and quiet
    /// hours hold for the next one.
    Flushes,
}

/// When alerts leave, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Release {
    /// Not before.
    pub at: Timestamp,
    /// Why they travel with those of other watches; `None`: they travel by themselves.
    pub together: Option<Together>,
}

/// Why alerts of several watches travel in one message, in the order in which it is told.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Together {
    /// Too many at once; the reason in words.
    Storm(String),
    /// They waited for the end of quiet hours.
    Quiet,
    /// The channel takes no more messages at present.
    Limit,
    /// They waited for the time of a digest.
    Digest,
}

impl Together {
    /// The words for it; `None` where nobody wonders.
    pub(super) fn reason(&self) -> Option<String> {
        match self {
            Self::Storm(reason) => Some(reason.clone()),
            Self::Quiet => Some("held during quiet hours".to_owned()),
            Self::Limit => Some("sent together: the channel's rate limit was reached".to_owned()),
            Self::Digest => None,
        }
    }
}

/// Decides when `waiting`, of a watch with the rules `watch`, leave on a channel with the rules `channel`.
pub(super) fn release(
    waiting: &Waiting,
    watch: &WatchRules,
    channel: &ChannelRules,
    patience: Patience,
    now: Timestamp,
) -> Release {
    let due = due(waiting, watch, patience, now);
    let end = if breaks_quiet(watch, channel) { None } else { quiet_end(watch, channel, due, now) };
    let together = match (&waiting.storm, end, &watch.digest) {
        (Some(reason), _, _) => Some(Together::Storm(reason.clone())),
        (None, _, Some(_)) => Some(Together::Digest),
        (None, Some(_), None) => Some(Together::Quiet),
        (None, None, None) => None,
    };
    Release { at: end.unwrap_or(due), together }
}

/// The same in words: until when they wait in a daemon, and for what.
pub(super) fn wait(waiting: &Waiting, watch: &WatchRules, channel: &ChannelRules, now: Timestamp) -> Wait {
    let until = release(waiting, watch, channel, Patience::Waits, now).at;
    let cause = if until != due(waiting, watch, Patience::Waits, now) {
        Cause::Quiet
    } else if watch.digest.is_some() {
        Cause::Digest
    } else if until > waiting.oldest + watch.group_wait {
        Cause::GroupInterval
    } else {
        Cause::GroupWait
    };
    Wait { until, cause }
}

/// When they would leave if nobody ever slept.
fn due(waiting: &Waiting, watch: &WatchRules, patience: Patience, now: Timestamp) -> Timestamp {
    if let Some(digest) = &watch.digest {
        // A line that fires no more before the year 2100 holds up nothing.
        return digest.next_after(waiting.oldest).unwrap_or(now);
    }
    if patience == Patience::Flushes {
        return waiting.oldest;
    }
    let first = waiting.oldest + watch.group_wait;
    waiting.grouped_at.map_or(first, |grouped| first.max(grouped + watch.group_interval))
}

fn breaks_quiet(watch: &WatchRules, channel: &ChannelRules) -> bool {
    channel.breaks_quiet.is_some_and(|least| watch.priority >= least)
}

/// The end of the quiet hours that hold up what is `due`: those in force then, or now if that is later.
/// `None`: none do.
fn quiet_end(
    watch: &WatchRules,
    channel: &ChannelRules,
    due: Timestamp,
    now: Timestamp,
) -> Option<Timestamp> {
    let hours: Vec<Quiet> = watch.quiet.into_iter().chain(channel.quiet).collect();
    // Hours that leave nothing free hold up nothing: no configuration has them.
    let after = |from: Timestamp| free_at(&hours, from).filter(|free| *free > from);
    let end = after(due);
    let reached = end.unwrap_or(due);
    if reached < now { after(now).or(end) } else { end }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Tz;

    use super::*;
    use crate::model::Priority;
    use crate::schedule::{Cron, Quiet};

    fn at(text: &str) -> Timestamp {
        let text = if text.len() == 5 { format!("{text}:00") } else { text.to_owned() };
        format!("2026-03-02T{text}Z").parse().unwrap()
    }

    fn quiet(hours: &str) -> Option<Quiet> {
        Quiet::parse(hours, Tz::UTC).ok()
    }

    fn waiting(oldest: &str, grouped: Option<&str>) -> Waiting {
        Waiting { watch: "asean".to_owned(), oldest: at(oldest), grouped_at: grouped.map(at), storm: None }
    }

    fn check(
        waiting: &Waiting,
        watch: &WatchRules,
        channel: &ChannelRules,
        now: &str,
        expected: (&str, Option<Together>),
    ) {
        let found = release(waiting, watch, channel, Patience::Waits, at(now));
        let expected = Release { at: at(expected.0), together: expected.1 };
        assert_eq!(found, expected, "{waiting:?} at {now}");
    }

    #[test]
    fn the_first_waits_for_others_and_the_next_message_for_the_interval() {
        let (watch, channel) = (WatchRules::default(), ChannelRules::default());
        for (oldest, grouped, leaves) in [
            ("12:00", None, "12:00:30"),
            ("12:00", Some("09:00"), "12:00:30"),
            ("12:00", Some("11:59"), "12:04:00"),
            ("12:00", Some("11:55:30"), "12:00:30"),
        ] {
            check(&waiting(oldest, grouped), &watch, &channel, "12:00", (leaves, None));
            // Whenever it is asked, after a restart too.
            check(&waiting(oldest, grouped), &watch, &channel, "23:00", (leaves, None));
        }
    }

    #[test]
    fn a_process_that_ends_waits_for_nobody() {
        let waiting = waiting("12:00", Some("11:59"));
        let (watch, channel) = (WatchRules::default(), ChannelRules::default());
        let found = release(&waiting, &watch, &channel, Patience::Flushes, at("12:00"));
        assert_eq!(found, Release { at: at("12:00"), together: None });
    }

    #[test]
    fn a_digest_leaves_at_its_time_and_a_missed_one_at_once() {
        let digest = Cron::parse("0 8,18 * * *", Tz::UTC).ok();
        let watch = WatchRules { digest, ..WatchRules::default() };
        let channel = ChannelRules::default();
        let digest = Some(Together::Digest);
        check(&waiting("07:00", None), &watch, &channel, "07:00", ("08:00", digest.clone()));
        check(&waiting("07:00", None), &watch, &channel, "17:00", ("08:00", digest.clone()));
        check(&waiting("08:00", Some("08:00")), &watch, &channel, "08:01", ("18:00", digest.clone()));
        let found = release(&waiting("07:00", None), &watch, &channel, Patience::Flushes, at("07:30"));
        assert_eq!(found, Release { at: at("08:00"), together: digest });
    }

    #[test]
    fn quiet_hours_hold_up_what_is_due_in_them() {
        let watch = WatchRules { quiet: quiet("00:00-06:00"), ..WatchRules::default() };
        let (channel, held) = (ChannelRules::default(), Some(Together::Quiet));
        check(&waiting("03:00", None), &watch, &channel, "03:00", ("06:00", held.clone()));
        // The wait is over, and the hours with it.
        check(&waiting("03:00", None), &watch, &channel, "06:00", ("06:00", held.clone()));
        check(&waiting("03:00", None), &watch, &channel, "09:00", ("06:00", held.clone()));
        check(&waiting("06:00", None), &watch, &channel, "06:00", ("06:00:30", None));
        // Due before they begin, found in the midst of them.
        let evening = WatchRules { quiet: quiet("12:00-13:00"), ..WatchRules::default() };
        check(&waiting("11:00", None), &evening, &channel, "12:10", ("13:00", held.clone()));
        check(&waiting("11:00", None), &evening, &channel, "11:10", ("11:00:30", None));
        // Those of the channel follow those of the watch.
        let channel = ChannelRules { quiet: quiet("05:00-07:00"), ..ChannelRules::default() };
        check(&waiting("03:00", None), &watch, &channel, "03:00", ("07:00", held.clone()));
        let chained = ChannelRules { quiet: quiet("05:00-23:30"), ..ChannelRules::default() };
        check(&waiting("03:00", None), &watch, &chained, "03:00", ("23:30", held));
    }

    #[test]
    fn what_is_urgent_breaks_quiet_hours_where_that_is_wanted() {
        for (priority, breaks, leaves) in [
            (Priority::High, Some(Priority::High), "03:00:30"),
            (Priority::Normal, Some(Priority::High), "06:00:00"),
            (Priority::Normal, Some(Priority::Normal), "03:00:30"),
            (Priority::High, None, "06:00:00"),
        ] {
            let watch = WatchRules { priority, quiet: quiet("00:00-06:00"), ..WatchRules::default() };
            let channel = ChannelRules { breaks_quiet: breaks, ..ChannelRules::default() };
            let found = release(&waiting("03:00", None), &watch, &channel, Patience::Waits, at("03:00"));
            assert_eq!(found.at, at(leaves), "{priority:?} where {breaks:?} breaks them");
        }
    }

    #[test]
    fn why_they_wait_is_said_in_a_word() {
        let plain = WatchRules::default();
        let digest =
            WatchRules { digest: Cron::parse("0 8,18 * * *", Tz::UTC).ok(), ..WatchRules::default() };
        let night = WatchRules { quiet: quiet("00:00-06:00"), ..digest.clone() };
        let quiet = ChannelRules { quiet: quiet("12:00-20:00"), ..ChannelRules::default() };
        let open = ChannelRules::default();
        for (watch, channel, grouped, until, cause) in [
            (&plain, &open, None, "11:00:30", Cause::GroupWait),
            (&plain, &open, Some("10:58"), "11:03", Cause::GroupInterval),
            (&digest, &open, None, "18:00", Cause::Digest),
            (&night, &open, Some("10:58"), "18:00", Cause::Digest),
            (&digest, &quiet, None, "20:00", Cause::Quiet),
        ] {
            let found = wait(&waiting("11:00", grouped), watch, channel, at("11:00"));
            assert_eq!(found, Wait { until: at(until), cause });
        }
    }

    #[test]
    fn a_storm_says_so_whatever_else_holds_it() {
        let storm = Some(Together::Storm("many".to_owned()));
        let waiting = Waiting { storm: Some("many".to_owned()), ..waiting("03:00", None) };
        let watch = WatchRules { quiet: quiet("00:00-06:00"), ..WatchRules::default() };
        check(&waiting, &watch, &ChannelRules::default(), "03:00", ("06:00", storm.clone()));
        check(&waiting, &WatchRules::default(), &ChannelRules::default(), "03:00", ("03:00:30", storm));
    }
}

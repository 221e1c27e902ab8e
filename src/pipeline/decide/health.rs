//! Whether a person should look at a feed: it fails, or it fell silent. Told once, and once more when it is
//! well again. Pure.

use chrono::{DateTime, TimeDelta};

use super::learn;
use crate::model::{
    Alarm, AlarmKind, Feed, FeedState, HealthRule, Incident, NoticeKind, Timestamp, source_name,
};
use crate::schedule::Limits;

/// So many times longer than it usually is a silence must be, beside the shortest that the rule names.
const FAR_LONGER: i32 = 10;

/// Since when the silence of a feed counts, before what a poll at `now` brings is known: the time in which nobody
/// asked, since the daemon stood still or the clock jumped, is no silence of the feed.
pub(super) fn quiet_since(
    feed: &Feed,
    before: &FeedState,
    limits: &Limits,
    now: Timestamp,
) -> Option<Timestamp> {
    // By a clock that was ahead.
    let earlier = before.quiet_since.filter(|at| *at <= now);
    let Some(unwatched) = learn::unwatched(feed, before, limits, now) else { return earlier };
    let silent = before.rhythm.last_new_at().max(earlier)?;
    Some((silent + unwatched).min(now))
}

/// Decides for a feed after a poll at `now`: sets or lifts the alarm of `state`, and returns what is to be
/// told of that.
pub(super) fn watch(
    feed: &Feed,
    state: &mut FeedState,
    rule: &HealthRule,
    now: Timestamp,
) -> Option<Incident> {
    // Set by a clock that was ahead, it would hold until that time is reached.
    state.alarm = state.alarm.filter(|alarm| alarm.since <= now);
    let trouble = trouble(state, rule, now);
    match (state.alarm, trouble) {
        (None, Some(kind)) => {
            let alarm = Alarm { kind, since: now };
            state.alarm = Some(alarm);
            Some(told(feed, state, alarm))
        }
        (Some(alarm), None) if is_over(state, alarm) => {
            state.alarm = None;
            Some(recovered(feed, state, alarm))
        }
        _ => None,
    }
}

fn trouble(state: &FeedState, rule: &HealthRule, now: Timestamp) -> Option<AlarmKind> {
    let is_failing = rule.failures > 0 && state.failures >= rule.failures;
    if is_failing || state.stopped_at.is_some() {
        return Some(AlarmKind::Failing);
    }
    let usual = state.rhythm.usual_gap(now)?.checked_mul(FAR_LONGER)?;
    let shortest = TimeDelta::from_std(rule.silence?).ok()?;
    let silence = now - state.rhythm.last_new_at()?.max(state.quiet_since.unwrap_or(DateTime::UNIX_EPOCH));
    (state.failures == 0 && silence >= usual.max(shortest)).then_some(AlarmKind::Silent)
}

/// An alarm holds until the opposite is seen, not until its reason is out of sight.
fn is_over(state: &FeedState, alarm: Alarm) -> bool {
    match alarm.kind {
        AlarmKind::Failing => state.failures == 0,
        AlarmKind::Silent => state.rhythm.last_new_at().is_some_and(|at| at > alarm.since),
    }
}

fn told(feed: &Feed, state: &FeedState, alarm: Alarm) -> Incident {
    let name = name(feed, state);
    let (kind, title, text) = match alarm.kind {
        AlarmKind::Failing => {
            let error = state.last_error.as_deref().unwrap_or("no reason is known");
            let success = state.last_success_at.map_or("never".to_owned(), minute);
            let what = if state.stopped_at.is_some() { "was ended by its publisher" } else { "fails" };
            let polls = match state.failures {
                1 => "The last poll has failed".to_owned(),
                failures => format!("{failures} polls in a row have failed"),
            };
            let text = format!(
                "{polls}: {error}.\n\nLast success: {success}. `feedwatch feed test {}` shows what it answers.",
                feed.shown_url()
            );
            (NoticeKind::FeedFailing, format!("{name} {what}"), text)
        }
        AlarmKind::Silent => {
            let last = state.rhythm.last_new_at().map_or("never".to_owned(), minute);
            let text = format!(
                "It answers, and has carried nothing new since {last}, far longer than it usually takes.\n\nIts publisher may \
                 have moved it: look at the site for another address."
            );
            (NoticeKind::FeedSilent, format!("{name} has fallen silent"), text)
        }
    };
    Incident { kind, subject: feed.shown_url().into_owned(), occasion: occasion(alarm), title, text }
}

fn recovered(feed: &Feed, state: &FeedState, alarm: Alarm) -> Incident {
    let since = minute(alarm.since);
    let (what, text) = match alarm.kind {
        AlarmKind::Failing => ("answers again", format!("It was told as failing on {since}.")),
        AlarmKind::Silent => ("speaks again", format!("It was told as silent on {since}.")),
    };
    Incident {
        kind: NoticeKind::FeedRecovered,
        subject: feed.shown_url().into_owned(),
        occasion: occasion(alarm),
        title: format!("{} {what}", name(feed, state)),
        text,
    }
}

fn name(feed: &Feed, state: &FeedState) -> String {
    source_name(feed.source.as_deref(), state.title.as_deref(), feed.url.as_str()).to_owned()
}

fn occasion(alarm: Alarm) -> String {
    alarm.since.timestamp_millis().to_string()
}

fn minute(at: DateTime<chrono::Utc>) -> String {
    at.format("%F %H:%M UTC").to_string()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::model::FeedId;
    use crate::schedule::{Rhythm, Schedule};

    const RULE: HealthRule = HealthRule { failures: 3, silence: Some(Duration::from_secs(2 * 86_400)) };

    fn at(hours: i64) -> Timestamp {
        DateTime::from_timestamp(1_700_000_000, 0).unwrap() + TimeDelta::hours(hours)
    }

    fn feed() -> Feed {
        Feed::plain("https://example.org/rss".parse().unwrap(), Schedule::Every(Duration::from_secs(3_600)))
    }

    /// A feed that had an entry every `hours` hours until hour 0.
    fn regular(hours: i64) -> FeedState {
        let dates: Vec<Timestamp> = (0..20).map(|n| at(-n * hours) - TimeDelta::minutes(1)).collect();
        FeedState {
            rhythm: Rhythm::of_first_answer(&dates, at(0)),
            last_success_at: Some(at(0)),
            title: Some("Example".into()),
            ..FeedState::unpolled(FeedId::of("https://example.org/rss"), at(0))
        }
    }

    /// What is told when the feed fails (`x`), has nothing new (`.`), something new (`!`) or nobody knows (`?`),
    /// once every `hours` hours.
    fn story(mut state: FeedState, polls: &str, hours: i64) -> Vec<(usize, NoticeKind)> {
        let mut told = Vec::new();
        for (number, poll) in polls.chars().enumerate() {
            let now = at(hours * (i64::try_from(number).unwrap() + 1));
            let since = state.last_success_at.unwrap_or(now);
            match poll {
                'x' => {
                    state.failures += 1;
                    state.last_error = Some("example.org answered 500".into());
                }
                '.' | '!' => {
                    let new = (poll == '!').then_some(now - TimeDelta::minutes(1));
                    state.rhythm.observe(since, now, new.into_iter(), false);
                    state.failures = 0;
                    state.last_success_at = Some(now);
                }
                _ => {}
            }
            told.extend(watch(&feed(), &mut state, &RULE, now).map(|incident| (number + 1, incident.kind)));
        }
        told
    }

    #[test]
    fn failures_and_their_end_are_told_once() {
        use NoticeKind::{FeedFailing, FeedRecovered};
        for (polls, expected) in [
            ("xx.xx.xx", vec![]),
            ("xxx", vec![(3, FeedFailing)]),
            ("xxxxxxxx?x", vec![(3, FeedFailing)]),
            ("xxxx..", vec![(3, FeedFailing), (5, FeedRecovered)]),
            ("xxx.xx.xxx", vec![(3, FeedFailing), (4, FeedRecovered), (10, FeedFailing)]),
        ] {
            assert_eq!(story(regular(6), polls, 1), expected, "{polls}");
        }
    }

    #[test]
    fn a_silence_is_told_when_it_is_far_longer_than_usual() {
        use NoticeKind::{FeedRecovered, FeedSilent};
        let days = |state: FeedState, polls: &str| story(state, polls, 24);
        // Ten times a gap of an hour is less than the two days of the rule.
        assert_eq!(days(regular(1), "......"), [(2, FeedSilent)]);
        assert_eq!(days(regular(1), ".!.!.!"), []);
        assert_eq!(days(regular(1), "....!.!"), [(2, FeedSilent), (5, FeedRecovered)]);
        // A weekly blog: after two months or so.
        let weekly = days(regular(7 * 24), &".".repeat(120));
        assert_eq!(weekly.len(), 1, "{weekly:?}");
        assert!((45..90).contains(&weekly[0].0), "{weekly:?}");
        // Nothing is known of a feed that has hardly published.
        assert_eq!(days(FeedState { rhythm: Rhythm::default(), ..regular(1) }, &".".repeat(300)), []);
    }

    #[test]
    fn each_occasion_is_told_for_itself_and_in_words() {
        let mut state =
            FeedState { failures: 3, last_error: Some("example.org answered 500".into()), ..regular(6) };
        let first = watch(&feed(), &mut state, &RULE, at(1)).unwrap();
        assert_eq!(first.title, "Example fails");
        assert!(
            first.text.starts_with("3 polls in a row have failed: example.org answered 500."),
            "{}",
            first.text
        );
        assert_eq!(first.subject, "https://example.org/rss");
        let mut secret = feed();
        secret.url = url::Url::parse("https://user:sesame@example.org/rss").unwrap();
        let mut once = FeedState { failures: 1, alarm: None, ..state.clone() };
        let told = watch(&secret, &mut once, &HealthRule { failures: 1, ..RULE }, at(1)).unwrap();
        assert_eq!(told.subject, "https://***@example.org/rss");
        assert!(
            told.text.starts_with("The last poll has failed: ")
                && told.text.contains("`feedwatch feed test https://***@example.org/rss`"),
            "{}",
            told.text
        );
        state.failures = 0;
        assert_eq!(watch(&feed(), &mut state, &RULE, at(2)).unwrap().title, "Example answers again");
        state.failures = 3;
        assert_ne!(watch(&feed(), &mut state, &RULE, at(3)).unwrap().occasion, first.occasion);
    }

    #[test]
    fn who_does_not_want_to_know_is_not_told() {
        let quiet = HealthRule { failures: 0, silence: None };
        let mut state = FeedState { failures: 99, ..regular(1) };
        assert_eq!(watch(&feed(), &mut state, &quiet, at(999)), None);
        // An end is told all the same: nothing else will ever be.
        state.stopped_at = Some(at(0));
        assert!(
            watch(&feed(), &mut state, &quiet, at(999)).unwrap().title.contains("ended by its publisher")
        );
    }
}

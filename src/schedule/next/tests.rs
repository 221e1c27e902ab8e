use std::ops::Range;

use chrono::Weekday;
use chrono_tz::Tz;

use super::*;

const LIMITS: Limits =
    Limits { max_wait: Duration::from_secs(6 * 3600), max_backoff: Duration::from_secs(12 * 3600) };

fn at(time: &str) -> DateTime<Utc> {
    format!("2026-01-01T{time}Z").parse().unwrap()
}

fn minutes(minutes: u64) -> Duration {
    Duration::from_secs(minutes * 60)
}

fn every(interval: u64) -> Schedule {
    Schedule::Every(minutes(interval))
}

fn cron(line: &str) -> Schedule {
    Schedule::Cron(Cron::parse(line, Tz::UTC).unwrap())
}

/// Without chance for cron lines, in the middle of it for intervals.
fn check(schedule: &Schedule, signals: Signals, expected: &str) {
    let jitter = if matches!(schedule, Schedule::Cron(_)) { 0.0 } else { 0.5 };
    let next = next_poll_at(schedule, &signals, &LIMITS, at("10:00:02"), jitter);
    assert_eq!(next.format("%d %H:%M:%S").to_string(), expected, "{schedule:?} {signals:?}");
}

fn wish(wish: u64) -> Signals {
    Signals { wish: Some(minutes(wish)), ..Signals::default() }
}

fn retry_after(wait: u64) -> Signals {
    Signals { failures: 1, retry_after: Some(minutes(wait)), ..Signals::default() }
}

fn failures(failures: u32) -> Signals {
    Signals { failures, ..Signals::default() }
}

fn skipping(hours: Range<u32>) -> Signals {
    Signals { skip: SkipHints::new(hours, []), ..Signals::default() }
}

#[test]
fn the_longest_of_the_waits_counts() {
    check(&every(15), Signals::default(), "01 10:15:02");
    check(&every(15), wish(5), "01 10:15:02");
    check(&every(15), wish(60), "01 11:03:02"); // with half of the upward spread
    check(&every(15), wish(60 * 24 * 365), "01 16:18:02"); // max_wait
    check(&every(60 * 24), wish(60 * 24 * 365), "02 10:00:02");
    check(&every(15), retry_after(20), "01 10:21:02");
    check(&every(15), retry_after(60 * 20), "02 07:00:02"); // beyond max_wait, obeyed
    check(&every(15), retry_after(60 * 24 * 365), "02 11:12:02"); // a day at most
}

#[test]
fn a_learned_interval_stays_within_its_bounds() {
    let adaptive = Schedule::Adaptive { min: minutes(5), max: minutes(240) };
    let own = |interval: u64| Signals { own: Some(minutes(interval)), ..Signals::default() };
    check(&adaptive, Signals::default(), "01 10:05:02");
    check(&adaptive, own(20), "01 10:20:02");
    check(&adaptive, own(1), "01 10:05:02");
    check(&adaptive, own(9999), "01 13:38:12"); // in the middle of what stays below four hours
    check(&adaptive, Signals { wish: Some(minutes(60)), ..own(20) }, "01 11:03:02");
    check(&adaptive, Signals { failures: 3, ..own(20) }, "01 11:24:02");
}

#[test]
fn failures_double_the_wait_up_to_the_cap() {
    check(&every(15), failures(1), "01 10:15:47");
    check(&every(15), failures(2), "01 10:31:32");
    check(&every(15), failures(3), "01 11:03:02");
    check(&every(15), failures(u32::MAX), "01 22:36:02"); // max_backoff
    check(&every(60 * 24), failures(5), "02 10:00:02"); // never sooner than the own interval
    check(&cron("* * * * *"), failures(1), "01 10:01:02");
    check(&cron("* * * * *"), failures(5), "01 10:16:02");
    check(&cron("0 9 * * *"), failures(3), "02 09:00:00");
    check(&cron("* * * * *"), failures(u32::MAX), "01 22:00:02");
}

#[test]
fn a_cron_feed_is_polled_at_its_instants_only() {
    check(&cron("0 * * * *"), Signals::default(), "01 11:00:00");
    // Two seconds after the instant an hour is asked for: the next one is delayed by two seconds.
    check(&cron("0 * * * *"), wish(60), "01 11:00:02");
    check(&cron("0 * * * *"), wish(90), "01 12:00:00");
    check(&cron("0 6-11 * * *"), wish(180), "02 06:00:00");
    check(&cron("0 9 * * *"), wish(60), "02 09:00:00");
    check(&cron("*/5 * * * *"), retry_after(12), "01 10:15:00");
    check(&cron("30 10 * * *"), retry_after(60 * 24 * 9), "02 10:30:00");
}

#[test]
fn skipped_hours_are_a_hint() {
    check(&every(15), skipping(10..13), "01 13:02:30");
    check(&every(15), skipping(0..24), "01 10:15:02");
    check(&every(15), skipping(1..24), "02 00:02:30");
    check(&cron("*/20 * * * *"), skipping(10..13), "01 13:00:00");
    // The line has no other instants.
    check(&cron("0 9 * * *"), skipping(9..10), "02 09:00:00");
    let days = [Weekday::Thu, Weekday::Fri, Weekday::Sat];
    check(&every(15), Signals { skip: SkipHints::new([], days), ..Signals::default() }, "01 10:15:02");
}

#[test]
fn chance_moves_an_interval_by_a_tenth_and_a_cron_instant_by_seconds() {
    let check = |schedule: &Schedule, jitter, expected| {
        let next = next_poll_at(schedule, &Signals::default(), &LIMITS, at("10:00:00"), jitter);
        assert_eq!(next, at(expected), "{schedule:?} {jitter}");
    };
    check(&every(10), 0.0, "10:09:00");
    check(&every(10), 1.0, "10:11:00");
    check(&every(10), f64::NAN, "10:09:00");
    check(&every(10), 7.0, "10:11:00");
    let longest = Schedule::Adaptive { min: minutes(10), max: minutes(10) };
    check(&longest, 1.0, "10:10:00");
    check(&cron("0 11 * * *"), 1.0, "11:00:05");
    check(&cron("*/10 * * * * *"), 1.0, "10:00:11");
}

#[test]
fn absurd_durations_are_no_panic() {
    let limits = Limits { max_wait: Duration::MAX, max_backoff: Duration::MAX };
    let signals = Signals {
        failures: u32::MAX,
        own: Some(Duration::MAX),
        wish: Some(Duration::MAX),
        retry_after: Some(Duration::MAX),
        skip: SkipHints::default(),
    };
    let adaptive = Schedule::Adaptive { min: Duration::ZERO, max: Duration::MAX };
    for schedule in
        [Schedule::Every(Duration::MAX), Schedule::Every(Duration::ZERO), adaptive, cron("0 0 29 2 *")]
    {
        for now in [at("10:00:00"), DateTime::<Utc>::MAX_UTC] {
            let next = next_poll_at(&schedule, &signals, &limits, now, 1.0);
            assert!(next >= now);
            resume_at(now, &schedule, &limits, usize::MAX, at("10:00:00"), 1.0);
        }
    }
}

#[test]
fn new_feeds_are_spread() {
    let now = at("10:00:00");
    assert_eq!(first_poll_at(&[0; 16], 1000, now), now);
    assert_eq!(first_poll_at(&[0x80, 0, 0, 0, 0], 1000, now), at("10:00:50"));
    assert!(first_poll_at(&[0xff; 16], 1_000_000, now) < at("10:15:00"));
    assert!(first_poll_at(&[0xff; 16], 20, now) <= at("10:00:02"));
}

#[test]
fn a_jump_of_the_clock_neither_stalls_nor_storms() {
    let now = at("10:00:00");
    let check = |schedule: &Schedule, stored: DateTime<Utc>, expected: &str| {
        let next = resume_at(stored, schedule, &LIMITS, 1000, now, 0.5);
        assert_eq!(next.format("%F %H:%M:%S").to_string(), expected, "{schedule:?} {stored}");
    };
    let quarter = every(15);
    let daily = cron("0 9 * * *");
    // As it was.
    check(&quarter, at("10:07:00"), "2026-01-01 10:07:00");
    check(&quarter, at("09:50:00"), "2026-01-01 09:50:00");
    check(&quarter, at("22:00:00"), "2026-01-01 22:00:00");
    check(&daily, at("09:00:00"), "2026-01-01 09:00:00");
    check(&daily, "2026-01-02T09:00:05Z".parse().unwrap(), "2026-01-02 09:00:05");
    // Written by a clock that was ahead.
    check(&quarter, "2026-01-03T10:00:00Z".parse().unwrap(), "2026-01-01 10:07:30");
    check(&quarter, "2031-01-03T10:00:00Z".parse().unwrap(), "2026-01-01 10:07:30");
    check(&daily, "2031-01-03T10:00:00Z".parse().unwrap(), "2026-01-02 09:00:02");
    // After a long sleep or a jump ahead.
    check(&quarter, at("08:00:00"), "2026-01-01 10:00:50");
    check(&daily, "2025-12-30T09:00:00Z".parse().unwrap(), "2026-01-01 10:00:50");
}

use chrono::{DurationRound, TimeZone, Timelike};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

fn zone(name: &str) -> Tz {
    name.parse().unwrap()
}

/// `expected` are the first instants after `from`, all as the clocks of the zone show them, with the
/// offset where it matters.
fn check(line: &str, zone_name: &str, from: &str, expected: &[&str]) {
    let cron = Cron::parse(line, zone(zone_name)).unwrap();
    let mut now = DateTime::parse_from_rfc3339(from).unwrap().to_utc();
    for expected in expected {
        let next = cron.next_after(now).unwrap();
        let shown = next.with_timezone(&zone(zone_name)).format("%a %F %H:%M:%S %:z").to_string();
        assert!(next > now, "{line}: {next} is not after {now}");
        assert!(shown.contains(expected), "{line} in {zone_name}: {shown} instead of {expected}");
        now = next;
    }
}

#[test]
fn lines_mean_what_crontab_says() {
    let from = "2026-01-01T00:00:00Z"; // a Thursday
    check("*/20 * * * *", "UTC", from, &["00:20:00", "00:40:00", "01:00:00"]);
    check("0 9 * * 0", "UTC", from, &["Sun 2026-01-04 09:00", "Sun 2026-01-11"]);
    check("0 9 * * 7", "UTC", from, &["Sun 2026-01-04 09:00", "Sun 2026-01-11"]);
    check("0 9 * * 1-5", "UTC", from, &["Thu", "Fri", "Mon", "Tue", "Wed", "Thu"]);
    check("0 */10 6-22 * * Mon-Fri", "UTC", from, &["06:00:00", "06:10:00"]);
    check("15,45 * * * * *", "UTC", from, &["00:00:15", "00:00:45", "00:01:15"]);
    // Both days restricted: either. One of them begins with `*`: both.
    check(
        "0 0 13 * fri",
        "UTC",
        from,
        &["Fri 2026-01-02", "Fri 2026-01-09", "Tue 2026-01-13", "Fri 2026-01-16"],
    );
    check("0 0 */2 * fri", "UTC", from, &["Fri 2026-01-09", "Fri 2026-01-23"]);
    check("0 0 29 2 *", "UTC", from, &["2028-02-29", "2032-02-29"]);
    check("@hourly", "UTC", from, &["01:00:00", "02:00:00"]);
    check("@Weekly", "UTC", from, &["Sun 2026-01-04 00:00"]);
    check(" @yearly ", "UTC", from, &["2027-01-01 00:00"]);
    check("0 9 * * *", "Asia/Tokyo", from, &["2026-01-02 09:00:00 +09:00"]);
    check("0 9 * * *", "Asia/Kathmandu", from, &["2026-01-01 09:00:00 +05:45"]);
}

#[test]
fn a_skipped_time_fires_at_the_change() {
    let from = "2026-03-08T05:00:00Z"; // New York, 00:00
    check("30 2 * * *", "America/New_York", from, &["03-08 03:00:00 -04:00", "03-09 02:30:00"]);
    // Several skipped times fire once, and not again when the change is a time of its own.
    check("*/10 2 * * *", "America/New_York", from, &["03-08 03:00:00", "03-09 02:00:00"]);
    check("0 2,3 * * *", "America/New_York", from, &["03-08 03:00:00", "03-09 02:00:00"]);
    check("0 */2 * * *", "America/New_York", "2026-03-08T06:00:00Z", &["03:00:00", "04:00:00"]);
    check(
        "30 2 * * *",
        "Europe/Berlin",
        "2026-03-29T00:00:00Z",
        &["03-29 03:00:00 +02:00", "03-30 02:30:00"],
    );
    check(
        "0 0 * * *",
        "Africa/Cairo",
        "2026-04-23T12:00:00Z",
        &["Fri 2026-04-24 01:00:00", "04-25 00:00:00"],
    );
    // Lord Howe moves by half an hour.
    check(
        "15 2 * * *",
        "Australia/Lord_Howe",
        "2026-10-03T12:00:00Z",
        &["10-04 02:30:00 +11:00", "10-05 02:15"],
    );
    check(
        "45 2 * * *",
        "Australia/Lord_Howe",
        "2026-10-03T12:00:00Z",
        &["10-04 02:45:00 +11:00", "10-05 02:45"],
    );
}

#[test]
fn a_repeated_time_fires_once() {
    let from = "2026-11-01T04:00:00Z"; // New York, 00:00
    check("30 1 * * *", "America/New_York", from, &["11-01 01:30:00 -04:00", "11-02 01:30:00 -05:00"]);
    check(
        "0,30 1,2 * * *",
        "America/New_York",
        from,
        &["01:00:00 -04", "01:30:00 -04", "02:00:00 -05", "02:30"],
    );
    check(
        "30 2 * * *",
        "Europe/Berlin",
        "2026-10-24T22:00:00Z",
        &["10-25 02:30:00 +02:00", "10-26 02:30:00"],
    );
    check(
        "45 1 * * *",
        "Australia/Lord_Howe",
        "2026-04-04T12:00:00Z",
        &["04-05 01:45:00 +11", "04-06 01:45:00"],
    );
    // Asked in the second of the two hours, it does not answer with the first.
    check("45 1 * * *", "America/New_York", "2026-11-01T06:30:00Z", &["11-02 01:45:00"]);
}

#[test]
fn a_line_of_every_hour_goes_on_as_time_passes() {
    let (spring, autumn) = ("2026-03-08T06:30:00Z", "2026-11-01T05:15:00Z");
    check("*/30 * * * *", "America/New_York", spring, &["03:00:00 -04", "03:30", "04:00"]);
    check("15 * * * *", "America/New_York", spring, &["03:15:00 -04", "04:15"]);
    check(
        "*/30 * * * *",
        "America/New_York",
        autumn,
        &["01:30:00 -04", "01:00:00 -05", "01:30:00 -05", "02:00"],
    );
    check("0 * * * *", "Australia/Lord_Howe", "2026-04-04T13:30:00Z", &["01:00:00 +11", "02:00:00 +10:30"]);
    check(
        "*/15 * * * *",
        "Australia/Lord_Howe",
        "2026-04-04T14:30:00Z",
        &["01:45:00 +11", "01:30:00 +10", "01:45:00 +10", "02:00:00 +10"],
    );
    check(
        "*/15 * * * *",
        "Australia/Lord_Howe",
        "2026-10-03T15:10:00Z",
        &["01:45:00 +10", "02:30:00 +11", "02:45"],
    );
}

/// Looks at the clock each minute of two days around each change of the year, as Vixie cron would.
#[test]
fn instants_agree_with_watching_the_clock() {
    for (zone_name, lines) in [
        ("Europe/Kyiv", ["7,37 * * * *", "0 3 * * *"]),
        ("Australia/Lord_Howe", ["*/15 * * * *", "45 1,2 * * 0"]),
        ("America/St_Johns", ["29 * * * *", "15 0-6 1-14 * 0"]),
        ("Africa/Casablanca", ["50 * * * *", "10 2,3 * * *"]),
    ] {
        let zone = zone(zone_name);
        let new_year = Utc.with_ymd_and_hms(2026, 1, 1, 0, 0, 0).unwrap();
        let hours = (0..365 * 24).map(|hour| new_year + Duration::hours(hour));
        let changes: Vec<_> =
            hours.filter(|&hour| offset(zone, hour) != offset(zone, hour + Duration::hours(1))).collect();
        assert_eq!(changes.len(), 2, "{zone_name}");
        for (line, change) in lines.iter().flat_map(|line| changes.iter().map(move |change| (line, change))) {
            let cron = Cron::parse(line, zone).unwrap();
            let start = *change - Duration::hours(24);
            let end = *change + Duration::hours(24);
            let instants = std::iter::successors(Some(start), |now| cron.next_after(*now)).skip(1);
            let instants: Vec<_> = instants.take_while(|instant| *instant <= end).collect();
            assert_eq!(instants, watched(&cron, start, end), "{line} in {zone_name}");
            assert!(!instants.is_empty(), "{line} in {zone_name}");
        }
    }
}

fn watched(cron: &Cron, start: DateTime<Utc>, end: DateTime<Utc>) -> Vec<DateTime<Utc>> {
    let mut fired_until = wall_at(cron.timezone, start);
    let mut instants = Vec::new();
    let mut now = start + Duration::minutes(1);
    while now <= end {
        let wall = wall_at(cron.timezone, now);
        let since = if cron.every_hour { wall - Duration::seconds(1) } else { fired_until };
        if cron.next_wall(since).is_some_and(|next| next <= wall) {
            instants.push(now);
        }
        fired_until = fired_until.max(wall);
        now += Duration::minutes(1);
    }
    instants
}

fn values(min: u32, max: u32) -> impl Strategy<Value = Vec<u32>> {
    proptest::collection::vec(min..=max, 1..4)
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        rng_seed: RngSeed::Fixed(1),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Against crontab(5) read literally, minute by minute.
    #[test]
    fn no_instant_is_left_out_or_made_up(
        minutes in values(0, 59), hours in values(0, 23), days in values(1, 31), months in values(1, 12),
        weekdays in values(0, 7), restricted in (any::<bool>(), any::<bool>(), any::<bool>()),
        from in 1_700_000_000i64..2_000_000_000,
    ) {
        let list = |restricted, values: &[u32]| {
            let values: Vec<String> = values.iter().map(u32::to_string).collect();
            if restricted { values.join(",") } else { "*".into() }
        };
        let (by_month, by_day, by_weekday) = restricted;
        let line = format!(
            "{} {} {} {} {}",
            list(true, &minutes), list(true, &hours), list(by_day, &days), list(by_month, &months), list(by_weekday, &weekdays),
        );
        let due = |at: DateTime<Utc>| {
            let day = days.contains(&at.day());
            let weekday = weekdays.iter().any(|day| day % 7 == at.weekday().num_days_from_sunday());
            let on_day = match (by_day, by_weekday) {
                (true, true) => day || weekday,
                (true, false) => day,
                (false, true) => weekday,
                (false, false) => true,
            };
            on_day
                && minutes.contains(&at.minute())
                && hours.contains(&at.hour())
                && (!by_month || months.contains(&at.month()))
        };
        // 30 February and the like are refused; their refusal has its own test.
        if let Ok(cron) = Cron::parse(&line, Tz::UTC) {
            let from = DateTime::from_timestamp(from, 0).unwrap();
            let next = cron.next_after(from).unwrap();
            prop_assert!(due(next) && next > from, "{line} at {next}");
            let minute = from.duration_trunc(Duration::minutes(1)).unwrap() + Duration::minutes(1);
            let left_out = (0..10 * 24 * 60).map(|minutes| minute + Duration::minutes(minutes)).find(|at| due(*at));
            prop_assert!(left_out.is_none_or(|due| due == next), "{line}: {next} instead of {left_out:?}");
        }
    }
}

fn check_refused(line: &str, place: &str, message: &str) {
    let error = Cron::parse(line, Tz::UTC).unwrap_err();
    assert_eq!(&line[error.span.unwrap()], place, "{line}");
    assert!(error.message.contains(message), "{line}: {}", error.message);
    assert!(error.help.is_some(), "{line}");
}

#[test]
fn bad_lines_are_refused_at_their_place() {
    check_refused("", "", "this one has 0");
    check_refused(" * * * * ", "* * * *", "this one has 4");
    check_refused("0 0 12 * * ? 2026", "0 0 12 * * ? 2026", "this one has 7");
    check_refused("0 25 * * *", "25", "hour 25 is out of range");
    check_refused("0  9\t* * 1,8", "8", "day of week 8");
    check_refused("0 0 30 2 *", "0 0 30 2 *", "never fires");
    check_refused("0 0 31 4,6,9,11 *", "0 0 31 4,6,9,11 *", "never fires");
    check_refused("@every 15m", "@every 15m", "@every");
    check_refused("@reboot", "@reboot", "`@reboot` is not a schedule");
    check_refused("@daily 5", "@daily 5", "stands alone");
    check_refused("0 0 L * *", "L", "`L` is not a valid day of month");
    // The other day field still makes it fire.
    assert!(Cron::parse("0 0 30 2 mon", Tz::UTC).is_ok());
}

#[test]
fn the_end_of_time_is_not_a_panic() {
    let cron = Cron::parse("* * * * *", Tz::UTC).unwrap();
    assert_eq!(cron.next_after(DateTime::<Utc>::MAX_UTC), None);
    assert!(cron.next_after(DateTime::<Utc>::MIN_UTC).is_none_or(|next| next.year() >= 1970));
}

use super::*;

const MIN: Duration = Duration::from_secs(5 * 60);
const MAX: Duration = Duration::from_secs(24 * 60 * 60);
/// What feeds carry at a time in these tests.
const CARRIED: u32 = 30;

fn bounds() -> Bounds {
    Bounds { min: MIN, max: MAX, entries: CARRIED, conditional: true }
}

fn start() -> DateTime<Utc> {
    "2026-03-02T00:00:00Z".parse().unwrap()
}

/// Numbers from 0 to 1 that are the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Arrivals at `rate` an hour, which depends on the hour of the day, over `days`.
    fn arrivals(&mut self, days: i64, rate: impl Fn(u32) -> f64) -> Vec<DateTime<Utc>> {
        let minutes = days * 24 * 60;
        let came = (0..minutes).filter(|minute| {
            let hour = u32::try_from(minute / 60 % 24).unwrap();
            self.next() < rate(hour) / 60.0
        });
        came.map(|minute| start() + TimeDelta::minutes(minute) + TimeDelta::seconds(7)).collect()
    }
}

/// What polling cost and brought.
#[derive(Debug)]
struct Bill {
    polls_a_day: f64,
    lag_minutes: f64,
    /// Of the lags, in minutes, what 95 of 100 stay under.
    lag_p95: f64,
    lost: usize,
}

/// Polls a feed with these `arrivals`, of which it carries the newest [`CARRIED`], from the end of the
/// first week on; `interval` says when to poll again.
fn poll(
    arrivals: &[DateTime<Utc>],
    days: i64,
    mut interval: impl FnMut(&[DateTime<Utc>], DateTime<Utc>, DateTime<Utc>) -> Duration,
) -> Bill {
    let (from, end) = (start() + TimeDelta::days(7), start() + TimeDelta::days(days));
    let (mut since, mut now) = (from, from);
    let (mut polls, mut lags, mut lost) = (0, Vec::new(), 0);
    while now < end {
        let new: Vec<_> = arrivals.iter().copied().filter(|at| *at > since && *at <= now).collect();
        let carried = &new[new.len().saturating_sub(CARRIED as usize)..];
        lost += new.len() - carried.len();
        lags.extend(carried.iter().map(|at| hours(now - *at) * 60.0));
        polls += 1;
        let wait = interval(carried, since, now);
        since = now;
        now += TimeDelta::from_std(wait).unwrap();
    }
    lags.sort_by(f64::total_cmp);
    Bill {
        polls_a_day: f64::from(polls) / (days - 7) as f64,
        lag_minutes: lags.iter().fold(0.0, |sum, lag| sum + lag) / lags.len().max(1) as f64,
        lag_p95: lags.get(lags.len() * 95 / 100).copied().unwrap_or_default(),
        lost,
    }
}

fn adaptive(arrivals: &[DateTime<Utc>], days: i64) -> Bill {
    let first = start() + TimeDelta::days(7);
    let before: Vec<_> = arrivals.iter().copied().filter(|at| *at <= first).collect();
    let mut rhythm = Rhythm::of_first_answer(&before[before.len().saturating_sub(CARRIED as usize)..], first);
    poll(arrivals, days, |new, since, now| {
        rhythm.observe(since, now, new.iter().copied(), new.len() * 3 > CARRIED as usize * 2);
        rhythm.wait(now, &bounds())
    })
}

fn every(minutes: u64, arrivals: &[DateTime<Utc>], days: i64) -> Bill {
    poll(arrivals, days, |_, _, _| Duration::from_secs(minutes * 60))
}

/// The table of docs/performance.md; run with `--nocapture` to see it.
#[test]
fn polls_go_where_the_articles_are() {
    let mut chance = Chance(7);
    let burst: Vec<_> = (0..28 * 24)
        .flat_map(|hour| (0..12).map(move |n| start() + TimeDelta::hours(hour) + TimeDelta::seconds(n * 5)))
        .collect();
    let rhythms = [
        ("agency, 500 a day", chance.arrivals(28, |_| 500.0 / 24.0), 28, [3.0, 5.1, 290.0]),
        (
            "agency with a night pause",
            chance.arrivals(28, |hour| if hour < 18 { 27.0 } else { 0.0 }),
            28,
            [3.0, 5.1, 265.0],
        ),
        ("twelve on every hour", burst, 28, [5.1, 5.1, 290.0]),
        (
            "newspaper, 40 a day, by day",
            chance.arrivals(28, |hour| if (5..21).contains(&hour) { 2.5 } else { 0.0 }),
            28,
            [5.0, 11.0, 180.0],
        ),
        ("magazine, 6 a day", chance.arrivals(35, |_| 0.25), 35, [12.5, 27.0, 75.0]),
        ("blog, one a week", chance.arrivals(180, |_| 1.0 / 168.0), 180, [75.0, 160.0, 15.0]),
        ("dead for three months", chance.arrivals(7, |_| 1.0), 97, [0.0, 0.0, 12.5]),
    ];
    println!(
        "| feed | polls a day | mean lag, min | 95 of 100 under | fixed 15 min: polls | mean lag | 95 of 100 |"
    );
    // At most this lag, this lag of 95 in 100, these polls a day.
    for (name, arrivals, days, [lag, p95, polls]) in rhythms {
        let bill = adaptive(&arrivals, days);
        let fixed = every(15, &arrivals, days);
        println!(
            "| {name} | {:.0} | {:.1} | {:.1} | {:.0} | {:.1} | {:.1} |",
            bill.polls_a_day,
            bill.lag_minutes,
            bill.lag_p95,
            fixed.polls_a_day,
            fixed.lag_minutes,
            fixed.lag_p95
        );
        assert_eq!(bill.lost, 0, "{name}");
        assert!(bill.lag_minutes <= lag && bill.lag_p95 <= p95, "{name}: {bill:?}");
        assert!(bill.polls_a_day <= polls, "{name}: {bill:?}");
    }
}

#[test]
fn a_feed_that_wakes_up_is_followed_within_a_day() {
    let mut chance = Chance(3);
    let awake = start() + TimeDelta::days(60);
    let mut arrivals = vec![start() + TimeDelta::hours(1)];
    arrivals.extend(chance.arrivals(7, |_| 10.0).into_iter().map(|at| at + TimeDelta::days(60)));
    let mut rhythm = Rhythm::of_first_answer(&arrivals[..1], start() + TimeDelta::days(1));
    let (mut since, mut now) = (start() + TimeDelta::days(1), start() + TimeDelta::days(1));
    let mut waits = Vec::new();
    while now < awake + TimeDelta::days(3) {
        let new = arrivals.iter().copied().filter(|at| *at > since && *at <= now).collect::<Vec<_>>();
        rhythm.observe(since, now, new.into_iter(), false);
        let wait = rhythm.wait(now, &bounds());
        waits.push((now, wait));
        since = now;
        now += TimeDelta::from_std(wait).unwrap();
    }
    let asleep = waits.iter().rfind(|(at, _)| *at < awake).unwrap().1;
    assert!(asleep > Duration::from_secs(6 * 3600), "{asleep:?}");
    let after = waits.iter().find(|(at, _)| *at > awake + TimeDelta::days(1)).unwrap().1;
    assert!(after < Duration::from_secs(15 * 60), "{after:?}");
}

/// How long is waited after a first answer with entries these minutes old.
fn first_wait(ages: &[i64]) -> u64 {
    let dates: Vec<_> = ages.iter().map(|age| start() - TimeDelta::minutes(*age)).collect();
    Rhythm::of_first_answer(&dates, start()).wait(start(), &bounds()).as_secs() / 60
}

#[test]
fn the_dates_of_a_first_answer_are_a_first_guess() {
    let hourly: Vec<i64> = (1..30).map(|n| n * 60).collect();
    let weekly: Vec<i64> = (1..30).map(|n| n * 7 * 24 * 60).collect();
    let unknown = first_wait(&[]);
    assert!((8..=11).contains(&unknown), "{unknown}");
    assert!((8..=12).contains(&first_wait(&hourly)), "{}", first_wait(&hourly));
    assert!((100..=200).contains(&first_wait(&weekly)), "{}", first_wait(&weekly));
    // Nobody publishes thirty at once, or in the future: such dates are the server's, not the entries'.
    assert_eq!(first_wait(&[1; 30]), unknown);
    assert_eq!(first_wait(&[-600; 30]), unknown);
    assert!(first_wait(&[5 * 365 * 24 * 60, 4 * 365 * 24 * 60]) >= 23 * 60);
}

#[test]
fn lost_entries_halve_the_interval_until_the_polls_overlap() {
    let mut rhythm = Rhythm::default();
    let mut now = start();
    let mut go = |rhythm: &mut Rhythm, minutes: i64, gap: bool| {
        let since = now;
        now += TimeDelta::minutes(minutes);
        rhythm.observe(since, now, std::iter::empty(), gap);
        rhythm.wait(now, &Bounds { entries: 0, ..bounds() }).as_secs() / 60
    };
    for _ in 0..48 {
        go(&mut rhythm, 60, false);
    }
    let before = go(&mut rhythm, 120, false);
    assert!(before > 60, "{before}");
    assert_eq!(go(&mut rhythm, 60, true), 30);
    assert_eq!(go(&mut rhythm, 30, true), 15);
    assert_eq!(go(&mut rhythm, 4, true), 5, "never below the bound");
    assert_eq!(go(&mut rhythm, 15, false), 5);
    let later = (0..12).map(|_| go(&mut rhythm, 15, false)).last().unwrap();
    assert!(later > 30, "{later}");
}

#[test]
fn bounds_hold_and_a_costly_poll_is_rarer() {
    let rhythm = Rhythm::default();
    let wait = |bounds: Bounds| rhythm.wait(start(), &bounds);
    assert_eq!(wait(Bounds { min: MAX, ..bounds() }), MAX);
    assert_eq!(
        wait(Bounds { max: Duration::from_secs(60), min: Duration::from_secs(30), ..bounds() }).as_secs(),
        60
    );
    assert!(wait(Bounds { conditional: false, ..bounds() }) > wait(bounds()).mul_f64(1.3));
    // One that carries three entries must be polled before a second one can push out the rest.
    let busy = Rhythm { by_hour: [100.0; 24], watched: 240.0, ..Rhythm::default() };
    let short = busy
        .wait(start(), &Bounds { min: Duration::from_secs(1), entries: 3, conditional: false, ..bounds() });
    assert!(short <= Duration::from_secs(600), "{short:?}");
}

#[test]
fn a_rhythm_survives_its_bytes_and_nonsense_is_forgotten() {
    let mut rhythm = Rhythm::default();
    rhythm.observe(start(), start() + TimeDelta::hours(2), [start() + TimeDelta::hours(1)].into_iter(), true);
    assert_eq!(Rhythm::from_bytes(&rhythm.to_bytes()), Some(rhythm.clone()));
    assert_eq!(Rhythm::from_bytes(&Rhythm::default().to_bytes()), Some(Rhythm::default()));
    for bytes in [&[][..], &[9; BYTES], &[FORM; 7]] {
        assert_eq!(Rhythm::from_bytes(bytes), None);
    }
    let mut wild = vec![0xff; BYTES];
    wild[0] = FORM;
    let wild = Rhythm::from_bytes(&wild).unwrap();
    assert!(wild.wait(start(), &bounds()) >= MIN);
    // A clock that was set back.
    rhythm.observe(start() + TimeDelta::days(900), start(), [start()].into_iter(), true);
    assert!(rhythm.wait(start(), &bounds()) >= MIN);
}

#[test]
fn a_usual_gap_is_known_until_it_has_faded() {
    for (days_ago, known) in
        [(1, true), (30, true), (100, false), (400, false), (4_000, false), (20_000, false)]
    {
        let dates: Vec<_> =
            (0..40).map(|n| start() - TimeDelta::days(days_ago) - TimeDelta::hours(6 * n)).collect();
        let rhythm = Rhythm::of_first_answer(&dates, start());
        let gap = rhythm.usual_gap(start()).map(|gap| gap.num_hours());
        assert_eq!(gap.is_some(), known, "{days_ago} days ago: {gap:?}");
        assert!(gap.is_none_or(|gap| (3..12).contains(&gap)), "{days_ago} days ago: {gap:?}");
        assert!(rhythm.per_day(start()).is_finite());
        assert!(rhythm.wait(start(), &bounds()) >= bounds().min);
    }
}

#[test]
fn what_a_clock_ahead_taught_did_not_happen_yet() {
    let ahead = start() + TimeDelta::days(400);
    let mut rhythm = Rhythm::default();
    rhythm.observe(ahead - TimeDelta::hours(1), ahead, [ahead - TimeDelta::minutes(30)].into_iter(), false);
    for new in [vec![], vec![start() + TimeDelta::days(3)], vec![start() - TimeDelta::minutes(1)]] {
        let mut rhythm = rhythm.clone();
        rhythm.observe(ahead, start(), new.into_iter(), false);
        assert!(rhythm.last_new_at().is_none_or(|at| at <= start()), "{:?}", rhythm.last_new_at());
    }
}

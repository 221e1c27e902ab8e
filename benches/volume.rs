//! How often a spike alert is false, and how often and how soon a real one is found; simulated.
//!
//! Articles arrive by a gamma-Poisson process with the rhythm of a newsroom (nights, weekends), hours being
//! burstier than chance alone; each is of one of forty sources. Watches are judged every five minutes, as the
//! daemon does. A burst multiplies the rate of three hours, at a random moment, in every fourth week.

#![expect(clippy::print_stdout, reason = "a table is what it is run for")]

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use feedwatch::volume::{Baseline, HOURS, Hour, judge};

const WATCHES: usize = 40;
const WEEKS: usize = 24;
const LEARNING: usize = 8;
const STEPS_OF_HOUR: usize = 12;
const STEPS_OF_WEEK: usize = 168 * STEPS_OF_HOUR;
const BURST: usize = 3 * STEPS_OF_HOUR;

fn main() {
    println!(
        "articles/hour  dispersion  false alerts/watch-week   found: x3     x6    x12   median minutes (x6)"
    );
    for mean in [0.05, 0.3, 1.0, 4.0, 15.0] {
        for dispersion in [0.2, 0.6] {
            let quiet = simulate(mean, dispersion, 1.0);
            let bursts = [3.0, 6.0, 12.0].map(|factor| simulate(mean, dispersion, factor));
            let found =
                bursts.each_ref().map(|run| 100.0 * run.delays.len() as f64 / run.bursts.max(1) as f64);
            let mut delays = bursts[1].delays.clone();
            delays.sort_unstable();
            let median = delays.get(delays.len() / 2).map_or("-".to_owned(), |delay| (delay * 5).to_string());
            println!(
                "{mean:>13} {dispersion:>11} {:>25.3} {:>11.0} % {:>4.0} % {:>4.0} % {median:>12}",
                quiet.false_alerts as f64 / quiet.weeks as f64,
                found[0],
                found[1],
                found[2],
            );
        }
    }
}

#[derive(Default)]
struct Run {
    weeks: usize,
    false_alerts: usize,
    bursts: usize,
    /// In steps.
    delays: Vec<usize>,
}

fn simulate(mean: f64, dispersion: f64, factor: f64) -> Run {
    let mut run = Run::default();
    for watch in 0..WATCHES {
        let mut chance = Chance(watch as u64 * 1_000 + 17);
        let mut rates = Vec::with_capacity(WEEKS * 168);
        for hour in 0..WEEKS * 168 {
            rates.push(mean * rhythm(hour) * chance.gamma(1.0 / dispersion) * dispersion);
        }
        let burst_of =
            |week: usize, chance: &mut Chance| week * STEPS_OF_WEEK + chance.below(STEPS_OF_WEEK - BURST);
        let bursts: Vec<usize> = (LEARNING..WEEKS)
            .filter(|week| factor > 1.0 && week % 4 == 0)
            .map(|week| burst_of(week, &mut chance))
            .collect();
        // The sources of the articles of each step.
        let arrivals: Vec<Vec<usize>> = (0..WEEKS * STEPS_OF_WEEK)
            .map(|step| {
                let in_burst = bursts.iter().any(|burst| (*burst..burst + BURST).contains(&step));
                let usual = rates[step / STEPS_OF_HOUR].max(if in_burst { mean } else { 0.0 });
                let rate = usual * if in_burst { factor } else { 1.0 } / STEPS_OF_HOUR as f64;
                (0..chance.poisson(rate)).map(|_| chance.below(40)).collect()
            })
            .collect();
        judge_all(&arrivals, &bursts, &mut run);
    }
    run
}

fn judge_all(arrivals: &[Vec<usize>], bursts: &[usize], run: &mut Run) {
    let begin = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(4 + 7 * 2_000);
    let counts: Vec<u32> =
        arrivals.chunks(STEPS_OF_HOUR).map(|hour| hour.iter().map(Vec::len).sum::<usize>() as u32).collect();
    let mut state = None;
    let mut found = HashSet::new();
    let mut baseline = Baseline::of(&[], begin);
    for step in LEARNING * STEPS_OF_WEEK..arrivals.len() {
        let hours = step / STEPS_OF_HOUR;
        if step % (24 * STEPS_OF_HOUR) == 0 {
            let end = begin + TimeDelta::hours(hours as i64);
            baseline = Baseline::of(&counts[hours - HOURS as usize..hours], end);
        }
        let hour = &arrivals[step + 1 - STEPS_OF_HOUR..=step];
        let sources: HashSet<usize> = hour.iter().flatten().copied().collect();
        let articles = hour.iter().map(Vec::len).sum::<usize>() as u32;
        let now = begin + TimeDelta::minutes(5 * (step as i64 + 1));
        let (next, spike) = judge(&baseline, Hour { articles, sources: sources.len() as u32 }, state, now);
        state = next;
        if spike.is_none() {
            continue;
        }
        match bursts.iter().find(|burst| (**burst..**burst + BURST + STEPS_OF_HOUR).contains(&step)) {
            Some(burst) => {
                if found.insert(*burst) {
                    run.delays.push(step - burst);
                }
            }
            None => run.false_alerts += 1,
        }
    }
    run.bursts += bursts.len();
    run.weeks += WEEKS - LEARNING;
}

/// How busy an hour of the week is; 1 on average.
fn rhythm(hour: usize) -> f64 {
    let of_day = [3, 2, 2, 2, 3, 5, 9, 14, 18, 20, 20, 19, 18, 18, 18, 17, 16, 14, 12, 10, 8, 6, 5, 4];
    let weekend = if hour / 24 % 7 >= 5 { 0.5 } else { 1.2 };
    f64::from(of_day[hour % 24]) / 10.96 * weekend
}

/// Numbers that look random and are the same in every run.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    fn uniform(&mut self) -> f64 {
        ((self.next() >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    fn normal(&mut self) -> f64 {
        (-2.0 * self.uniform().ln()).sqrt() * (std::f64::consts::TAU * self.uniform()).cos()
    }

    /// Of this shape and scale 1 (Marsaglia and Tsang, 2000).
    fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let boost = self.uniform().powf(1.0 / shape);
            return self.gamma(shape + 1.0) * boost;
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let x = self.normal();
            let v = (1.0 + c * x).powi(3);
            if v > 0.0 && self.uniform().ln() < 0.5 * x * x + d - d * v + d * v.ln() {
                return d * v;
            }
        }
    }

    fn poisson(&mut self, rate: f64) -> usize {
        let limit = (-rate).exp();
        let (mut product, mut count) = (self.uniform(), 0);
        while product > limit {
            product *= self.uniform();
            count += 1;
        }
        count
    }
}

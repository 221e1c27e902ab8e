//! A feed's rhythm, learned from what its polls found: how many new entries come, and at which hours.
//!
//! The interval follows from one price: a poll is worth a minute that an article waits. The next poll is
//! due when the articles that are expected meanwhile will have waited that long, all together. For a
//! steady rate that is the square-root law of freshness (Cho and Garcia-Molina, 2003): four times the
//! articles, half the interval.

use std::time::Duration;

use chrono::{DateTime, DurationRound, TimeDelta, Timelike, Utc};

/// What is known of when a feed's entries come.
#[derive(Clone, Debug, PartialEq)]
pub struct Rhythm {
    /// New entries by the hour of the day (UTC) they came in, older ones counting less.
    by_hour: [f32; 24],
    /// For how long the feed was watched, in hours, older ones counting less.
    watched: f32,
    /// The newest entries.
    recent: f32,
    /// When the last new entry came; `None` before the first.
    last_new_at: Option<DateTime<Utc>>,
    /// How far apart polls may be for all I know without losing entries between them; `None` while none
    /// were lost.
    cover: Option<Duration>,
}

/// The user's bounds on a learned interval, and what the last answer adds to them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Never sooner.
    pub min: Duration,
    /// Never later.
    pub max: Duration,
    /// How many entries the feed carries at a time; 0 when that is not known.
    pub entries: u32,
    /// Whether its server can tell that nothing is new. Where it cannot, each poll moves the whole feed.
    pub conditional: bool,
}

/// Entries older than this count for a third.
const MEMORY_HOURS: f64 = 10.0 * 24.0;

/// The same for the newest entries.
const RECENT_HOURS: f64 = 0.5;

/// One poll is worth this many hours of waiting: a minute.
const POLL_WORTH: f64 = 1.0 / 60.0;

/// How much dearer a poll is that moves the whole feed.
const UNCONDITIONAL: f64 = 2.0;

/// What no hour's rate falls below, as a share of the mean: news does not keep office hours.
const QUIET_SHARE: f64 = 0.03;

/// The hours of the day are fully believed after this much watching.
const SETTLED_HOURS: f64 = 72.0;

/// Of the entries that a feed carries at a time, the share that may come between two polls: the rest is
/// the overlap that proves that none was missed.
const TURNOVER: f64 = 1.0 / 3.0;

/// Fewer entries make no habit.
const ENOUGH: f64 = 1.5;

/// With less than this share of what was counted left (after some ten weeks), rounding is all that is seen.
const FADED: f64 = 1e-3;

/// Dates of a first answer that lie closer together were made up by the server.
const SHORTEST_SPAN_HOURS: f64 = 0.25;

impl Default for Rhythm {
    /// Before anything is known: an entry an hour, soon unlearned.
    fn default() -> Self {
        Self { by_hour: [1.0 / 24.0; 24], watched: 1.0, recent: 0.0, last_new_at: None, cover: None }
    }
}

impl Rhythm {
    /// What the dates of a feed's first entries suggest. They may be missing or made up: then it is the
    /// [`default`](Self::default).
    pub fn of_first_answer(dates: &[DateTime<Utc>], now: DateTime<Utc>) -> Self {
        let mut distinct: Vec<_> = dates.iter().filter(|date| **date < now).collect();
        distinct.sort_unstable();
        distinct.dedup();
        let (Some(oldest), Some(newest)) = (distinct.first(), distinct.last()) else {
            return Self::default();
        };
        let span = hours(now - **oldest);
        if distinct.len() * 2 <= dates.len() || span < SHORTEST_SPAN_HOURS {
            return Self::default();
        }
        let mut rhythm = Self {
            by_hour: [0.0; 24],
            watched: (MEMORY_HOURS * (1.0 - decay(span, MEMORY_HOURS))) as f32,
            last_new_at: Some(**newest),
            ..Self::default()
        };
        for date in distinct {
            rhythm.by_hour[date.hour() as usize] += decay(hours(now - *date), MEMORY_HOURS) as f32;
        }
        rhythm
    }

    /// Learns from a success at `now`, the last one having been at `since`. `dates` are what the new
    /// entries say of when they were published; one that lies outside of that time is not believed.
    /// `gap` tells that entries may have been lost between the two.
    pub fn observe(
        &mut self,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
        dates: impl ExactSizeIterator<Item = DateTime<Utc>>,
        gap: bool,
    ) {
        // What a clock wrote that was ahead did not happen yet.
        let since = since.min(now);
        self.last_new_at = self.last_new_at.filter(|at| *at <= now);
        let passed = now - since;
        let elapsed = hours(passed);
        let kept = decay(elapsed, MEMORY_HOURS) as f32;
        self.by_hour.iter_mut().for_each(|count| *count *= kept);
        self.watched = self.watched * kept + (MEMORY_HOURS * (1.0 - decay(elapsed, MEMORY_HOURS))) as f32;
        let count = dates.len();
        self.recent = self.recent * decay(elapsed, RECENT_HOURS) as f32 + count as f32;
        for (number, date) in dates.enumerate() {
            let believed = date > since && date < now;
            // Those that say nothing are spread over the time in which they came.
            let share = (number as f64 + 0.5) / count as f64;
            let came = if believed { date } else { since + passed / 1_000 * (share * 1_000.0) as i32 };
            self.by_hour[came.hour() as usize] += 1.0;
            self.last_new_at = self.last_new_at.max(Some(came));
        }
        self.cover = match self.cover {
            _ if gap => Some((passed / 2).to_std().unwrap_or_default()),
            Some(cover) => Some(cover.mul_f64(1.5)).filter(|cover| hours_of(*cover) < MEMORY_HOURS),
            None => None,
        };
    }

    /// How far apart new entries were until the last one came; `None` where too few are known, or
    /// that is so long ago that nothing is left of it.
    pub fn usual_gap(&self, now: DateTime<Utc>) -> Option<TimeDelta> {
        // What was counted until then has faded since, and the silence was watched.
        let kept = decay(hours(now - self.last_new_at?), MEMORY_HOURS);
        if kept < FADED {
            return None;
        }
        let entries = self.total() / kept;
        let watched = (f64::from(self.watched) - MEMORY_HOURS * (1.0 - kept)) / kept;
        let gap = watched.max(0.0) / entries;
        if entries < ENOUGH {
            return None;
        }
        TimeDelta::try_seconds((gap * 3_600.0) as i64)
    }

    /// How many new entries a day are to be expected, over the days.
    pub fn per_day(&self, now: DateTime<Utc>) -> f64 {
        self.mean(now) * 24.0
    }

    /// When the last new entry came, as far as is known.
    pub fn last_new_at(&self) -> Option<DateTime<Utc>> {
        self.last_new_at
    }

    /// How long to wait after a poll at `now`.
    pub fn wait(&self, now: DateTime<Utc>, bounds: &Bounds) -> Duration {
        let longest = self.cover.map_or(bounds.max, |cover| bounds.max.min(cover));
        let worth = if bounds.conditional { POLL_WORTH } else { POLL_WORTH * UNCONDITIONAL };
        let most = match bounds.entries {
            0 => f64::INFINITY,
            entries => (f64::from(entries) * TURNOVER).max(1.0),
        };
        self.due(now, hours_of(longest), worth, most).max(bounds.min).min(bounds.max.max(bounds.min))
    }

    /// When the expected articles will have waited for `worth` hours all together, or will be `most`;
    /// after `longest` hours at the latest.
    fn due(&self, now: DateTime<Utc>, longest: f64, worth: f64, most: f64) -> Duration {
        let (mut passed, mut articles, mut waited) = (0.0, 0.0, 0.0);
        while passed < longest {
            let moment = now + TimeDelta::milliseconds((passed * 3_600_000.0) as i64);
            let rate = self.rate(moment, now).max(f64::MIN_POSITIVE);
            let step = to_next_hour(moment).min(longest - passed);
            // Within the hour: articles + rate·t have come, and waited + articles·t + rate·t²/2 passed.
            let by_wait = (f64::sqrt(articles * articles + 2.0 * rate * (worth - waited)) - articles) / rate;
            let end = by_wait.min((most - articles) / rate);
            if end <= step {
                return Duration::from_secs_f64((passed + end.max(0.0)) * 3_600.0);
            }
            waited += articles * step + rate * step * step / 2.0;
            articles += rate * step;
            passed += step;
        }
        Duration::from_secs_f64(longest * 3_600.0)
    }

    /// Expected entries an hour at `moment`, as known at `now`.
    fn rate(&self, moment: DateTime<Utc>, now: DateTime<Utc>) -> f64 {
        let count = |hour: u32| f64::from(self.by_hour[(hour % 24) as usize]);
        let hour = moment.hour();
        // The neighbours count too: a morning begins a little earlier at times, and in summer.
        let around = (count(hour + 23) + 2.0 * count(hour) + count(hour + 1)) / 4.0;
        // One entry in every hour, so that few entries do not make a pattern.
        let share = 24.0 * (around + 1.0) / (self.total() + 24.0);
        let settled = (f64::from(self.watched) / SETTLED_HOURS).min(1.0);
        let profile = QUIET_SHARE + (1.0 - QUIET_SHARE) * (settled * share + 1.0 - settled);
        // A single entry is no burst.
        let burst =
            (f64::from(self.recent) * decay(hours(moment - now), RECENT_HOURS) - 1.0) / RECENT_HOURS / 2.0;
        (self.mean(now) * profile).max(burst)
    }

    /// Expected entries an hour, whatever the hour.
    fn mean(&self, now: DateTime<Utc>) -> f64 {
        let silence = self.last_new_at.map_or(0.0, |at| hours(now - at));
        (self.total() + 0.5) / f64::from(self.watched).max(silence).max(1.0)
    }

    fn total(&self) -> f64 {
        self.by_hour.iter().copied().map(f64::from).sum()
    }
}

/// The form of [`Rhythm::to_bytes`]; another one is forgotten and learned again.
const FORM: u8 = 1;
/// Form, 26 numbers, a time, a duration.
const BYTES: usize = 1 + 26 * 4 + 8 + 4;

impl Rhythm {
    /// To be stored.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(BYTES);
        bytes.push(FORM);
        for number in self.by_hour.iter().chain([&self.watched, &self.recent]) {
            bytes.extend(number.to_le_bytes());
        }
        bytes.extend(self.last_new_at.map_or(i64::MIN, |at| at.timestamp_millis()).to_le_bytes());
        let cover = self.cover.map_or(u32::MAX, |cover| u32::try_from(cover.as_secs()).unwrap_or(u32::MAX));
        bytes.extend(cover.to_le_bytes());
        bytes
    }

    /// Of what [`to_bytes`](Self::to_bytes) gave; `None` for anything else.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        if bytes.len() != BYTES || bytes[0] != FORM {
            return None;
        }
        let (numbers, rest) = bytes[1..].split_at(26 * 4);
        let mut numbers = numbers.chunks_exact(4).map(|four| {
            let number = f32::from_le_bytes([four[0], four[1], four[2], four[3]]);
            if number.is_finite() { number.max(0.0) } else { 0.0 }
        });
        let mut by_hour = [0.0; 24];
        by_hour.iter_mut().zip(&mut numbers).for_each(|(hour, number)| *hour = number);
        let (watched, recent) = (numbers.next()?, numbers.next()?);
        let (time, cover) = rest.split_at(8);
        let last_new_at = DateTime::from_timestamp_millis(i64::from_le_bytes(time.try_into().ok()?));
        let cover = match u32::from_le_bytes(cover.try_into().ok()?) {
            u32::MAX => None,
            seconds => Some(Duration::from_secs(seconds.into())),
        };
        Some(Self { by_hour, watched, recent, last_new_at, cover })
    }
}

/// What is left of one after `passed` hours, where a third is left after `memory` hours.
fn decay(passed: f64, memory: f64) -> f64 {
    (-passed.max(0.0) / memory).exp()
}

fn hours(span: TimeDelta) -> f64 {
    span.num_milliseconds() as f64 / 3_600_000.0
}

fn hours_of(duration: Duration) -> f64 {
    duration.as_secs_f64() / 3_600.0
}

/// Hours until the clock shows the next one.
fn to_next_hour(moment: DateTime<Utc>) -> f64 {
    let start = moment.duration_trunc(TimeDelta::hours(1)).unwrap_or(moment);
    (1.0 - hours(moment - start)).clamp(1e-4, 1.0)
}

#[cfg(test)]
mod tests;

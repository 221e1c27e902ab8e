//! The corpus against its oracle: what another reader sees in the same bytes. Runs where
//! `FEEDWATCH_CORPUS` names the folder.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde::Deserialize;

use super::{ingest, keys};
use crate::model::{FeedId, Timestamp};
use crate::parse::{Limits, ParsedFeed, Source, Text, both, parse};

#[derive(Deserialize)]
struct Expected {
    file: String,
    headers: HashMap<String, String>,
    entries: Vec<ExpectedEntry>,
}

#[derive(Deserialize)]
struct ExpectedEntry {
    id: Option<String>,
    title: Option<String>,
    link: Option<String>,
    date: Option<Timestamp>,
}

/// One row of the table.
#[derive(Clone, Default)]
struct Row {
    files: usize,
    effective: usize,
    expected: usize,
    found: usize,
    titles: (usize, usize),
    dates: (usize, usize),
    links: (usize, usize),
    unstable: usize,
    mojibake: usize,
    differences: Vec<String>,
}

impl Row {
    fn add(&mut self, other: Self) {
        self.files += other.files;
        self.effective += other.effective;
        self.expected += other.expected;
        self.found += other.found;
        for (mine, others) in
            [(&mut self.titles, other.titles), (&mut self.dates, other.dates), (&mut self.links, other.links)]
        {
            mine.0 += others.0;
            mine.1 += others.1;
        }
        self.unstable += other.unstable;
        self.mojibake += other.mojibake;
        self.differences.extend(other.differences);
    }

    fn recall(&self) -> f64 {
        share((self.found, self.expected))
    }
}

fn share((part, whole): (usize, usize)) -> f64 {
    if whole == 0 { 1.0 } else { part as f64 / whole as f64 }
}

/// A feed that is sound today and broken tomorrow must not change its entries: both readers of markup must
/// see the same in a sound document.
#[test]
fn both_readers_see_the_same_in_sound_feeds_of_the_corpus() {
    let Some((feeds, expected)) = corpus() else { return };
    let differences: Vec<String> =
        each(&expected, |expected| disagreements(&feeds, expected)).into_iter().flatten().collect();
    assert!(differences.is_empty(), "{} differences\n{}", differences.len(), differences.join("\n"));
}

fn disagreements(feeds: &Path, expected: &Expected) -> Vec<String> {
    let body = std::fs::read(feeds.join(&expected.file)).unwrap();
    let source = Source { content_type: None, url: "http://feeds.example/feed" };
    let Some(readings) = both(&body, &source) else { return Vec::new() };
    let [strict, lenient] = readings.map(|mut feed| {
        feed.report.repairs.clear();
        let (feed_id, now) = (FeedId::of("feed"), Timestamp::UNIX_EPOCH);
        let articles = ingest(feed_id, &feed, &HashMap::new(), now).into_iter();
        let mut shown: Vec<String> = articles.map(|article| format!("{article:?}")).collect();
        shown.push(format!("{:?} {:?} {:?} {:?}", feed.format, feed.hints, feed.link, feed.lang));
        shown.push(format!("{:?}", feed.title.map(|title| super::text::line(&title, 10_000))));
        shown
    });
    if strict.len() != lenient.len() {
        return vec![format!("{}: {} entries, {} leniently", expected.file, strict.len(), lenient.len())];
    }
    let pairs = strict.iter().zip(&lenient);
    let different = pairs.filter(|(strict, lenient)| strict != lenient);
    different.map(|(strict, lenient)| format!("{}: {strict} | {lenient}", expected.file)).collect()
}

#[test]
fn the_corpus_is_read_as_well_as_the_oracle_reads_it() {
    let Some((feeds, expected)) = corpus() else { return };
    let rows = each(&expected, |expected| compare(&feeds, expected));
    let mut folders: BTreeMap<&str, Row> = BTreeMap::new();
    let mut all = Row::default();
    for (expected, row) in expected.iter().zip(rows) {
        let folder = expected.file.rsplit_once('/').map_or("", |(folder, _)| folder);
        folders.entry(folder).or_default().add(row.clone());
        all.add(row);
    }
    for difference in &all.differences {
        println!("{difference}");
    }
    println!(
        "{:34} {:>5} {:>5} {:>6} {:>7} {:>7} {:>7} {:>7} {:>8} {:>8}",
        "folder", "files", "read", "wanted", "entries", "titles", "dates", "links", "unstable", "mojibake"
    );
    for (folder, row) in folders.iter().map(|(folder, row)| (*folder, row)).chain([("all", &all)]) {
        println!(
            "{:34} {:>5} {:>5} {:>6} {:>6.1}% {:>6.1}% {:>6.1}% {:>6.1}% {:>8} {:>8}",
            folder,
            row.files,
            row.effective,
            row.expected,
            100.0 * row.recall(),
            100.0 * share(row.titles),
            100.0 * share(row.dates),
            100.0 * share(row.links),
            row.unstable,
            row.mojibake
        );
        assert!(row.recall() >= 0.97, "{folder}: entry recall");
    }
    assert!(all.recall() >= 0.99, "entry recall");
    assert!(share(all.titles) >= 0.98, "titles");
    assert!(share(all.dates) >= 0.97, "dates");
    assert_eq!((all.unstable, all.mojibake), (0, 0), "unstable identities, mojibake");
}

/// The folder of feeds and what the oracle says of them; `None` where there is no corpus.
fn corpus() -> Option<(PathBuf, Vec<Expected>)> {
    let Some(corpus) = std::env::var_os("FEEDWATCH_CORPUS").map(PathBuf::from) else {
        println!("skipped: FEEDWATCH_CORPUS does not name the corpus");
        return None;
    };
    let feeds = corpus.join("feeds");
    let oracle = std::fs::read_to_string(feeds.join("oracle.jsonl")).unwrap();
    Some((feeds, oracle.lines().map(|line| serde_json::from_str(line).unwrap()).collect()))
}

/// Runs `work` on every file, on all processors.
fn each<T: Send>(expected: &[Expected], work: impl Fn(&Expected) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let worker = || {
        let numbers = std::iter::from_fn(|| Some(next.fetch_add(1, Ordering::Relaxed)));
        numbers.map_while(|at| Some((at, work(expected.get(at)?)))).collect::<Vec<_>>()
    };
    let mut results: Vec<(usize, T)> = std::thread::scope(|scope| {
        let workers: Vec<_> =
            (0..std::thread::available_parallelism().unwrap().get()).map(|_| scope.spawn(worker)).collect();
        workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
    });
    results.sort_unstable_by_key(|(at, _)| *at);
    results.into_iter().map(|(_, result)| result).collect()
}

fn compare(feeds: &Path, expected: &Expected) -> Row {
    let body = std::fs::read(feeds.join(&expected.file)).unwrap();
    let source = Source {
        content_type: expected.headers.get("content-type").map(String::as_str),
        url: "http://feeds.example/feed",
    };
    let mut row = Row { files: 1, expected: expected.entries.len(), ..Row::default() };
    let feed = match parse(&body, &source, &Limits::default()) {
        Ok(feed) => feed,
        Err(error) => {
            row.effective = usize::from(expected.entries.is_empty());
            if row.effective == 0 {
                row.differences.push(format!("{}: {error}", expected.file));
            }
            return row;
        }
    };
    row.effective = usize::from(feed.entries.len() >= expected.entries.len());
    row.found = feed.entries.len().min(expected.entries.len());
    if row.effective == 0 {
        let found = feed.entries.len();
        row.differences.push(format!("{}: {found} of {} entries", expected.file, row.expected));
    }
    for (entry, expected_entry) in feed.entries.iter().zip(&expected.entries) {
        let mut check =
            |what: &str, same: bool, found: &dyn std::fmt::Debug, wanted: &dyn std::fmt::Debug| {
                if !same {
                    let difference = format!("{}: {what}: {found:?} for {wanted:?}", expected.file);
                    row.differences.push(difference);
                }
                usize::from(same)
            };
        if let Some(wanted) = &expected_entry.title {
            let wanted = super::text::line(&Text::html(wanted), 10_000);
            let found = entry.title.as_ref().map(|title| super::text::line(title, 10_000));
            row.titles.0 += check("title", found.as_ref() == Some(&wanted), &found, &wanted);
            row.titles.1 += 1;
        }
        if let Some(wanted) = expected_entry.date {
            let found = [entry.published, entry.updated];
            let same = found.iter().flatten().any(|found| found.timestamp() == wanted.timestamp());
            row.dates.0 += check("date", same, &found, &wanted);
            row.dates.1 += 1;
        }
        if let Some(wanted) = &expected_entry.link {
            let same = |found: &String| found.trim_end_matches('/') == wanted.trim_end_matches('/');
            row.links.0 += check("link", entry.link.as_ref().is_some_and(same), &entry.link, wanted);
            row.links.1 += 1;
        }
        if let Some(wanted) = &expected_entry.id {
            check("id", entry.guid.as_ref() == Some(wanted), &entry.guid, wanted);
        }
    }
    row.unstable = unstable(&body, &source, &feed);
    row.mojibake = mojibake(&feed);
    row
}

/// Entries whose identity is another in a second reading, or after their titles were edited.
fn unstable(body: &[u8], source: &Source<'_>, feed: &ParsedFeed) -> usize {
    let again = parse(body, source, &Limits::default()).unwrap();
    let mut edited = feed.clone();
    for entry in edited.entries.iter_mut().filter(|entry| entry.guid.is_some() || entry.link.is_some()) {
        entry.title = Some(Text::plain("another title"));
    }
    let (first, second, third) = (keys(feed), keys(&again), keys(&edited));
    let moved = first.iter().zip(&second).zip(&third).filter(|((a, b), c)| a != b || a != c).count();
    let now = Timestamp::UNIX_EPOCH;
    assert!(ingest(FeedId::of("feed"), feed, &HashMap::new(), now).len() <= feed.entries.len());
    moved + first.len().abs_diff(second.len())
}

/// Texts that look like UTF-8 read as something else.
fn mojibake(feed: &ParsedFeed) -> usize {
    let texts = feed.entries.iter().flat_map(|entry| [&entry.title, &entry.summary, &entry.content]);
    let texts = texts.flatten().chain(&feed.title);
    texts.filter(|text| ["Ã©", "â€™", "Ð°", "ã‚"].iter().any(|sign| text.value.contains(sign))).count()
}

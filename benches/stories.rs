//! How well copies and stories are told, how long it takes beside analysis, and how much memory.
//!
//! Texts come from `FEEDWATCH_CORPUS`: `watches/articles.txt` (an article a line), `story/article.txt`, and the
//! feeds of `feeds/real`. Without it, only time and memory are measured, on invented words.
//! With `FEEDWATCH_EXAMPLES` set, every join is shown, to be judged by eye.

#![expect(clippy::print_stdout, reason = "a table is what it is run for")]

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use feedwatch::analysis::{Analyzer, Text};
use feedwatch::ingest::{Ingested, ingest};
use feedwatch::model::{ArticleId, EntryKey, FeedId, Joined, Lang, StoryId};
use feedwatch::parse::{Limits, Source, parse};
use feedwatch::story::{Newcomer, Sketch, StoryIndex, copies};

/// Articles that the index holds when it is measured.
const MANY: usize = 50_000;
/// Articles of one language that copies are made of, at most.
const ORIGINALS: usize = 150;

fn main() -> anyhow::Result<()> {
    let analyzer = Analyzer::new();
    let Some(corpus) = std::env::var_os("FEEDWATCH_CORPUS").map(PathBuf::from) else {
        println!("FEEDWATCH_CORPUS is not set: copies and headlines are not measured");
        measure_size(&analyzer);
        return Ok(());
    };
    let articles = read_feeds(&corpus, &analyzer)?;
    for (lang, texts) in originals(&corpus, &articles)? {
        measure_copies(&lang, &texts, &analyzer);
    }
    measure_stories(&articles);
    measure_size(&analyzer);
    Ok(())
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

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }

    /// A word of a vocabulary in which the n-th word is about 1/n as frequent as the first.
    fn word(&mut self, vocabulary: usize) -> String {
        let uniform = (self.next() >> 11) as f64 / (1_u64 << 53) as f64;
        let rank = (vocabulary as f64).powf(uniform) as usize;
        let mut word = String::new();
        let mut rest = rank * 7919 + 31;
        while rest > 0 {
            word.push(char::from(b"bcdfghklmnprstvz"[rest % 16]));
            word.push(char::from(b"aeiou"[rest / 16 % 5]));
            rest /= 80;
        }
        word
    }
}

fn text(chance: &mut Chance, words: usize) -> String {
    (0..words).map(|_| chance.word(60_000)).collect::<Vec<_>>().join(" ")
}

/// Time and memory of an index of 50,000 different articles in three days.
fn measure_size(analyzer: &Analyzer) {
    let mut chance = Chance(1);
    let begin = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
    let step = TimeDelta::hours(72) / MANY as i32;
    let mut index = StoryIndex::default();
    let (mut analysing, mut sketching, mut placing) = (0.0, 0.0, 0.0);
    let mut last = 0.0;
    for n in 0..MANY {
        let (title, body) = (text(&mut chance, 9), text(&mut chance, 400));
        let parts = Text { title: &title, body: &body, ..Text::default() };
        let started = Instant::now();
        let analysis = analyzer.analyze(&parts, Lang::parse("en"));
        let analysed = started.elapsed().as_secs_f64();
        let sketch = Sketch::of(&analysis, &[]);
        let sketched = started.elapsed().as_secs_f64();
        let at = begin + step * n as i32;
        let newcomer = newcomer("source", &n.to_string(), at, Lang::parse("en"), sketch);
        let before = Instant::now();
        index.place(&newcomer);
        let placed = before.elapsed().as_secs_f64();
        analysing += analysed;
        sketching += sketched - analysed;
        placing += placed;
        if n >= MANY - 1_000 {
            last += placed;
        }
    }
    let per = |seconds: f64| seconds * 1e6 / MANY as f64;
    println!("{MANY} articles of 400 words within 72 h, no two alike:");
    println!(
        "  analysis {:.0} µs an article, sketch {:.0} µs, placing {:.0} µs (the last thousand {:.0} µs)",
        per(analysing),
        per(sketching),
        per(placing),
        last * 1e3
    );
    println!(
        "  sketch and placing together take {:.2} of the time of the analysis",
        (sketching + placing) / analysing
    );
    println!("  {} stories, about {:.1} MB", index.stories(), index.bytes() as f64 / 1e6);
    println!("  resident memory of the whole process: {:.0} MB", resident());
}

/// Megabytes; 0 where the system does not say.
fn resident() -> f64 {
    let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = status.split(' ').nth(1).and_then(|pages| pages.parse::<f64>().ok());
    pages.map_or(0.0, |pages| pages * 4096.0 / 1e6)
}

fn newcomer(source: &str, guid: &str, at: DateTime<Utc>, lang: Option<Lang>, sketch: Sketch) -> Newcomer {
    let article = ArticleId::of(FeedId::of(source), &EntryKey::of("guid", &[guid]));
    Newcomer { article, at, seen_at: at, lang, source: source.to_owned(), country: None, sketch }
}

/// An article of a real feed.
struct Found {
    feed: String,
    title: String,
    summary: String,
    body: String,
    lang: Option<Lang>,
    at: DateTime<Utc>,
    sketch: Sketch,
}

impl Found {
    fn text(&self) -> &str {
        if self.body.len() >= self.summary.len() { &self.body } else { &self.summary }
    }
}

fn read_feeds(corpus: &Path, analyzer: &Analyzer) -> anyhow::Result<Vec<Found>> {
    let limits = Limits { max_bytes: 16 << 20, max_entries: 2_000, max_depth: 64 };
    let now = Utc::now();
    let mut found = Vec::new();
    let mut files: Vec<PathBuf> = std::fs::read_dir(corpus.join("feeds/real"))?
        .map(|entry| Ok(entry?.path()))
        .collect::<anyhow::Result<_>>()?;
    files.sort();
    for file in files {
        let body = std::fs::read(&file)?;
        let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        let url = format!("https://{name}.example/");
        let Ok(parsed) = parse(&body, &Source { content_type: None, url: &url }, &limits) else { continue };
        for entry in ingest(FeedId::of(&url), &parsed, &HashMap::new(), now) {
            let Ingested::New { article, .. } = entry else { continue };
            let analysis = analyzer.analyze(&Text::from(&article), article.lang);
            found.push(Found {
                feed: name.clone(),
                lang: analysis.lang(),
                at: article.published_at,
                sketch: Sketch::of(&analysis, &[]),
                title: article.title,
                summary: article.summary,
                body: article.body,
            });
        }
    }
    Ok(found)
}

/// Texts long enough to be cut, by language.
fn originals(corpus: &Path, articles: &[Found]) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let english = std::fs::read_to_string(corpus.join("watches/articles.txt"))?;
    texts.entry("en".into()).or_default().extend(english.lines().map(str::to_owned));
    texts.entry("ru".into()).or_default().push(std::fs::read_to_string(corpus.join("story/article.txt"))?);
    for found in articles {
        let Some(lang) = found.lang.map(|lang| lang.to_string()).filter(|lang| lang != "en") else {
            continue;
        };
        if (400..20_000).contains(&found.text().chars().count()) {
            texts.entry(lang).or_default().push(found.text().to_owned());
        }
    }
    if let Some(file) = std::env::var_os("FEEDWATCH_TEXTS") {
        for line in std::fs::read_to_string(file)?.lines() {
            if let Some((lang, text)) = line.split_once('\t') {
                texts.entry(lang.to_owned()).or_default().push(text.to_owned());
            }
        }
    }
    texts.values_mut().for_each(|texts| {
        texts.sort();
        texts.dedup_by(|a, b| a.chars().take(60).eq(b.chars().take(60)));
        texts.truncate(ORIGINALS);
    });
    Ok(texts)
}

/// The pieces that a text is edited by: words, or two characters of scripts without spaces.
fn pieces(text: &str) -> Vec<String> {
    let spaced = text.split_whitespace().count() * 12 > text.chars().count();
    if spaced {
        return text.split_inclusive(char::is_whitespace).map(str::to_owned).collect();
    }
    text.chars().collect::<Vec<_>>().chunks(2).map(|pair| pair.iter().collect()).collect()
}

fn measure_copies(lang: &str, texts: &[String], analyzer: &Analyzer) {
    let sketch = |text: &str| {
        let parts = Text { body: text, ..Text::default() };
        Sketch::of(&analyzer.analyze(&parts, Lang::parse(lang)), &[])
    };
    let sketches: Vec<Sketch> = texts.iter().map(|text| sketch(text)).collect();
    let mut chance = Chance(7);
    let mut recalled: BTreeMap<&str, (u32, u32)> = BTreeMap::new();
    for (at, original) in texts.iter().enumerate() {
        let other = pieces(&texts[(at + 1) % texts.len()]);
        let own = pieces(original);
        let part = |tenths: usize| own[..own.len() * tenths / 10].concat();
        let foreign = |tenths: usize| other[..(own.len() * tenths / 10).min(other.len())].concat();
        let edited: String = own
            .iter()
            .map(|piece| {
                if chance.below(100) < 15 { other[chance.below(other.len())].clone() } else { piece.clone() }
            })
            .collect();
        let variants = [
            (
                "boilerplate +30 %",
                if texts.len() > 1 { format!("{original}\n{}", foreign(3)) } else { original.clone() },
            ),
            ("lead rewritten", format!("{}\n{}", foreign(2), own[own.len() / 5..].concat())),
            ("cut to 70 %", part(7)),
            ("cut to 40 %", part(4)),
            ("its end, 40 %", own[own.len() * 6 / 10..].concat()),
            ("15 % edited", edited),
        ];
        for (name, variant) in variants {
            let (all, found) = recalled.entry(name).or_default();
            *all += 1;
            *found += u32::from(copies(&sketches[at], &sketch(&variant)).is_some());
        }
    }
    let (mut pairs, mut wrong) = (0, 0);
    for (at, one) in sketches.iter().enumerate() {
        for (with, other) in sketches.iter().enumerate().skip(at + 1) {
            pairs += 1;
            if copies(one, other).is_some() {
                wrong += 1;
                if std::env::var_os("FEEDWATCH_EXAMPLES").is_some() {
                    let shown = |text: &str| text.chars().take(100).collect::<String>();
                    println!("  taken for copies: {} | {}", shown(&texts[at]), shown(&texts[with]));
                }
            }
        }
    }
    println!("\n{lang}: {} texts; different texts taken for copies: {wrong} of {pairs} pairs", texts.len());
    for (name, (all, found)) in recalled {
        println!(
            "  {name:<20} {found:>4} of {all:<4} {:5.1} %",
            100.0 * f64::from(found) / f64::from(all.max(1))
        );
    }
}

/// What becomes of the articles of real feeds, each with its own time and source.
fn measure_stories(articles: &[Found]) {
    let mut order: Vec<&Found> = articles.iter().collect();
    order.sort_by_key(|found| found.at);
    let mut index = StoryIndex::default();
    let mut first: HashMap<StoryId, &Found> = HashMap::new();
    let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
    for (n, found) in order.iter().enumerate() {
        let newcomer = newcomer(&found.feed, &n.to_string(), found.at, found.lang, found.sketch.clone());
        let placement = index.place(&newcomer);
        *counts.entry(placement.joined.as_str()).or_default() += 1;
        let began = *first.entry(placement.story).or_insert(*found);
        if placement.joined != Joined::First && std::env::var_os("FEEDWATCH_EXAMPLES").is_some() {
            let name = |found: &Found| {
                format!("{} {} [{}]", found.at.format("%m-%d %H:%M"), found.feed, found.title)
            };
            println!("  {:<9} {} <- {}", placement.joined.as_str(), name(began), name(found));
        }
    }
    println!("\n{} articles of real feeds: {counts:?}", order.len());
}

//! How well copies and stories are told, how long it takes beside analysis, and how much memory.
//!
//! Texts to be copied come from `FEEDWATCH_TEXTS`, a folder with one for each language (`en`, `ru`, `ja`), which
//! holds a text in each file. Headlines come from the feeds of `FEEDWATCH_CORPUS`, in `feeds/real`; so do texts,
//! where there is no folder of them. Without either, only time and memory are measured, on invented words.
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
/// Texts of one language that copies are made of, at most.
const ORIGINALS: usize = 300;

fn main() -> anyhow::Result<()> {
    let analyzer = Analyzer::new();
    let folder = |name| std::env::var_os(name).map(PathBuf::from);
    let articles = match folder("FEEDWATCH_CORPUS") {
        Some(corpus) => read_feeds(&corpus, &analyzer)?,
        None => Vec::new(),
    };
    let texts = match folder("FEEDWATCH_TEXTS") {
        Some(texts) => read_texts(&texts)?,
        None => long_texts(&articles),
    };
    if texts.is_empty() {
        println!(
            "neither FEEDWATCH_TEXTS nor FEEDWATCH_CORPUS is set: copies and headlines are not measured"
        );
    }
    for (lang, texts) in &texts {
        measure_copies(lang, texts, &analyzer);
    }
    measure_stories(&articles);
    measure_hostile(&analyzer);
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

/// The texts in `folder`, by language.
fn read_texts(folder: &Path) -> anyhow::Result<BTreeMap<String, Vec<String>>> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for lang in std::fs::read_dir(folder)? {
        let lang = lang?;
        let of_lang = texts.entry(lang.file_name().to_string_lossy().into_owned()).or_default();
        for file in std::fs::read_dir(lang.path())? {
            of_lang.push(std::fs::read_to_string(file?.path())?);
        }
    }
    texts.values_mut().for_each(few_different);
    Ok(texts)
}

/// The texts of feeds that are long enough to be cut, by language.
fn long_texts(articles: &[Found]) -> BTreeMap<String, Vec<String>> {
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for found in articles {
        let Some(lang) = found.lang.map(|lang| lang.to_string()) else { continue };
        if (400..20_000).contains(&found.text().chars().count()) {
            texts.entry(lang).or_default().push(found.text().to_owned());
        }
    }
    texts.values_mut().for_each(few_different);
    texts
}

fn few_different(texts: &mut Vec<String>) {
    texts.sort();
    texts.dedup_by(|a, b| a.chars().take(60).eq(b.chars().take(60)));
    texts.truncate(ORIGINALS);
}

/// The pieces that a text is edited by: its words, and in scripts without spaces what is written in one kind
/// of letters, at most four.
fn pieces(text: &str) -> Vec<String> {
    let dense = text.chars().filter(|letter| matches!(letter, '\u{e00}'..='\u{eff}' | 'ぁ'..='鿿')).count();
    if dense * 3 < text.chars().count() {
        return text.split_inclusive(char::is_whitespace).map(str::to_owned).collect();
    }
    let kind = |letter: char| match letter {
        'ぁ'..='ゟ' => 0,
        'ァ'..='ヿ' => 1,
        '一'..='鿿' => 2,
        letter if letter.is_alphanumeric() => 3,
        _ => 4,
    };
    let mut pieces: Vec<String> = Vec::new();
    for letter in text.chars() {
        match pieces.last_mut() {
            Some(piece)
                if piece.chars().count() < 4 && piece.chars().last().map(kind) == Some(kind(letter)) =>
            {
                piece.push(letter);
            }
            _ => pieces.push(letter.to_string()),
        }
    }
    pieces
}

/// What editors make of `own`, with pieces of another text.
fn variants(own: &[String], other: &[String], chance: &mut Chance) -> [(&'static str, String); 6] {
    let part = |tenths: usize| own[..own.len() * tenths / 10].concat();
    let foreign = |tenths: usize| other[..(own.len() * tenths / 10).min(other.len())].concat();
    let mut exchanged = |piece: &String| {
        if chance.below(100) < 15 { other[chance.below(other.len())].clone() } else { piece.clone() }
    };
    [
        ("boilerplate +30 %", format!("{}\n{}", own.concat(), foreign(3))),
        ("lead rewritten", format!("{}\n{}", foreign(2), own[own.len() / 5..].concat())),
        ("cut to 70 %", part(7)),
        ("cut to 40 %", part(4)),
        ("its end, 40 %", own[own.len() * 6 / 10..].concat()),
        ("15 % edited", own.iter().map(&mut exchanged).collect()),
    ]
}

/// Copies of texts that stand in one index, and those texts among each other.
fn measure_copies(lang: &str, texts: &[String], analyzer: &Analyzer) {
    let at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
    let of = |source: &str, n: usize, text: &str| {
        let parts = Text { body: text, ..Text::default() };
        let analysis = analyzer.analyze(&parts, Lang::parse(lang));
        newcomer(source, &n.to_string(), at, analysis.lang(), Sketch::of(&analysis, &[]))
    };
    let originals: Vec<Newcomer> =
        texts.iter().enumerate().map(|(n, text)| of(&format!("original {n}"), n, text)).collect();
    let mut chance = Chance(7);
    let mut copied: BTreeMap<&str, Vec<Newcomer>> = BTreeMap::new();
    for (n, original) in texts.iter().enumerate() {
        let (own, other) = (pieces(original), pieces(&texts[(n + 1) % texts.len()]));
        for (name, variant) in variants(&own, &other, &mut chance) {
            copied.entry(name).or_default().push(of(&format!("copy {n}"), n, &variant));
        }
    }
    let mut wrong = 0;
    for (n, one) in originals.iter().enumerate() {
        for (with, other) in originals.iter().enumerate().skip(n + 1) {
            if copies(&one.sketch, &other.sketch).is_some() {
                wrong += 1;
                if std::env::var_os("FEEDWATCH_EXAMPLES").is_some() {
                    let shown = |text: &str| text.chars().take(200).collect::<String>();
                    println!("  taken for copies: {} | {}", shown(&texts[n]), shown(&texts[with]));
                }
            }
        }
    }
    let pairs = texts.len() * texts.len().saturating_sub(1) / 2;
    let words: usize = texts.iter().map(|text| pieces(text).len()).sum();
    println!("\n{lang}: {} texts of {} pieces on average", texts.len(), words / texts.len().max(1));
    println!("  different texts taken for copies: {wrong} of {pairs} pairs");
    for (name, copied) in copied {
        let mut index = StoryIndex::default();
        let stories: Vec<StoryId> = originals.iter().map(|one| index.place(one).story).collect();
        let alone = stories.iter().collect::<std::collections::BTreeSet<_>>().len();
        let mut found = 0;
        for ((copy, story), text) in copied.iter().zip(&stories).zip(texts) {
            let is_found = index.place(copy).story == *story;
            found += u32::from(is_found);
            if !is_found && std::env::var_os("FEEDWATCH_EXAMPLES").is_some() {
                println!("  not recognised, {name}: {}", text.chars().take(100).collect::<String>());
            }
        }
        println!(
            "  {name:<20} {found:>4} of {:<4} {:5.1} %   ({alone} stories before)",
            copied.len(),
            100.0 * f64::from(found) / copied.len().max(1) as f64
        );
    }
}

/// What becomes of the articles of real feeds, each with its own time and source; and as if all of them had
/// been published within a day.
fn measure_stories(articles: &[Found]) {
    let mut order: Vec<&Found> = articles.iter().collect();
    order.sort_by_key(|found| found.at);
    for within_a_day in [false, true] {
        let mut index = StoryIndex::default();
        let mut first: HashMap<StoryId, &Found> = HashMap::new();
        let mut counts: BTreeMap<&str, u32> = BTreeMap::new();
        for (n, found) in order.iter().enumerate() {
            let day = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
            let at = if within_a_day {
                day + TimeDelta::seconds(86_400 * n as i64 / order.len() as i64)
            } else {
                found.at
            };
            let newcomer = newcomer(&found.feed, &n.to_string(), at, found.lang, found.sketch.clone());
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
        let time = if within_a_day { "as if of one day" } else { "at their own times" };
        println!("\n{} articles of real feeds, {time}: {counts:?}", order.len());
    }
}

/// Articles of 75 words by as many outlets: each could be the story of any other.
fn measure_hostile(analyzer: &Analyzer) {
    println!("\narticles of 400 words out of 75, each by another outlet:");
    for count in [2_000, 4_000, 8_000, 16_000] {
        let mut chance = Chance(3);
        let mut index = StoryIndex::default();
        let at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
        let (mut analysing, mut placing) = (0.0, 0.0);
        for n in 0..count {
            let words: Vec<String> = (0..400).map(|_| format!("word{}", chance.below(75))).collect();
            let (title, body) = (format!("{} {n}", words[..8].join(" ")), words.join(" "));
            let parts = Text { title: &title, body: &body, ..Text::default() };
            let started = Instant::now();
            let analysis = analyzer.analyze(&parts, Lang::parse("en"));
            analysing += started.elapsed().as_secs_f64();
            let newcomer = newcomer(&n.to_string(), "1", at, Lang::parse("en"), Sketch::of(&analysis, &[]));
            let before = Instant::now();
            index.place(&newcomer);
            placing += before.elapsed().as_secs_f64();
        }
        println!(
            "  {count:>6} articles: placing {:.2} of the time of the analysis, compared with {:.1} stories each, {} stories",
            placing / analysing,
            index.compared() as f64 / f64::from(count),
            index.stories()
        );
    }
}

//! How well copies and stories are told, how long it takes beside analysis, and how much memory.
//!
//! Texts to be copied come from `FEEDWATCH_TEXTS`, a folder with one for each language (`en`, `ru`, `ja`), which
//! holds a text in each file. Headlines come from the feeds of `FEEDWATCH_CORPUS`, in `feeds/real`; so do texts,
//! where there is no folder of them. News told in several languages comes from `FEEDWATCH_PARALLEL`, files of JSON
//! lines (`story`, `lang`, `source`, `minutes`, `title`, `body`), separated by colons. Without any of these, only
//! time and memory are measured, on invented words.
//! With `FEEDWATCH_EXAMPLES` set, every join is shown, to be judged by eye.

#![expect(clippy::print_stdout, reason = "a table is what it is run for")]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use chrono::{DateTime, TimeDelta, Utc};
use feedwatch::analysis::{Analyzer, Text};
use feedwatch::ingest::{Ingested, ingest};
use feedwatch::model::{ArticleId, EntryKey, FeedId, Joined, Lang, StoryId};
use feedwatch::parse::{Limits, Source, parse};
use feedwatch::story::{Newcomer, Sketch, StoryIndex, Vocabulary, copies};
use serde::Deserialize;

/// Articles that the index holds when it is measured.
const MANY: usize = 50_000;
/// Texts of one language that copies are made of, at most.
const ORIGINALS: usize = 300;

fn main() -> anyhow::Result<()> {
    let analyzer = Arc::new(Analyzer::new());
    let reader = Reader { vocabulary: Vocabulary::new(Arc::clone(&analyzer)), analyzer };
    let folder = |name| std::env::var_os(name).map(PathBuf::from);
    let articles = match folder("FEEDWATCH_CORPUS") {
        Some(corpus) => read_feeds(&corpus, &reader)?,
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
        measure_copies(lang, texts, &reader);
    }
    measure_stories(&articles);
    if let Some(files) = std::env::var_os("FEEDWATCH_PARALLEL") {
        for file in std::env::split_paths(&files) {
            measure_translations(&file, &articles, &reader)?;
        }
    }
    measure_hostile(&reader);
    measure_size(&reader);
    Ok(())
}

/// What an article is read with.
struct Reader {
    analyzer: Arc<Analyzer>,
    vocabulary: Vocabulary,
}

impl Reader {
    fn sketch(&self, parts: &Text<'_>, declared: Option<Lang>) -> (Option<Lang>, Sketch) {
        let analysis = self.analyzer.analyze(parts, declared);
        (analysis.lang(), Sketch::of(parts, &analysis, &[], &self.vocabulary))
    }
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
fn measure_size(reader: &Reader) {
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
        let analysis = reader.analyzer.analyze(&parts, Lang::parse("en"));
        let analysed = started.elapsed().as_secs_f64();
        let sketch = Sketch::of(&parts, &analysis, &[], &reader.vocabulary);
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

fn read_feeds(corpus: &Path, reader: &Reader) -> anyhow::Result<Vec<Found>> {
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
            let (lang, sketch) = reader.sketch(&Text::from(&article), article.lang);
            found.push(Found {
                feed: name.clone(),
                lang,
                at: article.published_at,
                sketch,
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
fn measure_copies(lang: &str, texts: &[String], reader: &Reader) {
    let at = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
    let of = |source: &str, n: usize, text: &str| {
        let parts = Text { body: text, ..Text::default() };
        let (lang, sketch) = reader.sketch(&parts, Lang::parse(lang));
        newcomer(source, &n.to_string(), at, lang, sketch)
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

/// An article of which it is known what news it tells.
#[derive(Deserialize)]
struct Told {
    story: String,
    lang: String,
    source: String,
    minutes: i64,
    title: String,
    body: String,
}

/// News told in several languages, to an index that knows nothing else, and to one that has read the feeds as
/// news of the same hours.
fn measure_translations(file: &Path, articles: &[Found], reader: &Reader) -> anyhow::Result<()> {
    let mut told: Vec<Told> =
        std::fs::read_to_string(file)?.lines().map(serde_json::from_str).collect::<Result<_, _>>()?;
    told.sort_by_key(|told| told.minutes);
    let name = file.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    let langs: HashSet<&str> = told.iter().map(|told| told.lang.as_str()).collect();
    let stories: HashSet<&str> = told.iter().map(|told| told.story.as_str()).collect();
    println!(
        "\n{name}: {} articles that tell {} stories in {} languages",
        told.len(),
        stories.len(),
        langs.len()
    );
    let begin = DateTime::<Utc>::UNIX_EPOCH + TimeDelta::days(20_000);
    for (with, others) in [("alone", &[][..]), ("with the articles of feeds", articles)] {
        let mut index = StoryIndex::default();
        let mut names: HashMap<StoryId, HashSet<&str>> = HashMap::new();
        let mut foreign = HashSet::new();
        for (n, found) in others.iter().enumerate() {
            let newcomer = newcomer(&found.feed, &n.to_string(), begin, found.lang, found.sketch.clone());
            foreign.insert(index.place(&newcomer).story);
        }
        let mut heard: HashSet<&str> = HashSet::new();
        let (mut later, mut joined, mut silenced, mut wrong) = (0, 0, 0, 0);
        for (n, told) in told.iter().enumerate() {
            let parts = Text { title: &told.title, body: &told.body, ..Text::default() };
            let (lang, sketch) = reader.sketch(&parts, None);
            let at = begin + TimeDelta::minutes(told.minutes);
            let placement = index.place(&newcomer(&told.source, &format!("{name} {n}"), at, lang, sketch));
            let is_later = names.values().any(|of| of.contains(told.story.as_str()));
            let of = names.entry(placement.story).or_default();
            let is_told = !of.is_empty() || foreign.contains(&placement.story);
            later += u32::from(is_later);
            match (is_told, of.contains(told.story.as_str())) {
                (true, true) => joined += 1,
                (true, false) if heard.contains(told.story.as_str()) => wrong += 1,
                (true, false) => silenced += 1,
                (false, _) => {
                    heard.insert(&told.story);
                }
            }
            if is_told
                && !of.contains(told.story.as_str())
                && std::env::var_os("FEEDWATCH_EXAMPLES").is_some()
            {
                println!("  taken for {of:?}: {} {} [{}]", told.story, told.lang, told.title);
            }
            of.insert(&told.story);
        }
        println!(
            "  {with}: {joined} of {later} that tell what was told before came to it ({:.0} %); news that nobody \
             heard of: {silenced}; else in a wrong story: {wrong}",
            100.0 * f64::from(joined) / f64::from(later)
        );
    }
    Ok(())
}

/// Articles of 75 words by as many outlets: each could be the story of any other.
fn measure_hostile(reader: &Reader) {
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
            let analysis = reader.analyzer.analyze(&parts, Lang::parse("en"));
            analysing += started.elapsed().as_secs_f64();
            let sketch = Sketch::of(&parts, &analysis, &[], &reader.vocabulary);
            let newcomer = newcomer(&n.to_string(), "1", at, Lang::parse("en"), sketch);
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

//! Time and memory of analysis and matching, as a table.
//!
//! `FEEDWATCH_CORPUS=… cargo bench --bench matching` reads `watches/short.txt`, `watches/agency.txt.gz` and
//! `watches/articles.txt` of that folder; without it the bench says so and ends.

#![expect(clippy::print_stdout, reason = "a table is what it is run for")]

use std::hint::black_box;
use std::io::Read as _;
use std::path::Path;
use std::time::{Duration, Instant};

use feedwatch::analysis::{Analysis, Analyzer, Text};
use feedwatch::matching::{Document, Frequencies, Matcher};
use feedwatch::model::{StoryPolicy, Watch};
use feedwatch::query;
use regex_automata::meta::Regex;
use snowball_stemmers_rs::{Algorithm, Stemmer};

/// Numbers of watches measured.
const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];

/// Each figure is the best of so many rounds over all articles.
const ROUNDS: usize = 8;

fn main() -> anyhow::Result<()> {
    let Some(folder) = std::env::var_os("FEEDWATCH_CORPUS") else {
        println!("FEEDWATCH_CORPUS is not set: nothing to measure");
        return Ok(());
    };
    let folder = Path::new(&folder).join("watches");
    let articles = std::fs::read_to_string(folder.join("articles.txt"))?;
    let articles: Vec<&str> = articles.lines().collect();
    let short = std::fs::read_to_string(folder.join("short.txt"))?;
    let mut agency = String::new();
    flate2::read::GzDecoder::new(std::fs::File::open(folder.join("agency.txt.gz"))?)
        .read_to_string(&mut agency)?;

    let analyzer = Analyzer::new();
    let analyses = measure_analysis(&articles, &analyzer);
    let mut frequencies = Frequencies::default();
    analyses.iter().for_each(|analysis| frequencies.observe(analysis));

    println!(
        "\n{:<8} {:>8} {:>12} {:>11} {:>10} {:>9} {:>10} {:>10}",
        "shape", "watches", "µs/article", "× analysis", "proofs µs", "matches", "build s", "memory MB"
    );
    for (shape, lines) in [("short", &short), ("agency", &agency)] {
        for size in SIZES {
            measure_matching(shape, lines, size, &articles, &analyses, &analyzer, &frequencies)?;
        }
    }
    for size in &SIZES[..2] {
        measure_regexes(&short, *size, &articles)?;
    }
    Ok(())
}

fn text<'t>(article: &&'t str) -> Text<'t> {
    Text { body: article, ..Text::default() }
}

/// The best of some rounds, per article.
fn best(articles: usize, mut round: impl FnMut()) -> Duration {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        round();
        best = best.min(start.elapsed());
    }
    best / articles as u32
}

fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

fn measure_analysis(articles: &[&str], analyzer: &Analyzer) -> Vec<Analysis> {
    let start = Instant::now();
    let analyses: Vec<Analysis> =
        articles.iter().map(|article| analyzer.analyze(&text(article), None)).collect();
    let cold = start.elapsed() / articles.len() as u32;
    println!("analysis, µs an article");
    println!("  {:<52} {:>8.1}", "English, empty token cache", micros(cold));
    println!("  {:<52} {:>8.1}", "English", micros(best(articles.len(), || analyze_all(articles, analyzer))));
    for (language, sentence) in SENTENCES {
        let article = sentence.repeat(2_400 / sentence.chars().count() + 1);
        println!(
            "  {language:<52} {:>8.1}",
            micros(best(20, || analyze_all(&[article.as_str(); 20], analyzer)))
        );
    }
    let stemmer = Stemmer::create(Algorithm::English);
    let chain = best(articles.len(), || {
        for article in articles {
            let words = article
                .split(|c: char| !c.is_alphanumeric())
                .filter(|word| !word.is_empty() && word.len() < 40);
            for word in words {
                black_box(stemmer.stem(&word.to_lowercase()));
            }
        }
    });
    println!("  {:<52} {:>8.1}", "split, lower case, Snowball (the chain `en_stem`)", micros(chain));
    analyses
}

fn analyze_all(articles: &[&str], analyzer: &Analyzer) {
    for article in articles {
        black_box(analyzer.analyze(&text(article), None));
    }
}

/// A sentence of each script; an article is as many of them as make 2,400 characters.
const SENTENCES: [(&str, &str); 3] = [
    (
        "Russian",
        "Япония и страны Юго-Восточной Азии подпишут соглашение о защите сетей на встрече министров в Токио. ",
    ),
    ("Japanese", "政府は東南アジア諸国連合の職員の研修を支援し、サイバー攻撃への対策を強化すると発表した。"),
    ("Thai", "รัฐบาลญี่ปุ่นจะสนับสนุนการฝึกอบรมเจ้าหน้าที่ของประเทศสมาชิกอาเซียนด้านความมั่นคงปลอดภัยไซเบอร์ "),
];

fn measure_matching(
    shape: &str,
    lines: &str,
    size: usize,
    articles: &[&str],
    analyses: &[Analysis],
    analyzer: &Analyzer,
    frequencies: &Frequencies,
) -> anyhow::Result<()> {
    let watches: Vec<Watch> = lines.lines().take(size).enumerate().filter_map(watch).collect();
    let before = resident_bytes();
    let start = Instant::now();
    let matcher = Matcher::compile(&watches, &[], analyzer, frequencies)
        .map_err(|errors| anyhow::anyhow!("{} watches are refused: {}", errors.len(), errors[0]))?;
    let build = start.elapsed();
    let memory = resident_bytes().saturating_sub(before) as f64 / 1e6;
    let mut matches = 0;
    let time = best(articles.len(), || {
        matches = 0;
        for (article, analysis) in articles.iter().zip(analyses) {
            matches += black_box(matcher.matches(&Document::of(text(article), analysis))).len();
        }
    });
    let proofs = best(articles.len(), || {
        for (article, analysis) in articles.iter().zip(analyses) {
            for matched in matcher.matches(&Document::of(text(article), analysis)).iter() {
                black_box(matched.spans());
            }
        }
    });
    // Measured again beside each figure: a busy machine slows both.
    let alone = best(articles.len(), || analyze_all(articles, analyzer));
    println!(
        "{shape:<8} {:>8} {:>12.1} {:>11.2} {:>10.1} {:>9.1} {:>10.2} {memory:>10.1}",
        watches.len(),
        micros(time),
        (time + alone).as_secs_f64() / alone.as_secs_f64(),
        micros(proofs.saturating_sub(time)),
        matches as f64 / articles.len() as f64,
        build.as_secs_f64(),
    );
    Ok(())
}

/// `None` for what the parser refuses: a few lines of the corpus are one-letter words.
fn watch((index, line): (usize, &str)) -> Option<Watch> {
    let query = query::parse(line).ok()?.query;
    Some(Watch {
        name: index.to_string(),
        query,
        text: line.to_owned(),
        channels: Vec::new(),
        rules: Default::default(),
        story: StoryPolicy::default(),
        spike: false,
        silence: None,
    })
}

/// What most programs do: every watch is a pattern of its words, tried on every article.
fn measure_regexes(lines: &str, size: usize, articles: &[&str]) -> anyhow::Result<()> {
    let start = Instant::now();
    let mut patterns = Vec::with_capacity(size);
    for line in lines.lines().take(size) {
        patterns.push(Regex::new(&pattern(line))?);
    }
    let build = start.elapsed();
    let time = best(articles.len(), || {
        for article in articles {
            for pattern in &patterns {
                black_box(pattern.find_iter(article).count());
            }
        }
    });
    println!(
        "{:<8} {size:>8} {:>12.1} {:>11} {:>10} {:>9} {:>10.2}",
        "regex",
        micros(time),
        "",
        "",
        "",
        build.as_secs_f64()
    );
    Ok(())
}

fn pattern(line: &str) -> String {
    let words = line.split(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !matches!(*word, "" | "AND" | "OR" | "NOT")).collect();
    format!(r"(?i)\b(?:{})\b", words.join("|"))
}

/// Memory in use, from `/proc`; 0 where there is none.
fn resident_bytes() -> usize {
    let statm = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = statm.split_whitespace().nth(1).and_then(|pages| pages.parse::<usize>().ok());
    pages.unwrap_or(0) * 4096
}

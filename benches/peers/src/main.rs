//! Analysis beside that of tantivy, on the same articles in the same run.
//!
//! `FEEDWATCH_CORPUS` names a folder with `watches/articles.txt`, as for the bench of matching.

use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context;
use feedwatch::analysis::{Analyzer, Text};
use snowball_stemmers_rs::{Algorithm, Stemmer};
use tantivy::tokenizer::{self, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, TextAnalyzer};

/// Each figure is the best of so many rounds over all articles; the three take turns.
const ROUNDS: usize = 40;

/// As in tantivy's `en_stem`.
const LONGEST_WORD: usize = 40;

fn main() -> anyhow::Result<()> {
    let folder = std::env::var_os("FEEDWATCH_CORPUS").context("FEEDWATCH_CORPUS is not set")?;
    let articles = std::fs::read_to_string(Path::new(&folder).join("watches/articles.txt"))?;
    let articles: Vec<&str> = articles.lines().collect();
    let analyzer = Analyzer::new();
    let mut en_stem = TextAnalyzer::builder(SimpleTokenizer::default())
        .filter(RemoveLongFilter::limit(LONGEST_WORD))
        .filter(LowerCaser)
        .filter(tokenizer::Stemmer::new(Language::English))
        .build();
    let stemmer = Stemmer::create(Algorithm::English);
    let mut best = [Duration::MAX; 3];
    for _ in 0..ROUNDS {
        let rounds: [&mut dyn FnMut(&str); 3] = [
            &mut |body| {
                black_box(analyzer.analyze(&Text { body, ..Text::default() }, None));
            },
            &mut |body| {
                let mut tokens = en_stem.token_stream(body);
                while tokens.advance() {
                    black_box(tokens.token());
                }
            },
            &mut |body| {
                let words = body.split(|c: char| !c.is_alphanumeric());
                for word in words.filter(|word| !word.is_empty() && word.len() < LONGEST_WORD) {
                    black_box(stemmer.stem(&word.to_lowercase()));
                }
            },
        ];
        for (best, round) in best.iter_mut().zip(rounds) {
            let start = Instant::now();
            articles.iter().for_each(|article| round(article));
            *best = (*best).min(start.elapsed());
        }
    }
    let names = ["feedwatch", "tantivy, en_stem", "the same chain, rebuilt"];
    for (name, time) in names.iter().zip(best) {
        let micros = time.as_secs_f64() * 1e6 / articles.len() as f64;
        let times = best[0].as_secs_f64() / time.as_secs_f64();
        println!("{name:<26} {micros:>8.1} µs an article; feedwatch takes {times:.2} times as long");
    }
    Ok(())
}

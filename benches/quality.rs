//! Recall and precision on inflected words, and how often the language of a title is recognised.
//!
//! `FEEDWATCH_INFLECTIONS=FOLDER cargo bench --bench quality` reads what `benches/inflections.py` wrote;
//! `FEEDWATCH_TITLES=FILE` a file of lines `true language, declared language or nothing, title`, separated by
//! tabs. Without either it says so and ends.

#![expect(clippy::print_stdout, reason = "a table is what it is run for")]

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use feedwatch::analysis::{Analyzer, Text};
use feedwatch::matching::{Document, Frequencies, Matcher};
use feedwatch::model::{Lang, StoryPolicy, Watch};
use feedwatch::query;

/// Dictionary forms asked for, the most frequent.
const QUERIES: usize = 5_000;

/// The most frequent dictionary forms are left out, as queries and as text: nobody watches for them.
const FUNCTION_WORDS: usize = 150;

/// Examples shown of each kind of mistake.
const EXAMPLES: usize = 40;

fn main() -> anyhow::Result<()> {
    let analyzer = Analyzer::new();
    match std::env::var_os("FEEDWATCH_INFLECTIONS") {
        Some(folder) => measure_inflections(Path::new(&folder), &analyzer)?,
        None => println!("FEEDWATCH_INFLECTIONS is not set: inflections are not measured"),
    }
    match std::env::var_os("FEEDWATCH_TITLES") {
        Some(file) => measure_languages(Path::new(&file), &analyzer)?,
        None => println!("FEEDWATCH_TITLES is not set: language identification is not measured"),
    }
    Ok(())
}

/// A word of the yardstick.
struct Form<'t> {
    text: &'t str,
    frequency: f64,
    lemmas: BTreeSet<&'t str>,
}

/// What one way of matching found, in occurrences.
#[derive(Default)]
struct Score {
    wanted: f64,
    found: f64,
    /// As `wanted` and `found`, of forms that differ from the dictionary form.
    inflected_wanted: f64,
    inflected_found: f64,
    wrong: f64,
}

impl Score {
    fn count(&mut self, form: &Form<'_>, queries: &[&str], found: &HashSet<&str>) {
        for lemma in form.lemmas.iter().filter(|lemma| queries.binary_search(lemma).is_ok()) {
            let hit = if found.contains(*lemma) { form.frequency } else { 0.0 };
            self.wanted += form.frequency;
            self.found += hit;
            if *lemma != form.text {
                self.inflected_wanted += form.frequency;
                self.inflected_found += hit;
            }
        }
        let wrong = found.iter().filter(|query| !form.lemmas.contains(*query)).count();
        self.wrong += form.frequency * wrong as f64;
    }

    fn row(&self) -> String {
        let percent = |part: f64, whole: f64| 100.0 * part / whole.max(f64::MIN_POSITIVE);
        format!(
            "{:5.1} / {:5.1} / {:5.1}",
            percent(self.found, self.wanted),
            percent(self.inflected_found, self.inflected_wanted),
            percent(self.found, self.found + self.wrong),
        )
    }
}

fn measure_inflections(folder: &Path, analyzer: &Analyzer) -> anyhow::Result<()> {
    println!("recall / recall of inflected forms / precision, % of occurrences");
    println!("{:<4} {:>7} {:^21} {:^21} {:^21}", "lang", "forms", "feedwatch", "substring", "whole word");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<anyhow::Result<_>>()?;
    files.retain(|file| file.extension() == Some(OsStr::new("tsv")));
    files.sort();
    for file in files {
        let lang = file.file_stem().and_then(OsStr::to_str).context("a file is named by its language")?;
        let text = std::fs::read_to_string(&file)?;
        measure_language(lang, &text, analyzer).with_context(|| file.display().to_string())?;
    }
    Ok(())
}

fn measure_language(lang: &str, text: &str, analyzer: &Analyzer) -> anyhow::Result<()> {
    let (sentence, rows) = text.split_once('\n').context("no sentence")?;
    let mut forms: Vec<Form<'_>> = rows.lines().map(form).collect::<anyhow::Result<_>>()?;
    let mut lemmas = frequent_lemmas(&forms);
    let function_words: HashSet<&str> = lemmas.drain(..FUNCTION_WORDS.min(lemmas.len())).collect();
    forms.retain(|form| form.lemmas.iter().all(|lemma| !function_words.contains(lemma)));
    lemmas.truncate(QUERIES);
    lemmas.sort_unstable();
    let queries = lemmas;
    let watches: Vec<Watch> = queries.iter().map(|lemma| watch(lemma)).collect::<anyhow::Result<_>>()?;
    let Ok(matcher) = Matcher::compile(&watches, &[], analyzer, &Frequencies::default()) else {
        anyhow::bail!("the queries do not compile");
    };
    let (mut ours, mut substring, mut whole) = (Score::default(), Score::default(), Score::default());
    let (mut missed, mut wrong) = (Vec::new(), Vec::new());
    for form in &forms {
        let text = Text { title: form.text, body: sentence, ..Text::default() };
        let analysis = analyzer.analyze(&text, None);
        let matched = matcher.matches(&Document::of(text, &analysis));
        let found: HashSet<&str> = matched.iter().map(|matched| queries[matched.watch]).collect();
        ours.count(form, &queries, &found);
        let inside = queries.iter().copied().filter(|query| form.text.contains(query)).collect();
        substring.count(form, &queries, &inside);
        let same = queries.binary_search(&form.text).is_ok().then_some(form.text);
        whole.count(form, &queries, &same.into_iter().collect());
        for lemma in form.lemmas.iter().filter(|lemma| queries.binary_search(lemma).is_ok()) {
            if !found.contains(lemma) {
                missed.push((form.frequency, format!("{lemma}: {}", form.text)));
            }
        }
        for query in found.iter().filter(|query| !form.lemmas.contains(*query)) {
            wrong.push((form.frequency, format!("{query}: {}", form.text)));
        }
    }
    println!("{lang:<4} {:>7} {} {} {}", forms.len(), ours.row(), substring.row(), whole.row());
    if std::env::var_os("FEEDWATCH_EXAMPLES").is_some() {
        show("missed", missed);
        show("wrong", wrong);
    }
    Ok(())
}

fn form(row: &str) -> anyhow::Result<Form<'_>> {
    let columns: Vec<&str> = row.split('\t').collect();
    let [text, frequency, lemmas] = columns[..] else { anyhow::bail!("'{row}' has not three columns") };
    Ok(Form { text, frequency: frequency.parse()?, lemmas: lemmas.split('|').collect() })
}

/// The dictionary forms, the most frequent first.
fn frequent_lemmas<'t>(forms: &[Form<'t>]) -> Vec<&'t str> {
    let mut frequencies: HashMap<&str, f64> = HashMap::new();
    for form in forms {
        for lemma in &form.lemmas {
            *frequencies.entry(lemma).or_default() += form.frequency;
        }
    }
    let mut ranked: Vec<(&str, f64)> = frequencies.into_iter().collect();
    ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(b.0)));
    ranked.into_iter().map(|(lemma, _)| lemma).collect()
}

/// Asks for `lemma` in the title, where the form stands; the sentence only tells the language.
fn watch(lemma: &str) -> anyhow::Result<Watch> {
    let text = format!("title:{lemma}");
    let Ok(parsed) = query::parse(&text) else { anyhow::bail!("'{text}' is no query") };
    Ok(Watch {
        name: lemma.to_owned(),
        query: parsed.query,
        text,
        channels: Vec::new(),
        rules: Default::default(),
        story: StoryPolicy::default(),
        spike: false,
        silence: None,
    })
}

fn show(kind: &str, mut examples: Vec<(f64, String)>) {
    examples.sort_by(|a, b| b.0.total_cmp(&a.0));
    let shown: Vec<String> = examples.into_iter().take(EXAMPLES).map(|(_, example)| example).collect();
    println!("     {kind}: {}", shown.join(", "));
}

/// What titles of one language were taken for.
#[derive(Default)]
struct Verdicts {
    titles: u32,
    right: u32,
    wrong: BTreeMap<String, u32>,
}

fn measure_languages(file: &Path, analyzer: &Analyzer) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(file)?;
    // By true language and by what was declared.
    let mut counts: BTreeMap<(&str, &str), Verdicts> = BTreeMap::new();
    for line in text.lines() {
        let columns: Vec<&str> = line.splitn(3, '\t').collect();
        let [lang, declared, title] = columns[..] else { anyhow::bail!("'{line}' has not three columns") };
        let analysis = analyzer.analyze(&Text { title, ..Text::default() }, Lang::parse(declared));
        let found = analysis.lang().map_or_else(|| "none".to_owned(), |found| found.to_string());
        let kind = match declared {
            "" => "nothing",
            declared if declared == lang => "the truth",
            _ => "another",
        };
        let verdicts = counts.entry((lang, kind)).or_default();
        verdicts.titles += 1;
        if found == lang {
            verdicts.right += 1;
        } else {
            *verdicts.wrong.entry(found).or_default() += 1;
        }
    }
    println!("\n{:<4} {:<10} {:>6} {:>6}  wrong", "lang", "declared", "titles", "right");
    for ((lang, kind), Verdicts { titles, right, wrong }) in &counts {
        let wrong: Vec<String> = wrong.iter().map(|(lang, count)| format!("{lang} {count}")).collect();
        let percent = 100.0 * f64::from(*right) / f64::from(*titles);
        println!("{lang:<4} {kind:<10} {titles:>6} {percent:>5.1}%  {}", wrong.join(", "));
    }
    Ok(())
}

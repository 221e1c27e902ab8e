//! Regression cases of queries: rows of query, text and expected answer, one JSON object a line.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::atom::Dictionary;
use super::compile::{CompiledConcept, Compiler};
use super::document::Document;
use super::error::Subject;
use super::evaluate::Evaluator;
use super::explain::{Explainer, Explanation};
use super::node::Node;
use super::occurrence::Scope;
use super::pattern::Patterns;
use super::scan::Scan;
use crate::analysis::{Analysis, Analyzer, Text};
use crate::ingest::visible_text;
use crate::model::{Concept, Watch};
use crate::query::{self, Query};

/// A row as written; unknown keys are ignored, and `null` is an empty text.
#[derive(Debug, Deserialize)]
struct Case {
    query: Option<String>,
    /// The name of a watch, instead of a query.
    watch: Option<String>,
    title: Option<String>,
    summary: Option<String>,
    body: Option<String>,
    author: Option<String>,
    source: Option<String>,
    country: Option<String>,
    #[serde(default)]
    tags: Vec<String>,
    url: Option<String>,
    expect: Option<Expectation>,
}

/// The keys of a row. A row may have `lang`, as those have that were made with other tools; the matcher
/// finds the language by reading.
pub const CASE_KEYS: [&str; 12] = [
    "query", "watch", "title", "summary", "body", "author", "source", "country", "tags", "url", "lang",
    "expect",
];

/// What a row expects of its query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged, expecting = "`expect` must be true, false or \"error\"")]
pub enum Expectation {
    /// That it matches, or that it does not.
    Matched(bool),
    /// That it is refused.
    Refused(Refusal),
}

/// How a row writes that it expects its query to be refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// `"error"`.
    Error,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CaseOutcome {
    /// Its line, from 1.
    pub row: usize,
    /// Whether it came out as expected. A query that is refused passes only where that is expected.
    pub pass: bool,
    /// `None` when the row cannot be read.
    pub expect: Option<Expectation>,
    /// `false` too when the query could not be asked.
    pub matched: bool,
    /// Why it could not.
    pub error: Option<String>,
    /// Keys of the row that nobody reads.
    #[serde(skip)]
    pub ignored: Vec<String>,
    /// The query's text, the watch's where the row names one; empty when there is none.
    #[serde(skip)]
    pub query: String,
    /// The title, else the beginning of the text.
    #[serde(skip)]
    pub title: String,
    /// Why it came out otherwise than expected.
    #[serde(skip)]
    pub explanation: Option<Explanation>,
}

/// Runs every row of `cases`, each when it is asked for; blank lines are none. The matcher is not told
/// the language of a row.
pub fn run_cases<'a>(
    cases: &'a str,
    watches: &'a [Watch],
    concepts: &'a [Concept],
    analyzer: &'a Analyzer,
) -> impl Iterator<Item = CaseOutcome> + 'a {
    let lines = cases.trim_start_matches('\u{feff}').lines().zip(1..);
    let lines = lines.filter(|(line, _)| !line.trim().is_empty());
    let rows: Vec<(usize, Result<Row, String>)> = lines.map(|(line, row)| (row, Row::read(line))).collect();
    let texts = rows.iter().filter_map(|(_, row)| row.as_ref().ok()?.case.query_text(watches).ok());
    let queries = Queries::compile(texts, concepts, analyzer);
    rows.into_iter().map(move |(row, read)| {
        let mut outcome = CaseOutcome {
            row,
            pass: false,
            expect: None,
            matched: false,
            error: None,
            ignored: Vec::new(),
            query: String::new(),
            title: String::new(),
            explanation: None,
        };
        let ran = read.and_then(|Row { case, ignored }| {
            outcome.ignored = ignored;
            run(&case.without_markup(), &queries, watches, analyzer, &mut outcome)
        });
        if let Err(error) = ran {
            (outcome.pass, outcome.error) = (false, Some(error));
        }
        outcome
    })
}

/// Asks the row's query; the error says what the row lacks to be a case at all, which no row can expect.
fn run(
    case: &Case,
    queries: &Queries,
    watches: &[Watch],
    analyzer: &Analyzer,
    outcome: &mut CaseOutcome,
) -> Result<(), String> {
    let text = case.text();
    let title = [text.title, text.summary, text.body].into_iter().find(|text| !text.is_empty());
    outcome.title = title.unwrap_or_default().to_owned();
    outcome.expect = case.expect;
    let query = case.query_text(watches)?;
    outcome.query = query.to_owned();
    let expect = case.expect.ok_or("not a case: the row has no `expect`")?;
    let analysis = analyzer.analyze(&text, None);
    match queries.explain(query, &case.document(text, &analysis)) {
        Ok(explained) => {
            outcome.matched = explained.holds;
            outcome.pass = expect == Expectation::Matched(explained.holds);
            outcome.explanation = Some(explained).filter(|_| !outcome.pass);
        }
        Err(error) => {
            outcome.pass = expect == Expectation::Refused(Refusal::Error);
            outcome.error = Some(error);
        }
    }
    Ok(())
}

/// A row that could be read.
struct Row {
    case: Case,
    ignored: Vec<String>,
}

impl Row {
    fn read(line: &str) -> Result<Self, String> {
        let not_a_case = |error| format!("not a case: {error}");
        let keys: Map<String, Value> = serde_json::from_str(line).map_err(not_a_case)?;
        let ignored = keys.keys().filter(|key| !CASE_KEYS.contains(&key.as_str())).cloned().collect();
        // Of the text again: a key that is there twice is an error, which the map does not notice.
        Ok(Self { case: serde_json::from_str(line).map_err(not_a_case)?, ignored })
    }
}

/// The queries of a file. They share the terms of concepts, which take longest to compile.
struct Queries {
    dictionary: Result<Dictionary, String>,
    patterns: Patterns,
    concepts: Vec<CompiledConcept>,
    by_text: HashMap<String, Result<(Query, Node), String>>,
}

impl Queries {
    fn compile<'t>(texts: impl Iterator<Item = &'t str>, concepts: &[Concept], analyzer: &Analyzer) -> Self {
        let mut compiler = Compiler::new(concepts, analyzer);
        let mut by_text = HashMap::new();
        for text in texts {
            if !by_text.contains_key(text) {
                by_text.insert(text.to_owned(), compile(text, &mut compiler));
            }
        }
        Self {
            dictionary: Dictionary::build(&compiler.atoms, analyzer).map_err(|error| error.to_string()),
            patterns: compiler.patterns,
            concepts: compiler.concepts,
            by_text,
        }
    }

    /// Why the query written as `text` matches `document` or does not.
    fn explain(&self, text: &str, document: &Document<'_>) -> Result<Explanation, String> {
        let (query, root) = self.by_text[text].as_ref().map_err(Clone::clone)?;
        let scan = Scan::new(*document, self.dictionary.as_ref().map_err(Clone::clone)?);
        let evaluator = Evaluator { scan: &scan, patterns: &self.patterns, concepts: &self.concepts };
        Ok(Explainer { evaluator, document }.explain(&query.root, root, Scope::TEXT))
    }
}

fn compile(text: &str, compiler: &mut Compiler<'_>) -> Result<(Query, Node), String> {
    let query = query::parse(text).map_err(|found| {
        let errors = found.iter().filter(|diagnostic| diagnostic.is_error());
        errors.map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
    })?;
    let root = compiler.query(&query.query, &Subject::Query);
    let errors = std::mem::take(&mut compiler.errors);
    let said = || errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
    root.filter(|_| errors.is_empty()).map(|root| (query.query, root)).ok_or_else(said)
}

impl Case {
    /// The row's query, or that of the watch it names.
    fn query_text<'t>(&'t self, watches: &'t [Watch]) -> Result<&'t str, String> {
        match (&self.query, &self.watch) {
            (Some(query), _) => Ok(query),
            (None, Some(name)) => {
                let watch = watches.iter().find(|watch| watch.name == *name);
                watch.map(|watch| &*watch.text).ok_or_else(|| format!("watch '{name}' does not exist"))
            }
            (None, None) => Err("not a case: the row has neither `query` nor `watch`".to_owned()),
        }
    }

    /// Texts as a feed would have brought them: rows are copied from pages and feeds, with their markup.
    fn without_markup(self) -> Self {
        let plain = |text: Option<String>| text.map(|text| visible_text(&text));
        Self {
            title: plain(self.title),
            summary: plain(self.summary),
            body: plain(self.body),
            author: plain(self.author),
            ..self
        }
    }

    fn text(&self) -> Text<'_> {
        let or_empty = |text| Option::as_deref(text).unwrap_or_default();
        Text {
            title: or_empty(&self.title),
            summary: or_empty(&self.summary),
            body: or_empty(&self.body),
            author: or_empty(&self.author),
        }
    }

    fn document<'d>(&'d self, text: Text<'d>, analysis: &'d Analysis) -> Document<'d> {
        Document {
            source: self.source.as_deref().unwrap_or_default(),
            country: self.country.as_deref().unwrap_or_default(),
            tags: &self.tags,
            url: self.url.as_deref().unwrap_or_default(),
            ..Document::of(text, analysis)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_tells_what_became_of_it() {
        let query = query::parse("kyoto").expect("a query").query;
        let watch = Watch {
            name: "desk".to_owned(),
            query,
            text: "kyoto".to_owned(),
            channels: Vec::new(),
            rules: Default::default(),
            story: crate::model::StoryPolicy::default(),
            spike: false,
            silence: None,
        };
        let analyzer = Analyzer::new();
        for (row, pass, matched, error) in [
            (
                r#"{"query": "tokyo", "title": "In Tokyo", "expect": true, "why": "x", "lang": 3}"#,
                true,
                true,
                "",
            ),
            (r#"{"query": "tokyo", "title": "In Kyoto", "summary": null, "expect": true}"#, false, false, ""),
            (
                r#"{"query": "\"in tokyo\"", "body": "<p>In&nbsp;<b>Tokyo</b>", "expect": true}"#,
                true,
                true,
                "",
            ),
            (r#"{"query": "tokyo", "title": "In Tokyo", "expect": false}"#, false, true, ""),
            (r#"{"query": "(tokyo", "expect": false}"#, false, false, "never closed"),
            (r#"{"query": "(tokyo", "expect": "error"}"#, true, false, "never closed"),
            (r#"{"query": "@nowhere", "expect": true}"#, false, false, "does not exist"),
            (r#"{"query": "tokyo", "title": "In Tokyo", "expect": "error"}"#, false, true, ""),
            (r#"{"watch": "desk", "title": "In Kyoto", "expect": true}"#, true, true, ""),
            (
                r#"{"watch": "none", "title": "", "expect": true}"#,
                false,
                false,
                "watch 'none' does not exist",
            ),
            (r#"{"title": "In Kyoto", "expect": true}"#, false, false, "neither `query` nor `watch`"),
            (r#"{"qurey": "(tokyo", "expect": "error"}"#, false, false, "neither `query` nor `watch`"),
            (r#"{"watch": "none", "expect": "error"}"#, false, false, "watch 'none' does not exist"),
            (r#"{"query": "tokyo", "title": "In Tokyo"}"#, false, false, "no `expect`"),
            (r#"{"query": "tokyo", "title": "In Tokyo", "expect": null}"#, false, false, "no `expect`"),
            (r#"{"query": "tokyo", "title": 7, "expect": true}"#, false, false, "not a case"),
            (r#"{"query": "tokyo", "expect": true, "expect": false}"#, false, false, "duplicate"),
            ("[]", false, false, "not a case"),
            ("{}", false, false, "not a case"),
            (r#"{"query": "tokyo", "expect": "maybe"}"#, false, false, "`expect` must be"),
            ("nonsense", false, false, "not a case"),
        ] {
            let file = format!("\u{feff}\n{row}\n");
            let watches = std::slice::from_ref(&watch);
            let outcomes: Vec<_> = run_cases(&file, watches, &[], &analyzer).collect();
            let outcome = &outcomes[0];
            assert_eq!((outcomes.len(), outcome.row), (1, 2), "{row}");
            assert_eq!((outcome.pass, outcome.matched), (pass, matched), "{row}");
            let said = outcome.error.as_deref().unwrap_or_default();
            assert!(said.contains(error) && said.is_empty() == error.is_empty(), "{row}: {said}");
            let explained = !pass && said.is_empty();
            assert_eq!(outcome.explanation.is_some(), explained, "{row}");
        }
    }
}

//! Regression cases of queries: rows of query, text and expected answer, one JSON object a line.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use serde::{Deserialize, Serialize};

use super::compiled_query::CompiledQuery;
use super::document::Document;
use super::explain::Explanation;
use crate::analysis::{Analysis, Analyzer, Text};
use crate::model::{Concept, Watch};
use crate::query;

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
    expect: Expectation,
}

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
    let mut runner = Runner { watches, concepts, analyzer, compiled: HashMap::new() };
    let rows = cases.trim_start_matches('\u{feff}').lines().enumerate();
    rows.filter(|(_, line)| !line.trim().is_empty()).map(move |(index, line)| runner.run(index + 1, line))
}

struct Runner<'a> {
    watches: &'a [Watch],
    concepts: &'a [Concept],
    analyzer: &'a Analyzer,
    /// Queries so far, by their text: case files ask few queries of many texts.
    compiled: HashMap<String, Result<CompiledQuery, String>>,
}

/// Compiled queries that are kept: one with large concepts takes megabytes.
const MOST_COMPILED: usize = 64;

impl Runner<'_> {
    fn run(&mut self, row: usize, line: &str) -> CaseOutcome {
        let mut outcome = CaseOutcome {
            row,
            pass: false,
            expect: None,
            matched: false,
            error: None,
            query: String::new(),
            title: String::new(),
            explanation: None,
        };
        match serde_json::from_str(line) {
            Ok(case) => self.ask(&case, &mut outcome),
            Err(error) => outcome.error = Some(format!("not a case: {error}")),
        }
        outcome
    }

    fn ask(&mut self, case: &Case, outcome: &mut CaseOutcome) {
        let analyzer = self.analyzer;
        outcome.expect = Some(case.expect);
        let text = case.text();
        outcome.title = [text.title, text.summary, text.body]
            .into_iter()
            .find(|t| !t.is_empty())
            .unwrap_or_default()
            .to_owned();
        let compiled = self.query_text(case).and_then(|query| {
            outcome.query = query.clone();
            self.compiled(query)
        });
        let query = match compiled {
            Ok(query) => query,
            Err(error) => {
                outcome.pass = case.expect == Expectation::Refused(Refusal::Error);
                outcome.error = Some(error);
                return;
            }
        };
        let analysis = analyzer.analyze(&text, None);
        let document = case.document(text, &analysis);
        outcome.matched = query.matches(&document).is_some();
        outcome.pass = case.expect == Expectation::Matched(outcome.matched);
        if !outcome.pass {
            outcome.explanation = Some(query.explain(&document));
        }
    }
}

impl Runner<'_> {
    /// The row's query, or that of the watch it names.
    fn query_text(&self, case: &Case) -> Result<String, String> {
        match (&case.query, &case.watch) {
            (Some(query), _) => Ok(query.clone()),
            (None, Some(name)) => {
                let watch = self.watches.iter().find(|watch| watch.name == *name);
                watch.map(|watch| watch.text.clone()).ok_or_else(|| format!("watch '{name}' does not exist"))
            }
            (None, None) => Err("the row has neither query nor watch".to_owned()),
        }
    }

    fn compiled(&mut self, query: String) -> Result<&CompiledQuery, String> {
        if self.compiled.len() >= MOST_COMPILED && !self.compiled.contains_key(&query) {
            self.compiled.clear();
        }
        let (concepts, analyzer) = (self.concepts, self.analyzer);
        let compiled = match self.compiled.entry(query) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let compiled = compile(new.key(), concepts, analyzer);
                new.insert(compiled)
            }
        };
        compiled.as_ref().map_err(Clone::clone)
    }
}

fn compile(query: &str, concepts: &[Concept], analyzer: &Analyzer) -> Result<CompiledQuery, String> {
    let parsed = query::parse(query).map_err(|found| {
        let errors = found.iter().filter(|diagnostic| diagnostic.is_error());
        errors.map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
    })?;
    CompiledQuery::compile(&parsed.query, concepts, analyzer)
        .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
}

impl Case {
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
        let watch = Watch { name: "desk".to_owned(), query, text: "kyoto".to_owned(), channels: Vec::new() };
        let analyzer = Analyzer::new();
        for (row, pass, matched, error) in [
            (
                r#"{"query": "tokyo", "title": "In Tokyo", "expect": true, "why": "x", "lang": 3}"#,
                true,
                true,
                "",
            ),
            (r#"{"query": "tokyo", "title": "In Kyoto", "summary": null, "expect": true}"#, false, false, ""),
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
            (r#"{"title": "In Kyoto", "expect": true}"#, false, false, "neither query nor watch"),
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

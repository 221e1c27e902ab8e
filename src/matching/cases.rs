//! Regression cases of queries: rows of query, text and expected answer, one JSON object a line.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::compiled_query::CompiledQuery;
use super::document::Document;
use crate::analysis::{Analyzer, Text};
use crate::model::{Concept, Watch};
use crate::query::{self, Query};

/// A row as written; unknown keys are ignored.
#[derive(Debug, Deserialize)]
struct Case {
    query: Option<String>,
    /// The name of a watch, instead of a query.
    watch: Option<String>,
    #[serde(default)]
    title: String,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    body: String,
    #[serde(default)]
    author: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    country: String,
    #[serde(default)]
    tags: Vec<String>,
    #[serde(default)]
    url: String,
    expect: bool,
}

/// What became of a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CaseOutcome {
    /// Its line, from 1.
    pub row: usize,
    /// Whether the answer was the expected one.
    pub pass: bool,
    /// `None` when the row cannot be read.
    pub expect: Option<bool>,
    /// `None` when the query could not be asked.
    pub matched: Option<bool>,
    /// Why it could not.
    pub error: Option<String>,
}

/// Runs every row of `cases`; blank lines are none. The matcher is not told the language of a row.
pub fn run_cases(
    cases: &str,
    watches: &[Watch],
    concepts: &[Concept],
    analyzer: &Analyzer,
) -> Vec<CaseOutcome> {
    let mut runner = Runner { watches, concepts, analyzer, compiled: HashMap::new() };
    let rows = cases.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    rows.map(|(index, line)| runner.run(index + 1, line)).collect()
}

struct Runner<'a> {
    watches: &'a [Watch],
    concepts: &'a [Concept],
    analyzer: &'a Analyzer,
    /// Queries so far, by their text: case files ask few queries of many texts.
    compiled: HashMap<String, Result<CompiledQuery, String>>,
}

impl Runner<'_> {
    fn run(&mut self, row: usize, line: &str) -> CaseOutcome {
        let case: Case = match serde_json::from_str(line) {
            Ok(case) => case,
            Err(error) => {
                let error = Some(format!("not a case: {error}"));
                return CaseOutcome { row, pass: false, expect: None, matched: None, error };
            }
        };
        let expect = Some(case.expect);
        match self.ask(&case) {
            Ok(matched) => {
                CaseOutcome { row, pass: matched == case.expect, expect, matched: Some(matched), error: None }
            }
            Err(error) => CaseOutcome { row, pass: false, expect, matched: None, error: Some(error) },
        }
    }

    fn ask(&mut self, case: &Case) -> Result<bool, String> {
        let key = case.query.clone().or_else(|| case.watch.as_ref().map(|name| format!("watch:{name}")));
        let key = key.ok_or("the row has neither query nor watch")?;
        if !self.compiled.contains_key(&key) {
            let compiled = self.compile(case);
            self.compiled.insert(key.clone(), compiled);
        }
        let compiled = self.compiled[&key].as_ref().map_err(Clone::clone)?;
        let text =
            Text { title: &case.title, summary: &case.summary, body: &case.body, author: &case.author };
        let analysis = self.analyzer.analyze(&text, None);
        let document = Document {
            source: &case.source,
            country: &case.country,
            tags: &case.tags,
            url: &case.url,
            ..Document::of(text, &analysis)
        };
        Ok(compiled.matches(&document).is_some())
    }

    fn compile(&self, case: &Case) -> Result<CompiledQuery, String> {
        let query = self.query(case)?;
        CompiledQuery::compile(&query, self.concepts, self.analyzer)
            .map_err(|errors| errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))
    }

    fn query(&self, case: &Case) -> Result<Query, String> {
        if let Some(text) = &case.query {
            let parsed = query::parse(text).map_err(|found| {
                let errors = found.iter().filter(|diagnostic| diagnostic.is_error());
                errors.map(|error| error.message.as_str()).collect::<Vec<_>>().join("; ")
            });
            return parsed.map(|parsed| parsed.query);
        }
        let name = case.watch.as_deref().unwrap_or_default();
        let watch = self.watches.iter().find(|watch| watch.name == name);
        watch.map(|watch| watch.query.clone()).ok_or_else(|| format!("watch '{name}' does not exist"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_tells_what_became_of_it() {
        let cases = r#"{"query": "tokyo", "title": "In Tokyo", "expect": true, "why": "ignored"}

{"query": "tokyo", "title": "In Kyoto", "expect": true}
{"query": "(tokyo", "title": "", "expect": false}
{"watch": "desk", "title": "In Kyoto", "expect": true}
{"watch": "none", "title": "", "expect": true}
nonsense"#;
        let query = query::parse("kyoto").expect("a query").query;
        let watch = Watch { name: "desk".to_owned(), query, text: "kyoto".to_owned(), channels: Vec::new() };
        let outcomes = run_cases(cases, &[watch], &[], &Analyzer::new());
        let found: Vec<_> =
            outcomes.iter().map(|outcome| (outcome.row, outcome.pass, outcome.error.is_some())).collect();
        let expected = [
            (1, true, false),
            (3, false, false),
            (4, false, true),
            (5, true, false),
            (6, false, true),
            (7, false, true),
        ];
        assert_eq!(found, expected, "{outcomes:?}");
    }
}

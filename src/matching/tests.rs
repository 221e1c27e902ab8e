//! Right answers, in every script and with every operator.

use super::*;
use crate::analysis::{Analyzer, Text};
use crate::model::{Concept, Lang};
use crate::query;

mod articles;
mod concepts;
mod corpus;
mod languages;
mod operators;
mod properties;

/// Whether `query` matches an article, asked both of the query alone and of an index that holds it.
fn matches(query: &str, text: Text<'_>, concepts: &[Concept], analyzer: &Analyzer) -> bool {
    let parsed = query::parse(query).unwrap_or_else(|errors| panic!("{query}: {errors:?}")).query;
    let compiled = CompiledQuery::compile(&parsed, concepts, analyzer);
    let compiled = compiled.unwrap_or_else(|errors| panic!("{query}: {errors:?}"));
    let analysis = analyzer.analyze(&text, None);
    let document = Document::of(text, &analysis);
    let spans = compiled.matches(&document);
    for span in spans.iter().flatten() {
        let stored: String =
            text.field(span.field).chars().skip(span.start).take(span.end - span.start).collect();
        assert_eq!(stored, span.text, "{query}: a span is a slice of the stored text");
    }
    spans.is_some()
}

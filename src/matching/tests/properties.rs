//! What holds for every query and text: the laws of logic, and that the index, the query by itself and
//! the filter of searches agree.

use proptest::prelude::*;

use super::*;
use crate::model::{Field, Span, Watch};
use crate::query::{Expr, Node, Query, Term};

const WORDS: [&str; 16] = [
    "Japan",
    "attack",
    "attacks",
    "governments",
    "cafe",
    "café",
    "АСЕАН",
    "стран",
    "странами",
    "日本",
    "东盟国家",
    "アジア",
    "อาเซียน",
    "아세안과",
    "الأمن",
    "the",
];

fn node(expr: Expr) -> Node {
    Node { expr, span: 0..0 }
}

fn leaf() -> impl Strategy<Value = Node> {
    let word = prop::sample::select(&WORDS[..]);
    let words = prop::collection::vec(prop::sample::select(&WORDS[..]), 2..4);
    prop_oneof![
        6 => (word.clone(), any::<bool>()).prop_map(|(word, exact)| Term::Word { text: word.to_owned(), exact }),
        2 => (words, any::<bool>(), 0..3u32)
            .prop_map(|(words, exact, slop)| Term::Phrase { text: words.join(" "), exact, slop }),
        1 => word.clone().prop_map(|word| Term::CaseSensitive { text: word.to_owned() }),
        1 => word.clone().prop_map(|word| Term::Prefix { text: word.chars().take(3).collect() }),
        1 => word.prop_map(|word| Term::Regex { pattern: word.to_owned(), ignore_case: true }),
    ]
    .prop_map(|term| node(Expr::Term(term)))
    .prop_filter("a prefix has two letters or more", |node| match &node.expr {
        Expr::Term(Term::Prefix { text } | Term::Regex { pattern: text, .. }) => text.chars().count() >= 2,
        _ => true,
    })
}

/// Queries without negation, so that they can be watched for.
fn positive() -> impl Strategy<Value = Node> {
    leaf().prop_recursive(3, 12, 3, |inner| {
        let several = prop::collection::vec(inner.clone(), 2..4);
        prop_oneof![
            several.clone().prop_map(|nodes| node(Expr::And(nodes))),
            several.clone().prop_map(|nodes| node(Expr::Or(nodes))),
            (1..3u32, several).prop_map(|(count, nodes)| node(Expr::SomeOf(count, nodes))),
            (1..3u32, inner.clone()).prop_map(|(count, inner)| node(Expr::AtLeast(count, Box::new(inner)))),
            (prop::collection::vec(leaf(), 2..4), 0..4u32, any::<bool>())
                .prop_map(|(operands, within, ordered)| node(Expr::Near { operands, within, ordered })),
            inner.prop_map(|inner| node(Expr::In(query::Field::Title, Box::new(inner)))),
        ]
    })
}

fn any_query() -> impl Strategy<Value = Node> {
    positive().prop_recursive(2, 8, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| node(Expr::Not(Box::new(inner)))),
            prop::collection::vec(inner, 2..4).prop_map(|nodes| node(Expr::And(nodes))),
        ]
    })
}

fn text() -> impl Strategy<Value = (String, String)> {
    let sentence =
        || prop::collection::vec(prop::sample::select(&WORDS[..]), 0..8).prop_map(|words| words.join(" "));
    (sentence(), sentence())
}

fn not(inner: &Node) -> Node {
    node(Expr::Not(Box::new(inner.clone())))
}

fn holds(root: Node, document: &Document<'_>, analyzer: &Analyzer) -> bool {
    let compiled = CompiledQuery::compile(&Query { root }, &[], analyzer).expect("a query");
    compiled.matches(document).is_some()
}

thread_local! {
    static ANALYZER: Analyzer = Analyzer::new();
}

fn with_document(title: &str, body: &str, test: impl FnOnce(&Document<'_>, &Analyzer)) {
    ANALYZER.with(|analyzer| {
        let text = Text { title, body, ..Text::default() };
        let analysis = analyzer.analyze(&text, None);
        test(&Document::of(text, &analysis), analyzer);
    });
}

/// Whether the index text of a document fulfils `filter`, as the full-text index would say.
fn fulfils(filter: &Filter, tokens: &[&str]) -> bool {
    match filter {
        Filter::All => true,
        Filter::And(parts) => parts.iter().all(|part| fulfils(part, tokens)),
        Filter::Or(parts) => parts.iter().any(|part| fulfils(part, tokens)),
        Filter::Token(token) => tokens.contains(&token.as_str()),
        Filter::Phrase(phrase) => tokens.windows(phrase.len()).any(|window| window == phrase),
        Filter::Prefix(prefix) => tokens.iter().any(|token| token.starts_with(prefix.as_str())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn logic_does_not_change_what_matches(a in any_query(), b in any_query(), (title, body) in text()) {
        with_document(&title, &body, |document, analyzer| {
            let holds = |node| holds(node, document, analyzer);
            assert_eq!(holds(not(&not(&a))), holds(a.clone()));
            let and = |a: &Node, b: &Node| node(Expr::And(vec![a.clone(), b.clone()]));
            let or = |a: &Node, b: &Node| node(Expr::Or(vec![a.clone(), b.clone()]));
            assert_eq!(holds(and(&a, &b)), holds(and(&b, &a)));
            assert_eq!(holds(or(&a, &b)), holds(or(&b, &a)));
            assert_eq!(holds(not(&and(&a, &b))), holds(or(&not(&a), &not(&b))));
            assert_eq!(holds(not(&or(&a, &b))), holds(and(&not(&a), &not(&b))));
        });
    }

    #[test]
    fn the_index_agrees_with_each_query_by_itself(
        queries in prop::collection::vec((positive(), any_query()), 1..8),
        (title, body) in text(),
    ) {
        with_document(&title, &body, |document, analyzer| {
            let watches: Vec<Watch> = queries
                .iter()
                .enumerate()
                .map(|(index, (positive, other))| Watch {
                    name: index.to_string(),
                    // A positive part makes any query one that can be watched for.
                    query: Query { root: node(Expr::And(vec![positive.clone(), other.clone()])) },
                    text: String::new(),
                    channels: Vec::new(),
                    rules: Default::default(),
                    story: crate::model::StoryPolicy::default(),
                    spike: false,
                    silence: None,
                })
                .collect();
            let mut frequencies = Frequencies::default();
            frequencies.observe(document.analysis);
            let matcher = Matcher::compile(&watches, &[], analyzer, &frequencies).expect("a matcher");
            let tokens = crate::analysis::index_text(document.analysis);
            let tokens: Vec<&str> = tokens.split(' ').collect();
            let mut expected = Vec::new();
            for (index, watch) in watches.iter().enumerate() {
                let compiled = CompiledQuery::compile(&watch.query, &[], analyzer).expect("a query");
                if let Some(spans) = compiled.matches(document) {
                    assert!(fulfils(compiled.prefilter(), &tokens), "{:?} of {:?}", compiled.prefilter(), tokens);
                    expected.push((index, spans));
                }
            }
            let matches = matcher.matches(document);
            let found: Vec<(usize, Vec<Span>)> = matches
                .iter()
                .map(|matched| (matched.watch, matched.spans()))
                .collect();
            assert_eq!(found, expected);
        });
    }

    #[test]
    fn no_text_stops_the_analysis(title in "\\PC{0,60}", body in any::<String>()) {
        with_document(&title, &body, |document, _| {
            for unit in document.analysis.units() {
                let text = document.text.field(unit.field);
                let slice = &text[unit.start as usize..unit.end as usize];
                let by_chars = text.chars().skip(unit.start_char as usize).take(slice.chars().count());
                assert_eq!(by_chars.collect::<String>(), slice);
            }
            assert!(document.analysis.units().iter().all(|unit| unit.field != Field::Author));
        });
    }
}

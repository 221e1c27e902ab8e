//! What holds of every text and every tree.

use proptest::prelude::*;

use crate::query::{Expr, Field, Node, Query, Term, parse, parse_term};

/// Pieces that the grammar knows, so that chance finds its corners.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "AND",
        "OR",
        "NOT",
        "NEAR",
        "NEAR/3",
        "ONEAR/0",
        "ATLEAST/2",
        "2",
        "OF",
        "(",
        ")",
        ",",
        "-",
        "\"",
        "“",
        "«",
        "»",
        "{",
        "}",
        "/",
        "/sec/i",
        "@",
        "@asean",
        "=",
        "~2",
        "*",
        "title:",
        "lang:",
        "url:",
        "nope:",
        "#",
        "\n",
        " ",
        "  ",
        "asean",
        "東盟",
        "кибер",
        "อาเซียน",
        "צה\"ל",
        "\u{200e}",
        "（",
        "）",
        "、",
        "\\",
        "'",
        "a",
        "10,000",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

fn reads(text: &str) -> Result<(), TestCaseError> {
    for found in [parse(text).map(|parsed| parsed.query), parse_term(text)] {
        match found {
            Ok(query) => {
                let printed = query.to_string();
                let again = parse(&printed).map(|parsed| parsed.query);
                prop_assert_eq!(again, Ok(query), "{} → {}", text, printed);
            }
            Err(found) => prop_assert!(found.iter().any(|diagnostic| diagnostic.is_error())),
        }
    }
    Ok(())
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in any::<String>()) {
        reads(&text)?;
    }

    #[test]
    fn any_row_of_tokens_is_read_or_refused(text in soup()) {
        reads(&text)?;
    }

    #[test]
    fn every_tree_is_read_back_as_it_was(root in tree()) {
        let query = Query { root };
        let printed = query.to_string();
        prop_assert_eq!(parse(&printed).map(|parsed| parsed.query), Ok(query), "{}", printed);
    }
}

fn node(expr: Expr) -> Node {
    Node { expr, span: 0..0 }
}

fn word() -> impl Strategy<Value = String> {
    prop::sample::select(vec![
        "asean",
        "COVID-19",
        "AT&T",
        "кибербезопасность",
        "東盟",
        "อาเซียน",
        "an",
        "ninh",
        "mạng",
        "3,000",
        "C++",
        "צה\"ל",
        "Überfall",
        "사이버",
        "of",
        "or",
        "12:30",
    ])
    .prop_map(str::to_owned)
}

fn phrase() -> impl Strategy<Value = String> {
    prop::collection::vec(word(), 2..4).prop_map(|words| words.join(" "))
}

fn term() -> impl Strategy<Value = Node> {
    let slop = prop_oneof![Just(0), 1..=50_u32];
    prop_oneof![
        (word(), any::<bool>()).prop_map(|(text, exact)| Term::Word { text, exact }),
        "[a-zа-я]{2,6}".prop_map(|text| Term::Prefix { text }),
        (phrase(), any::<bool>(), slop).prop_map(|(text, exact, slop)| Term::Phrase { text, exact, slop }),
        prop_oneof![word(), phrase()].prop_map(|text| Term::CaseSensitive { text }),
        ("[a-z]{2,6}(\\\\/|\\[ab\\])?", any::<bool>())
            .prop_map(|(pattern, ignore_case)| Term::Regex { pattern, ignore_case }),
        "[a-z][a-z0-9-]{0,8}".prop_map(|name| Term::Concept { name }),
    ]
    .prop_map(|term| node(Expr::Term(term)))
}

fn metadata() -> impl Strategy<Value = Node> {
    let value = |text: &str| node(Expr::Term(Term::Word { text: text.to_owned(), exact: false }));
    prop::sample::select(vec![
        node(Expr::In(Field::Lang, Box::new(value("ru")))),
        node(Expr::In(Field::Country, Box::new(node(Expr::Or(vec![value("jp"), value("th")]))))),
        node(Expr::In(Field::Url, Box::new(value("https://example.com/a?b=1")))),
        node(Expr::In(Field::Tag, Box::new(value("#x")))),
    ])
}

/// Terms, `OR`s of them and `NEAR`s: what `NEAR`, `ATLEAST` and fields hold.
fn span() -> impl Strategy<Value = Node> {
    term().prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(any_of),
            (prop::collection::vec(inner, 2..4), 0..=50_u32, any::<bool>())
                .prop_map(|(operands, within, ordered)| node(Expr::Near { operands, within, ordered })),
        ]
    })
}

fn tree() -> impl Strategy<Value = Node> {
    let field = prop::sample::select(vec![Field::Title, Field::Body, Field::Author, Field::All]);
    let leaf = prop_oneof![
        4 => span(),
        1 => metadata(),
        1 => (field, span()).prop_map(|(field, inner)| node(Expr::In(field, Box::new(inner)))),
        1 => (1..=50_u32, span()).prop_map(|(count, inner)| node(Expr::AtLeast(count, Box::new(inner)))),
    ];
    leaf.prop_recursive(4, 32, 4, |inner| {
        let excluded = inner.clone().prop_map(|inner| node(Expr::Not(Box::new(inner))));
        prop_oneof![
            prop::collection::vec(inner.clone(), 2..4).prop_map(any_of),
            (inner.clone(), prop::collection::vec(prop_oneof![inner.clone(), excluded], 1..3)).prop_map(
                |(first, mut rest)| {
                    rest.insert(0, first);
                    all_of(rest)
                }
            ),
            prop::collection::vec(inner.clone(), 1..4)
                .prop_map(|nodes| node(Expr::SomeOf(nodes.len().try_into().unwrap_or(1), nodes))),
            inner.prop_map(|inner| node(Expr::Not(Box::new(node(Expr::Not(Box::new(inner))))))),
        ]
    })
}

fn all_of(nodes: Vec<Node>) -> Node {
    node(Expr::And(flat(nodes, |expr| match expr {
        Expr::And(inner) => Ok(inner),
        other => Err(other),
    })))
}

fn any_of(nodes: Vec<Node>) -> Node {
    node(Expr::Or(flat(nodes, |expr| match expr {
        Expr::Or(inner) => Ok(inner),
        other => Err(other),
    })))
}

/// The nodes, with those that `open` knows replaced by what they hold.
fn flat(nodes: Vec<Node>, open: impl Fn(Expr) -> Result<Vec<Node>, Expr>) -> Vec<Node> {
    nodes.into_iter().flat_map(|inner| open(inner.expr).unwrap_or_else(|expr| vec![node(expr)])).collect()
}

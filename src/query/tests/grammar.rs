//! The grammar, by tables of queries and what they print as.

use crate::query::{parse, parse_term};

/// The canonical form of a query without errors, which must read back to the same tree.
fn printed(text: &str) -> String {
    let parsed = parse(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    let printed = parsed.query.to_string();
    let again = parse(&printed).unwrap_or_else(|errors| panic!("{text} → {printed}: {errors:?}"));
    assert_eq!(again.query, parsed.query, "{text} → {printed}");
    printed
}

#[test]
fn queries_print_in_canonical_form() {
    for (text, expected) in [
        ("ASEAN", "ASEAN"),
        ("a b c", "a AND b AND c"),
        ("a AND (b c)", "a AND b AND c"),
        ("a OR b OR (c OR d)", "a OR b OR c OR d"),
        ("a b OR c", "(a AND b) OR c"),
        ("a OR b -c", "a OR (b AND NOT c)"),
        ("(a OR b) -c", "(a OR b) AND NOT c"),
        ("a AND NOT b", "a AND NOT b"),
        ("a NOT (b OR c)", "a AND NOT (b OR c)"),
        ("NOT NOT a", "NOT NOT a"),
        ("a NEAR b", "a NEAR/4 b"),
        ("a NEAR/3 b NEAR/3 c", "a NEAR/3 b NEAR/3 c"),
        ("a NEAR/3 b NEAR/5 c", "(a NEAR/3 b) NEAR/5 c"),
        ("(a NEAR/3 b) NEAR/3 c", "(a NEAR/3 b) NEAR/3 c"),
        ("a ONEAR/0 (b OR c)", "a ONEAR/0 (b OR c)"),
        ("соглашение ONEAR/3 Токио NOT футбол", "соглашение ONEAR/3 Токио AND NOT футбол"),
        ("2 OF (tokyo, bangkok, manila)", "2 OF (tokyo, bangkok, manila)"),
        ("2 OF (a b, c OR d)", "2 OF (a AND b, c OR d)"),
        ("2 OF（東京、大阪）", "2 OF (東京, 大阪)"),
        ("ATLEAST/2 tokyo", "ATLEAST/2 tokyo"),
        ("title:Bangkok", "title:Bangkok"),
        ("Title: (a OR b)", "title:(a OR b)"),
        ("lang:ru tokyo", "lang:ru AND tokyo"),
        ("lang:(ru OR uk)", "lang:(ru OR uk)"),
        ("url:https://example.com/a?b=1#c x", "url:https://example.com/a?b=1#c AND x"),
        ("url:(/economy/ OR /world/) x", "url:(/economy/ OR /world/) AND x"),
        ("source:\"Kyodo News\"", "source:\"Kyodo News\""),
        ("@ASEAN AND @cyber-attack", "@asean AND @cyber-attack"),
        ("/sec\\w+/i x", "/sec\\w+/i AND x"),
        ("{ASEAN} AND {taro}", "{ASEAN} AND {taro}"),
        ("=word", "\"word\""),
        ("\"word\"", "\"word\""),
        ("=\"two words\"~3", "=\"two words\"~3"),
        ("„zwei Wörter“", "\"zwei Wörter\""),
        ("«Компания \"Рога и копыта\"»", "«Компания \"Рога и копыта\"»"),
        ("「国際 会議」", "\"国際 会議\""),
        ("צה\"ל", "צה\"ל"),
        ("govern*", "govern*"),
        ("东*", "东*"),
        ("10,000 tonnes", "10,000 AND tonnes"),
        ("COVID-19 AT&T C++ AC/DC 12:30", "COVID-19 AND AT&T AND C++ AND AC/DC AND 12:30"),
        ("a # comment\nb", "a AND b"),
        ("（東盟 OR 东盟）", "東盟 OR 东盟"),
        ("\u{200e}ASEAN\u{200e} AND\u{a0}Tokyo", "ASEAN AND Tokyo"),
    ] {
        assert_eq!(printed(text), expected, "{text}");
    }
}

#[test]
fn terms_of_a_concept_are_phrases() {
    for (text, expected) in [
        ("cyber security", "\"cyber security\""),
        ("Washington, D.C.", "\"Washington D.C.\""),
        ("ASEAN,", "ASEAN"),
        ("ASEAN", "ASEAN"),
        ("{ASEAN}", "{ASEAN}"),
        ("\"exact\"", "\"exact\""),
        ("govern*", "govern*"),
        ("cyber attack*", "cyber ONEAR/0 attack*"),
        ("a NEAR/2 b", "a NEAR/2 b"),
        ("apple NOT fruit", "apple AND NOT fruit"),
    ] {
        let query = parse_term(text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
        assert_eq!(query.to_string(), expected, "{text}");
    }
}

#[test]
fn concepts_are_listed_in_order_with_their_places() {
    let text = "@asean AND (tokyo OR @cyber-attack) NOT title:@sport";
    let query = parse_term(text).expect(text);
    let found: Vec<_> = query.concepts().map(|(name, span)| (name, &text[span])).collect();
    assert_eq!(found, [("asean", "@asean"), ("cyber-attack", "@cyber-attack"), ("sport", "@sport")]);
}

#[test]
fn spans_cover_what_was_written() {
    let span = |text: &'static str| {
        let parsed = parse(text).expect(text);
        parsed.query.nodes().map(|node| &text[node.span.clone()]).collect::<Vec<_>>()
    };
    assert_eq!(
        span("title:(a OR \"b c\") -x"),
        ["title:(a OR \"b c\") -x", "title:(a OR \"b c\")", "(a OR \"b c\")", "a", "\"b c\"", "-x", "x"]
    );
    assert_eq!(
        span("東盟 NEAR/2 =\"x y\"~1 ATLEAST/2 /sec/i"),
        [
            "東盟 NEAR/2 =\"x y\"~1 ATLEAST/2 /sec/i",
            "東盟 NEAR/2 =\"x y\"~1",
            "東盟",
            "=\"x y\"~1",
            "ATLEAST/2 /sec/i",
            "/sec/i"
        ]
    );
}

//! Every operator of the language, on one text.

use super::*;
use crate::model::{Field, StoryPolicy, Watch};

const TEXT: Text<'_> = Text {
    title: "Japan and ASEAN to sign cyber security accord",
    summary: "Tokyo hosts the talks.",
    body: "Tokyo will train officials of Southeast Asian governments at a centre in Bangkok. Attacks on companies have \
           drawn attention; the minister, Taro Kono, will attend.\nNATO and the EU were absent. IBM paid $4.5m.",
    author: "Hanako Sato",
};

fn check(rows: &[(&str, bool)]) {
    let analyzer = Analyzer::new();
    let wrong: Vec<String> = rows
        .iter()
        .filter(|(query, expected)| matches(query, TEXT, &[], &analyzer) != *expected)
        .map(|(query, expected)| format!("{query} should be {expected}"))
        .collect();
    assert!(wrong.is_empty(), "{} of {} wrong:\n{}", wrong.len(), rows.len(), wrong.join("\n"));
}

#[test]
fn boolean_operators() {
    check(&[
        ("japan AND asean", true),
        ("japan asean", true),
        ("japan AND china", false),
        ("china OR japan", true),
        ("japan NOT china", true),
        ("japan AND NOT asean", false),
        ("japan -asean", false),
        ("(china OR japan) AND (asean OR nato)", true),
        ("japan AND NOT (china OR korea)", true),
        ("2 OF (tokyo, bangkok, manila)", true),
        ("3 OF (tokyo, bangkok, manila)", false),
        ("1 OF (manila, hanoi)", false),
        ("ATLEAST/2 tokyo", true),
        ("ATLEAST/3 tokyo", false),
        ("ATLEAST/3 (tokyo OR bangkok)", true),
        ("ATLEAST/2 body:tokyo", false),
    ]);
}

#[test]
fn words_phrases_and_prefixes() {
    check(&[
        ("govern*", true),
        ("gov*", true),
        ("overn*", false),
        ("asea", false),
        ("official", true),
        ("=official", false),
        ("=officials", true),
        ("\"officials\"", true),
        ("\"cyber security\"", true),
        ("\"security cyber\"", false),
        ("\"cyber accord\"", false),
        ("\"cyber accord\"~1", true),
        ("\"japan sign\"~2", false),
        ("\"japan sign\"~3", true),
        ("\"train official\"", true),
        ("=\"train official\"", false),
        ("=\"train officials\"", true),
        ("\"accord tokyo\"", false),
        ("\"attend nato\"", false),
        ("\"taro kono\"", true),
        ("{ASEAN}", true),
        ("{Asean}", false),
        ("{Taro Kono}", true),
        ("{taro kono}", false),
        ("{EU}", true),
        ("4.5m", true),
    ]);
}

#[test]
fn nearness() {
    check(&[
        ("japan NEAR/1 asean", true),
        ("japan NEAR/0 asean", false),
        ("asean NEAR/1 japan", true),
        ("asean ONEAR/1 japan", false),
        ("japan ONEAR/1 asean", true),
        ("tokyo NEAR/3 official", true),
        ("(tokyo OR manila) NEAR/2 (official OR train)", true),
        ("accord NEAR/10 tokyo", false),
        ("attend NEAR/5 nato", false),
        ("japan NEAR/3 sign NEAR/3 accord", true),
        ("accord NEAR/3 japan NEAR/3 sign", true),
        ("accord ONEAR/3 japan ONEAR/3 sign", false),
        ("japan ONEAR/3 sign ONEAR/3 accord", true),
        ("tokyo NEAR/5 tokyo", false),
        ("\"cyber security\" NEAR/0 accord", true),
        ("\"southeast asian\" NEAR/5 bangkok", true),
        ("\"southeast asian\" NEAR/4 bangkok", false),
    ]);
}

#[test]
fn fields() {
    check(&[
        ("title:japan", true),
        ("title:bangkok", false),
        ("body:bangkok", true),
        ("summary:tokyo", true),
        ("summary:japan", false),
        ("title:(japan AND tokyo)", false),
        ("title:japan AND body:tokyo", true),
        ("author:sato", true),
        ("sato", false),
        ("all:sato", true),
        ("title:\"cyber security\"", true),
        ("NOT title:bangkok AND japan", true),
        ("lang:en japan", true),
        ("lang:ru japan", false),
        ("lang:(ru OR en) japan", true),
    ]);
}

#[test]
fn patterns() {
    check(&[
        ("/cyber\\s+security/", true),
        ("/Cyber security/", false),
        ("/Cyber security/i", true),
        ("/govern(ment|or)s?/", true),
        ("/\\bIBM\\b/ AND japan", true),
        ("/ceremony/", false),
        ("/taro kono/i NEAR/3 minister", true),
        ("title:/Bangkok/", false),
    ]);
}

#[test]
fn metadata() {
    let analyzer = Analyzer::new();
    let analysis = analyzer.analyze(&TEXT, None);
    let tags = ["Asia".to_owned(), "cyber security".to_owned()];
    let document = Document {
        source: "Kyodo News",
        country: "jp",
        tags: &tags,
        url: "https://english.kyodonews.net/articles/-/12?x=1",
        ..Document::of(TEXT, &analysis)
    };
    for (query, expected) in [
        ("source:kyodo", true),
        ("source:\"Kyodo News\"", true),
        ("source:yodo", false),
        ("country:JP", true),
        ("country:us", false),
        ("site:kyodonews.net", true),
        ("site:english.kyodonews.net", true),
        ("site:news.net", false),
        ("url:/articles/", true),
        ("url:sport", false),
        ("tag:asia", true),
        ("tag:\"cyber security\"", true),
        ("tag:sport", false),
        ("source:kyodo AND japan", true),
        ("source:kyodo AND china", false),
        ("country:(us OR jp)", true),
    ] {
        let parsed = query::parse(query).unwrap_or_else(|errors| panic!("{query}: {errors:?}")).query;
        let compiled = CompiledQuery::compile(&parsed, &[], &analyzer).expect(query);
        assert_eq!(compiled.matches(&document).is_some(), expected, "{query}");
    }
}

#[test]
fn spans_show_each_place_once_in_reading_order() {
    let analyzer = Analyzer::new();
    let analysis = analyzer.analyze(&TEXT, None);
    let document = Document::of(TEXT, &analysis);
    for (query, expected) in [
        ("tokyo", vec![(Field::Summary, 0, "Tokyo"), (Field::Body, 0, "Tokyo")]),
        ("title:\"cyber security\"", vec![(Field::Title, 24, "cyber security")]),
        ("bangkok OR hanoi", vec![(Field::Body, 73, "Bangkok")]),
        ("japan NEAR/1 asean", vec![(Field::Title, 0, "Japan"), (Field::Title, 10, "ASEAN")]),
        ("asean AND asean", vec![(Field::Title, 10, "ASEAN")]),
        ("/yber sec/", vec![(Field::Title, 25, "yber sec")]),
        ("lang:en", vec![]),
    ] {
        let parsed = query::parse(query).expect(query).query;
        let compiled = CompiledQuery::compile(&parsed, &[], &analyzer).expect(query);
        let spans = compiled.matches(&document).expect(query);
        let found: Vec<_> = spans.iter().map(|span| (span.field, span.start, span.text.as_str())).collect();
        assert_eq!(found, expected, "{query}");
    }
}

#[test]
fn boilerplate_matches_only_where_it_is_asked_for() {
    let analyzer = Analyzer::new();
    let text = Text { body: "Tokyo signs.\nRead also: China and India", ..Text::default() };
    let analysis = analyzer.analyze(&text, None);
    let boilerplate = [(Field::Body, 13..text.body.len())];
    let document = Document { boilerplate: &boilerplate, ..Document::of(text, &analysis) };
    for (query, expected) in [("china", false), ("all:china", true), ("tokyo", true), ("body:india", false)] {
        let parsed = query::parse(query).expect(query).query;
        let compiled = CompiledQuery::compile(&parsed, &[], &analyzer).expect(query);
        assert_eq!(compiled.matches(&document).is_some(), expected, "{query}");
    }
}

fn concept(name: &str, terms: &[&str], includes: &[&str], except: &[&str]) -> Concept {
    let parse = |term: &&str| query::parse_term(term).expect("a term");
    Concept {
        name: name.to_owned(),
        terms: [(Lang::parse("en").expect("a language"), terms.iter().map(parse).collect())].into(),
        includes: includes.iter().map(|name| (*name).to_owned()).collect(),
        except: except.iter().map(parse).collect(),
        ..Concept::default()
    }
}

#[test]
fn concepts_include_others_and_leave_out_exceptions() {
    let concepts = [
        concept("asia", &["Asia"], &["asean"], &[]),
        concept("asean", &["ASEAN", "Southeast Asian nations"], &[], &["ASEAN football"]),
    ];
    let analyzer = Analyzer::new();
    for (query, title, expected) in [
        ("@asean", "ASEAN meets", true),
        ("@asia", "ASEAN meets", true),
        ("@asean", "ASEAN football cup", false),
        ("@asean", "ASEAN football cup; ASEAN meets", true),
        ("@asean", "Southeast Asian nations agree", true),
        ("ATLEAST/2 @asean", "ASEAN meets, ASEAN agrees", true),
        ("@asean NEAR/2 summit", "An ASEAN leaders summit", true),
        ("title:@asean", "ASEAN meets", true),
        ("body:@asean", "ASEAN meets", false),
    ] {
        let text = Text { title, ..Text::default() };
        assert_eq!(matches(query, text, &concepts, &analyzer), expected, "{query} in {title}");
    }
}

fn watch(query: &str) -> Watch {
    let parsed = query::parse(query).unwrap_or_else(|errors| panic!("{query}: {errors:?}")).query;
    Watch {
        name: query.to_owned(),
        query: parsed,
        text: query.to_owned(),
        channels: Vec::new(),
        rules: Default::default(),
        story: StoryPolicy::default(),
        spike: false,
        silence: None,
    }
}

#[test]
fn what_cannot_work_is_refused_with_the_reason() {
    let analyzer = Analyzer::new();
    for (query, concepts, reason) in [
        ("@nothing", vec![], "'@nothing' does not exist"),
        ("@a", vec![concept("a", &[], &["b"], &[]), concept("b", &[], &["a"], &[])], "in a circle"),
        ("@a", vec![concept("a", &["x y"], &["b"], &[])], "'b', which does not exist"),
        ("@a", vec![concept("a", &[], &[], &[])], "has no terms"),
        ("lang:english", vec![], "not a language code"),
    ] {
        let Ok(parsed) = query::parse(query) else { continue };
        let watch = Watch { query: parsed.query, ..watch("x") };
        let errors =
            Matcher::compile(&[watch], &concepts, &analyzer, &Frequencies::default()).err().expect(query);
        let messages: Vec<String> = errors.iter().map(ToString::to_string).collect();
        assert!(messages.iter().any(|message| message.contains(reason)), "{query}: {messages:?}");
    }
}

#[test]
fn facets_are_the_concepts_that_occur() {
    let concepts = [
        concept("asean", &["ASEAN"], &[], &[]),
        concept("asia", &[], &["asean"], &[]),
        concept("money", &["/\\$[0-9]+ million/"], &[], &[]),
        concept("china", &["China"], &[], &[]),
    ];
    let analyzer = Analyzer::new();
    let matcher = Matcher::compile(&[], &concepts, &analyzer, &Frequencies::default()).expect("a matcher");
    let text = Text { title: "ASEAN gets $5 million", ..Text::default() };
    let analysis = analyzer.analyze(&text, None);
    assert_eq!(matcher.matches(&Document::of(text, &analysis)).concepts(), ["asean", "asia", "money"]);
}

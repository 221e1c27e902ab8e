//! The cases that analysts wrote, and the shipped concepts.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::*;

fn corpus() -> Option<PathBuf> {
    let folder = std::env::var_os("FEEDWATCH_CORPUS").map(PathBuf::from);
    if folder.is_none() {
        println!("FEEDWATCH_CORPUS is not set: skipped");
    }
    folder
}

/// The concepts in the project's folder.
pub(super) fn shipped() -> Vec<Concept> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("config/concepts");
    let mut concepts = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten() {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a concept file");
        let table: toml::Table = text.parse().expect("TOML");
        concepts.extend(table["concept"].as_array().expect("a list").iter().map(concept));
    }
    concepts
}

fn concept(value: &toml::Value) -> Concept {
    let strings = |key: &str, value: &toml::Value| -> Vec<String> {
        let list = value.get(key).and_then(toml::Value::as_array);
        list.into_iter().flatten().map(|item| item.as_str().expect("a string").to_owned()).collect()
    };
    let term = |text: String| query::parse_term(&text).unwrap_or_else(|errors| panic!("{text}: {errors:?}"));
    let terms = value.get("terms").and_then(toml::Value::as_table);
    Concept {
        name: value["name"].as_str().expect("a name").to_owned(),
        terms: terms
            .into_iter()
            .flatten()
            .map(|(lang, _)| {
                let lang_terms = strings(lang, &value["terms"]).into_iter().map(term).collect();
                (Lang::parse(lang).expect("a language"), lang_terms)
            })
            .collect(),
        includes: strings("includes", value),
        except: strings("except", value).into_iter().map(term).collect(),
        ..Concept::default()
    }
}

#[test]
fn every_case_of_the_corpus_comes_out_as_expected() {
    let Some(folder) = corpus() else { return };
    let (analyzer, concepts) = (Analyzer::new(), shipped());
    let cases = std::fs::read_to_string(folder.join("matching/cases.jsonl")).expect("the cases");
    let mut wrong = Vec::new();
    for line in cases.lines().filter(|line| !line.trim().is_empty()) {
        let row: Value = serde_json::from_str(line).expect("JSON");
        let field = |name: &str| row[name].as_str().unwrap_or_default();
        let text = Text { title: field("title"), summary: field("summary"), body: field("body"), author: "" };
        let found = matches(field("query"), text, &concepts, &analyzer);
        if found != row["expect"].as_bool().expect("expect") {
            wrong.push(format!(
                "{} [{}] {}: {}",
                field("query"),
                field("lang"),
                field("title"),
                field("why")
            ));
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_story_is_found() {
    let Some(folder) = corpus() else { return };
    let (analyzer, concepts) = (Analyzer::new(), shipped());
    let body = std::fs::read_to_string(folder.join("story/article.txt")).expect("the article");
    let text = Text { body: &body, ..Text::default() };
    for query in ["@cybersecurity AND @asean", "кибербезопасность AND АСЕАН"] {
        assert!(matches(query, text, &concepts, &analyzer), "{query}");
    }
}

//! Every example of the manual of the watch language matches what it says it matches; the manual pages are whole.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::support::Program;

#[test]
fn every_example_of_the_manual_comes_out_as_written() {
    let manual =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/query-language.md")).unwrap();
    let blocks = manual.split("```match\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let rows: Vec<String> = blocks.flat_map(rows).collect();
    assert!(rows.len() > 40, "{} rows", rows.len());
    let program = Program::new("");
    let said = program.run(&["watch", "test", "--cases", &program.file("manual.jsonl", &rows.join("\n"))]);
    assert_eq!(said, format!("{} passed, 0 failed\n", rows.len()));
}

/// The texts of one example, as cases.
fn rows(block: &str) -> Vec<String> {
    let mut lines = block.lines();
    let query = lines.next().and_then(|line| line.strip_prefix("query: ")).unwrap();
    let row = |line: &str| {
        let (key, text) = line.split_once(": ").unwrap();
        let (expected, field) = key.split_once(' ').unwrap_or((key, "body"));
        json!({"query": query, field: text, "expect": expected == "yes"}).to_string()
    };
    lines.map(row).collect()
}

/// The names of the pages that a command and those below it should have, by what its help lists.
fn expected(program: &Program, words: &[&str]) -> Vec<String> {
    let help = program.run(&[words, &["--help"]].concat());
    let listed =
        help.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default();
    // What goes on in another line is further in.
    let commands =
        listed.lines().filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    let names = commands.filter_map(|line| line.split_whitespace().next()).filter(|name| *name != "help");
    let mut pages = vec![[&["feedwatch"], words].concat().join("-") + ".1"];
    pages.extend(names.flat_map(|name| expected(program, &[words, &[name]].concat())));
    pages
}

#[test]
fn every_command_has_a_manual_page_and_all_pages_render() {
    let program = Program::new("");
    let root = program.path("man");
    let written: Vec<String> =
        program.run(&["man", root.to_str().unwrap()]).lines().map(str::to_owned).collect();
    let names: BTreeSet<String> = written
        .iter()
        .map(|path| Path::new(path).file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    let expected: BTreeSet<String> = expected(&program, &[])
        .into_iter()
        .chain(["feedwatch.toml.5", "feedwatch-query.7"].map(str::to_owned))
        .collect();
    assert_eq!(names, expected);
    assert!(names.len() > 30 && written.len() == names.len(), "{names:?}");

    let has_mandoc = Command::new("mandoc").arg("-h").output().is_ok();
    if !has_mandoc {
        println!("skipped in part: there is no mandoc that could judge the pages");
    }
    for path in &written {
        let page = fs::read_to_string(path).unwrap();
        assert!(page.contains("\n.TH feedwatch") && page.contains("\n.SH NAME\n"), "{path}");
        // Every page that is named is there.
        for (before, _) in page.match_indices("\\fR(").map(|(at, _)| page.split_at(at)) {
            let name = before.rsplit("\\fB").next().unwrap().replace("\\-", "-");
            assert!(names.iter().any(|known| known.starts_with(&format!("{name}."))), "{path} names {name}");
        }
        if has_mandoc {
            let lint = Command::new("mandoc").args(["-T", "lint", "-W", "error", path]).output().unwrap();
            let said = String::from_utf8_lossy(&lint.stdout).into_owned();
            assert!(lint.status.success() && said.is_empty(), "{said}");
        }
    }
    let again: Vec<String> = written.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    program.run(&["man", root.to_str().unwrap()]);
    assert_eq!(again, written.iter().map(|path| fs::read_to_string(path).unwrap()).collect::<Vec<_>>());
    let file = program.file("file", "");
    assert_eq!(program.output(&["man", &file]).status.code(), Some(1));
}

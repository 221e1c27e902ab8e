//! Every example of the manual of the watch language matches what it says it matches.

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

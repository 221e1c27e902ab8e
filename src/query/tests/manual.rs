//! The examples of `docs/query-language.md`, as far as reading them goes.

use crate::query::parse;

const MANUAL: &str = include_str!("../../../docs/query-language.md");

/// The contents of the fenced blocks of one kind.
fn blocks(kind: &str) -> Vec<&'static str> {
    let open = format!("```{kind}\n");
    let blocks: Vec<_> =
        MANUAL.split(open.as_str()).skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty(), "{kind}");
    blocks
}

fn check(query: &str) {
    match parse(query) {
        Ok(parsed) => assert_eq!(parsed.warnings, [], "{query}"),
        Err(errors) => panic!("{query}: {errors:?}"),
    }
}

#[test]
fn every_query_of_an_example_is_read_without_a_warning() {
    for block in blocks("match") {
        let mut lines = block.lines();
        check(lines.next().and_then(|line| line.strip_prefix("query: ")).expect(block));
        for line in lines {
            let (key, text) = line.split_once(": ").expect(line);
            assert!(matches!(key, "yes" | "no" | "yes title" | "no title"), "{line}");
            assert!(!text.is_empty(), "{line}");
        }
    }
}

#[test]
fn every_query_without_texts_is_read_without_a_warning() {
    for block in blocks("query") {
        let one_per_line = block.lines().all(|line| parse(line).is_ok());
        if one_per_line { block.lines().for_each(check) } else { check(block) }
    }
}

#[test]
fn every_form_of_a_table_is_read_without_a_warning() {
    let mut forms = 0;
    for row in MANUAL.lines().filter(|line| line.starts_with("| `")) {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").collect();
        // The fields' table names them in the first column and shows them in the last.
        let cell = if cells[0].ends_with(":`") { cells[cells.len() - 1] } else { cells[0] };
        for form in cell.split('`').skip(1).step_by(2) {
            check(form);
            forms += 1;
        }
    }
    assert!(forms > 30, "{forms}");
}

//! What the documents name is there: files, links, tests, commands.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crate::support::Program;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every document with its text.
fn documents() -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    for folder in [root().to_owned(), root().join("docs")] {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_some_and(|extension| extension == "md") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    assert!(found.len() > 6, "{found:?}");
    found
}

/// What stands between single backticks, within one line, outside of blocks.
fn code(text: &str) -> Vec<&str> {
    let blocks = text.split("```").step_by(2);
    blocks.flat_map(str::lines).flat_map(|line| line.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn files_and_links_lead_somewhere() {
    let is_path = |name: &str| {
        name.contains('/')
            && [".rs", ".md", ".toml", ".sql", ".service"].iter().any(|end| name.ends_with(end))
            && !name.contains(['*', '<', '$', ' ', '~', ':'])
            && !name.starts_with(['/', '.'])
    };
    let mut looked_at = 0;
    for (path, text) in documents() {
        let beside = path.parent().unwrap();
        for name in code(&text).into_iter().filter(|name| is_path(name)) {
            let places = [root().join(name), root().join("src").join(name), beside.join(name)];
            assert!(places.iter().any(|place| place.exists()), "{}: there is no {name}", path.display());
            looked_at += 1;
        }
        for link in text.split("](").skip(1).filter_map(|rest| rest.split([')', '#']).next()) {
            let is_local = !link.is_empty() && !link.contains(':') && !link.contains(['`', ' ']);
            assert!(!is_local || beside.join(link).exists(), "{}: {link} leads nowhere", path.display());
            looked_at += usize::from(is_local);
        }
    }
    assert!(looked_at > 80, "{looked_at}");
}

/// The text of the module, and the folder of its children.
fn module(words: &[&str]) -> Option<(String, PathBuf)> {
    let folder = words.iter().fold(root().join("src"), |path, word| path.join(word));
    let files = [folder.with_extension("rs"), folder.join("mod.rs")];
    files.iter().find_map(|file| fs::read_to_string(file).ok()).map(|text| (text, folder))
}

/// Whether `name` is a module, its tests, or a function of either.
fn is_known(name: &str) -> bool {
    let words: Vec<&str> = name.split("::").collect();
    if let Some((parents, children)) = name.split_once("::*::") {
        let folder = parents.split("::").fold(root().join("src"), |path, word| path.join(word));
        let mut files =
            fs::read_dir(folder).unwrap().filter_map(|entry| fs::read_to_string(entry.ok()?.path()).ok());
        return files.any(|text| text.contains(&format!("mod {children}")));
    }
    match words.split_last() {
        _ if module(&words).is_some() => true,
        Some((last, parents)) => module(parents).map_or_else(
            // Within a file: `mod tests`, and what is in it.
            || {
                parents.split_last().is_some_and(|(_, above)| {
                    module(above).is_some_and(|(text, _)| text.contains(&format!("fn {last}(")))
                })
            },
            |(text, _)| ["fn ", "mod ", "const "].iter().any(|what| text.contains(&format!("{what}{last}"))),
        ),
        None => false,
    }
}

#[test]
fn invariants_name_tests_that_there_are() {
    let text = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut of: Vec<&str> = Vec::new();
    let mut looked_at = 0;
    for name in code(&text).into_iter().filter(|name| name.contains("::") && !name.contains(['(', ' '])) {
        let whole = match name.strip_prefix("…::") {
            Some(rest) => [&of[..], &[rest]].concat().join("::"),
            None => {
                of = name.split("::").collect();
                of.pop();
                name.to_owned()
            }
        };
        // Items of types are looked after by the compiler's own documentation.
        if whole.starts_with(|c: char| c.is_lowercase()) {
            assert!(is_known(&whole), "there is no {whole}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 50, "{looked_at}");
    assert!(
        !is_known("store::tests::no_such_thing")
            && !is_known("model::id::tests::nor_this")
            && !is_known("nowhere")
    );
}

#[test]
fn commands_that_are_named_exist() {
    let program = Program::new("");
    let mut commands = BTreeSet::new();
    for (_, text) in documents() {
        for named in code(&text).into_iter().filter_map(|code| code.strip_prefix("feedwatch ")) {
            let words = named.split_whitespace();
            let words: Vec<String> = words
                .take_while(|word| word.chars().all(|c| c.is_ascii_lowercase()))
                .map(str::to_owned)
                .collect();
            commands.insert(words);
        }
    }
    assert!(commands.len() > 15, "{commands:?}");
    for words in commands {
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let output = program.output(&[&words[..], &["--help"]].concat());
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

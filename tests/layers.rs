//! The house has floors: a module imports only from lower ones, and outside crates stay in the rooms
//! that own them.

use std::fs;
use std::path::{Path, PathBuf};

/// Each row may import from the rows above it, and from itself where `peers` says so.
const LAYERS: &[(&[&str], Peers)] = &[
    (&["diagnostic", "failpoint"], Peers::Apart),
    (&["query", "schedule"], Peers::Apart),
    (&["model"], Peers::Apart),
    (&["analysis", "parse", "ingest", "matching", "opml", "story", "volume", "alert"], Peers::Free),
    (&["config"], Peers::Apart),
    (&["net"], Peers::Apart),
    (&["fetch", "store", "channel"], Peers::Apart),
    (&["pipeline"], Peers::Apart),
    (&["server"], Peers::Apart),
    (&["app"], Peers::Apart),
    (&["cli"], Peers::Apart),
];

/// Crates that only these modules may name.
const OWNED: &[(&str, &[&str])] = &[
    ("sqlx", &["store"]),
    ("feed_rs", &["parse"]),
    ("dom_smoothie", &["ingest"]),
    ("reqwest", &["net"]),
    ("lettre", &["channel", "config"]), // the configuration checks mail addresses with it
    ("cron", &["schedule"]),
    ("clap", &["cli", "main"]),
    ("toml", &["config"]),
    ("toml_edit", &["config"]),
    ("rand", &["pipeline", "app"]),
];

/// Crates that pure modules never name.
const IMPURE: &[&str] = &["tokio", "sqlx", "reqwest", "rand", "axum"];
const PURE: &[&str] = &[
    "diagnostic",
    "query",
    "schedule",
    "model",
    "analysis",
    "parse",
    "ingest",
    "matching",
    "opml",
    "story",
    "volume",
    "alert",
    "config",
];

#[derive(Clone, Copy, PartialEq)]
enum Peers {
    Apart,
    Free,
}

/// Module, path and text of every source file but those that hold only tests.
fn sources() -> Vec<(String, PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    let mut folders = vec![root.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.file_stem().is_some_and(|stem| stem == "tests") {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside = path.strip_prefix(&root).unwrap();
                let first = inside.iter().next().unwrap().to_str().unwrap();
                let module = first.trim_end_matches(".rs").to_owned();
                found.push((module, path.clone(), fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(found.len() > 50, "the source tree was not found");
    found
}

/// Code without comments: what a comment links to is no import. Tests beside the code may build
/// what they like.
fn code(text: &str) -> String {
    let before_tests = text.split("#[cfg(test)]").next().unwrap_or(text);
    before_tests.lines().map(|line| line.split("//").next().unwrap_or("")).collect::<Vec<_>>().join("\n")
}

fn level(module: &str) -> Option<usize> {
    LAYERS.iter().position(|(modules, _)| modules.contains(&module))
}

fn names_crate(code: &str, krate: &str) -> bool {
    code.match_indices(&format!("{krate}::")).any(|(at, _)| {
        let before = code[..at].chars().next_back().unwrap_or(' ');
        !before.is_alphanumeric() && before != '_' && before != ':'
    })
}

#[test]
fn imports_go_down() {
    let mut broken = Vec::new();
    for (module, path, text) in sources() {
        if module == "lib" || module == "main" {
            continue;
        }
        let own = level(&module).unwrap_or_else(|| panic!("module '{module}' has no floor in LAYERS"));
        for (at, _) in code(&text).match_indices("crate::") {
            let code = code(&text);
            let imported: String =
                code[at + 7..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
            let Some(other) = level(&imported) else { continue };
            let peer = other == own && imported != module && LAYERS[own].1 == Peers::Apart;
            if other > own || peer {
                broken.push(format!("{} imports {imported}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn outside_crates_stay_in_the_rooms_that_own_them() {
    let mut broken = Vec::new();
    for (module, path, text) in sources() {
        let code = code(&text);
        for (krate, owners) in OWNED {
            if names_crate(&code, krate) && !owners.contains(&module.as_str()) {
                broken.push(format!("{} names {krate}", path.display()));
            }
        }
        if PURE.contains(&module.as_str()) {
            let impure = IMPURE.iter().filter(|krate| names_crate(&code, krate));
            broken.extend(impure.map(|krate| format!("{} is pure and names {krate}", path.display())));
            if code.contains("crate::failpoint") {
                broken.push(format!("{} is pure and has a failpoint", path.display()));
            }
            for clock in ["Utc::now", "SystemTime::now", "Instant::now"] {
                if code.contains(clock) {
                    broken.push(format!("{} is pure and asks the clock", path.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

#[test]
fn every_module_says_what_it_is_for() {
    let silent: Vec<_> = sources()
        .into_iter()
        .filter(|(_, _, text)| !text.starts_with("//! "))
        .map(|(_, path, _)| path)
        .collect();
    assert!(silent.is_empty(), "{silent:#?}");
}

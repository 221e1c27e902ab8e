//! Whole configurations: what they resolve to, and how what is wrong with them is told.

use std::io;
use std::path::{Path, PathBuf};

use insta::assert_snapshot;

use super::raw::{File, RawConfig};
use super::*;

/// Loads `text` as `feedwatch.toml` with the files and variables given.
fn load_with(
    text: &str,
    concepts: &[(&str, &str)],
    environment: &[(&str, &str)],
    files: &[(&str, &str)],
) -> Result<Loaded, Vec<Report>> {
    let file = |text: &str| File { text: text.to_owned().into(), is_public: false };
    let raw = RawConfig {
        path: Some(PathBuf::from("feedwatch.toml")),
        main: file(text),
        concepts: concepts.iter().map(|(name, text)| (PathBuf::from(name), file(text))).collect(),
        unreadable: Vec::new(),
    };
    let read_file = |path: &Path| {
        let found = files.iter().find(|(name, _)| Path::new(name) == path);
        found.map(|(_, text)| file(text)).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))
    };
    let environment = environment.iter().copied().collect();
    resolve::resolve(&raw, &Source::default(), &environment, &read_file)
}

fn drawn(reports: &[Report]) -> String {
    reports.iter().map(|report| report.render(false)).collect::<Vec<_>>().join("\n\n")
}

/// What is told of `text`: errors and warnings.
fn told(text: &str) -> String {
    match load_with(text, &[], &[], &[]) {
        Ok(loaded) => drawn(&loaded.warnings),
        Err(reports) => drawn(&reports),
    }
}

#[test]
fn everything_wrong_is_told_at_once() {
    assert_snapshot!(told(r#"
        [fetch]
        timout = "10s"
        timeout = "10 parsecs"
        [[feed]]
        url = "example.org/rss"
        [[watch]]
        name = "w"
        query = "a AND"
        channels = ["dsk"]
        [[channel]]
        name = "desk"
        kind = "stdout"
    "#), @r#"
    error: unknown key `timout` in [fetch]
     --> feedwatch.toml:3:9
      |
    3 |         timout = "10s"
      |         ^^^^^^
      |
      = help: did you mean `timeout`?

    error: '10 parsecs' is not a duration
     --> feedwatch.toml:4:19
      |
    4 |         timeout = "10 parsecs"
      |                   ^^^^^^^^^^^^
      |
      = help: write a number and a unit, as in "30s", "15m", "1h30m" or "7d"

    error: the address has no scheme
     --> feedwatch.toml:6:15
      |
    6 |         url = "example.org/rss"
      |               ^^^^^^^^^^^^^^^^^
      |
      = help: write "https://example.org/rss"

    error: `AND` has nothing on its right
     --> feedwatch.toml:9:20
      |
    9 |         query = "a AND"
      |                    ^^^
      |
      = help: write a word or a group after it, or remove it

    error: there is no channel named `dsk`
      --> feedwatch.toml:10:22
       |
    10 |         channels = ["dsk"]
       |                      ^^^
       |
       = help: did you mean `desk`?
    "#);
}

#[test]
fn the_built_in_sample_and_concepts_load_clean() {
    let raw = RawConfig { main: File { text: SAMPLE.into(), is_public: true }, ..RawConfig::default() };
    let loaded = resolve::resolve(&raw, &Source::default(), &Environment::default(), &|_| {
        Err(io::Error::other("none"))
    });
    let loaded = loaded.unwrap_or_else(|reports| panic!("{}", drawn(&reports)));
    assert_eq!(drawn(&loaded.warnings), "");
    assert!(!loaded.config.watches.is_empty() && !loaded.config.channels.is_empty());
}

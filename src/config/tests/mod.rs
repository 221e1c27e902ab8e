//! Whole configurations: what they resolve to, and how what is wrong with them is told.

mod channels;
mod concepts;
mod feeds;
mod found;
mod overrides;
mod sample;
mod scale;
mod secrets;
mod settings;
mod watches;
mod whole;

use std::io;
use std::path::{Path, PathBuf};

use super::raw::{File, RawConfig};
use super::*;

/// A configuration that exists nowhere.
#[derive(Clone, Copy, Default)]
struct Given<'g> {
    /// `feedwatch.toml`.
    text: &'g str,
    /// Whether everyone may read it.
    is_public: bool,
    /// `concepts/own.toml`.
    concepts: &'g str,
    environment: &'g [(&'g str, &'g str)],
    /// Other files by name; everyone may read those whose names begin with `public`.
    files: &'g [(&'g str, &'g str)],
}

impl Given<'_> {
    fn load(&self) -> Result<Loaded, Vec<Report>> {
        let file =
            |text: &str, is_public| File { text: text.to_owned().into(), is_public, ..File::default() };
        let raw = RawConfig {
            path: Some(PathBuf::from("feedwatch.toml")),
            main: file(self.text, self.is_public),
            concepts: vec![(PathBuf::from("concepts/own.toml"), file(self.concepts, true))],
            unreadable: Vec::new(),
        };
        let read_file = |path: &Path| {
            let found = self.files.iter().find(|(name, _)| Path::new(name) == path);
            let found = found.map(|(name, text)| file(text, name.starts_with("public")));
            found.ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "no such file"))
        };
        resolve::resolve(&raw, &Source::default(), &self.environment.iter().copied().collect(), &read_file)
    }

    fn config(&self) -> Config {
        self.load().unwrap_or_else(|reports| panic!("{}", drawn(&reports))).config
    }

    /// What is told of it: errors and warnings, or nothing.
    fn told(&self) -> String {
        match self.load() {
            Ok(loaded) => drawn(&loaded.warnings),
            Err(reports) => drawn(&reports),
        }
    }
}

/// A configuration of this text alone.
fn given(text: &str) -> Given<'_> {
    Given { text, ..Given::default() }
}

fn drawn(reports: &[Report]) -> String {
    reports.iter().map(|report| report.render(false)).collect::<Vec<_>>().join("\n\n")
}

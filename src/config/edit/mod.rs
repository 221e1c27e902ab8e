//! Edits of the configuration file as a person would make them: comments, order and blanks stay, and
//! nothing is written that the loader would refuse.
//!
//! ```text
//! open ─► add, remove ─► load (what it would resolve to) ─► write: check, compare, replace
//! ```

mod document;
mod replace;

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use url::Url;

use super::environment::Environment;
use super::locate::{self, Source};
use super::raw::{self, RawConfig};
use super::report::Report;
use super::{Loaded, resolve};
use document::Document;

pub use document::{FeedTable, WatchTable};

/// What a file begins with that an edit has to create.
const NEW: &str = "\
# The configuration of feedwatch. `feedwatch check` shows what it resolves to, or what is wrong with it;
# `feedwatch feed add URL` and `feedwatch watch add NAME QUERY --channel terminal` add to it.

[[channel]]
name = \"terminal\"
kind = \"stdout\"
";

/// The configuration file, as it was read and as it shall be.
pub struct Edit<'e> {
    source: &'e Source,
    environment: &'e Environment,
    path: PathBuf,
    /// `None` when there is no file yet.
    before: Option<String>,
    document: Document,
}

/// Why the file is as it was.
#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// What it holds, or would hold, is no valid configuration.
    #[error("the configuration is not valid")]
    Invalid(Vec<Report>),
    /// Somebody else wrote it since it was read.
    #[error("{} was changed meanwhile: try again", .0.display())]
    Changed(PathBuf),
    /// The file system does not let us.
    #[error("cannot {doing} {}", .path.display())]
    Io {
        /// Read or write.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        error: io::Error,
    },
}

impl<'e> Edit<'e> {
    /// Reads the file that [`load`](super::load) reads; where there is none, a new one is begun at the place
    /// that is looked at first.
    ///
    /// # Errors
    /// When it cannot be read, or is no TOML.
    pub fn open(source: &'e Source, environment: &'e Environment) -> Result<Self, EditError> {
        let (path, before) = find(source, environment)?;
        let text = before.as_deref().unwrap_or(NEW);
        match Document::parse(text) {
            Some(document) => Ok(Self { source, environment, path, before, document }),
            None => Err(match load_text(path.clone(), text, source, environment) {
                Err(reports) => EditError::Invalid(reports),
                Ok(_) => EditError::Io {
                    doing: "edit",
                    path,
                    error: io::Error::new(io::ErrorKind::InvalidData, "its TOML is too unusual"),
                },
            }),
        }
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether there is no such file yet.
    pub fn is_new(&self) -> bool {
        self.before.is_none()
    }

    /// Appends a `[[feed]]` after the last one.
    pub fn add_feed(&mut self, feed: &FeedTable) {
        self.document.add("feed", feed.keys());
    }

    /// Appends a `[[watch]]` after the last one.
    pub fn add_watch(&mut self, watch: &WatchTable) {
        self.document.add("watch", watch.keys());
    }

    /// Whether the text would be another one.
    pub fn is_changed(&self) -> bool {
        self.before.as_deref().is_none_or(|before| before != self.document.text())
    }

    /// Removes the `[[feed]]` at `url`; tells whether there was one. Comments above it stay: they may be
    /// about more than it.
    pub fn remove_feed(&mut self, url: &Url) -> bool {
        let is_meant = |text: &str| super::address::web(text).is_ok_and(|found| found == *url);
        self.document.remove("feed", "url", is_meant)
    }

    /// Removes the `[[watch]]` named `name`; tells whether there was one.
    pub fn remove_watch(&mut self, name: &str) -> bool {
        self.document.remove("watch", "name", |text| text.trim() == name)
    }

    /// What the file resolves to as edited so far.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn load(&self) -> Result<Loaded, Vec<Report>> {
        load_text(self.path.clone(), &self.document.text(), self.source, self.environment)
    }

    /// Puts the edited text in the place of the file, all of it or nothing.
    ///
    /// # Errors
    /// When the result is not valid, the file was changed since it was read, or the file system refuses.
    pub fn write(self) -> Result<Loaded, EditError> {
        let text = self.document.text();
        let loaded =
            load_text(self.path.clone(), &text, self.source, self.environment).map_err(EditError::Invalid)?;
        let before = self.before.as_ref().map(String::as_bytes);
        match replace::replace(&self.path, before, text.as_bytes()) {
            Ok(true) => Ok(loaded),
            Ok(false) => Err(EditError::Changed(self.path)),
            Err(error) => Err(EditError::Io { doing: "write", path: self.path, error }),
        }
    }
}

/// The file that counts and its text; the first place where one may be, when there is none.
fn find(source: &Source, environment: &Environment) -> Result<(PathBuf, Option<String>), EditError> {
    let mut places = locate::candidates(source, environment).into_iter().map(|place| place.path);
    let mut first = None;
    let found = places.by_ref().find_map(|path| match fs::read_to_string(&path) {
        Ok(text) => Some(Ok((path, Some(text)))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            first.get_or_insert(path);
            None
        }
        Err(error) => Some(Err(EditError::Io { doing: "read", path, error })),
    });
    // There is always a place in /etc at least.
    found.unwrap_or_else(|| Ok((first.unwrap_or_default(), None)))
}

fn load_text(
    path: PathBuf,
    text: &str,
    source: &Source,
    environment: &Environment,
) -> Result<Loaded, Vec<Report>> {
    let raw = RawConfig::with_text(path, text.to_owned());
    resolve::resolve(&raw, source, environment, &raw::read_file)
}

#[cfg(test)]
mod tests;

//! The files that a configuration was made of, so that a daemon can tell when they hold something else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::raw::{RawConfig, toml_files};

/// The files that were read, by the digest of what they held. Two are equal when a load would find the
/// same texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// Where concepts are looked for.
    concepts: Option<PathBuf>,
    /// What each held; `None`: there was no such file, or it could not be read.
    held: BTreeMap<PathBuf, Option<[u8; 32]>>,
}

impl Files {
    /// What `raw` was read from; `places` is where a configuration file is looked for, first to last.
    pub(super) fn of(raw: &RawConfig, places: impl Iterator<Item = PathBuf>) -> Self {
        let mut files = Self { concepts: None, held: BTreeMap::new() };
        for place in places {
            let is_it = raw.path.as_deref() == Some(&place);
            files.note(&place, is_it.then_some(raw.main.text.as_bytes()));
            if is_it {
                break;
            }
        }
        if raw.path.is_some() {
            files.concepts = Some(raw.concepts_directory());
        }
        for (path, file) in &raw.concepts {
            files.note(path, Some(file.text.as_bytes()));
        }
        files
    }

    /// Takes note of a file that was read, or could not be.
    pub(super) fn note(&mut self, path: &Path, text: Option<&[u8]>) {
        self.held.insert(path.to_owned(), text.map(|text| Sha256::digest(text).into()));
    }

    /// The same files as they are now.
    pub fn now(&self) -> Self {
        let listed = self.concepts.as_deref().and_then(|folder| toml_files(folder).ok()).unwrap_or_default();
        let is_concept = |path: &Path| self.concepts.is_some() && path.parent() == self.concepts.as_deref();
        let others = self.held.keys().filter(|path| !is_concept(path)).cloned();
        let held = others.chain(listed).map(|path| {
            let digest = read(&path).map(|text| Sha256::digest(text).into());
            (path, digest)
        });
        Self { concepts: self.concepts.clone(), held: held.collect() }
    }

    /// What can be told of the same files without reading them.
    pub fn stamps(&self) -> Stamps {
        let listed = self.concepts.as_deref().and_then(|folder| toml_files(folder).ok()).unwrap_or_default();
        Stamps(self.held.keys().cloned().chain(listed).map(|path| (stamp(&path), path)).collect())
    }
}

/// Where files lie, how large they are and when they were written; another one tells that a text may be
/// another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamps(BTreeSet<(Option<Stamp>, PathBuf)>);

type Stamp = (u64, u64, Option<SystemTime>);

/// Of the file itself, where `path` is a link to it; `None` where there is none.
fn stamp(path: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(path).ok()?;
    #[cfg(unix)]
    let number = std::os::unix::fs::MetadataExt::ino(&metadata);
    #[cfg(not(unix))]
    let number = 0;
    Some((number, metadata.len(), metadata.modified().ok()))
}

/// What is there to be read again: a pipe gives its text only once.
fn read(path: &Path) -> Option<Vec<u8>> {
    let is_file = fs::metadata(path).is_ok_and(|metadata| metadata.is_file());
    if is_file { fs::read(path).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Source, load};

    #[test]
    fn every_file_that_counts_is_compared_and_no_other() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let write = |name: &str, text: &str| fs::write(path(name), text).unwrap();
        fs::create_dir(path("concepts")).unwrap();
        let concept =
            |name: &str| format!("[[concept]]\nname = \"{name}\"\nterms = {{ en = [\"{name}\"] }}\n");
        write("secret", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n");
        write(
            "feedwatch.toml",
            "[[channel]]\nname = \"c\"\nkind = \"webhook\"\nurl = \"https://e.org/\"\nsecret_file = \"secret\"\n",
        );
        write("concepts/own.toml", &concept("own"));
        let source = Source { config: Some(path("feedwatch.toml")), data_dir: None };
        let files = load(&source, &Environment::default()).unwrap().config.files;
        assert_eq!(files.now(), files);
        let stamps = files.stamps();
        assert_eq!(files.stamps(), stamps);

        for (name, text, differs) in [
            ("other.toml", "x".to_owned(), false),
            ("concepts/readme.txt", "x".to_owned(), false),
            ("concepts/own.toml", concept("own"), false),
            ("concepts/own.toml", concept("other"), true),
            ("concepts/more.toml", concept("more"), true),
            ("secret", "another".to_owned(), true),
            ("feedwatch.toml", String::new(), true),
        ] {
            let before = fs::read(path(name)).ok();
            write(name, &text);
            assert_eq!(files.now() != files, differs, "{name}: {text}");
            assert!(!differs || files.stamps() != stamps, "{name}: {text}");
            match before {
                Some(before) => fs::write(path(name), before).unwrap(),
                None => fs::remove_file(path(name)).unwrap(),
            }
            assert_eq!(files.now(), files, "{name}");
        }
        fs::remove_file(path("secret")).unwrap();
        assert_ne!(files.now(), files);
    }

    #[test]
    fn a_file_that_is_made_where_one_is_looked_for_first_is_noticed() {
        let home = tempfile::tempdir().unwrap();
        let environment: Environment = [("HOME", home.path().to_str().unwrap())].into_iter().collect();
        let files = load(&Source::default(), &environment).unwrap().config.files;
        assert_eq!(files.now(), files);
        let file = home.path().join(".config/feedwatch/feedwatch.toml");
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, "").unwrap();
        assert_ne!(files.now(), files);
    }
}

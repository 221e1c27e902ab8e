//! The files that a configuration was made of, so that a daemon can tell when they hold something else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use super::raw::{RawConfig, is_toml, toml_files};

/// The files that were read, by the digest of what they held. Two are equal when a load would find the
/// same texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    /// The configuration file; `None`: there was none.
    main: Option<PathBuf>,
    /// Where concepts are looked for.
    concepts: Option<PathBuf>,
    /// What each held; `None`: there was no such file, it could not be read, or it gives its text only once.
    held: BTreeMap<PathBuf, Option<[u8; 32]>>,
}

impl Files {
    /// What `raw` was read from; `places` is where a configuration file is looked for, first to last.
    pub(super) fn of(raw: &RawConfig, places: impl Iterator<Item = PathBuf>) -> Self {
        let mut files = Self { main: raw.path.clone(), concepts: None, held: BTreeMap::new() };
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
        self.held.insert(path.to_owned(), text.filter(|_| is_lasting(path)).map(digest));
    }

    /// These files and, beside them, those of `other`.
    #[must_use]
    pub fn with(mut self, other: &Self) -> Self {
        if self.concepts.is_none() {
            self.concepts.clone_from(&other.concepts);
        }
        for (path, held) in &other.held {
            self.held.entry(path.clone()).or_insert(*held);
        }
        self
    }

    /// The same files as they are now.
    pub fn now(&self) -> Self {
        let listed = self.concepts.as_deref().and_then(|folder| toml_files(folder).ok()).unwrap_or_default();
        let others = self.held.keys().filter(|path| !self.is_concept(path)).cloned();
        let held = others.chain(listed).map(|path| {
            let digest = read(&path).as_deref().map(digest);
            (path, digest)
        });
        Self { main: self.main.clone(), concepts: self.concepts.clone(), held: held.collect() }
    }

    /// Whether nothing that both know of differs. What a configuration names may differ: a change that adds or
    /// drops a secret, a template or the configuration itself knows of other files than what it replaces.
    pub fn agrees_with(&self, other: &Self) -> bool {
        self.is_borne_out_by(other) && other.is_borne_out_by(self)
    }

    fn is_borne_out_by(&self, other: &Self) -> bool {
        self.held.iter().all(|(path, held)| match other.held.get(path) {
            Some(theirs) => theirs == held,
            // A folder in which both looked holds the same concepts for both.
            None => self.concepts != other.concepts || !self.is_concept(path),
        })
    }

    fn is_concept(&self, path: &Path) -> bool {
        self.concepts.as_deref().is_some_and(|folder| path.parent() == Some(folder)) && is_toml(path)
    }

    /// The first file that held something `before` and holds nothing now, or the configuration file if it is
    /// gone: more likely half of a change, a full disk or a mistake than what somebody means.
    pub fn wiped_since(&self, before: &Self) -> Option<&Path> {
        let empty = digest(b"");
        let wiped = |(path, held): &(&PathBuf, &Option<[u8; 32]>)| {
            let had = before.held.get(*path).copied().flatten().is_some_and(|held| held != empty);
            had && match held {
                Some(held) => *held == empty,
                None => before.main.as_ref() == Some(path),
            }
        };
        self.held.iter().find(wiped).map(|(path, _)| path.as_path())
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

fn digest(text: &[u8]) -> [u8; 32] {
    Sha256::digest(text).into()
}

fn read(path: &Path) -> Option<Vec<u8>> {
    if is_lasting(path) { fs::read(path).ok() } else { None }
}

/// Whether it can be read again: a pipe gives its text only once.
fn is_lasting(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Environment, Source, load, salvage};

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
    fn files_agree_where_both_know_of_them() {
        let files = |concepts: Option<&str>, held: &[(&str, &str)]| Files {
            main: None,
            concepts: concepts.map(PathBuf::from),
            held: held.iter().map(|(path, text)| (path.into(), Some(digest(text.as_bytes())))).collect(),
        };
        let present = files(Some("/c"), &[("/main", "1"), ("/c/own.toml", "1")]);
        for (concepts, held, agree) in [
            (Some("/c"), &[("/main", "1"), ("/c/own.toml", "1")][..], true),
            (Some("/c"), &[("/main", "1"), ("/c/own.toml", "1"), ("/secret", "1")], true),
            (Some("/c"), &[("/main", "1"), ("/c/own.toml", "1"), ("/c/secret", "1")], true),
            (Some("/c"), &[("/main", "1"), ("/c/own.toml", "2")], false),
            (Some("/c"), &[("/main", "2"), ("/c/own.toml", "1")], false),
            (Some("/c"), &[("/main", "1")], false),
            (Some("/c"), &[("/main", "1"), ("/c/own.toml", "1"), ("/c/more.toml", "1")], false),
            (Some("/d"), &[("/main", "1"), ("/d/own.toml", "2")], true),
            (None, &[("/main", "1")], true),
        ] {
            let read = files(concepts, held);
            assert_eq!((present.agrees_with(&read), read.agrees_with(&present)), (agree, agree), "{held:?}");
        }
    }

    #[test]
    fn a_file_that_is_named_and_missing_is_among_them() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let channel = "[[channel]]\nname = \"c\"\nkind = \"webhook\"\nurl = \"https://e.org/\"\n";
        fs::write(path("feedwatch.toml"), channel).unwrap();
        let source = Source { config: Some(path("feedwatch.toml")), data_dir: None };
        let in_force = load(&source, &Environment::default()).unwrap().config.files;

        fs::write(path("feedwatch.toml"), format!("{channel}secret_file = \"secret\"\n")).unwrap();
        let salvaged = salvage(&source, &Environment::default()).unwrap();
        assert!(!salvaged.is_whole);
        let refused = salvaged.config.files;
        let watched = in_force.clone().with(&refused);
        let stamps = watched.stamps();
        assert!(watched.now().agrees_with(&refused) && !watched.now().agrees_with(&in_force));
        fs::write(path("secret"), "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=").unwrap();
        assert!(watched.stamps() != stamps && !watched.now().agrees_with(&refused));
        // What is in force again is so whatever else there is.
        fs::write(path("feedwatch.toml"), channel).unwrap();
        assert!(watched.now().agrees_with(&in_force));
    }

    #[test]
    fn what_is_no_file_has_nothing_that_could_change() {
        let source = Source { config: Some("/dev/null".into()), data_dir: None };
        let files = load(&source, &Environment::default()).unwrap().config.files;
        assert_eq!(files.now(), files);
    }

    #[test]
    fn a_file_that_lost_its_text_is_told_from_one_that_was_edited() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        fs::create_dir(path("concepts")).unwrap();
        let own = "[[concept]]\nname = \"own\"\nterms = { en = [\"x\"] }\n";
        for (name, text) in
            [("feedwatch.toml", "[log]\n"), ("concepts/own.toml", own), ("concepts/void.toml", "")]
        {
            fs::write(path(name), text).unwrap();
        }
        let source = Source { config: Some(path("feedwatch.toml")), data_dir: None };
        let files = load(&source, &Environment::default()).unwrap().config.files;
        for (name, text, wiped) in [
            ("feedwatch.toml", Some("[fetch]\n"), false),
            ("feedwatch.toml", Some("\n"), false),
            ("feedwatch.toml", Some(""), true),
            ("feedwatch.toml", None, true),
            ("concepts/own.toml", Some(""), true),
            ("concepts/own.toml", None, false),
            ("concepts/void.toml", Some(""), false),
            ("concepts/new.toml", Some(""), false),
        ] {
            let before = fs::read(path(name)).ok();
            match text {
                Some(text) => fs::write(path(name), text).unwrap(),
                None => fs::remove_file(path(name)).unwrap(),
            }
            let present = files.now();
            let expected = path(name);
            assert_eq!(present.wiped_since(&files), wiped.then_some(&*expected), "{name}: {text:?}");
            match before {
                Some(before) => fs::write(path(name), before).unwrap(),
                None => fs::remove_file(path(name)).unwrap(),
            }
        }
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
        let next = load(&Source::default(), &environment).unwrap().config.files;
        assert!(files.now().agrees_with(&next) && next.now() == next, "and can be taken over");
    }
}

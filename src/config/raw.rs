//! The texts that a configuration is made of, as found on disk: nothing is understood yet.

use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

use super::environment::Environment;
use super::locate::{self, Source};
use super::report::Report;
use super::shipped;
use crate::diagnostic::Diagnostic;

/// A file as read.
#[derive(Clone, Default)]
pub(super) struct File {
    pub(super) text: Cow<'static, str>,
    /// Whether everyone on this machine may read it.
    pub(super) is_public: bool,
    /// The byte of the text where what was read stops being UTF-8; U+FFFD stands there.
    pub(super) broken_at: Option<usize>,
}

/// The configuration file and the concept files beside it.
#[derive(Default)]
pub(super) struct RawConfig {
    /// `None` for the built-in sample.
    pub(super) path: Option<PathBuf>,
    pub(super) main: File,
    /// The user's own concepts, by path.
    pub(super) concepts: Vec<(PathBuf, File)>,
    /// Concept files that are there and cannot be read.
    pub(super) unreadable: Vec<Report>,
}

impl RawConfig {
    /// Reads the file that `source`, the environment or the usual places name, else the sample.
    pub(super) fn read(source: &Source, environment: &Environment) -> Result<Self, Report> {
        for place in locate::candidates(source, environment) {
            match read_bytes(&place.path).map(File::of) {
                Ok(main) => {
                    let mut raw = Self { path: Some(place.path), main, ..Self::default() };
                    raw.read_concepts();
                    return Ok(raw);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound && !place.named => {}
                Err(error) => return Err(unreadable("the configuration", &place.path, &error)),
            }
        }
        let main = File { text: Cow::Borrowed(shipped::SAMPLE), ..File::default() };
        Ok(Self { main, ..Self::default() })
    }

    /// The file at `path` as if it held `text`.
    pub(super) fn with_text(path: PathBuf, text: String) -> Self {
        let is_public = is_public(&path).unwrap_or(false);
        let main = File { text: Cow::Owned(text), is_public, ..File::default() };
        let mut raw = Self { path: Some(path), main, ..Self::default() };
        raw.read_concepts();
        raw
    }

    /// The directory that relative paths of the file start from.
    pub(super) fn directory(&self) -> &Path {
        self.path.as_deref().and_then(Path::parent).unwrap_or(Path::new(""))
    }

    /// Where the user's own concepts are.
    pub(super) fn concepts_directory(&self) -> PathBuf {
        self.directory().join("concepts")
    }

    /// Reads the concept files beside the configuration file.
    fn read_concepts(&mut self) {
        let directory = self.concepts_directory();
        let paths = match toml_files(&directory) {
            Ok(paths) => paths,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return,
            Err(error) => {
                return self.unreadable.push(unreadable("the folder of concepts", &directory, &error));
            }
        };
        for path in paths {
            match read_bytes(&path).map(File::of) {
                Ok(file) => self.concepts.push((path, file)),
                Err(error) => self.unreadable.push(unreadable("the concepts", &path, &error)),
            }
        }
    }
}

/// The files of `directory` whose names end in `.toml`, in the order of their names.
pub(super) fn toml_files(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(directory)?.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = entries.collect::<io::Result<Vec<PathBuf>>>()?;
    paths.retain(|path| is_toml(path));
    paths.sort_unstable();
    Ok(paths)
}

pub(super) fn is_toml(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

impl File {
    /// What can be shown of these bytes, and whether everyone may read them.
    fn of((bytes, is_public): (Vec<u8>, bool)) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self { text: Cow::Owned(text), is_public, broken_at: None },
            Err(error) => Self {
                text: Cow::Owned(String::from_utf8_lossy(error.as_bytes()).into_owned()),
                is_public,
                broken_at: Some(error.utf8_error().valid_up_to()),
            },
        }
    }
}

/// Reads a file of this machine, which must be text.
pub(super) fn read_file(path: &Path) -> io::Result<File> {
    let file = File::of(read_bytes(path)?);
    match file.broken_at {
        None => Ok(file),
        Some(_) => Err(io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-8: save it as such")),
    }
}

fn read_bytes(path: &Path) -> io::Result<(Vec<u8>, bool)> {
    Ok((std::fs::read(path)?, is_public(path)?))
}

#[cfg(unix)]
fn is_public(path: &Path) -> io::Result<bool> {
    use std::os::unix::fs::PermissionsExt;
    Ok(std::fs::metadata(path)?.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn is_public(_path: &Path) -> io::Result<bool> {
    Ok(false)
}

fn unreadable(what: &str, path: &Path, error: &io::Error) -> Report {
    let message = format!("cannot read {what} {}: {error}", path.display());
    Report {
        origin: path.display().to_string(),
        text: String::new(),
        diagnostics: vec![Diagnostic::error(message)],
    }
}

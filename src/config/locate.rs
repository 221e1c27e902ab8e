//! Where the configuration and the database are: command line, environment, usual places.

use std::path::{Path, PathBuf};

use super::environment::{CONFIG, DATA_DIR, Environment};

/// What the command line says of places.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// `--config`.
    pub config: Option<PathBuf>,
    /// `--data-dir`.
    pub data_dir: Option<PathBuf>,
}

/// A place where the configuration may be.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) path: PathBuf,
    /// Somebody named it: that it does not exist is an error.
    pub(super) named: bool,
}

const SYSTEM_CONFIG: &str = "/etc/feedwatch/feedwatch.toml";
const SYSTEM_DATA: &str = "/var/lib/feedwatch";

/// Where to look for the configuration, the first that exists counts.
pub(super) fn candidates(source: &Source, environment: &Environment) -> Vec<Candidate> {
    let named = source.config.clone().or_else(|| environment.get(CONFIG).map(PathBuf::from));
    if let Some(path) = named {
        return vec![Candidate { path, named: true }];
    }
    let own = base_directory(environment, "XDG_CONFIG_HOME", ".config")
        .map(|directory| directory.join("feedwatch/feedwatch.toml"));
    own.into_iter()
        .chain([PathBuf::from(SYSTEM_CONFIG)])
        .map(|path| Candidate { path, named: false })
        .collect()
}

/// The directory of the database. `key` is `data_dir` of the configuration in `directory`.
pub(super) fn data_dir(
    source: &Source,
    environment: &Environment,
    key: Option<&str>,
    directory: &Path,
) -> PathBuf {
    if let Some(path) = &source.data_dir {
        return path.clone();
    }
    if let Some(path) = environment.get(DATA_DIR) {
        return path.into();
    }
    if let Some(path) = key {
        return directory.join(path);
    }
    // systemd separates several directories by colons.
    if let Some(path) = environment.get("STATE_DIRECTORY").and_then(|paths| paths.split(':').next()) {
        return path.into();
    }
    match base_directory(environment, "XDG_DATA_HOME", ".local/share") {
        Some(base) if !is_root() => base.join("feedwatch"),
        _ => SYSTEM_DATA.into(),
    }
}

/// A base directory of the XDG specification, in which relative paths are to be ignored.
fn base_directory(environment: &Environment, name: &str, below_home: &str) -> Option<PathBuf> {
    let named = environment.get(name).map(PathBuf::from).filter(|path| path.is_absolute());
    named.or_else(|| environment.get("HOME").map(|home| Path::new(home).join(below_home)))
}

/// Whether this process is root's: the kernel gives each process' directory to its effective user.
#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}

//! The lock that keeps two daemons off one database.
//!
//! It is the operating system's advisory lock on a file beside the database, so it ends with the
//! process, however that ends. The file's text is for people; only the lock counts.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::OpenError;

const FILE_NAME: &str = "feedwatch.lock";

/// Held as long as this value lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

impl Lock {
    /// The number of the process that holds the lock of `data_dir`, as it wrote it; `None` when nobody does.
    pub(super) fn holder(data_dir: &Path) -> Option<String> {
        let mut file = File::open(data_dir.join(FILE_NAME)).ok()?;
        // Shared, so that two who ask do not take each other for a daemon.
        let Err(TryLockError::WouldBlock) = file.try_lock_shared() else { return None };
        let mut holder = String::new();
        let _unreadable = file.read_to_string(&mut holder);
        Some(holder.trim().to_owned())
    }

    /// Takes the lock of `data_dir`, or says who holds it.
    pub(super) fn take(data_dir: &Path) -> Result<Self, OpenError> {
        let path = data_dir.join(FILE_NAME);
        let mut file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .open(&path)
            .map_err(|error| OpenError::io(&path, error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _unreadable = file.read_to_string(&mut holder);
                return Err(OpenError::Locked { path, holder: holder.trim().to_owned() });
            }
            Err(TryLockError::Error(error)) => return Err(OpenError::io(&path, error)),
        }
        let write = |file: &mut File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{}", std::process::id())
        };
        // A full disk must not keep the daemon from starting: the lock holds without the text.
        let _unwritten = write(&mut file);
        Ok(Self { _file: file })
    }
}

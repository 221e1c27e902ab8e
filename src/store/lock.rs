//! The lock that keeps two daemons off one database.
//!
//! It is the operating system's advisory lock on a file beside the database, so it ends with the
//! process, however that ends. The file's text names the process that holds it, for people; only the lock
//! counts. Once the database is closed, it says as which (see `seal`).

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::OpenError;
use super::seal::Seal;

const FILE_NAME: &str = "feedwatch.lock";

/// Held as long as this value lives.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    /// As which the last holder closed the database; `None`: it did not get so far.
    seal: Option<Seal>,
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
        let mut left = String::new();
        let _unreadable = file.read_to_string(&mut left);
        let lock = Self { file, seal: Seal::from_text(&left) };
        lock.write(&std::process::id().to_string());
        Ok(lock)
    }

    /// As which the last holder closed the database.
    pub(super) fn seal(&self) -> Option<Seal> {
        self.seal
    }

    /// Leaves behind as which the database is closed.
    pub(super) fn leave(&self, seal: Seal) {
        self.write(&format!("{}\n{}", std::process::id(), seal.to_text()));
    }

    /// A full disk must not keep the daemon from starting: the lock holds without the text.
    fn write(&self, text: &str) {
        let write = |mut file: &File| {
            file.set_len(0)?;
            file.rewind()?;
            writeln!(file, "{text}")
        };
        let _unwritten = write(&self.file);
    }
}

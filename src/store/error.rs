//! Why the database could not be opened, each with its way out.

use std::path::PathBuf;

/// Why [`Store::open`](super::Store::open) refused.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another process holds the lock.
    #[error(
        "{} is in use by another feedwatch (process {holder}): stop it, or choose another --data-dir",
        path.display()
    )]
    Locked {
        /// The lock file.
        path: PathBuf,
        /// What the lock file says of its holder.
        holder: String,
    },
    /// A command that only reads found nothing to read.
    #[error(
        "there is no database at {}: run `feedwatch run` or `feedwatch poll` first, or choose another --data-dir",
        path.display()
    )]
    Missing {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// Its schema is an earlier one, which only a daemon may change.
    #[error("the database {} is of an earlier feedwatch: `feedwatch poll` or `run` brings it up to date", path.display())]
    Older {
        /// The database.
        path: PathBuf,
    },
    /// A later feedwatch changed its schema.
    #[error("the database {} was written by a later feedwatch: run that one, or restore an older backup", path.display())]
    Newer {
        /// The database.
        path: PathBuf,
    },
    /// `quick_check` found damage. The file is left as it is.
    #[error(
        "the database {} is damaged ({finding}): restore a backup, or move it away to start anew; nothing was changed",
        path.display()
    )]
    Damaged {
        /// The database.
        path: PathBuf,
        /// The first line that `quick_check` printed.
        finding: String,
    },
    /// The linked SQLite has a bug that corrupts databases.
    #[error("SQLite {version} can corrupt a database in WAL mode: build feedwatch with 3.51.3 or later")]
    UnsafeSqlite {
        /// `sqlite_version()`.
        version: String,
    },
    /// There is no room for what opening has to write.
    #[error(
        "the disk that holds {} is full: make room on it, or choose another --data-dir; what was stored is not lost",
        path.display()
    )]
    Full {
        /// The database.
        path: PathBuf,
    },
    /// The directory could not be made or the file not be opened.
    #[error(
        "cannot open the database {}: {reason}: let this user write there, or choose another --data-dir",
        path.display()
    )]
    Io {
        /// The directory or file.
        path: PathBuf,
        /// What the system said.
        reason: String,
    },
}

impl OpenError {
    pub(super) fn io(path: impl Into<PathBuf>, reason: impl ToString) -> Self {
        Self::Io { path: path.into(), reason: reason.to_string() }
    }
}

/// Whether what failed would fail for every other write as well: no room, no file, no turn, no memory. A page of
/// the file that is damaged is somebody's alone.
pub fn is_general(error: &anyhow::Error) -> bool {
    error.chain().filter_map(|cause| cause.downcast_ref::<sqlx::Error>()).any(|error| match error {
        // SQLITE_BUSY, LOCKED, NOMEM, READONLY, IOERR, FULL, CANTOPEN, PROTOCOL, NOTADB
        sqlx::Error::Database(_) => matches!(code(error) & 0xff, 5..=8 | 10 | 13..=15 | 26),
        sqlx::Error::Io(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed => true,
        _ => false,
    })
}

/// SQLite's extended code; 0 for what is no error of SQLite.
pub(super) fn code(error: &sqlx::Error) -> u32 {
    let code = error.as_database_error().and_then(|error| error.code());
    code.and_then(|code| code.parse().ok()).unwrap_or_default()
}

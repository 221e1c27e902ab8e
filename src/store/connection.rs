//! Opening the database: one writer, several readers, and the checks before the first statement.

use std::cmp::Ordering;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{
    SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection, Sqlite, Transaction};
use tracing::info;

use super::OpenError;
use super::error::code;
use super::lock::Lock;
use super::restored;
use super::seal::Seal;
use crate::failpoint::{Failpoint, during};
use crate::model::Timestamp;

/// The database file's name in the data directory.
pub(super) const FILE_NAME: &str = "feedwatch.db";

/// The schema's history.
static MIGRATIONS: Migrator = sqlx::migrate!();

/// First SQLite without the WAL-reset corruption.
const SAFE_SQLITE: [u32; 3] = [3, 51, 3];

const READERS: u32 = 4;
const BUSY_TIMEOUT: Duration = Duration::from_secs(10);

/// What the opener is going to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Poll and deliver: takes the lock, creates and migrates.
    Daemon,
    /// Change a few rows of an existing database beside a running daemon.
    Edit,
    /// Only read an existing database, beside a running daemon.
    Read,
}

/// Where the database of a data directory is.
pub fn database(data_dir: &Path) -> PathBuf {
    data_dir.join(FILE_NAME)
}

/// The open database. Clones share it.
#[derive(Clone, Debug)]
pub struct Store {
    writer: SqlitePool,
    reader: SqlitePool,
    install: Arc<str>,
    path: Arc<Path>,
    restored: bool,
    /// When it was last read as a whole and found sound.
    checked_at: Timestamp,
    lock: Option<Arc<Lock>>,
}

impl Store {
    /// The number of the process that runs as a daemon on the database in `data_dir`; `None` when none does.
    pub fn holder(data_dir: &Path) -> Option<String> {
        Lock::holder(data_dir)
    }

    /// Opens `feedwatch.db` in `data_dir`.
    ///
    /// [`Mode::Daemon`] makes the directory and the file, brings the schema up to date and draws the
    /// installation's id from `install`, unless the database has one; `now` stamps it.
    ///
    /// # Errors
    /// See [`OpenError`]; a damaged file is never touched.
    pub async fn open(data_dir: &Path, mode: Mode, install: &str, now: Timestamp) -> Result<Self, OpenError> {
        let path = database(data_dir);
        let lock = if mode == Mode::Daemon {
            create_private_dir(data_dir).map_err(|error| OpenError::io(data_dir, error))?;
            Some(Arc::new(Lock::take(data_dir)?))
        } else if path.is_file() {
            None
        } else {
            return Err(OpenError::Missing { path });
        };
        let failed = |error: sqlx::Error| open_failure(&path, &error);
        let mut restored = false;
        let sealed = lock.as_ref().and_then(|lock| lock.seal()?.holds(&path, now));

        let writer = match mode {
            Mode::Read => reader_pool(&path).await,
            Mode::Daemon | Mode::Edit => writer_pool(&path, mode).await,
        };
        let writer = writer.map_err(failed)?;
        check_version(&writer).await.map_err(failed)??;
        if mode == Mode::Daemon {
            if sealed.is_none() {
                check_integrity(&path).await?;
            }
            migrate(&writer, &path).await?;
            restored = take_up(&writer).await.map_err(failed)?;
            sqlx::query(
                "INSERT INTO installation (id, created_at) SELECT $1, $2 WHERE NOT EXISTS (SELECT 1 FROM installation)",
            )
            .bind(install)
            .bind(now.timestamp_millis())
            .execute(&writer)
            .await
            .map_err(failed)?;
        }
        let install: Option<String> =
            match sqlx::query_scalar("SELECT id FROM installation").fetch_one(&writer).await {
                Ok(install) => Some(install),
                // No daemon got as far as the first migration.
                Err(sqlx::Error::Database(error)) if error.message().starts_with("no such table") => None,
                Err(error) => return Err(failed(error)),
            };
        let Some(install) = install else { return Err(OpenError::Missing { path }) };
        let version: i64 = sqlx::query_scalar("SELECT coalesce(max(version), 0) FROM _sqlx_migrations")
            .fetch_one(&writer)
            .await
            .map_err(failed)?;
        match version.cmp(&newest()) {
            Ordering::Less => return Err(OpenError::Older { path }),
            Ordering::Greater => return Err(OpenError::Newer { path }),
            Ordering::Equal => {}
        }
        let reader = reader_pool(&path).await.map_err(failed)?;
        let checked_at = sealed.unwrap_or(now);
        Ok(Self { writer, reader, install: install.into(), path: path.into(), restored, checked_at, lock })
    }

    /// The installation's id, part of every delivery's id.
    pub fn install(&self) -> &str {
        &self.install
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it was a backup until this process opened it.
    pub fn was_restored(&self) -> bool {
        self.restored
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> anyhow::Result<()> {
        let ping = sqlx::query("SELECT count(*) FROM installation").execute(&self.reader).await;
        ping.map(drop).context("the database does not answer")
    }

    /// Whether a write can begin, which a full disk does not hinder; what is begun is taken back.
    ///
    /// # Errors
    /// When another write holds the database for too long, or the file is gone.
    pub async fn takes_writes(&self) -> anyhow::Result<()> {
        self.write_repeatable().await?.rollback().await.context("a write that was begun is not taken back")
    }

    /// Finishes what is under way and closes the file; the write-ahead log is folded in.
    pub async fn close(self) {
        self.reader.close().await;
        during(Failpoint::Checkpointing, self.writer.close()).await;
        if let Some(lock) = &self.lock
            && let Some(seal) = Seal::of(&self.path, self.checked_at)
        {
            lock.leave(seal);
        }
    }

    /// The version from which the database would be migrated.
    #[cfg(test)]
    pub(super) async fn outdated(&self) -> Option<i64> {
        outdated(&self.writer).await
    }

    /// When the database was last read as a whole and found sound.
    #[cfg(test)]
    pub(super) fn checked_at(&self) -> Timestamp {
        self.checked_at
    }

    /// A write transaction whose commit survives a power cut; waits for the one before it.
    pub(super) async fn write(&self) -> anyhow::Result<Transaction<'static, Sqlite>> {
        self.begin("PRAGMA synchronous = FULL; BEGIN IMMEDIATE").await
    }

    /// A write transaction for what costs nothing to do again. Its commit survives the death of the process,
    /// and a power cut once a later [`write`](Self::write) was committed: what is written first is synced
    /// first, so that the file is never torn. A disk that takes its time for a sync is spared one for each of
    /// the polls, nearly all, that bring nothing.
    pub(super) async fn write_repeatable(&self) -> anyhow::Result<Transaction<'static, Sqlite>> {
        self.begin("PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE").await
    }

    /// What `PRAGMA synchronous` is on the writer since its last transaction.
    #[cfg(test)]
    pub(super) async fn synchronous(&self) -> i64 {
        sqlx::query_scalar("PRAGMA synchronous").fetch_one(&self.writer).await.expect("the pragma")
    }

    async fn begin(&self, statements: &'static str) -> anyhow::Result<Transaction<'static, Sqlite>> {
        self.writer.begin_with(statements).await.context("cannot begin a write transaction")
    }

    pub(super) fn reader(&self) -> &SqlitePool {
        &self.reader
    }
}

pub(super) fn options(path: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        .pragma("trusted_schema", "OFF")
        .pragma("mmap_size", "0")
}

/// For statements that read the whole file: that they take long is no news.
pub(super) fn unhurried(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.disable_statement_logging()
}

/// One connection. After a full disk SQLite rolls back by itself while sqlx believes the transaction
/// open, and acknowledges later commits that store nothing: such a connection is thrown away.
async fn writer_pool(path: &Path, mode: Mode) -> sqlx::Result<SqlitePool> {
    let options = options(path)
        .create_if_missing(mode == Mode::Daemon)
        .auto_vacuum(SqliteAutoVacuum::Incremental)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("journal_size_limit", "67108864");
    SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_secs(60))
        .after_release(|connection, _| {
            Box::pin(async move {
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .connect_with(options)
        .await
}

async fn reader_pool(path: &Path) -> sqlx::Result<SqlitePool> {
    SqlitePoolOptions::new().max_connections(READERS).connect_with(options(path).read_only(true)).await
}

async fn check_version(pool: &SqlitePool) -> sqlx::Result<Result<(), OpenError>> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(pool).await?;
    let parts: Vec<u32> = version.split('.').filter_map(|part| part.parse().ok()).collect();
    Ok(if parts.as_slice() < SAFE_SQLITE.as_slice() {
        Err(OpenError::UnsafeSqlite { version })
    } else {
        Ok(())
    })
}

async fn check_integrity(path: &Path) -> Result<(), OpenError> {
    let failed = |error: sqlx::Error| open_failure(path, &error);
    let mut connection = unhurried(options(path)).connect().await.map_err(failed)?;
    let finding: String =
        sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut connection).await.map_err(failed)?;
    connection.close().await.map_err(failed)?;
    if finding == "ok" { Ok(()) } else { Err(OpenError::Damaged { path: path.to_owned(), finding }) }
}

/// The version that the schema has once it is up to date.
fn newest() -> i64 {
    MIGRATIONS.iter().map(|migration| migration.version).max().unwrap_or_default()
}

/// The version of a database that is to be migrated; `None`: it is up to date, or new.
async fn outdated(pool: &SqlitePool) -> Option<i64> {
    let version: Option<i64> =
        sqlx::query_scalar("SELECT max(version) FROM _sqlx_migrations").fetch_one(pool).await.ok()?;
    version.filter(|version| *version < newest())
}

/// Brings the schema up to date; each migration is a transaction.
async fn migrate(pool: &SqlitePool, path: &Path) -> Result<(), OpenError> {
    if let Some(version) = outdated(pool).await {
        info!(database.path = %path.display(), from = version, to = newest(), "migrating the database");
    }
    let mut connection = pool.acquire().await.map_err(|error| open_failure(path, &error))?;
    // The migrator commits by itself: only SQLite can tell of the moment before.
    #[cfg(debug_assertions)]
    if let Ok(mut handle) = connection.lock_handle().await {
        handle.set_commit_hook(|| {
            crate::failpoint::pass(Failpoint::Migrating);
            true
        });
    }
    let migrated = MIGRATIONS.run(&mut *connection).await;
    #[cfg(debug_assertions)]
    if let Ok(mut handle) = connection.lock_handle().await {
        handle.remove_commit_hook();
    }
    migrated.map_err(|error| match error {
        MigrateError::VersionMissing(_) => OpenError::Newer { path: path.to_owned() },
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => open_failure(path, &error),
        error => OpenError::io(path, error),
    })
}

async fn take_up(pool: &SqlitePool) -> sqlx::Result<bool> {
    let mut tx = pool.begin_with("BEGIN IMMEDIATE").await?;
    let restored = restored::take_up(&mut tx).await?;
    tx.commit().await?;
    Ok(restored)
}

/// What the error of SQLite means for the file; what is no damage and no full disk is the system's.
pub(super) fn open_failure(path: &Path, error: &sqlx::Error) -> OpenError {
    let path: PathBuf = path.to_owned();
    match code(error) {
        // SQLITE_CORRUPT, SQLITE_NOTADB
        code if matches!(code & 0xff, 11 | 26) => OpenError::Damaged { path, finding: error.to_string() },
        // SQLITE_FULL; SQLITE_IOERR_SHMSIZE is how the file beside the database says the same.
        13 | 4874 => OpenError::Full { path },
        _ => OpenError::io(path, error),
    }
}

/// What desks watch is nobody else's business: the directory is the owner's alone where we make it.
fn create_private_dir(path: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

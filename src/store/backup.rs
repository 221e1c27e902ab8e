//! A copy of the database while a daemon writes to the original: complete, checked, and marked as a
//! copy.
//!
//! It takes the name that was asked for only when it is whole: until then it is `NAME.partial` beside it,
//! which the next backup of that name overwrites. Copying the file back into a data directory restores it:
//! the mark tells the daemon to catch up with what the world did meanwhile.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use super::connection::{FILE_NAME, database, open_failure, options, unhurried};
use super::{OpenError, restored};
use crate::failpoint::{Failpoint, during, pass};

/// How often the progress is told.
const GLANCE: Duration = Duration::from_millis(100);

/// What was copied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Backup {
    /// Of the copy.
    pub bytes: u64,
}

/// Copies the database in `data_dir`, of whatever version, to the file `target`, which only its owner may
/// read; an existing one is replaced if `overwrite`. `progress` hears of the part that is done, from 0
/// to 1.
///
/// # Errors
/// An [`OpenError`] where the database is missing or damaged; otherwise what the system said. `target` is
/// as it was then.
pub async fn backup(
    data_dir: &Path,
    target: &Path,
    overwrite: bool,
    progress: impl Fn(f64),
) -> anyhow::Result<Backup> {
    let source = database(data_dir);
    if !source.is_file() {
        return Err(OpenError::Missing { path: source }.into());
    }
    check_target(&source, target, overwrite)?;
    let copy = Partial::create(target)?;
    vacuum(&source, &copy.path, progress).await?;
    check_and_mark(&copy.path).await?;
    copy.file.sync_all().with_context(|| format!("cannot write {} to the disk", copy.path.display()))?;
    let bytes = copy.file.metadata().map(|metadata| metadata.len()).unwrap_or_default();
    pass(Failpoint::BackupBeforeRename);
    check_target(&source, target, overwrite)?;
    copy.take_name(target)?;
    Ok(Backup { bytes })
}

fn check_target(source: &Path, target: &Path, overwrite: bool) -> anyhow::Result<()> {
    let name = target.display();
    if target.is_dir() {
        bail!("{name} is a directory: name a file in it");
    }
    if target.file_name().is_none() {
        bail!("'{name}' names no file");
    }
    let folder = folder(target);
    let folder = folder.canonicalize().with_context(|| format!("cannot write to {}", folder.display()))?;
    let beside = source.parent().and_then(|parent| parent.canonicalize().ok()) == Some(folder);
    let own = |name: &std::ffi::OsStr| name.to_string_lossy().starts_with(FILE_NAME);
    if beside && target.file_name().is_some_and(own) {
        bail!("{name} would be taken for the database itself: choose another name");
    }
    if !overwrite && target.symlink_metadata().is_ok() {
        bail!("{name} exists already: choose another name, or overwrite it with --force");
    }
    Ok(())
}

/// A relative name without a folder is in the working directory.
fn folder(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// The unfinished copy; deleted unless it takes its name.
struct Partial {
    path: PathBuf,
    file: File,
    finished: bool,
}

impl Partial {
    fn create(target: &Path) -> anyhow::Result<Self> {
        let mut name = OsString::from(target);
        name.push(".partial");
        let path = PathBuf::from(name);
        let failed = || format!("cannot write {}", path.display());
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .read(true)
            .write(true)
            .mode(0o600)
            .open(&path)
            .with_context(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => bail!("another backup writes {} just now", path.display()),
            Err(fs::TryLockError::Error(error)) => return Err(error).with_context(failed),
        }
        // What a backup left that was killed: its mode may be another's, its journal is not ours.
        file.set_len(0).with_context(failed)?;
        file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600)).with_context(failed)?;
        let partial = Self { path, file, finished: false };
        partial.remove_journal();
        Ok(partial)
    }

    fn take_name(mut self, target: &Path) -> anyhow::Result<()> {
        let failed = || format!("cannot give {} its name {}", self.path.display(), target.display());
        fs::rename(&self.path, target).with_context(failed)?;
        self.finished = true;
        let folder = folder(target);
        let synced = File::open(folder).and_then(|folder| folder.sync_all());
        synced.with_context(|| format!("cannot write {} to the disk", folder.display()))
    }

    fn remove_journal(&self) {
        let mut journal = OsString::from(&self.path);
        journal.push("-journal");
        let _there_is_none = fs::remove_file(journal);
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        if !self.finished {
            self.remove_journal();
            let _gone_already = fs::remove_file(&self.path);
        }
    }
}

/// Writes what is committed in `source` at this moment into the empty file `copy`.
async fn vacuum(source: &Path, copy: &Path, progress: impl Fn(f64)) -> anyhow::Result<()> {
    let failed = |error: sqlx::Error| match open_failure(source, &error) {
        damaged @ OpenError::Damaged { .. } => anyhow::Error::new(damaged),
        _ => anyhow::Error::new(error).context(format!(
            "cannot copy {} to {}: is there room?",
            source.display(),
            copy.display()
        )),
    };
    let mut connection = unhurried(options(source).read_only(true)).connect().await.map_err(failed)?;
    let size: i64 = sqlx::query_scalar(
        "SELECT (page_count - freelist_count) * page_size FROM pragma_page_count, pragma_freelist_count, pragma_page_size",
    )
    .fetch_one(&mut connection)
    .await
    .map_err(failed)?;
    let into = copy.to_str().with_context(|| format!("{} is not Unicode", copy.display()))?;
    let copied = {
        let copying = sqlx::query("VACUUM INTO $1").bind(into).execute(&mut connection);
        let mut copying = std::pin::pin!(during(Failpoint::BackupCopying, copying));
        loop {
            tokio::select! {
                copied = &mut copying => break copied,
                () = tokio::time::sleep(GLANCE) => {
                    let written = fs::metadata(copy).map(|metadata| metadata.len()).unwrap_or_default();
                    progress((written as f64 / size.max(1) as f64).min(1.0));
                }
            }
        }
    };
    copied.map_err(failed)?;
    connection.close().await.map_err(failed)
}

/// A copy that cannot be restored is none: better known today.
async fn check_and_mark(copy: &Path) -> anyhow::Result<()> {
    let failed = || format!("cannot check the copy {}", copy.display());
    let options = unhurried(SqliteConnectOptions::new().filename(copy));
    let mut connection = options.connect().await.with_context(failed)?;
    let finding: String = sqlx::query_scalar("PRAGMA integrity_check(1)")
        .fetch_one(&mut connection)
        .await
        .with_context(failed)?;
    if finding != "ok" {
        bail!("the copy is damaged ({finding}), so the database may be: restart the daemon, which checks it");
    }
    restored::mark(&mut connection).await.with_context(failed)?;
    connection.close().await.with_context(failed)
}

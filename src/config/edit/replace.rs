//! A file in the place of another, all of it or nothing.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

/// Puts `text` in the place of the file at `path`, if that still holds `before` (`None`: if there still is
/// no file); tells whether it did. Permissions and owner stay; a symbolic link keeps pointing to what is
/// replaced. Two that replace the same file wait for each other.
pub(super) fn replace(path: &Path, before: Option<&[u8]>, text: &[u8]) -> io::Result<bool> {
    let path = target(path)?;
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    fs::create_dir_all(folder)?;
    let folder_file = File::open(folder)?;
    // Held until this returns; an editor asks for no lock, and the comparison below is for those.
    folder_file.lock()?;
    let old = match File::open(&path) {
        Ok(file) => Some(file.metadata()?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if old.as_ref().is_some_and(|old| old.permissions().readonly()) {
        let reason = "it is marked as read-only: run chmod u+w, or edit it where it comes from";
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
    }
    let mut new = beside(&path, folder)?;
    new.write_all(text)?;
    if let Some(old) = &old {
        keep_owner(new.as_file(), old)?;
        new.as_file().set_permissions(old.permissions())?;
    }
    new.as_file().sync_all()?;
    let present = match fs::read(&path) {
        Ok(bytes) => Some(bytes),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    if present.as_deref() != before {
        return Ok(false);
    }
    new.persist(&path).map_err(|error| explain(error.error))?;
    folder_file.sync_all()?;
    Ok(true)
}

/// The file itself, where `path` is a link to it.
fn target(path: &Path) -> io::Result<PathBuf> {
    match fs::canonicalize(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match fs::read_link(path) {
            // A link to a file that is still to be made.
            Ok(target) => Ok(path.parent().unwrap_or(Path::new("")).join(target)),
            Err(_) => Ok(path.to_owned()),
        },
        found => found,
    }
}

/// A new file in the same folder, since only there it can take the old one's name.
fn beside(path: &Path, folder: &Path) -> io::Result<NamedTempFile> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let prefix = format!(".{name}.");
    let mut builder = Builder::new();
    builder.prefix(&prefix);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        // What any new file has, less what the umask takes.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    builder.tempfile_in(folder)
}

#[cfg(unix)]
fn keep_owner(new: &File, old: &fs::Metadata) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt, fchown};
    let own = new.metadata()?;
    if (own.uid(), own.gid()) == (old.uid(), old.gid()) {
        return Ok(());
    }
    fchown(new, Some(old.uid()), Some(old.gid())).map_err(|error| {
        io::Error::new(error.kind(), format!("its owner cannot be kept ({error}): run this as its owner"))
    })
}

#[cfg(not(unix))]
fn keep_owner(_new: &File, _old: &fs::Metadata) -> io::Result<()> {
    Ok(())
}

/// A file that is mounted by itself can be written, yet not replaced.
fn explain(error: io::Error) -> io::Error {
    match error.kind() {
        io::ErrorKind::ResourceBusy | io::ErrorKind::CrossesDevices => io::Error::new(
            error.kind(),
            format!("{error}: mount the folder that it is in, not the file alone"),
        ),
        _ => error,
    }
}

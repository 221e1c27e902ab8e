//! What a daemon leaves behind when it has closed the database: by which the next one knows that nobody has
//! touched the file since, and need not read all of it.
//!
//! It stands beside the process number in the text of the lock. Whatever replaces, cuts, copies or writes the
//! file changes what the file system says of it, and then the database is checked as ever; so it is once a day,
//! for what disks forget.

use std::path::Path;
use std::time::UNIX_EPOCH;

use chrono::TimeDelta;

use super::row;
use crate::model::Timestamp;

/// For so long a check is believed.
const BELIEVED: TimeDelta = TimeDelta::hours(24);

/// See the module's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Seal {
    file: FileState,
    /// When the database was last read as a whole and found sound.
    checked_at: Timestamp,
}

/// What the file system says of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct FileState {
    length: u64,
    modified: u128,
    /// When anything of it changed, its times included; which file it is. 0 where systems do not say.
    changed: i128,
    inode: u64,
}

impl Seal {
    /// Seals the closed database at `path`; `None` when it is not closed, or nothing is known of the file.
    pub(super) fn of(path: &Path, checked_at: Timestamp) -> Option<Self> {
        Some(Self { file: FileState::of_closed(path)?, checked_at })
    }

    /// When the database at `path` was checked last, if it is still as it was sealed and that was not long
    /// before `now`.
    pub(super) fn holds(self, path: &Path, now: Timestamp) -> Option<Timestamp> {
        let age = now - self.checked_at;
        let is_young = age >= TimeDelta::zero() && age < BELIEVED;
        (is_young && FileState::of_closed(path) == Some(self.file)).then_some(self.checked_at)
    }

    /// One line.
    pub(super) fn to_text(self) -> String {
        let FileState { length, modified, changed, inode } = self.file;
        format!("closed {length} {modified} {changed} {inode} {}", self.checked_at.timestamp_millis())
    }

    /// Reads what [`to_text`](Self::to_text) wrote, among other lines; `None` for anything else.
    pub(super) fn from_text(text: &str) -> Option<Self> {
        let mut words = text.lines().find_map(|line| line.strip_prefix("closed "))?.split(' ');
        let file = FileState {
            length: words.next()?.parse().ok()?,
            modified: words.next()?.parse().ok()?,
            changed: words.next()?.parse().ok()?,
            inode: words.next()?.parse().ok()?,
        };
        let checked_at = row::time(words.next()?.parse().ok()?).ok()?;
        words.next().is_none().then_some(Self { file, checked_at })
    }
}

impl FileState {
    /// `None` also where a write-ahead log is left: what it holds is part of the database.
    fn of_closed(path: &Path) -> Option<Self> {
        let mut log = path.as_os_str().to_owned();
        log.push("-wal");
        if Path::new(&log).exists() {
            return None;
        }
        let metadata = path.metadata().ok()?;
        let modified = metadata.modified().ok()?.duration_since(UNIX_EPOCH).ok()?.as_nanos();
        #[cfg(unix)]
        let (changed, inode) = {
            use std::os::unix::fs::MetadataExt;
            (i128::from(metadata.ctime()) * 1_000_000_000 + i128::from(metadata.ctime_nsec()), metadata.ino())
        };
        #[cfg(not(unix))]
        let (changed, inode) = (0, 0);
        Some(Self { length: metadata.len(), modified, changed, inode })
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn at(hours: i64) -> Timestamp {
        DateTime::UNIX_EPOCH + TimeDelta::days(20_000) + TimeDelta::hours(hours)
    }

    #[test]
    fn a_seal_holds_for_a_day_and_until_the_file_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("db");
        std::fs::write(&file, "whole").unwrap();
        let text = format!("4711\n{}\n", Seal::of(&file, at(0)).unwrap().to_text());
        let seal = Seal::from_text(&text).unwrap();
        for (now, expected) in [(0, Some(at(0))), (23, Some(at(0))), (24, None), (-1, None)] {
            assert_eq!(seal.holds(&file, at(now)), expected, "{now}");
        }
        type Change = fn(&Path) -> std::io::Result<()>;
        let changes: [Change; 4] = [
            |file| std::fs::write(file, "w"),
            // The same length and the same time of the last write, as a careful copy has it.
            |file| {
                let modified = file.metadata()?.modified()?;
                std::fs::write(file.with_extension("copy"), "whole")?;
                std::fs::rename(file.with_extension("copy"), file)?;
                std::fs::File::options().write(true).open(file)?.set_modified(modified)
            },
            |file| std::fs::write(file.with_file_name("db-wal"), "log"),
            |file| std::fs::remove_file(file),
        ];
        for change in changes {
            std::fs::write(&file, "whole").unwrap();
            let seal = Seal::of(&file, at(0)).unwrap();
            assert_eq!(seal.holds(&file, at(1)), Some(at(0)));
            change(&file).unwrap();
            assert_eq!(seal.holds(&file, at(1)), None);
            let _absent = std::fs::remove_file(folder.path().join("db-wal"));
        }
    }

    #[test]
    fn any_other_text_is_no_seal() {
        for text in [
            "",
            "4711",
            "closed",
            "closed 1 2 3",
            "closed 1 2 3 4 5 6",
            "closed a 2 3 4 5",
            "closed 1 2 3 4 -9e9",
        ] {
            assert_eq!(Seal::from_text(text), None, "{text}");
        }
    }
}

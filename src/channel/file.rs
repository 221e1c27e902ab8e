//! A file that grows by a line of JSON per message: the payload, with the delivery's `id` before it.
//!
//! It is opened anew for each message, so that whoever rotates it may rename or remove it at any time; a
//! line is on the disk before it counts as delivered. A line that a crash or a full disk cut short is
//! ended, so that no other is appended to it.

use std::fs::{File as Handle, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use futures::FutureExt;
use futures::future::BoxFuture;
use serde::Serialize;

use super::{Attempt, Kind};
use crate::alert::{Outcome, Payload};
use crate::model::DeliveryId;

/// Appends to one file.
pub(super) struct File {
    path: PathBuf,
}

#[derive(Serialize)]
struct Entry<'a> {
    id: DeliveryId,
    #[serde(flatten)]
    payload: &'a Payload,
}

impl File {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }
}

impl Kind for File {
    fn deliver<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Outcome> {
        async move {
            let line = match serde_json::to_string(&Entry { id: attempt.id, payload: attempt.payload }) {
                Ok(line) => format!("{line}\n"),
                Err(error) => {
                    return Outcome::Rejected { reason: format!("cannot write the payload: {error}") };
                }
            };
            let path = self.path.clone();
            let bytes = line.len();
            let written = tokio::task::spawn_blocking(move || append(&path, line.as_bytes())).await;
            let failure = match written {
                Ok(Ok(())) => return Outcome::Delivered { detail: format!("{bytes} bytes") },
                Ok(Err(error)) => error,
                Err(panic) => io::Error::other(panic),
            };
            let reason = format!("cannot append to {}: {failure}", self.path.display());
            match failure.kind() {
                // A mount or a permission may come later; what is no file will stay none.
                io::ErrorKind::IsADirectory | io::ErrorKind::InvalidInput => Outcome::Rejected { reason },
                _ => Outcome::Retry { after: None, reason },
            }
        }
        .boxed()
    }
}

fn append(path: &Path, line: &[u8]) -> io::Result<()> {
    let existed = match std::fs::metadata(path) {
        // Opening a pipe waits for its reader, for ever if need be.
        Ok(found) if !found.is_file() => {
            let error = "it is not a file; a program can be told with a channel of kind \"command\"";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, error));
        }
        Ok(_) => true,
        Err(error) if error.kind() == io::ErrorKind::NotFound => false,
        Err(error) => return Err(error),
    };
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    let length = file.metadata()?.len();
    let ended = if is_cut_short(&mut file, length)? { [b"\n", line].concat() } else { line.to_vec() };
    if let Err(error) = file.write_all(&ended).and_then(|()| file.sync_data()) {
        // The rest of the line is not to be found by readers; where that fails too, the next line ends it.
        if file.metadata().is_ok_and(|found| found.len() > length) {
            let _ = file.set_len(length);
        }
        return Err(error);
    }
    if !existed {
        // The name is on the disk as well.
        Handle::open(
            path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new(".")),
        )?
        .sync_all()?;
    }
    Ok(())
}

/// Whether the last line has no end.
fn is_cut_short(file: &mut Handle, length: u64) -> io::Result<bool> {
    if length == 0 {
        return Ok(false);
    }
    file.seek(SeekFrom::End(-1))?;
    let mut last = [0];
    file.read_exact(&mut last)?;
    Ok(last != *b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::fixture;

    async fn deliver(path: &Path, title: &str) -> Outcome {
        File::new(path).deliver(&fixture::attempt(&fixture::payload(title))).await
    }

    fn lines(path: &Path) -> Vec<String> {
        std::fs::read_to_string(path).expect("a file").lines().map(str::to_owned).collect()
    }

    #[tokio::test]
    async fn each_message_is_a_line_that_names_its_delivery() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("alerts.jsonl");
        for title in ["one", "two\nlines"] {
            assert!(matches!(deliver(&path, title).await, Outcome::Delivered { .. }));
        }
        let lines = lines(&path);
        assert_eq!(lines.len(), 2);
        for (line, title) in lines.iter().zip(["one", "two\nlines"]) {
            let entry: serde_json::Value = serde_json::from_str(line).expect("JSON");
            let payload = fixture::payload(title);
            assert_eq!(entry["id"], fixture::attempt(&payload).id.to_string());
            assert_eq!(entry["data"]["articles"][0]["title"], title);
            assert_eq!(entry["type"], "match");
        }
    }

    #[tokio::test]
    async fn a_file_that_was_rotated_is_begun_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, old) = (folder.path().join("alerts.jsonl"), folder.path().join("alerts.jsonl.1"));
        deliver(&path, "one").await;
        std::fs::rename(&path, &old).expect("a rotation");
        deliver(&path, "two").await;
        assert_eq!((lines(&old).len(), lines(&path).len()), (1, 1));
        // As `copytruncate` of logrotate does.
        let file = OpenOptions::new().write(true).open(&path).expect("a file");
        file.set_len(0).expect("a truncation");
        deliver(&path, "three").await;
        assert!(lines(&path)[0].contains("three"));
    }

    #[tokio::test]
    async fn a_line_that_was_cut_short_is_ended() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("alerts.jsonl");
        std::fs::write(&path, "{\"id\": \"cut").expect("a file");
        deliver(&path, "one").await;
        let lines = lines(&path);
        assert_eq!((lines.len(), lines[0].as_str()), (2, "{\"id\": \"cut"));
    }

    #[tokio::test]
    async fn what_cannot_be_appended_to_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let pipe = folder.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo").success());
        for (path, is_final, complaint) in [
            (folder.path().to_owned(), true, "it is not a file"),
            (pipe, true, "it is not a file"),
            (folder.path().join("absent/alerts.jsonl"), false, "No such file"),
            (PathBuf::from("/dev/full"), true, "it is not a file"),
        ] {
            match (deliver(&path, "title").await, is_final) {
                (Outcome::Rejected { reason }, true) | (Outcome::Retry { reason, .. }, false) => {
                    assert!(
                        reason.starts_with("cannot append to ") && reason.contains(complaint),
                        "{reason}"
                    );
                }
                (outcome, _) => panic!("{}: {outcome:?}", path.display()),
            }
        }
    }
}

//! A program of the user's: the payload as JSON on its standard input, never a shell.
//!
//! | how it ends | outcome |
//! |---|---|
//! | exit 0 | delivered |
//! | exit 64, 65, 77, 78 (`sysexits.h`: usage, data, permission, configuration), 126, 127 (POSIX: not executable, not found) | rejected |
//! | not found or not executable at once | rejected |
//! | any other exit, `EX_TEMPFAIL` (75) among them; a signal; out of time | another attempt |
//!
//! Everything not known to be permanent is tried again, since most programs exit 1 whatever is wrong.
//! The program inherits the daemon's environment without `FEEDWATCH_*`, which may hold secrets, and
//! is told `FEEDWATCH_CHANNEL`, `FEEDWATCH_DELIVERY_ID`, `FEEDWATCH_SEQUENCE` and `FEEDWATCH_ATTEMPT`. Its standard output
//! is discarded; the end of its standard error goes into the reason. When its time is over, its whole
//! process group is killed.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::pin::pin;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use futures::FutureExt;
use futures::future::BoxFuture;
use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStdin};

use super::{ANSWER_WIDTH, Attempt, Kind, json};
use crate::alert::{Outcome, one_line};

/// Bytes of standard error that are remembered.
const TAIL: usize = 2048;

/// How long standard error is still read after the program's end: a grandchild may hold it open.
const GRACE: Duration = Duration::from_millis(500);

/// Exit codes that another attempt cannot change.
const PERMANENT: [i32; 6] = [64, 65, 77, 78, 126, 127];

/// Runs a program per message.
pub(super) struct Command {
    channel: String,
    program: String,
    arguments: Vec<String>,
}

impl Command {
    pub(super) fn new(channel: &str, argv: &[String]) -> Result<Self, String> {
        let (program, arguments) =
            argv.split_first().ok_or("no program: name one in `command`, with its arguments after it")?;
        Ok(Self { channel: channel.to_owned(), program: program.clone(), arguments: arguments.to_vec() })
    }

    /// Dropping the future kills the program and all it started.
    async fn attempt(&self, attempt: &Attempt<'_>) -> Outcome {
        let json = match json(attempt.payload) {
            Ok(json) => json,
            Err(outcome) => return outcome,
        };
        match self.spawn(attempt) {
            Ok(child) => self.run(child, &json).await,
            Err(error) => {
                let reason = format!("cannot start '{}': {error}", self.program);
                match error.kind() {
                    io::ErrorKind::NotFound
                    | io::ErrorKind::PermissionDenied
                    | io::ErrorKind::InvalidInput => Outcome::Rejected { reason },
                    _ => Outcome::Retry { after: None, reason },
                }
            }
        }
    }

    fn spawn(&self, attempt: &Attempt<'_>) -> io::Result<Child> {
        let mut command = tokio::process::Command::new(&self.program);
        for (key, _) in std::env::vars_os() {
            if key.to_string_lossy().starts_with("FEEDWATCH_") {
                command.env_remove(key);
            }
        }
        command
            .args(&self.arguments)
            .env("FEEDWATCH_CHANNEL", &self.channel)
            .env("FEEDWATCH_DELIVERY_ID", attempt.id.to_string())
            .env("FEEDWATCH_ATTEMPT", attempt.number.to_string())
            .env("FEEDWATCH_SEQUENCE", attempt.sequence.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }

    async fn run(&self, mut child: Child, json: &str) -> Outcome {
        let (stdin, stderr) = (child.stdin.take(), child.stderr.take());
        let group = Group::of(&child);
        let mut tail = Vec::new();
        let status = {
            // Both at once: a program that writes before it reads, or never reads, blocks nobody.
            let mut talk = pin!(async { tokio::join!(feed(stdin, json), read_tail(stderr, &mut tail)) });
            let ended = tokio::select! {
                status = child.wait() => Some(status),
                _ = &mut talk => None,
            };
            match ended {
                Some(status) => {
                    // Late or never, it is only for the reason.
                    let _ = tokio::time::timeout(GRACE, talk).await;
                    status
                }
                None => child.wait().await,
            }
        };
        group.disarm();
        match status {
            Ok(status) => outcome(&self.program, status, &tail),
            Err(error) => {
                Outcome::Retry { after: None, reason: format!("cannot wait for '{}': {error}", self.program) }
            }
        }
    }
}

impl Kind for Command {
    fn deliver<'a>(&'a self, attempt: &'a Attempt<'a>) -> BoxFuture<'a, Outcome> {
        self.attempt(attempt).boxed()
    }
}

fn outcome(program: &str, status: ExitStatus, tail: &[u8]) -> Outcome {
    let said = last(&one_line(&String::from_utf8_lossy(tail)), ANSWER_WIDTH);
    let said = if said.is_empty() { said } else { format!(": {said}") };
    match (status.code(), status.signal()) {
        (Some(0), _) => Outcome::Delivered { detail: "exit 0".to_owned() },
        (Some(code), _) => {
            let reason = format!("'{program}' exited with {code}{said}");
            if PERMANENT.contains(&code) {
                Outcome::Rejected { reason }
            } else {
                Outcome::Retry { after: None, reason }
            }
        }
        (None, signal) => {
            let signal = signal.map_or_else(String::new, |signal| format!(" {signal}"));
            Outcome::Retry { after: None, reason: format!("'{program}' died of signal{signal}{said}") }
        }
    }
}

/// The last `max` characters: programs say at the end what went wrong.
fn last(text: &str, max: usize) -> String {
    text.chars().skip(text.chars().count().saturating_sub(max)).collect()
}

async fn feed(stdin: Option<ChildStdin>, json: &str) {
    if let Some(mut stdin) = stdin {
        // A program need not read what it is told; its exit code says whether that was right.
        let _ = stdin.write_all(json.as_bytes()).await;
        let _ = stdin.write_all(b"\n").await;
    }
}

/// Reads to the end and keeps the last [`TAIL`] bytes.
async fn read_tail(stderr: Option<impl AsyncRead + Unpin>, tail: &mut Vec<u8>) {
    let Some(mut stderr) = stderr else { return };
    let mut buffer = [0; TAIL];
    while let Ok(read @ 1..) = stderr.read(&mut buffer).await {
        tail.extend_from_slice(&buffer[..read]);
        tail.drain(..tail.len().saturating_sub(TAIL));
    }
}

/// Kills a process group when dropped, unless its leader was waited for: from then on the number
/// may belong to somebody else.
struct Group(Option<Pid>);

impl Group {
    fn of(child: &Child) -> Self {
        Self(child.id().and_then(|id| Pid::from_raw(id.try_into().ok()?)))
    }

    fn disarm(mut self) {
        self.0 = None;
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        if let Some(leader) = self.0 {
            // It fails when all have ended already, which is what was wanted.
            let _ = kill_process_group(leader, Signal::KILL);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::channel::fixture;

    async fn attempt(argv: &[&str], title: &str) -> Outcome {
        let argv: Vec<String> = argv.iter().map(|&part| part.to_owned()).collect();
        let command = Command::new("desk", &argv).expect("a program");
        let payload = fixture::payload(title);
        command.deliver(&fixture::attempt(&payload)).await
    }

    async fn shell(script: &str) -> Outcome {
        attempt(&["/bin/sh", "-c", script], "title").await
    }

    #[tokio::test]
    async fn exits_decide_what_comes_next() {
        let delivered = || Outcome::Delivered { detail: "exit 0".to_owned() };
        let retry = |reason: &str| Outcome::Retry { after: None, reason: reason.to_owned() };
        let rejected = |reason: &str| Outcome::Rejected { reason: reason.to_owned() };
        for (script, expected) in [
            ("cat >/dev/null", delivered()),
            ("exit 0", delivered()),
            ("exit 1", retry("'/bin/sh' exited with 1")),
            ("echo 'try \u{1b}[2Jlater' >&2; exit 75", retry("'/bin/sh' exited with 75: try [2Jlater")),
            ("exit 64", rejected("'/bin/sh' exited with 64")),
            ("exit 78", rejected("'/bin/sh' exited with 78")),
            ("exit 126", rejected("'/bin/sh' exited with 126")),
            ("exit 127", rejected("'/bin/sh' exited with 127")),
            ("kill -9 $$", retry("'/bin/sh' died of signal 9")),
        ] {
            assert_eq!(shell(script).await, expected, "{script}");
        }
    }

    #[tokio::test]
    async fn a_program_that_cannot_start_is_rejected() {
        for argv in [["/nonexistent/program"], ["/etc/passwd"], ["nul\0"]] {
            let outcome = attempt(&argv, "title").await;
            assert!(matches!(&outcome, Outcome::Rejected { reason } if reason.contains("cannot start")));
        }
    }

    #[tokio::test]
    async fn the_payload_is_data_and_never_runs() {
        let folder = tempfile::tempdir().expect("a folder");
        let out = folder.path().join("out");
        let title = format!("$(touch {0}/pwned) `touch {0}/pwned`; touch {0}/pwned", folder.path().display());
        let argv = ["/bin/sh", "-c", "cat > \"$1\"", "sh", &out.display().to_string(), "$(touch pwned)"];
        assert_eq!(attempt(&argv, &title).await, Outcome::Delivered { detail: "exit 0".to_owned() });
        let json = std::fs::read_to_string(&out).expect("what the program read");
        assert_eq!(json, format!("{}\n", fixture::payload(&title).to_json().expect("JSON")));
        assert!(!folder.path().join("pwned").exists());
    }

    #[tokio::test]
    async fn the_program_is_told_which_delivery_it_is() {
        let id = fixture::attempt(&fixture::payload("")).id;
        let script = format!(
            "[ \"$FEEDWATCH_CHANNEL $FEEDWATCH_DELIVERY_ID $FEEDWATCH_ATTEMPT\" = 'desk {id} 1' ] && [ -n \"$PATH\" ]"
        );
        assert_eq!(shell(&script).await, Outcome::Delivered { detail: "exit 0".to_owned() });
    }

    #[tokio::test]
    async fn a_program_that_reads_nothing_or_says_too_much_blocks_nobody() {
        let huge = "x".repeat(1 << 20);
        let outcome = attempt(&["/bin/sh", "-c", "exec <&-; exit 0"], &huge).await;
        assert_eq!(outcome, Outcome::Delivered { detail: "exit 0".to_owned() });

        let script = "yes word | head -c 1000000 >&2; echo the end >&2; exit 1";
        let Outcome::Retry { reason, .. } = attempt(&["/bin/sh", "-c", script], &huge).await else {
            panic!("another attempt expected")
        };
        assert!(reason.ends_with("word the end"), "{reason}");
        assert!(reason.chars().count() < ANSWER_WIDTH + 50, "{reason}");
    }

    #[tokio::test]
    async fn a_grandchild_that_holds_the_pipes_does_not_delay_the_outcome() {
        let outcome = shell("sleep 60 & echo $! >&2; exit 3").await;
        let Outcome::Retry { reason, .. } = outcome else { panic!("another attempt expected: {outcome:?}") };
        let pid = reason.rsplit(' ').next().and_then(|pid| pid.parse().ok()).and_then(Pid::from_raw);
        rustix::process::kill_process(pid.expect("the grandchild's number"), Signal::KILL).expect("it lives");
    }

    #[tokio::test]
    async fn out_of_time_kills_the_program_and_all_it_started() {
        let folder = tempfile::tempdir().expect("a folder");
        let fifo = folder.path().join("alive");
        let made = std::process::Command::new("mkfifo").arg(&fifo).status().expect("mkfifo");
        assert!(made.success());
        let script = format!("sleep 600 > '{}' & wait", fifo.display());
        let argv = ["/bin/sh", "-c", &script];
        let mut grandchild = tokio::select! {
            outcome = attempt(&argv, "title") => panic!("it ended: {outcome:?}"),
            opened = tokio::fs::File::open(&fifo) => opened.expect("a reader"),
        };
        // The attempt was dropped above. The pipe ends when the last process that writes to it dies.
        let mut said = Vec::new();
        let end = grandchild.read_to_end(&mut said);
        let read =
            tokio::time::timeout(Duration::from_secs(30), end).await.expect("an end long before 600 s");
        assert_eq!(read.expect("an end"), 0);
    }
}

//! The built program, with a configuration and a data directory of its own.

use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) struct Program {
    dir: TempDir,
}

/// A daemon; killed when dropped.
pub(crate) struct Daemon {
    child: Child,
    log: mpsc::Receiver<String>,
}

impl Program {
    pub(crate) fn new(configuration: &str) -> Self {
        let program = Self { dir: tempfile::tempdir().unwrap() };
        program.configure(configuration);
        program
    }

    /// Writes the configuration, with the loopback network allowed, and content with little room: some tests run
    /// on a disk of their own of a few megabytes.
    pub(crate) fn configure(&self, configuration: &str) {
        self.write(&format!(
            "{configuration}\n[fetch]\nallow_networks = [\"127.0.0.0/8\"]\nmin_free_space = \"1B\"\n"
        ));
    }

    /// Writes the configuration as it is.
    pub(crate) fn write(&self, configuration: &str) {
        std::fs::write(self.dir.path().join("feedwatch.toml"), configuration).unwrap();
    }

    /// A path in the folder of the configuration.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Writes a file beside the configuration and gives its path.
    pub(crate) fn file(&self, name: &str, text: &str) -> String {
        let path = self.dir.path().join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    pub(crate) fn data_dir(&self) -> PathBuf {
        self.dir.path().join("data")
    }

    /// Puts a backup into the data directory, as a person would.
    pub(crate) fn restore(&self, backup: &Path) {
        std::fs::create_dir_all(self.data_dir()).unwrap();
        for name in ["feedwatch.db-wal", "feedwatch.db-shm"] {
            let _there_is_none = std::fs::remove_file(self.data_dir().join(name));
        }
        std::fs::copy(backup, self.data_dir().join("feedwatch.db")).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let data_dir = self.data_dir();
        let mut command = self.command_where_the_file_says(&["--data-dir"]);
        command.arg(data_dir).args(arguments);
        command
    }

    /// The same, with the database where the configuration says.
    pub(crate) fn command_where_the_file_says(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedwatch"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("FEEDWATCH_") {
                command.env_remove(name);
            }
        }
        command.env_remove("FAILPOINT");
        command
            .arg("--config")
            .arg(self.dir.path().join("feedwatch.toml"))
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn output(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// Runs to the end where no file may grow beyond so many blocks of 512 bytes.
    pub(crate) fn limited(&self, blocks: usize, arguments: &[&str]) -> Output {
        let command = self.command(arguments);
        // The signal would kill it where the system only means to say that a write failed.
        let script = format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$@\"");
        let mut shell = Command::new("sh");
        shell.arg("-c").arg(script).arg("sh").arg(command.get_program()).args(command.get_args());
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => shell.env(name, value),
                None => shell.env_remove(name),
            };
        }
        shell.stdin(Stdio::null()).output().unwrap()
    }

    /// Runs to the end, expects success and returns the standard output.
    pub(crate) fn run(&self, arguments: &[&str]) -> String {
        let output = self.output(arguments);
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?} ended with {}: {stderr}", output.status);
        String::from_utf8(output.stdout).unwrap()
    }

    /// Runs with `--json`, expects success and reads the lines.
    pub(crate) fn json(&self, arguments: &[&str]) -> Vec<Value> {
        let text = self.run(&[arguments, &["--json"]].concat());
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap_or_else(|e| panic!("{e}: {line}")))
            .collect()
    }

    /// Starts the daemon.
    pub(crate) fn start(&self) -> Daemon {
        self.start_to_die("")
    }

    /// Starts the daemon; it kills itself at `failpoint`, unless that is empty.
    pub(crate) fn start_to_die(&self, failpoint: &str) -> Daemon {
        let mut command = self.command(&["run"]);
        if !failpoint.is_empty() {
            command.env("FAILPOINT", failpoint);
        }
        self.start_as(command)
    }

    /// Starts the daemon by `command`, one of [`command`](Self::command)'s.
    pub(crate) fn start_as(&self, mut command: Command) -> Daemon {
        let mut child = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        let (tx, log) = mpsc::channel();
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| tx.send(line)));
        Daemon { child, log }
    }
}

impl Daemon {
    /// Reads the log until a line holds `text`, and gives that line; at most a minute.
    pub(crate) fn wait_for_log(&self, text: &str) -> String {
        self.log_until(text).pop().unwrap()
    }

    /// Reads the log until a line holds `text`, and gives all lines up to it; at most a minute.
    pub(crate) fn log_until(&self, text: &str) -> Vec<String> {
        let mut seen = Vec::new();
        while let Ok(line) = self.log.recv_timeout(Duration::from_secs(60)) {
            seen.push(line);
            if seen.last().is_some_and(|line| line.contains(text)) {
                return seen;
            }
        }
        panic!("the daemon did not log '{text}':\n{}", seen.join("\n"));
    }

    /// What it logged since the last look.
    pub(crate) fn log(&self) -> String {
        self.log.try_iter().map(|line| line + "\n").collect()
    }

    /// Whether SIGKILL ended it; it has ended.
    pub(crate) fn was_killed(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some_and(|status| status.signal() == Some(9))
    }

    pub(crate) fn signal(&self, name: &str) {
        let status =
            Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Its process.
    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it has ended by itself; `false`: it has not within `patience`.
    pub(crate) fn ends_within(&mut self, patience: Duration) -> bool {
        let started = Instant::now();
        loop {
            if self.child.try_wait().unwrap().is_some() {
                return true;
            }
            if started.elapsed() > patience {
                return false;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Ends it as a power cut would.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Waits for its end.
    pub(crate) fn wait(mut self) -> std::process::ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _reaped_already = self.child.wait();
    }
}

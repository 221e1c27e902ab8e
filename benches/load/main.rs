//! Polling at size, against a farm of feeds on loopback addresses.
//!
//! ```sh
//! FEEDWATCH_CORPUS=… cargo bench --bench load             # all of them
//! FEEDWATCH_CORPUS=… cargo bench --bench load -- peers    # or: due, schedule
//! cargo bench --bench load -- due 1000                    # fewer feeds, to try something
//! ```
//!
//! | run | what |
//! |---|---|
//! | `peers` | 1,000 feeds, the real ones of the corpus over and over: first all are new, then all answer 304, then all are read again |
//! | `due` | 10,000 feeds due at once, some slow, broken or cut: all new, all 304, all 200 without and with one new entry |
//! | `schedule` | 100,000 known feeds over 30 minutes of a clock that runs faster, one in twenty with news; how late polls are |
//!
//! Without the corpus, feeds are made here. Processor time is that of feedwatch alone; the farm's is not in it.

#![allow(missing_docs, clippy::print_stdout, clippy::unwrap_used, reason = "a bench prints and may stop")]

mod farm;
mod feeds;
mod schedule;
mod usage;

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use farm::{Farm, Faults};
use feeds::Feeds;
use usage::Usage;

/// Feeds of the comparison with other programs.
const PEERS: usize = 1_000;
/// Feeds that are due at once.
const DUE: usize = 10_000;
/// Loopback addresses of the farm: so many hosts, as the per-host gate sees it.
const ADDRESSES: usize = 500;

fn main() {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => {
            peers();
            due(DUE);
            schedule::run(schedule::FEEDS);
        }
        ["peers"] => peers(),
        ["due"] => due(DUE),
        ["due", feeds] => due(feeds.parse().unwrap()),
        ["schedule"] => schedule::run(schedule::FEEDS),
        ["schedule", feeds] => schedule::run(feeds.parse().unwrap()),
        ["farm", origins] => schedule::serve(Path::new(origins)),
        other => panic!("no run is named {other:?}: peers, due, schedule"),
    }
}

fn peers() {
    let feeds = Feeds::real().unwrap_or_else(|| Feeds::made(40));
    println!("{PEERS} feeds, {:.0} kB on average, {} watches", feeds.mean(PEERS) / 1e3, feeds::WATCHES);
    header();
    let run = Run::new(PEERS, feeds, Faults::default());
    run.poll("all new");
    run.poll("all 304");
    run.farm.edition.store(1, Ordering::Relaxed);
    run.poll("all 200, all known");
}

fn due(feeds: usize) {
    println!("{feeds} feeds of 15 entries due at once, {} watches", feeds::WATCHES);
    header();
    let run = Run::new(feeds, Feeds::made(15), Faults { slow: 2, broken: 10, cut: 10 });
    run.poll("all new");
    run.poll("all 304");
    run.farm.stamp.store(1, Ordering::Relaxed);
    run.poll("all 200, all known");
    run.farm.edition.store(1, Ordering::Relaxed);
    run.poll("all 200, one entry new");
}

fn header() {
    println!(
        "{:24} {:>9} {:>9} {:>12} {:>14} {:>9}",
        "", "wall s", "CPU s", "polls/s", "CPU s/1,000", "peak MB"
    );
}

/// A configuration of its own, with a farm that serves its feeds.
struct Run {
    feeds: usize,
    farm: Arc<Farm>,
    folder: tempfile::TempDir,
}

impl Run {
    fn new(count: usize, feeds: Feeds, faults: Faults) -> Self {
        let farm = Arc::new(Farm {
            body: Box::new(move |feed, edition| feeds.body(feed, edition)),
            edition: AtomicU64::new(0),
            stamp: AtomicU64::new(0),
            renewed_one_in: AtomicUsize::new(1),
            faults,
            answered: AtomicUsize::new(0),
        });
        let origins = farm.serve(ADDRESSES);
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("feedwatch.toml"), configuration(&origins, count, "")).unwrap();
        Self { feeds: count, farm, folder }
    }

    /// Polls every feed once, and tells what that took.
    fn poll(&self, name: &str) {
        let answered = self.farm.answered.load(Ordering::Relaxed);
        let mut command = Command::new(env!("CARGO_BIN_EXE_feedwatch"));
        let data_dir = self.folder.path().join("data");
        command
            .arg("--config")
            .arg(self.folder.path().join("feedwatch.toml"))
            .arg("--data-dir")
            .arg(&data_dir);
        command.args(["poll", "--json"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let Usage { cpu, wall, peak } = usage::run(&mut command);
        let polls = self.farm.answered.load(Ordering::Relaxed) - answered;
        assert!(polls >= self.feeds * 9 / 10, "{polls} of {} feeds were asked", self.feeds);
        println!(
            "{name:24} {:>9.1} {:>9.1} {:>12.0} {:>14.2} {:>9.0}",
            wall.as_secs_f64(),
            cpu.as_secs_f64(),
            polls as f64 / wall.as_secs_f64(),
            cpu.as_secs_f64() * 1_000.0 / polls as f64,
            peak as f64 / 1e6,
        );
    }
}

/// `count` feeds spread over `origins`, and the watches.
fn configuration(origins: &[String], count: usize, defaults: &str) -> String {
    let mut text = format!(
        "[fetch]\nallow_networks = [\"127.0.0.0/8\"]\nmax_entries = 10000\n[defaults]\n{defaults}\n\
         [[channel]]\nname = \"none\"\nkind = \"command\"\ncommand = [\"true\"]\n"
    );
    for (n, query) in feeds::watches().iter().enumerate() {
        let _infallible =
            write!(text, "[[watch]]\nname = \"w{n}\"\nquery = '{query}'\nchannels = [\"none\"]\n");
    }
    for feed in 0..count {
        let _infallible = write!(text, "[[feed]]\nurl = \"{}/{feed}\"\n", origins[feed % origins.len()]);
    }
    text
}

//! What a child process used: processor time as the system accounts it, and the most memory it held.

use std::process::{Child, Command};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};

/// What a finished process used.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Usage {
    /// User and system time.
    pub(crate) cpu: Duration,
    /// From start to end.
    pub(crate) wall: Duration,
    /// The most resident memory, in bytes, seen every few milliseconds.
    pub(crate) peak: u64,
}

/// Runs `command` to its end, however that looks.
pub(crate) fn run(command: &mut Command) -> Usage {
    let before = cpu_of_children();
    let start = Instant::now();
    let mut child = command.spawn().unwrap();
    let mut peak = 0;
    while child.try_wait().unwrap().is_none() {
        peak = peak_of(&child).unwrap_or(peak);
        std::thread::sleep(Duration::from_millis(5));
    }
    Usage { cpu: cpu_of_children() - before, wall: start.elapsed(), peak }
}

/// Processor time of this process so far.
pub(crate) fn own_cpu() -> Duration {
    cpu(UsageWho::RUSAGE_SELF)
}

/// The most resident memory of this process so far, in bytes.
pub(crate) fn own_peak() -> u64 {
    high_water_mark("self").unwrap_or_default()
}

fn cpu_of_children() -> Duration {
    cpu(UsageWho::RUSAGE_CHILDREN)
}

fn cpu(who: UsageWho) -> Duration {
    let usage = getrusage(who).unwrap();
    let micros = |time: nix::sys::time::TimeVal| {
        Duration::from_micros(u64::try_from(time.tv_sec() * 1_000_000 + time.tv_usec()).unwrap())
    };
    micros(usage.user_time()) + micros(usage.system_time())
}

fn peak_of(child: &Child) -> Option<u64> {
    high_water_mark(&child.id().to_string())
}

/// Linux keeps the mark; elsewhere it is not told.
fn high_water_mark(process: &str) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").parse::<u64>().ok()? * 1_024)
}

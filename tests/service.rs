//! The daemon tells the service manager how it is, and the unit that is shipped is one that systemd takes.

use std::os::unix::net::UnixDatagram;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{Desk, Receiver};

/// Waits for a datagram with `state` and returns all of it.
#[track_caller]
fn wait_for(manager: &UnixDatagram, state: &str) -> String {
    let mut seen = Vec::new();
    let mut datagram = [0; 4096];
    while let Ok(length) = manager.recv(&mut datagram) {
        let told = String::from_utf8(datagram[..length].to_vec()).unwrap();
        if told.lines().any(|line| line == state) {
            return told;
        }
        seen.push(told);
    }
    panic!("the service manager was not told {state}: {seen:?}");
}

#[test]
fn the_service_manager_hears_of_the_start_reloads_life_and_the_stop() {
    let desk = Desk::watching("storm", Receiver::start(), "[server]\nlisten = \"127.0.0.1:0\"\n");
    let socket = desk.program.path("notify.socket");
    let manager = UnixDatagram::bind(&socket).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut command = desk.program.command(&["run"]);
    command.env("NOTIFY_SOCKET", &socket).env("WATCHDOG_USEC", "400000").env_remove("WATCHDOG_PID");
    let daemon = desk.program.start_as(command);

    let mut first = [0; 4096];
    let length = manager.recv(&mut first).unwrap();
    let told = String::from_utf8_lossy(&first[..length]);
    assert!(told.contains("EXTEND_TIMEOUT_USEC=60000000"), "{told}");
    let told = wait_for(&manager, "READY=1");
    assert!(told.contains("STATUS=watching; feeds: 1, watches: 1, channels: 1"), "{told}");
    wait_for(&manager, "WATCHDOG=1");
    wait_for(&manager, "WATCHDOG=1");
    daemon.signal("HUP");
    let told = wait_for(&manager, "RELOADING=1");
    assert!(told.contains("MONOTONIC_USEC="), "{told}");
    wait_for(&manager, "READY=1");
    daemon.signal("TERM");
    wait_for(&manager, "STOPPING=1");
    assert!(daemon.wait().success());
}

#[test]
fn the_shipped_unit_is_sound_and_runs_commands_that_exist() {
    let unit = include_str!("../packaging/feedwatch.service");
    let commands: Vec<&str> = unit
        .lines()
        .filter_map(|line| line.strip_prefix("ExecStart=").or(line.strip_prefix("ExecStartPre=")))
        .map(|command| command.strip_prefix("/usr/local/bin/feedwatch ").unwrap())
        .collect();
    assert_eq!(commands, ["check", "run"]);
    // What systemd itself says, where it is installed.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("feedwatch.service");
    let here = unit.replace("/usr/local/bin/feedwatch", env!("CARGO_BIN_EXE_feedwatch"));
    std::fs::write(&path, here).unwrap();
    let verify = Command::new("systemd-analyze").arg("verify").arg(&path).stdin(Stdio::null()).output();
    match verify {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(!said.contains("feedwatch.service:"), "{said}");
        }
        Err(error) => eprintln!("not verified by systemd: {error}"),
    }
}

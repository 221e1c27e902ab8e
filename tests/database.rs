//! One database, one daemon; whatever else lies in its place is named, and left alone.

use std::collections::HashSet;
use std::os::unix::fs::PermissionsExt;

use serde_json::Value;

use crate::support::{Desk, Disk, Program, Receiver};

const OFTEN: &str = "[defaults]\nevery = \"1s\"\n";

#[test]
fn a_second_daemon_is_told_who_holds_the_database() {
    let desk = Desk::watching("storm", Receiver::start(), OFTEN);
    let daemon = desk.program.start();
    daemon.wait_for_log("watching");
    for second in ["run", "poll"] {
        let refused = desk.program.output(&[second]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{said}");
        for part in ["feedwatch.lock is in use", &format!("process {}", daemon.id()), "--data-dir"] {
            assert!(said.contains(part), "'{part}' is missing: {said}");
        }
    }
    daemon.kill();
    desk.program.run(&["poll"]);
}

/// Copied by somebody who knows of no backups: the files one after the other.
#[test]
fn a_database_copied_while_it_is_written_opens_whole_or_is_called_damaged() {
    let desk = Desk::watching("storm", Receiver::start(), OFTEN);
    desk.program.run(&["poll"]);
    let daemon = desk.program.start();
    let mut entries: Vec<(String, String)> = Vec::new();
    for copied in 0..12 {
        for _ in 0..10 {
            let number = entries.len().to_string();
            entries.insert(0, (number.clone(), format!("Storm number {number}")));
        }
        let carried: Vec<(&str, &str)> =
            entries.iter().map(|(guid, title)| (guid.as_str(), title.as_str())).collect();
        desk.publish(&carried);
        desk.receiver.wait_for(copied + 1);

        let before = ids(&desk.program);
        let copy = Program::new("");
        std::fs::create_dir_all(copy.data_dir()).unwrap();
        for name in ["feedwatch.db", "feedwatch.db-wal"] {
            std::fs::copy(desk.program.data_dir().join(name), copy.data_dir().join(name)).unwrap();
        }
        let opened = copy.output(&["poll"]);
        match opened.status.code() {
            Some(0) => {
                let lost: Vec<_> = before.difference(&ids(&copy)).cloned().collect();
                assert!(lost.is_empty(), "{lost:?}");
            }
            Some(3) => {}
            code => panic!("{code:?}: {}", String::from_utf8_lossy(&opened.stderr)),
        }
    }
    daemon.kill();
}

fn ids(program: &Program) -> HashSet<String> {
    program.json(&["matches"]).iter().map(|found: &Value| found["article"]["id"].to_string()).collect()
}

#[test]
fn a_cut_off_database_is_called_damaged_and_left_alone() {
    let desk = Desk::watching("storm", Receiver::start(), "");
    desk.program.run(&["poll"]);
    let file = desk.program.data_dir().join("feedwatch.db");
    let whole = std::fs::read(&file).unwrap();
    for part in [whole.len() / 2, whole.len() - 4096, 5000, 50] {
        std::fs::write(&file, &whole[..part]).unwrap();
        let refused = desk.program.output(&["poll"]);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(3), "{part} bytes: {said}");
        assert!(said.contains("damaged") && said.contains("restore a backup"), "{said}");
        assert_eq!(std::fs::read(&file).unwrap(), &whole[..part]);
    }
}

/// What is logged of a statement is also warned of when the statement is slow.
#[test]
fn the_check_of_the_whole_database_is_not_reported_as_slow_and_all_else_is() {
    let program = Program::new("");
    let mut command = program.command(&["run"]);
    command.env("RUST_LOG", "sqlx::query=debug,info");
    let log = program.start_as(command).log_until("INSERT INTO installation").join("\n");
    assert!(log.contains("sqlite_version") && !log.contains("quick_check"), "{log}");
}

#[test]
fn a_missing_directory_is_made_by_a_daemon_and_named_by_a_reader() {
    let program = Program::new("");
    let refused = program.output(&["matches"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    assert!(said.contains("there is no database at") && said.contains("feedwatch run"), "{said}");
    assert!(!program.data_dir().exists(), "a reader makes nothing");

    program.run(&["poll"]);
    let mode = std::fs::metadata(program.data_dir()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700);
}

#[test]
fn a_directory_that_cannot_be_written_is_named_with_the_way_out() {
    let program = Program::new("");
    let Some(disk) = Disk::mount(&program.data_dir(), 4 * 1024 * 1024) else { return };
    program.run(&["poll"]);
    disk.protect();
    let refused = program.output(&["poll"]);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    for part in ["data/feedwatch.lock", "Read-only file system", "--data-dir"] {
        assert!(said.contains(part), "'{part}' is missing: {said}");
    }
}

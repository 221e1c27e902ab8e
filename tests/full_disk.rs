//! A full disk pauses feedwatch and loses nothing.

use std::collections::BTreeMap;

use crate::support::{Desk, Disk, Program, Receiver};

const SIZE: u64 = 4 * 1024 * 1024;

/// Every title arrived; what came twice came under one id with one body.
fn check(desk: &Desk, titles: &[String]) {
    let mut carriers = BTreeMap::new();
    for received in desk.receiver.received() {
        for title in received.titles() {
            let carrier = carriers.entry(title).or_insert_with(|| (received.id(), received.body.clone()));
            assert_eq!(*carrier, (received.id(), received.body.clone()));
        }
    }
    let mut expected: Vec<String> = titles.to_vec();
    expected.sort();
    assert_eq!(carriers.into_keys().collect::<Vec<_>>(), expected);
    let copy = desk.program.data_dir().with_file_name("copy.db");
    desk.program.run(&["backup", copy.to_str().unwrap()]);
}

/// The first `count` articles, newest first, as the desk publishes them.
fn publish(desk: &Desk, titles: &[String]) {
    let entries: Vec<(&str, &str)> =
        titles.iter().rev().map(|title| (title.as_str(), title.as_str())).collect();
    desk.publish(&entries);
}

#[test]
fn a_daemon_on_a_full_disk_says_so_loses_nothing_and_goes_on_by_itself() {
    let desk = Desk::watching("storm", Receiver::start(), "[defaults]\nevery = \"1s\"\n");
    let Some(disk) = Disk::mount(&desk.program.data_dir(), SIZE) else { return };
    let titles: Vec<String> = (0..40).map(|number| format!("Storm number {number}")).collect();
    let daemon = desk.program.start();
    desk.server.wait_until_asked("/wire", 1);
    publish(&desk, &titles[..1]);
    desk.receiver.wait_for(1);

    disk.fill();
    publish(&desk, &titles);
    daemon.wait_for_log("disk is full");
    disk.free();
    desk.receiver.wait_for_articles(titles.len());
    daemon.signal("TERM");
    assert!(daemon.wait().success());
    check(&desk, &titles);
}

#[test]
fn whichever_write_fails_nothing_is_lost() {
    let desk = Desk::watching("storm", Receiver::start(), "");
    desk.program.run(&["poll"]);
    let titles: Vec<String> = (0..25).map(|number| format!("Storm number {number}")).collect();
    let database = std::fs::metadata(desk.program.data_dir().join("feedwatch.db")).unwrap();
    let enough = database.len() as usize / 512 * 4;
    let mut failed = 0;
    for number in 0..titles.len() {
        publish(&desk, &titles[..=number]);
        // From one where nothing can be written to one where nearly everything can.
        let output = desk.program.limited(enough * number / titles.len(), &["poll"]);
        failed += usize::from(!output.status.success());
        assert!(output.status.code().is_some(), "a failed write is no crash: {output:?}");
    }
    assert!(failed > 5 && failed < titles.len(), "{failed} of {} failed", titles.len());
    desk.program.run(&["poll"]);
    check(&desk, &titles);
}

#[test]
fn a_database_on_a_full_disk_is_refused_with_the_way_out() {
    let program = Program::new("");
    let Some(disk) = Disk::mount(&program.data_dir(), SIZE) else { return };
    disk.fill();
    let new = program.output(&["poll"]);
    disk.free();
    program.run(&["poll"]);
    disk.fill();
    for refused in [new, program.output(&["poll"]), program.output(&["run"])] {
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert_eq!(refused.status.code(), Some(1), "{said}");
        let told = ["is full", "make room", "--data-dir", "feedwatch.db"];
        assert!(told.into_iter().all(|part| said.contains(part)), "{said}");
    }
    disk.free();
    program.run(&["poll"]);
}

#[test]
fn a_backup_without_room_leaves_nothing_behind() {
    let desk = Desk::watching("storm", Receiver::start(), "");
    desk.program.run(&["poll"]);
    let elsewhere = desk.program.data_dir().with_file_name("elsewhere");
    let Some(disk) = Disk::mount(&elsewhere, SIZE) else { return };
    let file = elsewhere.join("copy.db");
    std::fs::write(&file, "the last good copy").unwrap();
    disk.fill();
    let output = desk.program.output(&["backup", "--force", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("copy.db") && said.contains("room"), "{said}");
    assert_eq!(std::fs::read(&file).unwrap(), b"the last good copy");
    assert!(!elsewhere.join("copy.db.partial").exists());
}

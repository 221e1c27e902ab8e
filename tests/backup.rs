//! A backup is whole, private, and never in anybody's way.

use std::collections::BTreeSet;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::Instant;

use crate::support::{Desk, Program, Received, Receiver};

fn target(desk: &Desk, name: &str) -> PathBuf {
    desk.program.data_dir().with_file_name(name)
}

fn desk() -> Desk {
    Desk::watching("storm", Receiver::start(), "[defaults]\nevery = \"1s\"\n")
}

#[test]
fn a_backup_beside_a_running_daemon_can_be_restored_elsewhere() {
    let desk = desk();
    let daemon = desk.program.start();
    desk.server.wait_until_asked("/wire", 1);
    desk.publish(&[("1", "Storm closes ports")]);
    desk.receiver.wait_for(1);
    let file = target(&desk, "copy.db");
    let told = desk.program.json(&["backup", file.to_str().unwrap()]).remove(0);
    let metadata = std::fs::metadata(&file).unwrap();
    assert_eq!(told["bytes"], metadata.len());
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    assert!(!target(&desk, "copy.db.partial").exists());
    daemon.kill();

    let other = Program::new("");
    other.restore(&file);
    assert_eq!(other.json(&["matches"]), desk.program.json(&["matches"]));
    assert_eq!(other.json(&["matches"]).len(), 1);
}

#[test]
fn a_backup_overwrites_nothing_unless_told_to_and_never_the_database() {
    let desk = desk();
    desk.program.run(&["poll"]);
    let data = desk.program.data_dir();
    std::fs::write(data.join("old.db"), "something else").unwrap();
    for (file, force, expected) in [
        ("old.db", false, "--force"),
        ("feedwatch.db", true, "the database itself"),
        ("feedwatch.db-wal", true, "the database itself"),
        ("../data", true, "is a directory"),
        ("nowhere/copy.db", false, "nowhere"),
        ("..", false, "is a directory"),
    ] {
        let path = data.join(file);
        let mut arguments = vec!["backup", path.to_str().unwrap()];
        arguments.extend(force.then_some("--force"));
        let output = desk.program.output(&arguments);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(1), "{file}: {said}");
        assert!(said.contains(expected), "{file}: {said}");
    }
    assert_eq!(std::fs::read(data.join("old.db")).unwrap(), b"something else");
    desk.program.run(&["backup", "--force", data.join("old.db").to_str().unwrap()]);
    let copy = Program::new("");
    copy.restore(&data.join("old.db"));
    assert_eq!(copy.json(&["stats"])[0]["feeds"], 1);

    let nothing = Program::new("").output(&["backup", data.join("new.db").to_str().unwrap()]);
    assert_eq!(nothing.status.code(), Some(1));
    assert!(!data.join("new.db").exists());
}

/// What was told after the backup was taken is not known to a restored database, and neither is what was
/// not: it is told once more, in one message that says so.
#[test]
fn a_restore_sends_nothing_again_as_new_and_misses_nothing() {
    let desk = Desk::watching("storm", Receiver::answering(&[Some(200), Some(503)]), "");
    let entries = [
        ("a", "Storm one"),
        ("b", "Storm two"),
        ("c", "Storm three"),
        ("d", "Storm four"),
        ("e", "Storm five"),
    ];
    let publish = |count: usize| {
        let carried: Vec<_> = entries[..count].iter().rev().copied().collect();
        desk.publish(&carried);
        desk.program.run(&["poll"]);
    };
    publish(0);
    publish(1);
    publish(2);
    let file = target(&desk, "copy.db");
    desk.program.run(&["backup", file.to_str().unwrap()]);
    publish(3);
    let before = desk.receiver.received();
    desk.program.restore(&file);

    publish(4);
    let told = |since: usize| desk.receiver.received().split_off(since);
    let again = told(before.len());
    let digests: Vec<_> = again.iter().filter(|received| received.json()["type"] == "digest").collect();
    assert_eq!(digests.len(), 1);
    assert!(digests[0].json()["data"]["reason"].as_str().unwrap().contains("restored from a backup"));
    let pages = |received: &Received| {
        received
            .matched()
            .into_iter()
            .map(|(_, url)| url.rsplit('/').next().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        pages(digests[0]).into_iter().collect::<BTreeSet<_>>(),
        BTreeSet::from(["c".into(), "d".into()])
    );

    // What the backup knew to be under way is sent under its id; what had arrived is not sent.
    publish(5);
    let started = Instant::now();
    while desk.program.json(&["alerts", "list"]).iter().any(|alert| alert["state"] != "delivered") {
        assert!(started.elapsed().as_secs() < 60);
        desk.program.run(&["poll"]);
    }
    let refused = before.iter().find(|received| received.answered == Some(503)).unwrap();
    assert_eq!(pages(refused), ["b"]);
    for received in told(before.len()) {
        match pages(&received).as_slice() {
            [page] if page == "b" => {
                assert_eq!((received.id(), &received.body), (refused.id(), &refused.body))
            }
            [page] => assert_eq!((page.as_str(), &received.json()["type"]), ("e", &"match".into())),
            _ => assert_eq!(received.id(), digests[0].id()),
        }
    }
    let all: BTreeSet<String> = told(before.len()).iter().flat_map(pages).collect();
    assert_eq!(all, ["b", "c", "d", "e"].map(str::to_owned).into());
}

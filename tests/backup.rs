//! A backup is whole, private, and never in anybody's way.

use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;

use crate::support::{Desk, Program, Receiver};

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

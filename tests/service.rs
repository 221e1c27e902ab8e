//! The daemon tells the service manager how it is, and the unit that is shipped is one that systemd takes.

use std::fs;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{Desk, Program, Receiver};

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

#[test]
fn a_command_asks_the_daemon_how_it_is() {
    let program = Program::new("[server]\nlisten = \"127.0.0.1:0\"\n");
    let health = |address: &str, arguments: &[&str]| {
        let mut command = program.command(&[&["health"], arguments].concat());
        command.env("FEEDWATCH_SERVER_LISTEN", address).output().unwrap()
    };
    assert_eq!(program.output(&["health"]).status.code(), Some(2), "a port by chance is not known");
    let daemon = program.start();
    let line = daemon.wait_for_log("listening");
    let address = &line[line.find("127.0.0.1:").unwrap()..];
    let address = &address[..address.find(|c: char| !c.is_ascii_digit() && !".:".contains(c)).unwrap()];
    let well = health(address, &[]);
    assert_eq!((well.status.code(), String::from_utf8_lossy(&well.stdout).trim()), (Some(0), "ok"));
    assert_eq!(
        String::from_utf8_lossy(&health(address, &["--json"]).stdout),
        "{\"healthy\":true,\"told\":\"ok\"}\n"
    );
    // A configuration that is broken on disk is no reason to start the daemon anew.
    program.write("[[watch]]\nname = \"broken\"\nquery = '(storm'\nchannels = []\n");
    assert_eq!(health(address, &[]).status.code(), Some(0));
    daemon.signal("TERM");
    assert!(daemon.wait().success());
    let gone = health(address, &[]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&gone.stderr).contains("no daemon answers"), "{gone:?}");
    program.write("");
    let nowhere = program.output(&["health"]);
    assert_eq!(nowhere.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&nowhere.stderr).contains("FEEDWATCH_SERVER_LISTEN"), "{nowhere:?}");
}

/// No image is built here: what the file names is there, and means what it is meant to.
#[test]
fn the_shipped_image_is_made_of_what_there_is() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let image = fs::read_to_string(root.join("packaging/Dockerfile")).unwrap().replace("\\\n", " ");
    let manifest = fs::read_to_string(root.join("Cargo.toml")).unwrap();
    let instructions = |name: &str| -> Vec<&str> {
        image.lines().filter_map(|line| line.strip_prefix(name)).map(str::trim).collect()
    };
    let rust =
        manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).unwrap().trim_matches('"');
    assert!(instructions("FROM ")[0].contains(&format!("/rust:{rust}-")), "{image}");
    assert!(
        image.contains("--profile dist")
            && manifest.contains("[profile.dist]")
            && image.contains("/target/dist/")
    );
    let ignored = fs::read_to_string(root.join(".dockerignore")).unwrap();
    for needed in ["src", "migrations", "config", "docs", "Cargo.lock", "build.rs"] {
        assert!(root.join(needed).exists() && !ignored.lines().any(|line| line == needed), "{needed}");
    }

    // Commands as lists of words, and what they are given.
    let program = Program::new("");
    let words = |text: &str| serde_json::from_str::<Vec<String>>(&text[text.find('[').unwrap()..]).unwrap();
    let health = words(instructions("HEALTHCHECK ")[0]);
    let run = [words(instructions("ENTRYPOINT ")[0]), words(instructions("CMD ")[0])].concat();
    for (command, expected) in [(&health, "health"), (&run, "run")] {
        assert_eq!(command[..], ["/usr/local/bin/feedwatch".to_owned(), expected.to_owned()]);
        program.run(&[expected, "--help"]);
    }
    let variables = instructions("ENV ")[0];
    let mut check = program.command_where_the_file_says(&["check", "--json"]);
    check.envs(variables.split_whitespace().map(|pair| pair.split_once('=').unwrap()));
    let told: serde_json::Value = serde_json::from_slice(&check.output().unwrap().stdout).unwrap();
    assert_eq!(told["data_dir"], instructions("VOLUME ")[0]);
    assert_eq!(told["settings"]["server"]["listen"], "127.0.0.1:8040");
    let warnings = told["warnings"].to_string();
    assert!(!warnings.contains("FEEDWATCH_"), "{warnings}");
    assert!(!instructions("USER ")[0].starts_with('0') && instructions("STOPSIGNAL ")[0] == "SIGTERM");
}

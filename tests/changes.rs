//! A changed configuration is noticed, however it is changed; a wrong one changes nothing.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::os::unix::fs::symlink;
use std::path::Path;

use crate::support::{Daemon, Program};

const QUIET: &str = "[server]\nlisten = \"127.0.0.1:0\"\n";

fn watch(name: &str) -> String {
    format!("[[watch]]\nname = \"{name}\"\nquery = 'storm AND @own'\nchannels = []\n")
}

fn concept(term: &str) -> String {
    format!("[[concept]]\nname = \"own\"\nterms = {{ en = [\"{term}\"] }}\n")
}

fn program() -> Program {
    let program = Program::new("");
    program.file("concepts/own.toml", &concept("flood"));
    program.write(&format!("{QUIET}{}", watch("first")));
    program
}

/// What `/readyz` says; `address` is where the daemon listens.
fn ready(address: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET /readyz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

/// The address that the daemon says it listens on, once it watches.
fn address(daemon: &Daemon) -> String {
    let line = daemon.wait_for_log("listening");
    let start = line.find("127.0.0.1:").unwrap();
    line[start..].chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | ':')).collect()
}

#[test]
fn files_that_are_written_replaced_made_or_removed_are_taken_over() {
    let program = program();
    let daemon = program.start();
    daemon.wait_for_log("watching");
    program.write(&format!("{QUIET}{}", watch("second")));
    daemon.wait_for_log("configuration reloaded");
    fs::write(program.path("new"), format!("{QUIET}{}", watch("third"))).unwrap();
    fs::rename(program.path("new"), program.path("feedwatch.toml")).unwrap();
    daemon.wait_for_log("configuration reloaded");
    program.file("concepts/own.toml", &concept("hail"));
    daemon.wait_for_log("configuration reloaded");
    let more = program.file("concepts/more.toml", &concept("hail").replace("own", "more"));
    daemon.wait_for_log("configuration reloaded");
    fs::remove_file(more).unwrap();
    daemon.wait_for_log("configuration reloaded");
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}

/// As Kubernetes updates what a ConfigMap holds: the files are links over a link that is replaced.
#[test]
fn a_folder_that_is_exchanged_behind_links_is_taken_over() {
    let program = program();
    let (old, new) = (program.path("v1"), program.path("v2"));
    for (folder, name) in [(&old, "first"), (&new, "second")] {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join("feedwatch.toml"), format!("{QUIET}{}", watch(name))).unwrap();
    }
    symlink("v1", program.path("..data")).unwrap();
    fs::remove_file(program.path("feedwatch.toml")).unwrap();
    symlink("..data/feedwatch.toml", program.path("feedwatch.toml")).unwrap();
    let daemon = program.start();
    daemon.wait_for_log("watching");
    symlink("v2", program.path("..data_tmp")).unwrap();
    fs::rename(program.path("..data_tmp"), program.path("..data")).unwrap();
    daemon.wait_for_log("configuration reloaded");
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}

#[test]
fn a_change_that_names_further_files_or_no_longer_names_them_is_taken_over() {
    let program = program();
    let plain = format!("{QUIET}{}", watch("first"));
    let daemon = program.start();
    daemon.wait_for_log("watching");
    program.file("secret", "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n");
    program.file("text.j2", "News.\n");
    for channel in [
        "[[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"https://e.org/\"\nsecret_file = \"secret\"\n",
        "[[channel]]\nname = \"desk\"\nkind = \"stdout\"\ntemplate_file = \"text.j2\"\n",
    ] {
        program.write(&format!("{plain}{channel}"));
        assert!(daemon.wait_for_log("watching").contains("\"channels\":1"), "{channel}");
        program.write(&plain);
        assert!(daemon.wait_for_log("watching").contains("\"channels\":0"), "{channel}");
    }
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}

/// A secret that is mounted late, or written after what names it.
#[test]
fn a_change_is_refused_while_a_file_that_it_names_is_missing_and_taken_over_once_it_is_there() {
    let program = program();
    let plain = format!("{QUIET}{}", watch("first"));
    let daemon = program.start();
    daemon.wait_for_log("watching");
    fs::create_dir(program.path("there")).unwrap();
    for (file, text, channel) in [
        (
            "there/secret",
            "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=\n",
            "kind = \"webhook\"\nurl = \"https://e.org/\"\nsecret_file = \"there/secret\"\n",
        ),
        ("not/there/text.j2", "News.\n", "kind = \"stdout\"\ntemplate_file = \"not/there/text.j2\"\n"),
    ] {
        program.write(&format!("{plain}[[channel]]\nname = \"desk\"\n{channel}"));
        daemon.wait_for_log("old one stays");
        let path = program.path(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "").unwrap();
        daemon.wait_for_log("old one stays");
        fs::write(&path, text).unwrap();
        assert!(daemon.wait_for_log("watching").contains("\"channels\":1"), "{file}");
        // Gone and there again as it was.
        fs::remove_file(&path).unwrap();
        daemon.wait_for_log("old one stays");
        fs::write(&path, text).unwrap();
        daemon.wait_for_log("again what is in force");
        program.write(&plain);
        assert!(daemon.wait_for_log("watching").contains("\"channels\":0"), "{file}");
    }
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}

#[test]
fn a_wrong_configuration_is_told_until_it_is_mended() {
    let program = program();
    let before = fs::read_to_string(program.path("feedwatch.toml")).unwrap();
    let daemon = program.start();
    let address = address(&daemon);
    assert!(ready(&address).ends_with("\r\n\r\nok\n"), "{}", ready(&address));
    for mended in [before.clone(), format!("{QUIET}{}", watch("other"))] {
        program.write("[[watch]]\nname = \"broken\"\nquery = '(storm'\nchannels = []\n");
        daemon.wait_for_log("old one stays");
        let told = ready(&address);
        assert!(told.starts_with("HTTP/1.1 200") && told.contains("is refused"), "{told}");
        program.write(&mended);
        daemon.wait_for_log(if mended == before {
            "again what is in force"
        } else {
            "configuration reloaded"
        });
        assert!(ready(&address).ends_with("\r\n\r\nok\n"), "{}", ready(&address));
    }
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}

/// A text that is being replaced is empty for a moment, and a disk that is full leaves it so.
#[test]
fn a_file_that_became_empty_is_told_and_taken_over_only_when_asked() {
    let program = program();
    let before = fs::read_to_string(program.path("feedwatch.toml")).unwrap();
    let daemon = program.start();
    let address = address(&daemon);
    for lose in [|path: &Path| fs::write(path, "").unwrap(), |path: &Path| fs::remove_file(path).unwrap()] {
        lose(&program.path("feedwatch.toml"));
        daemon.wait_for_log("holds nothing any more");
        let told = ready(&address);
        assert!(told.starts_with("HTTP/1.1 200") && told.contains("is refused"), "{told}");
        program.write(&before);
        daemon.wait_for_log("again what is in force");
        assert!(ready(&address).ends_with("\r\n\r\nok\n"), "{}", ready(&address));
    }
    program.write("");
    daemon.wait_for_log("holds nothing any more");
    daemon.signal("HUP");
    daemon.wait_for_log("configuration reloaded");
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}

#[test]
fn an_edit_reaches_the_daemon_and_says_so() {
    let program = program();
    let daemon = program.start();
    daemon.wait_for_log("watching");
    let said = program.run(&["watch", "add", "third", "\"storm surge\" OR @own", "--no-channel"]);
    assert!(said.contains("takes it over by itself"), "{said}");
    daemon.wait_for_log("configuration reloaded");
    program.run(&["watch", "remove", "third"]);
    daemon.wait_for_log("configuration reloaded");

    program.write(&format!("{QUIET}[reload]\non_change = false\n{}", watch("first")));
    daemon.wait_for_log("configuration reloaded");
    let said = program.run(&["feed", "add", "https://e.org/rss", "--no-test"]);
    assert!(said.contains("kill -HUP"), "{said}");
    daemon.signal("HUP");
    daemon.wait_for_log("configuration reloaded");
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}

#[test]
fn a_wrong_watch_is_shown_with_a_caret_and_not_written() {
    let program = program();
    let before = fs::read_to_string(program.path("feedwatch.toml")).unwrap();
    for (arguments, said) in [
        (&["new", "(storm", "--no-channel"][..], "^"),
        (&["new", "@onw", "--no-channel"], "own"),
        (&["first", "storm", "--no-channel"], "already"),
        (&["new", "storm", "--channel", "desk"], "no channel"),
        (&["new", "storm"], "--channel"),
        (&["", "storm", "--no-channel"], "empty"),
    ] {
        let output = program.output(&[&["watch", "add"], arguments].concat());
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(said), "{arguments:?}: {stderr}");
    }
    assert_eq!(program.output(&["watch", "remove", "nothing"]).status.code(), Some(2));
    assert_eq!(fs::read_to_string(program.path("feedwatch.toml")).unwrap(), before);
    let shown = program.run(&["watch", "add", "new", "storm", "--no-channel", "--dry-run"]);
    assert!(shown.contains("[[watch]]\nname = \"new\""), "{shown}");
    assert_eq!(fs::read_to_string(program.path("feedwatch.toml")).unwrap(), before);
}

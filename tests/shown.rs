//! What is broken is shown, with its name, its place and a way out; never hidden.

use crate::support::{FeedServer, Page, Program, item};

#[test]
fn each_broken_feed_is_named_and_the_others_are_read() {
    let server = FeedServer::start();
    server.put("/good", Page::rss(&item("1", "One", "x")));
    server.put(
        "/page",
        Page::new("text/html", "<!doctype html><html><title>Log in</title><p>please</p></html>"),
    );
    server.put("/empty", Page::new("application/rss+xml", ""));
    server.put("/gone", Page::new("text/plain", "").status(410));
    let paths = ["/good", "/page", "/empty", "/gone", "/missing"];
    let feeds: String =
        paths.iter().map(|path| format!("[[feed]]\nurl = \"{}\"\n", server.url(path))).collect();
    let program = Program::new(&feeds);

    let lines = program.json(&["poll"]);
    assert_eq!(lines.len(), paths.len());
    for (line, expected) in lines.iter().zip(["", "HTML page", "empty", "410", "404"]) {
        let error = line["error"].as_str().unwrap_or_default();
        assert!(error.contains(expected) && error.is_empty() == expected.is_empty(), "{line}");
    }
    let listed = program.json(&["feed", "list"]);
    let failing = listed.iter().filter(|feed| feed["failures"] == 1).count();
    assert_eq!((listed.len(), failing), (5, 4));
    assert_eq!(listed[4]["status"], "ok", "problems come first");
}

#[test]
fn everything_wrong_with_a_configuration_is_said_at_once() {
    let program = Program::new("");
    program.write(
        "[defaults]\nevrey = \"15m\"\n\n[[feed]]\nurl = \"ftp://example.org/rss\"\n\n\
         [[watch]]\nname = \"w\"\nquery = '(storm AND @aseann'\nchannels = [\"dsk\"]\n\n\
         [[channel]]\nname = \"desk\"\nkind = \"stdout\"\n",
    );
    let output = program.output(&["check"]);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8(output.stderr).unwrap();
    for expected in ["feedwatch.toml:2:1", "evrey", "every", "ftp", "feedwatch.toml:9", "dsk", "desk"] {
        assert!(said.contains(expected), "'{expected}' is missing:\n{said}");
    }
    assert!(output.stdout.is_empty());
}

#[test]
fn a_channel_test_takes_only_success_for_success() {
    use crate::support::Receiver;
    for (status, code) in [(200, 0), (404, 1), (500, 1)] {
        let receiver = Receiver::answering(&[Some(status)]);
        let program = Program::new(&format!(
            "[[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\n",
            receiver.url
        ));
        let output = program.output(&["channel", "test", "desk"]);
        assert_eq!(output.status.code(), Some(code), "{status}: {}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(receiver.wait_for(1)[0].json()["type"], "test");
    }
}

#[test]
fn a_damaged_database_is_refused_with_a_code_of_its_own() {
    let program = Program::new("");
    program.run(&["poll"]);
    let database = program.data_dir().join("feedwatch.db");
    std::fs::write(&database, vec![7; 8192]).unwrap();
    let output = program.output(&["poll"]);
    assert_eq!(output.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&output.stderr).contains("damaged"));
    assert_eq!(std::fs::read(&database).unwrap(), vec![7; 8192], "and left as it was");
}

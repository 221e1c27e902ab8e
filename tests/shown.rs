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

/// What is stored can be read, wherever the file says that it is, before the file is mended.
#[test]
fn a_broken_configuration_hides_nothing_that_is_stored() {
    let server = FeedServer::start();
    server.put("/wire", Page::rss(&item("1", "Storm closes ports", "x")));
    let program = Program::new("");
    let configuration = |watch: &str| {
        format!(
            "data_dir = \"data\"\n[fetch]\nallow_networks = [\"127.0.0.0/8\"]\nmin_free_space = \"1B\"\n\
             [[watch]]\nname = \"{watch}\"\nquery = 'storm'\nchannels = []\n[[feed]]\nurl = \"{}\"\nsource = \"Wire\"\n",
            server.url("/wire")
        )
    };
    program.write(&configuration("weather"));
    program.run(&["poll"]);
    let sound = configuration("weather");
    for broken in [
        sound.clone() + "[[feed]\n",
        sound.replace("storm'", "storm"),
        sound.replace("[[feed]]\nurl", "[[feed]]\nulr"),
        sound.clone() + "[log]\nlevel = \"loud\"\n",
    ] {
        program.write(&broken);
        for (command, said) in [
            (&["matches"][..], "Storm closes ports"),
            (&["matches", "--watch", "weather"], "Storm closes ports"),
            (&["search", "storm NOT @asean"], "Storm closes ports"),
            (&["story", "list", "--sources", "1"], "Storm closes ports"),
            (&["stats"], "1 feed, 0 of them failing"),
            (&["feed", "list"], "Wire"),
            (&["alerts", "list"], ""),
            (&["backup", "copy.db", "--force"], "checked"),
        ] {
            let output =
                program.command_where_the_file_says(command).current_dir(program.path("")).output().unwrap();
            let (stdout, stderr) =
                (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success(), "{command:?}: {stderr}");
            assert!(stdout.contains(said), "{command:?}: {stdout}");
            assert_eq!(stderr.matches("is broken").count(), 1, "{command:?}: {stderr}");
        }
        for command in [&["poll"][..], &["run"], &["check"], &["watch", "list"]] {
            let output = program.command_where_the_file_says(command).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{command:?}");
        }
    }
}

#[test]
fn a_watch_that_never_was_is_told_and_one_that_was_removed_keeps_its_matches() {
    let server = FeedServer::start();
    server.put("/wire", Page::rss(&item("1", "Storm closes ports", "x")));
    let watches = |names: &[&str]| -> String {
        names
            .iter()
            .map(|name| format!("[[watch]]\nname = \"{name}\"\nquery = 'storm'\nchannels = []\n"))
            .collect()
    };
    let feed = format!("[[feed]]\nurl = \"{}\"\n", server.url("/wire"));
    let program = Program::new(&(feed.clone() + &watches(&["removed", "kept"])));
    program.run(&["poll"]);
    program.configure(&(feed + &watches(&["kept", "fresh"])));
    for (watch, code, matches, said) in [
        ("removed", 0, 1, ""),
        ("kept", 0, 1, ""),
        ("fresh", 0, 0, ""),
        ("frsh", 2, 0, "did you mean 'fresh'?"),
        ("remved", 2, 0, "did you mean 'removed'?"),
        ("elsewhere", 2, 0, "see `feedwatch watch list`"),
    ] {
        for more in [&[][..], &["--since", "2100-01-01"]] {
            let output = program.output(&[&["matches", "--json", "--watch", watch], more].concat());
            let (stdout, stderr) =
                (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert_eq!(output.status.code(), Some(code), "{watch}: {stderr}");
            let expected = if more.is_empty() { matches } else { 0 };
            assert_eq!(stdout.lines().count(), expected, "{watch}: {stdout}");
            assert!(stderr.contains(said), "{watch}: {stderr}");
        }
        let listed = program.output(&["alerts", "list", "--watch", watch]);
        assert_eq!(listed.status.code(), Some(code), "{watch}");
    }
    for (channel, code) in [("terminal", 0), ("termnal", 2)] {
        program.configure("[[channel]]\nname = \"terminal\"\nkind = \"stdout\"\n");
        let listed = program.output(&["alerts", "list", "--channel", channel]);
        assert_eq!(listed.status.code(), Some(code), "{channel}");
    }
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

#[test]
fn who_has_configured_no_feed_is_told_that_nothing_is_polled() {
    let program = Program::new("");
    for arguments in [&["poll"][..], &["poll", "--json"]] {
        let output = program.output(arguments);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(0), 0), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.contains("no feeds are configured"), "{arguments:?}: {said}");
    }
    let daemon = program.start();
    daemon.wait_for_log("no feeds are configured");
    daemon.signal("TERM");
    assert!(daemon.wait().success());
}

//! What is secret in the address of a feed is shown nowhere, and exported only when asked.

use std::fs;
use std::process::Output;

use crate::support::{FeedServer, Page, Program, item};

const USER: &str = "ali-baba";
const PASSWORD: &str = "sesame";

/// A feed and one that fails, both behind a password, a watch that matches, and a channel that writes to a file.
/// The second is what to write before the path of an address.
fn program(server: &FeedServer) -> (Program, String) {
    // Relative links are completed with the address of the feed.
    server.put("/wire", Page::rss(&item("1", "Storm closes ports", "x").replace("https://wire.example", "")));
    let origin = server.origin.replace("http://", &format!("http://{USER}:{PASSWORD}@"));
    let program = Program::new("");
    let file = program.path("alerts.jsonl");
    program.configure(&format!(
        "[[feed]]\nurl = \"{origin}/wire\"\nalert_on_first_poll = true\n\
         [[feed]]\nurl = \"{origin}/missing\"\n\
         [[watch]]\nname = \"storm\"\nquery = 'storm'\nchannels = [\"desk\"]\n\
         [[channel]]\nname = \"desk\"\nkind = \"file\"\npath = \"{}\"\n\
         [alerts]\ngroup_wait = \"0s\"\n[log]\nlevel = \"debug\"\n",
        file.display()
    ));
    (program, origin)
}

fn all(output: &Output) -> String {
    [&output.stdout, &output.stderr].map(|bytes| String::from_utf8_lossy(bytes).into_owned()).concat()
}

fn holds_secrets(text: &str) -> bool {
    text.contains(USER) || text.contains(PASSWORD)
}

#[test]
fn no_command_no_log_and_no_alert_shows_the_password_of_a_feed() {
    let server = FeedServer::start();
    let (program, origin) = program(&server);
    let daemon = program.start();
    let mut log = daemon.log_until("delivered");
    if !log.iter().any(|line| line.contains("poll failed")) {
        log.extend(daemon.log_until("poll failed"));
    }
    daemon.signal("TERM");
    log.extend(daemon.log_until("stopped"));
    let log = log.join("\n");
    assert!(log.contains("***@127.0.0.1") && !holds_secrets(&log), "{log}");
    let told = fs::read_to_string(program.path("alerts.jsonl")).unwrap();
    assert!(told.contains("***@127.0.0.1") && told.contains("/1\"") && !holds_secrets(&told), "{told}");
    let asked = server.asked();
    assert!(
        asked.iter().any(|(_, headers, _)| headers.contains_key("authorization")),
        "it is sent all the same"
    );

    let (wire, missing) = (format!("{origin}/wire"), format!("{origin}/missing"));
    let list = program
        .file("list.txt", &format!("{wire}\n{origin}/new\n{origin}/new\nftp://{USER}:{PASSWORD}@e.org\n"));
    let story = program.json(&["story", "list"]);
    let article = program.json(&["matches"])[0]["article"]["id"].as_str().unwrap().to_owned();
    let delivery = program.json(&["alerts", "list"])[0]["id"].as_str().unwrap().to_owned();
    assert!(story.is_empty(), "one outlet makes none");
    let commands: &[(&[&str], i32)] = &[
        (&["check"], 0),
        (&["feed", "list"], 0),
        (&["feed", "list", "--problems"], 0),
        (&["poll", "wire"], 0),
        (&["poll", "missing"], 1),
        (&["poll", &format!("{USER}-of-no-feed")], 2),
        (&["feed", "test", &wire], 0),
        (&["feed", "test", &missing], 1),
        (&["feed", "add", &wire], 0),
        (&["feed", "add", &format!("{origin}/other")], 1),
        (&["feed", "add", &format!("{origin}/new"), "--no-test", "--dry-run"], 0),
        (&["feed", "import", &list, "--dry-run"], 1),
        (&["feed", "remove", "127.0.0.1"], 2),
        (&["feed", "remove", "127.0.0.1", "--all", "--dry-run"], 0),
        (&["feed", "remove", &wire, "--dry-run"], 0),
        (&["feed", "export"], 0),
        (&["matches"], 0),
        (&["search", "storm"], 0),
        (&["stats"], 0),
        (&["alerts", "list"], 0),
        (&["alerts", "show", &delivery], 0),
        (&["watch", "explain", "storm", &article], 0),
        (&["watch", "backtest", "storm"], 0),
    ];
    for (arguments, code) in commands {
        // What somebody types himself comes back where it is no address.
        let typed = arguments.iter().any(|argument| argument.ends_with("of-no-feed"));
        for json in [&[][..], &["--json"]] {
            let output = program.output(&[arguments, json].concat());
            let said = all(&output);
            assert_eq!(output.status.code(), Some(*code), "{arguments:?}: {said}");
            assert!(typed || !holds_secrets(&said), "{arguments:?}: {said}");
        }
    }
    // The address that is shown means the feed.
    let listed = program.json(&["feed", "list"]);
    let mut urls = listed.iter().map(|feed| feed["url"].as_str().unwrap());
    let shown = urls.find(|url| url.ends_with("/wire")).unwrap().to_owned();
    assert!(shown.contains("://***@127.0.0.1"), "{shown}");
    assert!(program.run(&["feed", "remove", &shown, "--dry-run"]).contains("would remove"));
    program.run(&["feed", "test", &shown]);
    let (_, headers, _) = server.asked().pop().unwrap();
    let sent = headers["authorization"].to_str().unwrap();
    assert!(sent.starts_with("Basic YWxpLWJhYmE6"), "with the password that is configured: {sent}");
}

#[test]
fn passwords_are_exported_when_asked_and_said_to_be_left_out_otherwise() {
    let server = FeedServer::start();
    let (program, origin) = program(&server);
    let plain = program.output(&["feed", "export"]);
    let list = String::from_utf8(plain.stdout.clone()).unwrap();
    assert!(list.contains(&format!("xmlUrl=\"{}/wire\"", server.origin)), "{list}");
    let told = String::from_utf8_lossy(&plain.stderr).into_owned();
    assert!(told.contains("2 feeds") && told.contains("--with-secrets"), "{told}");
    let whole = program.output(&["feed", "export", "--with-secrets"]);
    assert!(!String::from_utf8_lossy(&whole.stderr).contains("--with-secrets"));
    let list = String::from_utf8(whole.stdout).unwrap();
    assert!(list.contains(&format!("xmlUrl=\"{origin}/wire\"")), "{list}");
    let other = Program::new("");
    let file = other.file("list.opml", &list);
    other.run(&["feed", "import", &file]);
    assert_eq!(other.run(&["feed", "export", "--with-secrets"]), list);
    let json = program.json(&["feed", "export", "--with-secrets"]);
    assert_eq!(json[0]["url"], format!("{origin}/wire"));
}

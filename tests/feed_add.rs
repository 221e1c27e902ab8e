//! `feed add` and `feed remove` edit the configuration as its owner would.

use serde_json::{Value, json};

use crate::support::{FeedServer, Page, Program, item};

const RSS: &str = "type=\"application/rss+xml\"";

fn server() -> FeedServer {
    let server = FeedServer::start();
    server.put("/rss", Page::rss(&[item("1", "One", "x"), item("2", "Two", "x")].concat()));
    server.put("/other", Page::rss(&item("3", "Three", "x")));
    server.put(
        "/site",
        Page::new(
            "text/html",
            format!("<html><head><base href=\"/\"><link rel=alternate {RSS} title=News href=rss></head>"),
        ),
    );
    let two =
        format!("<link rel=alternate {RSS} href=/rss title=A><link rel=alternate {RSS} href=/other title=B>");
    server.put("/two", Page::new("text/html", two));
    server.put("/none", Page::new("text/html", "<html><title>No feeds here</title></html>"));
    server.put(
        "/linked",
        Page::new("text/html", "<html></html>")
            .header("link", "</other>; rel=alternate; type=application/rss+xml"),
    );
    server.put("/moved", Page::new("text/plain", "").status(301).header("location", "/rss"));
    server.put("/elsewhere", Page::new("text/plain", "").status(302).header("location", "/rss"));
    server
}

/// A program whose configuration has comments.
fn program(feeds: &str) -> (Program, String) {
    let program = Program::new("");
    let text = format!(
        "# mine, do not touch\n[fetch]\nallow_networks = [\"127.0.0.0/8\"]   # the lab\n\n{feeds}\n# ── Watches ──\n\
         [[watch]]\nname = \"w\"\nquery = 'storm'\nchannels = []\n"
    );
    program.write(&text);
    (program, text)
}

fn text(program: &Program) -> String {
    std::fs::read_to_string(program.path("feedwatch.toml")).unwrap()
}

#[track_caller]
fn check(program: &Program, arguments: &[&str], code: i32) -> (Value, String) {
    let output = program.output(&[&["feed"], arguments, &["--json"]].concat());
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
    (serde_json::from_slice(&output.stdout).unwrap_or(Value::Null), said)
}

#[test]
fn a_site_leads_to_its_feed_and_comments_stay() {
    let server = server();
    for (asked, written) in [
        ("/rss", "/rss"),
        ("/site", "/rss"),
        ("/linked", "/other"),
        ("/moved", "/rss"),
        ("/elsewhere", "/elsewhere"),
    ] {
        let (program, before) = program("");
        let (added, _) = check(&program, &["add", &server.url(asked)], 0);
        assert_eq!((&added["added"], &added["url"]), (&json!(true), &json!(server.url(written))), "{asked}");
        let new = format!("[[feed]]\nurl = \"{}\"\n", server.url(written));
        let after = text(&program);
        assert!(after.contains(&new), "{after}");
        assert_eq!(after.replacen(&format!("\n{new}"), "", 1), before, "nothing else changed");
        assert_eq!(program.json(&["poll"]).len(), 1);
    }
}

#[test]
fn every_key_is_written_and_checked_with_carets() {
    let server = server();
    let (program, before) = program("");
    let url = server.url("/rss");
    let keys = [
        "--source",
        "The \"Wire\"",
        "--lang",
        "en",
        "--country",
        "jp",
        "--tag",
        "a",
        "--tag",
        "b c",
        "--every",
        "2h",
    ];
    let shown = program.run(&[&["feed", "add", &url], &keys[..], &["--dry-run"]].concat());
    assert!(shown.contains("One") && shown.contains("every = \"2h\""), "{shown}");
    assert_eq!(text(&program), before, "a dry run writes nothing");
    check(&program, &[&["add", &url], &keys[..]].concat(), 0);
    let new = format!(
        "[[feed]]\nurl = \"{url}\"\nsource = 'The \"Wire\"'\nlang = \"en\"\ncountry = \"jp\"\ntags = [\"a\", \"b c\"]\nevery = \"2h\"\n"
    );
    assert!(text(&program).contains(&new), "{}", text(&program));

    let (_, said) = check(&program, &["add", &server.url("/other"), "--every", "2 hours"], 2);
    assert!(said.contains("feedwatch.toml:") && said.contains("^"), "{said}");
    assert!(!text(&program).contains("/other"));
}

#[test]
fn one_of_several_is_picked() {
    let server = server();
    let (program, before) = program(&format!("[[feed]]\nurl = \"{}\"\n", server.url("/rss")));
    let (found, said) = check(&program, &["add", &server.url("/two")], 2);
    assert!(said.contains("--pick"), "{said}");
    let (rss, other) = (server.url("/rss"), server.url("/other"));
    assert_eq!(
        found["candidates"],
        json!([{"url": rss, "title": "A", "configured": rss}, {"url": other, "title": "B", "configured": null}])
    );
    for wrong in ["3", "0", "x"] {
        check(&program, &["add", &server.url("/two"), "--pick", wrong], 2);
    }
    assert_eq!(text(&program), before);
    check(&program, &["add", &server.url("/two"), "--pick", "2"], 0);
    assert!(text(&program).contains("/other"));
}

#[test]
fn a_feed_is_not_added_twice_and_what_is_none_is_refused() {
    let server = server();
    let (program, before) = program(&format!("[[feed]]\nurl = \"{}\"\n", server.url("/rss")));
    for same in ["/rss", "/rss/", "/rss#top", "/site", "/moved", "/elsewhere"] {
        let (answer, _) = check(&program, &["add", &server.url(same)], 0);
        assert_eq!(
            (&answer["added"], &answer["duplicate_of"]),
            (&json!(false), &json!(server.url("/rss"))),
            "{same}"
        );
    }
    let https = server.url("/rss").replace("http:", "https:");
    assert_eq!(check(&program, &["add", &https], 0).0["added"], false);
    for (wrong, code) in [(server.url("/none"), 1), (server.url("/404"), 1), ("ftp://e.org/".to_owned(), 2)] {
        check(&program, &["add", &wrong], code);
    }
    assert_eq!(text(&program), before);
    check(&program, &["add", &server.url("/none"), "--no-test"], 0);
    assert!(text(&program).contains("/none"));
}

#[test]
fn a_configuration_is_begun_and_a_feed_removed_again() {
    let program = Program::new("");
    std::fs::remove_file(program.path("feedwatch.toml")).unwrap();
    let (added, _) = check(&program, &["add", "https://e.org/a", "--no-test", "--source", "Kyodo"], 0);
    assert_eq!(added["config"]["created"], true);
    let begun = text(&program);
    check(&program, &["add", "https://e.org/b", "--no-test", "--source", "Kyodo"], 0);
    let both = text(&program);
    for (wrong, said) in
        [("Kyodo", "2 feeds"), ("e.org", "2 feeds"), ("nothing", "feed list"), ("", "feed list")]
    {
        let (_, stderr) = check(&program, &["remove", wrong], 2);
        assert!(stderr.contains(said), "{wrong}: {stderr}");
    }
    check(&program, &["remove", "org/b", "--dry-run"], 0);
    assert_eq!(text(&program), both);
    let (removed, _) = check(&program, &["remove", "org/b"], 0);
    assert_eq!(removed["removed"], json!(["https://e.org/b"]));
    assert_eq!(text(&program), begun);
    check(&program, &["remove", "kyodo", "--all"], 0);
    assert!(program.json(&["feed", "list"]).is_empty());
}

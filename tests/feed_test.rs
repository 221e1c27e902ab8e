//! `feed test` tells what a poll would store, and needs nothing to read a file.

use serde_json::{Value, json};

use crate::support::{FeedServer, Page, Program, item};

const ATOM: &str = "<?xml version=\"1.0\"?><feed xmlns=\"http://www.w3.org/2005/Atom\"><title>The &amp;amp; Wire</title>\
    <entry><id>urn:1</id><title>Storm &amp; flood</title><link href=\"/a\"/><published>2023-10-05T10:00:00+02:00</published></entry>\
    <entry><id>urn:2</id><title>Storm two</title></entry></feed>";

/// Runs `feed test` with `--json`; the exit code and the only line.
fn test(program: &Program, arguments: &[&str]) -> (i32, Value) {
    let output = program.output(&[&["feed", "test", "--json"], arguments].concat());
    let line = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
    (output.status.code().unwrap(), line)
}

#[test]
fn a_file_is_read_without_configuration_database_or_network() {
    let program = Program::new("");
    program.write("this is no configuration");
    let file = program.file("wire.xml", ATOM);
    let (code, found) = test(&program, &[&file]);
    assert_eq!(code, 0);
    let ids: Vec<&str> =
        found["entries"].as_array().unwrap().iter().map(|entry| entry["id"].as_str().unwrap()).collect();
    assert_ne!(ids[0], ids[1]);
    for (key, expected) in [
        ("url", json!(file)),
        ("status", json!(null)),
        ("format", json!("atom")),
        ("title", json!("The & Wire")),
        ("repairs", json!([])),
        ("error", json!(null)),
        ("repeated", json!(0)),
        ("relative_links", json!(1)),
        (
            "entries",
            json!([
                {"id": ids[0], "title": "Storm & flood", "url": "/a", "published_at": "2023-10-05T08:00:00.000Z", "published_said": null},
                {"id": ids[1], "title": "Storm two", "url": null, "published_at": null, "published_said": null},
            ]),
        ),
    ] {
        assert_eq!(found[key], expected, "{key}");
    }
    assert!(!program.data_dir().exists());

    let edited = program.file("elsewhere.xml", &ATOM.replace("Storm", "Tempest"));
    let (_, again) = test(&program, &[&edited]);
    assert_eq!(again["entries"][0]["title"], "Tempest & flood");
    for (at, id) in ids.iter().enumerate() {
        assert_eq!(again["entries"][at]["id"], *id, "the same entry under another title in another file");
    }
}

#[test]
fn the_header_of_a_file_is_heeded() {
    let program = Program::new("");
    let name = program.file("1251.xml", "");
    let feed = |encoding: &str| {
        let text = format!(
            "<rss version=\"2.0\"><channel><title>Буря</title>{}</channel></rss>",
            item("1", "Новости дня", "x")
        );
        let (bytes, _, _) = encoding_rs::Encoding::for_label(encoding.as_bytes()).unwrap().encode(&text);
        bytes.into_owned()
    };
    std::fs::write(&name, feed("windows-1251")).unwrap();
    let (code, found) = test(&program, &[&name, "--content-type", "text/xml; charset=windows-1251"]);
    assert_eq!((code, &found["title"]), (0, &json!("Буря")));
    assert_eq!(found["entries"][0]["title"], "Новости дня");
}

#[test]
fn a_test_shows_what_a_poll_stores() {
    let server = FeedServer::start();
    server.put("/wire", Page::new("application/atom+xml", ATOM));
    let program = Program::new(&format!("[[feed]]\nurl = \"{}\"\n", server.url("/wire")));
    let (code, found) = test(&program, &[&server.url("/wire")]);
    assert_eq!((code, &found["status"]), (0, &json!(200)));
    assert!(!program.data_dir().exists(), "nothing is stored");

    program.run(&["poll"]);
    let mut stored = program.json(&["search", "storm"]);
    let mut shown = found["entries"].as_array().unwrap().clone();
    stored.sort_by_key(|found| found["article"]["id"].to_string());
    shown.sort_by_key(|entry| entry["id"].to_string());
    assert_eq!((shown.len(), stored.len()), (2, 2));
    for (shown, stored) in shown.iter().zip(&stored) {
        for key in ["id", "title", "url"] {
            assert_eq!(shown[key], stored["article"][key], "{key}");
        }
        let dated = !shown["published_at"].is_null();
        assert!(!dated || shown["published_at"] == stored["article"]["published_at"], "{shown} {stored}");
    }
    let file = program.file("saved.xml", ATOM);
    let (_, saved) = test(&program, &[&file, "--url", &server.url("/wire")]);
    assert_eq!(saved["entries"], found["entries"], "a saved copy of a known address is the same feed");
}

#[test]
fn what_a_poll_stores_once_is_shown_once() {
    let program = Program::new("");
    let items = [item("1", "One", "x"), item("2", "Two", "x"), item("1", "One", "x")].concat();
    let file = program.file("wire.xml", &format!("<rss version=\"2.0\"><channel>{items}</channel></rss>"));
    let (code, found) = test(&program, &[&file]);
    let titles: Vec<&Value> =
        found["entries"].as_array().unwrap().iter().map(|entry| &entry["title"]).collect();
    assert_eq!((code, titles, &found["repeated"]), (0, vec![&json!("One"), &json!("Two")], &json!(1)));
    let shown = program.run(&["feed", "test", &file]);
    assert!(shown.contains("2 entries: 1 more repeat an earlier one"), "{shown}");
    assert_eq!(shown.matches("One").count(), 1, "{shown}");
}

/// With an address that the feed gives itself, be it its site's; else as they are written.
#[test]
fn relative_links_of_a_file_are_completed_as_far_as_they_can_be() {
    let program = Program::new("");
    let own = "<atom:link xmlns:atom=\"http://www.w3.org/2005/Atom\" rel=\"self\" href=\"https://self.example/feed/index.xml\"/>";
    for (channel, arguments, url, relative) in [
        ("", &[][..], "/a", 1),
        ("<link>/blog/</link>", &[], "/a", 1),
        ("<link>https://site.example/blog/</link>", &[], "https://site.example/a", 0),
        (own, &[], "https://self.example/a", 0),
        ("<link>/blog/</link>", &["--url", "https://e.org/feed"], "https://e.org/a", 0),
    ] {
        let text = format!(
            "<rss version=\"2.0\"><channel><title>T</title>{channel}<item><guid isPermaLink=\"false\">1</guid>\
             <title>One</title><link>/a</link></item></channel></rss>"
        );
        let file = program.file("wire.xml", &text);
        let (_, found) = test(&program, &[&[file.as_str()], arguments].concat());
        assert_eq!(
            (&found["entries"][0]["url"], &found["relative_links"]),
            (&json!(url), &json!(relative)),
            "{channel}"
        );
        let shown = program.run(&[&["feed", "test", &file], arguments].concat());
        assert_eq!(shown.contains("--url ADDRESS-OF-THE-FEED"), relative == 1, "{shown}");
    }
}

#[test]
fn what_is_no_feed_fails_with_its_reason() {
    let server = FeedServer::start();
    server.put("/page", Page::new("text/html", "<!doctype html><html><title>Log in</title></html>"));
    server.put("/gone", Page::new("text/plain", "").status(410));
    let program = Program::new("");
    let tags = "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"T\", \"items\": [1, 2]}";
    let unreadable = program.file("unreadable.json", tags);
    let empty = program.file("empty.xml", "");
    let sound = program.file("sound.xml", "<rss version=\"2.0\"><channel><title>T</title></channel></rss>");
    for (target, code, status, said) in [
        (server.url("/page"), 1, json!(200), "HTML page"),
        (server.url("/gone"), 1, json!(410), "410"),
        (server.url("/none"), 1, json!(404), "404"),
        ("http://127.0.0.1:1/x".to_owned(), 1, json!(null), "127.0.0.1"),
        (unreadable, 1, json!(null), "no entry could be read"),
        (empty, 1, json!(null), "empty"),
        (sound, 0, json!(null), ""),
    ] {
        let (ended, found) = test(&program, &[&target]);
        let error = found["error"].as_str().unwrap_or_default();
        assert_eq!((ended, &found["status"]), (code, &status), "{target}: {error}");
        assert!(error.contains(said) && error.is_empty() == said.is_empty(), "{target}: {error}");
        assert_eq!(found["entries"], json!([]), "{target}");
    }
    for wrong in [&["nowhere.xml"][..], &["https://["], &[], &["http://e.org/", "--content-type", "text/xml"]]
    {
        let output = program.output(&[&["feed", "test"], wrong].concat());
        assert_eq!(output.status.code(), Some(2), "{wrong:?}");
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{wrong:?}");
    }
}

#[test]
fn a_person_sees_what_was_asked_answered_repaired_and_what_follows() {
    let server = FeedServer::start();
    let page = Page::rss(&format!("<ttl>60</ttl>{}", item("1", "Fish & chips\u{1b}[31m", "x"))).etag("\"7\"");
    server.put("/wire", page);
    let program = Program::new("");
    let shown = program.run(&["feed", "test", &server.url("/wire")]);
    for expected in [
        "asked",
        "GET http",
        "answered   200",
        "etag: \"7\"",
        "bare ampersands",
        "ttl of 60",
        "next poll",
        "kept for 1h",
        "Fish & chips",
    ] {
        assert!(shown.contains(expected), "'{expected}' is missing:\n{shown}");
    }
    assert!(!shown.contains('\u{1b}'));
}

//! A feed is asked as its publisher wishes: conditionally, by name, and not at all where it must not be.

use crate::support::{FeedServer, Page, Program, item};

fn program(server: &FeedServer, path: &str) -> Program {
    Program::new(&format!("[[feed]]\nurl = \"{}\"\n", server.url(path)))
}

#[test]
fn a_second_poll_sends_the_validators_back_and_stores_nothing() {
    let server = FeedServer::start();
    let by_date = Page {
        last_modified: Some("Tue, 03 Oct 2023 06:12:00 GMT".into()),
        ..Page::rss(&item("1", "One", "x"))
    };
    for (path, page, header, value) in [
        (
            "/etag",
            Page::rss(&item("1", "One", "x")).etag("W/\"odd-gzip\""),
            "if-none-match",
            "W/\"odd-gzip\"",
        ),
        ("/date", by_date, "if-modified-since", "Tue, 03 Oct 2023 06:12:00 GMT"),
    ] {
        server.put(path, page);
        let program = program(&server, path);
        assert_eq!(program.json(&["poll"])[0]["new"], 1);
        let second = &program.json(&["poll"])[0];
        assert_eq!((&second["status"], &second["new"]), (&"unchanged".into(), &0.into()), "{path}");
        let asked: Vec<_> = server.asked().into_iter().filter(|(asked, ..)| asked == path).collect();
        assert_eq!(asked.iter().map(|(_, _, status)| *status).collect::<Vec<_>>(), [200, 304], "{path}");
        assert_eq!(asked[1].1[header], value, "byte for byte");
        assert!(asked[0].1.get(header).is_none());
        assert!(asked[0].1["user-agent"].to_str().unwrap().starts_with("feedwatch/"));
    }
}

#[test]
fn a_failed_poll_keeps_the_validators() {
    let server = FeedServer::start();
    let page = Page::rss(&item("1", "One", "x")).etag("\"1\"");
    server.put("/wire", page.clone());
    let program = program(&server, "/wire");
    program.run(&["poll"]);
    server.put("/wire", Page::new("text/plain", "down").status(500));
    assert_eq!(program.output(&["poll"]).status.code(), Some(1), "all feeds failed");
    server.put("/wire", page);
    assert_eq!(program.json(&["poll"])[0]["status"], "unchanged");
}

#[test]
fn the_loopback_network_is_out_of_reach_unless_allowed() {
    let server = FeedServer::start();
    server.put("/wire", Page::rss(""));
    let program = Program::new("");
    program.write(&format!("[[feed]]\nurl = \"{}\"\n", server.url("/wire")));
    let output = program.output(&["poll", "--json"]);
    assert_eq!(output.status.code(), Some(1));
    let line: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let error = line["error"].as_str().unwrap();
    assert!(error.contains("127.0.0.1") && error.contains("allow_networks"), "{error}");
    assert!(server.asked().is_empty());
}

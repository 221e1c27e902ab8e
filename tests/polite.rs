//! A feed is asked as its publisher wishes: conditionally, by name, and not at all where it must not be.

use std::io::Write;

use chrono::{DateTime, TimeDelta, Timelike, Utc};
use serde_json::Value;

use crate::support::{
    AT_ONCE, Asked, FeedServer, Inside, Page, Program, Received, Receiver, Wire, answer, item,
};

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

/// The bytes of a request for `path` but for its conditions, which are given.
fn request(server: &Wire, path: &str, conditions: &[&str]) -> Asked {
    let mut headers: Vec<String> = [
        "Accept: application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.1",
        "Accept-Encoding: gzip, br, zstd",
        concat!("User-Agent: feedwatch/", env!("CARGO_PKG_VERSION")),
    ]
    .iter()
    .chain(conditions)
    .map(|line| (*line).to_owned())
    .collect();
    headers.push(format!("Host: 127.0.0.1:{}", server.port));
    headers.sort_unstable();
    Asked { line: format!("GET {path} HTTP/1.1"), headers, body: String::new() }
}

/// A feed with these guids, and `more` in its channel.
fn feed(guids: &[&str], more: &str) -> Vec<u8> {
    let items: String = guids.iter().map(|guid| item(guid, &format!("Title {guid}"), "x")).collect();
    Page::rss(&format!("{more}{items}")).body
}

/// A program that polls these paths of the server; `settings` belong to each feed.
fn polling(server: &Wire, paths: &[&str], settings: &str) -> Program {
    let feeds = paths.iter().map(|path| format!("[[feed]]\nurl = \"{}\"\n{settings}\n", server.url(path)));
    Program::new(&feeds.collect::<String>())
}

/// What `poll` says of the only feed.
fn poll(program: &Program) -> Value {
    let output = program.output(&["poll", "--json"]);
    serde_json::from_slice(&output.stdout).unwrap()
}

/// What `feed list` says of the only feed.
fn listed(program: &Program) -> Value {
    program.json(&["feed", "list"]).remove(0)
}

/// How long after the last poll the only feed is due, in seconds.
fn wait(program: &Program) -> i64 {
    let feed = listed(program);
    let time = |key: &str| feed[key].as_str().unwrap().parse::<DateTime<Utc>>().unwrap();
    (time("next_poll_at") - time("last_poll_at")).num_seconds()
}

#[test]
fn validators_go_back_byte_for_byte_and_the_first_request_is_the_only_unconditional_one() {
    let server = Wire::start(|_, before| match before {
        0 => {
            answer("200 OK", &["ETag: W/\"\u{e9}  odd,-gzip", "Last-Modified: about noon"], feed(&["1"], ""))
        }
        1 => answer("500 Oops", &["ETag: \"of the failure\""], ""),
        2 => answer("304 Not Modified", &["ETag: \"newer\""], ""),
        3 => answer("304 Not Modified", &[], ""),
        _ => answer("200 OK", &["ETag: \"of a broken body\""], "<html>no feed"),
    });
    let program = polling(&server, &["/feed"], "");
    let statuses: Vec<Value> = (0..6).map(|_| poll(&program)["status"].clone()).collect();
    assert_eq!(statuses, ["ok", "failed", "unchanged", "unchanged", "failed", "failed"]);
    let (old, newer) = ("If-None-Match: W/\"\u{e9}  odd,-gzip", "If-None-Match: \"newer\"");
    let since = "If-Modified-Since: about noon";
    let expected = [
        vec![],
        vec![old, since],
        vec![old, since],
        vec![newer, since],
        vec![newer, since],
        vec![newer, since],
    ];
    assert_eq!(server.asked(), expected.map(|conditions| request(&server, "/feed", &conditions)));
}

#[test]
fn nothing_is_sent_that_nobody_asked_for() {
    let server = Wire::start(|asked, _| match asked.path() {
        "/a?x=1" => answer("302 Found", &["Location: /b", "Set-Cookie: id=1"], ""),
        _ => answer("200 OK", &["Set-Cookie: id=2; Path=/"], feed(&["1"], "")),
    });
    let program = polling(&server, &["/a?x=1"], "");
    poll(&program);
    poll(&program);
    let asked = ["/a?x=1", "/b", "/a?x=1", "/b"].map(|path| request(&server, path, &[]));
    assert_eq!(server.asked(), asked, "no cookie, no Referer, nothing added to the address");
}

#[test]
fn validators_are_shown_to_whom_they_belong() {
    let server = Wire::start(|asked, before| match asked.path() {
        "/old" if before < 2 => answer("302 Found", &["Location: /new"], ""),
        "/old" => answer("200 OK", &["ETag: \"old\""], feed(&["1"], "")),
        _ => answer("200 OK", &["ETag: \"new\""], feed(&["1"], "")),
    });
    let program = polling(&server, &["/old"], "");
    (0..4).for_each(|_| assert_eq!(poll(&program)["status"], "ok"));
    let asked = [
        request(&server, "/old", &[]),
        request(&server, "/new", &[]),
        request(&server, "/old", &[]),
        request(&server, "/new", &["If-None-Match: \"new\""]),
        request(&server, "/old", &[]),
        request(&server, "/old", &["If-None-Match: \"old\""]),
    ];
    assert_eq!(server.asked(), asked);
}

#[test]
fn a_start_polls_what_is_due_and_nothing_else() {
    let server = Wire::start(|_, _| answer("200 OK", &[], feed(&["1"], "")));
    let program = polling(&server, &["/waits", "/due"], "every = \"1h\"");
    program.run(&["poll", "waits"]);
    let daemon = program.start();
    server.wait_until_asked("/due", 1);
    daemon.signal("TERM");
    assert!(daemon.wait().success());
    assert_eq!(server.paths(), ["/waits", "/due"]);
}

#[test]
fn the_next_poll_waits_for_as_long_as_publishers_ask_within_the_bound() {
    for (headers, channel, at_least, at_most) in [
        ("X-Nothing: 1", "", 54, 66),
        ("Cache-Control: max-age=1800", "", 1_800, 1_980),
        ("Cache-Control: max-age=1800, no-cache", "", 54, 66),
        ("Cache-Control: max-age=9999999", "", 7_200, 7_920),
        ("Expires: Thu, 01 Jan 2099 00:00:00 GMT", "", 7_200, 7_920),
        ("X-Nothing: 1", "<ttl>30</ttl>", 1_800, 1_980),
        ("Cache-Control: max-age=60", "<ttl>30</ttl>", 1_800, 1_980),
        ("X-Nothing: 1", "<ttl>999999</ttl>", 7_200, 7_920),
        // Every WordPress says so, whoever publishes by the minute.
        (
            "X-Nothing: 1",
            "<sy:updatePeriod xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\">daily</sy:updatePeriod>",
            54,
            66,
        ),
        ("X-Nothing: 1", &every_hour_skipped(), 54, 66),
    ] {
        let body = feed(&["1"], channel);
        let server = Wire::start(move |_, _| answer("200 OK", &[headers], &body));
        let program = polling(&server, &["/feed"], "every = \"1m\"\nmax_wait = \"2h\"");
        assert_eq!(poll(&program)["status"], "ok");
        let wait = wait(&program);
        assert!((at_least..=at_most).contains(&wait), "{headers} {channel}: {wait}");
    }
}

/// All hours are skipped, counted from 1 and from 0.
fn every_hour_skipped() -> String {
    let hours: String = (0..=24).map(|hour| format!("<hour>{hour}</hour>")).collect();
    format!("<skipHours>{hours}</skipHours>")
}

#[test]
fn skipped_hours_are_slept_through() {
    let awake = (Utc::now().hour() + 3) % 24;
    let hours: String =
        (0..24).filter(|hour| *hour != awake).map(|hour| format!("<hour>{hour}</hour>")).collect();
    let body = feed(&["1"], &format!("<skipHours>{hours}</skipHours>"));
    let server = Wire::start(move |_, _| answer("200 OK", &[], &body));
    let program = polling(&server, &["/feed"], "every = \"1m\"");
    poll(&program);
    assert!(wait(&program) > 3_600, "{}", wait(&program));
}

#[test]
fn a_server_that_asks_for_a_rest_gets_it_after_a_restart_too() {
    for (status, header) in [
        ("429 Too Many Requests", "Retry-After: 7200"),
        ("503 Service Unavailable", "Retry-After: Thu, 01 Jan 2099 00:00:00 GMT"),
    ] {
        let server = Wire::start(move |asked, before| match (asked.path(), before) {
            ("/tired", 0) => answer(status, &[header], ""),
            _ => answer("200 OK", &[], feed(&["1"], "")),
        });
        let program = polling(&server, &["/tired"], "every = \"1m\"");
        assert_eq!(poll(&program)["status"], "failed");
        assert!(wait(&program) >= 7_200, "{status}: {}", wait(&program));
        let feed = listed(&program);
        assert_eq!(feed["status"], if status.starts_with("429") { "rate limited" } else { "failing" });
        // Another process, and by hand.
        assert_eq!(poll(&program)["status"], "postponed");
        assert_eq!(server.asked().len(), 1, "{status}");
        // A day is the longest rest.
        program.let_pass(25);
        assert_eq!(poll(&program)["status"], "ok");
        assert_eq!(listed(&program)["status"], "ok");
    }
}

/// A desk with one feed of full texts, whose articles are pages of another host.
struct FullText {
    feed: FeedServer,
    pages: Wire,
    program: Program,
}

impl FullText {
    fn new(pages: impl Fn(&Asked, usize) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let (feed, pages) = (FeedServer::start(), Wire::start(pages));
        let program = Program::new(&format!("[[feed]]\nurl = \"{}\"\nfull_text = true\n", feed.url("/feed")));
        let desk = Self { feed, pages, program };
        desk.poll(&[]);
        desk
    }

    /// A process polls, once the feed carries these articles.
    fn poll(&self, names: &[&str]) {
        let item = |name: &&str| {
            let url = self.pages.url(&format!("/{name}"));
            format!("<item><title>{name}</title><guid>{name}</guid><link>{url}</link></item>")
        };
        self.feed.put("/feed", Page::rss(&names.iter().map(item).collect::<String>()));
        self.program.run(&["poll"]);
    }
}

#[test]
fn a_host_that_asks_for_a_rest_when_a_late_page_is_fetched_gets_it_after_a_restart_too() {
    let desk = FullText::new(|asked, before| match (asked.path(), before) {
        ("/1", 0) => answer("500 Internal Server Error", &[], ""),
        ("/1", 1) => answer("503 Service Unavailable", &["Retry-After: 3600"], ""),
        _ => answer("404 Not Found", &[], ""),
    });
    desk.poll(&["1"]);
    desk.program.change("UPDATE page SET next_fetch_at = $1", 0);
    desk.poll(&["1"]);
    desk.poll(&["2", "1"]);
    assert_eq!(desk.pages.paths(), ["/robots.txt", "/1", "/robots.txt", "/1"]);
    desk.program.let_pass(2);
    desk.poll(&["3", "2", "1"]);
    assert!(desk.pages.paths().contains(&"/3".to_owned()), "the rest is over");
}

#[test]
fn a_site_whose_robots_txt_is_not_to_be_had_is_left_alone_after_a_restart_too() {
    let desk = FullText::new(|_, _| answer("500 Internal Server Error", &[], ""));
    for names in [["1", ""], ["2", "1"]] {
        desk.poll(&names);
        assert_eq!(desk.pages.paths(), ["/robots.txt"]);
    }
    desk.program.let_pass(2);
    desk.poll(&["3", "2"]);
    assert_eq!(desk.pages.paths(), ["/robots.txt", "/robots.txt"]);
}

#[test]
fn a_refusal_without_a_time_is_asked_again_ever_more_rarely() {
    for status in ["429 Too Many Requests", "503 Service Unavailable", "500 Oops", "404 Not Found"] {
        let server = Wire::start(move |_, _| answer(status, &["Content-Type: text/plain"], "no"));
        let program = polling(&server, &["/feed"], "every = \"10m\"");
        let waits: Vec<i64> = (0..4)
            .map(|_| {
                poll(&program);
                wait(&program)
            })
            .collect();
        assert!(waits.windows(2).all(|pair| pair[1] * 2 > pair[0] * 3), "{status}: {waits:?}");
        assert_eq!(waits[0] > 2_000, status.starts_with("404"), "a missing page is no hurry: {waits:?}");
    }
}

#[test]
fn a_permanent_move_is_followed_for_good_when_it_lasted_and_others_never() {
    for (status, moves) in [(301, true), (308, true), (302, false), (303, false), (307, false)] {
        let server = Wire::start(move |asked, _| match asked.path() {
            "/old" => answer(&format!("{status} Moved"), &["Location: /new"], ""),
            _ => answer("200 OK", &["ETag: \"1\""], feed(&["1"], "")),
        });
        let program = polling(&server, &["/old"], "");
        for _ in 0..3 {
            poll(&program);
            program.let_pass(30);
        }
        assert!(listed(&program)["moved_to"].is_null(), "{status}");
        poll(&program);
        let moved_to = if moves { Value::from(server.url("/new")) } else { Value::Null };
        let feed = listed(&program);
        assert_eq!(feed["moved_to"], moved_to, "{status}");
        assert_eq!((&feed["url"], &feed["articles"]), (&server.url("/old").into(), &1.into()), "{status}");
        poll(&program);
        let last = server.asked().pop().unwrap();
        assert_eq!(last, request(&server, "/new", &["If-None-Match: \"1\""]), "{status}");
        assert_eq!(server.paths().iter().filter(|path| *path == "/old").count(), if moves { 4 } else { 5 });
        let text = program.run(&["feed", "list"]);
        assert_eq!(text.contains("moved for good"), moves, "{text}");
    }
}

#[test]
fn an_end_is_believed_when_it_lasted_and_nothing_else_stops_a_feed() {
    for (status, stops) in [(410, true), (404, false), (403, false), (500, false), (301, false)] {
        let server = Wire::start(move |asked, before| match (asked.path(), before) {
            ("/feed", 0..=4) => answer(&format!("{status} X"), &["Content-Type: text/html"], "<html>"),
            _ => answer("200 OK", &[], feed(&["1"], "")),
        });
        let program = polling(&server, &["/feed"], "");
        for _ in 0..5 {
            assert_eq!(poll(&program)["status"], "failed", "{status}");
            program.let_pass(30);
        }
        assert_eq!(listed(&program)["status"] == "stopped", stops, "{status}");
        let text = program.run(&["feed", "list"]);
        assert_eq!(text.contains("not polled since"), stops, "{text}");
        // Long overdue: the daemon polls it, or does not.
        program.let_pass(24 * 90);
        let settings = "every = \"1h\"";
        let other = Wire::start(|_, _| answer("200 OK", &[], feed(&["1"], "")));
        let both =
            format!("[[feed]]\nurl = \"{}\"\n[[feed]]\nurl = \"{}\"\n", server.url("/feed"), other.url("/"));
        program.configure(&both);
        let daemon = program.start();
        other.wait_until_asked("/", 1);
        if !stops {
            server.wait_until_asked("/feed", 6);
        }
        daemon.signal("TERM");
        assert!(daemon.wait().success());
        assert_eq!(server.asked().len(), if stops { 5 } else { 6 }, "{status}");
        if !stops {
            continue;
        }
        // A change of its configuration is a reason to try again.
        program.configure(&format!("[[feed]]\nurl = \"{}\"\n{settings}\n", server.url("/feed")));
        let daemon = program.start();
        server.wait_until_asked("/feed", 6);
        daemon.signal("TERM");
        assert!(daemon.wait().success());
        assert_eq!(listed(&program)["status"], "ok", "{status}");
    }
}

#[test]
fn a_stopped_feed_is_tried_by_hand() {
    let server = Wire::start(|_, before| match before {
        0..=3 => answer("410 Gone", &[], ""),
        _ => answer("200 OK", &[], feed(&["1"], "")),
    });
    let program = polling(&server, &["/feed"], "");
    for _ in 0..4 {
        poll(&program);
        program.let_pass(30);
    }
    assert_eq!(listed(&program)["status"], "stopped");
    assert_eq!(poll(&program)["status"], "ok");
    assert_eq!(listed(&program)["status"], "ok");
}

#[test]
fn a_wall_against_robots_is_blocked_and_asked_more_rarely_under_the_same_name() {
    for (status, header, body) in [
        ("403 Forbidden", "cf-mitigated: challenge", ""),
        ("503 Service Unavailable", "Content-Type: text/html", "<title>Just a moment</title>"),
        ("403 Forbidden", "X-Nothing: 1", "<!DOCTYPE html><title>Attention</title>"),
    ] {
        let server = Wire::start(move |_, _| answer(status, &[header], body));
        let program = polling(&server, &["/feed"], "every = \"10m\"");
        poll(&program);
        let first = wait(&program);
        poll(&program);
        assert_eq!(listed(&program)["status"], "blocked");
        assert!(wait(&program) * 2 > first * 3);
        assert_eq!(server.asked(), [request(&server, "/feed", &[]), request(&server, "/feed", &[])]);
    }
}

#[test]
fn compressed_feeds_are_read_and_bombs_are_not() {
    let plain = feed(&["1", "2"], "");
    let gzip = |bytes: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    };
    let mut br = Vec::new();
    brotli::CompressorWriter::new(&mut br, 4096, 5, 20).write_all(&plain).unwrap();
    for (encoding, body, status) in [
        ("gzip", gzip(&plain), "ok"),
        ("br", br, "ok"),
        ("zstd", zstd::encode_all(&plain[..], 3).unwrap(), "ok"),
        ("gzip", gzip(&vec![b' '; 17 << 20]), "failed"),
    ] {
        let server =
            Wire::start(move |_, _| answer("200 OK", &[&format!("Content-Encoding: {encoding}")], &body));
        let polled = poll(&polling(&server, &["/feed"], ""));
        assert_eq!(polled["status"], status, "{encoding}: {polled}");
        if status == "failed" {
            assert!(polled["error"].as_str().unwrap().contains("larger than 16777216 bytes"), "{polled}");
        }
    }
}

#[test]
fn entries_keep_their_identity_through_edits_moves_and_careless_guids() {
    let entry = |guid: &str, link: &str, title: &str| {
        format!(
            "<item><guid>{guid}</guid><link>{link}</link><title>{title}</title><description>x</description></item>"
        )
    };
    let dated =
        "<item><title>No mark of its own</title><pubDate>Tue, 03 Oct 2023 06:12:00 GMT</pubDate></item>";
    let first = [
        entry("http://a.example/1", "http://a.example/1", "Moves"),
        entry("same", "http://a.example/2", "Two"),
        entry("same", "http://a.example/3", "Three"),
        entry("four", "http://a.example/4", "Fuor"),
        entry("five", "http://a.example/5", "Leaves the feed"),
        dated.to_owned(),
    ]
    .concat();
    let second = [
        entry("https://b.example/1", "https://b.example/1", "Moves"),
        entry("same", "http://a.example/2", "Two"),
        entry("same", "http://a.example/3", "Three"),
        entry("four", "http://a.example/4", "Four"),
        dated.to_owned(),
    ]
    .concat();
    let server = Wire::start(move |_, before| {
        answer("200 OK", &[], Page::rss(if before == 0 { &first } else { &second }).body)
    });
    let program = polling(&server, &["/feed"], "");
    assert_eq!(poll(&program)["new"], 6);
    let again = poll(&program);
    assert_eq!(
        (&again["new"], &again["changed"], &again["known"]),
        (&0.into(), &1.into(), &4.into()),
        "{again}"
    );
    assert_eq!(listed(&program)["articles"], 6, "what left the feed stays");
    assert_eq!(program.json(&["search", "leaves"]).len(), 1);
}

#[test]
fn a_poll_that_knows_too_little_says_that_entries_may_have_been_lost() {
    let numbered =
        |from: usize, count: usize| (from..from + count).map(|n| n.to_string()).collect::<Vec<_>>();
    for (name, second, gap) in [
        ("all new", numbered(100, 10), true),
        ("two of ten known", numbered(8, 10), true),
        ("four of ten known", numbered(6, 10), false),
        ("grown fourfold", numbered(0, 40), false),
    ] {
        let first = numbered(0, 10);
        let server = Wire::start(move |_, before| {
            let guids = if before == 0 { &first } else { &second };
            let guids: Vec<&str> = guids.iter().map(String::as_str).collect();
            answer("200 OK", &["ETag: \"1\""], feed(&guids, ""))
        });
        let program = polling(&server, &["/feed"], "");
        poll(&program);
        assert!(listed(&program)["gap_at"].is_null(), "{name}: the first poll knows nothing");
        // A quiet feed so far: it is not polled every few minutes.
        program.let_pass(6);
        poll(&program);
        assert_eq!(!listed(&program)["gap_at"].is_null(), gap, "{name}");
        assert_eq!(program.run(&["feed", "list"]).contains("may have been lost"), gap, "{name}");
    }
}

#[test]
fn without_room_on_the_disk_nothing_is_polled_until_there_is_some() {
    let server = Wire::start(|_, _| answer("200 OK", &[], feed(&["1"], "")));
    let feeds = format!("[[feed]]\nurl = \"{}\"\n", server.url("/feed"));
    let with = |feeds: &str, floor: &str| {
        format!("{feeds}\n[fetch]\nallow_networks = [\"127.0.0.0/8\"]\nmin_free_space = \"{floor}\"\n")
    };
    let receiver = Receiver::start();
    let feeds = format!("{feeds}{}", told(&receiver));
    let with = |floor: &str| with(&feeds, floor);
    let program = Program::new("");
    program.write(&with("4000TB"));
    let refused = program.output(&["poll"]);
    let reason = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1));
    assert!(reason.contains("nothing is polled") && reason.contains("min_free_space"), "{reason}");

    let daemon = program.start();
    daemon.wait_for_log("polling pauses");
    assert!(server.asked().is_empty());
    program.write(&with("1kB"));
    daemon.signal("HUP");
    server.wait_until_asked("/feed", 1);
    daemon.wait_for_log("there is room again");
    assert_eq!(notices(&receiver, 2), ["low_disk", "low_disk_over"]);
}

/// A channel that hears of feedwatch itself.
fn told(receiver: &Receiver) -> String {
    format!(
        "[notices]\nchannels = [\"desk\"]\n[[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\n",
        receiver.url
    )
}

/// The kinds of the first `count` notices.
fn notices(receiver: &Receiver, count: usize) -> Vec<String> {
    let kind = |received: &Received| received.json()["data"]["notice"].as_str().unwrap().to_owned();
    receiver.wait_for(count).iter().map(kind).collect()
}

#[test]
fn an_outage_and_its_end_are_told_once_each() {
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let feeds: String = (1..=5)
        .map(|n| format!("[[feed]]\nurl = \"http://127.0.0.{n}:{port}/{n}\"\nevery = \"1s\"\n"))
        .collect();
    let receiver = Receiver::start();
    let text = format!("{AT_ONCE}\n{feeds}{}", told(&receiver));
    let inside = Inside::new(&text, Utc::now());
    inside.run(|inside| {
        // Each step is less than what counts as a jump of the clock.
        for _ in 0..1_000 {
            if !receiver.received().is_empty() {
                break;
            }
            inside.pass(TimeDelta::seconds(15));
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert_eq!(notices(&receiver, 1), ["outage"]);
        let server = Wire::on("0.0.0.0", port, |_, _| answer("200 OK", &[], feed(&["1"], "")));
        for n in 1..=5 {
            inside.pass(TimeDelta::seconds(15));
            server.wait_until_asked(&format!("/{n}"), 1);
        }
        assert_eq!(notices(&receiver, 2), ["outage", "outage_over"]);
        let text = receiver.received()[1].json()["data"]["text"].as_str().unwrap().to_owned();
        assert!(text.contains("It was down for"), "{text}");
    });
}

#[test]
fn an_outage_blames_no_feed_and_ends_by_itself() {
    // Three hosts, of which none answers, on a port that a server takes later.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let hosts = ["127.0.0.1", "127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"];
    let feeds = hosts
        .map(|host| format!("[[feed]]\nurl = \"http://{host}:{port}/{host}\"\nevery = \"1h\"\n"))
        .concat();
    let program = Program::new(&feeds);
    let polled = program.output(&["poll", "--json"]);
    let statuses = String::from_utf8(polled.stdout).unwrap();
    assert!(statuses.matches("\"offline\"").count() >= 3, "{statuses}");
    for feed in program.json(&["feed", "list"]) {
        assert_eq!((&feed["failures"], &feed["status"]), (&0.into(), &"new".into()), "{feed}");
    }
    let daemon = program.start();
    let server = Wire::on("0.0.0.0", port, |_, _| answer("200 OK", &[], feed(&["1"], "")));
    for host in hosts {
        server.wait_until_asked(&format!("/{host}"), 1);
    }
    daemon.signal("TERM");
    assert!(daemon.wait().success());
    for feed in program.json(&["feed", "list"]) {
        assert_eq!((&feed["failures"], &feed["status"]), (&0.into(), &"ok".into()), "{feed}");
    }
}

#[test]
fn a_channel_hears_once_of_a_feed_that_fails_or_falls_silent_and_once_of_its_recovery() {
    let server = Wire::start(|_, before| match before {
        0 | 4 => answer("200 OK", &[], feed(&["1", "2"], "")),
        1..=3 => answer("500 Oops", &[], ""),
        _ => answer("200 OK", &[], feed(&["1", "2"], "")),
    });
    let receiver = Receiver::start();
    let program = Program::new(&format!(
        "[[feed]]\nurl = \"{}\"\nsource = \"Wire\"\n[notices]\nchannels = [\"desk\"]\nfeed_failures = 2\n\
         [[channel]]\nname = \"desk\"\nkind = \"webhook\"\nurl = \"{}\"\nsecret = \"{}\"\n",
        server.url("/feed"),
        receiver.url,
        Receiver::SECRET
    ));
    (0..5).for_each(|_| drop(poll(&program)));
    let told: Vec<Value> = receiver.wait_for(2).iter().map(|received| received.json()).collect();
    let kinds: Vec<&Value> = told.iter().map(|told| &told["data"]["notice"]).collect();
    assert_eq!(kinds, ["feed_failing", "feed_recovered"], "{told:?}");
    assert_eq!(told[0]["data"]["title"], "Wire fails");
    assert_eq!(told[0]["data"]["subject"].as_str(), Some(server.url("/feed").as_str()));
    assert!(told[0]["data"]["text"].as_str().unwrap().contains("answered 500"), "{told:?}");
    poll(&program);
    assert_eq!(receiver.received().len(), 2);
}

//! Everything a feed or a server says is hostile: which test holds which threat, and what is hostile seen
//! through the built program.

use std::fs;
use std::path::Path;

use crate::support::{Desk, FeedServer, Page, Program, Receiver};

/// A threat, what is tried, and the tests that try it, as `path of the file::name of the test`.
const TABLE: &[(&str, &[&str])] = &[
    (
        "server-side request forgery: literal addresses in every form (127.1, 2130706433, 0x7f000001, 0177.0.0.1, 0, \
         [::1], [::ffff:7f00:1], 127.0.0.1., full-width digits), 302 to an address",
        &[
            "src/net/guard.rs::an_address_is_blocked_in_every_form",
            "src/net/guard.rs::an_address_within_an_address_is_blocked",
            "src/net/client/tests.rs::every_hop_is_checked",
            "src/fetch/page/tests.rs::every_hop_is_asked_for_like_the_first",
        ],
    ),
    (
        "IPv6 embeddings and reserved networks: [64:ff9b::a9fe:a9fe], [64:ff9b:1::7f00:1], [2002:a9fe:a9fe::], \
         [2001::1], 100.64.0.1, 169.254.169.254",
        &[
            "src/net/guard.rs::an_address_within_an_address_is_blocked",
            "src/net/client/tests.rs::names_are_resolved_to_public_addresses_only",
        ],
    ),
    (
        "DNS rebinding: an allowed address first, then 169.254.169.254",
        &["src/net/client/tests.rs::a_name_that_changes_its_address_gains_nothing"],
    ),
    (
        "other schemes, on each hop: file:///etc/passwd",
        &["src/net/guard.rs::only_http_is_fetched", "src/net/client/tests.rs::every_hop_is_checked"],
    ),
    (
        "decompression bombs: 1 GiB of zeros as gzip, br and zstd, and one without end",
        &[
            "src/net/client/tests.rs::a_gibibyte_of_zeros_is_cut_off",
            "src/net/client/tests.rs::bombs_are_cut_off",
            "src/net/client/tests.rs::an_endless_bomb_is_cut_off",
        ],
    ),
    (
        "slow drip of 1 byte per 300 ms, endless 103, endless headers",
        &[
            "src/net/client/tests.rs::slow_and_endless_answers_time_out",
            "src/net/client/tests.rs::endless_headers_and_broken_answers_are_refused",
        ],
    ),
    ("billion laughs, external entities", &["src/parse/hostile.rs::entities_expand_to_characters_only"]),
    (
        "deep nesting",
        &[
            "src/parse/hostile.rs::nesting_that_overflows_stacks",
            "src/ingest/page/tests.rs::bombs_are_read_in_linear_time",
        ],
    ),
    (
        "400,000 attributes, a guid of 10 MB",
        &[
            "src/parse/hostile.rs::attributes_guids_and_references_without_end",
            "src/parse/tokens.rs::a_tag_may_have_any_number_of_attributes",
        ],
    ),
    ("1,000,000 items", &["src/parse/hostile.rs::a_million_items_cost_no_more_than_the_first_ones"]),
    (
        "input that panics or aborts other readers",
        &[
            "src/parse/hostile.rs::declarations_that_panic_in_quick_xml",
            "src/parse/hostile.rs::elements_that_panic_in_feed_rs",
            "src/parse/mutated.rs::damaged_feeds_are_read_alike_each_time",
        ],
    ),
    (
        "dates: the year 99999, 23:59:60, 1 MB of `(`",
        &[
            "src/parse/hostile.rs::dates_beyond_reason",
            "src/parse/dates/mod.rs::what_is_no_date_is_none",
            "src/parse/dates/mod.rs::rfc_822_and_its_deviations",
            "src/ingest/tests.rs::dates_that_cannot_be_are_the_first_sight_and_kept_beside_it",
        ],
    ),
    (
        "stored cross-site scripting: <iframe srcdoc>, <svg><a><set attributeName=href to=javascript:…>",
        &[
            "src/ingest/html.rs::blocks_become_lines_and_what_is_not_text_vanishes",
            "tests/hostile.rs::a_hostile_feed_is_shown_harmlessly",
        ],
    ),
    (
        "javascript: links",
        &[
            "src/ingest/tests.rs::links_lead_to_pages_only",
            "tests/hostile.rs::a_hostile_feed_is_shown_harmlessly",
        ],
    ),
    (
        "terminal and log injection: ESC ]0;pwn BEL, U+009B, CRLF, U+202E",
        &[
            "src/ingest/text.rs::nothing_hidden_is_stored",
            "tests/hostile.rs::a_hostile_feed_is_shown_harmlessly",
            "tests/hostile.rs::a_hostile_failure_is_shown_harmlessly",
        ],
    ),
    (
        "regular expressions that take forever: (a+)+$",
        &["tests/hostile.rs::a_pattern_that_would_take_forever_does_not"],
    ),
    (
        "robots.txt: endless, of patterns that backtrack, unreachable",
        &[
            "src/fetch/robots.rs::a_hostile_file_is_read_in_linear_time",
            "src/fetch/page/tests.rs::a_missing_file_allows_and_an_unreachable_one_forbids",
        ],
    ),
];

#[test]
fn every_threat_has_its_tests() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (threat, tests) in TABLE {
        for test in *tests {
            let (file, name) = test.split_once("::").unwrap();
            let text = fs::read_to_string(root.join(file))
                .unwrap_or_else(|error| panic!("{threat}: {file}: {error}"));
            assert!(text.contains(&format!("fn {name}(")), "{threat}: {test} is not there");
        }
    }
}

/// Nothing that moves a cursor, turns a line round or begins a line of its own.
#[track_caller]
fn assert_harmless(what: &str, shown: &str) {
    let harmful = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    assert_eq!(shown.chars().find(harmful), None, "{what}: {shown:?}");
    for forged in ["\nBcc:", "\nFORGED"] {
        assert!(!shown.contains(forged), "{what} holds {forged:?}: {shown}");
    }
}

/// Text of articles holds no mark-up either.
#[track_caller]
fn assert_plain(what: &str, shown: &str) {
    assert_harmless(what, shown);
    for markup in ["<script", "srcdoc", "attributeName", "javascript:"] {
        assert!(!shown.contains(markup), "{what} holds {markup:?}: {shown}");
    }
}

const HOSTILE: &str = "storm \u{1b}]0;pwn\u{7} \u{9b}31m \r\nBcc: a@b\r\nFORGED \u{202e}gpj.exe \u{2066}x \
    &lt;iframe srcdoc=\"&lt;script>alert(1)&lt;/script>\">&lt;/iframe>\
    &lt;svg>&lt;a>&lt;set attributeName=href to=javascript:alert(1)>&lt;/a>&lt;/svg>&lt;script>alert(1)&lt;/script>";

#[test]
fn a_hostile_feed_is_shown_harmlessly() {
    let desk = Desk::watching("storm", Receiver::start(), "[defaults]\nalert_on_first_poll = true\n");
    let item = format!(
        "<item><title>{HOSTILE}</title><description>{HOSTILE}</description><author>{HOSTILE}</author>\
         <category>{HOSTILE}</category><link>javascript:alert(1)</link><guid isPermaLink=\"false\">{HOSTILE}</guid></item>"
    );
    let feed = format!("<rss version=\"2.0\"><channel><title>{HOSTILE}</title>{item}</channel></rss>");
    desk.server.put("/wire", Page::new("application/rss+xml", feed));
    assert_plain("poll", &desk.program.run(&["poll"]));
    for command in [
        &["feed", "list"][..],
        &["matches"],
        &["matches", "--csv"],
        &["search", "storm"],
        &["stats"],
        &["alerts", "list"],
        &["watch", "test", "storm", "--text", HOSTILE],
    ] {
        assert_plain(&command.join(" "), &desk.program.run(command).replace("\r\n", "\n"));
    }
    let article = &desk.program.json(&["matches"])[0]["article"];
    assert_eq!(article["url"], serde_json::Value::Null);
    let told = desk.receiver.wait_for(1);
    assert_plain("the alert", told[0].json()["data"]["articles"][0]["title"].as_str().unwrap());
}

#[test]
fn a_hostile_failure_is_shown_harmlessly() {
    let server = FeedServer::start();
    let page = format!("<!doctype html><html><title>{HOSTILE}</title></html>");
    for (path, kind, body) in [
        ("/page", "text/html", page),
        ("/text", "text/plain", HOSTILE.replace("&lt;", "[")),
        (
            "/json",
            "application/json",
            format!("{{\"error\": \"{}\"}}", HOSTILE.replace(['"', '\r', '\n'], "")),
        ),
        ("/xml", "text/xml", format!("<x\u{9b}31m\u{202e}>{HOSTILE}</x\u{9b}31m\u{202e}>")),
    ] {
        server.put(path, Page::new(kind, body));
        let program = Program::new(&format!("[[feed]]\nurl = \"{}\"\n", server.url(path)));
        let output = program.output(&["poll"]);
        assert_eq!(output.status.code(), Some(1), "{path}");
        for shown in [output.stdout, output.stderr] {
            assert_harmless(path, &String::from_utf8(shown).unwrap());
        }
        assert_harmless(path, &program.run(&["feed", "list"]));
    }
}

#[test]
fn a_pattern_that_would_take_forever_does_not() {
    let program = Program::new("");
    let text = "a".repeat(50_000) + "!";
    for query in ["/(a+)+$/", "/(a|a)*b/", "/(a*)*c/", "/(x+x+)+y/"] {
        let output = program.output(&["watch", "test", query, "--text", &text]);
        // A match, none, or a refusal with a reason: what counts is that there is an answer.
        assert!(matches!(output.status.code(), Some(0..=2)), "{query}: {output:?}");
    }
}

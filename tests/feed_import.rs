//! Feeds come from other readers and go back to them.

use serde_json::{Value, json};

use crate::support::{FeedServer, Page, Program, item};

const OPML: &str = "<?xml version=\"1.0\"?>\n<opml version=\"1.1\"><body>\n<outline text=\"Asia & more\">\n\
    <outline text=\"Kyodo\" xmlUrl=\"https://e.org/kyodo?a=1&amp;b=2\" language=\"en-us\"/>\n\
    <outline title=\"A &quot;b&quot; &lt;c&gt;\" xmlurl='feed://e.org/b'/>\n</outline>\n\
    <outline text=\"Press\"><outline xmlUrl=\"https://e.org/kyodo?a=1&amp;b=2\"/></outline>\n\
    <outline text=\"bad\" xmlUrl=\"gopher://e.org/\"/>\n<outline xmlUrl=\"http://known.example/rss/\"/>\n</body></opml>\n";

/// Address, title and tags of every feed.
fn feeds(program: &Program) -> Vec<Value> {
    let key = |line: Value| json!([line["url"], line["title"], line["tags"]]);
    program.json(&["feed", "export"]).into_iter().map(key).collect()
}

#[test]
fn a_list_is_taken_in_and_every_line_accounted_for() {
    let program = Program::new("# mine\n[[feed]]\nurl = \"https://known.example/rss\"\n");
    let before = std::fs::read_to_string(program.path("feedwatch.toml")).unwrap();
    let file = program.file("feeds.opml", OPML);
    let lines = program.json(&["feed", "import", &file, "--dry-run"]);
    assert_eq!(std::fs::read_to_string(program.path("feedwatch.toml")).unwrap(), before);
    assert_eq!(program.json(&["feed", "import", &file, "--tag", "all"]), lines);
    let told: Vec<(u64, &str)> =
        lines.iter().map(|line| (line["line"].as_u64().unwrap(), line["status"].as_str().unwrap())).collect();
    assert_eq!(told, [(4, "added"), (5, "added"), (7, "skipped"), (8, "wrong"), (9, "skipped")]);
    assert_eq!(
        feeds(&program),
        [
            json!(["https://known.example/rss", null, []]),
            json!(["https://e.org/kyodo?a=1&b=2", "Kyodo", ["Asia & more", "Press", "all"]]),
            json!(["http://e.org/b", "A \"b\" <c>", ["Asia & more", "all"]]),
        ]
    );
    assert!(std::fs::read_to_string(program.path("feedwatch.toml")).unwrap().contains("lang = \"en\""));
    let again = program.json(&["feed", "import", &file]);
    assert!(again.iter().all(|line| line["status"] != "added"), "{again:?}");
    let nothing = program.file("nothing.opml", "<html>no list</html>");
    assert_eq!(program.output(&["feed", "import", &nothing]).status.code(), Some(1));
    assert_eq!(program.output(&["feed", "import", "nowhere.opml"]).status.code(), Some(2));
}

#[test]
fn what_is_exported_is_what_comes_in_again() {
    let program = Program::new("");
    let file = program.file("feeds.opml", OPML);
    program.run(&["feed", "import", &file, "--tag", "50 %, or a/b"]);
    let exported = program.run(&["feed", "export"]);
    assert!(exported.contains("<opml version=\"2.0\">"), "{exported}");
    let other = Program::new("");
    let file = other.file("exported.opml", &exported);
    other.run(&["feed", "import", &file]);
    assert_eq!(feeds(&other), feeds(&program));
    assert_eq!(other.run(&["feed", "export"]), exported);
}

#[test]
fn thousands_of_feeds_come_in_at_once() {
    let program = Program::new("");
    let list: String =
        (0..3_000).map(|n| format!("https://e{n}.example/rss \"~Feed {n}\" tag{}\n", n % 7)).collect();
    let file = program.file("feeds.txt", &list);
    let said = program.run(&["feed", "import", &file]);
    assert!(said.contains("3000 added, 0 skipped, 0 wrong"), "{said}");
    assert_eq!(feeds(&program).len(), 3_000);
}

#[test]
fn the_list_of_feeds_shows_rhythm_answers_and_what_to_look_at() {
    let server = FeedServer::start();
    let bare: String = (0..10)
        .map(|n| format!("<item><guid>{n}</guid><title>Буря номер {n}, порты закрыты</title></item>"))
        .collect();
    server.put("/bare", Page::rss(&bare));
    let text =
        "Long enough to be more than a subtitle: details of the storm follow in this paragraph, as usual.";
    let full: String = (0..10).map(|n| item(&n.to_string(), "Storm closes ports", &text.repeat(9))).collect();
    server.put("/full", Page::rss(&full).etag("\"1\""));
    let program = Program::new(&format!(
        "[[feed]]\nurl = \"{}\"\ntags = [\"a\"]\n[[feed]]\nurl = \"{}\"\nlang = \"en\"\ntags = [\"a\", \"b\"]\n[[feed]]\nurl = \"{}\"\n",
        server.url("/full"),
        server.url("/bare"),
        server.url("/missing"),
    ));
    for _ in 0..4 {
        program.run(&["poll"]);
    }
    let listed = program.json(&["feed", "list"]);
    let of = |path: &str| listed.iter().find(|feed| feed["url"] == json!(server.url(path))).unwrap();
    let order: Vec<&Value> = listed.iter().map(|feed| &feed["url"]).collect();
    assert_eq!(order, [&of("/missing")["url"], &of("/bare")["url"], &of("/full")["url"]], "problems first");
    let full = of("/full");
    assert_eq!(
        (
            &full["polls"],
            &full["unchanged_share"],
            &full["headlines_only"],
            &full["found_lang"],
            &full["remarks"]
        ),
        (&json!(4), &json!(0.75), &json!(false), &json!("en"), &json!([]))
    );
    let bare = of("/bare");
    assert_eq!((&bare["unchanged_share"], &bare["headlines_only"]), (&json!(0.0), &json!(true)));
    assert_eq!(
        bare["remarks"],
        json!(["headlines only: full_text = true reads its pages", "declared as en, written in ru"])
    );
    assert_eq!((&of("/missing")["polls"], &of("/missing")["unchanged_share"]), (&json!(4), &json!(null)));

    assert_eq!(program.json(&["feed", "list", "--problems"]).len(), 2);
    for (tags, count) in [(&["--tag", "a"][..], 2), (&["--tag", "a", "--tag", "b"], 1), (&["--tag", "c"], 0)]
    {
        assert_eq!(program.json(&[&["feed", "list"], tags].concat()).len(), count, "{tags:?}");
    }
    let shown = program.run(&["feed", "list"]);
    assert!(shown.contains("75%") && shown.contains("headlines only"), "{shown}");
}

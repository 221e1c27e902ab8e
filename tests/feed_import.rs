//! Feeds come from other readers and go back to them.

use serde_json::{Value, json};

use crate::support::{FeedServer, Page, Program, item};

const OPML: &str = "<?xml version=\"1.0\"?>\n<opml version=\"1.1\"><body>\n<outline text=\"Asia & more\">\n\
    <outline text=\"Kyodo\" xmlUrl=\"https://e.org/kyodo?a=1&amp;b=2\" language=\"en-us\"/>\n\
    <outline title=\"A &quot;b&quot; &lt;c&gt;\" xmlurl='feed://e.org/b'/>\n</outline>\n\
    <outline text=\"Press\"><outline xmlUrl=\"https://e.org/kyodo?a=1&amp;b=2\"/></outline>\n\
    <outline text=\"bad\" xmlUrl=\"gopher://e.org/\"/>\n<outline xmlUrl=\"http://known.example/rss/\"/>\n</body></opml>\n";

/// Runs `feed import` with `--json`, which ends with this code; the lines.
fn import(program: &Program, arguments: &[&str], code: i32) -> Vec<Value> {
    let output = program.output(&[&["feed", "import", "--json"], arguments].concat());
    assert_eq!(output.status.code(), Some(code), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

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
    let lines = import(&program, &[&file, "--dry-run"], 1);
    assert_eq!(std::fs::read_to_string(program.path("feedwatch.toml")).unwrap(), before);
    assert_eq!(import(&program, &[&file, "--tag", "all"], 1), lines);
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
    let again = import(&program, &[&file], 1);
    assert!(again.iter().all(|line| line["status"] != "added"), "{again:?}");
    let nothing = program.file("nothing.opml", "<html>no list</html>");
    assert_eq!(program.output(&["feed", "import", &nothing]).status.code(), Some(1));
    assert_eq!(program.output(&["feed", "import", "nowhere.opml"]).status.code(), Some(2));
}

#[test]
fn wrong_lines_are_told_and_keep_none_of_the_others_out() {
    let program = Program::new("");
    let list = "# a list\nexample.org/feed\ngarbage\nhttps://e.org/rss \"~E\"\nmailto:desk@e.org\nlocalhost:8080/rss\nhttps://[\n";
    let file = program.file("feeds.txt", list);
    let lines = import(&program, &[&file], 1);
    let told: Vec<(u64, &str)> =
        lines.iter().map(|line| (line["line"].as_u64().unwrap(), line["status"].as_str().unwrap())).collect();
    assert_eq!(told, [(2, "added"), (3, "wrong"), (4, "added"), (5, "wrong"), (6, "added"), (7, "wrong")]);
    let urls: Vec<Value> = feeds(&program).into_iter().map(|feed| feed[0].clone()).collect();
    assert_eq!(urls, ["https://example.org/feed", "https://e.org/rss", "https://localhost:8080/rss"]);
    let said = String::from_utf8(program.output(&["feed", "import", &file]).stdout).unwrap();
    assert!(said.contains("'garbage' is no address of the web"), "{said}");
    assert!(said.contains("0 added, 3 skipped, 3 wrong"), "{said}");
    let empty = program.output(&["feed", "import", &program.file("empty.txt", "# none\n")]);
    assert_eq!(empty.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&empty.stderr).contains("names no feeds"));
    let right = program.file("right.txt", "example.net/feed\n");
    assert_eq!(import(&program, &[&right], 0).len(), 1);
}

#[test]
fn what_is_exported_is_what_comes_in_again() {
    let program = Program::new("");
    let file = program.file("feeds.opml", OPML);
    import(&program, &[&file, "--tag", "50 %, or a/b"], 1);
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
        json!([
            "headlines only; full_text = true in its [[feed]] reads the articles' pages",
            "declared as en, written in ru"
        ])
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

//! Lists as they are found in the wild.

use proptest::prelude::*;

use super::*;

/// Address, title and tags of each feed.
#[track_caller]
fn check(body: &str, expected: &[(&str, Option<&str>, &[&str])]) -> List {
    let list = read(body.as_bytes());
    let found: Vec<(&str, Option<&str>, Vec<&str>)> = list
        .feeds
        .iter()
        .map(|feed| {
            let tags = feed.tags.iter().map(String::as_str).collect();
            (feed.url.as_str(), feed.title.as_deref(), tags)
        })
        .collect();
    let expected: Vec<_> = expected.iter().map(|(url, title, tags)| (*url, *title, tags.to_vec())).collect();
    assert_eq!(found, expected, "{body}");
    list
}

#[test]
fn folders_are_tags() {
    check(
        "<?xml version=\"1.0\"?><opml version=\"2.0\"><head><title>x</title></head><body>
         <outline text=\"Asia &amp; more\"><outline title=\"News\" text=\"other\">
         <outline type=\"rss\" text=\"A\" xmlUrl=\"https://e.org/a?x=1&amp;y=2\" htmlUrl=\"https://e.org/\"/></outline>
         <outline text=\"B\" title=\"\" xmlUrl=\"https://e.org/b\"></outline></outline>
         <outline xmlUrl=\"https://e.org/c\" text=\"https://e.org/c\" category=\"/World/Asia,press\"/>
         </body></opml>",
        &[
            ("https://e.org/a?x=1&y=2", Some("A"), &["Asia & more", "News"]),
            ("https://e.org/b", Some("B"), &["Asia & more"]),
            ("https://e.org/c", None, &["World", "Asia", "press"]),
        ],
    );
}

#[test]
fn what_is_meant_is_read() {
    for (body, title) in [
        ("<OPML><BODY><OUTLINE TEXT='T' XMLURL='https://e.org/a?x=1&y=2&copy=3'></BODY></OPML>", Some("T")),
        ("<opml><outline type=rss title=\"T\" url=\"https://e.org/a?x=1&y=2&copy=3\">", Some("T")),
        ("<outline feedUrl='https://e.org/a?x=1&amp;y=2&amp;copy=3' xmlUrl=''/>", None),
        (
            "\u{feff}\n <opml><outline xmlUrl=\" https://e.org/a?x=1&amp;y=2&amp;copy=3\n\" text='T\u{1b}[1m'/>",
            Some("T[1m"),
        ),
        (
            "<!-- <outline xmlUrl='https://no.example/'/> --><outline xmlUrl='feed:https://e.org/a?x=1&y=2&copy=3'/>",
            None,
        ),
    ] {
        check(body, &[("https://e.org/a?x=1&y=2&copy=3", title, &[])]);
    }
    let latin = "<?xml version='1.0' encoding='ISO-8859-1'?><opml><outline text='Caf\u{e9}' xmlUrl='https://e.org/'/></opml>";
    let bytes: Vec<u8> = latin.chars().map(|c| c as u8).collect();
    assert_eq!(read(&bytes).feeds[0].title.as_deref(), Some("Café"));
}

#[test]
fn what_is_no_feed_is_told_with_its_line() {
    let list = check(
        "<opml>\n<outline xmlUrl='gopher://e.org/'/>\n<outline type='link' url='https://e.org/page'/>\n\
         <outline text='F'><outline\n xmlUrl='https://e.org/a'/></outline><outline text='G'>\n\
         <outline xmlUrl='http://e.org/a/'/></outline></opml>",
        &[("https://e.org/a", None, &["F", "G"])],
    );
    assert_eq!(list.feeds[0].line, 4);
    let told: Vec<(usize, bool)> =
        list.problems.iter().map(|problem| (problem.line, problem.reason.contains("e.org"))).collect();
    assert_eq!(told, [(2, true), (3, true)]);
    assert_eq!(list.repeated.len(), 1);
    assert!(list.repeated[0].line == 6 && list.repeated[0].reason.contains("line 4"), "{:?}", list.repeated);
    for nothing in ["<rss><channel/></rss>", "<html>"] {
        assert_eq!(read(nothing.as_bytes()).problems.len(), 1, "{nothing}");
    }
    assert_eq!(read(b""), List::default());
}

#[test]
fn a_plain_list_is_read_as_newsboat_does() {
    let list = check(
        "# mine\r\nhttps://e.org/a\r\n\r\n  https://e.org/b \"~The Wire\" asia \"south east\" !hidden\nnonsense\n\"query:x:y\"\n",
        &[("https://e.org/a", None, &[]), ("https://e.org/b", Some("The Wire"), &["asia", "south east"])],
    );
    let lines: Vec<usize> = list.problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [5, 6]);
}

#[test]
fn a_hostile_list_costs_time_in_its_length_only() {
    let deep = "<outline text='x'>".repeat(100_000) + "<outline xmlUrl='https://e.org/'/>";
    let list = read(deep.as_bytes());
    assert_eq!(list.feeds[0].tags, ["x"]);
    assert_eq!(read("<outline ".repeat(200_000).as_bytes()).feeds, Vec::new());
    let many: String =
        (0..50_000).map(|n| format!("<outline xmlUrl='https://e.org/{n}' text='{n}'/>\n")).collect();
    assert_eq!(read(many.as_bytes()).feeds.last().unwrap().line, 50_000);
}

proptest! {
    #[test]
    fn what_is_written_is_read_back(
        feeds in proptest::collection::vec(
            (0..1_000_u32, proptest::option::of("[a-zA-Zа-я&<>\"'%,/=]{1,8}( [a-z日本&;#]{1,5})?"), proptest::collection::vec("[a-zé&<>\"'%,/]{1,6}( [b-f]{1,3})?", 0..4)),
            0..20,
        )
    ) {
        let mut seen = std::collections::HashSet::new();
        let feeds: Vec<Listed> = feeds
            .into_iter()
            .filter(|(number, ..)| seen.insert(*number))
            .map(|(number, title, tags)| {
                let mut once: Vec<String> = Vec::new();
                tags.into_iter().for_each(|tag| if !once.contains(&tag) { once.push(tag) });
                let url = Url::parse(&format!("https://e.org/{number}?a=1&amp=2")).unwrap();
                Listed { url, title, lang: None, tags: once, line: 0 }
            })
            .collect();
        let key = |feed: &Listed| (feed.url.clone(), feed.title.clone(), feed.tags.clone());
        let read = super::read(write(&feeds).as_bytes());
        let (mut found, mut wanted): (Vec<_>, Vec<_>) = (read.feeds.iter().map(key).collect(), feeds.iter().map(key).collect());
        found.sort();
        wanted.sort();
        prop_assert_eq!(found, wanted);
        prop_assert!(read.problems.is_empty() && read.repeated.is_empty());
    }
}

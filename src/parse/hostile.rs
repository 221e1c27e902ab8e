//! Everything from the network is hostile: inputs that killed, blinded or stalled other readers, each
//! read here on an ordinary stack. A size is chosen so that quadratic work would not end.

use super::*;

fn read(body: &[u8]) -> Result<ParsedFeed, ParseError> {
    let source = Source { content_type: None, url: "https://example.org/feed" };
    parse(body, &source, &Limits::default())
}

/// The titles of what is read, after checking that reading again gives the same.
#[track_caller]
fn titles(body: &[u8]) -> Vec<String> {
    let feed = read(body).unwrap();
    assert_eq!(Ok(&feed), read(body).as_ref());
    feed.entries.into_iter().map(|entry| entry.title.map(|title| title.value).unwrap_or_default()).collect()
}

#[track_caller]
fn check(name: &str, body: &[u8], expected: &[&str]) {
    assert_eq!(titles(body), expected, "{name}");
}

fn rss(items: &str) -> String {
    format!(
        "<rss version=\"2.0\" xmlns:media=\"http://search.yahoo.com/mrss/\" \
         xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\" \
         xmlns:podcast=\"https://podcastindex.org/namespace/1.0\"><channel><title>feed</title>{items}</channel></rss>"
    )
}

fn utf16be(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

#[test]
fn declarations_that_panic_in_quick_xml() {
    let declaration = "<?xml version=\"1.0\" encoding=\"windows-1251\"?>";
    let feed = rss("<item><title>a</title></item>");
    let blanks = " ".repeat(100);
    let padded = declaration.replace("?>", &format!("{blanks}?>"));
    let twice = format!(
        "{declaration}<rss version=\"2.0\"><channel>{declaration}<item><title>a</title></item></channel></rss>"
    );
    let labelled = format!("<?xml version=\"1.0\" encoding=\"utf-16\"?>{feed}");
    check("after blanks", format!("{blanks}{declaration}{feed}").as_bytes(), &["a"]);
    check("after a comment", format!("<!--{blanks}-->{declaration}{feed}").as_bytes(), &["a"]);
    check("padded", format!("{padded}{feed}").as_bytes(), &["a"]);
    check("in mid-document", twice.as_bytes(), &["a"]);
    check("big-endian under the label utf-16", &utf16be(&labelled), &["a"]);
    check("far from the start", format!("{}{declaration}{feed}", " ".repeat(10_000)).as_bytes(), &["a"]);
}

#[test]
fn elements_that_panic_in_feed_rs() {
    for item in [
        "<itunes:duration>99999999999999999999999:00</itunes:duration>",
        "<itunes:duration>18446744073709551615:59:59</itunes:duration>",
        "<author>\u{2014}a@b.com</author>",
        "<author>a@b.com\u{2014}</author>",
        "<podcast:person role=\"sorcerer\">x</podcast:person>",
        "<media:content duration=\"99999999999999999999999\"/>",
    ] {
        check(item, rss(&format!("<item><title>a</title>{item}</item>")).as_bytes(), &["a"]);
    }
}

#[test]
fn nesting_that_overflows_stacks() {
    for (open, close) in [
        ("<media:group>", "</media:group>"),
        ("<itunes:category text=\"x\">", "</itunes:category>"),
        ("<div>", "</div>"),
    ] {
        let nest = open.repeat(20_000) + &close.repeat(20_000);
        let inside = rss(&format!("<item><title>a</title><description>{nest}</description></item>"));
        let outside = rss(&format!("<item><title>a</title>{nest}</item>"));
        let channel = rss(&format!("{nest}<item><title>a</title></item>"));
        let unclosed = rss(&format!("<item><title>a</title>{}", open.repeat(20_000)));
        for body in [inside, outside, channel, unclosed] {
            let feed = read(body.as_bytes()).unwrap();
            assert!(feed.entries.iter().any(|entry| entry.title.is_some()), "{open}");
        }
    }
    let json =
        format!("{{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":{}", "[".repeat(100_000));
    assert!(matches!(read(json.as_bytes()), Err(ParseError::BadJson { .. })));
}

#[test]
fn a_million_items_cost_no_more_than_the_first_ones() {
    for (item, root) in [("<item/>", "rss"), ("<item><title>a</title></item>", "rss"), ("<entry/>", "feed")] {
        let items = item.repeat(1_000_000);
        let body = match root {
            "rss" => rss(&items),
            _ => format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{items}</feed>"),
        };
        let feed = read(body.as_bytes()).unwrap();
        assert_eq!(
            (feed.entries.len(), feed.report.truncated),
            (Limits::default().max_entries, true),
            "{item}"
        );
    }
    let json = format!("{{\"items\":[{}1]}}", "{},".repeat(100_000));
    assert!(read(json.as_bytes()).unwrap().report.truncated);
}

#[test]
fn a_feed_cut_at_the_entry_limit_keeps_what_comes_first() {
    let limits = Limits { max_entries: 2, ..Limits::default() };
    let source = Source { content_type: None, url: "https://example.org/feed" };
    for start in ["<rss version=\"2.0\"><channel>", "<rss><channel>"] {
        let items: String = (0..4).map(|number| format!("<item><title>{number}</title></item>")).collect();
        let feed = parse(format!("{start}{items}</channel></rss>").as_bytes(), &source, &limits).unwrap();
        let titles: Vec<&str> =
            feed.entries.iter().flat_map(|entry| &entry.title).map(|title| title.value.as_str()).collect();
        assert_eq!((titles, feed.report.truncated), (vec!["0", "1"], true), "{start}");
        let exact =
            parse(format!("{start}<item/><item/></channel></rss>").as_bytes(), &source, &limits).unwrap();
        assert_eq!((exact.entries.len(), exact.report.truncated), (2, false), "{start}");
    }
}

#[test]
fn a_body_over_the_size_limit_is_read_up_to_it() {
    let body = rss(&"<item><title>a</title></item>".repeat(1_000));
    let limits = Limits { max_bytes: 10_000, ..Limits::default() };
    let source = Source { content_type: None, url: "https://example.org/feed" };
    let feed = parse(body.as_bytes(), &source, &limits).unwrap();
    assert!(feed.report.truncated);
    assert!((300..400).contains(&feed.entries.len()), "{}", feed.entries.len());
}

#[test]
fn attributes_guids_and_references_without_end() {
    let attributes: String = (0..400_000).map(|number| format!(" a{number}=\"\"")).collect();
    let namespaces: String = (0..100_000).map(|number| format!(" xmlns:a{number}=\"u\"")).collect();
    let guid = "g".repeat(10 << 20);
    check("attributes", rss(&format!("<item{attributes}><title>a</title></item>")).as_bytes(), &["a"]);
    check("namespaces", rss(&format!("<item{namespaces}><title>a</title></item>")).as_bytes(), &["a"]);
    check("guid", rss(&format!("<item><title>a</title><guid>{guid}</guid></item>")).as_bytes(), &["a"]);
    for part in [
        "&nbsp;",
        "&",
        "&#",
        "&#55357;&#",
        "&x;",
        "<!DOCTYPE>",
        "<!DOCTYPE [",
        "<![CDATA[",
        "<!--",
        "<?xml",
        "<",
        "]]>",
    ] {
        let _ = read(rss(&format!("<item><title>a</title>{}</item>", part.repeat(100_000))).as_bytes());
    }
}

#[test]
fn entities_expand_to_characters_only() {
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\">\
        <!ENTITY lol2 \"&lol;&lol;&lol;&lol;\"><!ENTITY lol3 \"&lol2;&lol2;&lol2;\">\
        <!ENTITY xxe SYSTEM \"file:///etc/passwd\"><!ENTITY dash \"&#8212;\">]>";
    let feed = rss("<item><title>&lol;&lol2;&lol3;&xxe;&dash;&eacute;</title></item>");
    check("entities", format!("{laughs}{feed}").as_bytes(), &["lol&lol2;&lol3;&xxe;\u{2014}\u{e9}"]);
}

#[test]
fn dates_beyond_reason() {
    for date in ["99999-01-01", "Thu, 01 Jan 99999 00:00:00 GMT", &"(".repeat(1 << 20), &"9".repeat(1 << 20)]
    {
        let feed = read(rss(&format!("<item><title>a</title><pubDate>{date}</pubDate></item>")).as_bytes());
        assert_eq!(feed.unwrap().entries.remove(0).published, None);
    }
}

#[test]
fn one_fault_does_not_lose_the_feed() {
    let good = "<item><title>a</title><link>https://example.org/a</link></item>";
    check("bad byte", &[rss(good).as_bytes(), b"\xff"].concat(), &["a"]);
    let mut bytes = rss(&format!("<item><title>\u{e9}\u{e9}X</title></item>{good}")).into_bytes();
    let at = bytes.iter().position(|byte| *byte == b'X').unwrap();
    bytes[at] = 0xff;
    check("bad byte in a title", &bytes, &["\u{e9}\u{e9}\u{ff}", "a"]);
    check(
        "bare ampersand",
        rss(&format!("<item><title>A & B &c</title></item>{good}")).as_bytes(),
        &["A & B &c", "a"],
    );
    check("control characters", rss("<item><title>\u{1}a\u{0}\u{b}</title></item>").as_bytes(), &["a"]);
    check(
        "forbidden references",
        rss("<item><title>a&#0;&#x1f;&#xd800;&#xffffffff;</title></item>").as_bytes(),
        &["a"],
    );
    check(
        "references to code units",
        rss("<item><title>&#55357;&#56832;&#146;</title></item>").as_bytes(),
        &["\u{1f600}\u{2019}"],
    );
    check("cut in an item", rss(good).split_once("<link>").unwrap().0.as_bytes(), &["a"]);
    check(
        "cut in a tag",
        rss(&format!("{good}<item><title>b</title><descr")).split_once("<descr").unwrap().0.as_bytes(),
        &["a", "b"],
    );
    check(
        "missing end tags",
        rss(&format!("<item><title>a</title><guid>1<item><title>b</title></item>{good}")).as_bytes(),
        &["a", "b", "a"],
    );
    check(
        "unquoted attributes",
        b"<rss version=2.0><channel><item><title>a</title></item></channel></rss>",
        &["a"],
    );
    check("bare brackets", rss("<item><title>1 < 2 > 0</title></item>").as_bytes(), &["1 < 2 > 0"]);
    check("text before the feed", format!("Notice: line 3\n{}", rss(good)).as_bytes(), &["a"]);
    check("markup before the feed", format!("<br /><b>Warning</b>: x{}", rss(good)).as_bytes(), &["a"]);
    check("bad base", rss(good).replace("<channel>", "<channel xml:base=\"http://[\">").as_bytes(), &["a"]);
    check(
        "undeclared prefix",
        rss("<item><title>a</title><foo:title>b</foo:title></item>").as_bytes(),
        &["a"],
    );
}

#[test]
fn what_is_no_feed_is_named() {
    let page = "<!DOCTYPE html><html><head><title>Log in</title></head><body><item>x</item></body></html>";
    for (body, expected) in [
        ("", "the body is empty"),
        (" \n\u{feff}", "the body is empty"),
        (page, "this is an HTML page (\"Log in\"), not a feed: look for the feed's own address"),
        (
            "{\"error\":\"rate limited\"}",
            "this is JSON, but no JSON Feed: it begins with \"{\\\"error\\\":\\\"rate limited\\\"}\"",
        ),
        ("<urlset><url/></urlset>", "this is an XML document of kind <urlset>, not a feed"),
        ("Forbidden", "this is no feed: it begins with \"Forbidden\""),
    ] {
        assert_eq!(read(body.as_bytes()).unwrap_err().to_string(), expected);
    }
    let foreign = "<rss version=\"2.0\" xmlns:x=\"urn:x\"><channel><x:item/><x:item/></channel></rss>";
    let error = read(foreign.as_bytes()).unwrap_err().to_string();
    assert_eq!(
        error,
        "the feed has 2 entry tags, yet no entry could be read: all entries are in an unknown namespace"
    );
    let empty = read(b"<rss version=\"2.0\"><channel><title>quiet</title></channel></rss>").unwrap();
    assert!(empty.entries.is_empty(), "a feed may have no entries today");
}

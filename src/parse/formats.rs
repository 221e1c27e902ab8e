//! Every format and every usual deviation, read to the same entry.

use super::*;
use crate::model::Lang;

fn read(body: &str) -> ParsedFeed {
    let source = Source { content_type: None, url: "https://example.org/news/feed" };
    parse(body.as_bytes(), &source, &Limits::default()).unwrap()
}

/// What an entry says, in short: guid, link, title, summary, content, date.
fn shown(entry: &Entry) -> String {
    let text = |text: &Option<Text>| text.as_ref().map(|text| text.value.clone()).unwrap_or_default();
    let date = entry.published.or(entry.updated).map(|date| date.format("%F").to_string());
    let parts = [
        entry.guid.clone().unwrap_or_default(),
        entry.link.clone().unwrap_or_default(),
        text(&entry.title),
        text(&entry.summary),
        text(&entry.content),
        date.unwrap_or_default(),
    ];
    parts.join("|")
}

#[track_caller]
fn check(name: &str, body: &str, expected: &str) {
    let feed = read(body);
    assert_eq!(feed.entries.iter().map(shown).collect::<Vec<_>>(), [expected], "{name}: {:?}", feed.report);
}

const ITEM: &str = "<item><title>T</title><link>https://example.org/1</link><description>S</description>\
    <guid isPermaLink=\"false\">1</guid><pubDate>Thu, 05 Oct 2023 10:14:55 GMT</pubDate></item>";
const READ: &str = "1|https://example.org/1|T|S||2023-10-05";

#[test]
fn rss_of_any_version() {
    for root in [
        "<rss version=\"2.0\">",
        "<rss version=\"0.91\">",
        "<rss version=\"0.94\">",
        "<rss version=\"2.1\">",
        "<rss>",
        "<rss version=\"2.0\" xmlns=\"http://backend.userland.com/rss2\">",
        "<rss version=\"2.0\" xmlns=\"http://example.org/unknown\">",
    ] {
        check(root, &format!("{root}<channel><title>F</title>{ITEM}</channel></rss>"), READ);
        check(root, &format!("{root}<channel><title>F</title></channel>{ITEM}</rss>"), READ);
    }
    let prefixed = ITEM.replace("</", "</r:").replace('<', "<r:").replace("<r:/r:", "</r:");
    for namespace in ["http://backend.userland.com/rss2", "http://example.org/unknown"] {
        let root = format!("<r:rss version=\"2.0\" xmlns:r=\"{namespace}\">");
        check(namespace, &format!("{root}<r:channel>{prefixed}</r:channel></r:rss>"), READ);
    }
    let linked = ITEM.replace("<link>https://example.org/1</link>", "<link href=\"/1\"/>");
    check("link with an address", &format!("<rss version=\"2.0\"><channel>{linked}</channel></rss>"), READ);
}

#[test]
fn rdf_of_any_version() {
    let item = "<item rdf:about=\"1\"><title>T</title><link>https://example.org/1</link>\
        <description>S</description><dc:date>2023-10-05</dc:date></item>";
    let without_link = "<item rdf:about=\"https://example.org/1\"><title>T</title></item>";
    for namespace in [
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
    ] {
        let root = format!(
            "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" \
             xmlns:dc=\"http://purl.org/dc/elements/1.1/\" xmlns=\"{namespace}\"><channel><title>F</title></channel>"
        );
        check(namespace, &format!("{root}{item}</rdf:RDF>"), READ);
        let about = "https://example.org/1|https://example.org/1|T|||";
        check(namespace, &format!("{root}{without_link}</rdf:RDF>"), about);
    }
}

#[test]
fn atom_of_any_version() {
    let link = "<link rel=\"self\" href=\"https://example.org/self\"/><link href=\"../1\"/>";
    for (namespace, date) in [
        ("http://www.w3.org/2005/Atom", "published"),
        ("http://purl.org/atom/ns#", "issued"),
        ("http://www.w3.org/2005/Atom", "updated"),
        ("http://purl.org/atom/ns#", "modified"),
        ("http://www.w3.org/2005/atom", "published"),
        ("http://example.org/unknown", "published"),
    ] {
        let entry = format!(
            "<entry><id>1</id><title>T</title>{link}<summary>S</summary><{date}>2023-10-05T00:00:00Z</{date}></entry>"
        );
        check(namespace, &format!("<feed xmlns=\"{namespace}\"><title>F</title>{entry}</feed>"), READ);
        check("entry alone", &entry.replacen("<entry", &format!("<entry xmlns=\"{namespace}\""), 1), READ);
    }
}

#[test]
fn atom_texts_of_any_type() {
    for (attributes, text, expected) in [
        ("", "a &lt;b>", Text::plain("a <b>")),
        (" type=\"text\"", "a", Text::plain("a")),
        (" type=\"text/plain\"", "a", Text::plain("a")),
        (" type=\"html\"", "a&lt;br>", Text::html("a<br>")),
        (" type=\"text/html\"", "<![CDATA[a<br>]]>", Text::html("a<br>")),
        (" type=\"application/octet-stream\"", "YTxiPg==", Text::html("a<b>")),
        (" mode=\"escaped\" type=\"text/html\"", "a&lt;br>", Text::html("a<br>")),
        ("", "a <b>b</b> c", Text::html("a <b>b</b> c")),
    ] {
        let entry = format!("<entry><id>1</id><title{attributes}>{text}</title></entry>");
        let feed = read(&format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{entry}</feed>"));
        assert_eq!(feed.entries[0].title.as_ref(), Some(&expected), "{attributes} {text}");
    }
    let elsewhere = "<entry><id>1</id><title/><content type=\"image/png\" src=\"x\">text</content></entry>";
    let feed = format!("<feed xmlns=\"http://www.w3.org/2005/Atom\">{elsewhere}</feed>");
    check("an empty text, and one with a source", &feed, "1||||text|");
}

#[test]
fn json_feed_as_specified_and_otherwise() {
    for (name, version, id) in [
        ("1.1", "\"https://jsonfeed.org/version/1.1\"", "\"1\""),
        ("http", "\"http://jsonfeed.org/version/1\"", "\"1\""),
        ("number as id", "\"https://jsonfeed.org/version/1\"", "1"),
        ("no version", "null", "\"1\""),
    ] {
        let item = format!(
            "{{\"id\":{id},\"url\":\"../1\",\"title\":\"T\",\"summary\":\"S\",\"date_published\":\"2023-10-05\"}}"
        );
        check(name, &format!("\u{feff}{{\"version\":{version},\"items\":[{item}]}}"), READ);
    }
    let bare = "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"content_html\":\"<p>C\"},7]}";
    check("without title", bare, "||||<p>C|");
}

#[test]
fn a_permanent_link_stands_in_for_a_missing_one() {
    for (guid, expected) in [
        ("<guid>https://example.org/1</guid>", "https://example.org/1|https://example.org/1||||"),
        ("<guid isPermaLink=\"false\">https://example.org/1</guid>", "https://example.org/1|||||"),
        ("<guid>1</guid>", "1|||||"),
    ] {
        check(guid, &format!("<rss version=\"2.0\"><channel><item>{guid}</item></channel></rss>"), expected);
        check(guid, &format!("<rss><channel><item>{guid}</item></channel></rss>"), expected);
    }
}

#[test]
fn elements_of_others_do_not_pass_for_an_entrys_own() {
    let noise = "<media:title>M</media:title><dc:title>D</dc:title><image><title>I</title><link>https://example.org/i</link></image>\
        <source url=\"https://example.org\">Source</source><media:group><media:description>MD</media:description></media:group>";
    let namespaces =
        " xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\"";
    for namespaces in [namespaces, ""] {
        let item =
            ITEM.replace("</item>", &format!("{noise}</item>")).replace("<item>", &format!("<item>{noise}"));
        check("noise", &format!("<rss version=\"2.0\"{namespaces}><channel>{item}</channel></rss>"), READ);
    }
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><source><id>s</id><title>Source</title>\
        <link href=\"https://example.org/s\"/></source><id>1</id><title>T</title></entry></feed>";
    check("atom source", atom, "1||T|||");
}

#[test]
fn what_a_feed_asks_of_those_who_poll_it() {
    let channel = "<title>F</title><link>https://example.org/</link><language>ru-RU</language><ttl> 45 </ttl>\
        <skipHours><hour>0</hour><hour>24</hour><hour>7</hour></skipHours>\
        <skipDays><day>Sunday</day><day>Saturday</day></skipDays>\
        <sy:updatePeriod> hourly </sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>\
        <atom:link rel=\"hub\" href=\"https://hub.example/\"/><atom:link rel=\"self\" href=\"/feed\"/>";
    let expected = Hints {
        ttl_minutes: Some(45),
        skip_hours: vec![0, 7],
        skip_days: vec![6, 5],
        update_minutes: Some(30),
        hub: Some("https://hub.example/".to_owned()),
        self_link: Some("https://example.org/feed".to_owned()),
    };
    let namespaces = " xmlns:sy=\"http://purl.org/rss/1.0/modules/syndication/\" xmlns:atom=\"http://www.w3.org/2005/Atom\"";
    for root in [format!("<rss version=\"2.0\"{namespaces}>"), "<rss>".to_owned()] {
        let feed = read(&format!("{root}<channel>{channel}{ITEM}</channel></rss>"));
        assert_eq!(feed.hints, expected, "{root}");
        assert_eq!(
            (feed.lang, feed.link.as_deref()),
            (Lang::parse("ru"), Some("https://example.org/")),
            "{root}"
        );
        assert_eq!(feed.title, Some(Text::html("F")), "{root}");
    }
}

#[test]
fn repairs_are_told() {
    for (body, expected) in [
        ("<rss version=\"2.0\"><channel><item/></channel></rss>", vec![]),
        (
            "<rss><channel><item/></channel></rss>",
            vec!["the version of RSS is missing or unknown, 1 entry salvaged"],
        ),
        (
            "<rss version=\"2.0\"><channel><item><title>a&b</title></item></channel></rss>",
            vec!["bare ampersands escaped"],
        ),
        (
            "<rss version=\"2.0\"><channel><item/><item>",
            vec!["the document ends too early, 2 entries salvaged"],
        ),
    ] {
        let repairs: Vec<_> = read(body).report.repairs.iter().map(ToString::to_string).collect();
        assert_eq!(repairs, expected, "{body}");
    }
}

//! What members of each family of feeds do in the wild, made here one by one: encodings and their labels,
//! positions of `xml:base`, modes of Atom, vocabularies of others.

use encoding_rs::Encoding;

use super::*;

fn read_as(body: &[u8], content_type: Option<&str>) -> ParsedFeed {
    let source = Source { content_type, url: "https://example.org/news/feed" };
    parse(body, &source, &Limits::default()).unwrap()
}

fn read(body: &str) -> ParsedFeed {
    read_as(body.as_bytes(), None)
}

const SENTENCES: [(&[&str], &str); 16] = [
    (&["gb2312", "gbk", "gb18030"], "日本与东盟国家加强网络安全合作，双方将在东京签署协议"),
    (&["big5"], "日本與東協國家加強網路安全合作，雙方將在東京簽署協議"),
    (&["euc-kr", "ks_c_5601-1987"], "일본과 아세안 국가들이 사이버 안보 협력을 강화하기로 했다"),
    (&["shift_jis", "euc-jp", "iso-2022-jp"], "日本と東南アジア諸国連合、サイバー防衛で連携を強化する方針"),
    (
        &["koi8-r", "windows-1251", "iso-8859-5"],
        "Япония и страны АСЕАН усиливают сотрудничество в сфере безопасности",
    ),
    (&["koi8-u"], "Японія та країни АСЕАН посилюють співпрацю у сфері кібербезпеки"),
    (
        &["iso-8859-1", "windows-1252"],
        "Le Japon et les pays de l'Asean renforcent leur coopération numérique déjà étroite",
    ),
    (
        &["iso-8859-2", "windows-1250"],
        "Japonsko a země ASEAN prohlubují spolupráci v kybernetické bezpečnosti, řekl představitel vlády",
    ),
    (
        &["iso-8859-9", "windows-1254"],
        "Japonya ile ASEAN ülkeleri siber güvenlik alanında iş birliğini güçlendiriyor",
    ),
    (
        &["iso-8859-7", "windows-1253"],
        "Η Ιαπωνία και οι χώρες της Ένωσης ενισχύουν τη συνεργασία στην κυβερνοασφάλεια",
    ),
    (&["iso-8859-15"], "Le cœur du marché européen coûte 300 € de plus"),
    (&["windows-1255"], "יפן ומדינות אסיאן מחזקות את שיתוף הפעולה בתחום הסייבר"),
    (&["windows-1256"], "اليابان ودول آسيان تعزز التعاون في مجال الأمن السيبراني"),
    (&["windows-1258"], "Nhât Ban và các nuoc ASEAN tang cuong hop tác an ninh mang"),
    (&["windows-874", "tis-620"], "ญี่ปุ่นและประเทศอาเซียนกระชับความร่วมมือด้านความมั่นคงไซเบอร์"),
    (
        &["windows-1257", "iso-8859-13"],
        "Japonija ir ASEAN šalys stiprina bendradarbiavimą kibernetinio saugumo srityje, pranešė vyriausybė",
    ),
];

#[test]
fn any_encoding_is_read_as_it_is_declared_and_most_without() {
    for (labels, sentence) in SENTENCES {
        for label in labels {
            let encode = |document: &str| {
                Encoding::for_label(label.as_bytes()).unwrap().encode(document).0.into_owned()
            };
            let document = |declared: &str| {
                let items = format!(
                    "<item><title>{sentence}</title><description>{sentence}. {sentence}!</description></item>"
                )
                .repeat(4);
                encode(&format!(
                    "<?xml version='1.0'{declared}?><rss version='2.0'><channel><title>{sentence}</title>{items}</channel></rss>"
                ))
            };
            let title = |body: &[u8], content_type: Option<&str>| {
                read_as(body, content_type).entries[0].title.clone().unwrap().value
            };
            let named = document(&format!(" encoding='{label}'"));
            let header = format!("application/rss+xml; charset={label}");
            assert_eq!(title(&named, None), sentence, "{label} named");
            assert_eq!(
                title(&named, Some("text/xml; charset=us-ascii")),
                sentence,
                "{label} named, header ascii"
            );
            assert_eq!(title(&document(""), Some(&header)), sentence, "{label} in the header");
            // Of one byte a character, only the language tells; what is near in the alphabet is all the same.
            if !label.starts_with("iso-8859") && *label != "windows-1258" && *label != "windows-1257" {
                assert_eq!(title(&document(""), None), sentence, "{label} not named");
                assert_eq!(title(&document(" encoding='utf-8'"), None), sentence, "{label} named utf-8");
            }
        }
    }
}

/// Labels of other systems, which the web's list does not have.
#[test]
fn encodings_have_more_names_than_the_web_knows() {
    for (name, label, sentence) in [
        ("cp936", "gbk", SENTENCES[0].1),
        ("MS936", "gbk", SENTENCES[0].1),
        ("cp950", "big5", SENTENCES[1].1),
        ("big5_hkscs", "big5", SENTENCES[1].1),
        ("cp949", "euc-kr", SENTENCES[2].1),
        ("uhc", "euc-kr", SENTENCES[2].1),
        ("euckr", "euc-kr", SENTENCES[2].1),
        ("cp932", "shift_jis", SENTENCES[3].1),
        ("eucjp", "euc-jp", SENTENCES[3].1),
        ("iso2022jp", "iso-2022-jp", SENTENCES[3].1),
        ("win-1251", "windows-1251", SENTENCES[4].1),
        ("win1251", "windows-1251", SENTENCES[4].1),
        ("windows1251", "windows-1251", SENTENCES[4].1),
        ("koi8r", "koi8-r", SENTENCES[4].1),
        ("latin-1", "iso-8859-1", SENTENCES[6].1),
        ("iso-latin-1", "iso-8859-1", SENTENCES[6].1),
        ("8859-1", "iso-8859-1", SENTENCES[6].1),
        ("ansi", "windows-1252", SENTENCES[6].1),
        ("latin-2", "iso-8859-2", SENTENCES[7].1),
        ("cp874", "windows-874", SENTENCES[14].1),
        ("utf_8", "utf-8", SENTENCES[14].1),
        ("utf-8-bom", "utf-8", SENTENCES[14].1),
    ] {
        let document = format!(
            "<?xml version='1.0' encoding='{name}'?><rss version='2.0'><channel><item><title>{sentence}</title></item></channel></rss>"
        );
        let bytes = Encoding::for_label(label.as_bytes()).unwrap().encode(&document).0.into_owned();
        assert_eq!(read_as(&bytes, None).entries[0].title.clone().unwrap().value, sentence, "{name}");
        let bare = document.replace(&format!(" encoding='{name}'"), "");
        let bytes = Encoding::for_label(label.as_bytes()).unwrap().encode(&bare).0.into_owned();
        let header = format!("text/xml; charset={name}");
        assert_eq!(
            read_as(&bytes, Some(&header)).entries[0].title.clone().unwrap().value,
            sentence,
            "{name}"
        );
    }
}

#[track_caller]
fn check_link(name: &str, body: &str, expected: &str) {
    let feed = read(body);
    assert_eq!(feed.entries.len(), 1, "{name}");
    assert_eq!(feed.entries[0].link.as_deref(), Some(expected), "{name}: {:?}", feed.report);
}

#[test]
fn a_base_holds_where_it_stands() {
    let atom = |feed: &str, entry: &str, link: &str| {
        format!(
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"{feed}><title>F</title><id>f</id><entry{entry}><id>1</id><title>T</title>{link}</entry></feed>"
        )
    };
    let base = " xml:base=\"http://base.example/a/\"";
    let link = "<link href=\"b\"/>";
    check_link("none", &atom("", "", link), "https://example.org/news/b");
    check_link("feed", &atom(base, "", link), "http://base.example/a/b");
    check_link("entry", &atom("", base, link), "http://base.example/a/b");
    check_link(
        "link",
        &atom("", "", &link.replace(" href", &format!("{base} href"))),
        "http://base.example/a/b",
    );
    check_link("relative entry", &atom(base, " xml:base=\"../c/\"", link), "http://base.example/c/b");
    check_link("relative feed", &atom(" xml:base=\"../x/\"", "", link), "https://example.org/x/b");
    check_link("empty", &atom(" xml:base=\"\"", "", link), "https://example.org/news/b");
    let rss = |root: &str, channel: &str, item: &str, link: &str| {
        format!(
            "<rss version=\"2.0\"{root}><channel{channel}><title>F</title><item{item}><title>T</title>{link}</item></channel></rss>"
        )
    };
    let link = "<link>b</link>";
    check_link("rss", &rss(base, "", "", link), "http://base.example/a/b");
    check_link("channel", &rss("", base, "", link), "http://base.example/a/b");
    check_link("item", &rss("", "", base, link), "http://base.example/a/b");
    check_link(
        "link of rss",
        &rss("", "", "", &link.replace("<link", &format!("<link{base}"))),
        "http://base.example/a/b",
    );
    for version in ["2.0", "0.94"] {
        let odd = |text: String| text.replace("\"2.0\"", &format!("\"{version}\""));
        check_link("channel, leniently", &odd(rss("", base, "", link)), "http://base.example/a/b");
        check_link("item, leniently", &odd(rss("", "", base, link)), "http://base.example/a/b");
    }
}

#[track_caller]
fn check_text(name: &str, entry: &str, expected: &str) {
    for namespace in ["http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#"] {
        let feed = read(&format!(
            "<feed version=\"0.3\" xmlns=\"{namespace}\"><title>F</title><entry><id>1</id><title>T</title>{entry}</entry></feed>"
        ));
        let found =
            feed.entries[0].content.clone().or(feed.entries[0].summary.clone()).map(|text| text.value);
        let found = found.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(found, expected, "{name} {namespace}: {:?}", feed.report);
    }
}

#[test]
fn atom_says_a_text_in_many_modes() {
    check_text(
        "escaped",
        "<content type=\"text/html\" mode=\"escaped\">a &lt;b>b&lt;/b></content>",
        "a <b>b</b>",
    );
    check_text(
        "base64",
        "<content type=\"text/html\" mode=\"base64\">YSA8Yj5iPC9iPg==</content>",
        "a <b>b</b>",
    );
    check_text(
        "base64 in lines",
        "<content type=\"application/octet-stream\" mode=\"base64\">\nYSA8Yj\n5iPC9iPg==\n</content>",
        "a <b>b</b>",
    );
    check_text("several", "<summary>S</summary><content type=\"text/plain\">C</content>", "C");
    check_text("cdata", "<content type=\"html\"><![CDATA[a <b>b</b>]]></content>", "a <b>b</b>");
    check_text("text/plain", "<content type=\"text/plain\">a &amp; b</content>", "a & b");
    check_text("no type", "<content>a &amp; b</content>", "a & b");
    check_text("summary", "<summary type=\"text\">a</summary>", "a");
}

#[test]
fn other_vocabularies_say_the_same() {
    for (name, body, title, link) in [
        (
            "channel definition format",
            "<CHANNEL HREF=\"http://cdf.example/\"><TITLE>F</TITLE><ITEM HREF=\"http://cdf.example/1\" LASTMOD=\"2023-10-05T10:14Z\"><TITLE>T</TITLE><ABSTRACT>S</ABSTRACT></ITEM></CHANNEL>",
            "T",
            "http://cdf.example/1",
        ),
        (
            "original link",
            "<rss version=\"2.0\" xmlns:feedburner=\"http://rssnamespace.org/feedburner/ext/1.0\"><channel><item><title>T</title><link>http://proxy.example/~r/x</link><feedburner:origLink>http://news.example/1</feedburner:origLink></item></channel></rss>",
            "T",
            "http://proxy.example/~r/x",
        ),
        (
            "upper case",
            "<RSS VERSION=\"2.0\"><CHANNEL><ITEM><TITLE>T</TITLE><LINK>http://news.example/1</LINK></ITEM></CHANNEL></RSS>",
            "T",
            "http://news.example/1",
        ),
        (
            "an odd prefix for Atom",
            "<f:feed xmlns:f=\"http://www.w3.org/2005/Atom\"><f:entry><f:id>1</f:id><f:title>T</f:title><f:link href=\"http://news.example/1\"/></f:entry></f:feed>",
            "T",
            "http://news.example/1",
        ),
        (
            "an odd prefix for RSS 1.0",
            "<r:RDF xmlns:r=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns:s=\"http://purl.org/rss/1.0/\"><s:item r:about=\"1\"><s:title>T</s:title><s:link>http://news.example/1</s:link></s:item></r:RDF>",
            "T",
            "http://news.example/1",
        ),
        (
            "Dublin Core only",
            "<rss version=\"2.0\" xmlns:d=\"http://purl.org/dc/elements/1.1/\"><channel><item><d:title>T</d:title><link>http://news.example/1</link></item></channel></rss>",
            "T",
            "http://news.example/1",
        ),
        (
            "an enclosure only",
            "<rss version=\"2.0\"><channel><item><title>T</title><enclosure url=\"http://news.example/1.mp3\" length=\"1\" type=\"audio/mpeg\"/><guid>http://news.example/1</guid></item></channel></rss>",
            "T",
            "http://news.example/1",
        ),
        (
            "atom links in RSS",
            "<rss version=\"2.0\" xmlns:atom=\"http://www.w3.org/2005/Atom\"><channel><item><title>T</title><atom:link rel=\"self\" href=\"http://news.example/self\"/><atom:link rel=\"alternate\" href=\"http://news.example/1\"/></item></channel></rss>",
            "T",
            "http://news.example/1",
        ),
        (
            "links of other kinds first",
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><id>1</id><title>T</title><link rel=\"enclosure\" href=\"http://news.example/1.mp3\"/><link rel=\"replies\" href=\"http://news.example/c\"/><link rel=\"alternate\" type=\"application/json\" href=\"http://news.example/j\"/><link rel=\"alternate\" type=\"text/html\" href=\"http://news.example/1\"/></entry></feed>",
            "T",
            "http://news.example/1",
        ),
        (
            "the link in CDATA with blanks",
            "<rss version=\"2.0\"><channel><item><title><![CDATA[ T ]]></title><link>\n  <![CDATA[ http://news.example/1 ]]>\n</link></item></channel></rss>",
            "T",
            "http://news.example/1",
        ),
    ] {
        let feed = read(body);
        assert_eq!(feed.entries.len(), 1, "{name}");
        let entry = &feed.entries[0];
        let found = entry.title.as_ref().map(|title| title.value.trim()).unwrap_or_default();
        assert_eq!((found, entry.link.as_deref()), (title, Some(link)), "{name}: {:?}", feed.report);
    }
}

#[test]
fn titles_are_whole_whatever_they_are_made_of() {
    for (title, expected) in [
        ("A &amp; B", "A & B"),
        ("A & B", "A & B"),
        ("A &amp;amp; B", "A &amp; B"),
        ("<![CDATA[A & B]]>", "A & B"),
        ("<![CDATA[A]]> and <![CDATA[B]]>", "A and B"),
        ("caf&eacute; &mdash; &hellip;", "café — …"),
        ("caf&#233; &#x2014;", "café —"),
        ("caf&#0233;", "café"),
        ("&#147;quoted&#148;", "“quoted”"),
        ("&#x93;quoted&#x94;", "“quoted”"),
        ("&lt;b>bold&lt;/b>", "<b>bold</b>"),
        ("AT&T", "AT&T"),
        ("R&D; more", "R&D; more"),
        ("&nosuch; thing", "&nosuch; thing"),
        ("a&nbsp;b", "a\u{a0}b"),
        ("x &lt; y", "x < y"),
        ("&apos;x&apos; &quot;y&quot;", "'x' \"y\""),
        ("&sum; &Omega; &euro; &trade;", "∑ Ω € ™"),
    ] {
        for shape in [
            "<rss version=\"2.0\"><channel><item><title>T</title></item></channel></rss>",
            "<rss version=\"0.93\"><channel><item><title>T</title></item></channel></rss>",
            "<feed xmlns=\"http://www.w3.org/2005/Atom\"><entry><id>1</id><title type=\"html\">T</title></entry></feed>",
            "<feed version=\"0.3\" xmlns=\"http://purl.org/atom/ns#\"><entry><id>1</id><title type=\"text/html\" mode=\"escaped\">T</title></entry></feed>",
        ] {
            let feed = read(&shape.replace(">T<", &format!(">{title}<")));
            let found = feed.entries[0].title.as_ref().map(|title| title.value.as_str());
            assert_eq!(found, Some(expected), "{shape}: {:?}", feed.report);
        }
    }
}

#[test]
fn texts_whose_end_tag_is_missing_end_where_another_field_begins() {
    let rss = |inner: &str| format!("<rss version='2.0'><channel><item>{inner}</item></channel></rss>");
    let atom = |inner: &str| {
        format!("<feed xmlns='http://www.w3.org/2005/Atom'><title>F</title><entry>{inner}</entry></feed>")
    };
    let link = "https://example.org/1";
    for (what, body, text) in [
        ("RSS", rss("<title>T</title><description>One.<link>https://example.org/1</link>"), "One."),
        (
            "markup",
            rss("<title>T</title><description><b>One</b><br>.<link>https://example.org/1</link>"),
            "<b>One</b><br>.",
        ),
        (
            "Atom",
            atom("<title>T</title><summary>One.<link rel='alternate' href='https://example.org/1'/>"),
            "One.",
        ),
        ("title", rss("<title>T<description>One.</description><link>https://example.org/1</link>"), "One."),
    ] {
        let feed = read(&body);
        let entry = &feed.entries[0];
        assert_eq!(entry.link.as_deref(), Some(link), "{what}");
        assert_eq!(entry.title.as_ref().unwrap().value, "T", "{what}");
        assert_eq!(entry.summary.as_ref().unwrap().value, text, "{what}");
    }
    let inner = "<title>T</title><link>https://example.org/1</link>\
                 <description><div><link>https://example.org/2</link><p>x</p></div> One.</description>";
    assert_eq!(
        read(&rss(inner)).entries[0].link.as_deref(),
        Some(link),
        "an element inside a text stays there"
    );
}

#[test]
fn names_in_capitals_are_read_alike() {
    let feed = read(
        "<feed xmlns='http://www.w3.org/2005/Atom'><TITLE>F</TITLE><entry><ID>1</ID><TITLE>T</TITLE>\
         <LINK href='https://example.org/1'/><UPDATED>2023-10-05T10:14:55Z</UPDATED></entry></feed>",
    );
    let entry = &feed.entries[0];
    assert_eq!(entry.title.as_ref().unwrap().value, "T");
    assert_eq!(entry.link.as_deref(), Some("https://example.org/1"));
    assert_eq!(entry.guid.as_deref(), Some("1"));
    assert!(entry.published.or(entry.updated).is_some());
}

//! Feeds with damage at random places: whatever is left is read without a panic, and the same each time.

use proptest::prelude::*;

use super::*;

const FEEDS: [&str; 4] = [
    "<?xml version=\"1.0\" encoding=\"windows-1251\"?><!DOCTYPE rss [<!ENTITY x \"y\">]><rss version=\"2.0\" \
     xmlns:media=\"http://search.yahoo.com/mrss/\" xmlns:itunes=\"http://www.itunes.com/dtds/podcast-1.0.dtd\">\
     <channel><title>F</title><ttl>5</ttl><item><title><![CDATA[T]]>&amp;&nbsp;</title><link>/1</link>\
     <author>a@b.com (A)</author><itunes:duration>1:00:00</itunes:duration><media:group><media:title>m</media:title>\
     </media:group><guid isPermaLink=\"false\">1</guid><pubDate>Thu, 05 Oct 2023 10:14:55 GMT</pubDate></item></channel></rss>",
    "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:base=\"https://example.org/\"><title type=\"xhtml\"><div>F</div></title>\
     <entry><id>1</id><title>T</title><link href=\"1\"/><author><name>A</name></author>\
     <content type=\"image/png\">YTxiPg==</content><updated>2023-10-05T10:14:55Z</updated></entry></feed>",
    "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\" xmlns=\"http://purl.org/rss/1.0/\">\
     <channel rdf:about=\"c\"><title>F</title></channel><item rdf:about=\"1\"><title>T</title><link>l</link></item></rdf:RDF>",
    "{\"version\":\"https://jsonfeed.org/version/1.1\",\"items\":[{\"id\":1,\"title\":\"T\",\"tags\":[\"a\"]}]}",
];

/// One piece of damage: at which place, how many bytes go, what comes instead.
fn damage() -> impl Strategy<Value = (prop::sample::Index, usize, Vec<u8>)> {
    let pieces = [
        "<",
        ">",
        "&",
        "\"",
        "'",
        "=",
        "]]>",
        "<![CDATA[",
        "<!--",
        "/>",
        "<item>",
        "</item>",
        "<?xml ",
        "é",
        "\u{0}",
        " ",
    ];
    let piece = prop_oneof![
        prop::sample::select(pieces.to_vec()).prop_map(|piece| piece.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..4),
    ];
    (any::<prop::sample::Index>(), 0_usize..12, piece)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn damaged_feeds_are_read_alike_each_time(
        feed in prop::sample::select(FEEDS.to_vec()),
        damages in prop::collection::vec(damage(), 1..6),
    ) {
        let mut body = feed.as_bytes().to_vec();
        for (place, gone, piece) in damages {
            let start = place.index(body.len() + 1);
            let end = (start + gone).min(body.len());
            body.splice(start..end, piece);
        }
        let source = Source { content_type: None, url: "https://example.org/feed" };
        let first = parse(&body, &source, &Limits::default());
        prop_assert_eq!(first, parse(&body, &source, &Limits::default()));
    }
}

//! New, changed, known; dates, links and lengths.

use super::*;
use crate::parse::{Limits, Source, parse};

fn feed(items: &str) -> ParsedFeed {
    let body = format!("<rss version=\"2.0\"><channel><language>ru</language>{items}</channel></rss>");
    let source = Source { content_type: None, url: "https://example.org/feed" };
    parse(body.as_bytes(), &source, &Limits::default()).unwrap()
}

fn now() -> Timestamp {
    "2023-10-05T12:00:00Z".parse().unwrap()
}

fn ingested(items: &str, known: &[Known], also_under: &[(EntryKey, Known)]) -> Vec<Ingested> {
    let known = known.iter().map(|known| (known.key, *known)).chain(also_under.iter().copied()).collect();
    ingest(FeedId::of("feed"), &feed(items), &known, now())
}

/// The article of one new entry.
#[track_caller]
fn article(item: &str) -> Article {
    match ingested(&format!("<item>{item}</item>"), &[], &[]).remove(0) {
        Ingested::New { article, .. } => article,
        other => panic!("{other:?}"),
    }
}

fn known(article: &Article) -> Known {
    let (key, content_hash, first_seen_at) = (article.key, article.content_hash, article.first_seen_at);
    Known { key, content_hash, first_seen_at }
}

#[test]
fn an_entry_is_new_then_known_then_changed() {
    let item = "<guid>1</guid><title>T</title><link>https://example.org/1</link>";
    let mut first = article(item);
    assert_eq!(first.id, ArticleId::of(FeedId::of("feed"), &EntryKey::of("guid", &["1"])));
    assert_eq!((first.lang, first.first_seen_at), (crate::model::Lang::parse("ru"), now()));
    first.first_seen_at = now() - chrono::Days::new(1);
    let seen = [known(&first)];
    let again = ingested(&format!("<item>{item}<author>x</author></item>"), &seen, &[]);
    assert_eq!(again, [Ingested::Known(first.key)], "an edit of what is no text is none");
    let edited = item.replace("<title>T", "<title>Correction: T");
    match ingested(&format!("<item>{edited}</item>"), &seen, &[]).remove(0) {
        Ingested::Changed(article) => {
            assert_eq!((article.id, article.first_seen_at), (first.id, first.first_seen_at));
            assert_eq!(article.title, "Correction: T");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_entry_that_moved_with_its_feed_is_known_by_the_same_text_only() {
    let old = "<item><guid>http://old.example/a/1</guid><title>T</title></item>";
    let Ingested::New { article, alternate: Some(alternate) } = ingested(old, &[], &[]).remove(0) else {
        panic!("no alternate")
    };
    let stored = [(alternate, known(&article))];
    let moved = old.replace("http://old.example", "https://new.example");
    assert_eq!(ingested(&moved, &[], &stored), [Ingested::Known(article.key)]);
    let other = moved.replace(">T<", ">Another story<");
    assert!(matches!(ingested(&other, &[], &stored)[..], [Ingested::New { .. }]));
}

#[test]
fn entries_given_twice_become_one_article() {
    let items = "<item><guid>1</guid><title>A</title></item>".repeat(3);
    assert_eq!(ingested(&items, &[], &[]).len(), 1);
}

#[test]
fn dates_that_cannot_be_are_the_first_sight_and_kept_beside_it() {
    let now = "2023-10-05T12:00:00Z";
    for (date, expected, said) in [
        ("Thu, 05 Oct 2023 10:00:00 GMT", "2023-10-05T10:00:00Z", None),
        ("Thu, 05 Oct 2023 12:00:00 GMT", now, None),
        ("Thu, 05 Oct 2023 12:00:01 GMT", now, Some("2023-10-05T12:00:01Z")),
        ("", now, None),
        ("soon", now, None),
        ("99999-01-01", now, None),
        ("9999-01-01", now, Some("9999-01-01T00:00:00Z")),
        ("Thu, 01 Jan 1970 00:00:00 GMT", now, Some("1970-01-01T00:00:00Z")),
        ("0001-01-01T00:00:00Z", now, Some("0001-01-01T00:00:00Z")),
    ] {
        let found = article(&format!("<guid>1</guid><pubDate>{date}</pubDate>"));
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        assert_eq!((found.published_at, found.published_said), (time(expected), said.map(time)), "{date}");
    }
    // Where one of two cannot be, the other stands.
    let dates = "<guid>1</guid><pubDate>9999-01-01</pubDate><a:updated xmlns:a=\"http://www.w3.org/2005/Atom\">2023-10-05T11:00:00Z</a:updated>";
    assert_eq!(article(dates).published_at, "2023-10-05T11:00:00Z".parse::<Timestamp>().unwrap());
}

#[test]
fn links_lead_to_pages_only() {
    for (link, expected) in [
        ("https://example.org/1?utm_source=x", Some("https://example.org/1?utm_source=x")),
        ("/1", Some("https://example.org/1")),
        ("//cdn.example/1", Some("https://cdn.example/1")),
        ("javascript:alert(1)", None),
        (" JavaScript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("data:text/html,x", None),
        ("http://", None),
    ] {
        assert_eq!(article(&format!("<link>{link}</link>")).url.as_deref(), expected, "{link}");
    }
    let long = format!("https://example.org/{}", "a".repeat(MAX_URL_BYTES));
    assert_eq!(article(&format!("<link>{long}</link>")).url, None);
}

#[test]
fn texts_go_where_readers_expect_them() {
    let encoded = |summary: &str, body: &str| {
        let body = format!(
            "<content:encoded xmlns:content=\"http://purl.org/rss/1.0/modules/content/\">{body}</content:encoded>"
        );
        let article = article(&format!("<guid>1</guid><description>{summary}</description>{body}"));
        (article.summary, article.body)
    };
    assert_eq!(encoded("S", "B"), ("S".to_owned(), "B".to_owned()));
    assert_eq!(encoded("B", "&lt;p>B&lt;/p>"), (String::new(), "B".to_owned()), "the same text twice");
    let short = article("<description>&lt;p>One&lt;/p>&lt;p>Two&lt;/p></description>");
    assert_eq!((short.summary.as_str(), short.body.as_str()), ("One\nTwo", ""));
}

#[test]
fn lengths_and_lists_are_bounded() {
    let tags: String = (0..100).map(|number| format!("<category>tag {number}</category>")).collect();
    let long = "é ".repeat(50_000);
    let article = article(&format!(
        "<title>{long}</title><description>{long}</description><author>{long}</author>{tags}{tags}"
    ));
    let counts = [&article.title, &article.summary, &article.author].map(|text| text.chars().count());
    assert_eq!(counts, [MAX_TITLE - 1, MAX_SUMMARY - 1, MAX_AUTHOR - 1]);
    assert_eq!((article.tags.len(), article.tags[1].as_str()), (MAX_TAGS, "tag 1"));
}

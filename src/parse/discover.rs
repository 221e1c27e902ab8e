//! The feeds that a page names (`<link rel="alternate">`, RSS Autodiscovery). No path is guessed.

use html5gum::emitters::callback::CallbackEvent;
use url::Url;

use super::tokens::tokenize;
use super::{absolute, decode_page};

/// A feed that a page names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alternate {
    /// Absolute, http or https.
    pub url: Url,
    /// What the page calls it.
    pub title: Option<String>,
}

/// The most feeds that are read of one page.
const MOST: usize = 100;
/// Longer titles are cut, in characters.
const MAX_TITLE: usize = 200;

/// Whether a media type is that of a feed. `application/json` is not: most of what is served so are
/// interfaces of programs.
pub fn is_feed_type(media_type: &str) -> bool {
    let essence = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    matches!(
        essence.as_str(),
        "application/rss+xml"
            | "application/atom+xml"
            | "application/rdf+xml"
            | "application/feed+json"
            | "application/xml"
            | "text/xml"
            | "text/rss+xml"
    )
}

/// The feeds that the page at `url` names, in its order, each once.
pub fn feed_links(body: &[u8], content_type: Option<&str>, url: &Url) -> Vec<Alternate> {
    let page = Page::read(&decode_page(body, content_type));
    // Wherever it stands, the first `<base>` holds for the whole page.
    let base = page.base.and_then(|base| url.join(base.trim()).ok());
    let base = base.as_ref().unwrap_or(url);
    let mut found: Vec<Alternate> = Vec::new();
    for tag in page.links {
        let Ok(mut url) = Url::parse(&absolute(&tag.href, Some(base))) else { continue };
        url.set_fragment(None);
        let usable = matches!(url.scheme(), "http" | "https") && url.has_host();
        if usable && !found.iter().any(|other| other.url == url) {
            let title = tag.title.map(|title| title.split_whitespace().collect::<Vec<_>>().join(" "));
            let title = title.filter(|title| !title.is_empty());
            found.push(Alternate { url, title: title.map(|title| title.chars().take(MAX_TITLE).collect()) });
        }
    }
    found
}

/// A `<link>`.
#[derive(Default)]
struct Tag {
    rel: String,
    href: String,
    media_type: Option<String>,
    title: Option<String>,
}

impl Tag {
    fn names_a_feed(&self) -> bool {
        let has =
            |wanted: &str| self.rel.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(wanted));
        !self.href.trim().is_empty()
            && (has("feed") || has("alternate") && self.media_type.as_deref().is_some_and(is_feed_type))
    }
}

#[derive(Default)]
struct Page {
    base: Option<String>,
    links: Vec<Tag>,
}

impl Page {
    fn read(text: &str) -> Self {
        let mut page = Self::default();
        let mut name = Vec::new();
        let mut attribute = Vec::new();
        let mut tag = Tag::default();
        tokenize(text, true, |event, _| match event {
            CallbackEvent::OpenStartTag { name: opened } => {
                name = opened.to_vec();
                attribute.clear();
                tag = Tag::default();
            }
            CallbackEvent::AttributeName { name } => attribute = name.to_vec(),
            CallbackEvent::AttributeValue { value } => {
                let value = String::from_utf8_lossy(value).into_owned();
                match attribute.as_slice() {
                    b"rel" => tag.rel = value,
                    b"href" => tag.href = value,
                    b"type" => tag.media_type = Some(value),
                    b"title" => tag.title = Some(value),
                    _ => {}
                }
            }
            CallbackEvent::CloseStartTag { .. } => {
                let tag = std::mem::take(&mut tag);
                match name.as_slice() {
                    b"base" if page.base.is_none() && !tag.href.trim().is_empty() => {
                        page.base = Some(tag.href)
                    }
                    b"link" if page.links.len() < MOST && tag.names_a_feed() => page.links.push(tag),
                    _ => {}
                }
            }
            _ => {}
        });
        page
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(page: &str, expected: &[(&str, Option<&str>)]) {
        let url = Url::parse("https://site.example/news/index.html").unwrap();
        let found = feed_links(page.as_bytes(), Some("text/html"), &url);
        let found: Vec<(&str, Option<&str>)> =
            found.iter().map(|found| (found.url.as_str(), found.title.as_deref())).collect();
        assert_eq!(found, expected, "{page}");
    }

    #[test]
    fn a_page_names_its_feeds() {
        let rss = "type=\"application/rss+xml\"";
        check(
            &format!("<link rel=\"alternate\" {rss} title=\"Site &amp;\n more\" href=\"/feed\">"),
            &[("https://site.example/feed", Some("Site & more"))],
        );
        check(
            "<LINK HREF='rss.xml#top' TYPE='Application/Atom+XML; charset=utf-8' REL='home ALTERNATE'/>",
            &[("https://site.example/news/rss.xml", None)],
        );
        check("<link rel=feed href=f>", &[("https://site.example/news/f", None)]);
        check(
            &format!("<link rel=alternate {rss} href=a><base href='//cdn.example/x/'><base href=/no/>"),
            &[("https://cdn.example/x/a", None)],
        );
        check(&format!("<base href='/sub/'><link rel=alternate {rss} href=''>"), &[]);
        check(
            &format!(
                "<link rel=alternate {rss} href=a title=A><link rel=alternate {rss} href='./a#x' title=B>"
            ),
            &[("https://site.example/news/a", Some("A"))],
        );
    }

    #[test]
    fn what_is_no_feed_of_the_page_is_not_named() {
        for page in [
            "<link rel=stylesheet type=application/rss+xml href=a>",
            "<link rel=alternate hreflang=de href=/de>",
            "<link rel=alternate type=application/json href=/wp-json>",
            "<link rel=alternate type=application/rss+xml href='javascript:alert(1)'>",
            "<link rel=alternate type=application/rss+xml href='feed://['>",
            "<!-- <link rel=alternate type=application/rss+xml href=a> -->",
            "<script>'<link rel=alternate type=application/rss+xml href=a>'</script>",
            "<a rel=alternate type=application/rss+xml href=a>RSS</a>",
            "<link rel=alternate type=application/rss+xml href=a",
        ] {
            check(page, &[]);
        }
    }

    #[test]
    fn a_hostile_page_is_read_in_time_and_bounds() {
        let url = Url::parse("https://site.example/").unwrap();
        let link = |n: usize| {
            format!("<link rel=alternate type=application/rss+xml href=/{n} title='{}'>", "é".repeat(300))
        };
        let page: String = (0..5_000).map(link).collect();
        let found = feed_links(page.as_bytes(), None, &url);
        assert_eq!((found.len(), found[0].title.as_ref().unwrap().chars().count()), (MOST, MAX_TITLE));
        for page in ["<link ".repeat(200_000), "<base href=x>".repeat(100_000), "<link a=\"".repeat(100_000)]
        {
            assert!(feed_links(page.as_bytes(), None, &url).is_empty());
        }
    }
}

//! OPML 2.0 as Miniflux and FreshRSS read it: each feed once, in the folder of its first tag.

use std::fmt::Write as _;

use quick_xml::escape::escape;

use super::Listed;

/// The list as OPML; [`read`](super::read) gives the same addresses, titles and tags back.
pub fn write(feeds: &[Listed]) -> String {
    let mut text = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<opml version=\"2.0\">\n  \
         <head>\n    <title>feeds of feedwatch</title>\n  </head>\n  <body>\n",
    );
    let folder = |feed: &Listed| feed.tags.first().cloned();
    let mut folders: Vec<Option<String>> = Vec::new();
    let mut members: std::collections::HashMap<Option<String>, Vec<&Listed>> =
        std::collections::HashMap::new();
    for feed in feeds {
        let of = members.entry(folder(feed)).or_default();
        if of.is_empty() {
            folders.push(folder(feed));
        }
        of.push(feed);
    }
    for name in &folders {
        let indent = if let Some(name) = name {
            let name = escape(name.as_str());
            let _infallible = writeln!(text, "    <outline text=\"{name}\" title=\"{name}\">");
            "      "
        } else {
            "    "
        };
        for feed in members.get(name).into_iter().flatten() {
            let _infallible = writeln!(text, "{indent}{}", outline(feed));
        }
        if name.is_some() {
            text.push_str("    </outline>\n");
        }
    }
    text.push_str("  </body>\n</opml>\n");
    text
}

fn outline(feed: &Listed) -> String {
    let url = escape(feed.url.as_str());
    // OPML 2.0 demands a text.
    let title = feed.title.as_deref().map_or_else(|| url.clone(), escape);
    let mut outline = format!("<outline type=\"rss\" text=\"{title}\" title=\"{title}\" xmlUrl=\"{url}\"");
    if let Some(lang) = feed.lang {
        let _infallible = write!(outline, " language=\"{lang}\"");
    }
    // The folder says the first.
    if feed.tags.len() > 1 {
        let tags: Vec<String> = feed.tags.iter().map(|tag| category(tag)).collect();
        let _infallible = write!(outline, " category=\"{}\"", escape(tags.join(",")));
    }
    outline + "/>"
}

/// A tag with what separates categories escaped.
fn category(tag: &str) -> String {
    tag.replace('%', "%25").replace(',', "%2C").replace('/', "%2F")
}

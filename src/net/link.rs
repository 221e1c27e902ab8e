//! `Link` headers (RFC 8288), read as leniently as servers write them.

use reqwest::header::{HeaderMap, LINK};

/// One link of an answer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// Where to, as written: it may be relative to the address of the answer.
    pub target: String,
    /// `rel`: its words, in lower case.
    pub rel: Vec<String>,
    /// `type`.
    pub media_type: Option<String>,
    /// `title`.
    pub title: Option<String>,
}

/// The most links that are read of one answer.
const MOST: usize = 100;

/// The links of an answer, in its order.
pub fn links(headers: &HeaderMap) -> Vec<Link> {
    let values =
        headers.get_all(LINK).iter().map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    values.flat_map(|value| read(&value)).take(MOST).collect()
}

fn read(value: &str) -> Vec<Link> {
    let mut links = Vec::new();
    let mut rest = value;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((target, after)) = after.split_once('>') else { break };
        let mut link = Link { target: target.trim().to_owned(), ..Link::default() };
        rest = parameters(after, &mut link);
        links.push(link);
    }
    links
}

/// Reads the parameters of a link; what follows it is returned.
fn parameters<'v>(mut rest: &'v str, link: &mut Link) -> &'v str {
    loop {
        rest = rest.trim_start();
        let Some(after) = rest.strip_prefix(';') else { return rest };
        let name_end = after.find(['=', ';', ',']).unwrap_or(after.len());
        let name = after[..name_end].trim().to_ascii_lowercase();
        rest = &after[name_end..];
        let Some(after) = rest.strip_prefix('=') else { continue };
        let value;
        (value, rest) = parameter_value(after.trim_start());
        // The first of a name counts (RFC 8288, section 3.3).
        match name.as_str() {
            "rel" if link.rel.is_empty() => {
                link.rel = value.split_ascii_whitespace().map(str::to_ascii_lowercase).collect();
            }
            "type" => link.media_type = link.media_type.take().or(Some(value)),
            "title" => link.title = link.title.take().or(Some(value)),
            _ => {}
        }
    }
}

/// A value, quoted or not, and what follows it.
fn parameter_value(text: &str) -> (String, &str) {
    let Some(quoted) = text.strip_prefix('"') else {
        let end = text.find([';', ',']).unwrap_or(text.len());
        return (text[..end].trim().to_owned(), &text[end..]);
    };
    let mut value = String::new();
    let mut chars = quoted.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => return (value, &quoted[at + 1..]),
            '\\' => value.extend(chars.next().map(|(_, escaped)| escaped)),
            _ => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(target: &str, rel: &[&str], media_type: Option<&str>, title: Option<&str>) -> Link {
        Link {
            target: target.to_owned(),
            rel: rel.iter().map(|word| (*word).to_owned()).collect(),
            media_type: media_type.map(str::to_owned),
            title: title.map(str::to_owned),
        }
    }

    #[test]
    fn links_are_read_as_servers_write_them() {
        let rss = Some("application/rss+xml");
        for (value, expected) in [
            (
                "</f>; rel=\"alternate\"; type=\"application/rss+xml\"; title=\"A, B; \\\"C\\\"\"",
                vec![link("/f", &["alternate"], rss, Some("A, B; \"C\""))],
            ),
            (
                "<a>;REL=Hub , < b > ; rel = \"self Alternate\"",
                vec![link("a", &["hub"], None, None), link("b", &["self", "alternate"], None, None)],
            ),
            ("<a>; rel=x; rel=y; crossorigin; type=application/rss+xml", vec![link("a", &["x"], rss, None)]),
            ("<a,b;c>; rel=\"unclosed", vec![link("a,b;c", &["unclosed"], None, None)]),
            ("no link", vec![]),
            ("<unclosed", vec![]),
            ("", vec![]),
        ] {
            assert_eq!(read(value), expected, "{value}");
        }
    }

    #[test]
    fn every_header_counts_and_not_more_than_can_be_meant() {
        let mut headers = HeaderMap::new();
        headers.append(LINK, "<a>; rel=hub".parse().unwrap());
        headers.append(LINK, "<b>; rel=self".parse().unwrap());
        let targets: Vec<String> = links(&headers).into_iter().map(|link| link.target).collect();
        assert_eq!(targets, ["a", "b"]);
        headers.append(LINK, "<x>,".repeat(10_000).parse().unwrap());
        assert_eq!(links(&headers).len(), MOST);
    }
}

//! `Link` headers (RFC 8288): relation → address.

use url::Url;

use super::header::{HeaderMap, LINK};

/// The first address that the `Link` headers of an answer from `base` give for the relation `rel`.
pub fn link(headers: &HeaderMap, rel: &str, base: &Url) -> Option<Url> {
    let values = headers.get_all(LINK).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(links).find(|link| link.is(rel)).and_then(|link| base.join(link.target).ok())
}

struct Link<'a> {
    target: &'a str,
    parameters: &'a str,
}

impl Link<'_> {
    fn is(&self, rel: &str) -> bool {
        let mut parameters = self.parameters;
        let said = std::iter::from_fn(|| {
            let (parameter, rest) = until(parameters, ';')?;
            parameters = rest;
            Some(parameter)
        });
        let mut said = said.filter_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            name.trim().eq_ignore_ascii_case("rel").then(|| value.trim().trim_matches('"'))
        });
        // Of several only the first counts (section 3.3).
        said.next()
            .is_some_and(|said| said.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case(rel)))
    }
}

/// The links of one header, which commas separate outside of addresses and quotes.
fn links(value: &str) -> impl Iterator<Item = Link<'_>> {
    let mut rest = value;
    std::iter::from_fn(move || {
        let (_, after) = rest.split_once('<')?;
        let (target, after) = after.split_once('>')?;
        let (parameters, following) = until(after, ',').unwrap_or_default();
        rest = following;
        Some(Link { target: target.trim(), parameters })
    })
}

/// What stands before the first `sign` outside of quotes, and what follows it; `None` at the end.
fn until(text: &str, sign: char) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    let mut quoted = false;
    let end = text.find(|c| {
        quoted ^= c == '"';
        c == sign && !quoted
    });
    Some(end.map_or((text, ""), |end| (&text[..end], &text[end + sign.len_utf8()..])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::net::header::HeaderValue;

    fn check(values: &[&str], rel: &str, expected: Option<&str>) {
        let base = Url::parse("https://news.example/a/feed").unwrap();
        let headers = values.iter().map(|value| (LINK, HeaderValue::from_str(value).unwrap())).collect();
        assert_eq!(link(&headers, rel, &base).as_ref().map(Url::as_str), expected, "{values:?} {rel}");
    }

    #[test]
    fn links_are_found_by_their_relation() {
        let both = "<https://hub.example/>; rel=\"hub\", </feed?x=1,2>; rel=self";
        check(&[both], "hub", Some("https://hub.example/"));
        check(&[both], "self", Some("https://news.example/feed?x=1,2"));
        check(&[both], "alternate", None);
        check(&["<https://a.example/>; title=\"a, <b>; rel=hub\"; rel=next"], "hub", None);
        check(&["<https://a.example/>; REL=\"next  Hub\""], "hub", Some("https://a.example/"));
        check(&["<x>; rel=next", "<hub>; rel=hub"], "hub", Some("https://news.example/a/hub"));
        for broken in ["", "hub", "<", "<a", "<a>", "<a>; rel", "<http://[>; rel=hub", ", , ;"] {
            check(&[broken], "hub", None);
        }
    }
}

//! Redirects, decided without following them.

use reqwest::StatusCode;
use reqwest::header::HeaderMap;
use reqwest::header::LOCATION;
use url::Url;

use super::NetError;
use crate::model::without_credentials;

/// Where an answer of `from` redirects to; `None` when it does not redirect. Nothing is known yet of
/// whether that may be reached.
pub(super) fn target(from: &Url, status: StatusCode, headers: &HeaderMap) -> Result<Option<Url>, NetError> {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Ok(None);
    }
    let bad = || NetError::BadRedirect { host: host_of(from), status: status.as_u16() };
    let location = headers.get(LOCATION).ok_or_else(bad)?;
    // Servers send raw UTF-8 here (RFC 3986 has them escape it); the parser escapes it.
    let location = std::str::from_utf8(location.as_bytes()).map_err(|_| bad())?;
    let mut target = from.join(location.trim()).map_err(|_| bad())?;
    target.set_fragment(None);
    Ok(Some(without_credentials(target)))
}

/// Whether two addresses name one document: host and path are the same. Schemes change on the way to
/// https, and query strings carry tokens of the day.
pub fn is_same_place(one: &Url, other: &Url) -> bool {
    one.host() == other.host() && one.path() == other.path()
}

/// The host as messages name it.
pub(super) fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderValue;

    use super::*;

    fn check(status: u16, location: Option<&[u8]>, expected: Result<Option<&str>, ()>) {
        let from = Url::parse("https://user:secret@news.example/a/feed?x=1").unwrap();
        let mut headers = HeaderMap::new();
        if let Some(location) = location {
            headers.insert(LOCATION, HeaderValue::from_bytes(location).unwrap());
        }
        let target = target(&from, StatusCode::from_u16(status).unwrap(), &headers);
        let target = target.map(|target| target.map(String::from)).map_err(|_| ());
        assert_eq!(target, expected.map(|url| url.map(str::to_owned)), "{status} {location:?}");
    }

    #[test]
    fn targets_are_resolved_against_where_they_come_from() {
        check(301, Some(b"https://other.example/feed#top"), Ok(Some("https://other.example/feed")));
        check(302, Some(b"/feed.xml"), Ok(Some("https://news.example/feed.xml")));
        check(303, Some(b"new?y=2"), Ok(Some("https://news.example/a/new?y=2")));
        check(307, Some(b"//other.example/"), Ok(Some("https://other.example/")));
        check(
            308,
            Some("/новости".as_bytes()),
            Ok(Some("https://news.example/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8")),
        );
        check(302, Some(b"https://a:b@other.example/"), Ok(Some("https://other.example/")));
        check(302, Some(b"file:///etc/passwd"), Ok(Some("file:///etc/passwd")));
        check(304, Some(b"/elsewhere"), Ok(None));
        check(200, Some(b"/elsewhere"), Ok(None));
        check(301, None, Err(()));
        check(301, Some(b"http://[bad"), Err(()));
        check(301, Some(b"/\xff"), Err(()));
    }

    #[test]
    fn a_place_is_a_host_and_a_path() {
        let place = Url::parse("http://news.example/feed?token=1").unwrap();
        for (url, same) in [
            ("https://news.example/feed?token=2", true),
            ("http://news.example/feed.xml", false),
            ("http://other.example/feed?token=1", false),
        ] {
            assert_eq!(is_same_place(&place, &Url::parse(url).unwrap()), same, "{url}");
        }
    }
}

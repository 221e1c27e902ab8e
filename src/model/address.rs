//! Addresses of the web as people write them.

use std::borrow::Cow;

use url::Url;

/// The address that is meant: https where no scheme is given, as in `example.org/rss`, and the web's own for
/// `feed:`. `None` for what is no address of the web.
pub fn web_address(written: &str) -> Option<Url> {
    let written = written.trim();
    // RFC 3986, section 3.1: what else stands before a colon is no scheme.
    let is_scheme =
        |text: &str| text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'));
    let scheme = written.split_once(':').filter(|(scheme, _)| is_scheme(scheme));
    let meant = match scheme.map(|(scheme, rest)| (scheme.to_ascii_lowercase(), rest)) {
        Some((scheme, rest)) if scheme == "feed" && rest.starts_with("//") => format!("http:{rest}"),
        Some((scheme, rest)) if scheme == "feed" => rest.to_owned(),
        Some((scheme, _)) if matches!(scheme.as_str(), "http" | "https") => written.to_owned(),
        // `example.org:8080/rss` and `localhost:8080` read as if the host were a scheme.
        Some((_, rest)) if !rest.starts_with(|c: char| c.is_ascii_digit()) => return None,
        _ if written.starts_with('/') => return None,
        _ => format!("https://{written}"),
    };
    Url::parse(&meant).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

/// What stands for a user name and a password.
const MASK: &str = "***";

/// The address `url` as anybody may see it: user name and password, of which either may be a secret, are
/// masked. It still means the same feed ([`same_feed`](super::same_feed)).
pub fn masked(url: &str) -> Cow<'_, str> {
    match credentials(url) {
        Some(place) => Cow::Owned(format!("{}{MASK}{}", &url[..place.start], &url[place.end..])),
        None => Cow::Borrowed(url),
    }
}

/// Where user name and password stand in an address, in bytes without the `@` (RFC 3986, section 3.2.1).
fn credentials(url: &str) -> Option<std::ops::Range<usize>> {
    let start = url.find("://")? + "://".len();
    let authority = url[start..].split(['/', '?', '#']).next()?;
    Some(start..start + authority.rfind('@')?)
}

/// `url` without user name and password.
pub fn without_credentials(mut url: Url) -> Url {
    // Setting them fails only where there can be none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url
}

/// `url` with the credentials of `owner`, where it goes to the same scheme, host and port.
pub fn with_credentials(mut url: Url, owner: &Url) -> Url {
    if url.origin() == owner.origin() {
        let _ = url.set_username(owner.username());
        let _ = url.set_password(owner.password());
    }
    url
}

/// Whether the host of `url` is written as hosts of the web are: with a dot, or as an address.
pub fn has_full_host(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name.trim_end_matches('.').contains('.') || name == "localhost",
        Some(url::Host::Ipv4(_) | url::Host::Ipv6(_)) => true,
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_as_meant() {
        for (text, meant) in [
            ("example.org", Some("https://example.org/")),
            ("example.org/feed", Some("https://example.org/feed")),
            ("example.org:8080/rss", Some("https://example.org:8080/rss")),
            ("localhost:8080", Some("https://localhost:8080/")),
            (" http://example.org/rss ", Some("http://example.org/rss")),
            ("HTTPS://example.org/", Some("https://example.org/")),
            ("feed://example.org/rss", Some("http://example.org/rss")),
            ("feed:https://example.org/rss", Some("https://example.org/rss")),
            ("example.org/?url=https://e.org", Some("https://example.org/?url=https://e.org")),
            ("ftp://example.org/", None),
            ("mailto:desk@example.org", None),
            ("javascript:alert(1)", None),
            ("file:///etc/passwd", None),
            ("/rss", None),
            ("//example.org/rss", None),
            ("two words", None),
            ("", None),
            ("https://[", None),
        ] {
            assert_eq!(web_address(text).as_ref().map(Url::as_str), meant, "{text}");
        }
    }

    #[test]
    fn nobody_is_shown_user_names_and_passwords() {
        for (url, shown) in [
            ("https://user:pass@e.org/rss", "https://***@e.org/rss"),
            ("https://token@e.org:8080/rss", "https://***@e.org:8080/rss"),
            ("https://:pass@e.org/", "https://***@e.org/"),
            ("https://a@b:c@e.org?x=1", "https://***@e.org?x=1"),
            ("https://e.org/@user/rss", "https://e.org/@user/rss"),
            ("https://e.org?to=a@b", "https://e.org?to=a@b"),
            ("https://e.org#a@b", "https://e.org#a@b"),
            ("https://***@e.org/", "https://***@e.org/"),
            ("user@e.org", "user@e.org"),
            ("", ""),
        ] {
            assert_eq!(masked(url), shown, "{url}");
        }
        for url in ["https://user:pass@e.org/rss", "https://token@e.org/rss", "https://e.org/rss"] {
            let url = Url::parse(url).unwrap();
            assert_eq!(without_credentials(url.clone()).as_str(), "https://e.org/rss", "{url}");
            let shown = Url::parse(&masked(url.as_str())).unwrap();
            assert_eq!(crate::model::same_feed(&shown), crate::model::same_feed(&url));
        }
    }

    #[test]
    fn credentials_stay_with_their_origin() {
        let owner = Url::parse("https://user:secret@news.example/feed").unwrap();
        for (url, expected) in [
            ("https://news.example/b", "https://user:secret@news.example/b"),
            ("https://news.example:443/b", "https://user:secret@news.example/b"),
            ("http://news.example/b", "http://news.example/b"),
            ("https://news.example:8443/b", "https://news.example:8443/b"),
            ("https://other.example/b", "https://other.example/b"),
        ] {
            assert_eq!(with_credentials(Url::parse(url).unwrap(), &owner).as_str(), expected);
        }
    }

    #[test]
    fn a_word_is_no_host_of_the_web() {
        for (text, is_full) in [
            ("example.org", true),
            ("localhost/rss", true),
            ("127.0.0.1:80", true),
            ("[::1]/rss", true),
            ("garbage", false),
            ("garbage./x.xml", false),
        ] {
            let url = Url::parse(&format!("https://{text}")).unwrap();
            assert_eq!(has_full_host(&url), is_full, "{text}");
        }
    }
}

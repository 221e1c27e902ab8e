//! Which addresses may be reached: public ones, and those of networks that the user allows.

use std::net::IpAddr;

use ipnet::IpNet;
use url::{Host, Url};

use super::NetError;
use crate::model::{Reserved, blocked};

/// The address guard.
#[derive(Clone, Debug)]
pub(super) struct Guard {
    allowed: Vec<IpNet>,
}

impl Guard {
    /// Public addresses, and those in `allowed`.
    pub(super) fn new(allowed: &[IpNet]) -> Self {
        Self { allowed: allowed.to_vec() }
    }

    /// Checks what can be checked of a URL before its host is resolved: the scheme, and the address
    /// where the host is one. Must be asked on every hop: for an address no resolver is asked.
    pub(super) fn check_url(&self, url: &Url) -> Result<(), NetError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(NetError::Scheme { scheme: url.scheme().to_owned() });
        }
        match url.host() {
            Some(Host::Ipv4(address)) => self.check(&address.to_string(), address.into()),
            Some(Host::Ipv6(address)) => self.check(&address.to_string(), address.into()),
            // The parser of URLs has turned `127.1`, `0x7f000001` and the like into addresses.
            Some(Host::Domain(_)) => Ok(()),
            None => Err(NetError::Dns { host: String::new(), detail: "the address has no host".into() }),
        }
    }

    /// Checks an address that `host` stands for.
    pub(super) fn check(&self, host: &str, address: IpAddr) -> Result<(), NetError> {
        match blocked(address, &self.allowed) {
            None => Ok(()),
            Some(Reserved { network, reason }) => {
                Err(NetError::Blocked { host: host.to_owned(), address, reason, network })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_with(allowed: &[&str], url: &str, expected: Option<&str>) {
        let allowed: Vec<IpNet> = allowed.iter().map(|network| network.parse().unwrap()).collect();
        let refusal = Guard::new(&allowed).check_url(&Url::parse(url).unwrap()).err();
        match (&refusal, expected) {
            (Some(refusal), Some(expected)) => {
                assert!(refusal.to_string().contains(expected), "{url}: {refusal}");
            }
            _ => assert_eq!(refusal.is_some(), expected.is_some(), "{url}: {refusal:?}"),
        }
    }

    fn check(host: &str, expected: Option<&str>) {
        check_with(&[], &format!("http://{host}/feed"), expected);
    }

    #[test]
    fn an_address_is_blocked_in_every_form() {
        for host in [
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.1.",
            "１２７.０.０.１",
            "127。0。0。1",
            "%31%32%37.0.0.1",
            "127.255.255.254",
            "[::1]",
        ] {
            check(host, Some("a loopback address"));
        }
        for host in ["0", "0.0.0.0", "0x0", "[::]"] {
            check(host, Some("an unspecified address"));
        }
        check("169.254.169.254", Some("metadata"));
        check("0xa9fea9fe", Some("metadata"));
        check("169.254.0.1", Some("link-local"));
        check("100.100.100.200", Some("metadata"));
        check("[fd00:ec2::254]", Some("metadata"));
        check("10.1.2.3", Some("private"));
        check("172.16.0.1", Some("private"));
        check("172.31.255.255", Some("private"));
        check("192.168.1.1", Some("private"));
        check("100.64.0.1", Some("carrier"));
        check("100.127.255.255", Some("carrier"));
        check("192.0.2.1", Some("documentation"));
        check("198.51.100.1", Some("documentation"));
        check("203.0.113.1", Some("documentation"));
        check("198.19.0.1", Some("benchmarks"));
        check("192.0.0.192", Some("protocols"));
        check("224.0.0.1", Some("multicast"));
        check("239.255.255.255", Some("multicast"));
        check("240.0.0.1", Some("reserved"));
        check("255.255.255.255", Some("broadcast"));
    }

    #[test]
    fn an_address_within_an_address_is_blocked() {
        check("[::ffff:7f00:1]", Some("mapped"));
        check("[::ffff:8.8.8.8]", Some("mapped"));
        check("[::127.0.0.1]", Some("compatible"));
        check("[64:ff9b::a9fe:a9fe]", Some("NAT64"));
        check("[64:ff9b:1::7f00:1]", Some("NAT64"));
        check("[2002:a9fe:a9fe::]", Some("6to4"));
        check("[2001::1]", Some("Teredo"));
        check("[2001:0:4136:e378:8000:63bf:3fff:fdd2]", Some("Teredo"));
        check("[::ffff:0:7f00:1]", Some("not a public"));
        check("[2001:db8::1]", Some("documentation"));
        check("[3fff::1]", Some("documentation"));
        check("[2001:20::1]", Some("protocols"));
        check("[fc00::1]", Some("private"));
        check("[fdff::1]", Some("private"));
        check("[fe80::1]", Some("link-local"));
        check("[fec0::1]", Some("site-local"));
        check("[ff02::1]", Some("multicast"));
        check("[100::1]", Some("discards"));
        check("[4000::1]", Some("not a public"));
    }

    #[test]
    fn public_addresses_and_names_pass() {
        for host in [
            "8.8.8.8",
            "1.1.1.1",
            "172.32.0.1",
            "100.128.0.1",
            "192.0.1.1",
            "[2606:4700::1111]",
            "[2400:cb00::1]",
            "example.org",
        ] {
            check(host, None);
        }
    }

    #[test]
    fn only_what_is_allowed_is_an_exception() {
        check_with(&["127.0.0.0/8"], "http://127.0.0.1:8080/", None);
        check_with(&["127.0.0.0/8"], "http://[::ffff:7f00:1]/", None);
        check_with(&["127.0.0.0/8"], "http://[::1]/", Some("loopback"));
        check_with(&["127.0.0.0/8"], "http://10.0.0.1/", Some("private"));
        check_with(&["10.0.0.0/16"], "http://10.1.0.1/", Some("private"));
        check_with(&["::1/128", "fd00::/8"], "http://[::1]/", None);
        check_with(&["0.0.0.0/0"], "http://[64:ff9b::a9fe:a9fe]/", Some("NAT64"));
    }

    #[test]
    fn only_http_is_fetched() {
        for (url, scheme) in [
            ("file:///etc/passwd", "`file:`"),
            ("ftp://example.org/", "`ftp:`"),
            ("gopher://127.0.0.1:70/", "`gopher:`"),
            ("data:text/xml,<rss/>", "`data:`"),
            ("javascript:alert(1)", "`javascript:`"),
        ] {
            check_with(&["0.0.0.0/0"], url, Some(scheme));
        }
    }

    #[test]
    fn the_message_says_what_to_allow() {
        let guard = Guard::new(&[]);
        let refusal = guard.check_url(&Url::parse("http://2130706433/").unwrap()).unwrap_err();
        assert_eq!(
            refusal.to_string(),
            "127.0.0.1 is a loopback address; if it is meant, allow it with `[fetch] allow_networks = [\"127.0.0.0/8\"]`"
        );
        let refusal = guard.check("intranet.example", "10.0.0.7".parse().unwrap()).unwrap_err();
        assert!(
            refusal.to_string().starts_with("intranet.example resolves to 10.0.0.7, which is a private"),
            "{refusal}"
        );
    }
}

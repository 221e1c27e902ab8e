//! Which addresses may be reached: public ones, and those of networks that the user allows.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

use super::NetError;

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
        let (network, reason) = match address {
            IpAddr::V4(v4) => match reserved_v4(v4) {
                Some((network, reason)) => (IpNet::V4(network), reason),
                None => return Ok(()),
            },
            IpAddr::V6(v6) => match reserved_v6(v6) {
                Some((network, reason)) => (IpNet::V6(network), reason),
                None => return Ok(()),
            },
        };
        // The system connects to the IPv4 address that a mapped one holds.
        if self.allows(address) || self.allows(address.to_canonical()) {
            return Ok(());
        }
        Err(NetError::Blocked { host: host.to_owned(), address, reason, network })
    }

    fn allows(&self, address: IpAddr) -> bool {
        self.allowed.iter().any(|network| network.contains(&address))
    }
}

fn reserved_v4(address: Ipv4Addr) -> Option<(Ipv4Net, &'static str)> {
    RESERVED_V4.iter().copied().find(|(network, _)| network.contains(&address))
}

fn reserved_v6(address: Ipv6Addr) -> Option<(Ipv6Net, &'static str)> {
    RESERVED_V6.iter().copied().find(|(network, _)| network.contains(&address)).or_else(|| {
        (!GLOBAL_UNICAST.contains(&address)).then(|| (Ipv6Net::from(address), "not a public address"))
    })
}

const fn v4(a: u8, b: u8, c: u8, d: u8, prefix: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix)
}

const fn v6(a: u16, b: u16, c: u16, prefix: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), prefix)
}

const METADATA: &str = "a cloud's metadata address";
const DOCUMENTATION: &str = "an address for documentation";

/// IANA's special-purpose registry of IPv4 (RFC 6890), the metadata services of clouds first.
const RESERVED_V4: [(Ipv4Net, &str); 19] = [
    (v4(169, 254, 169, 254, 32), METADATA),
    (v4(100, 100, 100, 200, 32), METADATA),
    (v4(168, 63, 129, 16, 32), METADATA),
    (v4(0, 0, 0, 0, 8), "an unspecified address"),
    (v4(10, 0, 0, 0, 8), "a private address"),
    (v4(100, 64, 0, 0, 10), "a carrier's internal address"),
    (v4(127, 0, 0, 0, 8), "a loopback address"),
    (v4(169, 254, 0, 0, 16), "a link-local address"),
    (v4(172, 16, 0, 0, 12), "a private address"),
    (v4(192, 0, 0, 0, 24), "an address reserved for protocols"),
    (v4(192, 0, 2, 0, 24), DOCUMENTATION),
    (v4(192, 88, 99, 0, 24), "a 6to4 relay"),
    (v4(192, 168, 0, 0, 16), "a private address"),
    (v4(198, 18, 0, 0, 15), "an address for benchmarks"),
    (v4(198, 51, 100, 0, 24), DOCUMENTATION),
    (v4(203, 0, 113, 0, 24), DOCUMENTATION),
    (v4(224, 0, 0, 0, 4), "a multicast address"),
    (v4(255, 255, 255, 255, 32), "the broadcast address"),
    (v4(240, 0, 0, 0, 4), "a reserved address"),
];

/// Of the global unicast space, what is not public (IANA's special-purpose registry of IPv6), and by name
/// what lies outside of it.
const RESERVED_V6: [(Ipv6Net, &str); 18] = [
    (Ipv6Net::new_assert(Ipv6Addr::UNSPECIFIED, 128), "an unspecified address"),
    (Ipv6Net::new_assert(Ipv6Addr::LOCALHOST, 128), "a loopback address"),
    (Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96), "an IPv4-mapped address"),
    (v6(0, 0, 0, 96), "an IPv4-compatible address"),
    (v6(0x64, 0xff9b, 0, 96), "an address translated to IPv4 (NAT64)"),
    (v6(0x64, 0xff9b, 1, 48), "an address translated to IPv4 (NAT64)"),
    (v6(0x100, 0, 0, 64), "an address that discards"),
    (v6(0x2001, 0, 0, 32), "a Teredo address"),
    (v6(0x2001, 0xdb8, 0, 32), DOCUMENTATION),
    (v6(0x2001, 0, 0, 23), "an address reserved for protocols"),
    (v6(0x2002, 0, 0, 16), "a 6to4 address"),
    (v6(0x3fff, 0, 0, 20), DOCUMENTATION),
    (v6(0x5f00, 0, 0, 16), "a segment-routing address"),
    (v6(0xfd00, 0xec2, 0, 32), METADATA),
    (v6(0xfc00, 0, 0, 7), "a private address"),
    (v6(0xfe80, 0, 0, 10), "a link-local address"),
    (v6(0xfec0, 0, 0, 10), "a site-local address"),
    (v6(0xff00, 0, 0, 8), "a multicast address"),
];

/// All that is public in IPv6 lies here (RFC 4291, section 2.4).
const GLOBAL_UNICAST: Ipv6Net = v6(0x2000, 0, 0, 3);

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

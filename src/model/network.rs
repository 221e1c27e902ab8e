//! Which addresses are public, and which lie inside: the rule by which requests are refused.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// Why an address is not public.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reserved {
    /// The network that it lies in, which may be allowed.
    pub network: IpNet,
    /// What kind of address it is: "a loopback address".
    pub reason: &'static str,
}

/// Why `address` may not be reached where only public addresses and those in `allowed` may; `None` where it may.
pub fn blocked(address: IpAddr, allowed: &[IpNet]) -> Option<Reserved> {
    let reserved = match address {
        IpAddr::V4(v4) => reserved_v4(v4),
        IpAddr::V6(v6) => reserved_v6(v6),
    };
    // The system connects to the IPv4 address that a mapped one holds.
    let is_allowed = |address| allowed.iter().any(|network| network.contains(&address));
    reserved.filter(|_| !is_allowed(address) && !is_allowed(address.to_canonical()))
}

/// The same of the host of `url`, as far as it is known without asking anybody: of addresses, and of names
/// that stand for this machine everywhere (RFC 6761, section 6.3).
pub fn blocked_host(url: &Url, allowed: &[IpNet]) -> Option<Reserved> {
    match url.host()? {
        Host::Ipv4(address) => blocked(address.into(), allowed),
        Host::Ipv6(address) => blocked(address.into(), allowed),
        Host::Domain(name) => {
            let name = name.trim_end_matches('.');
            let is_here = name == "localhost" || name.ends_with(".localhost");
            let (v4, v6) = (Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into());
            // It has both addresses, one of which is enough.
            blocked(v6, allowed).and_then(|_| blocked(v4, allowed)).filter(|_| is_here)
        }
    }
}

fn reserved_v4(address: Ipv4Addr) -> Option<Reserved> {
    let (network, reason) = RESERVED_V4.iter().copied().find(|(network, _)| network.contains(&address))?;
    Some(Reserved { network: network.into(), reason })
}

fn reserved_v6(address: Ipv6Addr) -> Option<Reserved> {
    let listed = RESERVED_V6.iter().copied().find(|(network, _)| network.contains(&address));
    let (network, reason) = listed.or_else(|| {
        (!GLOBAL_UNICAST.contains(&address)).then(|| (Ipv6Net::from(address), "not a public address"))
    })?;
    Some(Reserved { network: network.into(), reason })
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

    #[test]
    fn hosts_that_are_inside_wherever_they_are_asked_for_are_known() {
        for (host, allowed, network) in [
            ("127.0.0.1:8080", &[][..], Some("127.0.0.0/8")),
            ("127.1", &[], Some("127.0.0.0/8")),
            ("[::1]", &[], Some("::1/128")),
            ("10.1.2.3", &[], Some("10.0.0.0/8")),
            ("localhost", &[], Some("127.0.0.0/8")),
            ("Feeds.LocalHost.:80", &[], Some("127.0.0.0/8")),
            ("localhost.example.org", &[], None),
            ("notlocalhost", &[], None),
            ("example.org", &[], None),
            ("8.8.8.8", &[], None),
            ("127.0.0.1", &["127.0.0.0/8"], None),
            ("10.1.2.3", &["127.0.0.0/8"], Some("10.0.0.0/8")),
            ("localhost", &["127.0.0.0/8"], None),
            ("localhost", &["::1/128"], None),
            ("[::ffff:127.0.0.1]", &["127.0.0.0/8"], None),
        ] {
            let allowed: Vec<IpNet> = allowed.iter().map(|network| network.parse().unwrap()).collect();
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            let found = blocked_host(&url, &allowed).map(|reserved| reserved.network.to_string());
            assert_eq!(found.as_deref(), network, "{host} {allowed:?}");
        }
    }
}

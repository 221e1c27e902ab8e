//! Why a request got no answer.

use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

/// Why a request got no answer that could be used. No message holds a path, a query string or
/// credentials.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// The host is, or resolves to, an address that is not public.
    #[error(
        "{} is {reason}; if it is meant, allow it with `[fetch] allow_networks = [\"{network}\"]`",
        subject(host, address)
    )]
    Blocked {
        /// As in the URL.
        host: String,
        /// What it stands for.
        address: IpAddr,
        /// What kind of address that is: "a loopback address".
        reason: &'static str,
        /// The network to allow.
        network: IpNet,
    },
    /// Neither http nor https.
    #[error("`{scheme}:` addresses are not fetched, only http: and https:")]
    Scheme {
        /// Without the colon.
        scheme: String,
    },
    /// The host's name has no address.
    #[error("cannot resolve {host}: {detail}")]
    Dns {
        /// As in the URL.
        host: String,
        /// The resolver's words.
        detail: String,
    },
    /// No connection.
    #[error("cannot connect to {host}: {detail}")]
    Connect {
        /// As in the URL.
        host: String,
        /// The system's words.
        detail: String,
    },
    /// A connection, but no trust in who answers.
    #[error("no secure connection to {host}: {detail}")]
    Tls {
        /// As in the URL.
        host: String,
        /// What is wrong with the certificate or the handshake.
        detail: String,
    },
    /// The whole request, with its redirects and its body, took too long.
    #[error("{host} did not answer in full within {} s", limit.as_secs_f32())]
    Timeout {
        /// Of the request's first URL.
        host: String,
        /// What it was allowed.
        limit: Duration,
    },
    /// The body is larger than allowed, after decompression.
    #[error("the answer of {host} is larger than {limit} bytes; raise `[fetch] max_body` to read it")]
    TooLarge {
        /// Who sent it.
        host: String,
        /// In bytes.
        limit: usize,
    },
    /// More redirects than allowed.
    #[error("{host} redirects more than {limit} times")]
    TooManyRedirects {
        /// Of the request's first URL.
        host: String,
        /// How many were allowed.
        limit: usize,
    },
    /// A redirect to where a redirect came from.
    #[error("{host} redirects in a circle")]
    RedirectLoop {
        /// Where the circle closed.
        host: String,
    },
    /// A redirect that leads nowhere.
    #[error("{host} redirects ({status}) to no address that can be read")]
    BadRedirect {
        /// Who sent it.
        host: String,
        /// Of the answer.
        status: u16,
    },
    /// The answer breaks off or is not HTTP, or its compression is broken.
    #[error("the answer of {host} is broken: {detail}")]
    Broken {
        /// Who sent it.
        host: String,
        /// What is wrong with it.
        detail: String,
    },
}

impl NetError {
    /// Whether nothing of the host was to be seen: no address, no connection, no answer in time.
    pub fn is_out_of_reach(&self) -> bool {
        matches!(self, Self::Dns { .. } | Self::Connect { .. } | Self::Timeout { .. })
    }

    /// Whether it was not tried.
    pub fn is_refusal(&self) -> bool {
        matches!(self, Self::Blocked { .. } | Self::Scheme { .. })
    }
}

fn subject(host: &str, address: &IpAddr) -> String {
    if host == address.to_string() { host.to_owned() } else { format!("{host} resolves to {address}, which") }
}

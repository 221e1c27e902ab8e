//! Names → addresses that may be reached.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::NetError;
use super::guard::Guard;

/// How a name is looked up; the system's way unless a test brings its own.
pub(super) type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// Answers with addresses that the guard let pass and with no others. The connection is made to one of
/// these very addresses, so a name that changes its address between check and use gains nothing.
pub(super) struct GuardedResolver {
    pub(super) guard: Arc<Guard>,
    pub(super) lookup: Lookup,
    /// The proxy that the user configured is reached wherever it is.
    pub(super) proxy: Option<String>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = name.as_str().to_owned();
        let guard = (self.proxy.as_deref() != Some(name.as_str())).then(|| Arc::clone(&self.guard));
        let answer = (self.lookup)(host.clone());
        Box::pin(async move {
            let addresses = answer
                .await
                .map_err(|failure| NetError::Dns { host: host.clone(), detail: failure.to_string() })?;
            let addresses = match guard {
                Some(guard) => permitted(&guard, &host, addresses)?,
                None => addresses,
            };
            // Port 0 stands for the port of the URL.
            Ok(Box::new(addresses.into_iter().map(|address| SocketAddr::new(address, 0))) as Addrs)
        })
    }
}

/// Those of `addresses` that may be reached; the reason of the first refusal when there are none.
fn permitted(guard: &Guard, host: &str, addresses: Vec<IpAddr>) -> Result<Vec<IpAddr>, NetError> {
    let mut refusal = NetError::Dns { host: host.to_owned(), detail: "the name has no address".into() };
    let mut permitted = Vec::new();
    for address in addresses.into_iter().rev() {
        match guard.check(host, address) {
            Ok(()) => permitted.push(address),
            Err(blocked) => refusal = blocked,
        }
    }
    permitted.reverse();
    if permitted.is_empty() { Err(refusal) } else { Ok(permitted) }
}

/// Asks the system.
pub(super) fn system_lookup() -> Lookup {
    Arc::new(|host| {
        Box::pin(async move {
            let addresses = tokio::net::lookup_host((host, 0)).await?;
            Ok(addresses.map(|address| address.ip()).collect())
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(addresses: &[&str], expected: Result<&[&str], &str>) {
        let addresses = addresses.iter().map(|address| address.parse().unwrap()).collect();
        let permitted = permitted(&Guard::new(&[]), "news.example", addresses);
        match expected {
            Ok(expected) => {
                let permitted: Vec<String> = permitted.unwrap().iter().map(IpAddr::to_string).collect();
                assert_eq!(permitted, expected);
            }
            Err(message) => {
                let refusal = permitted.unwrap_err().to_string();
                assert!(refusal.contains(message), "{refusal}");
            }
        }
    }

    #[test]
    fn only_public_addresses_are_answered() {
        check(&["8.8.8.8", "2606:4700::1111", "1.1.1.1"], Ok(&["8.8.8.8", "2606:4700::1111", "1.1.1.1"]));
        check(&["10.0.0.1", "8.8.8.8", "::1"], Ok(&["8.8.8.8"]));
        check(&["10.0.0.1", "::1"], Err("news.example resolves to 10.0.0.1, which is a private address"));
        check(&["::ffff:169.254.169.254"], Err("mapped"));
        check(&[], Err("cannot resolve news.example"));
    }
}

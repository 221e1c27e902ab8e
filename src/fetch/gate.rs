//! How many requests are under way, to one host and in all.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Lets requests through: a few to each host, a bounded number in all.
#[derive(Debug)]
pub(super) struct Gate {
    all: Arc<Semaphore>,
    per_host: usize,
    hosts: Mutex<HashMap<String, Arc<Semaphore>>>,
}

/// The right to send one request; ends when dropped.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    gate: &'a Gate,
    host: String,
    permits: Option<(OwnedSemaphorePermit, OwnedSemaphorePermit)>,
}

impl Gate {
    /// At most `all` requests at once, and `per_host` to one host; both at least 1.
    pub(super) fn new(all: usize, per_host: usize) -> Self {
        let all = Arc::new(Semaphore::new(all.clamp(1, Semaphore::MAX_PERMITS)));
        Self { all, per_host: per_host.clamp(1, Semaphore::MAX_PERMITS), hosts: Mutex::default() }
    }

    /// Waits for its turn, first come first served. Who waits for a host takes no place of the others.
    pub(super) async fn enter(&self, host: &str) -> Pass<'_> {
        let of_host = {
            let mut hosts = self.hosts();
            let new = || Arc::new(Semaphore::new(self.per_host));
            Arc::clone(hosts.entry(host.to_owned()).or_insert_with(new))
        };
        // Neither semaphore is ever closed, so both permits come.
        let of_host = of_host.acquire_owned().await.ok();
        let of_all = Arc::clone(&self.all).acquire_owned().await.ok();
        Pass { gate: self, host: host.to_owned(), permits: of_host.zip(of_all) }
    }

    fn hosts(&self) -> MutexGuard<'_, HashMap<String, Arc<Semaphore>>> {
        self.hosts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Pass<'_> {
    /// Forgets a host that nobody else asks or waits for.
    fn drop(&mut self) {
        self.permits = None;
        let mut hosts = self.gate.hosts();
        if hosts.get(&self.host).is_some_and(|of_host| Arc::strong_count(of_host) == 1) {
            hosts.remove(&self.host);
        }
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[tokio::test]
    async fn a_busy_host_holds_up_nobody_else() {
        let gate = Gate::new(3, 2);
        let first = gate.enter("a").await;
        let _second = gate.enter("a").await;
        let mut third = Box::pin(gate.enter("a"));
        assert!((&mut third).now_or_never().is_none());
        // The third place in all is free although somebody waits.
        let other = gate.enter("b").now_or_never();
        assert!(other.is_some());
        drop(other);
        drop(first);
        assert!((&mut third).now_or_never().is_some());
    }

    #[tokio::test]
    async fn all_hosts_together_are_bounded() {
        let gate = Gate::new(2, 2);
        let first = gate.enter("a").await;
        let _second = gate.enter("b").await;
        let mut third = Box::pin(gate.enter("c"));
        assert!((&mut third).now_or_never().is_none());
        drop(first);
        assert!((&mut third).now_or_never().is_some());
    }

    #[tokio::test]
    async fn idle_hosts_are_forgotten() {
        let gate = Gate::new(8, 2);
        let passes = [gate.enter("a").await, gate.enter("a").await, gate.enter("b").await];
        assert_eq!(gate.hosts().len(), 2);
        drop(passes);
        assert_eq!(gate.hosts().len(), 0);
    }
}

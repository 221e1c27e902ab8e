//! Messages that a service takes in several parts: each is sent once, though an attempt in between fails.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use futures::future::BoxFuture;

use crate::alert::Outcome;
use crate::model::DeliveryId;

/// Deliveries that are remembered between two attempts; the rest of a longer queue may send a part twice.
const REMEMBERED: usize = 1_000;

/// How many parts of which unfinished deliveries were taken. It is forgotten when the process ends: after
/// a crash a part may arrive twice, as any message may.
#[derive(Default)]
pub(super) struct Sent(Mutex<HashMap<DeliveryId, usize>>);

impl Sent {
    /// Sends the parts of `id` that were not taken yet, in order, until one is not. `complaint` is added
    /// to the answer of the last one.
    pub(super) async fn send<'a, T>(
        &self,
        id: DeliveryId,
        parts: Vec<T>,
        complaint: Option<String>,
        mut send: impl FnMut(usize, T) -> BoxFuture<'a, Outcome>,
    ) -> Outcome {
        let count = parts.len();
        let mut answer = "nothing was left to send".to_owned();
        for (index, part) in parts.into_iter().enumerate().skip(self.taken(id)) {
            match send(index, part).await {
                Outcome::Delivered { detail } => answer = detail,
                failure => return failure,
            }
            self.took(id, index + 1);
        }
        self.lock().remove(&id);
        let parts = if count > 1 { format!(" (the last of {count} parts)") } else { String::new() };
        let complaint = complaint.map_or_else(String::new, |complaint| format!("; {complaint}"));
        Outcome::Delivered { detail: format!("{answer}{parts}{complaint}") }
    }

    fn taken(&self, id: DeliveryId) -> usize {
        self.lock().get(&id).copied().unwrap_or(0)
    }

    fn took(&self, id: DeliveryId, count: usize) {
        let mut sent = self.lock();
        if sent.len() >= REMEMBERED && !sent.contains_key(&id) {
            sent.clear();
        }
        sent.insert(id, count);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<DeliveryId, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

//! Whether a loop still comes round, for those who watch over the process. Holds no clock: time is an
//! argument.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// When a loop came round last. Clones share it.
#[derive(Clone, Debug)]
pub struct Pulse(Arc<Mutex<Instant>>);

impl Pulse {
    /// A loop that begins at `now`.
    pub fn new(now: Instant) -> Self {
        Self(Arc::new(Mutex::new(now)))
    }

    /// The loop came round at `now`.
    pub fn beat(&self, now: Instant) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    /// How long ago it came round, seen from `now`.
    pub fn age(&self, now: Instant) -> Duration {
        now.saturating_duration_since(*self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

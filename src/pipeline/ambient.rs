//! Time and chance, handed to everything that needs them.

use std::fmt;
use std::sync::Arc;

use chrono::{SubsecRound, Utc};

use crate::model::Timestamp;

/// Where the present and random numbers come from. Clones share it.
#[derive(Clone)]
pub struct Ambient {
    now: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    chance: Arc<dyn Fn() -> f64 + Send + Sync>,
}

impl Ambient {
    /// The system's clock and its random numbers.
    pub fn system() -> Self {
        Self::new(Utc::now, rand::random::<f64>)
    }

    /// A clock and a source of numbers in [0, 1) of one's own.
    pub fn new(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        chance: impl Fn() -> f64 + Send + Sync + 'static,
    ) -> Self {
        Self { now: Arc::new(now), chance: Arc::new(chance) }
    }

    /// The present, in the whole milliseconds that the database keeps.
    pub fn now(&self) -> Timestamp {
        (self.now)().trunc_subsecs(3)
    }

    /// A number in [0, 1).
    pub fn chance(&self) -> f64 {
        (self.chance)()
    }

    /// An id for a new installation: 128 bits of chance.
    pub fn installation_id(&self) -> String {
        self.token()
    }

    /// What nobody can guess: 128 bits of chance, in hexadecimal digits.
    pub fn token(&self) -> String {
        (0..16).map(|_| format!("{:02x}", (self.chance() * 256.0) as u8)).collect()
    }
}

impl fmt::Debug for Ambient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Ambient")
    }
}

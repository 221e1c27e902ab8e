//! Whether the configuration on disk was refused, so that the one in force is another.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Stands from a reload that was refused to the next that was not. Clones share it.
#[derive(Clone, Debug, Default)]
pub struct Rejection(Arc<AtomicBool>);

impl Rejection {
    /// A reload was refused.
    pub fn raise(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// What is on disk is in force.
    pub fn lift(&self) {
        self.0.store(false, Ordering::Relaxed);
    }

    /// Whether what is on disk is not in force.
    pub fn stands(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

//! Whether the disk has room for what a poll brings: below a floor polling pauses. A full disk would lose
//! nothing (a poll is stored whole or not at all), and every due feed would be fetched again and again in
//! vain.

use tracing::{info, warn};

use crate::store::Store;

/// Whether there was room when it was looked at last.
#[derive(Debug, Default)]
pub(super) struct Room {
    is_short: bool,
}

impl Room {
    /// Whether a poll may be stored. Says so once when it may not any more, and once when it may again.
    pub(super) fn is_there(&mut self, store: &Store, floor: u64) -> bool {
        let short = too_little(store, floor);
        match (&short, self.is_short) {
            (Some(reason), false) => warn!("polling pauses: {reason}"),
            (None, true) => info!("polling goes on: there is room again"),
            _ => {}
        }
        self.is_short = short.is_some();
        short.is_none()
    }
}

/// Why nothing should be stored; `None`: there is room, or nobody knows.
pub(super) fn too_little(store: &Store, floor: u64) -> Option<String> {
    let free = store.free_space().ok().flatten().filter(|free| *free < floor)?;
    let mebibytes = |bytes: u64| bytes.div_ceil(1 << 20);
    Some(format!(
        "{} MiB are free where {} is, of the {} MiB that `[fetch] min_free_space` asks for: make room, or lower it",
        mebibytes(free),
        store.path().display(),
        mebibytes(floor)
    ))
}

//! Whether the disk has room for what a poll brings: below a floor polling pauses. A full disk would lose
//! nothing (a poll is stored whole or not at all), and every due feed would be fetched again and again in
//! vain.

use tracing::{info, warn};

use crate::model::{Incident, NoticeKind, Timestamp};
use crate::store::Store;

/// Whether there was room when it was looked at last.
#[derive(Debug, Default)]
pub(super) struct Room {
    /// `None`: there is room.
    short_since: Option<Timestamp>,
    /// What is to be told and could not be stored yet, on a full disk.
    pub(super) untold: Option<Incident>,
}

impl Room {
    /// Whether a poll may be stored at `now`. Says so once when it may not any more, and once when it may again:
    /// in the log, and as [`untold`](Self::untold).
    pub(super) fn is_there(&mut self, store: &Store, floor: u64, now: Timestamp) -> bool {
        // A little more than the floor ends it: other programs write and delete all the time.
        let floor = if self.short_since.is_some() { floor.saturating_add(floor / 20) } else { floor };
        self.note(too_little(store, floor), now)
    }

    fn note(&mut self, short: Option<String>, now: Timestamp) -> bool {
        match (short, self.short_since) {
            (Some(reason), None) => {
                warn!("polling pauses: {reason}");
                self.short_since = Some(now);
                let text = format!(
                    "Polling pauses until there is room. Nothing is lost that feeds still carry then; what is recorded is \
                     sent.\n\n{reason}."
                );
                self.untold = Some(incident(NoticeKind::LowDisk, now, "The disk is nearly full", text));
                false
            }
            (None, Some(since)) => {
                info!("polling goes on: there is room again");
                self.short_since = None;
                let minutes = (now - since).num_minutes().max(1);
                let text = format!("Polling goes on after {minutes} min.");
                let over = incident(NoticeKind::LowDiskOver, since, "There is room on the disk again", text);
                // Who was never told that it ended need not hear that it goes on.
                self.untold = if self.untold.take().is_some() { None } else { Some(over) };
                true
            }
            (short, _) => short.is_none(),
        }
    }
}

fn incident(kind: NoticeKind, since: Timestamp, title: &str, text: String) -> Incident {
    Incident {
        kind,
        subject: "disk".to_owned(),
        occasion: since.timestamp_millis().to_string(),
        title: title.to_owned(),
        text,
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

#[cfg(test)]
mod tests {
    use chrono::{DateTime, TimeDelta};

    use super::*;

    /// What is told while there is room (`.`) or none (`x`), where it can be stored at once or (`told` false) never.
    fn told(looks: &str, told: bool) -> Vec<NoticeKind> {
        let mut room = Room::default();
        let mut kinds = Vec::new();
        for (minute, look) in (0..).zip(looks.chars()) {
            let short = (look == 'x').then(|| "1 MiB is free".to_owned());
            let now = DateTime::UNIX_EPOCH + TimeDelta::minutes(minute);
            assert_eq!(room.note(short, now), look == '.');
            kinds.extend(room.untold.take_if(|_| told).map(|incident| incident.kind));
        }
        kinds.extend(room.untold.map(|incident| incident.kind));
        kinds
    }

    #[test]
    fn a_full_disk_and_its_end_are_told_once() {
        use NoticeKind::{LowDisk, LowDiskOver};
        for (looks, at_once, expected) in [
            ("...", true, vec![]),
            (".xxx", true, vec![LowDisk]),
            (".xxx..", true, vec![LowDisk, LowDiskOver]),
            ("x.x.", true, vec![LowDisk, LowDiskOver, LowDisk, LowDiskOver]),
            (".xx", false, vec![LowDisk]),
            (".xx..", false, vec![]),
        ] {
            assert_eq!(told(looks, at_once), expected, "{looks}");
        }
    }
}

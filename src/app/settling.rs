//! Whether files are still being written. Decides, and looks at nothing itself: what is there and what time
//! it is are arguments.

use std::time::{Duration, Instant};

use crate::config::Files;

/// How long files must stay as they are before they are read: half of a text may be a valid configuration,
/// and whoever writes it piece by piece rests now and then.
const REST: Duration = Duration::from_secs(2);

/// Files that are looked at again and again.
#[derive(Debug, Default)]
pub(super) struct Settling {
    /// What was seen last, and when it was first seen so.
    seen: Option<(Files, Instant)>,
}

impl Settling {
    /// Takes note of the files as they are at `now`; whether they have been so for long enough.
    pub(super) fn rests(&mut self, present: &Files, now: Instant) -> bool {
        match &self.seen {
            Some((seen, since)) if seen == present => now.saturating_duration_since(*since) >= REST,
            _ => {
                self.seen = Some((present.clone(), now));
                false
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::config::{Environment, Source, load};

    #[test]
    fn files_rest_once_nobody_has_written_to_them_for_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("feedwatch.toml");
        fs::write(&path, "").unwrap();
        let source = Source { config: Some(path.clone()), data_dir: None };
        let files = load(&source, &Environment::default()).unwrap().config.files;
        let (mut settling, start) = (Settling::default(), Instant::now());
        for (millis, text, rests) in [
            (0, "[log]\n", false),
            (1_900, "[log]\n", false),
            (1_950, "[log]\nlevel = \"warn\"\n", false),
            // The first text again: somebody wrote in between.
            (2_100, "[log]\n", false),
            (4_099, "[log]\n", false),
            (4_100, "[log]\n", true),
            (9_000, "[log]\n", true),
            (9_001, "[fetch]\n", false),
            // A clock that went back is no proof of rest.
            (8_000, "[fetch]\n", false),
            (11_001, "[fetch]\n", true),
        ] {
            fs::write(&path, text).unwrap();
            let now = start + Duration::from_millis(millis);
            assert_eq!(settling.rests(&files.now(), now), rests, "{millis} ms: {text}");
        }
    }
}

//! What is known of the robots.txt of sites: each is read once a day at most, and by one request however many
//! pages wait for it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::TimeDelta;
use tokio::sync::Mutex as Turn;

use super::robots::Robots;
use crate::model::Timestamp;

/// Sites that are remembered; beyond them, those that nobody waits for are forgotten.
const MOST: usize = 2_000;

/// The longest that a file is believed (RFC 9309, section 2.4).
pub(super) const LONGEST: TimeDelta = TimeDelta::days(1);

/// A file as read, and until when it holds.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(super) robots: Arc<Robots>,
    pub(super) until: Timestamp,
    /// Why nothing is allowed although no rule says so; `None` where the file was read, or there is none.
    pub(super) trouble: Option<String>,
}

impl Known {
    /// Whether it still holds; a time that a clock has moved out of reach does not.
    pub(super) fn holds(&self, now: Timestamp) -> bool {
        // Those who ask at once do not see the very same moment.
        self.until > now && self.until <= now + LONGEST + TimeDelta::minutes(1)
    }
}

/// One site: who holds it reads the file for all who wait.
pub(super) type Site = Arc<Turn<Option<Known>>>;

/// Sites by origin.
#[derive(Debug, Default)]
pub(super) struct Sites(Mutex<HashMap<String, Site>>);

impl Sites {
    /// The site of `origin`.
    pub(super) fn site(&self, origin: &str) -> Site {
        let mut sites = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if sites.len() >= MOST && !sites.contains_key(origin) {
            sites.retain(|_, site| Arc::strong_count(site) > 1);
        }
        sites.entry(origin.to_owned()).or_default().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_sites_is_bounded() {
        let sites = Sites::default();
        let held = sites.site("https://held.example");
        for number in 0..10 * MOST {
            sites.site(&format!("https://{number}.example"));
        }
        assert!(sites.0.lock().unwrap().len() <= MOST);
        assert!(Arc::ptr_eq(&held, &sites.site("https://held.example")), "nobody who waits is forgotten");
    }
}

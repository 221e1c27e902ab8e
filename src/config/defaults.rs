//! What holds where a configuration says nothing.
//!
//! The only place for these values; the commented lines of the sample file repeat them, and a test
//! compares the two.

use std::time::Duration;

use crate::config::settings::{FetchSettings, LineFormat, LogSettings, RetentionSettings, ServerSettings};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// `[defaults] min_every`: what Miniflux uses; a third of the fixed interval of most.
pub const MIN_EVERY: Duration = MINUTE.saturating_mul(5);

/// `[defaults] max_every`: what Miniflux and rss-fetcher use.
pub const MAX_EVERY: Duration = DAY;

/// `timezone` of a `cron` line.
pub const TIMEZONE: chrono_tz::Tz = chrono_tz::Tz::UTC;

/// `[[channel]] timeout`.
pub const CHANNEL_TIMEOUT: Duration = Duration::from_secs(15);

/// `[fetch] user_agent`: stable, so that publishers can tell us apart.
pub const USER_AGENT: &str = concat!("feedwatch/", env!("CARGO_PKG_VERSION"));

impl Default for FetchSettings {
    fn default() -> Self {
        Self {
            user_agent: USER_AGENT.to_owned(),
            timeout: Duration::from_secs(30),
            connect_timeout: Duration::from_secs(10),
            max_body: 16 * 1024 * 1024,
            max_entries: 2_000,
            max_redirects: 5,
            concurrency: 32,
            per_host: 2,
            allow_networks: Vec::new(),
            proxy: None,
            max_backoff: DAY,
            // Readers that ask once an hour, as most do by default, are no burden to any publisher; and
            // many state days in `max-age` without meaning their feed.
            max_wait: MINUTE.saturating_mul(60),
        }
    }
}

#[expect(clippy::derivable_impls, reason = "every default is written out in this file")]
impl Default for ServerSettings {
    fn default() -> Self {
        Self { listen: None }
    }
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self { articles: DAY.saturating_mul(30), matches: DAY.saturating_mul(365) }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LineFormat::Auto, level: tracing::Level::INFO }
    }
}

//! What holds where a configuration says nothing.
//!
//! The only place for these values; the commented lines of the sample file repeat them, and a test
//! compares the two.

use std::time::Duration;

use crate::config::settings::{
    FetchSettings, LineFormat, LogSettings, NoticeSettings, ReloadSettings, RetentionSettings,
    RetryAfterScope, ServerSettings,
};

use crate::model::{HealthRule, Limit, Priority};

const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// `[defaults] min_every`: what Miniflux uses; a third of the fixed interval of most.
pub const MIN_EVERY: Duration = MINUTE.saturating_mul(5);

/// `[defaults] max_every`: what Miniflux and rss-fetcher use.
pub const MAX_EVERY: Duration = DAY;

/// `timezone` of a `cron` line.
pub const TIMEZONE: chrono_tz::Tz = chrono_tz::Tz::UTC;

/// `[alerts] breaks_quiet`.
pub const BREAKS_QUIET: Option<Priority> = Some(Priority::High);

/// `[[channel]] burst`, where there is a `limit`.
pub const BURST: u32 = 10;

/// `[[channel]] limit` of a kind. People who read mail and chats are spared, and the servers of both refuse
/// who sends much; programs are told everything.
pub fn limit(kind: &str) -> Option<Limit> {
    match kind {
        "webhook" | "command" | "stdout" | "file" => None,
        "email" => Some(Limit { every: MINUTE.saturating_mul(3), burst: BURST }),
        _ => Some(Limit { every: MINUTE, burst: BURST }),
    }
}

/// `[[channel]] fallback_after`: four attempts, and time to mend what is mended quickly.
pub const FALLBACK_AFTER: Option<Duration> = Some(MINUTE.saturating_mul(60));

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
            retry_after_scope: RetryAfterScope::Host,
            min_free_space: 64 * 1024 * 1024,
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
        Self { listen: None, public_url: None }
    }
}

impl Default for ReloadSettings {
    fn default() -> Self {
        Self { on_change: true }
    }
}

impl Default for RetentionSettings {
    fn default() -> Self {
        Self { articles: DAY.saturating_mul(30), matches: DAY.saturating_mul(365) }
    }
}

impl Default for NoticeSettings {
    fn default() -> Self {
        // A doubling wait makes five failures a few hours; three days outlast a weekend with a holiday.
        Self {
            channels: Vec::new(),
            health: HealthRule { failures: 5, silence: Some(DAY.saturating_mul(3)) },
        }
    }
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: LineFormat::Auto, level: tracing::Level::INFO }
    }
}

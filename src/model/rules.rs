//! When alerts leave, as watches and channels are configured.

use std::time::Duration;

use super::Priority;
use crate::schedule::{Cron, Quiet};

/// When a watch's alerts leave.
#[derive(Clone, Debug, PartialEq)]
pub struct WatchRules {
    /// How urgent they are.
    pub priority: Priority,
    /// How long the first waits for others to travel with it.
    pub group_wait: Duration,
    /// The least time between two messages of the watch to one channel.
    pub group_interval: Duration,
    /// They wait for the next of these instants; `None`: they do not.
    pub digest: Option<Cron>,
    /// They wait for the end of these hours; `None`: they do not.
    pub quiet: Option<Quiet>,
}

impl Default for WatchRules {
    /// Without a word in the configuration.
    fn default() -> Self {
        Self {
            priority: Priority::default(),
            group_wait: Duration::from_secs(30),
            group_interval: Duration::from_secs(5 * 60),
            digest: None,
            quiet: None,
        }
    }
}

/// When a channel takes alerts, and what happens to those that it does not take.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ChannelRules {
    /// They wait for the end of these hours; `None`: they do not.
    pub quiet: Option<Quiet>,
    /// Quiet hours do not hold up what is this urgent; `None`: they hold up everything.
    pub breaks_quiet: Option<Priority>,
    /// `None`: as many messages as there are.
    pub limit: Option<Limit>,
    /// The channel that gets what this one does not take. Following it from channel to channel ends.
    pub fallback: Option<String>,
    /// How long something waits for the channel while it fails until the fallback gets it; `None`: until it is
    /// given up on.
    pub fallback_after: Option<Duration>,
}

/// How many messages a channel takes: a bucket of tokens, one for each message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// A token is put in this often.
    pub every: Duration,
    /// As many as the bucket holds; at least 1.
    pub burst: u32,
}

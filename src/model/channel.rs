//! What is remembered of a channel between two deliveries.

use super::Timestamp;

/// See the module's documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChannelState {
    /// When its bucket of tokens is full again, if nothing more is made until then; see
    /// [`Limit`](super::Limit).
    pub bucket_full_at: Timestamp,
    /// Failed attempts since the last success, of whatever delivery.
    pub failures: u32,
    /// When the first of them failed; `None`: none did.
    pub failing_since: Option<Timestamp>,
    /// The last failed attempt, whatever succeeded since; `None`: none failed yet.
    pub failed_at: Option<Timestamp>,
    /// Nothing is sent before.
    pub resume_at: Timestamp,
    /// The last success; `None`: none yet.
    pub succeeded_at: Option<Timestamp>,
}

impl Default for ChannelState {
    /// Nothing is remembered.
    fn default() -> Self {
        let never = Timestamp::UNIX_EPOCH;
        Self {
            bucket_full_at: never,
            failures: 0,
            failing_since: None,
            failed_at: None,
            resume_at: never,
            succeeded_at: None,
        }
    }
}

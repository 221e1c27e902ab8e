//! Alerts and the deliveries they travel in.

use super::{AlertId, DeliveryId, MatchId, Timestamp};

/// The durable intent to tell one channel of one match.
#[derive(Clone, Debug, PartialEq)]
pub struct Alert {
    /// Digest of match and channel.
    pub id: AlertId,
    /// What to tell.
    pub matched: MatchId,
    /// Of which watch, by name.
    pub watch: String,
    /// Whom: a channel's name.
    pub channel: String,
    /// When it was decided.
    pub created_at: Timestamp,
    /// Why it comes in one message with others of a storm; `None`: it does not.
    pub storm: Option<String>,
}

/// Where a delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeliveryState {
    /// Waits for its next attempt.
    Pending,
    /// An attempt is under way, or was when the process died.
    InFlight,
    /// The channel took it.
    Delivered,
    /// Given up on, with the reason; a person may retry or drop it.
    Dead,
    /// A person decided that it need not be sent.
    Dropped,
}

impl DeliveryState {
    /// Every state, with the word for it in the database and in output.
    pub const NAMES: [(Self, &'static str); 5] = [
        (Self::Pending, "pending"),
        (Self::InFlight, "in_flight"),
        (Self::Delivered, "delivered"),
        (Self::Dead, "dead"),
        (Self::Dropped, "dropped"),
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// Reads the word for it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }
}

/// A batch of alerts on its way to a channel; an attempt is one try.
#[derive(Clone, Debug, PartialEq)]
pub struct Delivery {
    /// Digest of installation, channel and what it carries: the same over retries, crashes and restores.
    pub id: DeliveryId,
    /// The channel's name.
    pub channel: String,
    /// The channel's how many-th it is. Deliveries may arrive in another order, or again: this tells. 0: it
    /// was made before they were counted.
    pub number: i64,
    /// The message as frozen when the alerts were grouped, in the JSON form of `alert::Payload`.
    pub payload: String,
    /// When it was grouped.
    pub created_at: Timestamp,
    /// Attempts that were taken up, counted before sending: a crash inflates it.
    pub claims: u32,
    /// Attempts whose outcome was recorded, since it was made or last retried on request.
    pub attempts: u32,
    /// All attempts whose outcome was recorded.
    pub attempts_in_all: u32,
}

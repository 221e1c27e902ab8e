//! Subscriptions to WebSub hubs, which push what is new (W3C Recommendation, 2018).

use url::Url;

use super::{FeedId, Timestamp};

/// Where a feed says that its news are pushed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hub {
    /// Who pushes.
    pub hub: Url,
    /// What the hub calls the feed.
    pub topic: Url,
}

/// A hub to be subscribed to, with what only we and it will know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WantedHub {
    /// Whom to ask for what.
    pub hub: Hub,
    /// The last part of the callback's path.
    pub callback: String,
    /// Signs what is pushed.
    pub secret: String,
}

/// A subscription as the database keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription {
    /// Of which feed.
    pub feed: FeedId,
    /// Whom was asked for what, and how it reaches us.
    pub wanted: WantedHub,
    /// How far it got.
    pub state: SubscriptionState,
    /// Until when the hub pushes; `None` before it agreed.
    pub lease_until: Option<Timestamp>,
    /// Requests to the hub since it last agreed.
    pub failures: u32,
}

/// How far a subscription got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SubscriptionState {
    /// The hub is to be asked.
    Wanted,
    /// It was asked, and did not come back to us yet.
    Asked,
    /// It agreed, and pushes.
    Live,
    /// It refused.
    Denied,
    /// It is to stop: the feed is not configured any more.
    Leaving,
}

impl SubscriptionState {
    const NAMES: [(Self, &'static str); 5] = [
        (Self::Wanted, "wanted"),
        (Self::Asked, "asked"),
        (Self::Live, "live"),
        (Self::Denied, "denied"),
        (Self::Leaving, "leaving"),
    ];

    /// The word for it in the database.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(state, _)| *state == self).map_or("", |(_, name)| name)
    }

    /// Of what [`as_str`](Self::as_str) gave.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(state, _)| *state)
    }
}

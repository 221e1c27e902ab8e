//! What feedwatch tells of itself: feeds, channels and watches that need a person's attention.

use serde::{Deserialize, Serialize};

/// Why a notice is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    /// A feed has failed for long.
    FeedFailing,
    /// A feed answers and has had nothing new for long.
    FeedSilent,
    /// A feed that failed or was silent is as it should be.
    FeedRecovered,
    /// So many feeds fail at once that the fault lies on this side.
    Outage,
    /// The outage is over.
    OutageOver,
    /// A channel takes nothing any more.
    ChannelDead,
    /// A watch matches far more than it usually does.
    Spike,
    /// A watch matches nothing, far longer than it usually does.
    Silence,
}

impl NoticeKind {
    /// Every kind, with the word for it in payloads and output.
    pub const NAMES: [(Self, &'static str); 8] = [
        (Self::FeedFailing, "feed_failing"),
        (Self::FeedSilent, "feed_silent"),
        (Self::FeedRecovered, "feed_recovered"),
        (Self::Outage, "outage"),
        (Self::OutageOver, "outage_over"),
        (Self::ChannelDead, "channel_dead"),
        (Self::Spike, "spike"),
        (Self::Silence, "silence"),
    ];

    /// The word for it.
    pub fn as_str(self) -> &'static str {
        Self::NAMES.iter().find(|(kind, _)| *kind == self).map_or("", |(_, name)| name)
    }

    /// Reads the word for it.
    pub fn parse(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(_, known)| *known == name).map(|(kind, _)| *kind)
    }
}

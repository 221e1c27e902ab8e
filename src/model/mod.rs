//! The nouns that every other module speaks of: feeds, articles, watches, matches, stories, alerts.
//!
//! Plain data with the invariants of its fields. No I/O, no clock, no chance: identifiers are digests
//! of what they identify, and times are handed in.

mod address;
mod alert;
mod article;
mod channel;
mod counts;
mod feed;
mod id;
mod intent;
mod lang;
mod matched;
mod network;
mod notice;
mod page;
mod paragraph;
mod priority;
mod rules;
mod story;
mod subscription;
mod watch;

pub use address::{has_full_host, masked, web_address, with_credentials, without_credentials};
pub use alert::{Alert, Delivery, DeliveryState};
pub use article::{Article, Field, Span};
pub use channel::ChannelState;
pub use counts::FeedCounts;
pub use feed::{
    Alarm, AlarmKind, Brevity, FailureKind, Feed, FeedState, HealthRule, Move, Repeated, Validators,
    same_feed, source_name,
};
pub use id::{AlertId, ArticleId, DeliveryId, EntryKey, FeedId, MatchId, NoticeId, StoryId, ThreadId};
pub use intent::{ArticleWrite, PageIntent, PollIntent};
pub use lang::Lang;
pub use matched::Match;
pub use network::{Reserved, blocked, blocked_host};
pub use notice::{Incident, Notice, NoticeKind};
pub use page::PageState;
pub use paragraph::ParagraphCount;
pub use priority::Priority;
pub use rules::{ChannelRules, Limit, WatchRules};
pub use story::{Clustered, Joined, Membership, Occasion, StoryPolicy, Telling};
pub use subscription::{Hub, Subscription, SubscriptionState, WantedHub};
pub use watch::{Concept, Watch};

/// A moment, in UTC. Stored and compared in whole milliseconds.
pub type Timestamp = chrono::DateTime<chrono::Utc>;

//! What feedwatch tells of itself: feeds, channels and watches that need a person's attention.

use serde::{Deserialize, Serialize};

use super::{NoticeId, Timestamp};

/// Something about feedwatch itself, before it is decided who is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incident {
    /// What happened.
    pub kind: NoticeKind,
    /// To what: a feed's URL, the name of a channel or a watch, `network` or `disk`.
    pub subject: String,
    /// What tells it from another of its kind on the same subject, such as the moment it began: the same
    /// occasion is told once, however often it is found.
    pub occasion: String,
    /// One line.
    pub title: String,
    /// Plain text, short paragraphs with blank lines between them.
    pub text: String,
}

impl Incident {
    /// One notice for each of `channels`.
    pub fn tell<'a>(
        &'a self,
        channels: impl IntoIterator<Item = &'a String> + 'a,
        at: Timestamp,
    ) -> impl Iterator<Item = Notice> + 'a {
        channels.into_iter().map(move |channel| Notice {
            id: NoticeId::of(self, channel),
            channel: channel.clone(),
            kind: self.kind,
            subject: self.subject.clone(),
            title: self.title.clone(),
            text: self.text.clone(),
            created_at: at,
        })
    }
}

/// The durable intent to tell one channel of an [`Incident`]. It is recorded in the transaction of what
/// caused it, once: its id tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Digest of kind, subject, occasion and channel.
    pub id: NoticeId,
    /// Whom to tell: a channel's name.
    pub channel: String,
    /// See [`Incident`].
    pub kind: NoticeKind,
    /// See [`Incident`].
    pub subject: String,
    /// See [`Incident`].
    pub title: String,
    /// See [`Incident`].
    pub text: String,
    /// When it was decided.
    pub created_at: Timestamp,
}

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
    /// The disk has no room: polling pauses.
    LowDisk,
    /// It has room again.
    LowDiskOver,
    /// A channel takes nothing any more.
    ChannelDead,
    /// A watch matches far more than it usually does.
    Spike,
    /// A watch matches nothing, far longer than it usually does.
    Silence,
}

impl NoticeKind {
    /// Every kind, with the word for it in payloads and output.
    pub const NAMES: [(Self, &'static str); 10] = [
        (Self::FeedFailing, "feed_failing"),
        (Self::FeedSilent, "feed_silent"),
        (Self::FeedRecovered, "feed_recovered"),
        (Self::Outage, "outage"),
        (Self::OutageOver, "outage_over"),
        (Self::LowDisk, "low_disk"),
        (Self::LowDiskOver, "low_disk_over"),
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

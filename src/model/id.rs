//! Identifiers.
//!
//! Every id is a digest of what it names, so the same article, match or delivery has the same id on
//! every machine, after every crash and in every restored backup; no counter is shared. The value is
//! the first 128 bits of a SHA-256 in the form of a version 8 UUID (RFC 9562, section 5.8).

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::Incident;

/// Digest of `parts`, each preceded by its length so that no two lists of parts collide.
fn digest(kind: &str, parts: &[&[u8]]) -> [u8; 32] {
    let mut hasher = Sha256::new();
    for part in std::iter::once(kind.as_bytes()).chain(parts.iter().copied()) {
        hasher.update((part.len() as u64).to_be_bytes());
        hasher.update(part);
    }
    hasher.finalize().into()
}

fn uuid(kind: &str, parts: &[&[u8]]) -> Uuid {
    let digest = digest(kind, parts);
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest[..16]);
    Uuid::new_v8(bytes)
}

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// The id as stored: 16 bytes.
            pub fn as_bytes(&self) -> &[u8] {
                self.0.as_bytes()
            }

            /// Reads a stored id; `None` when it is not 16 bytes long.
            pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self)
            }

            /// Reads what [`Display`](fmt::Display) wrote.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({})"), self.0)
            }
        }
    };
}

id!(
    /// A feed: digest of its configured URL.
    FeedId
);
id!(
    /// An article: digest of its feed and the entry's key.
    ArticleId
);
id!(
    /// A story: digest of the article that it began with.
    StoryId
);
id!(
    /// A match: digest of the watch's name and the article.
    MatchId
);
id!(
    /// An alert: digest of the match and the channel's name.
    AlertId
);
id!(
    /// A notice: digest of kind, subject, occasion and the channel's name.
    NoticeId
);
id!(
    /// A delivery: digest of the installation, the channel and the sorted ids of its alerts or notices.
    DeliveryId
);

id!(
    /// A thread of mails: digest of the installation, the channel and the story.
    ThreadId
);

impl FeedId {
    /// The id of the feed configured under `url`.
    pub fn of(url: &str) -> Self {
        Self(uuid("feed", &[url.as_bytes()]))
    }
}

impl ArticleId {
    /// The id of the article that `feed` publishes under `key`.
    pub fn of(feed: FeedId, key: &EntryKey) -> Self {
        Self(uuid("article", &[feed.as_bytes(), key.as_bytes()]))
    }
}

impl StoryId {
    /// The id of the story that begins with `article`.
    pub fn of(article: ArticleId) -> Self {
        Self(uuid("story", &[article.as_bytes()]))
    }
}

impl MatchId {
    /// The id of the match of the watch named `watch` with `article`.
    pub fn of(watch: &str, article: ArticleId) -> Self {
        Self(uuid("match", &[watch.as_bytes(), article.as_bytes()]))
    }
}

impl AlertId {
    /// The id of the alert that tells `channel` of `matched`.
    pub fn of(matched: MatchId, channel: &str) -> Self {
        Self(uuid("alert", &[matched.as_bytes(), channel.as_bytes()]))
    }
}

impl NoticeId {
    /// The id of the notice that tells `channel` of `incident`.
    pub fn of(incident: &Incident, channel: &str) -> Self {
        let Incident { kind, subject, occasion, .. } = incident;
        let parts = [kind.as_str(), subject, occasion, channel].map(str::as_bytes);
        Self(uuid("notice", &parts))
    }

    /// The id of the notice that tells `channel` the same, because the channel of this one did not take it.
    pub fn passed_on_to(&self, channel: &str) -> Self {
        Self(uuid("notice passed on", &[self.as_bytes(), channel.as_bytes()]))
    }
}

impl DeliveryId {
    /// The id of the delivery of `alerts` to `channel` by the installation `install`.
    pub fn of(install: &str, channel: &str, alerts: &[AlertId]) -> Self {
        Self(batch("delivery", install, channel, alerts.iter().map(AlertId::as_bytes)))
    }

    /// The same of notices.
    pub fn of_notices(install: &str, channel: &str, notices: &[NoticeId]) -> Self {
        Self(batch("delivery of notices", install, channel, notices.iter().map(NoticeId::as_bytes)))
    }
}

/// Digest of a set of `ids`, whatever their order.
fn batch<'a>(kind: &str, install: &str, channel: &str, ids: impl Iterator<Item = &'a [u8]>) -> Uuid {
    let mut ids: Vec<&[u8]> = ids.collect();
    ids.sort_unstable();
    ids.splice(0..0, [install.as_bytes(), channel.as_bytes()]);
    uuid(kind, &ids)
}

impl ThreadId {
    /// The id of the thread in which `install` tells `channel` of `story`.
    pub fn of(install: &str, channel: &str, story: &str) -> Self {
        Self(uuid("thread", &[install.as_bytes(), channel.as_bytes(), story.as_bytes()]))
    }
}

/// What tells an entry of one feed from the others, digested to a fixed size: a hostile feed may
/// send a guid of ten megabytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntryKey([u8; 32]);

impl EntryKey {
    /// The key of an entry identified by `parts`; `scheme` names which of its properties they are
    /// (`"guid"`, `"link"`, `"content"`), so that a guid never equals a link.
    pub fn of(scheme: &str, parts: &[&str]) -> Self {
        let parts: Vec<&[u8]> = parts.iter().map(|part| part.as_bytes()).collect();
        Self(digest(scheme, &parts))
    }

    /// The key as stored: 32 bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Reads a stored key; `None` when it is not 32 bytes long.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }
}

impl fmt::Debug for EntryKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "EntryKey(")?;
        for byte in &self.0[..6] {
            write!(f, "{byte:02x}")?;
        }
        write!(f, "…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_depend_on_every_part_and_on_nothing_else() {
        let feed = FeedId::of("https://example.org/rss");
        assert_eq!(feed, FeedId::of("https://example.org/rss"));
        assert_ne!(feed, FeedId::of("https://example.org/rss2"));
        assert_ne!(EntryKey::of("guid", &["ab", "c"]), EntryKey::of("guid", &["a", "bc"]));
        assert_ne!(EntryKey::of("guid", &["a"]), EntryKey::of("link", &["a"]));
        assert_eq!(FeedId::parse(&feed.to_string()), Some(feed));
        assert_eq!(FeedId::from_bytes(feed.as_bytes()), Some(feed));
    }

    #[test]
    fn a_delivery_has_the_same_id_whatever_the_order_of_its_alerts() {
        let article = ArticleId::of(FeedId::of("u"), &EntryKey::of("guid", &["1"]));
        let [a, b] = ["x", "y"].map(|watch| AlertId::of(MatchId::of(watch, article), "desk"));
        assert_eq!(DeliveryId::of("i", "desk", &[a, b]), DeliveryId::of("i", "desk", &[b, a]));
        assert_ne!(DeliveryId::of("i", "desk", &[a, b]), DeliveryId::of("i", "desk", &[a]));
    }
}

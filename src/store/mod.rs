//! The database: one SQLite file, and the only user of sqlx.
//!
//! Every write is one intent in one `BEGIN IMMEDIATE` transaction of the single writer:
//!
//! | transaction | file | commits |
//! |---|---|---|
//! | T1, a poll | `poll.rs` | articles, matches, alerts, notices and the feed's state, or nothing |
//! | T1, a page  | `page.rs` | an article's full text, its matches and alerts, or nothing |
//! | T1, a look | `volume.rs` | what is remembered of how much watches match, and notices of it |
//! | index, a batch | `index.rs` | the tokens of articles that another version of the analysis read, and how far it is |
//! | index, a merge | `index.rs` | a few merged pages of the index, and how far that is |
//! | T2, grouping | `delivery.rs` | deliveries with their frozen payloads, and what they carry |
//! | T3, claim | `delivery.rs` | in flight, claims + 1; nothing is sent while it is open |
//! | T4, outcome | `delivery.rs` | done, to be retried, or dead and passed on; and a row in the attempt log |
//!
//! It stores what it is handed and never decides: no clock, no chance, no retry policy. All SQL is
//! static text.

mod article;
mod backup;
mod baseline;
mod channel;
mod clock;
mod concept;
mod connection;
mod counter;
mod dead;
mod delivery;
mod error;
mod feed;
mod host_wait;
mod index;
mod listing;
mod lock;
mod matched;
mod notice;
mod page;
mod paragraph;
mod poll;
#[cfg(test)]
mod refusal;
mod restored;
mod retention;
mod row;
mod seal;
mod search;
mod space;
mod stats;
mod story;
mod subscription;
mod told;
mod volume;
mod waiting;

pub use article::StoredArticle;
pub use backup::{Backup, backup};
pub use connection::{Mode, Store, database};
pub use dead::{Chosen, Overdue, Retried};
pub use delivery::{Carried, Ended, NewDelivery};
pub use error::{OpenError, is_general};
pub use feed::FeedRow;
pub use index::{IndexedText, Stale};
pub use listing::{DeliveryFilter, DeliveryRow, LoggedAttempt, WaitingCount};
pub use matched::{MatchFilter, StoredMatch};
pub use page::StoredPage;
pub use poll::Committed;
pub use retention::{Expiry, PruningPlace, RetentionClock};
pub use stats::{Count, Stats};
pub use story::{StoredMember, StoryArticle, StorySummary};
pub use told::Told;
pub use volume::VolumeState;

#[cfg(test)]
mod tests;

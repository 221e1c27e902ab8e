//! The database: one SQLite file, and the only user of sqlx.
//!
//! Every write is one intent in one `BEGIN IMMEDIATE` transaction of the single writer:
//!
//! | transaction | file | commits |
//! |---|---|---|
//! | T1, a poll | `poll.rs` | articles, matches, alerts and the feed's state, or nothing |
//! | T1, a page  | `page.rs` | an article's full text, its matches and alerts, or nothing |
//! | T2, grouping | `delivery.rs` | a delivery with its frozen payload, and which alerts it carries |
//! | T3, claim | `delivery.rs` | in flight, claims + 1; nothing is sent while it is open |
//! | T4, outcome | `delivery.rs` | done, to be retried, or dead; and a row in the attempt log |
//!
//! It stores what it is handed and never decides: no clock, no chance, no retry policy. All SQL is
//! static text.

mod article;
mod backup;
mod concept;
mod connection;
mod delivery;
mod error;
mod feed;
mod lock;
mod matched;
mod page;
mod paragraph;
mod poll;
mod restored;
mod retention;
mod row;
mod search;
mod stats;

pub use article::StoredArticle;
pub use backup::{Backup, backup};
pub use connection::{Mode, Store, database};
pub use delivery::{DeliveryRow, NewDelivery};
pub use error::OpenError;
pub use feed::FeedRow;
pub use matched::{MatchFilter, StoredMatch};
pub use page::StoredPage;
pub use poll::Committed;
pub use retention::Pruned;
pub use stats::{Count, Stats};

#[cfg(test)]
mod tests;

//! Entries → articles: identity; new, changed or known. Pure.
use crate::model::{ArticleId, Timestamp};

/// temporary
#[derive(Clone, Debug)]
pub struct Known {
    pub id: ArticleId,
    pub content_hash: [u8; 32],
    pub published_at: Timestamp,
    pub first_seen_at: Timestamp,
}

//! The pages of articles: how far the fetching of their full text is.

use super::{ArticleId, Timestamp};

/// What the database remembers of an article's page.
#[derive(Clone, Debug, PartialEq)]
pub struct PageState {
    /// Whose.
    pub article: ArticleId,
    /// How often it was asked for.
    pub fetches: u32,
    /// When its text arrived last; `None`: the article's body is still the feed's own.
    pub fetched_at: Option<Timestamp>,
    /// When it is to be asked for next; `None`: not any more.
    pub next_fetch_at: Option<Timestamp>,
    /// Why the last fetch gave no text; `None`: it did, or there was none.
    pub reason: Option<String>,
    /// Whether the database was restored from a backup since it was due: what it brings may have been told
    /// before.
    pub catching_up: bool,
}

impl PageState {
    /// A page that was never asked for and is to be at `due`.
    pub fn unfetched(article: ArticleId, due: Timestamp) -> Self {
        Self {
            article,
            fetches: 0,
            fetched_at: None,
            next_fetch_at: Some(due),
            reason: None,
            catching_up: false,
        }
    }
}

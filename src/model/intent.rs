//! What one poll decided: the only thing the database is asked to commit for it.

use super::{Alert, Article, ArticleId, EntryKey, FeedState, Match, ParagraphCount, Timestamp, WantedHub};

/// An article to write, with what the database keeps beside it.
#[derive(Clone, Debug, PartialEq)]
pub struct ArticleWrite {
    /// The article.
    pub article: Article,
    /// A second identity, for feeds that move to another host or scheme.
    pub alternate: Option<EntryKey>,
    /// Its tokens, for search.
    pub index_text: String,
    /// The concepts that it mentions.
    pub concepts: Vec<String>,
}

/// Everything that follows from one poll; committed in one transaction, or not at all.
#[derive(Clone, Debug, PartialEq)]
pub struct PollIntent {
    /// When the poll was decided.
    pub at: Timestamp,
    /// The feed's state from now on; its validators belong to these very articles.
    pub state: FeedState,
    /// The hub that the feed names, where hubs are asked.
    pub hub: Option<WantedHub>,
    /// Whether the answer carried entries (a 304 or a failure does not): only then does the absence
    /// of an article mean anything.
    pub read: bool,
    /// Articles seen for the first time.
    pub new: Vec<ArticleWrite>,
    /// Known articles whose text changed.
    pub changed: Vec<ArticleWrite>,
    /// Known articles that the feed still carries, changed ones among them.
    pub seen: Vec<ArticleId>,
    /// How many of the new articles each of their paragraphs stands in.
    pub paragraphs: Vec<ParagraphCount>,
    /// Matches of new and changed articles; one that is recorded already gets its spans renewed and
    /// is not alerted again.
    pub matches: Vec<Match>,
    /// One for each match and channel to be told; empty at a baseline.
    pub alerts: Vec<Alert>,
}

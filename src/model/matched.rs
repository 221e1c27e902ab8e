//! Matches: watch × article, with the proof.

use super::{ArticleId, MatchId, Span, Timestamp};

/// A watch matched an article.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// Digest of watch and article.
    pub id: MatchId,
    /// The watch's name.
    pub watch: String,
    /// Which article.
    pub article: ArticleId,
    /// When it was decided.
    pub matched_at: Timestamp,
    /// The places that prove it, in reading order; never empty unless only metadata was asked for.
    pub spans: Vec<Span>,
}

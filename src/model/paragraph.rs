//! Paragraphs, counted: what tells a feed's boilerplate from its news.

/// In how many different articles of one feed a paragraph stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParagraphCount {
    /// Of its folded text.
    pub digest: u64,
    /// Articles, each counted when it was first seen.
    pub articles: u32,
    /// One bit for each word that all their titles share (words of one bit are taken for one word); 0:
    /// the titles have nothing in common.
    pub topic: u64,
}

//! Why a body could not be read as a feed.

use thiserror::Error;

/// Why a body could not be read as a feed. Names the way out where there is one.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ParseError {
    /// Nothing but blanks.
    #[error("the body is empty")]
    Empty,
    /// A page for people: a login, a consent wall, a moved feed.
    #[error("this is an HTML page{}, not a feed: look for the feed's own address", titled(.title))]
    HtmlPage {
        /// The page's title, shortened.
        title: Option<String>,
    },
    /// JSON of another kind, such as an error message.
    #[error("this is JSON, but no JSON Feed: it begins with {start:?}")]
    OtherJson {
        /// The first characters.
        start: String,
    },
    /// JSON that cannot be read.
    #[error("the JSON cannot be read: {reason}")]
    BadJson {
        /// What the JSON parser says, shortened.
        reason: String,
    },
    /// XML of another kind, such as a site map.
    #[error("this is an XML document of kind <{root}>, not a feed")]
    OtherXml {
        /// The name of the root element, shortened.
        root: String,
    },
    /// Neither markup nor JSON.
    #[error("this is no feed: it begins with {start:?}")]
    Unknown {
        /// The first characters.
        start: String,
    },
    /// The feed has entry tags, yet none could be read.
    #[error("the feed has {tags} entry tags, yet no entry could be read: {reason}")]
    NoEntries {
        /// How many tags look like entries.
        tags: usize,
        /// What went wrong.
        reason: String,
    },
}

fn titled(title: &Option<String>) -> String {
    title.as_ref().map(|title| format!(" ({title:?})")).unwrap_or_default()
}

/// The first `count` characters of `text`, for a message.
pub(super) fn shorten(text: &str, count: usize) -> String {
    text.trim().chars().take(count).collect()
}

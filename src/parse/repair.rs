//! What was mended in a feed, in words for the poll's record.

use std::fmt;

/// One kind of mending.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Repair {
    /// The bytes were not in the declared encoding, or none was declared; this one was used.
    Encoding(&'static str),
    /// Byte sequences that no encoding explains were replaced.
    BadBytes,
    /// Something stood before the first tag.
    LeadingJunk,
    /// Characters that XML forbids were dropped.
    ControlCharacters,
    /// `&` that begins no reference was escaped.
    BareAmpersands,
    /// Entities that XML does not know were replaced.
    Entities,
    /// The document is not sound, and the lenient reader read what it could.
    Lenient {
        /// What is wrong with the document.
        reason: String,
        /// How many entries were saved from it.
        entries: usize,
    },
    /// A JSON Feed that does not keep to its specification, for this reason.
    Json(&'static str),
}

impl fmt::Display for Repair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Encoding(name) => write!(f, "read as {name}, not as declared"),
            Self::BadBytes => f.write_str("unreadable bytes replaced"),
            Self::LeadingJunk => f.write_str("text before the first tag skipped"),
            Self::ControlCharacters => f.write_str("control characters dropped"),
            Self::BareAmpersands => f.write_str("bare ampersands escaped"),
            Self::Entities => f.write_str("undeclared entities replaced"),
            Self::Lenient { reason, entries: 1 } => write!(f, "{reason}, 1 entry salvaged"),
            Self::Lenient { reason, entries } => write!(f, "{reason}, {entries} entries salvaged"),
            Self::Json(what) => write!(f, "JSON Feed {what}"),
        }
    }
}

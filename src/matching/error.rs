//! Queries that parse and yet cannot work.

use std::fmt;

use crate::diagnostic::Diagnostic;

/// What a query belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A query by itself, as in a search.
    Query,
    /// The watch of this name.
    Watch(String),
    /// The concept of this name.
    Concept(String),
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Query => f.write_str("query"),
            Self::Watch(name) => write!(f, "watch '{name}'"),
            Self::Concept(name) => write!(f, "concept '{name}'"),
        }
    }
}

/// Why a query is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{subject}: {}", diagnostic.message)]
pub struct CompileError {
    /// Whose query.
    pub subject: Subject,
    /// What is wrong; places are bytes of that query's text.
    pub diagnostic: Diagnostic,
}

//! Compiles watches to an index; article → matches with the spans that prove them.
//!
//! ```text
//! watches, concepts ─► compile ─► atoms, nodes ─► anchors: index, programs ─► Matcher
//! article ─► Analysis ─► scan: present atoms ─► anchored watches whose conditions hold ─► spans on demand
//! ```
//!
//! Pure: no clock, no chance, no I/O. What a word *is* (its stems, its folded form) belongs to
//! [`analysis`](crate::analysis); here words are numbers and texts are places.

mod anchor;
mod atom;
mod bits;
mod cases;
mod code;
mod compile;
mod compiled_query;
mod condition;
mod document;
mod error;
mod evaluate;
mod explain;
mod frequency;
mod index;
mod matched;
mod matcher;
mod metadata;
mod node;
mod occurrence;
mod pattern;
mod prefilter;
mod program;
mod proximity;
mod rows;
mod scan;
mod spans;

pub use cases::{CASE_KEYS, CaseOutcome, Expectation, Refusal, run_cases};
pub use compiled_query::CompiledQuery;
pub use document::Document;
pub use error::{CompileError, Subject};
pub use explain::{Closest, Explanation};
pub use frequency::Frequencies;
pub use matched::{Matched, Matches};
pub use matcher::Matcher;
pub use prefilter::Filter;

#[cfg(test)]
mod tests;

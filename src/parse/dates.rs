//! Dates as feeds write them.

use crate::model::Timestamp;

/// Reads a date; `None` when it is none.
pub(super) fn parse(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    chrono::DateTime::parse_from_rfc3339(text)
        .or_else(|_| chrono::DateTime::parse_from_rfc2822(text))
        .ok()
        .map(|date| date.with_timezone(&chrono::Utc))
}

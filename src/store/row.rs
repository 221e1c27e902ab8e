//! Columns ↔ values of the model.

use anyhow::{Context, anyhow};
use chrono::DateTime;
use serde::de::DeserializeOwned;

use crate::model::Timestamp;

/// Milliseconds of a column → a moment.
pub(super) fn time(milliseconds: i64) -> anyhow::Result<Timestamp> {
    DateTime::from_timestamp_millis(milliseconds)
        .ok_or_else(|| anyhow!("the database holds {milliseconds} where a time should stand"))
}

/// The same for a column that may be NULL.
pub(super) fn optional_time(milliseconds: Option<i64>) -> anyhow::Result<Option<Timestamp>> {
    milliseconds.map(time).transpose()
}

/// A JSON column.
pub(super) fn json<T: DeserializeOwned>(text: &str) -> anyhow::Result<T> {
    serde_json::from_str(text).with_context(|| format!("the database holds '{text}' where JSON should stand"))
}

/// A blob column that holds an id or a key: `what` names it in the error.
pub(super) fn id<T>(read: fn(&[u8]) -> Option<T>, bytes: &[u8], what: &str) -> anyhow::Result<T> {
    read(bytes).ok_or_else(|| anyhow!("the database holds {} bytes where {what} should stand", bytes.len()))
}

/// Ids or keys as the JSON array of hexadecimal strings that `json_each` and `unhex` take apart: one
/// static statement serves any number of them.
pub(super) fn hex_array<'a>(keys: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut text = String::from("[");
    for key in keys {
        text.push_str(if text.len() == 1 { "\"" } else { ",\"" });
        for byte in key {
            for nibble in [byte >> 4, byte & 15] {
                text.push(char::from_digit(u32::from(nibble), 16).unwrap_or('0'));
            }
        }
        text.push('"');
    }
    text.push(']');
    text
}

/// The same for pairs of them: an array of arrays of two.
pub(super) fn hex_pairs<'a>(pairs: impl IntoIterator<Item = (&'a [u8], &'a [u8])>) -> String {
    let pairs: Vec<String> = pairs.into_iter().map(|(a, b)| hex_array([a, b])).collect();
    format!("[{}]", pairs.join(","))
}

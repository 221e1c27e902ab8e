//! Times as programs read them: RFC 3339 in UTC with `Z` and always three decimals.
//!
//! As a serde module (`#[serde(with = "time")]`) it writes the same form.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::{Deserialize, Deserializer, Serializer, de};

use crate::model::Timestamp;

/// Writes `time`, as in `2026-03-01T08:15:00.000Z`.
pub fn rfc3339(time: Timestamp) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Serialises as [`rfc3339`] does.
///
/// # Errors
/// Those of `serializer`.
pub fn serialize<S: Serializer>(time: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&rfc3339(*time))
}

/// Reads any RFC 3339 time.
///
/// # Errors
/// When it is not one.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
    let text = String::deserialize(deserializer)?;
    DateTime::parse_from_rfc3339(&text)
        .map(|time| time.with_timezone(&Utc))
        .map_err(|error| de::Error::custom(format!("'{text}' is not an RFC 3339 time: {error}")))
}

/// The same for a time that may be missing: `null`.
pub mod optional {
    use serde::{Deserialize, Deserializer, Serializer};

    use super::rfc3339;
    use crate::model::Timestamp;

    #[derive(Deserialize)]
    struct Time(#[serde(with = "super")] Timestamp);

    /// Serialises as [`rfc3339`] does, or `null`.
    ///
    /// # Errors
    /// Those of `serializer`.
    pub fn serialize<S: Serializer>(time: &Option<Timestamp>, serializer: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => serializer.serialize_some(&rfc3339(*time)),
            None => serializer.serialize_none(),
        }
    }

    /// Reads any RFC 3339 time, or `null`.
    ///
    /// # Errors
    /// When it is neither.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Timestamp>, D::Error> {
        Ok(Option::<Time>::deserialize(deserializer)?.map(|Time(time)| time))
    }
}

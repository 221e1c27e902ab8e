//! Watches and the concepts they are written in.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Lang, StoryPolicy, WatchRules};
use crate::query::Query;

/// A named, saved query with its alert settings.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Unique; part of the id of every match.
    pub name: String,
    /// The query as parsed.
    pub query: Query,
    /// The query as written, for people.
    pub text: String,
    /// The channels that are told; each exists in the configuration.
    pub channels: Vec<String>,
    /// When its alerts leave.
    pub rules: WatchRules,
    /// How often it tells of one story.
    pub story: StoryPolicy,
    /// Whether it tells that it matches far more than usual.
    pub spike: bool,
    /// After how long it tells that it matched nothing; `None`: never.
    pub silence: Option<Duration>,
}

/// A named set of terms in many languages, written `@name` in queries.
///
/// A place in the text counts as the concept when one of its terms, or one of an included concept,
/// matches there and no term of [`except`](Self::except) covers it.
#[derive(Clone, Debug, Default)]
pub struct Concept {
    /// The name without `@`: lower-case letters, digits and hyphens.
    pub name: String,
    /// One line for people.
    pub description: String,
    /// The terms of each language; the language picks the stemmer, not the articles it applies to.
    pub terms: BTreeMap<Lang, Vec<Query>>,
    /// Concepts that count as this one.
    pub includes: Vec<String>,
    /// Terms that take away the places they cover ("ASEAN Football").
    pub except: Vec<Query>,
}

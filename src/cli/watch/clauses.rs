//! Explanations, clause by clause: as a tree for people, as an object for programs.

use serde::Serialize;
use serde_json::{Value, json};

use crate::alert::shorten;
use crate::matching::{Closest, Explanation};
use crate::model::Span;

/// Characters of a clause on its line.
const WIDTH: usize = 100;

/// Failed alternatives that are shown; lists of words can be long.
const ALTERNATIVES: usize = 8;

/// A clause in JSON.
#[derive(Serialize)]
pub(super) struct ClauseView<'a> {
    /// As written.
    clause: &'a str,
    /// First character in the query's text.
    start: usize,
    /// One past the last character.
    end: usize,
    holds: bool,
    spans: &'a [Span],
    closest: Option<Value>,
    parts: Vec<ClauseView<'a>>,
}

impl<'a> ClauseView<'a> {
    /// The view of `explained`, a part of the query written as `query`.
    pub(super) fn new(query: &'a str, explained: &'a Explanation) -> Self {
        let clause = written(query, explained);
        let start = query.get(..explained.clause.start).map_or(0, |before| before.chars().count());
        Self {
            clause,
            start,
            end: start + clause.chars().count(),
            holds: explained.holds,
            spans: &explained.spans,
            closest: explained.closest.as_ref().map(closest),
            parts: explained.parts.iter().map(|part| Self::new(query, part)).collect(),
        }
    }
}

fn closest(closest: &Closest) -> Value {
    match closest {
        Closest::Elsewhere(spans) => json!({"kind": "elsewhere", "spans": spans}),
        Closest::Recurring(spans) => json!({"kind": "recurring", "spans": spans}),
        Closest::Apart(words) => json!({"kind": "apart", "words": words}),
        Closest::OtherOrder => json!({"kind": "other_order"}),
        Closest::Times(count) => json!({"kind": "times", "count": count}),
        Closest::Operands(count) => json!({"kind": "operands", "count": count}),
        Closest::Present(spans) => json!({"kind": "present", "spans": spans}),
    }
}

fn written<'a>(query: &'a str, explained: &Explanation) -> &'a str {
    query.get(explained.clause.clone()).unwrap_or_default()
}

/// A line for each clause of `query` that matters, and below it the places, as `show` draws them.
pub(super) fn tree(
    query: &str,
    explained: &Explanation,
    show: &dyn Fn(&[Span]) -> Vec<String>,
) -> Vec<String> {
    let mut tree = Tree { query, show, lines: Vec::new() };
    tree.add(explained, 0);
    tree.lines
}

struct Tree<'a> {
    query: &'a str,
    show: &'a dyn Fn(&[Span]) -> Vec<String>,
    lines: Vec<String>,
}

impl Tree<'_> {
    fn add(&mut self, explained: &Explanation, depth: usize) {
        let sign = if explained.holds { "yes" } else { "no " };
        let indent = "  ".repeat(depth);
        let clause = shorten(written(self.query, explained), WIDTH);
        let remark = remark(explained).map(|remark| format!("  ({remark})")).unwrap_or_default();
        self.lines.push(format!("{sign}  {indent}{clause}{remark}"));
        let parts = telling(explained);
        if parts.is_empty() {
            let places = match &explained.closest {
                Some(Closest::Elsewhere(spans) | Closest::Recurring(spans) | Closest::Present(spans)) => {
                    spans
                }
                _ => &explained.spans,
            };
            let places = (self.show)(places);
            self.lines.extend(places.into_iter().map(|place| format!("       {indent}{place}")));
        }
        for part in parts.iter().take(ALTERNATIVES) {
            self.add(part, depth + 1);
        }
        if parts.len() > ALTERNATIVES {
            self.lines.push(format!("     {indent}  and {} more", parts.len() - ALTERNATIVES));
        }
    }
}

/// The parts that show why a clause holds or fails, those that came close first. What holds is proved by
/// the parts that hold; a negation that holds has nothing to show.
fn telling(explained: &Explanation) -> Vec<&Explanation> {
    let mut parts: Vec<&Explanation> =
        explained.parts.iter().filter(|part| part.holds || !explained.holds).collect();
    if parts.len() > ALTERNATIVES {
        parts.sort_by_key(|part| !part.holds && part.closest.is_none());
    }
    parts
}

/// Why a clause failed, in words.
fn remark(explained: &Explanation) -> Option<String> {
    Some(match &explained.closest {
        Some(Closest::Elsewhere(_)) => "only elsewhere".to_owned(),
        Some(Closest::Recurring(_)) => "only in a paragraph that recurs in its feed".to_owned(),
        Some(Closest::Apart(1)) => "1 word between at the closest".to_owned(),
        Some(Closest::Apart(words)) => format!("{words} words between at the closest"),
        Some(Closest::OtherOrder) => "in another order".to_owned(),
        Some(Closest::Times(1)) => "once".to_owned(),
        Some(Closest::Times(count)) => format!("{count} times"),
        Some(Closest::Operands(count)) => format!("{count} of {}", explained.parts.len()),
        Some(Closest::Present(_)) => "it is there".to_owned(),
        None if !explained.holds && explained.parts.is_empty() => "nowhere".to_owned(),
        None => return None,
    })
}

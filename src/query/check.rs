//! What the grammar allows and the language does not: operators where they mean nothing, patterns that
//! nothing anchors, queries that match nearly everything.

use super::parser::example;
use super::{Expr, Field, Node, Term, pattern};
use crate::diagnostic::Diagnostic;

/// Adds what is wrong below `node` to `found`.
pub(super) fn parts(node: &Node, found: &mut Vec<Diagnostic>) {
    visit(node, Place::Anywhere, found);
}

/// Where a node stands, as far as it limits what it may be.
#[derive(Clone, Copy)]
enum Place {
    Anywhere,
    /// Below a text field.
    In,
    /// Below a metadata field.
    Value(Field),
    Near,
    AtLeast,
}

fn visit(node: &Node, place: Place, found: &mut Vec<Diagnostic>) {
    if let Some(problem) = misplaced(node, place) {
        found.push(problem.at(node.span.clone()));
        return;
    }
    let below = match (&node.expr, place) {
        (Expr::Term(Term::Regex { pattern, ignore_case }), _) => {
            found.extend(pattern::check(pattern, *ignore_case, node.span.start + 1));
            return;
        }
        (Expr::Term(term), Place::Value(field)) => {
            found.extend(value(field, term).map(|problem| problem.at(node.span.clone())));
            return;
        }
        (Expr::In(field, _), _) if field.is_metadata() => Place::Value(*field),
        (Expr::In(..), Place::AtLeast | Place::Near) => place,
        (Expr::In(..), _) => Place::In,
        (Expr::Near { .. }, _) => Place::Near,
        (Expr::AtLeast(..), _) => Place::AtLeast,
        _ => place,
    };
    for child in node.children() {
        visit(child, below, found);
    }
}

/// What `node` does in a place where it means nothing.
fn misplaced(node: &Node, place: Place) -> Option<Diagnostic> {
    let name = match &node.expr {
        Expr::And(_) => "AND",
        Expr::Not(_) => "NOT",
        Expr::In(..) => "a field",
        Expr::AtLeast(..) => "ATLEAST",
        Expr::SomeOf(..) => "`n OF`",
        Expr::Near { .. } => "NEAR",
        Expr::Or(_) | Expr::Term(_) => {
            return match (place, &node.expr) {
                (Place::Value(field), Expr::Term(term)) if !is_value(term) => Some(
                    Diagnostic::error(format!("`{}:` takes whole values", field.name()))
                        .help(format!("write a word or quoted text, as in `{}`", example(field))),
                ),
                _ => None,
            };
        }
    };
    let (inside, help) = match (place, &node.expr) {
        (Place::Near, Expr::Near { .. }) | (Place::Anywhere, _) => return None,
        (Place::Near, Expr::And(_)) => {
            ("NEAR", "use OR inside, or join two: `(a NEAR/4 b) AND (a NEAR/4 c)`".to_owned())
        }
        (Place::Near, Expr::Not(_)) => ("NEAR", "exclude after the whole: `a NEAR/4 b NOT c`".to_owned()),
        (Place::Near, Expr::In(field, _)) => {
            ("NEAR", format!("put the field around the whole: `{}:(a NEAR/4 b)`", field.name()))
        }
        (Place::Near, _) => ("NEAR", "use words, phrases, concepts or OR groups inside NEAR".to_owned()),
        (Place::AtLeast, Expr::Near { .. }) => return None,
        (Place::AtLeast, Expr::In(field, _)) if !field.is_metadata() => return None,
        (Place::AtLeast, _) => {
            ("ATLEAST", "count words, phrases or an OR group: `ATLEAST/2 (a OR b)`".to_owned())
        }
        (Place::In, Expr::In(..)) => {
            ("a field", "close the first field's group before the second: `title:a body:b`".to_owned())
        }
        (Place::In, _) => return None,
        (Place::Value(field), _) => {
            let name = field.name();
            return Some(
                Diagnostic::error(format!("`{name}:` takes a value or an OR of values"))
                    .help(format!("write `{name}:(a OR b)`, and AND or NOT outside")),
            );
        }
    };
    Some(Diagnostic::error(format!("{name} cannot stand inside {inside}")).help(help))
}

fn is_value(term: &Term) -> bool {
    matches!(term, Term::Word { .. } | Term::Phrase { slop: 0, .. })
}

/// What is wrong with a value of a metadata field.
fn value(field: Field, term: &Term) -> Option<Diagnostic> {
    let Term::Word { text, .. } = term else { return None };
    let wrong =
        |what: &str, help: String| Some(Diagnostic::error(format!("`{text}` is not {what}")).help(help));
    let instead = format!("write it as in `{}`", example(field));
    match field {
        Field::Lang if !is_language(text) => wrong("a language code", instead),
        Field::Country if !(text.len() == 2 && is_letters(text)) => wrong("a country code", instead),
        Field::Site => {
            let host = text.split_once("://").map_or(text.as_str(), |(_, rest)| rest);
            let host = host.split(['/', '?', '#', '*']).find(|part| !part.is_empty()).unwrap_or_default();
            let host = host.trim_start_matches('.');
            if host != text { wrong("the name of a host", format!("write `site:{host}`")) } else { None }
        }
        _ if text.contains('*') => wrong(
            "a whole value",
            format!("`{}:` takes no `*`: write `{}`", field.name(), text.replace('*', "")),
        ),
        _ => None,
    }
}

/// The shape of a BCP 47 tag: `ru`, `fil`, `zh-Hant`.
fn is_language(text: &str) -> bool {
    let mut parts = text.split(['-', '_']);
    parts.next().is_some_and(|primary| matches!(primary.len(), 2 | 3) && is_letters(primary))
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
        })
}

fn is_letters(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Refuses a query that an article without any of its words would match.
pub(super) fn anchored(root: &Node) -> Option<Diagnostic> {
    if !matches_nothing(root) {
        return None;
    }
    let mut culprit = root;
    while let Expr::And(nodes) | Expr::Or(nodes) = &culprit.expr {
        let Some(next) = nodes.iter().find(|node| matches_nothing(node)) else { break };
        if matches!(culprit.expr, Expr::And(_)) {
            break;
        }
        culprit = next;
    }
    let (message, help) = if std::ptr::eq(culprit, root) {
        (
            "the query only excludes: nearly every article would match",
            "add what to look for: `word NOT other`",
        )
    } else {
        (
            "this side of OR only excludes: nearly every article would match",
            "join it with AND: `(a OR b) NOT c`",
        )
    };
    Some(Diagnostic::error(message).at(culprit.span.clone()).help(help))
}

/// Whether an article that holds none of the terms matches.
///
/// When it does not, every matching article holds at least one term outside an exclusion, or satisfies
/// a metadata field.
fn matches_nothing(node: &Node) -> bool {
    match &node.expr {
        Expr::And(nodes) => nodes.iter().all(matches_nothing),
        Expr::Or(nodes) => nodes.iter().any(matches_nothing),
        Expr::Not(inner) => !matches_nothing(inner),
        Expr::SomeOf(count, nodes) => {
            let satisfied = nodes.iter().filter(|node| matches_nothing(node)).count();
            u32::try_from(satisfied).is_ok_and(|satisfied| satisfied >= *count)
        }
        Expr::In(_, inner) => matches_nothing(inner),
        Expr::Near { .. } | Expr::AtLeast(..) | Expr::Term(_) => false,
    }
}

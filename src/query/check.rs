//! What the grammar allows and the language does not: operators where they mean nothing, patterns that
//! nothing anchors, queries that match nearly everything.

use super::codes;
use super::parser::example;
use super::{Expr, Field, Node, Term, pattern, words};
use crate::diagnostic::Diagnostic;

/// Adds what is wrong below `root` to `found`.
pub(super) fn parts(root: &Node, found: &mut Vec<Diagnostic>) {
    visit(root, Scope { field: None, operator: None }, found);
}

/// What stands around a node, as far as it limits what the node may be.
#[derive(Clone, Copy)]
struct Scope {
    field: Option<Field>,
    operator: Option<Operator>,
}

#[derive(Clone, Copy)]
enum Operator {
    Near,
    AtLeast,
}

fn visit(node: &Node, scope: Scope, found: &mut Vec<Diagnostic>) {
    if let Some(problem) = misplaced(node, scope) {
        found.push(problem.at(node.span.clone()));
        return;
    }
    if let Expr::Term(Term::Regex { pattern, ignore_case }) = &node.expr {
        found.extend(pattern::check(pattern, *ignore_case, node.span.start + 1));
    }
    let scope = match &node.expr {
        Expr::In(field, _) => Scope { field: Some(*field), ..scope },
        Expr::Near { .. } => Scope { operator: Some(Operator::Near), ..scope },
        Expr::AtLeast(..) => Scope { operator: Some(Operator::AtLeast), ..scope },
        _ => scope,
    };
    for child in node.children() {
        visit(child, scope, found);
    }
}

fn misplaced(node: &Node, scope: Scope) -> Option<Diagnostic> {
    let by_field = match scope.field {
        Some(field) if field.is_metadata() => below_metadata(node, field),
        Some(_) if matches!(node.expr, Expr::In(..)) => Some(
            Diagnostic::error("a field cannot stand inside a field")
                .help("end the first before the second: `title:a body:b`"),
        ),
        _ => None,
    };
    by_field.or_else(|| match scope.operator? {
        Operator::Near => inside_near(node),
        Operator::AtLeast => inside_at_least(node),
    })
}

fn below_metadata(node: &Node, field: Field) -> Option<Diagnostic> {
    let name = field.name();
    match &node.expr {
        Expr::Or(_) => None,
        Expr::Term(Term::Word { text, .. } | Term::Phrase { text, slop: 0, .. }) => value(field, text),
        Expr::Term(_) => Some(
            Diagnostic::error(format!("`{name}:` takes whole values"))
                .help(format!("write a word or quoted text, as in `{}`", example(field))),
        ),
        _ => Some(
            Diagnostic::error(format!("`{name}:` takes a value or an OR of values"))
                .help(format!("repeat the field for every value: `{name}:a NOT {name}:b`")),
        ),
    }
}

fn inside_near(node: &Node) -> Option<Diagnostic> {
    let (what, help) = match &node.expr {
        Expr::Term(_) | Expr::Or(_) | Expr::Near { .. } => return None,
        Expr::And(nodes) if !nodes.iter().any(|node| matches!(node.expr, Expr::Not(_))) => {
            ("AND", "write two, joined by AND: `(a NEAR/4 b) AND (a NEAR/4 c)`".to_owned())
        }
        Expr::And(_) | Expr::Not(_) => ("NOT", "exclude after the whole: `a NEAR/4 b NOT c`".to_owned()),
        Expr::In(field, _) if !field.is_metadata() => {
            ("a field", format!("put the field around the whole: `{}:(a NEAR/4 b)`", field.name()))
        }
        Expr::In(field, _) => ("a field", format!("join it by AND: `(a NEAR/4 b) AND {}`", example(*field))),
        Expr::AtLeast(..) => ("ATLEAST", "join it by AND: `(a NEAR/4 b) AND (ATLEAST/2 a)`".to_owned()),
        Expr::SomeOf(..) => ("`n OF`", "join the words by OR".to_owned()),
    };
    Some(Diagnostic::error(format!("{what} cannot stand inside NEAR")).help(help))
}

fn inside_at_least(node: &Node) -> Option<Diagnostic> {
    let what = match &node.expr {
        Expr::Term(_) | Expr::Or(_) | Expr::Near { .. } => return None,
        Expr::In(field, _) if !field.is_metadata() => return None,
        Expr::And(_) => "AND",
        Expr::Not(_) => "NOT",
        Expr::In(..) => "a metadata field",
        Expr::AtLeast(..) => "ATLEAST",
        Expr::SomeOf(..) => "`n OF`",
    };
    Some(
        Diagnostic::error(format!("{what} cannot stand inside ATLEAST"))
            .help("count words, phrases or an OR group: `ATLEAST/2 (a OR b)`"),
    )
}

/// What is wrong with a value of a metadata field.
fn value(field: Field, text: &str) -> Option<Diagnostic> {
    let wrong =
        |what: &str, help: String| Some(Diagnostic::error(format!("`{text}` is not {what}")).help(help));
    let instead = format!("write it as in `{}`", example(field));
    let write = |code: &str| format!("`{}:{code}`", field.name());
    match field {
        _ if !words::searchable(text) => Some(
            Diagnostic::error(format!("`{text}` has no letter or digit, so it would choose every article"))
                .help(instead),
        ),
        Field::Lang
            if text.split(',').count() > 1 && text.split(',').all(|code| is_language(code.trim())) =>
        {
            let codes: Vec<&str> = text.split(',').map(str::trim).collect();
            wrong("a language code", format!("write `lang:({})`", codes.join(" OR ")))
        }
        Field::Lang if !is_language(text) => wrong("a language code", instead),
        Field::Lang => {
            let primary = text.split(['-', '_']).next().unwrap_or(text);
            codes::language(primary).complaint(text, "language", "ru", write)
        }
        Field::Country if !(text.len() == 2 && is_letters(text)) => wrong("a country code", instead),
        Field::Country => codes::country(text).complaint(text, "country", "jp", write),
        Field::Site => {
            let host = text.split_once("://").map_or(text, |(_, rest)| rest);
            let host =
                host.split(['/', '?', '#', '*', ' ']).find(|part| !part.is_empty()).unwrap_or_default();
            let host = host.trim_start_matches('.');
            if host == text { None } else { wrong("the name of a host", format!("write `site:{host}`")) }
        }
        _ if text.contains('*') => {
            let rest = text.replace('*', "");
            wrong("a whole value: `*` has no meaning here", format!("write `{}:{rest}`", field.name()))
        }
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

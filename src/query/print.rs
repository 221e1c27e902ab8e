//! Syntax tree → text that parses back to the same tree.

use std::fmt::{Display, Formatter, Result, Write};

use super::{Expr, Node, Query, Term};

impl Display for Query {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        whole(&self.root, f)
    }
}

/// A node where nothing around it could claim its parts.
fn whole(node: &Node, f: &mut Formatter<'_>) -> Result {
    match &node.expr {
        Expr::Or(nodes) => list(nodes, " OR ", f, |node, f| match node.expr {
            Expr::And(_) | Expr::Or(_) => group(node, f),
            _ => whole(node, f),
        }),
        Expr::And(nodes) => list(nodes, " AND ", f, |node, f| match node.expr {
            Expr::And(_) | Expr::Or(_) => group(node, f),
            _ => whole(node, f),
        }),
        Expr::Not(inner) => {
            f.write_str("NOT ")?;
            match inner.expr {
                Expr::Not(_) => whole(inner, f),
                _ => operand(inner, f),
            }
        }
        Expr::Near { operands, within, ordered } => {
            let name = if *ordered { "ONEAR" } else { "NEAR" };
            list(operands, &format!(" {name}/{within} "), f, operand)
        }
        Expr::In(field, inner) => {
            write!(f, "{}:", field.name())?;
            operand(inner, f)
        }
        Expr::AtLeast(count, inner) => {
            write!(f, "ATLEAST/{count} ")?;
            operand(inner, f)
        }
        Expr::SomeOf(count, nodes) => {
            write!(f, "{count} OF (")?;
            list(nodes, ", ", f, whole)?;
            f.write_char(')')
        }
        Expr::Term(term) => leaf(term, f),
    }
}

/// A node that must hold together: a term as it is, anything else in parentheses.
fn operand(node: &Node, f: &mut Formatter<'_>) -> Result {
    match &node.expr {
        Expr::Term(term) => leaf(term, f),
        _ => group(node, f),
    }
}

fn group(node: &Node, f: &mut Formatter<'_>) -> Result {
    f.write_char('(')?;
    whole(node, f)?;
    f.write_char(')')
}

fn list(
    nodes: &[Node],
    between: &str,
    f: &mut Formatter<'_>,
    each: impl Fn(&Node, &mut Formatter<'_>) -> Result,
) -> Result {
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        each(node, f)?;
    }
    Ok(())
}

fn leaf(term: &Term, f: &mut Formatter<'_>) -> Result {
    match term {
        Term::Word { text, exact: false } => f.write_str(text),
        Term::Word { text, exact: true } => quoted(text, f),
        Term::Prefix { text } => write!(f, "{text}*"),
        Term::Phrase { text, exact, slop } => {
            if *exact {
                f.write_char('=')?;
            }
            quoted(text, f)?;
            if *slop > 0 {
                write!(f, "~{slop}")?;
            }
            Ok(())
        }
        Term::CaseSensitive { text } => write!(f, "{{{text}}}"),
        Term::Regex { pattern, ignore_case } => {
            write!(f, "/{pattern}/{}", if *ignore_case { "i" } else { "" })
        }
        Term::Concept { name } => write!(f, "@{name}"),
    }
}

/// Chooses quotes that the text, which was once written in some, does not hold itself.
fn quoted(text: &str, f: &mut Formatter<'_>) -> Result {
    let (open, close) = [('"', '"'), ('«', '»'), ('「', '」'), ('『', '』')]
        .into_iter()
        .find(|&(open, _)| super::scan::closing_quote(text, open).is_none())
        .unwrap_or(('"', '"'));
    write!(f, "{open}{text}{close}")
}

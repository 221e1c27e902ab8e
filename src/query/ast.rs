//! The syntax tree of a query.
//!
//! It says what was written, with the place of each part; it never says what a word matches, which is
//! for `matching` to decide.

use std::ops::Range;

use super::Field;

/// A parsed query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The whole expression.
    pub root: Node,
}

impl Query {
    /// Every part of the tree, each before the parts it holds.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        let mut waiting = vec![&self.root];
        std::iter::from_fn(move || {
            let node = waiting.pop()?;
            waiting.extend(node.children().iter().rev());
            Some(node)
        })
    }

    /// The names after `@`, in the order written, with the place of each.
    pub fn concepts(&self) -> impl Iterator<Item = (&str, Range<usize>)> {
        self.nodes().filter_map(|node| match &node.expr {
            Expr::Term(Term::Concept { name }) => Some((name.as_str(), node.span.clone())),
            _ => None,
        })
    }
}

/// A part of a query and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it says.
    pub expr: Expr,
    /// Where it stands in the query's text, in bytes; not part of equality.
    pub span: Range<usize>,
}

impl Node {
    /// The parts directly below this one; none below a term.
    pub fn children(&self) -> &[Node] {
        match &self.expr {
            Expr::And(nodes) | Expr::Or(nodes) | Expr::SomeOf(_, nodes) => nodes,
            Expr::Near { operands, .. } => operands,
            Expr::Not(node) | Expr::In(_, node) | Expr::AtLeast(_, node) => std::slice::from_ref(node),
            Expr::Term(_) => &[],
        }
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.expr == other.expr
    }
}

/// What a part of a query says.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// All of them; never fewer than two, never directly inside another `And`.
    And(Vec<Node>),
    /// At least one of them; never fewer than two, never directly inside another `Or`.
    Or(Vec<Node>),
    /// Not this.
    Not(Box<Node>),
    /// At most `within` words stand between neighbouring operands.
    Near {
        /// Two or more: terms, `Or`s of them, or `Near`s.
        operands: Vec<Node>,
        /// Words that may stand between, 0 to 50.
        within: u32,
        /// Whether the operands must come in the order written (`ONEAR`).
        ordered: bool,
    },
    /// Only in this field; never below another field. A metadata field holds a `Word`, a `Phrase` without
    /// slop, or an `Or` of them.
    In(Field, Box<Node>),
    /// At least that many occurrences (`ATLEAST/n`) of a term, an `Or` or a `Near`, or of these in a text
    /// field.
    AtLeast(u32, Box<Node>),
    /// At least that many distinct operands (`n OF (…)`), one or more.
    SomeOf(u32, Vec<Node>),
    /// A word, phrase, pattern or concept.
    Term(Term),
}

/// A leaf of the tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A bare word, inflected; with `exact` (`=word`, `"word"`) that folded form only.
    Word {
        /// As written, without `=` or quotes; the value itself below a metadata field.
        text: String,
        /// Whether inflected forms are left out.
        exact: bool,
    },
    /// `govern*`: words that begin so.
    Prefix {
        /// Without the star.
        text: String,
    },
    /// Quoted words in order; inflected unless `exact` (`="…"`).
    Phrase {
        /// Between the quotes, white space reduced to single spaces.
        text: String,
        /// Whether inflected forms are left out.
        exact: bool,
        /// `~n`: other words allowed between, 0 without it.
        slop: u32,
    },
    /// `{NATO}`: words in this very case.
    CaseSensitive {
        /// Between the braces.
        text: String,
    },
    /// `/…/` or `/…/i`.
    Regex {
        /// Between the slashes.
        pattern: String,
        /// Whether `i` was given.
        ignore_case: bool,
    },
    /// `@name`.
    Concept {
        /// Without `@`, in lower case.
        name: String,
    },
}

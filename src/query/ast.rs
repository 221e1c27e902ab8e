//! The syntax tree of a query.
//!
//! It says what was written, with the place of each part; it never says what a word matches, which is
//! for `matching` to decide.

use std::ops::Range;

/// A parsed query.
#[derive(Clone, Debug, PartialEq)]
pub struct Query {
    /// The whole expression.
    pub root: Node,
}

/// A part of a query and where it stands.
#[derive(Clone, Debug)]
pub struct Node {
    /// What it says.
    pub expr: Expr,
    /// Where it stands in the query's text, in bytes; not part of equality.
    pub span: Range<usize>,
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
        /// Two or more.
        operands: Vec<Node>,
        /// Words that may stand between, 0 to 50.
        within: u32,
        /// Whether the operands must come in the order written (`ONEAR`).
        ordered: bool,
    },
    /// Only in this field.
    In(Field, Box<Node>),
    /// At least `count` occurrences (`ATLEAST/n`).
    AtLeast(u32, Box<Node>),
    /// At least `count` distinct operands (`n OF (…)`).
    SomeOf(u32, Vec<Node>),
    /// A word, phrase, pattern or concept.
    Term(Term),
}

/// A leaf of the tree.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// A bare word, inflected; with `exact` (`=word`, `"word"`) that folded form only.
    Word {
        /// As written, without `=` or quotes.
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
        /// Between the quotes.
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
        /// Without `@`.
        name: String,
    },
}

/// What `field:` restricts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The headline.
    Title,
    /// The short text.
    Summary,
    /// The full text.
    Body,
    /// The authors.
    Author,
    /// The outlet's name.
    Source,
    /// The host of the article's address, with its subdomains.
    Site,
    /// Any part of the article's address.
    Url,
    /// The identified language.
    Lang,
    /// The outlet's country.
    Country,
    /// The owner's tags of the feed and the entry's categories.
    Tag,
    /// Every text field, with recurring boilerplate that is otherwise left out.
    All,
}

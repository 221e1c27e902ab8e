//! What a stored text must contain for a query to match: a superset of the matches, in the tokens of
//! [`index_text`](crate::analysis::index_text).

use super::atom::{Atom, AtomId, dense_patterns};
use super::compile::CompiledConcept;
use super::node::{ConceptId, Node};
use crate::analysis::{Analyzer, Mode, clusters, escape};

/// A condition on the tokens of a text. Whatever matches the query fulfils it; not all that fulfils it
/// matches.
#[derive(Clone, Debug, PartialEq)]
pub enum Filter {
    /// Any text.
    All,
    /// All of them; none is [`Filter::All`].
    And(Vec<Filter>),
    /// One of them; none is [`Filter::All`].
    Or(Vec<Filter>),
    /// A token.
    Token(String),
    /// Tokens one after the other.
    Phrase(Vec<String>),
    /// The beginning of a token.
    Prefix(String),
}

/// A condition of more tokens than this takes longer to check than the texts it spares.
const MOST_TOKENS: usize = 4000;

impl Filter {
    /// As an FTS5 query; `None` when every text would fulfil it.
    pub fn to_fts5(&self) -> Option<String> {
        if *self == Self::All || self.tokens() > MOST_TOKENS {
            return None;
        }
        let mut out = String::new();
        self.write_fts5(&mut out);
        Some(out)
    }

    fn write_fts5(&self, out: &mut String) {
        let mut quoted = |text: &str, star: &str| out.extend(["\"", text, "\"", star]);
        match self {
            Self::All => quoted("", ""),
            Self::Token(token) => quoted(token, ""),
            Self::Phrase(tokens) => quoted(&tokens.join(" "), ""),
            Self::Prefix(prefix) => quoted(prefix, "*"),
            Self::And(parts) => write_all(parts, " AND ", out),
            Self::Or(parts) => write_all(parts, " OR ", out),
        }
    }

    fn tokens(&self) -> usize {
        match self {
            Self::All => 0,
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::tokens).sum(),
            Self::Token(_) | Self::Prefix(_) => 1,
            Self::Phrase(tokens) => tokens.len(),
        }
    }

    fn all_of(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                Self::All => {}
                Self::And(parts) => kept.extend(parts),
                part => kept.push(part),
            }
        }
        match kept.len() {
            0 => Self::All,
            1 => kept.remove(0),
            _ => Self::And(kept),
        }
    }

    fn one_of(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut kept: Vec<Self> = Vec::new();
        for part in parts {
            match part {
                Self::All => return Self::All,
                Self::Or(parts) => kept.extend(parts),
                part => kept.push(part),
            }
        }
        match kept.len() {
            0 => Self::All,
            1 => kept.remove(0),
            _ => Self::Or(kept),
        }
    }
}

fn write_all(parts: &[Filter], operator: &str, out: &mut String) {
    out.push('(');
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            out.push_str(operator);
        }
        part.write_fts5(out);
    }
    out.push(')');
}

/// Derives filters from compiled nodes.
pub(super) struct FilterBuilder<'f> {
    pub(super) atoms: &'f [Atom],
    pub(super) concepts: &'f [CompiledConcept],
    pub(super) analyzer: &'f Analyzer,
}

impl FilterBuilder<'_> {
    pub(super) fn filter(&self, node: &Node) -> Filter {
        match node {
            Node::Atom(atom) => self.atom(*atom),
            Node::Phrase(phrase) => Filter::all_of(phrase.parts.iter().map(|part| self.atom(*part))),
            Node::Concept(concept) => self.concept(*concept),
            Node::And(operands) => Filter::all_of(operands.iter().map(|operand| self.filter(operand))),
            Node::Near(near) => Filter::all_of(near.operands.iter().map(|operand| self.filter(operand))),
            Node::Or(operands) => Filter::one_of(operands.iter().map(|operand| self.filter(operand))),
            Node::SomeOf(0, _) | Node::AtLeast(0, _) => Filter::All,
            Node::SomeOf(_, operands) => Filter::one_of(operands.iter().map(|operand| self.filter(operand))),
            Node::In(_, operand) | Node::AtLeast(_, operand) => self.filter(operand),
            Node::Not(_) | Node::Meta(_) | Node::Pattern(_) => Filter::All,
        }
    }

    fn concept(&self, concept: ConceptId) -> Filter {
        self.filter(&self.concepts[concept as usize].terms)
    }

    fn atom(&self, atom: AtomId) -> Filter {
        match &self.atoms[atom as usize] {
            Atom::Word { text, mode, strict } => {
                // The case-sensitive form is not stored.
                let mode = if *mode == Mode::Case { Mode::Exact } else { *mode };
                let terms = self.analyzer.lexicon().query_terms(text, mode, *strict);
                Filter::one_of(terms.iter().map(|term| Filter::Token(escape(term))))
            }
            Atom::Prefix(text) => {
                let (prefix, plain) = self.analyzer.lexicon().prefix_term(text);
                let tags = if plain { &["f", "p"][..] } else { &["f"] };
                Filter::one_of(
                    tags.iter().map(|tag| Filter::Prefix(escape(&[tag, prefix.as_str()].concat()))),
                )
            }
            Atom::Dense(text) => {
                let patterns = dense_patterns(text, self.analyzer);
                Filter::one_of(patterns.iter().map(|(pattern, _)| {
                    let tokens: Vec<String> = clusters(pattern).map(str::to_owned).collect();
                    Filter::Phrase(tokens)
                }))
            }
        }
    }
}

//! Why a query matches a document, clause by clause, or what it failed on and what came closest.

use std::ops::Range;

use super::document::Document;
use super::evaluate::Evaluator;
use super::node::Node;
use super::occurrence::{Occurrence, Scope};
use super::proximity::least_between;
use super::spans::spans;
use crate::model::Span;
use crate::query::{self, Expr};

/// What became of one clause of a query.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// Where the clause stands, in bytes of the query's text.
    pub clause: Range<usize>,
    /// Whether it holds.
    pub holds: bool,
    /// Where it matched, in reading order; empty for what has no place, as a negation.
    pub spans: Vec<Span>,
    /// For a clause that fails, what came closest; `None` when nothing did.
    pub closest: Option<Closest>,
    /// The clauses inside.
    pub parts: Vec<Explanation>,
}

/// What came closest to a clause that fails.
#[derive(Clone, Debug, PartialEq)]
pub enum Closest {
    /// It occurs, though only in other fields.
    Elsewhere(Vec<Span>),
    /// It occurs, though only in paragraphs that recur in its feed, which `all:` alone looks into.
    Recurring(Vec<Span>),
    /// The operands of a NEAR occur, with so many words between the nearest two.
    Apart(u32),
    /// The operands of an ONEAR occur near each other, though in another order.
    OtherOrder,
    /// It occurs so many times.
    Times(usize),
    /// So many of the operands hold.
    Operands(usize),
    /// What must not occur does.
    Present(Vec<Span>),
}

/// Explains one compiled query in one document.
pub(super) struct Explainer<'e, 'd> {
    pub(super) evaluator: Evaluator<'e, 'd>,
    pub(super) document: &'d Document<'d>,
}

impl Explainer<'_, '_> {
    /// `node` is what `written` was compiled to.
    pub(super) fn explain(&self, written: &query::Node, node: &Node, scope: Scope) -> Explanation {
        let holds = self.evaluator.holds(node, scope);
        let mut proof = Vec::new();
        if holds {
            self.evaluator.prove(node, scope, &mut proof);
        }
        Explanation {
            clause: written.span.clone(),
            holds,
            spans: self.spans(proof),
            closest: if holds { None } else { self.closest(node, scope) },
            parts: self.parts(written, node, scope),
        }
    }

    fn parts(&self, written: &query::Node, node: &Node, scope: Scope) -> Vec<Explanation> {
        let several = |written: &[query::Node], nodes: &[Node]| {
            written.iter().zip(nodes).map(|(written, node)| self.explain(written, node, scope)).collect()
        };
        match (&written.expr, node) {
            (Expr::And(written), Node::And(nodes))
            | (Expr::Or(written), Node::Or(nodes))
            | (Expr::SomeOf(_, written), Node::SomeOf(_, nodes)) => several(written, nodes),
            (Expr::Near { operands, .. }, Node::Near(near)) => several(operands, &near.operands),
            (Expr::Not(written), Node::Not(node)) | (Expr::AtLeast(_, written), Node::AtLeast(_, node)) => {
                vec![self.explain(written, node, scope)]
            }
            (Expr::In(_, written), Node::In(scope, node)) => vec![self.explain(written, node, *scope)],
            // A field of metadata is part of its leaves.
            (Expr::In(_, written), node) => self.parts(written, node, scope),
            _ => Vec::new(),
        }
    }

    fn closest(&self, node: &Node, scope: Scope) -> Option<Closest> {
        match node {
            Node::Atom(_) | Node::Phrase(_) | Node::Pattern(_) | Node::Concept(_) => {
                let own = self.evaluator.places(node, Scope::OWN);
                if !own.is_empty() {
                    return Some(Closest::Elsewhere(self.spans(own)));
                }
                let recurring = self.evaluator.places(node, Scope::ALL);
                (!recurring.is_empty()).then(|| Closest::Recurring(self.spans(recurring)))
            }
            Node::Near(near) => {
                let operands: Vec<_> =
                    near.operands.iter().map(|operand| self.evaluator.places(operand, scope)).collect();
                if operands.iter().any(Vec::is_empty) {
                    return None;
                }
                match least_between(&operands, self.document.analysis.units())? {
                    words if words <= near.within => Some(Closest::OtherOrder),
                    words => Some(Closest::Apart(words)),
                }
            }
            Node::AtLeast(_, operand) => Some(Closest::Times(self.evaluator.count(operand, scope))),
            Node::SomeOf(_, operands) => {
                let holding = operands.iter().filter(|operand| self.evaluator.holds(operand, scope));
                Some(Closest::Operands(holding.count()))
            }
            Node::Not(operand) => {
                let mut proof = Vec::new();
                self.evaluator.prove(operand, scope, &mut proof);
                Some(Closest::Present(self.spans(proof)))
            }
            Node::And(_) | Node::Or(_) | Node::In(..) | Node::Meta(_) => None,
        }
    }

    fn spans(&self, mut places: Vec<Occurrence>) -> Vec<Span> {
        spans(self.document, &mut places)
    }
}

#[cfg(test)]
mod tests {
    use super::super::CompiledQuery;
    use super::*;
    use crate::analysis::{Analyzer, Text};

    /// The innermost clauses that fail, with what came closest.
    fn failures(explanation: &Explanation, query: &str) -> Vec<(String, Option<Closest>)> {
        if explanation.holds {
            return Vec::new();
        }
        let inner: Vec<_> = explanation.parts.iter().flat_map(|part| failures(part, query)).collect();
        if inner.is_empty() || explanation.closest.is_some() {
            return vec![(query[explanation.clause.clone()].to_owned(), explanation.closest.clone())];
        }
        inner
    }

    #[test]
    fn the_clause_that_fails_is_shown_with_what_came_closest() {
        let analyzer = Analyzer::new();
        let text = Text {
            title: "Japan and ASEAN sign",
            body: "Tokyo hosts the long and open talks.",
            ..Text::default()
        };
        let analysis = analyzer.analyze(&text, None);
        let document = Document::of(text, &analysis);
        for (query, clause, closest) in [
            ("japan AND china", "china", None),
            ("tokyo NEAR/2 talk", "tokyo NEAR/2 talk", Some(Closest::Apart(5))),
            ("asean ONEAR/3 japan", "asean ONEAR/3 japan", Some(Closest::OtherOrder)),
            ("ATLEAST/2 tokyo", "ATLEAST/2 tokyo", Some(Closest::Times(1))),
            ("2 OF (tokyo, hanoi)", "2 OF (tokyo, hanoi)", Some(Closest::Operands(1))),
        ] {
            let parsed = query::parse(query).expect(query).query;
            let compiled = CompiledQuery::compile(&parsed, &[], &analyzer).expect(query);
            let explanation = compiled.explain(&document);
            assert_eq!(failures(&explanation, query), [(clause.to_owned(), closest)], "{query}");
        }
    }

    #[test]
    fn a_word_in_a_recurring_paragraph_is_shown_as_such() {
        let analyzer = Analyzer::new();
        let text = Text { body: "Talks in Hanoi\nRead also: floods in Hue", ..Text::default() };
        let analysis = analyzer.analyze(&text, None);
        let boilerplate = [(crate::model::Field::Body, 15..39)];
        let document = Document { boilerplate: &boilerplate, ..Document::of(text, &analysis) };
        for (query, recurs) in [("flood", true), ("hue AND hanoi", true), ("title:hanoi", false)] {
            let parsed = query::parse(query).expect(query).query;
            let explanation =
                CompiledQuery::compile(&parsed, &[], &analyzer).expect(query).explain(&document);
            let (_, closest) = failures(&explanation, query).remove(0);
            assert_eq!(matches!(closest, Some(Closest::Recurring(_))), recurs, "{query}: {closest:?}");
        }
    }

    #[test]
    fn a_word_in_another_field_and_a_word_that_must_not_be_are_shown() {
        let analyzer = Analyzer::new();
        let text = Text { title: "Japan and ASEAN sign", body: "Tokyo hosts", ..Text::default() };
        let analysis = analyzer.analyze(&text, None);
        let document = Document::of(text, &analysis);
        for (query, found) in [("title:tokyo", "Tokyo"), ("japan NOT tokyo", "Tokyo")] {
            let parsed = query::parse(query).expect(query).query;
            let explanation =
                CompiledQuery::compile(&parsed, &[], &analyzer).expect(query).explain(&document);
            let (_, closest) = failures(&explanation, query).remove(0);
            let Some(Closest::Elsewhere(spans) | Closest::Present(spans)) = closest else {
                panic!("{query}")
            };
            assert_eq!(spans[0].text, found, "{query}");
        }
    }
}

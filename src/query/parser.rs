//! Tokens → syntax tree, by recursive descent.
//!
//! It goes on after an error, so that one look shows all of them.

use std::ops::Range;

use super::lexer::{Kind, Token};
use super::{Expr, Field, Node, Term, words};
use crate::diagnostic::Diagnostic;

/// How deep groups, `NOT`s and fields may nest: what walks a tree recurses as deep.
pub(super) const MAX_DEPTH: usize = 64;

/// Reads all tokens; `None` when nothing of them could be read, which is then among the `found`.
pub(super) fn parse(text: &str, tokens: &[Token], found: &mut Vec<Diagnostic>) -> Option<Node> {
    let mut parser = Parser { text, tokens, pos: 0, depth: 0, gave_up: false, in_list: false, found };
    let mut parts = Vec::new();
    loop {
        parts.extend(parser.or());
        let Some(stray) = parser.take(&Kind::Close) else { break };
        parser.found.push(
            Diagnostic::error("no `(` opens this parenthesis")
                .at(stray)
                .help("write `(` where the group starts"),
        );
    }
    join(parts, Expr::And)
}

struct Parser<'a> {
    text: &'a str,
    tokens: &'a [Token],
    pos: usize,
    depth: usize,
    /// Whether reading stopped because of the depth, so that what is missing then says nothing.
    gave_up: bool,
    /// Whether a comma separates operands here.
    in_list: bool,
    found: &'a mut Vec<Diagnostic>,
}

impl<'a> Parser<'a> {
    fn peek(&self) -> Option<&'a Kind> {
        self.tokens.get(self.pos).map(|token| &token.kind)
    }

    /// The next token's place; the end of the text after the last.
    fn span(&self) -> Range<usize> {
        self.tokens.get(self.pos).map_or(self.text.len()..self.text.len(), |token| token.span.clone())
    }

    /// Steps over the next token if it is of this kind.
    fn take(&mut self, kind: &Kind) -> Option<Range<usize>> {
        let span = self.span();
        (self.peek() == Some(kind)).then(|| {
            self.pos += 1;
            span
        })
    }

    fn source(&self, span: &Range<usize>) -> &'a str {
        &self.text[span.clone()]
    }

    /// Runs `read` one level deeper; gives up on the whole query when that is too deep.
    fn deeper<T>(&mut self, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if self.depth == MAX_DEPTH {
            self.give_up();
            return None;
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn give_up(&mut self) {
        if self.gave_up {
            return;
        }
        self.found.push(
            Diagnostic::error(format!("the query is nested deeper than {MAX_DEPTH} levels"))
                .at(self.span())
                .help("move inner groups into concepts"),
        );
        self.pos = self.tokens.len();
        self.gave_up = true;
    }

    fn or(&mut self) -> Option<Node> {
        let mut branches = Vec::new();
        let mut mixed = None;
        loop {
            let (branch, joined) = self.and();
            if joined && mixed.is_none() {
                mixed.clone_from(&branch.as_ref().map(|branch| branch.span.clone()));
            }
            branches.extend(branch);
            if self.peek() != Some(&Kind::Or) {
                break;
            }
            self.operator(branches.is_empty());
        }
        if let Some(span) = mixed.filter(|_| branches.len() > 1) {
            let branch = words::excerpt(self.source(&span));
            self.found.push(
                Diagnostic::warning("AND and OR are mixed without parentheses: AND binds first")
                    .at(span)
                    .help(format!("write `({branch})` if that is what you mean")),
            );
        }
        join(branches, Expr::Or)
    }

    /// The node, and whether it joins several parts without parentheses of their own.
    fn and(&mut self) -> (Option<Node>, bool) {
        let mut parts = Vec::new();
        let mut count = 0;
        loop {
            match self.peek() {
                None | Some(Kind::Or | Kind::Close) => break,
                Some(Kind::Comma) if self.in_list => break,
                Some(Kind::Comma) => self.stray_comma(),
                Some(Kind::And | Kind::Near { .. }) => self.operator(count == 0),
                Some(_) => {
                    parts.extend(self.unary());
                    count += 1;
                }
            }
        }
        let joined = count > 1 && parts.len() == count;
        (join(parts, Expr::And), joined)
    }

    /// Steps over a binary operator and any that follow it, reporting an operand that is missing.
    fn operator(&mut self, first: bool) {
        let span = self.span();
        let name = self.source(&span);
        let binary = |kind: Option<&Kind>| matches!(kind, Some(Kind::And | Kind::Or | Kind::Near { .. }));
        self.pos += 1;
        let mut end = span.end;
        while binary(self.peek()) {
            end = self.span().end;
            self.pos += 1;
        }
        let problem = if end > span.end {
            let row = words::excerpt(self.source(&(span.start..end)));
            Diagnostic::error(format!("operators in a row: `{row}`"))
                .at(span.start..end)
                .help("keep the one you mean, with a word on each side")
        } else if first {
            Diagnostic::error(format!("`{name}` has nothing on its left"))
                .at(span)
                .help("write a word or a group before it")
        } else if matches!(self.peek(), None | Some(Kind::Close | Kind::Comma)) {
            self.nothing_after(span)
        } else {
            return;
        };
        self.found.push(problem);
    }

    fn nothing_after(&self, span: Range<usize>) -> Diagnostic {
        let name = self.source(&span);
        Diagnostic::error(format!("`{name}` has nothing on its right"))
            .at(span)
            .help("write a word or a group after it")
    }

    fn stray_comma(&mut self) {
        let span = self.span();
        self.pos += 1;
        self.found.push(
            Diagnostic::error("a comma only separates the operands of `n OF (…)`")
                .at(span)
                .help("write AND or OR instead"),
        );
    }

    fn unary(&mut self) -> Option<Node> {
        let Some(not) = self.take(&Kind::Not) else { return self.near() };
        if !self.starts_operand() {
            let problem = self.nothing_after(not);
            self.found.push(problem);
            return None;
        }
        let inner = self.deeper(Self::unary)?;
        Some(Node { span: not.start..inner.span.end, expr: Expr::Not(Box::new(inner)) })
    }

    fn starts_operand(&self) -> bool {
        matches!(
            self.peek(),
            Some(Kind::Open | Kind::Not | Kind::AtLeast(_) | Kind::Field(_) | Kind::Leaf(_) | Kind::Broken)
        )
    }

    fn near(&mut self) -> Option<Node> {
        let mut left = self.primary();
        let mut previous = None;
        let mut links = 0;
        while let Some(&Kind::Near { within, ordered }) = self.peek() {
            self.operator(false);
            if !self.starts_operand() {
                break;
            }
            let right = if self.peek() == Some(&Kind::Not) { self.unary() } else { self.primary() };
            links += usize::from(previous.is_some_and(|previous| previous != (within, ordered)));
            left = match (left, right) {
                (Some(left), Some(right)) => {
                    Some(chain(left, right, within, ordered, previous == Some((within, ordered))))
                }
                (left, right) => left.or(right),
            };
            previous = Some((within, ordered));
            if self.depth + links >= MAX_DEPTH {
                self.give_up();
            }
        }
        left
    }

    fn primary(&mut self) -> Option<Node> {
        let span = self.span();
        match self.peek()? {
            Kind::Open => self.group(),
            Kind::Field(field) => {
                self.pos += 1;
                self.field(*field, span)
            }
            Kind::AtLeast(count) => {
                self.pos += 1;
                if !self.starts_operand() || self.peek() == Some(&Kind::Not) {
                    let problem = self.nothing_after(span);
                    self.found.push(problem);
                    return None;
                }
                let inner = self.deeper(Self::primary)?;
                Some(Node { span: span.start..inner.span.end, expr: Expr::AtLeast(*count, Box::new(inner)) })
            }
            Kind::Leaf(term) => {
                if let Some(count) = self.list_count() {
                    return self.list(count, span);
                }
                self.pos += 1;
                Some(Node { expr: Expr::Term(term.clone()), span })
            }
            Kind::Broken => {
                self.pos += 1;
                None
            }
            Kind::Close | Kind::Comma | Kind::And | Kind::Or | Kind::Not | Kind::Near { .. } => None,
        }
    }

    fn field(&mut self, field: Field, span: Range<usize>) -> Option<Node> {
        let name = field.name();
        match self.peek() {
            Some(Kind::Not) => {
                self.found.push(
                    Diagnostic::error(format!("NOT cannot stand right after `{name}:`"))
                        .at(self.span())
                        .help(format!("exclude the field as a whole: `NOT {name}:…`")),
                );
                self.unary();
                return None;
            }
            _ if !self.starts_operand() => {
                self.found.push(
                    Diagnostic::error(format!("`{name}:` has no value"))
                        .at(span)
                        .help(format!("write what it must hold, as in `{}`", example(field))),
                );
                return None;
            }
            _ => {}
        }
        let inner = self.deeper(Self::primary)?;
        Some(Node { span: span.start..inner.span.end, expr: Expr::In(field, Box::new(inner)) })
    }

    fn group(&mut self) -> Option<Node> {
        let open = self.span();
        self.pos += 1;
        let in_list = std::mem::replace(&mut self.in_list, false);
        let start = self.pos;
        let inner = self.deeper(Self::or);
        self.in_list = in_list;
        let empty = self.pos == start;
        let end = self.close(open.clone());
        if empty && end > open.end {
            self.found.push(
                Diagnostic::error("these parentheses hold nothing")
                    .at(open.start..end)
                    .help("write words between them"),
            );
        }
        inner.map(|inner| Node { span: open.start..end, ..inner })
    }

    /// Steps over `)` and returns where the group ends.
    fn close(&mut self, open: Range<usize>) -> usize {
        if let Some(close) = self.take(&Kind::Close) {
            return close.end;
        }
        let end =
            self.pos.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(open.end, |t| t.span.end);
        if !self.gave_up {
            self.found.push(
                Diagnostic::error("this parenthesis is never closed")
                    .at(open)
                    .help("write `)` where the group ends"),
            );
        }
        end
    }

    /// The number of `n OF (`, if that is what comes next.
    fn list_count(&self) -> Option<&'a str> {
        let word = |ahead: usize| match &self.tokens.get(self.pos + ahead)?.kind {
            Kind::Leaf(Term::Word { text, exact: false }) => Some(text.as_str()),
            _ => None,
        };
        let count = word(0).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()))?;
        word(1).filter(|of| of.eq_ignore_ascii_case("OF"))?;
        (self.tokens.get(self.pos + 2)?.kind == Kind::Open).then_some(count)
    }

    fn list(&mut self, digits: &str, count_span: Range<usize>) -> Option<Node> {
        self.pos += 1;
        let of = self.span();
        if self.source(&of) != "OF" {
            self.found.push(
                Diagnostic::error("`of` in lower case is a word")
                    .at(of)
                    .help(format!("write `{digits} OF (…)`")),
            );
        }
        self.pos += 1;
        let open = self.span();
        self.pos += 1;
        let in_list = std::mem::replace(&mut self.in_list, true);
        let mut operands = Vec::new();
        let mut count = 0;
        loop {
            let start = self.pos;
            operands.extend(self.deeper(Self::or));
            count += 1;
            if self.pos == start && !self.gave_up {
                self.found.push(
                    Diagnostic::error("an operand is missing in this list")
                        .at(self.span())
                        .help(format!("write `{digits} OF (a, b, c)`")),
                );
            }
            if self.take(&Kind::Comma).is_none() {
                break;
            }
        }
        self.in_list = in_list;
        let end = self.close(open);
        let wanted = digits.parse().unwrap_or(u32::MAX);
        if wanted == 0 {
            self.found.push(
                Diagnostic::error("`0 OF` would match every article")
                    .at(count_span.clone())
                    .help("ask for at least one: `1 OF (…)`"),
            );
        } else if usize::try_from(wanted).is_ok_and(|wanted| wanted > count) {
            self.found.push(
                Diagnostic::error(format!("{digits} of {count} operands can never match"))
                    .at(count_span.clone())
                    .help(format!("ask for at most {count}")),
            );
        }
        if operands.is_empty() {
            return None;
        }
        Some(Node { span: count_span.start..end, expr: Expr::SomeOf(wanted, operands) })
    }
}

/// One node of several, those of the same kind taken in; `None` of none.
fn join(mut nodes: Vec<Node>, kind: fn(Vec<Node>) -> Expr) -> Option<Node> {
    if nodes.len() < 2 {
        return nodes.pop();
    }
    let span = nodes.first()?.span.start..nodes.last()?.span.end;
    let conjunction = matches!(kind(Vec::new()), Expr::And(_));
    let mut flat = Vec::with_capacity(nodes.len());
    for node in nodes {
        match node.expr {
            Expr::And(inner) if conjunction => flat.extend(inner),
            Expr::Or(inner) if !conjunction => flat.extend(inner),
            expr => flat.push(Node { expr, span: node.span }),
        }
    }
    Some(Node { expr: kind(flat), span })
}

/// `left NEAR right`; with `extend`, `right` becomes one more operand of the `NEAR` that `left` is.
fn chain(left: Node, right: Node, within: u32, ordered: bool, extend: bool) -> Node {
    let span = left.span.start..right.span.end;
    let operands = match left.expr {
        Expr::Near { mut operands, .. } if extend => {
            operands.push(right);
            operands
        }
        expr => vec![Node { expr, span: left.span }, right],
    };
    Node { expr: Expr::Near { operands, within, ordered }, span }
}

/// A use of `field` as it is meant.
pub(super) fn example(field: Field) -> &'static str {
    match field {
        Field::Title => "title:summit",
        Field::Summary => "summary:summit",
        Field::Body => "body:summit",
        Field::Author => "author:\"Jane Doe\"",
        Field::All => "all:summit",
        Field::Source => "source:Kyodo",
        Field::Site => "site:example.com",
        Field::Url => "url:/economy/",
        Field::Lang => "lang:ru",
        Field::Country => "country:jp",
        Field::Tag => "tag:wires",
    }
}

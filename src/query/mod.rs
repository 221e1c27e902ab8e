//! The watch language: text → syntax tree → text, with errors that point at their place.
//!
//! It knows the grammar and the codes of languages and countries, and nothing of articles or indexes.
//!
//! ```text
//! query   = or ;
//! or      = and { "OR" and } ;
//! and     = unary { [ "AND" ] unary } ;
//! unary   = { "NOT" | "-" } near ;
//! near    = primary { ( "NEAR" | "ONEAR" ) [ "/" number ] primary } ;
//! primary = field ":" primary | "(" or ")" | "ATLEAST/" number primary
//!         | number "OF" "(" or { "," or } ")" | leaf ;
//! leaf    = "@" name | "/" regex "/" [ "i" ] | "{" text "}"
//!         | [ "=" ] quoted [ "~" number ] | [ "=" ] word | word "*" ;
//! ```

mod ast;
mod check;
mod codes;
mod field;
mod lexer;
mod parser;
mod pattern;
mod print;
mod scan;
mod words;

pub use ast::{Expr, Node, Query, Term};
pub use codes::{country as country_code, language as language_code, usual_language};
pub use field::Field;
pub use pattern::{REGEX_SIZE_LIMIT, required_literals};

use crate::diagnostic::Diagnostic;
use lexer::{Kind, Token};

/// The longest query, in bytes.
pub const MAX_LEN: usize = 64 * 1024;
/// The most errors and warnings of one query.
const MAX_DIAGNOSTICS: usize = 20;

/// A query that can be watched for, and what its author should look at again.
#[derive(Clone, Debug, PartialEq)]
pub struct Parsed {
    /// The query.
    pub query: Query,
    /// In the order of their places.
    pub warnings: Vec<Diagnostic>,
}

/// Reads a query.
///
/// # Errors
///
/// Everything that is wrong, with the warnings, in the order of their places.
pub fn parse(text: &str) -> Result<Parsed, Vec<Diagnostic>> {
    let (tokens, found) = read(text)?;
    finish(text, &tokens, found)
}

/// Reads a term of a concept: a query in which words in a row are a phrase.
///
/// # Errors
///
/// As for [`parse`].
pub fn parse_term(text: &str) -> Result<Query, Vec<Diagnostic>> {
    let (tokens, found) = read(text)?;
    let tokens = if found.iter().any(Diagnostic::is_error) { tokens } else { as_phrase(tokens) };
    finish(text, &tokens, found).map(|parsed| parsed.query)
}

fn read(text: &str) -> Result<(Vec<Token>, Vec<Diagnostic>), Vec<Diagnostic>> {
    if text.len() > MAX_LEN {
        return Err(vec![
            Diagnostic::error(format!("the query is longer than {MAX_LEN} bytes"))
                .help("move lists of words into concepts"),
        ]);
    }
    let mut found = Vec::new();
    let tokens = lexer::lex(text, &mut found);
    if tokens.is_empty() && !found.iter().any(Diagnostic::is_error) {
        found.push(Diagnostic::error("the query is empty").help("write at least one word to look for"));
    }
    Ok((tokens, found))
}

fn finish(text: &str, tokens: &[Token], mut found: Vec<Diagnostic>) -> Result<Parsed, Vec<Diagnostic>> {
    let root = parser::parse(text, tokens, &mut found);
    if let Some(root) = &root {
        check::parts(root, &mut found);
        if !found.iter().any(Diagnostic::is_error) {
            found.extend(check::anchored(root));
        }
    }
    words::unread_operators(text, tokens, &mut found);
    words::abbreviations(tokens, &mut found);
    found.sort_by_key(|diagnostic| diagnostic.span.as_ref().map_or(0, |span| span.start));
    let failed = found.iter().any(Diagnostic::is_error);
    if failed && found.len() > MAX_DIAGNOSTICS {
        found.retain(Diagnostic::is_error);
    }
    found.truncate(MAX_DIAGNOSTICS);
    match root {
        Some(root) if !failed => Ok(Parsed { query: Query { root }, warnings: found }),
        _ => Err(found),
    }
}

/// Makes one phrase of bare words, and an unbroken row of bare, exact and prefix words.
fn as_phrase(tokens: Vec<Token>) -> Vec<Token> {
    let mut words = Vec::with_capacity(tokens.len());
    for token in &tokens {
        match &token.kind {
            Kind::Leaf(Term::Word { text, exact: false }) => words.push(text.as_str()),
            Kind::Comma => {}
            _ => return as_row(tokens),
        }
    }
    let term = match words.as_slice() {
        [] => return tokens,
        [word] => Term::Word { text: (*word).to_owned(), exact: false },
        words => Term::Phrase { text: words.join(" "), exact: false, slop: 0 },
    };
    let end = tokens.last().map_or(0, |token| token.span.end);
    let start = tokens.first().map_or(end, |token| token.span.start);
    vec![Token { kind: Kind::Leaf(term), span: start..end }]
}

fn as_row(tokens: Vec<Token>) -> Vec<Token> {
    let single = |token: &Token| {
        matches!(
            &token.kind,
            Kind::Leaf(
                Term::Word { .. } | Term::Prefix { .. } | Term::CaseSensitive { .. } | Term::Phrase { .. }
            )
        )
    };
    if !tokens.iter().all(single) {
        return tokens;
    }
    let mut row = Vec::with_capacity(2 * tokens.len());
    for token in tokens {
        if !row.is_empty() {
            let span = token.span.start..token.span.start;
            row.push(Token { kind: Kind::Near { within: 0, ordered: true }, span });
        }
        row.push(token);
    }
    row
}

#[cfg(test)]
mod tests;

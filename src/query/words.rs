//! What may stand as a bare word, and what someone who wrote another tool's sign meant.

use super::Term;
use super::lexer::{Kind, Token};
use crate::diagnostic::Diagnostic;

/// Words between the operands of a plain `NEAR`.
pub(super) const DEFAULT_BETWEEN: u32 = 4;
/// The most that `NEAR/n`, `~n` and `ATLEAST/n` take.
pub(super) const MOST_BETWEEN: u32 = 50;

/// Whether there is a letter or digit in it: signs alone never stand in the index.
pub(super) fn searchable(text: &str) -> bool {
    text.chars().any(char::is_alphanumeric)
}

/// `NEAR/3` as `("NEAR", "3")`, likewise `ONEAR/…` and `ATLEAST/…`; `ATLEAST` alone lacks its number.
pub(super) fn counted_operator(word: &str) -> Option<(&str, &str)> {
    let (name, count) = word.split_once('/').unwrap_or((word, ""));
    let complete = word.len() > name.len();
    match name {
        "NEAR" | "ONEAR" if complete => Some((name, count)),
        "ATLEAST" => Some((name, count)),
        _ => None,
    }
}

/// A phrase with a star in it, as it must be written to mean a prefix.
pub(super) fn starred(phrase: &str) -> String {
    phrase.split(' ').collect::<Vec<_>>().join(" ONEAR/0 ")
}

/// What is wrong with a bare word, without its place.
pub(super) fn problem(word: &str) -> Option<Diagnostic> {
    foreign_sign(word)
        .or_else(|| foreign_operator(word))
        .or_else(|| wildcard(word))
        .or_else(|| glued_operator(word))
}

/// Signs of other tools.
fn foreign_sign(word: &str) -> Option<Diagnostic> {
    let says = |message: &str, help: &str| Some(Diagnostic::error(message).help(help));
    match word {
        "&&" | "&" | "+" => return says(&format!("`{word}` is not an operator here"), "write `AND`"),
        "||" | "|" => return says(&format!("`{word}` is not an operator here"), "write `OR`"),
        "!" => return says("`!` is not an operator here", "write `NOT`"),
        "*" => return says("a lone `*` would match every article", "write at least two letters before it"),
        _ if !searchable(word) => {
            return says(
                &format!("`{word}` has no letter or digit to search for"),
                "remove it, or put it in quotes together with the words around it",
            );
        }
        _ => {}
    }
    let rest = |sign: char| word.strip_prefix(sign);
    if let Some(rest) = rest('+') {
        return says("`+` is not an operator here", &format!("write `{rest}`: every word is required"));
    }
    if let Some(rest) = rest('!') {
        return says("`!` is not an operator here", &format!("write `NOT {rest}`"));
    }
    if word.starts_with('[') {
        return says("square brackets have no meaning here", "group with `( )`");
    }
    for (sign, what) in [('~', "a fuzzy match"), ('^', "a weight")] {
        if let Some((stem, number)) = word.rsplit_once(sign)
            && searchable(stem)
            && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.')
        {
            let help = if sign == '~' {
                format!("write the spellings out, as in `({stem} OR …)`")
            } else {
                format!("write `{stem}`")
            };
            return says(&format!("`{sign}` after a word: {what} is not part of the language"), &help);
        }
    }
    None
}

/// Operators in lower case with a number, or by the name that another tool has for them.
fn foreign_operator(word: &str) -> Option<Diagnostic> {
    let (name, count) = word.split_once('/')?;
    if count.is_empty() || !count.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let ours = match name.to_ascii_uppercase().as_str() {
        "NEAR" | "W" | "N" | "ADJ" | "AROUND" | "WITHIN" => "NEAR",
        "ONEAR" | "PRE" | "P" => "ONEAR",
        "ATLEAST" => "ATLEAST",
        _ => return None,
    };
    Some(
        Diagnostic::error(format!("`{word}` is not an operator here"))
            .help(format!("write `{ours}/{count}`")),
    )
}

fn wildcard(word: &str) -> Option<Diagnostic> {
    let stem = word.strip_suffix('*').unwrap_or(word);
    if let Some(rest) = stem.strip_prefix('*') {
        let rest = rest.trim_matches('*');
        return Some(
            Diagnostic::error("a word cannot start with `*`")
                .help(format!("write the words out, or a pattern: `/\\w*{rest}\\w*/i`")),
        );
    }
    if let Some((start, end)) = stem.split_once('*') {
        return Some(
            Diagnostic::error("`*` can only end a word")
                .help(format!("write `{start}*`, or a pattern: `/{start}\\w*{end}/i`")),
        );
    }
    let inner = stem.char_indices().find(|&(at, c)| {
        c == '?'
            && stem[..at].ends_with(char::is_alphanumeric)
            && stem[at + 1..].starts_with(char::is_alphanumeric)
    });
    if inner.is_some() {
        let pattern = stem.replace('?', ".");
        return Some(
            Diagnostic::error("`?` does not stand for a letter")
                .help(format!("write a pattern: `/{pattern}/i`")),
        );
    }
    if word.len() > stem.len() && !long_enough(stem) {
        return Some(
            Diagnostic::error(format!("the prefix `{word}` is too short: most articles hold such a word"))
                .help("write at least two letters before `*`"),
        );
    }
    None
}

/// Two letters or digits, or one sign of a script that writes a syllable or word with it.
pub(super) fn long_enough(prefix: &str) -> bool {
    let syllabic = |c: char| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}');
    prefix.chars().any(syllabic) || prefix.chars().filter(|c| c.is_alphanumeric()).count() >= 2
}

/// `日本AND中国`: the operator is read as part of the word.
fn glued_operator(word: &str) -> Option<Diagnostic> {
    let foreign = |c: char| c.is_alphabetic() && !c.is_ascii();
    ["AND", "NOT", "OR"].into_iter().find_map(|operator| {
        let (left, right) = word.split_once(operator)?;
        (left.ends_with(foreign) && right.starts_with(foreign)).then(|| {
            Diagnostic::warning(format!("`{operator}` is part of this word"))
                .help(format!("put spaces around it: `{left} {operator} {right}`"))
        })
    })
}

/// Warns of `and`, `or`, `not` between words: they are searched for.
pub(super) fn lower_case_operators(tokens: &[Token], found: &mut Vec<Diagnostic>) {
    for (before, token) in tokens.iter().zip(&tokens[1.min(tokens.len())..]) {
        let Kind::Leaf(Term::Word { text, exact: false }) = &token.kind else { continue };
        let operator = text.to_ascii_uppercase();
        if matches!(operator.as_str(), "AND" | "OR" | "NOT") && !matches!(before.kind, Kind::Field(_)) {
            found.push(
                Diagnostic::warning(format!("`{text}` is searched for as a word"))
                    .at(token.span.clone())
                    .help(format!("write `{operator}` for the operator, or `\"{text}\"` for the word")),
            );
        }
    }
}

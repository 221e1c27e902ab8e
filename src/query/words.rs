//! What may stand as a bare word, and what someone who wrote another tool's sign meant.

use super::Term;
use super::lexer::{Kind, Token};
use crate::diagnostic::Diagnostic;

/// Words between the operands of a plain `NEAR`.
pub(super) const DEFAULT_BETWEEN: u32 = 4;
/// The most that `NEAR/n`, `~n` and `ATLEAST/n` take.
pub(super) const MOST_BETWEEN: u32 = 50;

/// The longest word, in bytes.
pub(super) const MAX_LEN: usize = 500;
/// How much of a query a message repeats, in bytes.
pub(super) const EXCERPT: usize = 80;

/// A part of a query as one short line.
pub(super) fn excerpt(text: &str) -> String {
    let cut = &text[..text.floor_char_boundary(EXCERPT)];
    let mut line = cut.split_whitespace().collect::<Vec<_>>().join(" ");
    if cut.len() < text.len() {
        line.push('…');
    }
    line
}

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
    if word.chars().all(char::is_alphanumeric) {
        return foreign_name(word).or_else(|| glued_operator(word));
    }
    foreign_sign(word).or_else(|| foreign_operator(word)).or_else(|| wildcard(word))
}

/// Operators of other tools that look like words.
fn foreign_name(word: &str) -> Option<Diagnostic> {
    let ours = match word {
        "AROUND" => "NEAR/4",
        "ANDNOT" => "AND NOT",
        _ => return None,
    };
    Some(Diagnostic::error(format!("`{word}` is not an operator here")).help(format!("write `{ours}`")))
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
            return says(&format!("`{word}` has no letter or digit to search for"), "remove it");
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
                "write the spellings out, joined by OR".to_owned()
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
    let says = |message: &str, help: String| Some(Diagnostic::error(message).help(help));
    let spell_out = || "write the words out, joined by OR".to_owned();
    if let Some((start, end)) = stem.split_once('*') {
        return if long_enough(start) {
            says("`*` can only end a word", format!("write `{start}*`"))
        } else if start.is_empty() && long_enough(end) && end.chars().all(char::is_alphanumeric) {
            says("a word cannot start with `*`", format!("write a pattern: `/\\w*{end}\\w*/i`"))
        } else {
            says("`*` can only end a word", spell_out())
        };
    }
    let mut between = stem.match_indices('?').filter(|&(at, _)| {
        stem[..at].ends_with(char::is_alphanumeric) && stem[at + 1..].starts_with(char::is_alphanumeric)
    });
    if between.next().is_some() {
        return says("`?` does not stand for a letter", spell_out());
    }
    if word.len() > stem.len() && stem.contains('/') {
        return says("a prefix is a single word", format!("write `{}`", word.replace('/', " ONEAR/0 ")));
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
    if word.is_ascii() {
        return None;
    }
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
    for (index, token) in tokens.iter().enumerate() {
        let Kind::Leaf(Term::Word { text, exact: false }) = &token.kind else { continue };
        let Some(operator) = ["AND", "OR", "NOT"].into_iter().find(|name| name.eq_ignore_ascii_case(text))
        else {
            continue;
        };
        let joins = index + 1 < tokens.len() && (index > 0 || operator == "NOT");
        let value = index > 0 && matches!(tokens[index - 1].kind, Kind::Field(_));
        if joins && !value {
            found.push(
                Diagnostic::warning(format!("`{text}` is searched for as a word"))
                    .at(token.span.clone())
                    .help(format!("write `{operator}` if you mean the operator")),
            );
        }
    }
}

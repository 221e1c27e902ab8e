//! What may stand as a bare word, and what someone who wrote another tool's sign meant.

use std::borrow::Cow;

use super::lexer::{Kind, Token};
use super::scan::word_len;
use super::{Field, Term};
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

/// `word` with full-width signs as their narrow ones, where it begins with a full-width letter: ＡＮＤ.
pub(super) fn narrow(word: &str) -> Cow<'_, str> {
    if !word.starts_with(|c| matches!(c, 'Ａ'..='Ｚ')) {
        return Cow::Borrowed(word);
    }
    let narrow = |c: char| match c as u32 {
        0xFF01..=0xFF5E => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    };
    Cow::Owned(word.chars().map(narrow).collect())
}

/// Where a `?` stands for a letter or a word in the tools that read it so.
pub(super) fn lone_question_mark(phrase: &str) -> Option<usize> {
    phrase.match_indices('?').map(|(at, _)| at).find(|&at| {
        let (before, after) = (&phrase[..at], &phrase[at + 1..]);
        let inside = before.ends_with(char::is_alphanumeric) && after.starts_with(char::is_alphanumeric);
        inside || before.ends_with(' ') && after.starts_with(' ')
    })
}

/// What to write for a field of another tool that has no counterpart; `value` begins with its value.
pub(super) fn help_for_foreign_field(name: &str, value: &str) -> Option<String> {
    match name.to_lowercase().as_str() {
        "raw" => {
            let value = &value[..word_len(value)];
            searchable(value).then(|| format!("write `{{{}}}`, which keeps the case", excerpt(value)))
        }
        "date" | "published" | "since" | "until" | "before" | "after" | "daterange" | "time" => {
            Some("leave it out: a watch sees articles as they come, and searches take `--since`".to_owned())
        }
        _ => None,
    }
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
        return foreign_name(word).or_else(|| glued_operator(word)).or_else(|| mixed_alphabets(word));
    }
    foreign_sign(word)
        .or_else(|| foreign_operator(word))
        .or_else(|| field_with_equals(word))
        .or_else(|| wildcard(word))
        .or_else(|| mixed_alphabets(word))
}

/// Operators of other tools that look like words.
fn foreign_name(word: &str) -> Option<Diagnostic> {
    let ours = match word {
        "AROUND" => "NEAR/4".to_owned(),
        "ANDNOT" => "AND NOT".to_owned(),
        _ => {
            // `near5`, `NEAR5`.
            let name = word.trim_end_matches(|c: char| c.is_ascii_digit());
            let count = &word[name.len()..];
            let known =
                ["NEAR", "ONEAR", "ATLEAST"].into_iter().find(|known| known.eq_ignore_ascii_case(name));
            format!("{}/{count}", known.filter(|_| (1..=2).contains(&count.len()))?)
        }
    };
    Some(Diagnostic::error(format!("`{word}` is not an operator here")).help(format!("write `{ours}`")))
}

/// `title=summit`: fields take a colon.
fn field_with_equals(word: &str) -> Option<Diagnostic> {
    let (name, value) = word.split_once(['=', '＝'])?;
    let field = Field::from_name(name)?.name();
    let value = if searchable(value) { value } else { "…" };
    Some(Diagnostic::error("a field takes a colon").help(format!("write `{field}:{value}`")))
}

/// A word with Latin and Cyrillic letters, many of which look alike: hardly ever meant, and then it finds nothing.
fn mixed_alphabets(word: &str) -> Option<Diagnostic> {
    let cyrillic = |c: char| matches!(c, '\u{400}'..='\u{52F}');
    let mut runs = word.split(|c: char| !c.is_alphabetic());
    runs.any(|run| run.contains(|c: char| c.is_ascii_alphabetic()) && run.contains(cyrillic)).then(|| {
        Diagnostic::warning(format!("`{word}` has letters of two alphabets, which look alike"))
            .help("type it anew: as it is, it finds nothing that is spelled in one")
    })
}

/// Signs of other tools.
fn foreign_sign(word: &str) -> Option<Diagnostic> {
    let says = |message: &str, help: &str| Some(Diagnostic::error(message).help(help));
    match word {
        "&&" | "&" | "+" => return says(&format!("`{word}` is not an operator here"), "write `AND`"),
        "||" | "|" => return says(&format!("`{word}` is not an operator here"), "write `OR`"),
        "!" => return says("`!` is not an operator here", "write `NOT`"),
        "AND/OR" => return says("`AND/OR` is not an operator here", "write `OR`, which takes both too"),
        "*" => return says("a lone `*` would match every article", "write at least two letters before it"),
        _ if !searchable(word) => {
            return says(&format!("`{word}` has no letter or digit to search for"), "remove it");
        }
        _ => {}
    }
    if word.contains("&amp;") {
        return says("`&amp;` is markup", &format!("write `{}`", word.replace("&amp;", "&")));
    }
    if let Some((one, other)) = word.split_once([';', '；'])
        && searchable(one)
        && searchable(other)
    {
        return says("a `;` joins nothing", &format!("write AND or OR instead: `{one} OR {other}`"));
    }
    if let Some(count) =
        word.strip_prefix('~').filter(|count| count.bytes().all(|byte| byte.is_ascii_digit()))
    {
        return says(
            "a distance stands right after a phrase in quotes",
            &format!("write `\"two words\"~{count}`, or `a NEAR/{count} b`"),
        );
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

/// Warns of what joins words in another tool or language and is searched for here.
pub(super) fn unread_operators(text: &str, tokens: &[Token], found: &mut Vec<Diagnostic>) {
    for (index, token) in tokens.iter().enumerate() {
        let Kind::Leaf(Term::Word { text: word, exact: false }) = &token.kind else { continue };
        let last = index + 1 == tokens.len();
        let before = index.checked_sub(1).and_then(|before| tokens.get(before));
        let value = matches!(before, Some(Token { kind: Kind::Field(_), .. }));
        if last || value {
            continue;
        }
        let plain_near = before.filter(|token| matches!(text[token.span.clone()].len(), 4 | 5));
        let suggested = match (before.map(|before| &before.kind), plain_near) {
            // `a NEAR 5 b`.
            (Some(Kind::Near { ordered, .. }), Some(_)) if word.bytes().all(|byte| byte.is_ascii_digit()) => {
                Some(format!("{}/{word}", if *ordered { "ONEAR" } else { "NEAR" }))
            }
            (Some(Kind::Leaf(Term::Word { text: count, .. })), _)
                if word == "OF"
                    && tokens[index + 1].kind != Kind::Open
                    && count.bytes().all(|byte| byte.is_ascii_digit()) =>
            {
                Some(format!("{count} OF (a, b, c)"))
            }
            _ => foreign_joiner(word).filter(|ours| before.is_some() || *ours == "NOT").map(str::to_owned),
        };
        if let Some(ours) = suggested {
            found.push(
                Diagnostic::warning(format!("`{word}` is searched for as a word"))
                    .at(token.span.clone())
                    .help(format!("write `{ours}` if you mean the operator")),
            );
        }
    }
}

/// Warns of abbreviations that are words too once their case is folded.
pub(super) fn abbreviations(tokens: &[Token], found: &mut Vec<Diagnostic>) {
    const WORDS_TOO: [&str; 12] =
        ["US", "IT", "WHO", "AS", "IS", "SO", "WAS", "HAS", "CAN", "MAY", "AIDS", "PIN"];
    for (index, token) in tokens.iter().enumerate() {
        let Kind::Leaf(Term::Word { text, exact: false }) = &token.kind else { continue };
        let before = index.checked_sub(1).and_then(|before| tokens.get(before));
        let value = matches!(before, Some(Token { kind: Kind::Field(field), .. }) if field.is_metadata());
        if !value && WORDS_TOO.contains(&text.as_str()) {
            found.push(
                Diagnostic::warning(format!("`{text}` finds `{}` too", text.to_lowercase()))
                    .at(token.span.clone())
                    .help(format!("write `{{{text}}}` if the capitals matter")),
            );
        }
    }
}

/// Where an operator stands in a phrase, which makes a word of it.
pub(super) fn quoted_operator(phrase: &str) -> Option<std::ops::Range<usize>> {
    let shouted = !phrase.contains(char::is_lowercase);
    ["AND", "OR", "NOT"].iter().filter(|_| !shouted).find_map(|operator| {
        let at = phrase.find(&format!(" {operator} "))? + 1;
        Some(at..at + operator.len())
    })
}

/// The operator that someone meant who wrote `word` between words: ours in lower case, in capitals those of other
/// tools and languages.
fn foreign_joiner(word: &str) -> Option<&'static str> {
    if let Some(ours) = ["AND", "OR", "NOT"].into_iter().find(|ours| ours.eq_ignore_ascii_case(word)) {
        return Some(ours);
    }
    Some(match word {
        "UND" | "ET" | "И" | "Y" | "DAN" => "AND",
        "ODER" | "OU" | "ИЛИ" | "АБО" | "XOR" | "VEYA" | "ATAU" => "OR",
        "NICHT" | "SAUF" | "НЕ" | "MINUS" | "EXCEPT" | "WITHOUT" | "BUTNOT" | "NOTIN" | "NOTNEAR" => "NOT",
        "ADJ" => "ONEAR/0",
        "THEN" | "BEFORE" | "FOLLOWEDBY" | "PRE" => "ONEAR/4",
        "WITHIN" | "NEARBY" | "SAME" | "SENTENCE" => "NEAR/10",
        "PARAGRAPH" => "NEAR/50",
        _ => return None,
    })
}

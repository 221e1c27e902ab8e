//! Regular expressions: bounded in size, and run only where a literal that they require occurs.

use regex_automata::meta::Regex;
use regex_automata::util::syntax;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::node::PatternId;

/// Compiled programs larger than this are refused.
const SIZE_LIMIT: usize = 1 << 20;

/// A shorter literal occurs in most texts.
const SHORTEST_LITERAL: usize = 2;

/// More alternatives than this are not worth looking for.
const MOST_LITERALS: usize = 64;

/// Places of one pattern in one field that are recorded.
const MOST_PLACES: usize = 1000;

/// A regular expression of a query.
#[derive(Debug)]
pub(super) struct Pattern {
    source: String,
    ignore_case: bool,
    regex: Regex,
    /// At least one of them, in lower case, stands in every text that matches.
    literals: Vec<String>,
}

/// The patterns of a set of queries, each known by one number.
#[derive(Debug, Default)]
pub(super) struct Patterns(Vec<Pattern>);

impl Patterns {
    /// The number of the pattern; an error says why it is refused.
    pub(super) fn intern(&mut self, source: &str, ignore_case: bool) -> Result<PatternId, String> {
        let known = |pattern: &Pattern| pattern.source == source && pattern.ignore_case == ignore_case;
        if let Some(index) = self.0.iter().position(known) {
            return Ok(index as PatternId);
        }
        self.0.push(Pattern::new(source, ignore_case)?);
        Ok(self.0.len() as PatternId - 1)
    }

    pub(super) fn get(&self, id: PatternId) -> &Pattern {
        &self.0[id as usize]
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The patterns that may match `lower`, a text in lower case.
    pub(super) fn possible_in<'p>(&'p self, lower: &'p str) -> impl Iterator<Item = PatternId> + 'p {
        let occurs =
            move |pattern: &Pattern| pattern.literals.iter().any(|literal| lower.contains(literal.as_str()));
        self.0.iter().zip(0..).filter(move |(pattern, _)| occurs(pattern)).map(|(_, id)| id)
    }
}

impl Pattern {
    fn new(source: &str, ignore_case: bool) -> Result<Self, String> {
        let regex = Regex::builder()
            .configure(Regex::config().nfa_size_limit(Some(SIZE_LIMIT)).hybrid_cache_capacity(SIZE_LIMIT))
            .syntax(syntax::Config::new().case_insensitive(ignore_case))
            .build(source)
            .map_err(|error| match error.syntax_error() {
                Some(error) => {
                    format!("/{source}/ is not a regular expression: {}", last_line(&error.to_string()))
                }
                None => format!("/{source}/ is too large: shorten its repetitions"),
            })?;
        // Case is ignored in the search for literals anyway, and would hide them in character classes.
        let hir = regex_syntax::parse(source).map_err(|error| last_line(&error.to_string()).to_owned())?;
        let literals = required_literals(&hir).filter(|literals| {
            let longest = |literal: &String| literal.chars().count() >= SHORTEST_LITERAL;
            !literals.is_empty() && literals.len() <= MOST_LITERALS && literals.iter().all(longest)
        });
        let literals = literals.ok_or_else(|| {
            format!("/{source}/ requires no fixed letters, so it would run on every text: add at least two")
        })?;
        Ok(Self { source: source.to_owned(), ignore_case, regex, literals })
    }

    pub(super) fn literals(&self) -> &[String] {
        &self.literals
    }

    /// Where it matches in `text`, in bytes; empty matches are none.
    pub(super) fn places<'p>(&'p self, text: &'p str) -> impl Iterator<Item = (usize, usize)> + 'p {
        let found = self.regex.find_iter(text).map(|found| (found.start(), found.end()));
        found.filter(|(start, end)| start < end).take(MOST_PLACES)
    }
}

/// Lower case, character by character, so that text and literals agree wherever they are cut.
pub(super) fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn last_line(message: &str) -> &str {
    message.lines().last().unwrap_or(message).trim_start_matches("error: ")
}

/// Literals of which every match contains at least one: the longest such set found.
fn required_literals(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(vec![lower(std::str::from_utf8(&literal.0).ok()?)]),
        HirKind::Class(class) => single_letter(class).map(|letter| vec![letter]),
        HirKind::Repetition(repetition) if repetition.min > 0 => required_literals(&repetition.sub),
        HirKind::Capture(capture) => required_literals(&capture.sub),
        HirKind::Alternation(alternatives) => {
            let each: Option<Vec<_>> = alternatives.iter().map(required_literals).collect();
            Some(each?.concat())
        }
        HirKind::Concat(parts) => {
            let mut best: Option<Vec<String>> = None;
            let mut consider = |candidate: Vec<String>| {
                let shortest = |set: &Vec<String>| set.iter().map(String::len).min().unwrap_or(0);
                if best.as_ref().is_none_or(|best| shortest(&candidate) > shortest(best)) {
                    best = Some(candidate);
                }
            };
            // Letters whose case is free come as one class each; neighbours make a literal.
            let mut run = String::new();
            for part in parts {
                let letters = match part.kind() {
                    HirKind::Literal(literal) => std::str::from_utf8(&literal.0).ok().map(lower),
                    HirKind::Class(class) => single_letter(class),
                    _ => None,
                };
                match letters {
                    Some(letters) => run.push_str(&letters),
                    None => {
                        if !run.is_empty() {
                            consider(vec![std::mem::take(&mut run)]);
                        }
                        if let Some(literals) = required_literals(part) {
                            consider(literals);
                        }
                    }
                }
            }
            if !run.is_empty() {
                consider(vec![run]);
            }
            best
        }
        _ => None,
    }
}

/// The letter of a class that holds only its cases.
fn single_letter(class: &Class) -> Option<String> {
    let Class::Unicode(class) = class else { return None };
    let mut letters = class.iter().flat_map(|range| range.start()..=range.end()).take(5);
    let first = lower(letters.next()?.encode_utf8(&mut [0; 4]));
    letters.all(|letter| lower(letter.encode_utf8(&mut [0; 4])) == first).then_some(first)
}

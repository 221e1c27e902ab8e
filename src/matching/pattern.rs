//! Regular expressions: bounded in size, and run only where a literal that they require occurs.

use icu_casemap::CaseMapper;
use regex_automata::meta::Regex;
use regex_automata::util::syntax;

use super::node::PatternId;
use crate::query::{REGEX_SIZE_LIMIT, required_literals};

/// Places of one pattern in one field that are recorded.
const MOST_PLACES: usize = 1000;

/// A regular expression of a query.
#[derive(Debug)]
pub(super) struct Pattern {
    source: String,
    ignore_case: bool,
    regex: Regex,
    /// At least one of them, in simple case folding, stands in every text that matches.
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

    /// The patterns that may match a text, of which `folded` is the simple case folding.
    pub(super) fn possible_in<'p>(&'p self, folded: &'p str) -> impl Iterator<Item = PatternId> + 'p {
        let occurs =
            move |pattern: &Pattern| pattern.literals.iter().any(|literal| folded.contains(literal.as_str()));
        self.0.iter().zip(0..).filter(move |(pattern, _)| occurs(pattern)).map(|(_, id)| id)
    }
}

impl Pattern {
    fn new(source: &str, ignore_case: bool) -> Result<Self, String> {
        let config =
            Regex::config().nfa_size_limit(Some(REGEX_SIZE_LIMIT)).hybrid_cache_capacity(REGEX_SIZE_LIMIT);
        let regex = Regex::builder()
            .configure(config)
            .syntax(syntax::Config::new().case_insensitive(ignore_case))
            .build(source)
            .map_err(|error| format!("/{source}/ cannot be used as a regular expression: {error}"))?;
        let literals = required_literals(source, ignore_case)
            .ok_or_else(|| format!("/{source}/ has no fixed text, so it would run on every article"))?;
        Ok(Self { source: source.to_owned(), ignore_case, regex, literals })
    }

    /// Where it matches in `text`, in bytes; empty matches are none.
    pub(super) fn places<'p>(&'p self, text: &'p str) -> impl Iterator<Item = (usize, usize)> + 'p {
        let found = self.regex.find_iter(text).map(|found| (found.start(), found.end()));
        found.filter(|(start, end)| start < end).take(MOST_PLACES)
    }
}

/// `text` with each letter in its simple case folding, as the required literals are.
pub(super) fn simple_fold(text: &str) -> String {
    let case = CaseMapper::new();
    text.chars().map(|c| case.simple_fold(c)).collect()
}

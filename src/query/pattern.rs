//! Regular expressions: their limits, and the text that each of their matches holds.

use std::ops::Range;

use icu_casemap::CaseMapper;
use regex_syntax::ParserBuilder;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::words;
use crate::diagnostic::Diagnostic;

/// The longest pattern, in bytes.
const MAX_LEN: usize = 1000;
/// How deep groups and repetitions of a pattern may nest.
const NEST_LIMIT: u32 = 32;
/// The largest automaton that a pattern may need, in bytes.
pub const REGEX_SIZE_LIMIT: usize = 1 << 20;
/// The most literals of which one must occur.
const MAX_LITERALS: usize = 256;

/// Texts of which every match of the pattern holds at least one, in simple case folding.
///
/// `None` when there are no such texts of two letters or digits, or the pattern is not valid: such a
/// pattern would have to run on every article.
pub fn required_literals(pattern: &str, ignore_case: bool) -> Option<Vec<String>> {
    required(&read(pattern, ignore_case).ok()?)
}

/// What is wrong with a pattern whose text starts at `offset` of the query.
pub(super) fn check(pattern: &str, ignore_case: bool, offset: usize) -> Option<Diagnostic> {
    let whole = offset..offset + pattern.len();
    if pattern.len() > MAX_LEN {
        return Some(
            Diagnostic::error(format!("this regular expression is longer than {MAX_LEN} bytes"))
                .at(whole)
                .help("split it into several, joined by OR"),
        );
    }
    let hir = match read(pattern, ignore_case) {
        Ok(hir) => hir,
        Err((message, span)) => {
            return Some(
                Diagnostic::error(format!("this regular expression is not valid: {message}"))
                    .at(offset + span.start..offset + span.end)
                    .help("put `\\` before a sign that stands for itself, as in `\\.`"),
            );
        }
    };
    if !fits(&hir) {
        return Some(
            Diagnostic::error("this regular expression needs too much memory")
                .at(whole)
                .help("use smaller repetitions, such as `{0,20}`"),
        );
    }
    if required(&hir).is_none() {
        return Some(
            Diagnostic::error("this regular expression has no fixed text, so it would run on every article")
                .at(whole)
                .help("give it two letters or digits in a row that every match holds"),
        );
    }
    None
}

/// The pattern's meaning, or what is wrong and where in the pattern.
fn read(pattern: &str, ignore_case: bool) -> Result<Hir, (String, Range<usize>)> {
    let mut builder = ParserBuilder::new();
    builder.case_insensitive(ignore_case).nest_limit(NEST_LIMIT).build().parse(pattern).map_err(|error| {
        let (message, span) = match &error {
            regex_syntax::Error::Parse(error) => (error.kind().to_string(), error.span()),
            regex_syntax::Error::Translate(error) => (error.kind().to_string(), error.span()),
            _ => return (error.to_string(), 0..pattern.len()),
        };
        (message, span.start.offset..span.end.offset)
    })
}

fn fits(hir: &Hir) -> bool {
    use regex_automata::nfa::thompson;
    let config = thompson::Config::new().nfa_size_limit(Some(REGEX_SIZE_LIMIT));
    thompson::Compiler::new().configure(config).build_from_hir(hir).is_ok()
}

/// The best choice of literals in `hir`: the one whose shortest is longest.
fn required(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Capture(capture) => required(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => required(&repetition.sub),
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(required(branch)?);
            }
            (all.len() <= MAX_LITERALS).then_some(all)
        }
        HirKind::Concat(parts) => {
            let runs = runs(parts).into_iter().map(|run| vec![run]);
            let inner = parts.iter().filter(|part| fixed(part).is_none()).filter_map(required);
            runs.chain(inner)
                .filter(|literals| literals.iter().all(|text| selective(text)))
                .max_by_key(|literals| literals.iter().map(|text| text.chars().count()).min().unwrap_or(0))
        }
        _ => fixed(hir).filter(|text| selective(text)).map(|text| vec![text]),
    }
}

/// Neighbouring fixed parts, joined.
fn runs(parts: &[Hir]) -> Vec<String> {
    let mut runs = vec![String::new()];
    for part in parts {
        match (fixed(part), runs.last_mut()) {
            (Some(text), Some(run)) => run.push_str(&text),
            _ => runs.push(String::new()),
        }
    }
    runs
}

/// The folded text that is all this part matches; a class of one letter in both cases is that letter.
fn fixed(hir: &Hir) -> Option<String> {
    let fold = |c: char| CaseMapper::new().simple_fold(c);
    match hir.kind() {
        HirKind::Literal(literal) => Some(std::str::from_utf8(&literal.0).ok()?.chars().map(fold).collect()),
        HirKind::Class(Class::Unicode(class)) => {
            let mut members = class.iter().flat_map(|range| range.start()..=range.end()).map(fold);
            let first = members.next()?;
            members.all(|member| member == first).then(|| first.to_string())
        }
        HirKind::Capture(capture) => fixed(&capture.sub),
        HirKind::Empty | HirKind::Look(_) => Some(String::new()),
        _ => None,
    }
}

/// Whether a text is rare enough to look for first.
fn selective(text: &str) -> bool {
    words::long_enough(text)
}

#[cfg(test)]
mod tests {
    use super::required_literals;

    fn check(pattern: &str, ignore_case: bool, expected: Option<&[&str]>) {
        let found = required_literals(pattern, ignore_case);
        let found: Option<Vec<_>> = found.as_ref().map(|all| all.iter().map(String::as_str).collect());
        assert_eq!(found.as_deref(), expected, "/{pattern}/");
    }

    #[test]
    fn every_match_holds_one_of_the_literals() {
        for (pattern, expected) in [
            ("cyber", Some(["cyber"].as_slice())),
            ("CVE-\\d+", Some(&["cve-"])),
            ("\\w+ware\\b", Some(&["ware"])),
            ("ab.*longer", Some(&["longer"])),
            ("(ransom|mal)ware", Some(&["ware"])),
            ("(ransom|phish)x?", Some(&["ransom", "phish"])),
            ("(?:cyber)+", Some(&["cyber"])),
            ("cy(b)er", Some(&["cyber"])),
            ("[Cc]yber", Some(&["cyber"])),
            ("кибер\\w*", Some(&["кибер"])),
            ("东.国家", Some(&["国家"])),
            ("a.b", None),
            ("(cyber)?", None),
            ("cyber|\\d+", None),
            ("\\w{5,}", None),
            ("", None),
            ("(", None),
        ] {
            check(pattern, false, expected);
        }
    }

    #[test]
    fn case_is_folded_away() {
        check("SecK", true, Some(&["seck"]));
        check("(?i)Привет", false, Some(&["привет"]));
        check("straße", true, Some(&["straße"]));
    }
}

//! The text that the full-text index stores instead of the article's own.

use rustc_hash::FxHashSet;

use icu_segmenter::GraphemeClusterSegmenter;

use super::Analysis;

/// Stands between runs of dense scripts, so that no phrase reaches over.
const BREAK: &str = "·";

/// The terms of a text, separated by spaces: every distinct term of its words once, in no meaningful
/// order, then the characters of scripts without spaces in order, so that a substring is a phrase.
///
/// It survives a tokenizer that splits at ASCII punctuation and spaces and keeps all else, as the `ascii`
/// tokenizer of SQLite FTS5 does.
pub fn index_text(analysis: &Analysis) -> String {
    let mut out = String::new();
    let mut push = |token: &str| {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(token);
    };
    let mut seen = FxHashSet::default();
    for term in analysis.lexemes().iter().flat_map(|lexeme| lexeme.terms.split(' ')) {
        // The case-sensitive form differs from the folded one only in what the tokenizer drops.
        if !term.starts_with('c') && seen.insert(term) {
            push(&escape(term));
        }
    }
    for run in analysis.dense().text().lines() {
        for cluster in clusters(run) {
            push(cluster);
        }
        push(BREAK);
    }
    out
}

/// The user-perceived characters of folded text.
pub(crate) fn clusters(text: &str) -> impl Iterator<Item = &str> {
    let ends = GraphemeClusterSegmenter::new().segment_str(text).skip(1);
    ends.scan(0, move |start, end| {
        let cluster = &text[*start..end];
        *start = end;
        Some(cluster)
    })
}

/// `term` with ASCII punctuation in its full-width form, which folded text never contains.
pub(crate) fn escape(term: &str) -> String {
    let wide = |c: char| char::from_u32(c as u32 - 0x21 + 0xFF01).unwrap_or(c);
    term.chars().map(|c| if c.is_ascii_punctuation() { wide(c) } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{Analyzer, Text};
    use super::*;

    #[test]
    fn nothing_in_the_index_text_is_lost_on_an_ascii_tokenizer() {
        let analyzer = Analyzer::new();
        let text = Text { title: "C++ at 4.5%: 日本とＡＳＥＡＮ, U.S.A. l'été", ..Text::default() };
        let tokens = index_text(&analyzer.analyze(&text, None));
        assert!(tokens.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ' || !c.is_ascii()), "{tokens}");
        for token in ["fc＋＋", "f4．5", "fasean", "日 本 と ·", "fusa", "fété", "pete"] {
            assert!(tokens.contains(token), "{token} in {tokens}");
        }
    }
}

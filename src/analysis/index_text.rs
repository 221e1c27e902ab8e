//! The text that the full-text index stores instead of the article's own.

use rustc_hash::FxHashSet;

use icu_segmenter::GraphemeClusterSegmenter;

use super::Analysis;

/// Stands between runs of dense scripts, so that no phrase reaches over.
const BREAK: &str = "·";

/// Which [`index_text`] an index holds: raised whenever that of any text changes, by its form, a stemmer, a
/// folding, a dictionary. What was indexed under another version is indexed anew, and until then read word by word.
pub const INDEX_TEXT_VERSION: u32 = 1;

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
    use sha2::{Digest, Sha256};

    use super::super::stem::code_of;
    use super::super::{Analyzer, LANGS, LangIndex, LangSet, Text};
    use super::*;
    use crate::model::Lang;

    /// A line each of many languages: what their feed declares, and a text.
    const SAMPLE: &str = include_str!("index_text/sample.txt");

    /// Words of many languages, a line each, on which the rules of the analysis show.
    const WORDS: &str = include_str!("index_text/words.txt");

    /// The versions, each with a digest of what is indexed of [`SAMPLE`] and [`WORDS`].
    const VERSIONS: [(u32, &str); 1] = [(1, "ef82409ba5a0d137")];

    #[test]
    fn whoever_changes_the_index_text_raises_its_version() {
        let analyzer = Analyzer::new();
        let mut digest = Sha256::new();
        let mut stemmed = FxHashSet::default();
        for line in SAMPLE.lines() {
            let (declared, text) = line.split_once('\t').unwrap();
            let text = Text { title: text, ..Text::default() };
            // As a feed declares it, and as one that declares nothing.
            for declared in [Lang::parse(declared), None] {
                let analysis = analyzer.analyze(&text, declared);
                stemmed.extend(
                    analysis.lexemes().iter().flat_map(|lexeme| &lexeme.stems).map(|(lang, _)| *lang),
                );
                digest.update(index_text(&analysis));
                digest.update("\n");
            }
        }
        for word in WORDS.lines() {
            // In whatever language it stood.
            digest.update(&*analyzer.lexicon().lexeme(word, LangSet::ALL).terms);
            digest.update("\n");
        }
        let unheard: Vec<&str> =
            (0..LANGS as LangIndex).filter(|lang| !stemmed.contains(lang)).map(code_of).collect();
        assert!(unheard.is_empty(), "no line of the sample is stemmed in {unheard:?}");
        let digest: String = digest.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        assert_eq!(
            (INDEX_TEXT_VERSION, digest.as_str()),
            VERSIONS[VERSIONS.len() - 1],
            "the index text of some texts is another one: raise `INDEX_TEXT_VERSION`, and add it to `VERSIONS` with the digest"
        );
        let is_in_order = |pair: &[(u32, &str)]| pair[0].0 < pair[1].0 && pair[0].1 != pair[1].1;
        assert!(VERSIONS.windows(2).all(is_in_order), "what was indexed once keeps its version");
    }

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

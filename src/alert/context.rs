//! The matched words in their surroundings, as data: short pieces of text with the words marked.
//!
//! Places are counted in characters and pieces end between words, so that no letter of any script is
//! cut in two.

use std::collections::HashSet;
use std::ops::Range;

use icu_segmenter::WordSegmenter;
use icu_segmenter::options::WordBreakInvariantOptions;
use serde::{Deserialize, Serialize};

use crate::model::{Article, Field, Span};

/// Characters in a snippet, more or less.
const WIDTH: usize = 120;

/// Characters in a snippet at most: one that ends inside a marked word grows up to here.
const MAX_WIDTH: usize = 2 * WIDTH;

/// Snippets of one article.
const MAX_SNIPPETS: usize = 4;

/// A piece of one field around matched words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Snippet {
    /// The field it comes from.
    pub field: Field,
    /// Its text in order, with `…` where it leaves text out.
    pub segments: Vec<Segment>,
}

/// Text that is marked throughout or not at all.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Never empty.
    pub text: String,
    /// Whether it matched.
    pub marked: bool,
}

/// The snippets of `article` around `spans` that best prove a match, in reading order.
///
/// A snippet with a word that no earlier one shows comes before repetitions. The title is left out:
/// it is shown whole anyway.
pub fn snippets(article: &Article, spans: &[Span]) -> Vec<Snippet> {
    let fields: Vec<FieldText> = [Field::Summary, Field::Body, Field::Author]
        .into_iter()
        .filter_map(|field| FieldText::new(article, field, spans))
        .collect();
    let windows: Vec<(&FieldText, Window)> = fields
        .iter()
        .flat_map(|field| field.windows().into_iter().map(move |window| (field, window)))
        .collect();

    let mut seen = HashSet::new();
    let mut ranked: Vec<(bool, usize)> = windows
        .iter()
        .enumerate()
        .map(|(index, (field, window))| {
            let new = window.spans.iter().filter(|span| seen.insert(field.word(span))).count();
            (new == 0, index)
        })
        .collect();
    ranked.sort_unstable();
    ranked.truncate(MAX_SNIPPETS);
    ranked.sort_unstable_by_key(|&(_, index)| index);

    ranked
        .into_iter()
        .map(|(_, index)| {
            let (field, window) = &windows[index];
            field.snippet(window)
        })
        .collect()
}

/// Splits the whole of `text` where one of `spans` begins or ends.
pub fn mark<'a>(text: &str, spans: impl Iterator<Item = &'a Span>) -> Vec<Segment> {
    let chars: Vec<char> = text.chars().collect();
    segments(&chars, &(0..chars.len()), &merge(spans, chars.len()))
}

/// A field in which something matched.
struct FieldText {
    field: Field,
    chars: Vec<char>,
    /// As [`merge`] gives them.
    spans: Vec<Range<usize>>,
}

/// A range of characters to show, with the spans that begin in it.
struct Window {
    range: Range<usize>,
    spans: Vec<Range<usize>>,
}

impl FieldText {
    fn new(article: &Article, field: Field, spans: &[Span]) -> Option<Self> {
        let mut spans = spans.iter().filter(|span| span.field == field).peekable();
        spans.peek()?;
        let chars: Vec<char> = article.text(field).chars().collect();
        let spans = merge(spans, chars.len());
        Some(Self { field, chars, spans })
    }

    /// Windows that together show every span, apart from each other.
    fn windows(&self) -> Vec<Window> {
        let len = self.chars.len();
        let mut windows: Vec<Window> = Vec::new();
        for span in &self.spans {
            match windows.last_mut() {
                Some(window) if span.start < window.range.end => {
                    let end = span.end.min(window.range.start + MAX_WIDTH);
                    window.range.end = window.range.end.max(end);
                    window.spans.push(span.clone());
                }
                last => {
                    let shown = span.len().min(MAX_WIDTH);
                    let room = WIDTH.saturating_sub(shown);
                    let floor = last.map_or(0, |window| window.range.end);
                    let end = (span.start.saturating_sub(room / 2) + room + shown).min(len);
                    let start = end.saturating_sub(room + shown).min(span.start).max(floor);
                    windows.push(Window { range: start..end, spans: vec![span.clone()] });
                }
            }
        }
        windows
    }

    /// What tells a repetition: the matched text in lower case.
    fn word(&self, span: &Range<usize>) -> String {
        let shown = span.start..span.end.min(span.start + MAX_WIDTH);
        self.chars[shown].iter().flat_map(|c| c.to_lowercase()).collect()
    }

    fn snippet(&self, window: &Window) -> Snippet {
        let range = self.whole_words(window);
        let mut segments = segments(&self.chars, &range, &window.spans);
        let ellipsis = |text: &str| Segment { text: text.to_owned(), marked: false };
        if range.start > 0 {
            segments.insert(0, ellipsis("… "));
        }
        if range.end < self.chars.len() {
            segments.push(ellipsis(" …"));
        }
        Snippet { field: self.field, segments }
    }

    /// Narrows the window to whole words, but never into its spans.
    fn whole_words(&self, window: &Window) -> Range<usize> {
        let Range { mut start, mut end } = window.range;
        let first = window.spans.first().map_or(start, |span| span.start);
        let last = window.spans.last().map_or(end, |span| span.end.min(end));
        if start > 0 {
            // The window may begin inside a word, whose end is then the first boundary.
            start += boundaries(&self.chars[start..first]).into_iter().find(|&at| at > 0).unwrap_or(0);
        }
        if end < self.chars.len() {
            let room = end - last;
            end = last + boundaries(&self.chars[last..end]).into_iter().rfind(|&at| at < room).unwrap_or(0);
        }
        while start < first && self.chars[start].is_whitespace() {
            start += 1;
        }
        while end > last && self.chars[end - 1].is_whitespace() {
            end -= 1;
        }
        start..end
    }
}

/// The spans as sorted ranges that lie within `len` characters and do not touch; what is empty or
/// outside is dropped.
fn merge<'a>(spans: impl Iterator<Item = &'a Span>, len: usize) -> Vec<Range<usize>> {
    let mut ranges: Vec<Range<usize>> =
        spans.map(|span| span.start..span.end.min(len)).filter(|range| range.start < range.end).collect();
    ranges.sort_unstable_by_key(|range| (range.start, range.end));
    ranges.dedup_by(|next, kept| {
        let touches = next.start <= kept.end;
        if touches {
            kept.end = kept.end.max(next.end);
        }
        touches
    });
    ranges
}

/// The characters of `range`, split where one of `spans` begins or ends.
fn segments(chars: &[char], range: &Range<usize>, spans: &[Range<usize>]) -> Vec<Segment> {
    let mut segments = Vec::new();
    let mut push = |from: usize, to: usize, marked: bool| {
        if from < to {
            // A paragraph's end inside a snippet is no more than a space.
            let text = chars[from..to].iter().map(|&c| if c == '\n' { ' ' } else { c }).collect();
            segments.push(Segment { text, marked });
        }
    };
    let mut at = range.start;
    for span in spans {
        let (from, to) = (span.start.max(at), span.end.min(range.end));
        push(at, from.min(range.end), false);
        push(from, to, true);
        at = at.max(to);
    }
    push(at, range.end, false);
    segments
}

/// Where words begin and end in `chars` (UAX #29, with dictionaries for scripts without spaces), in
/// characters; the first is 0 and the last the length.
fn boundaries(chars: &[char]) -> Vec<usize> {
    let text: String = chars.iter().collect();
    let mut bytes_to_chars = text.char_indices().map(|(byte, _)| byte).chain([text.len()]).enumerate();
    WordSegmenter::new_auto(WordBreakInvariantOptions::default())
        .segment_str(&text)
        .filter_map(|byte| bytes_to_chars.find(|&(_, at)| at == byte).map(|(index, _)| index))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::fixture;

    /// Every place of `words` in `text`, as spans of the body.
    fn spans(text: &str, words: &[&str]) -> Vec<Span> {
        let mut spans: Vec<Span> = words
            .iter()
            .flat_map(|word| text.match_indices(word))
            .map(|(byte, word)| {
                let start = text[..byte].chars().count();
                let end = start + word.chars().count();
                Span { field: Field::Body, start, end, text: word.to_owned() }
            })
            .collect();
        spans.sort();
        spans
    }

    fn shown(text: &str, spans: &[Span]) -> Vec<String> {
        let article = Article { body: text.to_owned(), ..fixture::article() };
        snippets(&article, spans)
            .iter()
            .map(|snippet| {
                let mark = |part: &Segment| {
                    if part.marked { format!("[{}]", part.text) } else { part.text.clone() }
                };
                snippet.segments.iter().map(mark).collect()
            })
            .collect()
    }

    fn check(text: &str, words: &[&str], expected: &[&str]) {
        assert_eq!(shown(text, &spans(text, words)), expected, "{words:?} in {text:.60}");
    }

    #[test]
    fn a_short_text_is_shown_whole() {
        check("Japan and ASEAN meet.\nAgain.", &["ASEAN"], &["Japan and [ASEAN] meet. Again."]);
        check("ab", &["a", "b"], &["[ab]"]);
        check("nothing", &[], &[]);
    }

    #[test]
    fn long_texts_are_cut_between_words() {
        let text = format!("{}мета {}", "слово ".repeat(40), "конец ".repeat(40));
        let expected = format!("… {}[мета] {}…", "слово ".repeat(9), "конец ".repeat(9));
        check(&text, &["мета"], &[&expected]);
    }

    #[test]
    fn scripts_without_spaces_are_cut_between_words_too() {
        let text = format!(
            "{}東南アジア諸国連合{}",
            "政府は会議を開いた。".repeat(20),
            "外相が出席した。".repeat(20)
        );
        let [snippet] = &shown(&text, &spans(&text, &["東南アジア諸国連合"]))[..] else {
            panic!("one snippet expected")
        };
        let len = snippet.chars().count();
        assert!((90..=WIDTH + 8).contains(&len), "{len}: {snippet}");
        assert!(snippet.contains("[東南アジア諸国連合]"), "{snippet}");
    }

    #[test]
    fn a_text_that_is_one_word_is_cut_at_the_match() {
        let text = format!("{}needle{}", "a".repeat(5000), "b".repeat(5000));
        check(&text, &["needle"], &["… [needle] …"]);
    }

    #[test]
    fn far_matches_have_their_own_snippets_and_near_ones_share() {
        let filler = "word ".repeat(100);
        let text = format!("alpha beta {filler}gamma {filler}");
        let found = shown(&text, &spans(&text, &["alpha", "beta", "gamma"]));
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].starts_with("[alpha] [beta] word"), "{found:?}");
        assert!(found[1].contains("[gamma]"), "{found:?}");
    }

    #[test]
    fn a_new_word_is_shown_before_repetitions() {
        let text = format!("{}{}", format!("ASEAN {}", "word ".repeat(50)).repeat(20), "finally cyber");
        let found = shown(&text, &spans(&text, &["ASEAN", "cyber"]));
        assert_eq!(found.len(), MAX_SNIPPETS);
        assert!(found.last().is_some_and(|last| last.contains("[cyber]")), "{found:?}");
    }

    #[test]
    fn overlapping_and_impossible_spans_do_no_harm() {
        let span = |start, end| Span { field: Field::Body, start, end, text: String::new() };
        for (spans, expected) in [
            (vec![span(0, 3), span(2, 5), span(2, 5)], vec!["[абвгд]е"]),
            (vec![span(4, 99)], vec!["абвг[де]"]),
            (vec![span(7, 9), span(3, 3), span(5, 2)], vec![]),
            (vec![span(2, 3), span(0, 1)], vec!["[а]б[в]где"]),
        ] {
            assert_eq!(shown("абвгде", &spans), expected, "{spans:?}");
        }
    }

    #[test]
    fn a_field_full_of_matches_stays_small() {
        let text = "spam ".repeat(5000);
        let found = shown(&text, &spans(&text, &["spam"]));
        assert_eq!(found.len(), MAX_SNIPPETS);
        assert!(found.iter().all(|snippet| snippet.chars().count() < 2 * MAX_WIDTH));
        let endless = [Span { field: Field::Body, start: 0, end: 25_000, text: String::new() }];
        assert!(shown(&text, &endless)[0].chars().count() <= MAX_WIDTH + 4);
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_marked_the_rest_is_the_text(
            text in "[a-z аяé́日本ไทย🇯🇵👩‍🚀\u{200d}\n]{0,700}",
            ranges in proptest::collection::vec((0..700_usize, 0..40_usize), 0..20),
        ) {
            let spans: Vec<Span> = ranges
                .iter()
                .map(|&(start, len)| Span { field: Field::Body, start, end: start + len, text: String::new() })
                .collect();
            let article = Article { body: text.clone(), ..fixture::article() };
            let flat = text.replace('\n', " ");
            for snippet in snippets(&article, &spans) {
                let shown: String = snippet.segments.iter().map(|segment| segment.text.as_str()).collect();
                let bare = shown.strip_prefix("… ").unwrap_or(&shown);
                let bare = bare.strip_suffix(" …").unwrap_or(bare);
                assert!(flat.contains(bare), "{shown}");
                assert!(bare.chars().count() <= MAX_WIDTH, "{shown}");
                assert!(snippet.segments.iter().any(|segment| segment.marked), "{shown}");
            }
            let marked = mark(&text, spans.iter());
            assert_eq!(marked.iter().map(|segment| segment.text.as_str()).collect::<String>(), flat);
        }
    }
}

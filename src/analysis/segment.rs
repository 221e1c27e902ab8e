//! Cuts a paragraph into words, and into runs of scripts that put no spaces between words.
//!
//! The rules are those of UAX #29 with what news needs: `cyber-attack` is two words, as is `asean.org`;
//! `U.S.A`, `4.5` and `C++` are one; Hangul parts from Latin letters and digits that it is attached to;
//! an elided article (`l'accord`) stands apart. Runs without spaces are cut further by
//! `words_of_run`, with a dictionary.

use icu_segmenter::options::WordBreakInvariantOptions;
use icu_segmenter::{WordSegmenter, WordSegmenterBorrowed};

use super::fold::{is_apostrophe, is_combining, is_ignorable};
use super::script::Script;

/// What a piece of text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A word between spaces or punctuation.
    Word,
    /// A run of a script without spaces.
    Run,
}

/// A piece of a paragraph, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) kind: Kind,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

/// The dictionaries that find words in runs.
pub(crate) struct Segmenter {
    words: WordSegmenterBorrowed<'static>,
}

impl Segmenter {
    pub(crate) fn new() -> Self {
        Self { words: WordSegmenter::new_dictionary(WordBreakInvariantOptions::default()) }
    }

    /// Where the words of `run` end, in bytes, ascending; compounds of whole words end inside too.
    pub(crate) fn words_of_run(&self, run: &str) -> Vec<usize> {
        let mut ends = Vec::new();
        let mut start = 0;
        while start < run.len() {
            // What stands before a name that the dictionary lacks is cut as if the run ended there.
            let rest = &run[start..];
            let name = MISSING_NAMES.iter().filter_map(|name| Some((rest.find(name)?, name.len()))).min();
            let (before, after) = name.map_or((rest.len(), rest.len()), |(at, len)| (at, at + len));
            self.segment(&rest[..before], start, &mut ends);
            if after > before {
                ends.push(start + after);
            }
            start += after;
        }
        self.add_titles(run, &mut ends);
        ends
    }

    /// Adds where titles begin and end that the dictionary cuts in two, since the office before them ends like
    /// their beginning: 外交部长, 大阪府知事.
    fn add_titles(&self, run: &str, ends: &mut Vec<usize>) {
        let known = ends.len();
        for (at, last) in run.char_indices().filter(|(_, c)| matches!(c, '长' | '長' | '事' | '员' | '員'))
        {
            let Some((start, first)) = run[..at].char_indices().next_back() else { continue };
            let end = at + last.len_utf8();
            let before = &run[..start];
            let is_title = match last {
                '事' => first == '知' && before.ends_with(['都', '道', '府', '県']),
                '员' | '員' => matches!(first, '议' | '議') && before.ends_with(['众', '眾', '参', '參']),
                _ => {
                    "部市省州县縣院局校会會".contains(first)
                        && !run[end..].starts_with(JOINED_TO_LONG)
                        && self.ends_with_a_word(before)
                }
            };
            if is_title {
                ends.extend([start, end]);
            }
        }
        if ends.len() > known {
            ends.sort_unstable();
            ends.dedup();
        }
    }

    /// Whether the last word of `text` has two characters or more.
    fn ends_with_a_word(&self, text: &str) -> bool {
        let tail =
            text.char_indices().rev().map(|(at, _)| at).take(LONGEST_OFFICE).last().unwrap_or(text.len());
        let last = self.words.segment_str(&text[tail..]).filter(|end| tail + end < text.len()).last();
        last.is_some_and(|start| text.len() - tail - start >= 2 * HAN_BYTES)
    }

    fn segment(&self, text: &str, offset: usize, ends: &mut Vec<usize>) {
        let mut start = 0;
        for end in self.words.segment_str(text).skip(1) {
            let word = &text[start..end];
            if word.chars().all(|c| Script::of(c) == Script::Han) {
                ends.extend(self.ends_inside(word).map(|cut| offset + start + cut));
            }
            ends.push(offset + end);
            start = end;
        }
    }

    /// Where words end inside a word of Han characters: after a preposition, and between two halves that
    /// are words.
    fn ends_inside(&self, word: &str) -> impl Iterator<Item = usize> {
        word.char_indices().map(|(cut, _)| cut).skip(1).filter(move |cut| {
            let (before, after) = word.split_at(*cut);
            let pair = 2 * HAN_BYTES;
            // A word of four characters is two of two, though the dictionary may lack one: 清华大学.
            let middle = before.len() == pair && after.len() == pair;
            PREPOSITIONS.contains(&before)
                || middle && (self.is_word(before) || self.is_word(after))
                || before.len() >= pair && after.len() >= pair && self.is_word(before) && self.is_word(after)
        })
    }

    /// Whether the dictionary knows `text` as one word.
    fn is_word(&self, text: &str) -> bool {
        self.words.segment_str(text).nth(1) == Some(text.len())
    }
}

/// Where the characters of `run`, as its readers perceive them, end, in bytes.
///
/// They are those of UAX #29 and, beyond it, the stacked consonants of Khmer and Burmese.
pub(crate) fn characters_of_run(run: &str) -> impl Iterator<Item = usize> {
    let mut chars = run.char_indices().peekable();
    std::iter::from_fn(move || {
        let (_, mut last) = chars.next()?;
        let attaches = |last: char, next: char| {
            !matches!(next as u32, 0x3041..=0x3096 | 0x30A1..=0x30FA | 0x4E00..=0x9FFF)
                && (is_combining(next)
                    || is_ignorable(next)
                    || matches!(next, '\u{E33}' | '\u{EB3}' | '\u{FF9E}' | '\u{FF9F}')
                    || matches!(last, '\u{17D2}' | '\u{1039}'))
        };
        while let Some((_, next)) = chars.next_if(|(_, next)| attaches(last, *next)) {
            last = next;
        }
        Some(chars.peek().map_or(run.len(), |(end, _)| *end))
    })
}

/// Names of news that the dictionary lacks: it would join their second character to the word after, or
/// find another name in them.
const MISSING_NAMES: [&str; 12] = [
    "联合国",
    "聯合國",
    "印度尼西亚",
    "印度尼西亞",
    "东盟",
    "東盟",
    "东协",
    "東協",
    "资安",
    "資安",
    "东南亚",
    "東南亞",
];

/// Words of one character that the dictionary joins to a name after them, in Chinese and Japanese.
const PREPOSITIONS: [&str; 20] = [
    "対", "訪", "駐", "驻", "在", "与", "與", "和", "对", "對", "从", "從", "向", "由", "于", "於", "及",
    "被", "将", "將",
];

/// Characters that make another word of 长 before them: 长期, 长江.
const JOINED_TO_LONG: [char; 16] =
    ['期', '大', '度', '远', '遠', '久', '春', '江', '沙', '城', '安', '征', '达', '達', '途', '短'];

/// So many characters before a title tell whether it follows a word.
const LONGEST_OFFICE: usize = 8;

/// A common Han character in UTF-8.
const HAN_BYTES: usize = 3;

/// Cuts `paragraph` into pieces, in order; what is in none of them is punctuation or space.
pub(crate) fn pieces(paragraph: &str, mut emit: impl FnMut(Piece)) {
    let mut at = 0;
    while let Some(c) = paragraph[at..].chars().next() {
        match class(c) {
            Class::Letter(script) if script.is_dense() => {
                let end = end_of_run(paragraph, at);
                if end > at {
                    emit(Piece { kind: Kind::Run, start: at, end });
                    at = end;
                } else {
                    at += c.len_utf8();
                }
            }
            Class::Letter(script) => {
                let end = end_of_word(paragraph, at, script);
                match elision(&paragraph[at..end]) {
                    Some((article, rest)) => {
                        emit(Piece { kind: Kind::Word, start: at, end: at + article });
                        emit(Piece { kind: Kind::Word, start: at + rest, end });
                    }
                    None => emit(Piece { kind: Kind::Word, start: at, end }),
                }
                at = end;
            }
            _ => at += c.len_utf8(),
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Class {
    Letter(Script),
    Mark,
    Ignorable,
    Other,
}

fn class(c: char) -> Class {
    if c.is_ascii() {
        return if c.is_ascii_alphanumeric() { Class::Letter(Script::of(c)) } else { Class::Other };
    }
    if is_ignorable(c) {
        Class::Ignorable
    } else if c.is_alphanumeric() || c == '・' || c == '･' {
        Class::Letter(Script::of(c))
    } else if is_combining(c) {
        Class::Mark
    } else {
        Class::Other
    }
}

fn end_of_run(text: &str, start: usize) -> usize {
    let mut end = start;
    let mut last = None;
    for (offset, c) in text[start..].char_indices() {
        match class(c) {
            Class::Letter(script) if script.is_dense() => {
                if matches!(c, '・' | '･') {
                    let next = text[start + offset + c.len_utf8()..].chars().next();
                    let joins = last == Some(Script::Katakana) && next.is_some_and(is_katakana_letter);
                    if !joins {
                        return end;
                    }
                }
                last = Some(script);
            }
            Class::Mark | Class::Ignorable if last.is_some() => {}
            // A lone mark of these scripts is a letter to the reader.
            Class::Mark if Script::of(c).is_dense() => last = Some(Script::of(c)),
            _ => return end,
        }
        end = start + offset + c.len_utf8();
    }
    end
}

fn is_katakana_letter(c: char) -> bool {
    Script::of(c) == Script::Katakana && !matches!(c, '・' | '･')
}

fn end_of_word(text: &str, start: usize, first: Script) -> usize {
    let hangul = first == Script::Hangul;
    let mut end = start;
    let mut previous = first;
    // Letters since the last full stop: initials are single ones.
    let mut letters = 0;
    for (offset, c) in text[start..].char_indices() {
        let after = || text[start + offset + c.len_utf8()..].chars();
        let keep = match class(c) {
            Class::Letter(script) => {
                previous = script;
                letters += 1;
                !script.is_dense() && (script == Script::Hangul) == hangul
            }
            Class::Mark => true,
            Class::Ignorable => {
                after().next().is_some_and(|c| matches!(class(c), Class::Letter(_) | Class::Mark))
            }
            Class::Other => match (c, after().next().map(class)) {
                (_, Some(Class::Letter(next))) if is_apostrophe(c) && c != '"' => {
                    previous != Script::Digit && !next.is_dense() && next != Script::Hangul && !hangul
                }
                ('"', Some(Class::Letter(Script::Hebrew))) => previous == Script::Hebrew,
                ('.' | ',' | '٫' | '٬', Some(Class::Letter(Script::Digit))) => previous == Script::Digit,
                ('.', Some(Class::Letter(next))) => {
                    let single = !after().nth(1).is_some_and(|c| matches!(class(c), Class::Letter(_)));
                    let initials = letters == 1 && single && next == previous && previous != Script::Digit;
                    letters = 0;
                    initials
                }
                _ => false,
            },
        };
        if !keep {
            break;
        }
        end = start + offset + c.len_utf8();
    }
    end + programming_suffix(&text[start..end], &text[end..])
}

/// `C++`, `C#`, `F#`: how much of `rest` belongs to the one letter before it.
fn programming_suffix(word: &str, rest: &str) -> usize {
    if word.len() != 1 || !word.as_bytes()[0].is_ascii_alphabetic() {
        return 0;
    }
    let suffix = if rest.starts_with("++") {
        2
    } else if rest.starts_with('#') {
        1
    } else {
        return 0;
    };
    let attached = rest[suffix..].chars().next().is_some_and(char::is_alphanumeric);
    if attached { 0 } else { suffix }
}

/// Where an elided French, Italian or Catalan article ends, and where the word after it begins.
fn elision(word: &str) -> Option<(usize, usize)> {
    const ARTICLES: [&str; 22] = [
        "l", "d", "j", "m", "t", "s", "n", "c", "qu", "jusqu", "lorsqu", "puisqu", "quoiqu", "dell", "nell",
        "sull", "dall", "all", "un", "quell", "coll", "gl",
    ];
    let (offset, apostrophe) = word.char_indices().find(|(_, c)| is_apostrophe(*c))?;
    let rest = offset + apostrophe.len_utf8();
    let vowel = word[rest..].chars().next()?.to_lowercase().next()?;
    let elides = "aeiouyhàâäéèêëîïôöùûüœæ".contains(vowel);
    let article = word[..offset].to_ascii_lowercase();
    // `all'` is an article and `s'` a pronoun; `d's` and `s'il` differ by what follows.
    (elides && word[rest..].chars().nth(1).is_some() && ARTICLES.contains(&article.as_str()))
        .then_some((offset, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[&str]) {
        let mut found = Vec::new();
        pieces(text, |piece| found.push(&text[piece.start..piece.end]));
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn words_end_where_a_reader_ends_them() {
        check("Cyber-attack on asean.org!", &["Cyber", "attack", "on", "asean", "org"]);
        check("U.S.A. and the U.S.", &["U.S.A", "and", "the", "U.S"]);
        check("growth.The end", &["growth", "The", "end"]);
        check("4.5 per cent of 3,000", &["4.5", "per", "cent", "of", "3,000"]);
        check("C++, C# and #tag", &["C++", "C#", "and", "tag"]);
        check("l’accord d'Hanoï, dell'Asean", &["l", "accord", "d", "Hanoï", "dell", "Asean"]);
        check("don't O'Brien's", &["don't", "O'Brien's"]);
        check("ASEAN과 50주년", &["ASEAN", "과", "50", "주년"]);
        check("日本·아세안", &["日本", "아세안"]);
        check("日本とＡＳＥＡＮ、協力", &["日本と", "ＡＳＥＡＮ", "協力"]);
        check("トニー・ブレア 日本・中国", &["トニー・ブレア", "日本", "中国"]);
        check("foo_bar me@example.org", &["foo", "bar", "me", "example", "org"]);
        check("Türkiye'nin", &["Türkiye'nin"]);
        check("สวัสดีครับ", &["สวัสดีครับ"]);
        check("सुरक्षा में", &["सुरक्षा", "में"]);
        check("co\u{AD}op\u{AD} x", &["co\u{AD}op", "x"]);
    }
}

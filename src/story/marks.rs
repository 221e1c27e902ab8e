//! Which marks a text has: read from its words as they are written, since a capital tells a name. It weighs
//! nothing: common words that look like names are marks too, and found to be common elsewhere.

use std::ops::Range;

use rustc_hash::{FxHashMap, FxHashSet};

use super::mark::{Kind, Mark, Marked};
use super::sound::{Sound, spells};
use super::vocabulary::Vocabulary;
use crate::analysis::{Analysis, Script, Text, Word, is_apostrophe, is_function_word};
use crate::model::Field;

/// Words that marks are read from: news begins with who and where.
const LEAD: usize = 400;
/// Marks kept, the first; those of the title and of the vocabulary before others.
const MOST: usize = 96;
/// Letters of an abbreviation at most.
const LONGEST_ABBREVIATION: usize = 6;

/// The marks of a text, each once, ascending.
pub(super) fn marks(
    text: &Text<'_>,
    analysis: &Analysis,
    boilerplate: &[(Field, Range<usize>)],
    vocabulary: &Vocabulary,
) -> Box<[Marked]> {
    // What is in no language that can be told is a translation of nothing.
    let Some(lang) = analysis.lang() else { return Box::default() };
    let recurs = |field: Field, at: usize| recurs(boilerplate, field, at);
    let is_told = |word: &Word<'_>| {
        word.unit.field != Field::Author && !recurs(word.unit.field, word.unit.start as usize)
    };
    let lead: Vec<Word<'_>> = analysis.words().filter(is_told).take(LEAD).collect();
    let Some(end) = lead.last().map(|word| (word.unit.field as usize, word.unit.start as usize)) else {
        return Box::default();
    };
    let mut found = Found::default();
    let mut named = FxHashSet::default();
    vocabulary.find(text, analysis, &lead, |mark, field, at| {
        if !recurs(field, at) {
            found.add(mark, field);
            named.insert((field as usize, at));
        }
    });
    // What the vocabulary knows proves nothing more by how it is spelt.
    let skipped = |field: Field, at: usize| {
        let place = (field as usize, at);
        place > end || named.contains(&place) || recurs(field, at)
    };
    let latin = !NOT_IN_LATIN.contains(&lang.as_str());
    let chinese = lang.as_str() == "zh";
    for word in &lead {
        let (field, at) = (word.unit.field, word.unit.start as usize);
        if let Some(lexeme) = word.lexeme.filter(|_| !skipped(field, at)) {
            found.word(&text.field(field)[at..word.unit.end as usize], &lexeme.folded, field, latin);
        }
    }
    for field in [Field::Title, Field::Summary, Field::Body] {
        found.runs(text.field(field), field, chinese, &skipped);
    }
    found.marks()
}

/// Whether what begins at this byte of `field` stands in boilerplate.
pub(super) fn recurs(boilerplate: &[(Field, Range<usize>)], field: Field, at: usize) -> bool {
    boilerplate.iter().any(|(other, range)| *other == field && range.contains(&at))
}

/// Languages of other scripts than Latin.
const NOT_IN_LATIN: [&str; 13] =
    ["ru", "uk", "be", "bg", "el", "ar", "fa", "he", "hi", "ja", "zh", "ko", "th"];

#[derive(Default)]
struct Found {
    /// With the order in which they were found.
    marks: FxHashMap<Mark, (bool, usize)>,
}

impl Found {
    fn add(&mut self, mark: Mark, field: Field) {
        let order = self.marks.len();
        let (in_title, _) = self.marks.entry(mark).or_insert((false, order));
        *in_title |= field == Field::Title;
    }

    fn marks(self) -> Box<[Marked]> {
        let mut marks: Vec<(Mark, (bool, usize))> = self.marks.into_iter().collect();
        marks.sort_unstable_by_key(|(_, (in_title, order))| (!in_title, *order));
        marks.truncate(MOST);
        marks.sort_unstable_by_key(|(mark, _)| *mark);
        marks.into_iter().map(|(mark, (in_title, _))| mark.marked(in_title)).collect()
    }

    /// A word between spaces, as written and folded.
    fn word(&mut self, written: &str, folded: &str, field: Field, latin: bool) {
        if let Some(number) = number(folded) {
            return self.add(number, field);
        }
        let Some(first) = written.chars().next() else { return };
        let script = Script::of(first);
        let has_case = matches!(script, Script::Latin | Script::Cyrillic | Script::Greek);
        if script == Script::Latin && self.letters(written, folded, field, latin) {
            return;
        }
        if has_case && !first.is_uppercase() {
            return;
        }
        let lower = written.to_lowercase();
        let name = lower.split(is_apostrophe).next().unwrap_or_default();
        if is_function_word(name) {
            return;
        }
        for reading in readings(name, script) {
            if let Some(sound) = Sound::of(reading) {
                self.add(Mark::name(sound), field);
            }
        }
    }

    /// Whether it is an abbreviation, or a foreign word among others.
    fn letters(&mut self, written: &str, folded: &str, field: Field, latin: bool) -> bool {
        // CISA's is CISA.
        let ending = written.find(is_apostrophe).unwrap_or(written.len());
        let (written, folded) = if ending < written.len() {
            (&written[..ending], &*written[..ending].to_lowercase())
        } else {
            (written, folded)
        };
        let letters = written.chars().count();
        let is_abbreviation = (2..=LONGEST_ABBREVIATION).contains(&letters)
            && written.chars().all(|c| c.is_uppercase() || c.is_ascii_digit());
        if is_abbreviation || !latin && letters > 1 {
            self.add(Mark::word(Kind::Letters, folded), field);
        }
        is_abbreviation
    }

    /// Names in katakana, and foreign names in Chinese.
    fn runs(&mut self, text: &str, field: Field, chinese: bool, skipped: &dyn Fn(Field, usize) -> bool) {
        let is_katakana = |c: char| Script::of(c) == Script::Katakana && c != '・';
        for (at, run) in runs(text, is_katakana) {
            if !skipped(field, at)
                && let Some(sound) = Sound::of(run)
            {
                self.add(Mark::name(sound), field);
            }
        }
        if !chinese {
            return;
        }
        for (at, run) in runs(text, spells) {
            if !skipped(field, at)
                && run.chars().nth(1).is_some()
                && let Some(sound) = Sound::of_han(run)
            {
                self.add(Mark::name(sound), field);
            }
        }
    }
}

/// The longest runs of characters that `belongs` takes, with the byte where each begins.
fn runs(text: &str, belongs: impl Fn(char) -> bool) -> impl Iterator<Item = (usize, &str)> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let begin = rest.find(&belongs)?;
        let run = &rest[begin..];
        let end = run.find(|c| !belongs(c)).unwrap_or(run.len());
        let at = text.len() - run.len();
        rest = &run[end..];
        Some((at, &run[..end]))
    })
}

/// What a word may be without what its language attaches to names: case endings, particles, articles.
fn readings(name: &str, script: Script) -> Vec<&str> {
    let mut readings = vec![name];
    let long = |rest: &&str| rest.chars().nth(1).is_some();
    match script {
        Script::Cyrillic => {
            const ENDINGS: [&str; 14] =
                ["ого", "его", "ому", "ему", "ыми", "ими", "ами", "ями", "ым", "им", "ом", "ем", "ых", "их"];
            let ending = ENDINGS.iter().find_map(|ending| name.strip_suffix(ending));
            readings.extend(ending.filter(|rest| rest.chars().nth(2).is_some()));
        }
        Script::Hangul => {
            const PARTICLES: [&str; 19] = [
                "에서는",
                "에서",
                "에게",
                "으로",
                "부터",
                "까지",
                "이라고",
                "라고",
                "은",
                "는",
                "이",
                "가",
                "을",
                "를",
                "의",
                "에",
                "와",
                "과",
                "도",
            ];
            let noun = PARTICLES.iter().find_map(|particle| name.strip_suffix(particle));
            readings.extend(noun.filter(long));
        }
        Script::Arabic => {
            const ARTICLES: [&str; 6] = ["وال", "بال", "كال", "فال", "ال", "لل"];
            readings.extend(ARTICLES.iter().find_map(|article| name.strip_prefix(article)).filter(long));
            let first = ['و', 'ب', 'ل', 'ف', 'ك'];
            readings.extend(name.strip_prefix(first).filter(|rest| rest.chars().nth(3).is_some()));
        }
        Script::Hebrew => {
            let first = ['ו', 'ב', 'ל', 'מ', 'ש', 'ה', 'כ'];
            readings.extend(name.strip_prefix(first).filter(|rest| rest.chars().nth(3).is_some()));
        }
        _ => {}
    }
    readings
}

/// The telling digits of the number that a word begins with: `4.6` million, `4,6` млн and
/// `460`万 have the same. `None` for what may be a year or a day, which the articles
/// of a day share, and for single digits.
fn number(folded: &str) -> Option<Mark> {
    let end = folded.find(|c: char| !c.is_ascii_digit() && !matches!(c, ',' | '.')).unwrap_or(folded.len());
    let written = folded[..end].trim_end_matches([',', '.']);
    if is_date(written) {
        return None;
    }
    let mut digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let is_year = written.len() == 4 && (written.starts_with("19") || written.starts_with("20"));
    let is_day = written.len() == digits.len() && digits.parse().is_ok_and(|number: u32| number <= 31);
    if is_year && digits.len() == 4 || is_day {
        return None;
    }
    digits.truncate(digits.trim_end_matches('0').len());
    let telling = digits.trim_start_matches('0');
    (telling.len() > 1).then(|| Mark::number(telling))
}

/// Whether it is a date with points, `14.11.2026` or `13.11`, which all articles of a day share.
fn is_date(written: &str) -> bool {
    let mut parts = written.split('.');
    let part = |digits: Option<&str>, most: u32| {
        digits.is_some_and(|digits| {
            digits.len() <= 2 && digits.parse().is_ok_and(|n: u32| (1..=most).contains(&n))
        })
    };
    let (day, month, year) = (parts.next(), parts.next(), parts.next());
    part(day, 31) && part(month, 12) && (year.is_some() || month.is_some_and(|month| month.len() == 2))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::Analyzer;
    use crate::model::Lang;

    struct Reader {
        analyzer: Arc<Analyzer>,
        vocabulary: Vocabulary,
    }

    impl Reader {
        fn new() -> Self {
            let analyzer = Arc::new(Analyzer::new());
            Self { vocabulary: Vocabulary::new(Arc::clone(&analyzer)), analyzer }
        }

        fn found(&self, lang: &str, title: &str, body: &str) -> Vec<(Mark, bool)> {
            let text = Text { title, body, ..Text::default() };
            let analysis = self.analyzer.analyze(&text, Lang::parse(lang));
            let found = marks(&text, &analysis, &[], &self.vocabulary);
            found.iter().map(|found| (found.mark(), found.in_title())).collect()
        }
    }

    #[test]
    fn a_number_is_the_same_however_it_is_written() {
        let reader = Reader::new();
        for (lang, text) in [
            ("en", "4.6 million people"),
            ("ru", "4,6 млн человек"),
            ("ja", "460万人が避難した"),
            ("en", "4,600,000 people"),
            ("hi", "46 लाख लोग"),
        ] {
            let found = reader.found(lang, "", text);
            assert!(found.contains(&(Mark::number("46"), false)), "{text}: {found:?}");
        }
        for text in [
            "in 2026 there were 7 of them",
            "on 13 November",
            "am 14.11.2026",
            "от 13.11.",
            "no numbers",
            "007",
        ] {
            let numbers =
                reader.found("en", "", text).iter().filter(|(mark, _)| mark.kind() == Kind::Number).count();
            assert_eq!(numbers, 0, "{text}");
        }
    }

    #[test]
    fn names_are_told_by_their_capitals_and_by_their_script() {
        let reader = Reader::new();
        let name = |word: &str| Mark::name(Sound::of(word).unwrap());
        for (lang, text, expected, other) in [
            ("en", "talks with Zelensky went on", "zelensky", "talks"),
            ("ru", "встреча с Зеленским продолжалась", "зеленский", "встреча"),
            ("ja", "ゼレンスキー大統領と会談", "zelensky", "daitoryo"),
            ("ko", "젤렌스키는 만났다", "zelensky", "xxx"),
            ("ar", "التقى بالرئيس زيلينسكي", "zelensky", "xxx"),
            ("zh", "与泽连斯基会谈", "zelensky", "xxx"),
            ("tr", "Zelenskiy'nin ziyareti", "zelensky", "ziyareti"),
        ] {
            let found = reader.found(lang, text, "");
            assert!(found.contains(&(name(expected), true)), "{text}: {found:?}");
            assert!(
                Sound::of(other).is_none_or(|sound| !found.contains(&(Mark::name(sound), true))),
                "{text}"
            );
        }
    }

    #[test]
    fn abbreviations_and_foreign_letters_are_marks() {
        let reader = Reader::new();
        let letters = |word: &str| Mark::word(Kind::Letters, word);
        for title in ["CISA warns of it", "CISA's warning"] {
            assert!(reader.found("en", title, "").contains(&(letters("cisa"), true)), "{title}");
        }
        assert!(reader.found("ja", "", "FortiGateに脆弱性").contains(&(letters("fortigate"), false)));
        assert!(!reader.found("en", "", "warns of it").contains(&(letters("warns"), false)));
    }

    #[test]
    fn of_many_marks_those_of_the_title_are_kept() {
        let reader = Reader::new();
        let body: Vec<String> = (100..400).map(|n| format!("{n}")).collect();
        let found = reader.found("en", "The Zelensky papers", &body.join(" "));
        assert_eq!(found.len(), MOST);
        assert!(found.contains(&(Mark::name(Sound::of("zelensky").unwrap()), true)));
    }
}

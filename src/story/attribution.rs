//! The agencies that an article credits with its news: in a dateline ("TOKYO (Kyodo) —", 【共同】), by a verb
//! of saying («сообщает KYODO»), or in a credit line ("Source: AFP"). For readers only: what the article says
//! of its origin tells nothing of whose copy it is.

use std::ops::Range;
use std::sync::LazyLock;

use daachorse::{CharwiseDoubleArrayAhoCorasick, CharwiseDoubleArrayAhoCorasickBuilder, MatchKind};

use super::agencies::{AGENCIES, Agency, BRACKETS, SAYING, SOURCE_MARKS};
use crate::model::{Article, Field};

/// Characters at the beginning of a text where credits are looked for …
const LEAD: usize = 1_500;
/// … and at its end.
const END: usize = 300;
/// Characters within which a dateline stands.
const DATELINE: usize = 90;
/// Characters between a verb of saying and whom it names.
const REACH: usize = 45;
/// Agencies named at most.
const MOST: usize = 3;

/// All forms of all agencies; `None` never happens, as the tests show.
static FORMS: LazyLock<Option<CharwiseDoubleArrayAhoCorasick<u32>>> = LazyLock::new(|| {
    let forms =
        AGENCIES.iter().zip(0..).flat_map(|(agency, at)| agency.forms.iter().map(move |form| (*form, at)));
    CharwiseDoubleArrayAhoCorasickBuilder::new()
        .match_kind(MatchKind::LeftmostLongest)
        .build_with_values(forms)
        .ok()
});

/// The agencies that the article credits, comma-separated, in the order in which it does; `None` when it
/// credits none that is known.
pub fn attribution(article: &Article) -> Option<String> {
    let mut found: Vec<&'static str> = Vec::new();
    for field in [Field::Title, Field::Summary, Field::Body] {
        let text = article.text(field);
        let boilerplate =
            article.boilerplate.iter().filter(|(other, _)| *other == field).map(|(_, range)| range);
        for agency in credited(text, &boilerplate.collect::<Vec<_>>(), field) {
            if !found.contains(&agency) && found.len() < MOST {
                found.push(agency);
            }
        }
    }
    (!found.is_empty()).then(|| found.join(", "))
}

fn credited(text: &str, boilerplate: &[&Range<usize>], field: Field) -> Vec<&'static str> {
    let Some(forms) = FORMS.as_ref() else { return Vec::new() };
    let lead = text.char_indices().nth(LEAD).map_or(text.len(), |(at, _)| at);
    let end = text.char_indices().rev().nth(END).map_or(0, |(at, _)| at);
    let zones =
        if end >= lead { [0..lead, end..text.len()] } else { [0..text.len(), text.len()..text.len()] };
    let mut found = Vec::new();
    for zone in zones {
        for hit in forms.leftmost_find_iter(&text[zone.clone()]) {
            let place = zone.start + hit.start()..zone.start + hit.end();
            let agency = &AGENCIES[hit.value() as usize];
            let recurs = boilerplate.iter().any(|range| range.contains(&place.start));
            if !recurs && is_word(text, &place) && Surroundings::of(text, &place, field).credit(agency) {
                found.push(agency.name);
            }
        }
    }
    found
}

/// Whether the form is no part of a longer word. Scripts without spaces have no such ends, Hangul attaches
/// particles, and Russian names of more than four letters take case endings.
fn is_word(text: &str, place: &Range<usize>) -> bool {
    let form = &text[place.clone()];
    let is_spaced = |c: char| c.is_alphanumeric() && (c as u32) < 0x0E00;
    let Some(last) = form.chars().next_back().filter(|c| is_spaced(*c)) else { return true };
    let before = text[..place.start].chars().next_back();
    if before.is_some_and(|c| is_spaced(c) || c == '@' || c == '.') {
        return false;
    }
    let rest = &text[place.end..];
    let ending = rest.chars().take_while(|c| is_spaced(*c)).count();
    let is_declined = ('а'..='я').contains(&last) && form.chars().count() > 4;
    ending == 0 || is_declined && ending <= 2
}

/// What stands around the name of an agency.
struct Surroundings<'t> {
    before: &'t str,
    after: &'t str,
    /// Characters from the beginning of the text.
    offset: usize,
    /// Whether its paragraph is the last one.
    is_last: bool,
    field: Field,
}

impl<'t> Surroundings<'t> {
    fn of(text: &'t str, place: &Range<usize>, field: Field) -> Self {
        let begin = text[..place.start].rfind('\n').map_or(0, |at| at + 1);
        let end = text[place.end..].find('\n').map_or(text.len(), |at| place.end + at);
        Self {
            before: &text[begin..place.start],
            after: &text[place.end..end],
            offset: text[..place.start].chars().count(),
            is_last: text[end..].trim().is_empty(),
            field,
        }
    }

    fn credit(&self, agency: &Agency) -> bool {
        if self.is_source_line() || self.is_bracketed() {
            return true;
        }
        if agency.is_ambiguous {
            return self.is_dateline() && self.before.trim_end().ends_with([',', '(', '（']);
        }
        self.is_dateline() || self.is_credit_line() || self.is_said()
    }

    /// "(Reuters)", "SEOUL, Nov. 26 (Yonhap)", 【共同】, "(서울=연합뉴스)", in the dateline or where a paragraph
    /// ends.
    fn is_bracketed(&self) -> bool {
        let close = |open: char| BRACKETS.iter().find(|(other, _)| *other == open).map(|(_, close)| *close);
        let Some((at, open)) = self.before.char_indices().rev().take(40).find(|(_, c)| close(*c).is_some())
        else {
            return false;
        };
        // `=` and `/` part words inside brackets too.
        let close = match open {
            '=' | '＝' => [')', '）', '='],
            open => [close(open).unwrap_or(open); 3],
        };
        let inside = &self.before[at + open.len_utf8()..];
        let Some(end) = self.after.find(close) else { return false };
        let rest = &self.after[..end];
        let is_short = inside.chars().count() <= 30 && rest.chars().count() <= 20;
        let ends = self.after[end..].chars().skip(1).all(|c| !c.is_alphanumeric());
        is_short && !inside.contains(close) && (self.offset < DATELINE || ends)
    }

    /// "Reuters —", "KYIV, Nov 26, Ukrinform. ", 新华社北京11月26日电.
    fn is_dateline(&self) -> bool {
        if self.offset > DATELINE
            || self.field == Field::Title
            || self.before.contains(". ") && self.before.len() > 60
        {
            return false;
        }
        let after = self.after.trim_start();
        let is_alone = self.before.trim().is_empty()
            || self.before.trim_end().ends_with(['-', '–', '—', ',', '.', '/', '|', ':']);
        let is_dashed = after.starts_with(['—', '–', '-', ':', '|'])
            && self.after.starts_with([' ', '—', '–', ':', '\u{a0}', '】']);
        let is_telegram = after.chars().take(16).any(|c| matches!(c, '电' | '電' | '訊' | '讯'));
        is_alone && is_dashed || self.before.trim().is_empty() && is_telegram
    }

    /// A last paragraph of hardly more than the name.
    fn is_credit_line(&self) -> bool {
        let rest = self.before.chars().count() + self.after.chars().count();
        self.is_last && self.field != Field::Title && self.offset > 0 && rest <= 12
    }

    /// "Source: AFP", "© dpa".
    fn is_source_line(&self) -> bool {
        let before = tail(self.before, 30).to_lowercase();
        SOURCE_MARKS.iter().any(|mark| before.contains(mark))
    }

    /// A verb of saying in the same sentence, close by.
    fn is_said(&self) -> bool {
        const ENDS: &[char] = &['!', '?', '。', '！', '？', ';', '\n'];
        let before = tail(self.before, REACH);
        let before = before.rfind(ENDS).map_or(before, |at| &before[at..]);
        let before = before.rfind(". ").map_or(before, |at| &before[at..]);
        let after = head(self.after, REACH / 2);
        let after = after.find(ENDS).map_or(after, |at| &after[..at]);
        let after = after.find(". ").map_or(after, |at| &after[..at]);
        let (before, after) = (before.to_lowercase(), after.to_lowercase());
        SAYING.iter().any(|word| has_word(&before, word) || has_word(&after, word))
    }
}

/// Whether `text` has a word that begins with `word`; words of scripts without spaces begin anywhere.
fn has_word(text: &str, word: &str) -> bool {
    let is_spaced = word.chars().next().is_some_and(|c| c.is_alphabetic() && (c as u32) < 0x0E00);
    text.match_indices(word)
        .any(|(at, _)| !is_spaced || !text[..at].chars().next_back().is_some_and(char::is_alphanumeric))
}

fn tail(text: &str, chars: usize) -> &str {
    text.char_indices().rev().nth(chars).map_or(text, |(at, _)| &text[at..])
}

fn head(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(body: &str, expected: &str) {
        let found = credited(body, &[], Field::Body);
        let mut distinct: Vec<&str> = Vec::new();
        found.into_iter().for_each(|name| {
            if !distinct.contains(&name) {
                distinct.push(name)
            }
        });
        assert_eq!(distinct.join(", "), expected, "{body}");
    }

    #[test]
    fn the_tables_build() {
        assert!(FORMS.is_some());
    }

    #[test]
    fn datelines_credit() {
        check("TOKYO (Kyodo) — Japan and ASEAN will cooperate.", "Kyodo");
        check("SEOUL, Nov. 26 (Yonhap) -- The government said on Thursday.", "Yonhap");
        check("KUALA LUMPUR, Nov 26 (Bernama) -- Malaysia will host the meeting.", "Bernama");
        check("Jakarta (ANTARA) - Pemerintah akan memperkuat kerja sama.", "Antara");
        check("MOSCOW, November 26. /TASS/. The ministry announced.", "TASS");
        check("МОСКВА, 26 ноября. /ТАСС/. Министерство объявило.", "TASS");
        check("(Reuters) - Oil prices rose on Thursday.", "Reuters");
        check("Reuters — Oil prices rose on Thursday.", "Reuters");
        check("WASHINGTON (AP) — The Senate voted.", "AP");
        check("Berlin (dpa) - Die Bundesregierung plant ein Gesetz.", "dpa");
        check("【共同】日本とASEANは協力を強化する。", "Kyodo");
        check("【ワシントン共同】米政府は発表した。", "Kyodo");
        check("［東京　２６日　ロイター］ - 日経平均は反発した。", "Reuters");
        check("新华社北京11月26日电 中国外交部发言人表示。", "Xinhua");
        check("（中央社記者王小明台北26日電）行政院今天表示。", "CNA (Taiwan)");
        check("(서울=연합뉴스) 김철수 기자 = 정부는 발표했다.", "Yonhap");
        check("Киев. 26 ноября. УНИАН — Правительство приняло решение.", "UNIAN");
    }

    #[test]
    fn verbs_of_saying_credit() {
        check("Об этом сообщает KYODO, ссылаясь на источники в правительстве.", "Kyodo");
        check("По данным ТАСС, переговоры начнутся завтра.", "TASS");
        check("Як повідомляє Укрінформ, про це йдеться у заяві.", "Ukrinform");
        check("Об этом пишет агентство Рейтер.", "Reuters");
        check("The plan was first reported by Reuters on Monday.", "Reuters");
        check("A spokesman told AFP that talks would resume.", "AFP");
        check("Das berichtet die Nachrichtenagentur Reuters.", "Reuters");
        check("Selon l'AFP, le ministre démissionnera.", "AFP");
        check("Menurut Antara, menteri akan hadir.", "Antara");
        check("共同通信によると、政府は方針を固めた。", "Kyodo");
        check("据新华社报道，会议将于周五举行。", "Xinhua");
        check("연합뉴스에 따르면 회담이 열린다.", "Yonhap");
    }

    #[test]
    fn credit_lines_at_the_end_credit() {
        check("Prices rose again on Thursday.\nThe bank declined to comment. (Reuters)", "Reuters");
        check("Prices rose.\nSource: AFP", "AFP");
        check("Цены выросли.\nИсточник: Интерфакс-Украина", "Interfax-Ukraine");
        check("Die Preise steigen.\n© dpa-infocom", "dpa");
        check("Prices rose.\nReuters", "Reuters");
        check("株価は上昇した。（共同）", "Kyodo");
        check("Prices rose again (with inputs from PTI)", "PTI");
    }

    #[test]
    fn who_is_only_spoken_of_is_not_credited() {
        check("Thomson Reuters will cut 100 jobs in Toronto next year.", "");
        check("He joined Bloomberg in 2010 and left it in 2015.", "");
        check("The AP course is taught in many schools.", "");
        check("両国は共同で声明を発表した。", "");
        check("政府は共同声明に署名し、協力を強化する。", "");
        check("Antarain people lived here.", "");
        check("The nanometre chip, TASSimo and PAPer are words.", "");
    }
}

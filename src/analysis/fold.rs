//! Folding: the form in which two spellings of one word are equal.
//!
//! Case, width, compatibility characters, invisible characters and marks that writers leave out at will
//! go; letters that distinguish words stay. What is kept in [`Folder::fold`] and only dropped by
//! `strip` are the diacritics of Latin letters, since they carry meaning in Vietnamese and a
//! query that bothers to write them means them.

use std::borrow::Cow;

use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use icu_properties::CodePointMapData;
use icu_properties::props::GeneralCategory;

use super::script::Script;

/// The Unicode tables that folding needs.
pub(crate) struct Folder {
    compose: ComposingNormalizerBorrowed<'static>,
    decompose: DecomposingNormalizerBorrowed<'static>,
    case: CaseMapperBorrowed<'static>,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self {
            compose: ComposingNormalizerBorrowed::new_nfkc(),
            decompose: DecomposingNormalizerBorrowed::new_nfd(),
            case: CaseMapper::new(),
        }
    }

    /// The folded form: NFKC, case folded, without what writers leave out at will.
    pub(crate) fn fold(&self, raw: &str) -> String {
        if raw.is_ascii() {
            return raw.chars().filter(|c| *c != '\'').map(|c| c.to_ascii_lowercase()).collect();
        }
        let visible = self.compatible(raw);
        let folded = self.case.fold_string(&visible);
        let composed = self.compose.normalize(&folded);
        let mut out = String::with_capacity(composed.len());
        let mut base = Script::Other;
        for c in composed.chars() {
            if c == 'œ' {
                // One letter or two, as the keyboard allows.
                out.push_str("oe");
            } else if let Some(c) = fold_char(c, base) {
                out.push(c);
            } else if Script::of(c) == Script::Greek {
                self.push_greek_base(c, &mut out);
            }
            if !is_combining(c) {
                base = Script::of(c);
            }
        }
        move_vietnamese_tone(&mut out);
        order_thai_marks(&mut out);
        if out.contains(VIRAMA) { fold_nasals(&out) } else { out }
    }

    /// As [`fold`](Self::fold), for one user-perceived character of a script without spaces.
    pub(crate) fn fold_dense<'c>(&self, cluster: &'c str) -> Cow<'c, str> {
        let mut chars = cluster.chars();
        let plain = |c: char| {
            han_variant(c) == c
                && matches!(c as u32, 0x3041..=0x3096 | 0x30A1..=0x30FA | 0x30FC | 0x4E00..=0x9FFF)
                || matches!(c as u32, 0xE01..=0xE32 | 0xE34..=0xE3A | 0xE40..=0xE4E | 0xE81..=0xEB2 | 0xEB4..=0xECE)
                || matches!(c as u32, 0x1000..=0x1049 | 0x1780..=0x17D3)
        };
        // Two marks may stand in either order, which only normalisation settles.
        let known =
            chars.next().is_some_and(plain) && chars.next().is_none_or(plain) && chars.next().is_none();
        if known { Cow::Borrowed(cluster) } else { Cow::Owned(self.fold(cluster)) }
    }

    /// NFKC without invisible characters and apostrophes: what a case-sensitive term compares.
    pub(crate) fn compatible(&self, raw: &str) -> String {
        let visible: String = raw.chars().filter(|c| !is_ignorable(*c) && !is_apostrophe(*c)).collect();
        if visible.is_ascii() { visible } else { self.compose.normalize(&visible).into_owned() }
    }

    /// `folded` without the diacritics of its Latin letters; `None` when it has none.
    pub(crate) fn strip(&self, folded: &str) -> Option<String> {
        if folded.is_ascii() || !folded.chars().any(is_decorated_latin) {
            return None;
        }
        let mut out = String::with_capacity(folded.len());
        for c in self.decompose.normalize(folded).chars() {
            match c {
                '\u{300}'..='\u{36F}' => {}
                'đ' | 'ð' => out.push('d'),
                'ł' => out.push('l'),
                'ø' => out.push('o'),
                'æ' => out.push_str("ae"),
                'œ' => out.push_str("oe"),
                'ħ' => out.push('h'),
                'þ' => out.push_str("th"),
                _ => out.push(c),
            }
        }
        Some(out)
    }

    fn push_greek_base(&self, c: char, out: &mut String) {
        let mut buffer = [0; 4];
        let decomposed = self.decompose.normalize(c.encode_utf8(&mut buffer));
        out.extend(decomposed.chars().next());
    }
}

/// The German way to write umlauts without them, for a word that has some.
pub(crate) fn spell_out_umlauts(folded: &str) -> Option<String> {
    if !folded.contains(['ä', 'ö', 'ü']) {
        return None;
    }
    Some(folded.replace('ä', "ae").replace('ö', "oe").replace('ü', "ue"))
}

/// Whether a reader does not see it: joiners, direction marks, soft hyphens, variation selectors.
pub(crate) fn is_ignorable(c: char) -> bool {
    matches!(
        c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{E0100}'..='\u{E01EF}'
    )
}

/// Any character that people type for an apostrophe inside a word, and the Hebrew sign of an acronym.
pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | 'ʻ' | '`' | '´' | '＇' | 'ʹ' | '"' | '״')
}

/// Whether it modifies the character before it.
pub(crate) fn is_combining(c: char) -> bool {
    if (c as u32) < 0x300 {
        return false;
    }
    matches!(
        CodePointMapData::<GeneralCategory>::new().get(c),
        GeneralCategory::NonspacingMark | GeneralCategory::SpacingMark | GeneralCategory::EnclosingMark
    )
}

/// Two schools put the tone of an open syllable on different vowels: hòa, hoà.
fn move_vietnamese_tone(folded: &mut String) {
    const SPELLINGS: [(&str, &str); 15] = [
        ("òa", "oà"),
        ("óa", "oá"),
        ("ỏa", "oả"),
        ("õa", "oã"),
        ("ọa", "oạ"),
        ("òe", "oè"),
        ("óe", "oé"),
        ("ỏe", "oẻ"),
        ("õe", "oẽ"),
        ("ọe", "oẹ"),
        ("ùy", "uỳ"),
        ("úy", "uý"),
        ("ủy", "uỷ"),
        ("ũy", "uỹ"),
        ("ụy", "uỵ"),
    ];
    if let Some((old, new)) = SPELLINGS.iter().find(|(old, _)| folded.ends_with(old)) {
        folded.truncate(folded.len() - old.len());
        folded.push_str(new);
    }
}

/// Thai and Lao: the vowel `am` is one key or two, and a tone is typed before or after its circle.
fn order_thai_marks(folded: &mut String) {
    for (circle, tones) in [('\u{E4D}', '\u{E48}'..='\u{E4B}'), ('\u{ECD}', '\u{EC8}'..='\u{ECB}')] {
        if !folded.contains(circle) {
            continue;
        }
        for tone in tones {
            *folded = folded.replace(&String::from_iter([circle, tone]), &String::from_iter([tone, circle]));
        }
    }
}

/// The sign that takes the vowel from a Devanagari consonant.
const VIRAMA: char = '\u{94D}';

/// A nasal before a consonant of its own class is written out or as a dot, at will: हिन्दी, हिंदी.
fn fold_nasals(folded: &str) -> String {
    const CLASSES: [(char, &str); 5] =
        [('ङ', "कखगघ"), ('ञ', "चछजझ"), ('ण', "टठडढ"), ('न', "तथदध"), ('म', "पफबभ")];
    let mut out = String::with_capacity(folded.len());
    let mut rest = folded;
    while let Some(c) = rest.chars().next() {
        let mut after = rest.chars().skip(1);
        let class = CLASSES.iter().find(|(nasal, _)| *nasal == c).map_or("", |(_, class)| class);
        if after.next() == Some(VIRAMA) && after.next().is_some_and(|next| class.contains(next)) {
            out.push('ं');
            rest = &rest[c.len_utf8() + VIRAMA.len_utf8()..];
        } else {
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Han characters that writers of one language use for each other.
fn han_variant(c: char) -> char {
    match c {
        '臺' => '台',
        '髙' => '高',
        '﨑' => '崎',
        '爲' => '為',
        '羣' => '群',
        '衆' => '眾',
        '啓' => '啟',
        _ => c,
    }
}

/// What becomes of one composed, case-folded character that stands on a letter of `base`; `None` when
/// nothing does, or (for decorated Greek letters) when the letter below must be looked up.
fn fold_char(c: char, base: Script) -> Option<char> {
    Some(match c {
        // Digits and the signs between them, which feeds of one language write both ways.
        '٠'..='٩' => digit(c, '٠'),
        '۰'..='۹' => digit(c, '۰'),
        '०'..='९' => digit(c, '०'),
        '๐'..='๙' => digit(c, '๐'),
        '໐'..='໙' => digit(c, '໐'),
        '၀'..='၉' => digit(c, '၀'),
        '០'..='៩' => digit(c, '០'),
        '٫' => '.',
        '٬' => ',',
        'ё' => 'е',
        // Turkish: writers of other languages know only one i.
        'ı' => 'i',
        '\u{307}' => return None,
        // Stress marks of dictionaries; letters such as й are composed by now.
        '\u{300}'..='\u{36F}' if matches!(base, Script::Cyrillic | Script::Greek) => return None,
        'ά' | 'έ' | 'ή' | 'ί' | 'ό' | 'ύ' | 'ώ' | 'ΐ' | 'ΰ' | 'ϊ' | 'ϋ' | '\u{1F00}'..='\u{1FFF}' =>
        {
            return None;
        }
        'ς' => 'σ',
        // Arabic: vowel signs, superscript alef and the stretching stroke.
        '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6ED}' => {
            return None;
        }
        'أ' | 'إ' | 'آ' | 'ٱ' => 'ا',
        'ؤ' => 'و',
        'ئ' | 'ى' | 'ی' => 'ي',
        'ک' => 'ك',
        'ة' => 'ه',
        // Hebrew points.
        '\u{591}'..='\u{5C7}' => return None,
        // Devanagari: the dot below, and the two ways to write a nasal.
        '\u{93C}' => return None,
        'ँ' => 'ं',
        '臺' | '髙' | '﨑' | '爲' | '羣' | '衆' | '啓' => han_variant(c),
        // Between the parts of a foreign name in kana, left out at will.
        '・' => return None,
        _ => c,
    })
}

/// The European digit for `c`, of a script whose nought is `nought`.
fn digit(c: char, nought: char) -> char {
    char::from_digit(c as u32 - nought as u32, 10).unwrap_or(c)
}

fn is_decorated_latin(c: char) -> bool {
    matches!(c as u32, 0xC0..=0x24F | 0x1E00..=0x1EFF | 0x300..=0x36F)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_word_fold_alike() {
        let folder = Folder::new();
        for (a, b) in [
            ("ＡＳＥＡＮ", "asean"),
            ("ｻｲﾊﾞｰ", "サイバー"),
            ("Ёлка", "елка"),
            ("İstanbul", "istanbul"),
            ("ISPARTA", "ısparta"),
            ("الأمـــن", "الامن"),
            ("الأَمْنُ", "الامن"),
            ("إيران", "ايران"),
            ("Größe", "GRÖSSE"),
            ("Αθήνα", "ΑΘΗΝΑ"),
            ("Ὀδυσσεύς", "οδυσσευσ"),
            ("co\u{AD}operation", "cooperation"),
            ("П’ять", "п'ять"),
            ("Москва\u{301}", "москва"),
            ("क़ानून", "कानून"),
            ("हिन्दी", "हिंदी"),
            ("ｶﾞ", "ガ"),
            ("e\u{301}te\u{301}", "été"),
            ("トニー・ブレア", "トニーブレア"),
            ("hòa", "hoà"),
            ("THỦY", "thuỷ"),
            ("น้ำ", "นํ้า"),
            ("Œuvre", "oeuvre"),
            ("٢٠٢٤", "2024"),
            ("۳٫۵", "3.5"),
            ("๑๒", "12"),
            ("၂၀၂၄", "2024"),
        ] {
            assert_eq!(folder.fold(a), folder.fold(b), "{a} and {b}");
        }
    }

    #[test]
    fn letters_that_tell_words_apart_stay() {
        let folder = Folder::new();
        for (a, b) in [("mà", "má"), ("mà", "ma"), ("кий", "кии"), ("їх", "іх"), ("ビル", "ビール")]
        {
            assert_ne!(folder.fold(a), folder.fold(b), "{a} and {b}");
        }
    }

    #[test]
    fn stripping_takes_latin_diacritics_only() {
        let folder = Folder::new();
        for (word, stripped) in [
            ("đường", Some("duong")),
            ("łódź", Some("lodz")),
            ("grösse", Some("grosse")),
            ("asean", None),
            ("кий", None),
            ("सुरक्षा", None),
        ] {
            assert_eq!(folder.strip(word).as_deref(), stripped, "{word}");
        }
        assert_eq!(spell_out_umlauts("grösse").as_deref(), Some("groesse"));
    }
}

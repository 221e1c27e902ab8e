//! Korean: particles and endings attach to the word before them.
//!
//! A term matches where a space-separated word begins with it. Terms of three or more syllables take
//! any continuation (`아세안정상회의`); shorter ones only particles, endings and the few nouns that
//! commonly attach to names, since 인도 (India) is not in 인도네시아 (Indonesia).

/// A term this long may be followed by anything.
const DISTINCTIVE: usize = 3;

const PARTICLES: [&str; 76] = [
    "은",
    "는",
    "이",
    "가",
    "을",
    "를",
    "의",
    "에",
    "에서",
    "에게",
    "에게서",
    "와",
    "과",
    "도",
    "만",
    "로",
    "으로",
    "으로서",
    "로서",
    "으로써",
    "로써",
    "부터",
    "까지",
    "보다",
    "처럼",
    "조차",
    "마저",
    "이나",
    "나",
    "이라",
    "라",
    "이라고",
    "라고",
    "이라는",
    "라는",
    "이란",
    "란",
    "이며",
    "며",
    "이고",
    "고",
    "이다",
    "다",
    "이었다",
    "였다",
    "인",
    "이자",
    "자",
    "들",
    "들이",
    "들은",
    "들을",
    "들의",
    "들과",
    "들에",
    "들에게",
    "께서",
    "께",
    "한테",
    "하고",
    "랑",
    "이랑",
    "에는",
    "에도",
    "에선",
    "에서는",
    "에서도",
    "에만",
    "으로는",
    "로는",
    "과의",
    "와의",
    "과는",
    "와는",
    "에의",
    "간의",
];

/// What a noun becomes a verb or adjective with.
const VERBAL: [&str; 25] = [
    "하", "한", "할", "함", "해", "했", "합", "되", "된", "될", "됨", "돼", "됐", "됩", "시키", "시킨",
    "시켜", "시켰", "적", "화", "받", "당하", "당한", "당했", "당해",
];

/// Nouns that are written together with the name before them.
const ATTACHED: [&str; 63] = [
    "측",
    "군",
    "산",
    "식",
    "계",
    "간",
    "내",
    "발",
    "형",
    "용",
    "전",
    "국",
    "정부",
    "정상",
    "대사",
    "경제",
    "기업",
    "당국",
    "외교",
    "국방",
    "총리",
    "대통령",
    "외무",
    "장관",
    "관계",
    "협력",
    "회의",
    "회담",
    "시장",
    "투자",
    "대표",
    "언론",
    "경찰",
    "의회",
    "연합",
    "합의",
    "강화",
    "정책",
    "시",
    "시청",
    "도",
    "항",
    "은행",
    "대학",
    "공항",
    "증시",
    "본부",
    "지역",
    "지사",
    "법인",
    "주재",
    "출신",
    "국민",
    "조직",
    "그룹",
    "단체",
    "세력",
    "사건",
    "사고",
    "피해",
    "공격",
    "부대",
    "사회",
];

/// The beginnings of `word` that a term may be, without the whole word.
pub(crate) fn beginnings(word: &str) -> impl Iterator<Item = &str> {
    word.char_indices().enumerate().skip(1).filter_map(move |(syllables, (end, _))| {
        let (beginning, rest) = word.split_at(end);
        (syllables >= DISTINCTIVE || continues(rest, syllables)).then_some(beginning)
    })
}

/// The noun inside a verb in its dictionary form (`강화하다`), or the word itself.
pub(crate) fn noun_of(word: &str) -> &str {
    ["하다", "되다", "시키다"]
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .filter(|noun| noun.chars().count() >= 2)
        .unwrap_or(word)
}

/// What the forms of a verb or adjective in its dictionary form begin with: 열리다, 열린, 열렸다.
pub(crate) fn verb_stems(word: &str) -> Vec<String> {
    let Some(stem) = word.strip_suffix('다').filter(|stem| stem.chars().count() >= 2) else {
        return Vec::new();
    };
    let mut stems = vec![stem.to_owned()];
    let Some((at, last)) = stem.char_indices().next_back() else { return stems };
    let head = &stem[..at];
    let Some(code) = (last as u32).checked_sub(HANGUL).filter(|code| *code < SYLLABLES) else { return stems };
    if code % FINALS != 0 {
        return stems;
    }
    let mut add = |code: u32| stems.extend(char::from_u32(HANGUL + code).map(|last| format!("{head}{last}")));
    [NIEUN, RIEUL, BIEUP].iter().for_each(|last| add(code + last));
    // Before the past tense the last vowel joins the next.
    let vowel = code / FINALS % VOWELS;
    let joined = JOINED.iter().find(|(vowels, _)| *vowels == vowel).map_or(vowel, |(_, joined)| *joined);
    let open = code + joined * FINALS - vowel * FINALS;
    add(open);
    add(open + SSANG_SIOS);
    stems
}

/// The first syllable of Unicode; each is (consonant × vowels + vowel) × finals + final.
const HANGUL: u32 = 0xAC00;
const SYLLABLES: u32 = 11_172;
const VOWELS: u32 = 21;
const FINALS: u32 = 28;
const NIEUN: u32 = 4;
const RIEUL: u32 = 8;
const BIEUP: u32 = 17;
const SSANG_SIOS: u32 = 20;

/// Vowels that change where 아 or 어 joins them: ㅣ ㅕ, ㅗ ㅘ, ㅜ ㅝ, ㅡ ㅓ.
const JOINED: [(u32, u32); 4] = [(20, 6), (8, 9), (13, 14), (18, 4)];

fn continues(rest: &str, syllables: usize) -> bool {
    if PARTICLES.contains(&rest) {
        return true;
    }
    // A single syllable is too often part of another word.
    syllables >= 2
        && (VERBAL.iter().any(|ending| rest.starts_with(ending))
            || ATTACHED.iter().any(|noun| {
                rest.strip_prefix(noun).is_some_and(|rest| rest.is_empty() || PARTICLES.contains(&rest))
            }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_term_matches_at_the_beginning_of_a_word() {
        for (word, term, expected) in [
            ("아세안과", "아세안", true),
            ("아세안정상회의", "아세안", true),
            ("일본은", "일본", true),
            ("일본정부는", "일본", true),
            ("강화했다", "강화", true),
            ("인도네시아", "인도", false),
            ("인도는", "인도", true),
            ("이란의", "이란", true),
            ("정부", "정", false),
        ] {
            assert_eq!(beginnings(word).any(|beginning| beginning == term), expected, "{term} in {word}");
        }
        assert_eq!(noun_of("강화하다"), "강화");
        assert_eq!(noun_of("하다"), "하다");
        for form in ["열린", "열릴", "열립", "열려", "열렸"] {
            assert!(verb_stems("열리다").iter().any(|stem| stem == form), "{form}");
        }
        assert!(verb_stems("나무").is_empty());
    }
}

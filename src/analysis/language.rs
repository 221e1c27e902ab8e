//! Which language a text is in: by script, then by what the feed declares, function words and trigrams.
//!
//! The verdict has two parts: the language that an article is filed under, and the languages whose
//! stemmers its words go through. Where the first is in doubt the second are several: a stem too many
//! costs a little precision, a missed inflection costs the article.

use super::function_words::FUNCTION_WORDS;
use super::script::Script;
use super::stem::LangSet;
use crate::model::Lang;

/// What is known of a text's language.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Verdict {
    /// `None` when the text is too short or too mixed to tell.
    pub(crate) lang: Option<Lang>,
    /// Whose stemmers to use; of every script in the text.
    pub(crate) stems: LangSet,
}

/// Characters looked at: more change no verdict.
const SAMPLE: usize = 3000;

/// Identifies the language of `texts`, taken together; `declared` is a prior.
pub(crate) fn identify(texts: &[&str], declared: Option<Lang>) -> Verdict {
    let census = Census::of(texts);
    // Words of another script (an English name in a Russian text) are stemmed too.
    let always = LangSet::of_codes(&["en", "ru", "uk", "ar", "hi", "el", "ta", "hy"]);
    let always = always.with(declared.map(LangSet::of).unwrap_or_default());
    match census.dominant() {
        None => Verdict { lang: None, stems: always },
        Some(Script::Latin) => latin(texts, declared),
        Some(Script::Cyrillic) => cyrillic(&census, texts, declared),
        Some(Script::Arabic) => {
            let code = arabic(&census, declared);
            Verdict { lang: Lang::parse(code), stems: always.with(LangSet::of_codes(&[code])) }
        }
        Some(Script::Han | Script::Hiragana) => {
            Verdict { lang: Lang::parse(chinese_or_japanese(&census, texts, declared)), stems: always }
        }
        Some(script) => Verdict { lang: Lang::parse(of_script(script, &census, declared)), stems: always },
    }
}

/// Whether `lower` is one of the most frequent words of any language.
pub(crate) fn is_function_word(lower: &str) -> bool {
    FUNCTION_WORDS.contains_key(lower)
}

/// How many letters of which kind.
struct Census {
    scripts: [(Script, u32); 13],
    /// How often each letter from U+0400 on occurs, up to [`Census::LETTERS`] of them.
    letters: Vec<u16>,
}

impl Census {
    /// Cyrillic to Devanagari.
    const LETTERS: usize = 0x580;

    fn index(c: char) -> Option<usize> {
        (c as usize).checked_sub(0x400)
    }

    fn of(texts: &[&str]) -> Self {
        use Script::{
            Arabic, Burmese, Cyrillic, Devanagari, Greek, Han, Hangul, Hebrew, Hiragana, Katakana, Khmer,
            Lao, Latin, Thai,
        };
        // Katakana counts with hiragana.
        let mut scripts = [
            Latin, Cyrillic, Greek, Arabic, Hebrew, Devanagari, Hangul, Han, Hiragana, Thai, Lao, Khmer,
            Burmese,
        ]
        .map(|script| (script, 0));
        let mut letters = vec![0; Self::LETTERS];
        for c in texts.iter().flat_map(|text| text.chars()).filter(|c| c.is_alphabetic()).take(SAMPLE) {
            let script = match Script::of(c) {
                Katakana => Hiragana,
                script => script,
            };
            if let Some((_, count)) = scripts.iter_mut().find(|(known, _)| *known == script) {
                *count += 1;
            }
            if let Some(count) = Self::index(c).and_then(|index| letters.get_mut(index)) {
                *count += 1;
            }
        }
        Self { scripts, letters }
    }

    fn count(&self, script: Script) -> u32 {
        self.scripts.iter().find(|(known, _)| *known == script).map_or(0, |(_, count)| *count)
    }

    /// The script of the text. A letter of a dense script says as much as several of an alphabet, and
    /// Latin names stand in texts of every script.
    fn dominant(&self) -> Option<Script> {
        let weight = |(script, count): (Script, u32)| match script {
            Script::Han | Script::Hiragana | Script::Hangul => count * 4,
            Script::Latin => count,
            _ => count * 2,
        };
        let (script, count) = self.scripts.into_iter().max_by_key(|entry| weight(*entry))?;
        (count > 0).then_some(script)
    }

    fn has(&self, letters: &str) -> u32 {
        let count = |letter| self.letters.get(Self::index(letter)?).copied();
        letters.chars().filter_map(count).map(u32::from).sum()
    }
}

fn of_script(script: Script, census: &Census, declared: Option<Lang>) -> &'static str {
    match script {
        Script::Hangul => "ko",
        Script::Greek => "el",
        Script::Hebrew => "he",
        Script::Thai => "th",
        Script::Lao => "lo",
        Script::Khmer => "km",
        Script::Burmese => "my",
        Script::Devanagari => match declared.as_ref().map(Lang::as_str) {
            Some("mr") => "mr",
            Some("ne") => "ne",
            // ळ is rare outside Marathi.
            _ if census.has("ळ") > 2 => "mr",
            _ => "hi",
        },
        _ => "und",
    }
}

/// Chinese has no kana; a Japanese headline may be all Han, which then its letters tell, or the feed.
fn chinese_or_japanese(census: &Census, texts: &[&str], declared: Option<Lang>) -> &'static str {
    const JAPANESE: &str = "気対発総経済戦図円売読県駅応広権実関択沢浜渋辺込働処姫仏団圧桜検験険拠従収児";
    const CHINESE: &str =
        "们們这這吗嗎呢没沒说說为為与與个個还還你您她把让讓东发门车两兩际网络关业产书见贝习";
    let (han, kana) = (census.count(Script::Han), census.count(Script::Hiragana));
    if kana * 20 > han {
        return "ja";
    }
    let sample = || texts.iter().flat_map(|text| text.chars()).take(SAMPLE);
    let japanese = sample().filter(|c| JAPANESE.contains(*c)).count();
    let chinese = sample().filter(|c| CHINESE.contains(*c)).count();
    let declared = declared.is_some_and(|lang| lang.as_str() == "ja");
    let doubtful = han < MOST_HAN_OF_A_HEADLINE && chinese == 0;
    if kana > 0 && declared || japanese > chinese || declared && doubtful { "ja" } else { "zh" }
}

/// A Japanese text of more Han characters than this has kana between them.
const MOST_HAN_OF_A_HEADLINE: u32 = 16;

fn arabic(census: &Census, declared: Option<Lang>) -> &'static str {
    if census.has("ٹڈڑےں") > 0 {
        "ur"
    } else if census.has("پچژگیک") > 0 {
        if declared.is_some_and(|lang| lang.as_str() == "ur") { "ur" } else { "fa" }
    } else {
        "ar"
    }
}

fn cyrillic(census: &Census, texts: &[&str], declared: Option<Lang>) -> Verdict {
    let lower = |letters: &str| census.has(letters) + census.has(&letters.to_uppercase());
    let ukrainian = lower("іїєґ");
    let russian = lower("ыэёъ");
    let both = LangSet::of_codes(&["ru", "uk", "en"]);
    let certain = |code: &str| Verdict { lang: Lang::parse(code), stems: LangSet::of_codes(&[code, "en"]) };
    if lower("ў") > 0 {
        return Verdict { lang: Lang::parse("be"), stems: both };
    }
    if lower("әғқңөұһ") > 0 {
        return Verdict { lang: Lang::parse("kk"), stems: both };
    }
    if lower("ђћјљњџ") > 0 {
        return Verdict { lang: Lang::parse(if lower("ѓќѕ") > 0 { "mk" } else { "sr" }), stems: both };
    }
    if ukrainian > 0 && ukrainian >= russian * 3 {
        return certain("uk");
    }
    if russian > 0 && ukrainian == 0 {
        // Bulgarian has ъ, and neither ы nor э.
        if lower("ыэё") == 0 && bulgarian(texts) {
            return Verdict { lang: Lang::parse("bg"), stems: both };
        }
        return certain("ru");
    }
    let mut scores = Scores::of(texts);
    let declared = declared.filter(|lang| matches!(lang.as_str(), "ru" | "uk" | "bg" | "mk" | "sr" | "be"));
    if let Some(lang) = declared {
        scores.add(lang.as_str(), DECLARED);
    }
    // One letter in fourteen of Ukrainian is one that Russian has not.
    if ukrainian == 0 {
        scores.add("ru", census.count(Script::Cyrillic) / LETTERS_OF_DOUBT);
    }
    let guess = scores.best_of(&["ru", "uk", "bg"]).map(Lang::parse);
    Verdict { lang: guess.or(declared.map(Some)).unwrap_or_else(|| Lang::parse("ru")), stems: both }
}

/// So many letters without one of Ukraine's own speak for Russian as much as a function word does.
const LETTERS_OF_DOUBT: u32 = 12;

fn bulgarian(texts: &[&str]) -> bool {
    Scores::of(texts).best_of(&["ru", "bg"]) == Some("bg")
}

/// Latin: what each source of knowledge is worth, in function words.
const DECLARED: u32 = 3;
const TRIGRAMS: u32 = 2;
const RELIABLE_TRIGRAMS: u32 = 5;

/// Ahead by so much, a language is taken for certain.
const CERTAIN: u32 = 5;

/// Bytes of a text of several words, whose trigrams alone decide where nothing else does.
const A_HEADLINE: usize = 25;

/// Letters that whatlang gets to see.
const TRIGRAM_SAMPLE: usize = 500;

/// Tried on texts that give no hint at all.
const COMMON_LATIN: [&str; 10] = ["en", "de", "fr", "es", "it", "pt", "nl", "pl", "tr", "id"];

fn latin(texts: &[&str], declared: Option<Lang>) -> Verdict {
    let mut scores = Scores::of(texts);
    if let Some(lang) = declared {
        scores.add(lang.as_str(), DECLARED);
    }
    if scores.lead() < CERTAIN * 2 {
        let sample: String =
            texts.iter().flat_map(|text| text.chars().chain(['\n'])).take(TRIGRAM_SAMPLE).collect();
        if let Some(info) = whatlang::detect(&sample)
            && let Some(code) = whatlang_code(info.lang())
        {
            let weight = if info.is_reliable() { RELIABLE_TRIGRAMS } else { TRIGRAMS };
            // It does not know Malay and takes it for Indonesian.
            let malay = code == "id" && scores.best_of(&["id", "ms"]) == Some("ms");
            scores.add(if malay { "ms" } else { code }, weight);
        }
    }
    let english = LangSet::of_codes(&["en"]);
    let Some(best) = scores.ranked().first().copied() else {
        return Verdict { lang: declared, stems: LangSet::of_codes(&COMMON_LATIN) };
    };
    let known = best.1
        >= if texts.iter().map(|text| text.len()).sum::<usize>() >= A_HEADLINE { TRIGRAMS } else { DECLARED };
    let lang = known.then(|| Lang::parse(best.0)).flatten().or(declared);
    let stems = if scores.lead() >= CERTAIN {
        LangSet::of_codes(&[best.0]).with(english)
    } else if best.1 >= DECLARED {
        let candidates: Vec<&str> = scores.ranked().iter().take(4).map(|(code, _)| *code).collect();
        LangSet::of_codes(&candidates).with(english)
    } else {
        let candidates: Vec<&str> = scores.ranked().iter().map(|(code, _)| *code).collect();
        LangSet::of_codes(&COMMON_LATIN).with(LangSet::of_codes(&candidates))
    };
    Verdict { lang, stems: stems.with(LangSet::of_codes(&["ru", "uk", "ar", "el", "hi"])) }
}

/// The ISO 639-1 code of what whatlang says, for languages in Latin script.
fn whatlang_code(lang: whatlang::Lang) -> Option<&'static str> {
    use whatlang::Lang as W;
    Some(match lang {
        W::Eng => "en",
        W::Deu => "de",
        W::Fra => "fr",
        W::Spa => "es",
        W::Por => "pt",
        W::Ita => "it",
        W::Nld => "nl",
        W::Swe => "sv",
        W::Dan => "da",
        W::Nob => "no",
        W::Fin => "fi",
        W::Pol => "pl",
        W::Ces => "cs",
        W::Slk => "sk",
        W::Ron => "ro",
        W::Hun => "hu",
        W::Tur => "tr",
        W::Ind => "id",
        W::Vie => "vi",
        W::Tgl => "tl",
        W::Cat => "ca",
        W::Est => "et",
        W::Lit => "lt",
        W::Lav => "lv",
        W::Hrv => "hr",
        W::Slv => "sl",
        W::Aze => "az",
        W::Uzb => "uz",
        W::Afr => "af",
        _ => return None,
    })
}

/// Evidence for languages, in function words.
struct Scores(Vec<(&'static str, u32)>);

impl Scores {
    fn of(texts: &[&str]) -> Self {
        let mut scores = Self(Vec::new());
        let words = texts.iter().flat_map(|text| text.split(|c: char| !c.is_alphabetic()));
        for word in words.filter(|word| !word.is_empty()).take(SAMPLE / 8) {
            let lower = word.to_lowercase();
            let codes = FUNCTION_WORDS.get(lower.as_str()).map_or(&[][..], Vec::as_slice);
            for code in codes {
                // A word that no other language has says more.
                scores.add(code, if codes.len() == 1 { 2 } else { 1 });
            }
        }
        for c in texts.iter().flat_map(|text| text.chars()).filter(|c| !c.is_ascii()).take(SAMPLE) {
            for code in OWN_LETTERS.iter().filter(|(_, letters)| letters.contains(c)).map(|(code, _)| code) {
                scores.add_hint(code);
            }
            if matches!(c as u32, 0x1EA0..=0x1EF9 | 0x1A0 | 0x1A1 | 0x1AF | 0x1B0) {
                scores.add_hint("vi");
            }
        }
        scores
    }

    /// A letter counts as half a function word of one language, and no more than ten do.
    fn add_hint(&mut self, code: &str) {
        if self.0.iter().find(|(known, _)| *known == code).is_none_or(|(_, score)| *score < 20) {
            self.add(code, 1);
        }
    }

    fn add(&mut self, code: &str, weight: u32) {
        match self.0.iter_mut().find(|(known, _)| *known == code) {
            Some((_, score)) => *score += weight,
            None => {
                let known = KNOWN.iter().find(|known| **known == code);
                self.0.extend(known.map(|code| (*code, weight)));
            }
        }
    }

    fn ranked(&self) -> Vec<(&'static str, u32)> {
        let mut ranked = self.0.clone();
        ranked.sort_by_key(|(_, score)| std::cmp::Reverse(*score));
        ranked
    }

    /// By how much the best is ahead.
    fn lead(&self) -> u32 {
        let ranked = self.ranked();
        let score = |index: usize| ranked.get(index).map_or(0, |(_, score)| *score);
        // Indonesian and Malay share stemmer and most words: they do not cast doubt on each other.
        let pair = |index: usize| ranked.get(index).is_some_and(|(code, _)| matches!(*code, "id" | "ms"));
        if pair(0) && pair(1) { score(0) - score(2).min(score(0)) } else { score(0) - score(1) }
    }

    fn best_of(&self, codes: &[&'static str]) -> Option<&'static str> {
        self.ranked().into_iter().map(|(code, _)| code).find(|code| codes.contains(code))
    }
}

/// Letters that few languages have.
const OWN_LETTERS: [(&str, &str); 15] = [
    ("de", "ßäÄ"),
    ("fi", "äÄ"),
    ("et", "äÄõ"),
    ("sv", "äÄ"),
    ("es", "ñÑ¿¡"),
    ("pt", "ãõÃÕ"),
    ("tr", "ığşİĞŞ"),
    ("pl", "łąęćńśźżŁŚŻ"),
    ("cs", "řěůŘ"),
    ("hu", "őűŐŰ"),
    ("ro", "șțȘȚăţ"),
    ("sv", "åÅ"),
    ("da", "æøåÆØÅ"),
    ("no", "æøåÆØÅ"),
    ("fr", "œçèêÇÈ"),
];

const KNOWN: [&str; 35] = [
    "en", "de", "fr", "es", "pt", "it", "nl", "sv", "da", "no", "fi", "pl", "cs", "sk", "ro", "hu", "tr",
    "id", "ms", "vi", "tl", "ca", "et", "lt", "lv", "hr", "sl", "az", "uz", "af", "ru", "uk", "bg", "eu",
    "ga",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, declared: Option<&str>, expected: Option<&str>) {
        let verdict = identify(&[text], declared.and_then(Lang::parse));
        assert_eq!(verdict.lang.as_ref().map(Lang::as_str), expected, "{text}");
    }

    #[test]
    fn a_sentence_tells_its_language() {
        check("Japan and ASEAN to sign cyber security accord in Tokyo", None, Some("en"));
        check("Япония и АСЕАН усилят сотрудничество в сфере кибербезопасности", None, Some("ru"));
        check("Японія та АСЕАН посилять співпрацю у сфері кібербезпеки", None, Some("uk"));
        check("Japan und ASEAN vertiefen Zusammenarbeit bei der Cybersicherheit", None, Some("de"));
        check("日本とＡＳＥＡＮ、協力を強化へ", None, Some("ja"));
        check("日本与东盟国家加强网络安全合作", None, Some("zh"));
        check("일본·아세안, 사이버보안 협력 강화", None, Some("ko"));
        check("Jepang dan ASEAN perkuat kerja sama keamanan siber pada KTT ini", None, Some("id"));
        check("Kerajaan akan bekerjasama dengan Jepun kerana ancaman siber, kata beliau", None, Some("ms"));
        check("Nhật Bản và ASEAN tăng cường hợp tác an ninh mạng", None, Some("vi"));
        check("Japan at ASEAN, palalakasin ang kooperasyon sa cybersecurity", None, Some("tl"));
        check("Le Japon et l’ASEAN renforcent leur coopération", None, Some("fr"));
        check("Japonya ve ASEAN siber güvenlik alanında iş birliğini güçlendiriyor", None, Some("tr"));
        check("Japani ja ASEAN vahvistavat yhteistyötä kyberturvallisuuden alalla", None, Some("fi"));
        check("اليابان وآسيان تعززان التعاون", None, Some("ar"));
        check("जापान और आसियान साइबर सुरक्षा में सहयोग बढ़ाएंगे", None, Some("hi"));
    }

    #[test]
    fn a_declaration_is_a_prior_and_not_a_verdict() {
        check("Die Regierung hat am Montag den Vertrag mit der Stadt unterzeichnet", Some("en"), Some("de"));
        check("中美两国领导人在东京举行会谈，讨论网络安全", Some("ja"), Some("zh"));
        check("日米首脳会談、東京開催", Some("ja"), Some("ja"));
        check("日米首脳会談東京開催発表", None, Some("ja"));
        check("Правительство утвердило план развития сельского хозяйства", Some("uk"), Some("ru"));
        check("ASEAN", Some("en"), Some("en"));
        check("12345", None, None);
    }
}

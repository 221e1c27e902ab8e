//! Names by how they sound: Зеленский, ゼレンスキー, 젤렌스키, زيلينسكي and Zelensky have one [`Sound`].
//!
//! What survives a transcription is the order of the consonants, told apart as coarsely as by the scripts
//! that tell least: Japanese writes l as r, Arabic p as b, Korean f as p, and hardly any two write vowels
//! alike. So a sound is a skeleton of six kinds of consonants, and proves little alone: how rare it is
//! among the articles that were seen decides what it is worth, which is not told here.
//!
//! It is no transcription for readers, and it knows no words: what a name is, is for the caller to say.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use crate::analysis::Script;

/// A kind of consonants that some script does not tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// b, f, p, v
    Lip = 1,
    /// d, t
    Tooth,
    /// g, k, q
    Throat,
    /// c, j, s, z and all else that hisses
    Hiss,
    /// m, n
    Nose,
    /// l, r
    Flow,
    /// No consonant: the vowel that a word begins with.
    Vowel,
}

use Kind::{Flow, Hiss, Lip, Nose, Throat, Tooth};

/// Bits of a kind.
const BITS: u32 = 3;
/// Kinds that are kept of a word, the first.
const LONGEST: usize = 9;
/// Fewer are those of too many words.
const SHORTEST: usize = 3;

/// The consonants of a word, in at most 27 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Sound(u32);

impl Sound {
    /// The sound of `word`, letters of one script in lower case; `None` when too little is heard.
    pub(super) fn of(word: &str) -> Option<Self> {
        let letters: Vec<char> = word.chars().collect();
        let mut skeleton = Skeleton::default();
        let mut rest = &letters[..];
        while let Some(first) = rest.first() {
            let used = match Script::of(*first) {
                Script::Latin => skeleton.latin(rest),
                Script::Cyrillic => skeleton.cyrillic(rest),
                Script::Greek => skeleton.greek(rest),
                Script::Devanagari => skeleton.devanagari(rest),
                Script::Arabic => skeleton.arabic(*first),
                Script::Hebrew => skeleton.hebrew(*first),
                Script::Hangul => skeleton.hangul(*first),
                Script::Katakana => skeleton.katakana(*first),
                _ => 1,
            };
            rest = &rest[used..];
        }
        skeleton.sound()
    }

    /// The sound of a run of [Han that spell](spells) a foreign name.
    pub(super) fn of_han(run: &str) -> Option<Self> {
        let mut skeleton = Skeleton::default();
        for c in run.chars() {
            let Some(syllable) = SPELLING.get(&c) else { continue };
            syllable.iter().for_each(|kind| skeleton.consonant(*kind));
            match syllable {
                [] => skeleton.vowel(),
                [_] if !BARE.contains(c) => skeleton.glide(),
                _ => {}
            }
        }
        skeleton.sound()
    }

    /// How many kinds it has, from 3 to 9.
    pub(super) fn len(self) -> usize {
        (u32::BITS - self.0.leading_zeros()).div_ceil(BITS) as usize
    }

    /// Reads its [bits](Self::bits).
    pub(super) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// Whether it begins with all of `other` and goes on.
    pub(super) fn continues(self, other: Self) -> bool {
        let more = self.len().saturating_sub(other.len());
        more > 0 && self.0 >> (BITS * more as u32) == other.0
    }

    /// Its bits.
    pub(super) fn bits(self) -> u32 {
        self.0
    }
}

/// Whether Chinese spells foreign names with this character.
pub(super) fn spells(c: char) -> bool {
    SPELLING.contains_key(&c)
}

/// A sound in the making.
#[derive(Default)]
struct Skeleton {
    kinds: Vec<Kind>,
    /// The consonant heard last, unless a vowel followed: twice the same is heard once.
    last: Option<Kind>,
    begun: bool,
}

impl Skeleton {
    fn sound(self) -> Option<Sound> {
        let heard = self.kinds.len() >= SHORTEST;
        let bits = self.kinds.iter().take(LONGEST).fold(0, |bits, kind| bits << BITS | *kind as u32);
        heard.then_some(Sound(bits))
    }

    fn consonant(&mut self, kind: Kind) {
        if self.last != Some(kind) {
            self.kinds.push(kind);
        }
        self.last = Some(kind);
        self.begun = true;
    }

    fn vowel(&mut self) {
        if !self.begun {
            self.kinds.push(Kind::Vowel);
        }
        self.glide();
    }

    /// A vowel after a sound that only some scripts write: ja, wo, ha.
    fn glide(&mut self) {
        self.last = None;
        self.begun = true;
    }

    /// h, w, y, and marks.
    fn breath(&mut self) {
        self.begun = true;
    }

    fn consonants(&mut self, kinds: &[Kind], letters: usize) -> usize {
        kinds.iter().for_each(|kind| self.consonant(*kind));
        letters
    }

    fn latin(&mut self, rest: &[char]) -> usize {
        match rest {
            ['t', 's', 'c', 'h', ..] | ['s', 'h', 'c', 'h', ..] => self.consonants(&[Hiss], 4),
            ['s' | 't', 'c', 'h', ..] | ['d', 'z', 'h', ..] => self.consonants(&[Hiss], 3),
            ['k', 'h', ..] => {
                self.breath();
                2
            }
            ['c' | 's' | 'z', 'h', ..]
            | ['c' | 's' | 't' | 'd', 'z', ..]
            | ['t', 's', ..]
            | ['d', 'j', ..] => self.consonants(&[Hiss], 2),
            ['g', 'h', ..] | ['c', 'k', ..] => self.consonants(&[Throat], 2),
            ['p', 'h', ..] => self.consonants(&[Lip], 2),
            ['t', 'h', ..] => self.consonants(&[Tooth], 2),
            ['n', 'g', next, ..] if is_latin_vowel(*next) => self.consonants(&[Nose, Throat], 2),
            ['n', 'g', ..] => self.consonants(&[Nose], 2),
            ['c', 'e' | 'i' | 'y' | 'é' | 'í', ..] => self.consonants(&[Hiss], 1),
            ['x', ..] if !self.begun => self.consonants(&[Hiss], 1),
            ['x', ..] => self.consonants(&[Throat, Hiss], 1),
            [letter, ..] => {
                match letter {
                    'b' | 'f' | 'p' | 'v' => self.consonant(Lip),
                    'd' | 't' | 'ď' | 'ť' | 'ţ' | 'đ' | 'ð' | 'þ' => self.consonant(Tooth),
                    'c' | 'g' | 'k' | 'q' | 'ķ' | 'ģ' => self.consonant(Throat),
                    'j' | 's' | 'z' | 'ç' | 'ć' | 'č' | 'ś' | 'š' | 'ş' | 'ș' | 'ț' | 'ź' | 'ž' | 'ż'
                    | 'ß' => {
                        self.consonant(Hiss);
                    }
                    'm' | 'n' | 'ñ' | 'ń' | 'ň' | 'ņ' => self.consonant(Nose),
                    'l' | 'r' | 'ł' | 'ľ' | 'ļ' | 'ř' => self.consonant(Flow),
                    'h' | 'w' | 'y' | 'ğ' => self.breath(),
                    _ => self.vowel(),
                }
                1
            }
            [] => 0,
        }
    }

    fn cyrillic(&mut self, rest: &[char]) -> usize {
        match rest {
            ['д', 'ж' | 'з', ..] | ['т', 'с', ..] => self.consonants(&[Hiss], 2),
            ['н', 'г', next, ..] if "аеиоуэюяіїє".contains(*next) => {
                self.consonants(&[Nose, Throat], 2)
            }
            ['н', 'г', ..] => self.consonants(&[Nose], 2),
            [letter, ..] => {
                match letter {
                    'б' | 'в' | 'п' | 'ф' => self.consonant(Lip),
                    'д' | 'т' => self.consonant(Tooth),
                    'г' | 'ґ' | 'к' | 'қ' | 'ғ' => self.consonant(Throat),
                    'ж' | 'з' | 'с' | 'ц' | 'ч' | 'ш' | 'щ' | 'ђ' | 'ћ' | 'џ' => {
                        self.consonant(Hiss)
                    }
                    'м' | 'н' | 'њ' | 'ң' => self.consonant(Nose),
                    'л' | 'р' | 'љ' => self.consonant(Flow),
                    'й' | 'ј' | 'х' | 'ў' | 'һ' | 'ь' | 'ъ' => self.breath(),
                    'ю' | 'я' | 'є' | 'ї' => self.glide(),
                    _ => self.vowel(),
                }
                1
            }
            [] => 0,
        }
    }

    fn greek(&mut self, rest: &[char]) -> usize {
        match rest {
            ['μ', 'π', ..] => self.consonants(&[Lip], 2),
            ['ν', 'τ', ..] => self.consonants(&[Tooth], 2),
            ['γ', 'γ' | 'κ', ..] => self.consonants(&[Throat], 2),
            ['τ', 'ζ' | 'σ', ..] => self.consonants(&[Hiss], 2),
            [letter, ..] => {
                match letter {
                    'β' | 'π' | 'φ' => self.consonant(Lip),
                    'δ' | 'θ' | 'τ' => self.consonant(Tooth),
                    'γ' | 'κ' => self.consonant(Throat),
                    'ζ' | 'σ' | 'ς' => self.consonant(Hiss),
                    'μ' | 'ν' => self.consonant(Nose),
                    'λ' | 'ρ' => self.consonant(Flow),
                    'ξ' => return self.consonants(&[Throat, Hiss], 1),
                    'ψ' => return self.consonants(&[Lip, Hiss], 1),
                    'χ' => self.breath(),
                    _ => self.vowel(),
                }
                1
            }
            [] => 0,
        }
    }

    fn devanagari(&mut self, rest: &[char]) -> usize {
        const VIRAMA: char = '\u{94D}';
        let Some(letter) = rest.first() else { return 0 };
        let kind = match letter {
            'प'..='भ' | 'व' => Lip,
            'ट'..='ढ' | 'त'..='ध' => Tooth,
            'क'..='घ' => Throat,
            'च'..='झ' | 'श'..='स' => Hiss,
            'ङ' | 'ञ' | 'ण' | 'न' | 'म' => Nose,
            'ँ' | 'ं' => return self.consonants(&[Nose], 1),
            'र' | 'ल' | 'ळ' => Flow,
            'य' | 'ह' => {
                self.glide();
                return 1;
            }
            'अ'..='औ' | 'ा'..='ौ' => {
                self.vowel();
                return 1;
            }
            _ => return 1,
        };
        self.consonant(kind);
        // A consonant holds a vowel unless it is told to have none.
        if rest.get(1) != Some(&VIRAMA) {
            self.glide();
        }
        1
    }

    fn arabic(&mut self, letter: char) -> usize {
        match letter {
            'ب' | 'پ' | 'ف' | 'ڤ' => self.consonant(Lip),
            'ت' | 'ث' | 'د' | 'ذ' | 'ض' | 'ط' => self.consonant(Tooth),
            'غ' | 'ق' | 'ك' | 'ک' | 'گ' => self.consonant(Throat),
            'ج' | 'ز' | 'س' | 'ش' | 'ص' | 'ظ' | 'چ' | 'ژ' => self.consonant(Hiss),
            'م' | 'ن' => self.consonant(Nose),
            'ر' | 'ل' => self.consonant(Flow),
            'و' | 'ي' | 'ی' => self.glide(),
            'ا' | 'أ' | 'إ' | 'آ' | 'ع' | 'ى' => self.vowel(),
            _ => self.breath(),
        }
        1
    }

    fn hebrew(&mut self, letter: char) -> usize {
        match letter {
            'ב' | 'פ' | 'ף' => self.consonant(Lip),
            'ד' | 'ט' | 'ת' => self.consonant(Tooth),
            'ג' | 'כ' | 'ך' | 'ק' => self.consonant(Throat),
            'ז' | 'ס' | 'צ' | 'ץ' | 'ש' => self.consonant(Hiss),
            'מ' | 'ם' | 'נ' | 'ן' => self.consonant(Nose),
            'ל' | 'ר' => self.consonant(Flow),
            'ו' | 'י' => self.glide(),
            'א' | 'ע' => self.vowel(),
            _ => self.breath(),
        }
        1
    }

    /// A syllable: consonant or none, vowel, final consonant or none, as Unicode composes it (chapter 3.12).
    fn hangul(&mut self, syllable: char) -> usize {
        let Some(index) = (syllable as u32).checked_sub(0xAC00).filter(|index| *index < 11_172) else {
            return 1;
        };
        let (initial, vowel, last) = (index / 588, index / 28 % 21, index % 28);
        match initial {
            7 | 8 | 17 => self.consonant(Lip),
            3 | 4 | 16 => self.consonant(Tooth),
            0 | 1 | 15 => self.consonant(Throat),
            9 | 10 | 12..=14 => self.consonant(Hiss),
            2 | 6 => self.consonant(Nose),
            5 => self.consonant(Flow),
            18 => self.breath(),
            _ => {}
        }
        match vowel {
            // ya, yae, yeo, ye, wa, wae, oe, yo, weo, we, wi, yu
            2 | 3 | 6 | 7 | 9..=12 | 14..=17 => self.glide(),
            _ => self.vowel(),
        }
        match last {
            0 | 27 => {}
            17 | 18 | 26 => self.consonant(Lip),
            7 | 19 | 20 | 22 | 23 | 25 => self.consonant(Tooth),
            1..=3 | 24 => self.consonant(Throat),
            4..=6 | 16 | 21 => self.consonant(Nose),
            _ => self.consonant(Flow),
        }
        1
    }

    fn katakana(&mut self, letter: char) -> usize {
        let kind = match letter {
            'バ' | 'パ' | 'ビ' | 'ピ' | 'ブ' | 'プ' | 'ベ' | 'ペ' | 'ボ' | 'ポ' | 'フ' | 'ヴ' => {
                Lip
            }
            'タ' | 'ダ' | 'テ' | 'デ' | 'ト' | 'ド' => Tooth,
            'カ'..='ゴ' => Throat,
            'サ'..='ゾ' | 'チ' | 'ヂ' | 'ツ' | 'ヅ' => Hiss,
            'ナ'..='ノ' | 'マ'..='モ' => Nose,
            'ン' => return self.consonants(&[Nose], 1),
            'ラ'..='ロ' => Flow,
            'ハ' | 'ヒ' | 'ヘ' | 'ホ' | 'ヤ'..='ヨ' | 'ワ' | 'ヲ' => {
                self.glide();
                return 1;
            }
            'ア' | 'イ' | 'ウ' | 'エ' | 'オ' => {
                self.vowel();
                return 1;
            }
            _ => {
                self.breath();
                return 1;
            }
        };
        self.consonant(kind);
        self.glide();
        1
    }
}

fn is_latin_vowel(c: char) -> bool {
    "aeiouyáéíóúàèìòùäëïöüâêîôûãõåøæ".contains(c)
}

/// Those of them that stand for a consonant alone.
const BARE: &str = "斯茨兹茲思尔爾克格特德姆普夫布卜";

/// The characters that Chinese spells foreign names with, simplified and traditional, by the consonants of
/// the syllables for which the tables of the Xinhua agency use them.
static SPELLING: LazyLock<FxHashMap<char, &'static [Kind]>> = LazyLock::new(|| {
    const SYLLABLES: [(&[Kind], &str); 13] = [
        (&[Hiss], "斯茨兹思西塞萨索苏沙什绍舒谢施舍扎祖佐查切乔朱杰贾齐奇泽吉济賽薩蘇紹謝喬傑賈齊澤濟茲"),
        (&[Flow], "尔拉里利罗卢鲁莱雷洛勒列莉丽娄爾羅盧魯萊婁麗"),
        (&[Throat], "克科库凯考加戈古盖高格基卡哥庫凱蓋"),
        (&[Tooth], "特德塔蒂托图泰达迪多杜戴代圖達"),
        (&[Nose], "姆马米莫穆梅纳尼诺努内娜妮馬納諾內恩安英因温旺汉亨洪扬延翁翰溫漢揚"),
        (&[Lip], "普夫布卜巴比博鲍贝帕皮波佩法菲福弗费维瓦拜鮑貝費維"),
        (&[], "哈海霍胡赫阿艾埃伊奥欧乌亚叶雅尤耶希约沃威韦奧歐烏亞葉約韋"),
        (&[Flow, Nose], "连兰伦林朗龙隆連蘭倫龍"),
        (&[Nose, Nose], "曼门蒙明宁南門寧"),
        (&[Tooth, Nose], "汤坦滕顿丹登丁湯頓"),
        (&[Lip, Nose], "班本宾邦潘庞彭芬凡文万賓龐萬"),
        (&[Hiss, Nose], "桑森辛孙松申山珍詹琼简孫瓊簡"),
        (&[Throat, Nose], "坎肯康昆甘根冈贡金岡貢"),
    ];
    let all = SYLLABLES.iter().flat_map(|(kinds, letters)| letters.chars().map(move |c| (c, *kinds)));
    all.collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_sounds_alike_in_every_script() {
        for spellings in [
            &["zelensky", "зеленский", "ゼレンスキー", "젤렌스키", "زيلينسكي", "זלנסקי", "ज़ेलेंस्की", "ζελένσκι"]
                [..],
            &["macron", "макрон", "マクロン", "마크롱", "ماكرون", "מקרון", "मैक्रों", "μακρόν"],
            &["trump", "трамп", "トランプ", "트럼프", "ترامب", "טראמפ", "ट्रंप"],
            &["ishiba", "исиба", "イシバ", "이시바"],
            &["lagarde", "лагард", "ラガルド", "라가르드", "لاغارد", "λαγκάρντ"],
            &["erdoğan", "エルドアン"],
            &["kharkiv", "харьков", "ハリコフ"],
            &["netanyahu", "нетаньяху", "네타냐후", "نتنياهو", "נתניהו", "नेतन्याहू"],
            &["shevchenko", "шевченко", "シェフチェンコ"],
            &["washington", "ワシントン"],
        ] {
            let first = Sound::of(spellings[0]);
            assert!(first.is_some(), "{}", spellings[0]);
            for spelling in spellings {
                assert_eq!(Sound::of(spelling), first, "{spelling} and {}", spellings[0]);
            }
        }
    }

    #[test]
    fn a_foreign_name_in_chinese_sounds_as_elsewhere() {
        for (chinese, elsewhere) in [
            ("泽连斯基", "zelensky"),
            ("澤連斯基", "zelensky"),
            ("马克龙", "macron"),
            ("特朗普", "trump"),
            ("内塔尼亚胡", "netanyahu"),
            ("拜登", "biden"),
            ("梅洛尼", "meloni"),
        ] {
            assert!(chinese.chars().all(spells), "{chinese}");
            assert_eq!(Sound::of_han(chinese), Sound::of(elsewhere), "{chinese} and {elsewhere}");
        }
    }

    #[test]
    fn names_of_other_consonants_sound_otherwise() {
        for (one, other) in
            [("merkel", "macron"), ("obama", "osaka"), ("mamdani", "mandela"), ("lagarde", "legarda")]
        {
            let same = one == "lagarde";
            assert_eq!(Sound::of(one) == Sound::of(other), same, "{one} and {other}");
        }
    }

    #[test]
    fn too_little_is_no_sound_and_of_much_the_beginning_is_kept() {
        assert_eq!(Sound::of("lula"), None);
        assert_eq!(Sound::of("東京"), None);
        let sound = |word| Sound::of(word).map(Sound::len);
        assert_eq!(sound("putin"), Some(3));
        assert_eq!(sound("tadadadadadadadadadadada"), Some(9));
        let (short, long) = (Sound::of("putin").unwrap(), Sound::of("putins").unwrap());
        assert!(long.continues(short) && !short.continues(long) && !short.continues(short));
    }
}

//! What stemmers do not know: that some forms of a word have another stem than the word, irregular words,
//! sounds that prefixes swallow, compounds written together or apart.

use super::english::english_lemma;
use super::{filipino, finnish, german, slavic};

/// The forms of `word`, itself among them, whose stems a query for it asks for in the language `code`.
///
/// Forms that do not exist do no harm: their stems are those of the forms that do.
pub(crate) fn query_forms(code: &str, word: &str) -> Vec<String> {
    let mut forms = match code {
        "ru" | "uk" => slavic::forms(word),
        "de" => german_forms(word),
        "pl" => polish_forms(word),
        "cs" => czech_forms(word),
        "tr" => turkish_forms(word),
        "el" => greek_forms(word),
        "es" | "pt" | "fr" | "ca" => romance_forms(word),
        "hi" => hindi_forms(word),
        "fa" => persian_forms(word),
        "fi" => finnish::case_forms(word),
        "hu" => hungarian_forms(word),
        "id" => indonesian_roots(word),
        "en" => english_lemma(word).into_iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    forms.push(word.to_owned());
    forms
}

/// The forms of `word`, itself among them, whose stems a text that contains it offers in the language
/// `code`.
pub(crate) fn text_forms(code: &str, word: &str) -> Vec<String> {
    let mut forms = match code {
        "id" => indonesian_roots(word),
        "tl" => filipino::roots(word),
        "en" => english_lemma(word).into_iter().map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    forms.push(word.to_owned());
    forms
}

/// A Polish noun softens its last consonant before some endings: Polska, w Polsce.
fn polish_forms(word: &str) -> Vec<String> {
    const SOFTENED: [(&str, &str); 14] = [
        ("ch", "sze"),
        ("k", "ce"),
        ("g", "dze"),
        ("r", "rze"),
        ("st", "ście"),
        ("t", "cie"),
        ("d", "dzie"),
        ("ł", "le"),
        ("w", "wie"),
        ("n", "nie"),
        ("m", "mie"),
        ("p", "pie"),
        ("b", "bie"),
        ("s", "sie"),
    ];
    let vowel = word.chars().next_back().filter(|c| "aoe".contains(*c));
    let stem = vowel.map_or(word, |vowel| &word[..word.len() - vowel.len_utf8()]);
    let endings: &[&str] = match vowel {
        Some('a') => &["y", "i", "ę", "ą", "o", "om", "ami", "ach", "", "ie", "e"],
        Some(_) => &["a", "u", "em", "ie", "y", "om", "ami", "ach", ""],
        None => &["a", "u", "owi", "em", "ie", "y", "i", "e", "ów", "om", "ami", "ach", "owie"],
    };
    let mut forms = with_endings(stem, endings);
    forms.extend(SOFTENED.iter().find_map(|(hard, soft)| Some(stem.strip_suffix(hard)?.to_owned() + soft)));
    // Miasto, w mieście; Łódź, w Łodzi; Kraków, Krakowa.
    forms.extend(stem.strip_suffix("iast").map(|head| head.to_owned() + "ieście"));
    let open = stem.replace('ó', "o");
    for (sharp, soft) in [("ź", "zi"), ("ń", "ni"), ("ć", "ci"), ("ś", "si")] {
        forms.extend(open.strip_suffix(sharp).map(|head| head.to_owned() + soft));
    }
    if open != stem {
        forms.extend(with_endings(&open, endings));
    }
    // Minister, ministra; Niemiec, Niemca; handel, handlu.
    for (whole, bare) in [
        ("er", "r"),
        ("ek", "k"),
        ("iec", "c"),
        ("ec", "c"),
        ("iek", "k"),
        ("el", "l"),
        ("eł", "ł"),
        ("eń", "ni"),
    ] {
        if vowel.is_none()
            && let Some(head) = word.strip_suffix(whole)
        {
            let endings = ["a", "u", "owi", "em", "ów", "om", "owie", "ami"];
            forms.extend(with_endings(&(head.to_owned() + bare), &endings));
        }
    }
    forms
}

/// Of verbs, and of nouns and names that keep a foreign ending: Chinas, Viren, Museen.
fn german_forms(word: &str) -> Vec<String> {
    let mut forms = german::verb_forms(word);
    forms.extend(german::comparatives(word));
    if word.ends_with(['a', 'i', 'o', 'u', 'y']) {
        forms.push(word.to_owned() + "s");
    }
    for ending in ["us", "um", "a"] {
        forms.extend(
            word.strip_suffix(ending).filter(|stem| stem.len() >= 3).map(|stem| stem.to_owned() + "en"),
        );
    }
    forms
}

/// As in Polish: Praha, v Praze.
fn czech_forms(word: &str) -> Vec<String> {
    let vowel = word.chars().next_back().filter(|c| "aoe".contains(*c));
    let stem = vowel.map_or(word, |vowel| &word[..word.len() - vowel.len_utf8()]);
    let endings: &[&str] = match vowel {
        Some('a') => &["y", "ě", "u", "o", "ou", "ám", "ami", "ách", ""],
        Some(_) => &["a", "u", "em", "ě", "ům", "y", ""],
        None => &["a", "u", "ovi", "em", "e", "ě", "y", "i", "ů", "ům", "ech", "ové"],
    };
    let mut forms = with_endings(stem, endings);
    for (hard, soft) in
        [("ch", "še"), ("k", "ce"), ("h", "ze"), ("g", "ze"), ("r", "ře"), ("r", "ři"), ("k", "ci")]
    {
        forms.extend(stem.strip_suffix(hard).map(|head| head.to_owned() + soft));
    }
    forms
}

/// The Turkish stemmer takes the end of many words for an ending: bakan to `baka`, bakanlar to `bakan`.
fn turkish_forms(word: &str) -> Vec<String> {
    let mut forms = with_endings(word, &["lar", "ler", "ya", "ye"]);
    if word.chars().count() < 4 {
        return forms;
    }
    // Folded text has no dotless i, so each ending has one form less than grammars list.
    forms.extend(with_endings(
        word,
        &["lari", "leri", "larin", "lerin", "larda", "lerde", "da", "de", "dan", "den"],
    ));
    if word.ends_with(['a', 'e', 'i', 'o', 'ö', 'u', 'ü']) {
        let endings = [
            "yi", "yu", "yü", "si", "su", "sü", "nin", "nun", "nün", "sinin", "sinda", "sinde", "sina",
            "sine",
        ];
        forms.extend(with_endings(word, &endings));
        return forms;
    }
    let endings = ["i", "u", "ü", "in", "un", "ün", "inin", "inda", "inde", "ina", "ine", "a", "e"];
    forms.extend(with_endings(word, &endings));
    // The last consonant softens before a vowel: kitap, kitabı.
    for (hard, soft) in [("p", "b"), ("ç", "c"), ("t", "d"), ("k", "ğ")] {
        if let Some(head) = word.strip_suffix(hard) {
            forms.extend(with_endings(&(head.to_owned() + soft), &endings));
        }
    }
    forms
}

/// Case forms that the Greek stemmer cuts differently: Ινδονησία, Ινδονησίας. Folded text has no accents.
fn greek_forms(word: &str) -> Vec<String> {
    const ENDINGS: [(&str, &[&str]); 9] = [
        ("μα", &["ματοσ", "ματα", "ματων"]),
        ("α", &["ασ", "εσ", "ων"]),
        ("η", &["ησ", "εσ", "ων", "εισ", "εων"]),
        ("οσ", &["ου", "ο", "ε", "οι", "ων", "ουσ"]),
        ("ησ", &["η", "εσ", "ων"]),
        ("ασ", &["α", "εσ", "ων"]),
        ("ο", &["ου", "α", "ων"]),
        ("ι", &["ιου", "ια", "ιων"]),
        ("υσ", &["υ", "εισ", "εων"]),
    ];
    let known = ENDINGS.iter().find_map(|(ending, others)| Some((word.strip_suffix(ending)?, *others)));
    let known = known.filter(|(stem, _)| stem.chars().count() >= 3);
    // Words from abroad take an s in the plural: χάκερ, χάκερς.
    known.map_or_else(|| with_endings(word, &["σ"]), |(stem, others)| with_endings(stem, others))
}

/// Plurals that have another stem than the singular: nação, nações; ciudad, ciudades.
fn romance_forms(word: &str) -> Vec<String> {
    let mut forms = with_endings(word, &["s", "es"]);
    if let Some(head) = word.strip_suffix("ão").or_else(|| word.strip_suffix("ao")) {
        forms.extend(with_endings(head, &["ões", "ães", "ãos", "oes"]));
    }
    if let Some(head) = word.strip_suffix('l') {
        forms.extend(with_endings(head, &["is", "ux"]));
    }
    // Travail, travaux.
    forms.extend(word.strip_suffix("il").map(|head| head.to_owned() + "ux"));
    forms.extend(word.strip_suffix('z').map(|head| head.to_owned() + "ces"));
    forms
}

/// The Hungarian stemmer takes the end of many words for an ending: Budapest to `budapes`, miniszter to
/// `miniszt`.
fn hungarian_forms(word: &str) -> Vec<String> {
    let mut forms = with_endings(word, &["nak", "nek", "ban", "ben", "hoz", "hez", "t", "k"]);
    match word.strip_suffix('a').map(|head| (head, "á")).or(word.strip_suffix('e').map(|head| (head, "é")))
    {
        // Amerika, Amerikában.
        Some((head, long)) => {
            let endings = [
                "nak", "nek", "ban", "ben", "ból", "ből", "ba", "be", "ra", "re", "ról", "ről", "val", "vel",
                "t", "k", "tól", "től", "ja", "je", "n", "kat", "ket", "nál", "nél",
            ];
            forms.extend(with_endings(&(head.to_owned() + long), &endings));
        }
        None => {
            let endings = [
                "on", "en", "ön", "ot", "et", "öt", "at", "ok", "ek", "ök", "ak", "ban", "ben", "ból", "ből",
                "ba", "be", "ra", "re", "ról", "ről", "tól", "től", "nál", "nél", "okat", "eket", "öket",
                "a", "e", "i", "ja", "je", "ért",
            ];
            forms.extend(with_endings(word, &endings));
            // The v of the ending becomes the consonant before it: Orbánnal.
            let last = word.chars().next_back().filter(|last| !"aáeéiíoóöőuúüű".contains(*last));
            forms.extend(
                last.into_iter().flat_map(|last| ["al", "el"].map(|end| format!("{word}{last}{end}"))),
            );
        }
    }
    forms
}

/// Plurals of people: نماینده, نمایندگان; کارگر, کارگران.
fn persian_forms(word: &str) -> Vec<String> {
    match word.strip_suffix('ه') {
        Some(head) => with_endings(head, &["گان", "گاني"]),
        None => with_endings(word, &["ان", "يان"]),
    }
}

fn hindi_forms(word: &str) -> Vec<String> {
    match word.strip_suffix('ी') {
        Some(head) => with_endings(head, &["ियां", "ियों", "ियो"]),
        None => with_endings(word, &["ों", "ें"]),
    }
}

/// The roots that an Indonesian or Malay word may have: a prefix in a nasal swallows the consonant after it
/// (tulis, menulis; kirim, mengirim).
fn indonesian_roots(word: &str) -> Vec<String> {
    let mut roots = prefixed_roots(word);
    // The stemmer takes the end of some roots for a suffix: tindakan, bertanya.
    let suffixed = word.strip_suffix("an").filter(|root| root.ends_with('k'));
    roots.extend(suffixed.filter(|root| root.chars().count() >= 4).map(str::to_owned));
    for prefix in ["ber", "di", "ter", "se"] {
        let taken = |root: &&str| {
            root.ends_with("nya") && root.len() >= 5 || root.ends_with("mu") || root.ends_with("ku")
        };
        roots.extend(
            word.strip_prefix(prefix).filter(taken).filter(|root| root.len() >= 4).map(str::to_owned),
        );
    }
    // Two prefixes, of which it knows one: memperkuat.
    for prefix in ["memper", "diper"] {
        roots.extend(word.strip_prefix(prefix).filter(|root| root.len() >= 4).map(str::to_owned));
    }
    roots
}

fn prefixed_roots(word: &str) -> Vec<String> {
    let Some(rest) = word.strip_prefix("me").or_else(|| word.strip_prefix("pe")) else { return Vec::new() };
    let begins_with_vowel = |rest: &str| rest.starts_with(['a', 'e', 'i', 'o', 'u']);
    for (nasal, swallowed) in [("ny", "s"), ("ng", "k"), ("m", "p"), ("n", "t")] {
        if let Some(root) = rest.strip_prefix(nasal) {
            // A nasal before a consonant swallows nothing, and some roots begin with one.
            let restored = begins_with_vowel(root).then(|| swallowed.to_owned() + root);
            return restored.into_iter().chain([rest.to_owned()]).collect();
        }
    }
    vec![rest.to_owned()]
}

pub(super) fn with_endings(stem: &str, endings: &[&str]) -> Vec<String> {
    endings.iter().map(|ending| stem.to_owned() + ending).collect()
}

/// The other spelling of an Indonesian or Malay compound that is written together or apart.
pub(crate) fn compound_apart(word: &str) -> Option<&'static str> {
    COMPOUNDS.iter().find(|(together, _)| *together == word).map(|(_, apart)| *apart)
}

/// The reverse of [`compound_apart`].
pub(crate) fn compound_together(words: &str) -> Option<&'static str> {
    COMPOUNDS.iter().find(|(_, apart)| *apart == words).map(|(together, _)| *together)
}

const COMPOUNDS: [(&str, &str); 12] = [
    ("kerjasama", "kerja sama"),
    ("tandatangan", "tanda tangan"),
    ("tanggungjawab", "tanggung jawab"),
    ("terimakasih", "terima kasih"),
    ("olahraga", "olah raga"),
    ("luarnegeri", "luar negeri"),
    ("ujicoba", "uji coba"),
    ("alihbahasa", "alih bahasa"),
    ("pascapanen", "pasca panen"),
    ("rumahsakit", "rumah sakit"),
    ("beritahu", "beri tahu"),
    ("ambilalih", "ambil alih"),
];

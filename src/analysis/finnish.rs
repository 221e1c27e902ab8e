//! Finnish nouns and names: the consonants and vowels that change before an ending.
//!
//! The stemmer cuts endings and leaves the changes: Helsinki, *Helsingin*; yritys, *yritykset*. So a query asks for
//! a word in its cases. Forms that do not exist do no harm.

/// Double or joined consonants before the last vowel of a word, and what they are in a closed syllable; the longer
/// first.
const GRADES: [(&str, &str); 17] = [
    ("nkk", "nk"),
    ("ntt", "nt"),
    ("rtt", "rt"),
    ("lkk", "lk"),
    ("kk", "k"),
    ("pp", "p"),
    ("tt", "t"),
    ("nk", "ng"),
    ("nt", "nn"),
    ("mp", "mm"),
    ("lt", "ll"),
    ("rt", "rr"),
    ("ht", "hd"),
    ("lk", "l"),
    ("k", ""),
    ("p", "v"),
    ("t", "d"),
];

/// The case forms of `word`, which must be folded.
pub(super) fn case_forms(word: &str) -> Vec<String> {
    let mut forms = Vec::new();
    let Some(last) = word.chars().next_back() else { return forms };
    let back = word.chars().rev().find_map(|c| match c {
        'a' | 'o' | 'u' => Some(true),
        'ä' | 'ö' | 'y' => Some(false),
        _ => None,
    });
    let a = if back == Some(true) { "a" } else { "ä" };
    let mut add = |strong: &str, weak: &str| decline(strong, weak, a, &mut forms);
    let head = |ending: &str| word.strip_suffix(ending).filter(|head| head.chars().count() >= 2);
    if let Some(head) = head("nen") {
        // Suomalainen, suomalaisen.
        let stem = head.to_owned() + "se";
        add(&stem, &stem);
    } else if let Some(head) = head("uus").or_else(|| head("yys")) {
        // Turvallisuus, turvallisuuden.
        let long = &word[head.len()..word.len() - 1];
        add(&format!("{head}{long}te"), &format!("{head}{long}de"));
    } else if let Some(head) = ["us", "ys", "os", "ös", "is", "es"].iter().find_map(|ending| head(ending)) {
        // Hallitus, hallituksen; kallis, kalliin.
        let vowel = &word[head.len()..word.len() - 1];
        let stem = format!("{head}{vowel}kse");
        add(&stem, &stem);
        let stem = format!("{}{vowel}{vowel}", strengthened(head));
        add(&stem, &stem);
    } else if let Some(head) = head("as").or_else(|| head("äs")) {
        // Asukas, asukkaan.
        let stem = format!("{}{a}{a}", strengthened(head));
        add(&stem, &stem);
        let stem = format!("{head}{a}kse");
        add(&stem, &stem);
    } else if let Some(head) = head("e") {
        // Hanke, hankkeen.
        let stem = strengthened(head) + "ee";
        add(&stem, &stem);
    } else if "aouyäöi".contains(last) {
        add(word, &weakened(word));
        // Suomi, Suomen; kieli, kielen.
        if let Some(head) = head("i") {
            let stem = head.to_owned() + "e";
            add(&stem, &weakened(&stem));
        }
    } else {
        // Names from abroad: Berliinissä, Bidenin.
        let stem = word.to_owned() + "i";
        add(&stem, &stem);
    }
    forms
}

/// Adds the cases of a stem that ends in a vowel: `strong` stands in open syllables, `weak` in closed ones.
fn decline(strong: &str, weak: &str, a: &str, forms: &mut Vec<String>) {
    let plural = |stem: &str| {
        let Some(vowel) = stem.chars().next_back() else { return Vec::new() };
        let head = &stem[..stem.len() - vowel.len_utf8()];
        let vowels: &[&str] = match vowel {
            'a' => &["i", "oi"],
            'ä' => &["i", "öi"],
            'e' => &["i"],
            'i' => &["ei", "i"],
            'o' => &["oi"],
            'ö' => &["öi"],
            'u' => &["ui"],
            _ => &["yi"],
        };
        vowels.iter().map(|vowels| head.to_owned() + vowels).collect()
    };
    let inner = |stem: &str, forms: &mut Vec<String>| {
        forms.extend(["lle", "ksi"].map(|ending| stem.to_owned() + ending));
        forms.extend(["ss", "st", "ll", "lt"].map(|ending| [stem, ending, a].concat()));
    };
    inner(weak, forms);
    forms.extend(["n", "t"].map(|ending| weak.to_owned() + ending));
    forms.push([strong, a].concat());
    forms.push([strong, "n", a].concat());
    forms.extend(strong.chars().next_back().map(|vowel| format!("{strong}{vowel}n")));
    plural(weak).iter().for_each(|stem| inner(stem, forms));
    for stem in plural(strong) {
        forms.extend(["en", "hin", "den"].map(|ending| stem.clone() + ending));
        forms.push([&stem, a].concat());
        // Kaupunkeja, kaupunkien.
        if let Some(head) = stem.strip_suffix('i') {
            forms.extend([[head, "j", a].concat(), head.to_owned() + "jen"]);
        }
    }
}

/// `word`, which ends in a vowel, with the consonants before that vowel as they are in a closed syllable.
fn weakened(word: &str) -> String {
    let Some((at, _)) = word.char_indices().next_back() else { return String::new() };
    let (head, vowel) = word.split_at(at);
    // An s or another consonant keeps them: poliisi, posti.
    let kept = ["sk", "st", "tk", "sp", "hk"].iter().any(|cluster| head.ends_with(cluster));
    let grade =
        GRADES.iter().filter(|_| !kept).find_map(|(strong, weak)| Some((head.strip_suffix(strong)?, weak)));
    grade.map_or_else(|| word.to_owned(), |(rest, weak)| [rest, weak, vowel].concat())
}

/// The reverse of [`weakened`] for the end of a stem: the changes that can be told backwards.
fn strengthened(head: &str) -> String {
    const BACK: [(&str, &str); 8] = [
        ("ng", "nk"),
        ("nn", "nt"),
        ("mm", "mp"),
        ("ll", "lt"),
        ("rr", "rt"),
        ("k", "kk"),
        ("p", "pp"),
        ("t", "tt"),
    ];
    let grade = BACK.iter().find_map(|(weak, strong)| Some((head.strip_suffix(weak)?, strong)));
    grade.map_or_else(|| head.to_owned(), |(rest, strong)| [rest, strong].concat())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nouns_and_names_get_their_case_forms() {
        for (word, form) in [
            ("helsinki", "helsingissä"),
            ("helsinki", "helsinkiin"),
            ("tampere", "tampereella"),
            ("suomi", "suomen"),
            ("hallitus", "hallituksen"),
            ("yritys", "yritykset"),
            ("hyökkäys", "hyökkäyksistä"),
            ("suomalainen", "suomalaiset"),
            ("turvallisuus", "turvallisuuden"),
            ("hanke", "hankkeen"),
            ("asukas", "asukkaat"),
            ("kaupunki", "kaupunkien"),
            ("pankki", "pankin"),
            ("presidentti", "presidentin"),
            ("biden", "bidenin"),
            ("poliisi", "poliisin"),
            ("posti", "postin"),
            ("venäjä", "venäjän"),
            ("sota", "sodan"),
        ] {
            let forms = case_forms(word);
            assert!(forms.iter().any(|known| known == form), "{form} of {word}: {forms:?}");
        }
    }
}

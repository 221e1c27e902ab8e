//! Words that share a stem and are no forms of one another: *author* and *authorities*, *caso* and *casa*,
//! *Дания* and *данный*.
//!
//! Stemmers cut derived words as deep as inflected ones. What a stem brings together is therefore looked at
//! once more, word by word. This finds no new pairs, and where it knows nothing the stem decides: a miss is
//! worse than noise.

use super::english;

/// A word as folded, and without its diacritics.
#[derive(Clone, Copy)]
pub(super) struct Form<'w> {
    pub(super) folded: &'w str,
    pub(super) plain: &'w str,
}

/// Whether `found`, a word of a text in the language `code`, is no form of `asked` although their stems are
/// equal.
pub(super) fn is_another_word(code: &str, asked: Form<'_>, found: Form<'_>) -> bool {
    if asked.folded == found.folded {
        return false;
    }
    match code {
        "en" => !english::are_forms_of_one_word(asked.folded, found.folded),
        "fr" | "es" | "pt" | "it" | "ca" => romance(code, asked.plain, found.plain),
        "ru" | "uk" => slavic(asked.folded, found.folded),
        "de" => german(asked.folded, found.folded),
        _ => false,
    }
}

/// Two words are two when one is derived from the other, or when only their gender tells them apart and each has
/// a meaning of its own.
fn romance(code: &str, asked: &str, found: &str) -> bool {
    if let Some(root) = infinitive_root(code, asked) {
        // Declarar, declaración; but mencionar, mencionaron.
        return found.strip_prefix(root).is_some_and(|rest| suffix(code, &singular(code, rest)).is_some());
    }
    let (asked, found) = (singular(code, asked), singular(code, found));
    let (asked_root, found_root) = (root(&asked), root(&found));
    let two =
        |(codes, roots): &(&str, &str)| codes.contains(code) && roots.split(' ').any(|one| one == asked_root);
    if asked_root == found_root && TWO_GENDERS.iter().any(two) {
        return gender(code, &asked) != gender(code, &found);
    }
    let pair = |(known, one, other): &(&str, &str, &str)| {
        *known == code && [(asked_root, found_root), (found_root, asked_root)].contains(&(*one, *other))
    };
    PAIRS.iter().any(pair) || suffix(code, &asked) != suffix(code, &found)
}

/// `word` without the ending of a plural, where that shows without a dictionary.
fn singular(code: &str, word: &str) -> String {
    let swapped = |from: &str, to: &str| word.strip_suffix(from).map(|head| head.to_owned() + to);
    let irregular = match code {
        "fr" => swapped("eaux", "eau").or_else(|| swapped("aux", "al")).or_else(|| swapped("ail", "al")),
        "pt" => swapped("oes", "ao")
            .or_else(|| swapped("aes", "ao"))
            .or_else(|| swapped("aos", "ao"))
            .or_else(|| swapped("ais", "al")),
        _ => None,
    };
    irregular.unwrap_or_else(|| word.strip_suffix('s').unwrap_or(word).to_owned())
}

/// What an infinitive is without its ending.
fn infinitive_root<'w>(code: &str, word: &'w str) -> Option<&'w str> {
    let endings: &[&str] = match code {
        "it" => &["are", "ere", "ire", "rre"],
        "fr" => &["oir", "er", "ir", "re"],
        _ => &["ar", "er", "ir"],
    };
    endings.iter().find_map(|ending| word.strip_suffix(ending)).filter(|root| root.len() >= 3)
}

fn root(word: &str) -> &str {
    word.trim_end_matches(['a', 'e', 'i', 'o'])
}

/// What the last vowel of a word in the singular (in Italian of both numbers) says.
fn gender(code: &str, word: &str) -> Option<char> {
    word.chars().next_back().map(|last| match last {
        'i' if code == "it" => 'o',
        'e' if code == "it" => 'a',
        last => last,
    })
}

/// The kind of the suffix that derives `word` from another; suffixes of one kind are each other's forms.
fn suffix(code: &str, word: &str) -> Option<&'static str> {
    if code == "pt" && word.ends_with("cao") {
        return Some("ion");
    }
    let root = root(word);
    let known = SUFFIXES.iter().find(|(codes, ending, _)| codes.contains(code) && root.ends_with(ending));
    known.map(|(_, _, kind)| *kind)
}

/// Languages, a suffix without vowels at its end, and its kind.
const SUFFIXES: [(&str, &str, &str); 25] = [
    ("fr es pt it ca", "ism", "ism"),
    ("fr es pt it ca", "ist", "ist"),
    ("fr", "ement", "ment"),
    ("es pt it ca", "ment", "ment"),
    ("fr", "tric", "eur"),
    ("fr", "eus", "eur"),
    ("fr", "eur", "eur"),
    ("fr", "eux", "eur"),
    ("es pt ca", "dor", "dor"),
    ("it", "tor", "tor"),
    ("it", "tric", "tor"),
    ("es", "cion", "ion"),
    ("it", "zion", "ion"),
    ("fr es it ca", "sion", "ion"),
    ("fr ca", "ion", "ion"),
    ("fr es pt", "enc", "enc"),
    ("fr es pt", "anc", "enc"),
    ("it", "enz", "enc"),
    ("it", "anz", "enc"),
    ("es pt", "idad", "idad"),
    ("ca", "itat", "idad"),
    ("fr", "iqu", "ic"),
    ("fr", "ic", "ic"),
    ("fr es pt it ca", "al", "al"),
    ("fr", "ier", "ier"),
];

/// The roots of words that mean one thing in the masculine and another in the feminine. They are looked up for each
/// of the languages, since a short text may be taken for any of them.
const TWO_GENDERS: [(&str, &str); 2] = [
    (
        "es pt it ca",
        "cas puert port partid partit banc puest post libr med bols punt pont cuent cont plat prat carg ram barc r \
         marc mant vel cub mod pas band rued gir trat suel cop fond rest pel mang cuadr foc hech acuerd colp fogl tass \
         cost cors palazz buc manic cust",
    ),
    ("fr", "part port capital"),
];

/// Roots of other words that a stemmer takes for one.
const PAIRS: [(&str, &str, &str); 5] = [
    ("it", "part", "partit"),
    ("it", "mar", "mara"),
    ("fr", "band", "bandit"),
    ("fr", "commis", "commission"),
    ("es", "milit", "militant"),
];

/// Nouns in -ия keep the и in every form, those in -ай their vowel; and a noun has no form of an adjective.
fn slavic(asked: &str, found: &str) -> bool {
    // Дания, данный; Росія, роси.
    if asked.ends_with("ия") || asked.ends_with("ія") {
        return !found.starts_with(without_last(asked));
    }
    // Китай, китам.
    if asked.ends_with("ай") {
        let rest = found.strip_prefix(without_last(asked));
        return !rest.is_some_and(|rest| rest.starts_with(['й', 'я', 'ю', 'е', 'є', 'и', 'ї']));
    }
    if INDECLINABLE.contains(&asked) {
        return true;
    }
    if ADJECTIVES_AND_VERBS.iter().any(|ending| asked.ends_with(ending)) {
        return false;
    }
    let stem =
        if asked.ends_with(['а', 'я', 'о', 'ь', 'й', 'ы', 'и']) { without_last(asked) } else { asked };
    let Some(rest) = found.strip_prefix(stem) else { return false };
    // Мэр, мэрия; кит, Китай.
    let longer =
        stem == asked && ["ия", "ии", "ию", "ией", "ія", "ії", "ією", "ай", "ая", "аю"].contains(&rest);
    // Иванов and Путин are declined like adjectives in part.
    let surname = ["ов", "ев", "ин", "ын"].iter().any(|ending| stem.ends_with(ending));
    // Страна, странный; право, правый.
    longer || !surname && ADJECTIVAL.contains(&rest.strip_prefix('н').unwrap_or(rest))
}

/// Names that have one form.
const INDECLINABLE: [&str; 13] = [
    "мали",
    "чили",
    "перу",
    "бали",
    "дели",
    "сочи",
    "баку",
    "сомали",
    "фиджи",
    "гаити",
    "таити",
    "того",
    "конго",
];

/// How adjectives and verbs end where they are asked for.
const ADJECTIVES_AND_VERBS: [&str; 12] =
    ["ый", "ий", "ой", "ій", "ая", "яя", "е", "і", "ть", "ти", "чь", "ся"];

const ADJECTIVAL: [&str; 11] = ["ый", "ая", "ое", "ого", "ому", "ыми", "ых", "ую", "ые", "их", "ими"];

fn without_last(word: &str) -> &str {
    word.char_indices().next_back().map_or("", |(last, _)| &word[..last])
}

/// A dictionary form does not lose its umlaut, a verb in -ern gains none, and a noun keeps its -e: *schön* and
/// *schon*, *fordern* and *fördern*, *Note* and *Not*.
fn german(asked: &str, found: &str) -> bool {
    const UMLAUTS: [char; 3] = ['ä', 'ö', 'ü'];
    let (asked_has, found_has) = (asked.contains(UMLAUTS), found.contains(UMLAUTS));
    let maybe_plural = ["e", "er", "el", "en"].iter().any(|ending| asked.ends_with(ending));
    let spelled_out = ["ae", "oe", "ue"].iter().any(|pair| found.contains(pair));
    asked_has && !found_has && !maybe_plural && !spelled_out
        || !asked_has && found_has && asked.ends_with("ern")
        || asked
            .strip_suffix('e')
            .is_some_and(|bare| found.strip_prefix(bare).is_some_and(|rest| rest.is_empty() || rest == "es"))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::analysis::fold::Folder;

    fn check(code: &str, one: &[(&str, &str)], two: &[(&str, &str)]) {
        let folder = Folder::new();
        for (pairs, expected) in [(one, false), (two, true)] {
            for (asked, found) in pairs {
                let (asked, found) = (folder.fold(asked), folder.fold(found));
                let plain = |word: &str| folder.strip(word).unwrap_or_else(|| word.to_owned());
                let (asked_plain, found_plain) = (plain(&asked), plain(&found));
                let another = is_another_word(
                    code,
                    Form { folded: &asked, plain: &asked_plain },
                    Form { folded: &found, plain: &found_plain },
                );
                assert_eq!(another, expected, "{asked} and {found} in {code}");
            }
        }
    }

    #[test]
    fn derived_words_are_words_of_their_own_in_romance_languages() {
        check(
            "fr",
            &[
                ("journal", "journaux"),
                ("travail", "travaux"),
                ("national", "nationales"),
                ("directeur", "directrice"),
                ("heureux", "heureuses"),
                ("public", "publiques"),
                ("premier", "première"),
                ("actif", "active"),
                ("mentionner", "mentionnée"),
                ("bureau", "bureaux"),
            ],
            &[
                ("nation", "national"),
                ("département", "départ"),
                ("président", "présidence"),
                ("terroriste", "terrorisme"),
                ("parti", "parties"),
                ("social", "socialiste"),
                ("déclarer", "déclaration"),
            ],
        );
        check(
            "es",
            &[
                ("nación", "naciones"),
                ("ministro", "ministras"),
                ("africano", "africanas"),
                ("mencionar", "mencionaron"),
                ("señalar", "señala"),
                ("luz", "luces"),
                ("libre", "libres"),
            ],
            &[
                ("caso", "casas"),
                ("puerto", "puertas"),
                ("libro", "libre"),
                ("capital", "capitalismo"),
                ("presidente", "presidencia"),
                ("declarar", "declaraciones"),
            ],
        );
        check(
            "it",
            &[("amico", "amiche"), ("caso", "casi"), ("nazionale", "nazionali"), ("attore", "attrici")],
            &[("caso", "case"), ("partito", "partite"), ("porto", "porta"), ("presidente", "presidenza")],
        );
        check(
            "pt",
            &[("nação", "nações"), ("nacional", "nacionais"), ("casa", "casas")],
            &[("caso", "casa"), ("governo", "governador"), ("universo", "universidade")],
        );
    }

    #[test]
    fn slavic_nouns_have_no_forms_of_other_words() {
        check(
            "ru",
            &[
                ("Россия", "Россией"),
                ("партия", "партий"),
                ("Китай", "Китаем"),
                ("случай", "случаи"),
                ("дом", "дому"),
                ("геном", "геному"),
                ("страна", "странами"),
                ("статуя", "статую"),
                ("Иванов", "Ивановых"),
                ("мэр", "мэром"),
                ("новый", "нового"),
                ("люди", "людей"),
                ("ханоя", "Ханое"),
                ("российские", "российских"),
                ("черное", "чёрного"),
            ],
            &[
                ("Дания", "данный"),
                ("партия", "парты"),
                ("мэрия", "мэра"),
                ("мэр", "мэрию"),
                ("Китай", "китам"),
                ("кит", "Китай"),
                ("страна", "странный"),
                ("право", "правых"),
                ("цена", "ценного"),
                ("Мали", "малый"),
                ("Перу", "перо"),
            ],
        );
        check(
            "uk",
            &[("Росія", "Росією"), ("Росія", "Росії"), ("закордонні", "закордонних"), ("чорне", "чорного")],
            &[("Росія", "роси")],
        );
    }

    #[test]
    fn german_words_are_told_apart_by_their_umlauts() {
        check(
            "de",
            &[
                ("Land", "Länder"),
                ("Länder", "Land"),
                ("schön", "schöner"),
                ("grün", "gruen"),
                ("Rat", "Rates"),
            ],
            &[
                ("schön", "schon"),
                ("fordern", "fördern"),
                ("fördern", "fordern"),
                ("Note", "Not"),
                ("Rate", "Rat"),
            ],
        );
    }

    proptest! {
        #[test]
        fn words_of_any_letters_are_compared(
            head in "\\PC{0,4}",
            doubled in "[a-zöüñčшйяі日ẞ]",
            ending in prop::sample::select(vec!["", "s", "ed", "ing", "ings", "ied", "ying", "ies", "ция", "ай", "e", "ern"]),
        ) {
            let word = [&*head, &*doubled, &*doubled].concat();
            let found = [&*word, ending].concat();
            for code in ["en", "fr", "es", "pt", "it", "ca", "ru", "uk", "de", "th"] {
                let form = |folded| Form { folded, plain: folded };
                is_another_word(code, form(&word), form(&found));
                is_another_word(code, form(&found), form(&word));
                assert!(!is_another_word(code, form(&word), form(&word)));
            }
        }
    }
}

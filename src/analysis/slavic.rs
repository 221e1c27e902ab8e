//! Forms of Russian and Ukrainian words whose stems differ from that of the word.

use super::inflect::with_endings;

/// The forms in which `word` may stand, or share no stem with.
pub(super) fn forms(word: &str) -> Vec<String> {
    let mut forms = case_forms(word);
    forms.extend(verb_forms(word));
    let other = SUPPLETIVE.iter().find(|(singular, _)| *singular == word);
    forms.extend(other.into_iter().flat_map(|(_, forms)| forms.split(' ')).map(str::to_owned));
    forms
}

/// The forms in which a Russian or Ukrainian noun, name or adjective may stand, by its ending.
///
/// The stemmers cut some case forms of a name deeper than others (АСЕАНа to `асеа`, АСЕАНу to `асеан`), so
/// a query word is stemmed in each of its forms.
fn case_forms(word: &str) -> Vec<String> {
    let letters: Vec<char> = word.chars().collect();
    let mut forms = Vec::new();
    if letters.len() < 3 {
        return forms;
    }
    let without = |count: usize| letters[..letters.len() - count].iter().collect::<String>();
    let mut add =
        |stem: &str, endings: &[&str]| forms.extend(endings.iter().map(|ending| format!("{stem}{ending}")));
    let before_last = letters[letters.len() - 2];
    match letters[letters.len() - 1] {
        'а' => {
            let stem = without(1);
            add(&stem, &["ы", "и", "е", "і", "у", "ой", "ою", "ей", "ам", "ами", "ах", ""]);
            // Ріка, нога, муха: річці, нозі, мусі.
            if let Some((_, softened)) =
                [('к', "ці"), ('г', "зі"), ('х', "сі")].iter().find(|(c, _)| *c == before_last)
            {
                add(&without(2), &[softened]);
            }
            // A vowel comes between two consonants of a bare stem: сделка, сделок.
            if before_last == 'к' {
                add(&without(2), &["ок", "ек"]);
            }
        }
        'я' if before_last == 'м' => {
            add(&without(1), &["ени", "енем", "ен", "ена", "енам", "енами", "енах", "я", "ю", "ею", "і"]);
        }
        'я' => {
            if before_last == 'н' {
                add(&without(2), &["ень", "ен"]);
            }
            add(&without(1), &["и", "і", "ї", "е", "ю", "ей", "ею", "єю", "ям", "ями", "ях", "й", "ь"]);
        }
        'ь' => {
            const ENDINGS: [&str; 14] =
                ["я", "ю", "ем", "ём", "е", "и", "і", "ью", "ей", "їв", "ів", "ям", "ями", "ях"];
            add(&without(1), &ENDINGS);
            match letters.as_slice() {
                // День, дня; корень, корня; уголь, угля; локоть, локтя.
                [head @ .., 'е' | 'о', last @ 'н', 'ь'] | [head @ .., 'о', last @ ('л' | 'т'), 'ь'] =>
                {
                    add(&head.iter().chain([last]).collect::<String>(), &ENDINGS);
                }
                // Українець, українці.
                [head @ .., 'е', 'ц', 'ь'] => {
                    add(&(head.iter().collect::<String>() + "ц"), &ENDINGS);
                }
                // Діяльність, діяльності; любовь, любви.
                [head @ .., 'і', 'с', 'т', 'ь'] => {
                    add(&(head.iter().collect::<String>() + "ост"), &["і", "ей", "ям", "ями", "ях"]);
                }
                [head @ .., 'о', 'в', 'ь'] => add(&(head.iter().collect::<String>() + "в"), &["и", "ью"]),
                _ => {}
            }
        }
        'й' if matches!(before_last, 'и' | 'ы' | 'о' | 'і') => {
            let stem = without(2);
            add(
                &stem,
                &["ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ая", "ой", "ую", "ое", "ые", "ие"],
            );
            add(&stem, &["ых", "их", "ыми", "ими", "а", "ої", "і", "е", "у", "ій"]);
            add(&without(1), &["я", "ю", "ем", "е", "и"]);
            // Short forms: готов, уверен.
            if stem.chars().count() >= 4 && before_last != 'о' {
                add(&stem, &[""]);
                if stem.ends_with("нн") {
                    add(&without(3), &[""]);
                }
            }
        }
        'й' => add(&without(1), &["я", "ю", "ем", "єм", "е", "ї", "и", "ев", "їв", "ям", "ями", "ях"]),
        'о' => {
            add(&without(1), &["а", "у", "ом", "е", "і", "ам", "ами", "ах", ""]);
        }
        // What has no singular, or was asked for in the plural: справи, закордонні.
        'и' | 'ы' | 'і' if letters.len() >= 5 => {
            add(&without(1), &["", "ів", "ов", "ам", "ами", "ах", "их", "им", "ими", "ых", "ым", "ыми"]);
        }
        'е' | 'и' | 'ы' | 'і' | 'у' | 'ю' | 'э' | 'є' | 'ї' => {}
        _ => {
            let stem = without(0);
            add(
                &stem,
                &["а", "у", "ом", "ем", "е", "і", "ы", "и", "ов", "ів", "ев", "ей", "ам", "ами", "ах", "ові"],
            );
            // Гражданин, граждане.
            if letters.ends_with(&['н', 'и', 'н']) {
                add(&without(2), &["", "е", "и", "ам", "ами", "ах"]);
            }
            vowel_changes(&letters, &mut forms);
        }
    }
    forms
}

/// The forms in which a Russian or Ukrainian verb loses the end of its infinitive: следовать, следует;
/// вернуть, вернул; помочь, помогли; сказать, скажет; прийти, пришёл.
fn verb_forms(word: &str) -> Vec<String> {
    let reflexive = word.strip_suffix("ся").or_else(|| word.strip_suffix("сь"));
    let verb = reflexive.unwrap_or(word);
    let Some((stem, changes)) =
        VERBS.iter().find_map(|(ending, changes)| Some((verb.strip_suffix(ending)?, changes)))
    else {
        return Vec::new();
    };
    let mut forms = with_endings(stem, &changes.split(' ').collect::<Vec<_>>());
    if reflexive.is_some() {
        let plain: Vec<String> = forms.clone();
        forms.extend(plain.iter().flat_map(|form| ["ся", "сь", "ться"].map(|ending| form.clone() + ending)));
    }
    forms
}

/// Endings of infinitives, the longest first, and what stands in their place.
const VERBS: [(&str, &str); 18] = [
    ("ечь", "ек екла екло екли ечет екут екший"),
    ("йти", "шел шла шло шли йдет йдут йду шедший йдя йшов йшла йшли йде йдуть"),
    ("дти", "шел шла шли дет дут"),
    ("мочь", "мог могла могло могли может могут могу могший"),
    ("могти", "міг могла могли може можуть"),
    ("авати", "ає ають аю аємо ває вають ваю вав вала вали авав авала авали"),
    ("увати", "уває увають уваю ує ують ую уй уйте уємо ував увала ували"),
    ("ювати", "ює юють юю юємо ював ювала ювали"),
    ("овать", "ует уют ую уй уйте уем уешь уя овал"),
    ("евать", "юет юют юю ует уют ую евал"),
    ("нуть", "нул нула нуло нули нет нут ну нем"),
    ("нути", "нув нула нули не нуть ну"),
    ("зать", "жет жут жу жите"),
    ("сать", "шет шут шу шите"),
    ("скать", "щет щут щу"),
    ("нять", "мет мут нял няла няли ймет ймут нимет нимут"),
    ("ити", "ить ять ать лю у ишь имо ив ила или"),
    ("ати", "ає ають аю аємо ав ала али"),
];

/// Words whose forms share no stem.
const SUPPLETIVE: [(&str, &str); 13] = [
    ("человек", "люди людей людям людьми людях"),
    ("ребенок", "дети детей детям детьми детях"),
    ("дети", "дети детей детям детьми детях"),
    ("діти", "діти дітей дітям дітьми дітях"),
    ("год", "лет"),
    ("день", "дней днів"),
    ("ніч", "ночі ночей ночами"),
    ("річ", "речі речей речами"),
    ("деньги", "денег"),
    ("время", "времен"),
    ("людина", "люди людей людям людьми людях"),
    ("дитина", "діти дітей дітям дітьми дітях"),
    ("гроші", "грошей"),
];

/// Vowels that a bare stem has and its case forms lack or change: рынок, рынка; Харків, Харкова.
fn vowel_changes(letters: &[char], forms: &mut Vec<String>) {
    let [head @ .., vowel, last] = letters else { return };
    // Рік, року; but the e of рек is the stem's own.
    if head.is_empty() || head.len() < 2 && *vowel != 'і' {
        return;
    }
    let head: String = head.iter().collect();
    let changed = match (vowel, last) {
        ('о' | 'е' | 'ё', 'к' | 'ц' | 'н' | 'л') => format!("{head}{last}"),
        ('і', _) => format!("{head}о{last}"),
        ('ї', _) => format!("{head}є{last}"),
        _ => return,
    };
    forms.extend(
        ["а", "у", "ом", "е", "і", "и", "ы", "ів", "ов", "ам", "ами", "ах"]
            .map(|ending| changed.clone() + ending),
    );
    if *vowel == 'і' {
        forms.extend(["а", "у", "ом", "і"].map(|ending| format!("{head}е{last}{ending}")));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_get_their_case_forms() {
        for (word, form) in [
            ("асеан", "асеану"),
            ("україна", "україні"),
            ("рынок", "рынка"),
            ("харків", "харкова"),
            ("київ", "києва"),
            ("уголь", "угля"),
            ("россия", "россией"),
            ("безпека", "безпеці"),
            ("российский", "российского"),
        ] {
            assert!(case_forms(word).iter().any(|known| known == form), "{form} of {word}");
        }
    }
}

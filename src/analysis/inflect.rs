//! What stemmers do not know: case forms of Slavic names, irregular words of English, spellings of
//! Indonesian compounds.

/// The forms in which a Russian or Ukrainian noun, name or adjective may stand, by its ending.
///
/// The stemmers cut some case forms of a name deeper than others (АСЕАНа to `асеа`, АСЕАНу to `асеан`), so
/// a query word is stemmed in each of its forms. Forms that do not exist do no harm: their stems
/// are those of the forms that do.
pub(crate) fn slavic_forms(word: &str) -> Vec<String> {
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
        'я' => {
            add(&without(1), &["и", "і", "ї", "е", "ю", "ей", "ею", "єю", "ям", "ями", "ях", "й", "ь"]);
        }
        'ь' => {
            add(
                &without(1),
                &["я", "ю", "ем", "ём", "е", "и", "і", "ью", "ей", "їв", "ів", "ям", "ями", "ях", "ю", "ем"],
            );
        }
        'й' if matches!(before_last, 'и' | 'ы' | 'о' | 'і') => {
            let stem = without(2);
            add(
                &stem,
                &["ого", "его", "ому", "ему", "ым", "им", "ом", "ем", "ая", "ой", "ую", "ое", "ые", "ие"],
            );
            add(&stem, &["ых", "их", "ыми", "ими", "а", "ої", "і", "е", "у", "ій"]);
            add(&without(1), &["я", "ю", "ем", "е", "и"]);
        }
        'й' => add(&without(1), &["я", "ю", "ем", "єм", "е", "ї", "и", "ев", "їв", "ям", "ями", "ях"]),
        'о' => {
            add(&without(1), &["а", "у", "ом", "е", "і", "ам", "ами", "ах", ""]);
        }
        'е' | 'и' | 'ы' | 'і' | 'у' | 'ю' | 'э' | 'є' | 'ї' => {}
        _ => {
            let stem = without(0);
            add(
                &stem,
                &["а", "у", "ом", "ем", "е", "і", "ы", "и", "ов", "ів", "ев", "ей", "ам", "ами", "ах", "ові"],
            );
            vowel_changes(&letters, &mut forms);
        }
    }
    forms
}

/// Vowels that a bare stem has and its case forms lack or change: рынок, рынка; Харків, Харкова.
fn vowel_changes(letters: &[char], forms: &mut Vec<String>) {
    let [head @ .., vowel, last] = letters else { return };
    if head.len() < 2 {
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

/// The dictionary form of an irregular English word.
pub(crate) fn english_lemma(word: &str) -> Option<&'static str> {
    IRREGULAR.binary_search_by_key(&word, |(form, _)| form).ok().map(|index| IRREGULAR[index].1)
}

/// Sorted by form. Forms that are words of their own (`left`, `found`, `saw`) are left out.
const IRREGULAR: [(&str, &str); 114] = [
    ("analyses", "analysis"),
    ("arisen", "arise"),
    ("arose", "arise"),
    ("ate", "eat"),
    ("beaten", "beat"),
    ("became", "become"),
    ("began", "begin"),
    ("begun", "begin"),
    ("bitten", "bite"),
    ("blew", "blow"),
    ("blown", "blow"),
    ("bought", "buy"),
    ("broke", "break"),
    ("broken", "break"),
    ("brought", "bring"),
    ("built", "build"),
    ("burnt", "burn"),
    ("came", "come"),
    ("caught", "catch"),
    ("children", "child"),
    ("chose", "choose"),
    ("chosen", "choose"),
    ("crises", "crisis"),
    ("criteria", "criterion"),
    ("dealt", "deal"),
    ("did", "do"),
    ("done", "do"),
    ("drawn", "draw"),
    ("drew", "draw"),
    ("driven", "drive"),
    ("drove", "drive"),
    ("eaten", "eat"),
    ("fallen", "fall"),
    ("fed", "feed"),
    ("feet", "foot"),
    ("flew", "fly"),
    ("flown", "fly"),
    ("forbade", "forbid"),
    ("forbidden", "forbid"),
    ("forgot", "forget"),
    ("forgotten", "forget"),
    ("fought", "fight"),
    ("froze", "freeze"),
    ("frozen", "freeze"),
    ("gave", "give"),
    ("given", "give"),
    ("gone", "go"),
    ("grew", "grow"),
    ("grown", "grow"),
    ("halves", "half"),
    ("held", "hold"),
    ("hid", "hide"),
    ("hidden", "hide"),
    ("kept", "keep"),
    ("knew", "know"),
    ("knives", "knife"),
    ("known", "know"),
    ("leaves", "leaf"),
    ("lent", "lend"),
    ("lives", "life"),
    ("lost", "lose"),
    ("made", "make"),
    ("men", "man"),
    ("mice", "mouse"),
    ("oxen", "ox"),
    ("paid", "pay"),
    ("people", "person"),
    ("phenomena", "phenomenon"),
    ("proven", "prove"),
    ("ran", "run"),
    ("rang", "ring"),
    ("ridden", "ride"),
    ("risen", "rise"),
    ("rode", "ride"),
    ("said", "say"),
    ("sang", "sing"),
    ("sank", "sink"),
    ("sent", "send"),
    ("shaken", "shake"),
    ("shelves", "shelf"),
    ("shook", "shake"),
    ("shot", "shoot"),
    ("showed", "show"),
    ("shown", "show"),
    ("shrank", "shrink"),
    ("slept", "sleep"),
    ("sold", "sell"),
    ("sought", "seek"),
    ("spent", "spend"),
    ("spoke", "speak"),
    ("spoken", "speak"),
    ("stole", "steal"),
    ("stolen", "steal"),
    ("struck", "strike"),
    ("sung", "sing"),
    ("sunk", "sink"),
    ("swept", "sweep"),
    ("swore", "swear"),
    ("sworn", "swear"),
    ("taken", "take"),
    ("taught", "teach"),
    ("teeth", "tooth"),
    ("theses", "thesis"),
    ("thieves", "thief"),
    ("threw", "throw"),
    ("thrown", "throw"),
    ("told", "tell"),
    ("took", "take"),
    ("went", "go"),
    ("wives", "wife"),
    ("wolves", "wolf"),
    ("women", "woman"),
    ("written", "write"),
    ("wrote", "write"),
];

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn irregular_words_are_found() {
        assert!(IRREGULAR.windows(2).all(|pair| pair[0].0 < pair[1].0), "sorted");
        assert_eq!(english_lemma("stolen"), Some("steal"));
        assert_eq!(english_lemma("steal"), None);
    }

    #[test]
    fn names_get_their_case_forms() {
        for (word, form) in [
            ("асеан", "асеану"),
            ("україна", "україні"),
            ("рынок", "рынка"),
            ("харків", "харкова"),
            ("київ", "києва"),
            ("россия", "россией"),
            ("безпека", "безпеці"),
            ("российский", "российского"),
        ] {
            assert!(slavic_forms(word).iter().any(|known| known == form), "{form} of {word}");
        }
    }
}

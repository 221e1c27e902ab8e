//! Irregular English words, and what is a form of what.

/// The dictionary form of an irregular English word.
pub(super) fn english_lemma(word: &str) -> Option<&'static str> {
    IRREGULAR.binary_search_by_key(&word, |(form, _)| form).ok().map(|index| IRREGULAR[index].1)
}

/// Whether `asked` and `found` are forms of one word, and neither is derived from the other. Both are folded and
/// share a stem; the stem of *author* is that of *authorities*.
pub(super) fn are_forms_of_one_word(asked: &str, found: &str) -> bool {
    if OWN_WORDS.contains(&asked) {
        return found.strip_suffix('s') == Some(asked);
    }
    if NO_FORMS.contains(&(asked, found)) {
        return false;
    }
    let found = dictionary_forms(found);
    dictionary_forms(asked).iter().any(|form| found.contains(form))
}

/// What look like forms of other words and are asked for as they are.
const OWN_WORDS: [&str; 25] = [
    "according",
    "accounting",
    "arms",
    "ceiling",
    "clothing",
    "corps",
    "customs",
    "during",
    "evening",
    "glasses",
    "goods",
    "headquarters",
    "housing",
    "marketing",
    "means",
    "news",
    "offspring",
    "premises",
    "proceeds",
    "savings",
    "series",
    "sibling",
    "species",
    "united",
    "wedding",
];

/// Words, and what a rule takes for a form of them.
const NO_FORMS: [(&str, &str); 10] = [
    ("accord", "according"),
    ("cloth", "clothing"),
    ("even", "evening"),
    ("even", "evenings"),
    ("unit", "united"),
    ("unit", "unites"),
    ("unit", "uniting"),
    ("corp", "corps"),
    ("premier", "premiere"),
    ("premier", "premieres"),
];

/// The dictionary forms that `word` may have, itself among them. Some do not exist.
fn dictionary_forms(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    // Folding has taken the apostrophe of a possessive.
    if let Some(one) = word.strip_suffix('s').filter(|one| one.len() >= 2) {
        forms.push(one.to_owned());
        if let Some(head) = one.strip_suffix("ie") {
            forms.push(head.to_owned() + "y");
        } else if let Some(head) = one.strip_suffix('e') {
            forms.push(head.to_owned());
        }
        // Stallings, authors', meetings.
        forms.extend(one.strip_suffix('s').map(str::to_owned));
    }
    let whole = forms.clone();
    for word in &whole {
        forms.extend(english_lemma(word).map(str::to_owned));
        // Lying.
        forms.extend(word.strip_suffix("ying").map(|head| head.to_owned() + "ie"));
        if let Some(head) = word.strip_suffix("ied") {
            forms.extend([head.to_owned() + "y", head.to_owned() + "ie"]);
        }
        for verb in ["ed", "ing", "ings"].iter().filter_map(|ending| word.strip_suffix(ending)) {
            forms.extend([verb.to_owned(), verb.to_owned() + "e"]);
            let mut letters = verb.chars();
            let last = letters.next_back();
            let shorter = letters.as_str();
            // Planned; panicked.
            if last.is_some() && letters.next_back() == last || verb.ends_with("ck") {
                forms.push(shorter.to_owned());
            }
        }
    }
    forms
}

/// Sorted by form. Some forms are words of their own (`left`, `found`): they are found by both.
const IRREGULAR: [(&str, &str); 211] = [
    ("alumni", "alumnus"),
    ("analyses", "analysis"),
    ("appendices", "appendix"),
    ("arisen", "arise"),
    ("arose", "arise"),
    ("ate", "eat"),
    ("bacteria", "bacterium"),
    ("beaten", "beat"),
    ("became", "become"),
    ("began", "begin"),
    ("begun", "begin"),
    ("bent", "bend"),
    ("bitten", "bite"),
    ("bled", "bleed"),
    ("blew", "blow"),
    ("blown", "blow"),
    ("borne", "bear"),
    ("bought", "buy"),
    ("bred", "breed"),
    ("broke", "break"),
    ("broken", "break"),
    ("brought", "bring"),
    ("built", "build"),
    ("burnt", "burn"),
    ("calves", "calf"),
    ("came", "come"),
    ("caught", "catch"),
    ("children", "child"),
    ("chose", "choose"),
    ("chosen", "choose"),
    ("clung", "cling"),
    ("crept", "creep"),
    ("crises", "crisis"),
    ("criteria", "criterion"),
    ("curricula", "curriculum"),
    ("dealt", "deal"),
    ("diagnoses", "diagnosis"),
    ("did", "do"),
    ("done", "do"),
    ("drawn", "draw"),
    ("dreamt", "dream"),
    ("drew", "draw"),
    ("driven", "drive"),
    ("drove", "drive"),
    ("dug", "dig"),
    ("eaten", "eat"),
    ("fallen", "fall"),
    ("fed", "feed"),
    ("feet", "foot"),
    ("fell", "fall"),
    ("felt", "feel"),
    ("fled", "flee"),
    ("flew", "fly"),
    ("flown", "fly"),
    ("forbade", "forbid"),
    ("forbidden", "forbid"),
    ("foresaw", "foresee"),
    ("foreseen", "foresee"),
    ("foretold", "foretell"),
    ("forgave", "forgive"),
    ("forgiven", "forgive"),
    ("forgot", "forget"),
    ("forgotten", "forget"),
    ("fought", "fight"),
    ("found", "find"),
    ("froze", "freeze"),
    ("frozen", "freeze"),
    ("fungi", "fungus"),
    ("gave", "give"),
    ("geese", "goose"),
    ("given", "give"),
    ("gone", "go"),
    ("grew", "grow"),
    ("grown", "grow"),
    ("halves", "half"),
    ("heard", "hear"),
    ("held", "hold"),
    ("hid", "hide"),
    ("hidden", "hide"),
    ("hooves", "hoof"),
    ("hung", "hang"),
    ("hypotheses", "hypothesis"),
    ("indices", "index"),
    ("kept", "keep"),
    ("knelt", "kneel"),
    ("knew", "know"),
    ("knives", "knife"),
    ("known", "know"),
    ("laid", "lay"),
    ("leapt", "leap"),
    ("learnt", "learn"),
    ("leaves", "leaf"),
    ("led", "lead"),
    ("left", "leave"),
    ("lent", "lend"),
    ("lice", "louse"),
    ("lit", "light"),
    ("lives", "life"),
    ("loaves", "loaf"),
    ("lost", "lose"),
    ("made", "make"),
    ("matrices", "matrix"),
    ("meant", "mean"),
    ("media", "medium"),
    ("memoranda", "memorandum"),
    ("men", "man"),
    ("met", "meet"),
    ("mice", "mouse"),
    ("mistaken", "mistake"),
    ("mistook", "mistake"),
    ("misunderstood", "misunderstand"),
    ("nuclei", "nucleus"),
    ("outgrew", "outgrow"),
    ("overcame", "overcome"),
    ("oversaw", "oversee"),
    ("overseen", "oversee"),
    ("overtaken", "overtake"),
    ("overthrew", "overthrow"),
    ("overthrown", "overthrow"),
    ("overtook", "overtake"),
    ("oxen", "ox"),
    ("paid", "pay"),
    ("people", "person"),
    ("phenomena", "phenomenon"),
    ("proven", "prove"),
    ("ran", "run"),
    ("rang", "ring"),
    ("rebuilt", "rebuild"),
    ("referenda", "referendum"),
    ("resold", "resell"),
    ("retaken", "retake"),
    ("retook", "retake"),
    ("rewritten", "rewrite"),
    ("rewrote", "rewrite"),
    ("ridden", "ride"),
    ("risen", "rise"),
    ("rode", "ride"),
    ("rose", "rise"),
    ("said", "say"),
    ("sang", "sing"),
    ("sank", "sink"),
    ("sat", "sit"),
    ("saw", "see"),
    ("seen", "see"),
    ("selves", "self"),
    ("sent", "send"),
    ("shaken", "shake"),
    ("shelves", "shelf"),
    ("shook", "shake"),
    ("shot", "shoot"),
    ("showed", "show"),
    ("shown", "show"),
    ("shrank", "shrink"),
    ("slept", "sleep"),
    ("slid", "slide"),
    ("sold", "sell"),
    ("sought", "seek"),
    ("sped", "speed"),
    ("spent", "spend"),
    ("spoke", "speak"),
    ("spoken", "speak"),
    ("sprang", "spring"),
    ("sprung", "spring"),
    ("spun", "spin"),
    ("stimuli", "stimulus"),
    ("stole", "steal"),
    ("stolen", "steal"),
    ("stood", "stand"),
    ("struck", "strike"),
    ("stuck", "stick"),
    ("sung", "sing"),
    ("sunk", "sink"),
    ("swam", "swim"),
    ("swept", "sweep"),
    ("swore", "swear"),
    ("sworn", "swear"),
    ("swum", "swim"),
    ("swung", "swing"),
    ("taken", "take"),
    ("taught", "teach"),
    ("teeth", "tooth"),
    ("theses", "thesis"),
    ("thieves", "thief"),
    ("thought", "think"),
    ("threw", "throw"),
    ("thrown", "throw"),
    ("told", "tell"),
    ("took", "take"),
    ("tore", "tear"),
    ("torn", "tear"),
    ("undergone", "undergo"),
    ("understood", "understand"),
    ("undertaken", "undertake"),
    ("undertook", "undertake"),
    ("underwent", "undergo"),
    ("upheld", "uphold"),
    ("went", "go"),
    ("wept", "weep"),
    ("withdrawn", "withdraw"),
    ("withdrew", "withdraw"),
    ("withheld", "withhold"),
    ("wives", "wife"),
    ("woke", "wake"),
    ("woken", "wake"),
    ("wolves", "wolf"),
    ("women", "woman"),
    ("won", "win"),
    ("wore", "wear"),
    ("worn", "wear"),
    ("written", "write"),
    ("wrote", "write"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_from_derived_words() {
        for (asked, found) in [
            ("company", "companies"),
            ("movie", "movies"),
            ("box", "boxes"),
            ("plan", "planned"),
            ("cancel", "cancelled"),
            ("add", "added"),
            ("agree", "agreed"),
            ("relate", "relating"),
            ("panic", "panicked"),
            ("die", "died"),
            ("study", "studied"),
            ("meeting", "meetings"),
            ("meet", "meetings"),
            ("hacking", "hacked"),
            ("sanctions", "sanction"),
            ("author", "authors"),
            ("steal", "stolen"),
            ("use", "used"),
            ("die", "dying"),
            ("woman", "womens"),
        ] {
            assert!(are_forms_of_one_word(asked, found), "{found} is a form of {asked}");
        }
        for (asked, found) in [
            ("author", "authorities"),
            ("accord", "according"),
            ("nation", "national"),
            ("severe", "several"),
            ("person", "personal"),
            ("govern", "government"),
            ("hospital", "hospitality"),
            ("unit", "united"),
            ("goods", "good"),
            ("attack", "attacker"),
            ("public", "publication"),
        ] {
            assert!(!are_forms_of_one_word(asked, found), "{found} is no form of {asked}");
        }
    }

    #[test]
    fn irregular_words_are_found() {
        assert!(IRREGULAR.windows(2).all(|pair| pair[0].0 < pair[1].0), "sorted");
        assert_eq!(english_lemma("stolen"), Some("steal"));
        assert_eq!(english_lemma("steal"), None);
    }
}

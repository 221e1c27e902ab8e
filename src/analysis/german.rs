//! German verbs: the forms that their stem does not show.

/// The forms of `word`, where it is an infinitive, that a stemmer does not lead back to it.
///
/// Weak verbs add a `t`; those of [`STRONG`] change their vowel, whatever stands before them
/// (`angreifen`, `angegriffen`). Forms that do not exist do no harm.
pub(crate) fn verb_forms(word: &str) -> Vec<String> {
    let mut forms = Vec::new();
    if let Some((prefix, listed)) = strong(word) {
        for form in listed.split(' ') {
            forms.push([prefix, form].concat());
            // Inseparable prefixes take the place of `ge`: begreifen, begriffen.
            if let Some(bare) = form.strip_prefix("ge").filter(|_| !prefix.is_empty()) {
                forms.push([prefix, bare].concat());
            }
        }
        return forms;
    }
    let stem = word.strip_suffix("en").or_else(|| {
        let stem = word.strip_suffix('n')?;
        (stem.ends_with("el") || stem.ends_with("er")).then_some(stem)
    });
    let Some(stem) = stem.filter(|stem| stem.chars().count() >= 3) else { return forms };
    forms.push([stem, "t"].concat());
    forms.push(["ge", stem, "t"].concat());
    for prefix in SEPARABLE {
        forms.extend(stem.strip_prefix(prefix).map(|rest| [prefix, "ge", rest, "t"].concat()));
    }
    if stem.ends_with(['t', 'd']) {
        forms.push([stem, "ete"].concat());
        forms.push(["ge", stem, "et"].concat());
    }
    forms
}

/// The comparative and superlative of an adjective that changes its vowel or more.
pub(crate) fn comparatives(word: &str) -> impl Iterator<Item = String> {
    let known = COMPARED.iter().find(|(positive, _)| *positive == word);
    known.into_iter().flat_map(|(_, forms)| forms.split(' ')).map(str::to_owned)
}

/// Adjectives, folded, with what the stemmer does not lead back to them.
const COMPARED: [(&str, &str); 20] = [
    ("gross", "grösser grösst"),
    ("alt", "älter ältest"),
    ("jung", "jünger jüngst"),
    ("lang", "länger längst"),
    ("kurz", "kürzer kürzest"),
    ("stark", "stärker stärkst"),
    ("schwach", "schwächer schwächst"),
    ("hart", "härter härtest"),
    ("warm", "wärmer wärmst"),
    ("kalt", "kälter kältest"),
    ("nah", "näher nächst"),
    ("hoch", "höher höchst hohe"),
    ("arm", "ärmer ärmst"),
    ("klug", "klüger klügst"),
    ("scharf", "schärfer schärfst"),
    ("schwarz", "schwärzer schwärzest"),
    ("krank", "kränker kränkst"),
    ("gesund", "gesünder gesündest"),
    ("gut", "besser best"),
    ("viel", "mehr meist"),
];

/// The prefix of a strong verb, and the forms of the verb below it.
fn strong(word: &str) -> Option<(&str, &'static str)> {
    STRONG.iter().find_map(|(infinitive, forms)| {
        let prefix = word.strip_suffix(infinitive)?;
        (prefix.is_empty() || SEPARABLE.contains(&prefix) || INSEPARABLE.contains(&prefix))
            .then_some((prefix, *forms))
    })
}

const SEPARABLE: [&str; 34] = [
    "ab", "an", "auf", "aus", "bei", "ein", "fest", "fort", "frei", "her", "heraus", "hervor", "hin",
    "hinaus", "hinzu", "los", "mit", "nach", "nieder", "statt", "teil", "unter", "um", "vor", "voran",
    "voraus", "weg", "weiter", "wieder", "zu", "zurück", "zusammen", "durch", "über",
];

const INSEPARABLE: [&str; 8] = ["be", "ent", "er", "ge", "miss", "ver", "zer", "wider"];

/// Infinitives with their forms that differ: third person, preterite, participle.
const STRONG: [(&str, &str); 84] = [
    ("beginnen", "beginnt begann begannen begonnen"),
    ("bieten", "bietet bot boten geboten"),
    ("binden", "bindet band banden gebunden"),
    ("bitten", "bittet bat baten gebeten"),
    ("bleiben", "bleibt blieb blieben geblieben"),
    ("brechen", "bricht brach brachen gebrochen"),
    ("brennen", "brennt brannte gebrannt"),
    ("bringen", "bringt brachte brachten gebracht"),
    ("denken", "denkt dachte dachten gedacht"),
    ("dringen", "dringt drang drangen gedrungen"),
    ("dürfen", "darf durfte durften"),
    ("essen", "isst ass assen gegessen"),
    ("fahren", "fährt fuhr fuhren gefahren"),
    ("fallen", "fällt fiel fielen gefallen"),
    ("fangen", "fängt fing fingen gefangen"),
    ("finden", "findet fand fanden gefunden"),
    ("fliegen", "fliegt flog flogen geflogen"),
    ("fliehen", "flieht floh flohen geflohen"),
    ("fliessen", "fliesst floss flossen geflossen"),
    ("fressen", "frisst frass gefressen"),
    ("geben", "gibt gab gaben gegeben"),
    ("gehen", "geht ging gingen gegangen"),
    ("gelingen", "gelingt gelang gelangen gelungen"),
    ("gelten", "gilt galt galten gegolten"),
    ("geschehen", "geschieht geschah geschahen geschehen"),
    ("gewinnen", "gewinnt gewann gewannen gewonnen"),
    ("graben", "gräbt grub gruben gegraben"),
    ("greifen", "greift griff griffen gegriffen"),
    ("haben", "hat hatte hatten gehabt"),
    ("halten", "hält hielt hielten gehalten"),
    ("hängen", "hängt hing hingen gehangen"),
    ("heben", "hebt hob hoben gehoben"),
    ("heissen", "heisst hiess hiessen geheissen"),
    ("helfen", "hilft half halfen geholfen"),
    ("kennen", "kennt kannte kannten gekannt"),
    ("kommen", "kommt kam kamen gekommen"),
    ("können", "kann konnte konnten gekonnt"),
    ("laden", "lädt lud luden geladen"),
    ("lassen", "lässt liess liessen gelassen"),
    ("laufen", "läuft lief liefen gelaufen"),
    ("leiden", "leidet litt litten gelitten"),
    ("lesen", "liest las lasen gelesen"),
    ("liegen", "liegt lag lagen gelegen"),
    ("lügen", "lügt log logen gelogen"),
    ("meiden", "meidet mied mieden gemieden"),
    ("messen", "misst mass massen gemessen"),
    ("müssen", "muss musste mussten"),
    ("nehmen", "nimmt nahm nahmen genommen"),
    ("nennen", "nennt nannte nannten genannt"),
    ("raten", "rät riet rieten geraten"),
    ("reissen", "reisst riss rissen gerissen"),
    ("rufen", "ruft rief riefen gerufen"),
    ("schaffen", "schafft schuf schufen geschaffen"),
    ("scheiden", "scheidet schied schieden geschieden"),
    ("scheinen", "scheint schien schienen geschienen"),
    ("schiessen", "schiesst schoss schossen geschossen"),
    ("schlafen", "schläft schlief geschlafen"),
    ("schlagen", "schlägt schlug schlugen geschlagen"),
    ("schliessen", "schliesst schloss schlossen geschlossen"),
    ("schneiden", "schneidet schnitt schnitten geschnitten"),
    ("schreiben", "schreibt schrieb schrieben geschrieben"),
    ("schreiten", "schreitet schritt schritten geschritten"),
    ("schweigen", "schweigt schwieg schwiegen geschwiegen"),
    ("sehen", "sieht sah sahen gesehen"),
    ("senden", "sendet sandte sandten gesandt gesendet"),
    ("singen", "singt sang sangen gesungen"),
    ("sinken", "sinkt sank sanken gesunken"),
    ("sitzen", "sitzt sass sassen gesessen"),
    ("sprechen", "spricht sprach sprachen gesprochen"),
    ("springen", "springt sprang sprangen gesprungen"),
    ("stehen", "steht stand standen gestanden"),
    ("stehlen", "stiehlt stahl stahlen gestohlen"),
    ("steigen", "steigt stieg stiegen gestiegen"),
    ("sterben", "stirbt starb starben gestorben"),
    ("streiten", "streitet stritt stritten gestritten"),
    ("tragen", "trägt trug trugen getragen"),
    ("treffen", "trifft traf trafen getroffen"),
    ("treiben", "treibt trieb trieben getrieben"),
    ("treten", "tritt trat traten getreten"),
    ("verlieren", "verliert verlor verloren"),
    ("wachsen", "wächst wuchs wuchsen gewachsen"),
    ("weisen", "weist wies wiesen gewiesen"),
    ("werfen", "wirft warf warfen geworfen"),
    ("ziehen", "zieht zog zogen gezogen"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_show_their_forms() {
        for (word, form) in [
            ("warnen", "warnt"),
            ("warnen", "gewarnt"),
            ("handeln", "handelt"),
            ("ankündigen", "angekündigt"),
            ("angreifen", "angegriffen"),
            ("begreifen", "begriffen"),
            ("stehlen", "gestohlen"),
            ("arbeiten", "arbeitete"),
        ] {
            assert!(verb_forms(word).iter().any(|known| known == form), "{form} of {word}");
        }
        assert!(verb_forms("tag").is_empty());
    }
}

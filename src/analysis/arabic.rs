//! Arabic: the article, conjunctions and prepositions are written together with the word after them.

const ARTICLE: &str = "ال";

/// Shorter remainders are words of their own too seldom.
const SHORTEST: usize = 3;

/// Endings of number, gender and possession. The dual (`ان`) is none: names end so.
const ENDINGS: [&str; 8] = ["ها", "هم", "نا", "ات", "ون", "ين", "يه", "ه"];

/// `word`, which must be folded, without article and ending: what a query asks for.
pub(crate) fn bare(word: &str) -> &str {
    without_ending(strip(word, ARTICLE).unwrap_or(word))
}

/// Every word that `word`, which must be folded, may be once what is written together with it is taken
/// off, each without its ending.
pub(crate) fn readings(word: &str) -> impl Iterator<Item = &str> {
    let mut found = Vec::new();
    let conjoined = [Some(word), strip(word, "و"), strip(word, "ف")];
    for word in conjoined.into_iter().flatten() {
        found.push(word);
        found.extend(["ال", "لل", "بال", "كال"].iter().filter_map(|prefix| strip(word, prefix)));
        found.extend(["ب", "ل", "ك"].iter().filter_map(|prefix| strip(word, prefix)));
    }
    found.into_iter().map(without_ending)
}

fn without_ending(word: &str) -> &str {
    let cut = |ending: &&str| word.strip_suffix(*ending).filter(|rest| rest.chars().count() >= SHORTEST);
    match ENDINGS.iter().find(|ending| cut(ending).is_some()) {
        // An adjective keeps what makes it one.
        Some(&"يه") => word.strip_suffix('ه').unwrap_or(word),
        Some(ending) => cut(ending).unwrap_or(word),
        None => word,
    }
}

fn strip<'w>(word: &'w str, prefix: &str) -> Option<&'w str> {
    word.strip_prefix(prefix).filter(|rest| rest.chars().count() >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_together_comes_apart() {
        for (word, asked) in [
            ("واسيان", "اسيان"),
            ("اليابان", "يابان"),
            ("لليابان", "اليابان"),
            ("وبالامن", "امن"),
            ("لاسيان", "اسيان"),
            ("ومصر", "مصر"),
            ("الحكومات", "حكومه"),
            ("السيبرانيه", "سيبراني"),
        ] {
            assert!(readings(word).any(|reading| reading == bare(asked)), "{asked} in {word}");
        }
        assert_eq!(bare("اله"), "اله");
        assert_eq!(bare("ايران"), "ايران");
    }
}

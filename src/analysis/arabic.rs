//! Arabic: the article, conjunctions and prepositions are written together with the word after them.

const ARTICLE: &str = "ال";

/// Shorter remainders are words of their own too seldom.
const SHORTEST: usize = 3;

/// `word`, which must be folded, without the article.
pub(crate) fn without_article(word: &str) -> &str {
    strip(word, ARTICLE).unwrap_or(word)
}

/// Every word that `word`, which must be folded, may be once its proclitics are taken off, without
/// the word itself.
pub(crate) fn without_proclitics(word: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let conjoined = [Some(word), strip(word, "و"), strip(word, "ف")];
    for word in conjoined.into_iter().flatten() {
        found.push(word);
        found.extend(["ال", "لل", "بال", "كال"].iter().filter_map(|prefix| strip(word, prefix)));
        found.extend(["ب", "ل", "ك"].iter().filter_map(|prefix| strip(word, prefix)));
    }
    found.remove(0);
    found
}

fn strip<'w>(word: &'w str, prefix: &str) -> Option<&'w str> {
    word.strip_prefix(prefix).filter(|rest| rest.chars().count() >= SHORTEST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn proclitics_come_off() {
        for (word, bare) in [
            ("واسيان", "اسيان"),
            ("اليابان", "يابان"),
            ("لليابان", "يابان"),
            ("وبالامن", "امن"),
            ("لاسيان", "اسيان"),
            ("ومصر", "مصر"),
        ] {
            assert!(without_proclitics(word).contains(&bare), "{word}: {:?}", without_proclitics(word));
        }
        assert_eq!(without_article("الامن"), "امن");
        assert_eq!(without_article("اله"), "اله");
    }
}

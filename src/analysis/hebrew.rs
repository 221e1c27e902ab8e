//! Hebrew: the article, conjunctions and prepositions are written together with the word after them.

/// Shorter remainders are words of their own too seldom.
const SHORTEST: usize = 3;

/// What may stand before a word, one letter each: and, that, as, to, from, in, the.
const PREFIXES: [char; 7] = ['ו', 'ש', 'כ', 'ל', 'מ', 'ב', 'ה'];

/// How many prefixes a word has at most: ושבבית.
const MOST_PREFIXES: usize = 3;

/// The words that `word`, which must be folded, may be once its prefixes are taken off, without the word
/// itself.
pub(crate) fn readings(word: &str) -> impl Iterator<Item = &str> {
    std::iter::successors(without_prefix(word), |word| without_prefix(word)).take(MOST_PREFIXES)
}

fn without_prefix(word: &str) -> Option<&str> {
    word.strip_prefix(PREFIXES).filter(|rest| rest.chars().count() >= SHORTEST)
}

/// The forms of `word`, which must be folded, that a query for it asks for: without the article, in the
/// plural, and bound to a word that follows (ממשלה, ממשלת, ממשלות).
pub(crate) fn asked(word: &str) -> Vec<String> {
    let bare = word.strip_prefix('ה').filter(|rest| rest.chars().count() >= SHORTEST);
    let mut forms: Vec<String> = bare.map(str::to_owned).into_iter().collect();
    if word.chars().count() < 2 {
        return forms;
    }
    let endings: (&str, &[&str]) = match word.chars().next_back() {
        // Ministers and teachers lose the letter too: מורה, מורים.
        Some(last @ 'ה') => (&word[..word.len() - last.len_utf8()], &["ות", "ת", "ים"]),
        Some(last @ 'ת') => (&word[..word.len() - last.len_utf8()], &["ות", "ת"]),
        Some('י') => (word, &["ת", "ים", "ות"]),
        Some('ם') if word.ends_with("ים") => (word, &[]),
        _ => (word, &["ים", "י"]),
    };
    let (stem, endings) = endings;
    forms.extend(endings.iter().map(|ending| inner(stem) + ending));
    // Bound plurals: בנקים, בנקי.
    forms.extend(
        word.strip_suffix("ים").filter(|stem| stem.chars().count() >= 2).map(|stem| format!("{stem}י")),
    );
    forms
}

/// `stem` with the last letter in the shape that it has inside a word.
fn inner(stem: &str) -> String {
    const FINAL: [(char, char); 5] = [('ך', 'כ'), ('ם', 'מ'), ('ן', 'נ'), ('ף', 'פ'), ('ץ', 'צ')];
    match FINAL.iter().find(|(last, _)| stem.ends_with(*last)) {
        Some((last, inside)) => format!("{}{inside}", &stem[..stem.len() - last.len_utf8()]),
        None => stem.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_come_off_and_plurals_are_asked_for() {
        for (word, query, expected) in [
            ("בטוקיו", "טוקיו", true),
            ("הבנקים", "בנק", true),
            ("והחברות", "חברה", true),
            ("לממשלה", "ממשלה", true),
            ("מתקפות", "מתקפה", true),
            ("שבבנקי", "בנק", true),
            ("ארגונים", "ארגון", true),
            ("הישראלית", "ישראלי", true),
            ("בית", "ית", false),
            ("חברות", "חבר", false),
        ] {
            let forms: Vec<String> = asked(query).into_iter().chain([query.to_owned()]).collect();
            let found = readings(word).chain([word]).any(|reading| forms.iter().any(|form| form == reading));
            assert_eq!(found, expected, "{query} in {word}");
        }
    }
}

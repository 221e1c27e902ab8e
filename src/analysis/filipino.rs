//! Filipino: words are built with prefixes, infixes, suffixes and doubled syllables around a root.
//!
//! No stemmer knows them. A text offers every root that a word may have; a query names the root, which is
//! also what dictionaries list.

/// Prefixes, the longer before those that they begin with.
const PREFIXES: [&str; 38] = [
    "pakikipag",
    "nakikipag",
    "makikipag",
    "nakapag",
    "makapag",
    "nakipag",
    "makipag",
    "ipinag",
    "magpa",
    "nagpa",
    "pagpapa",
    "pinaka",
    "napaka",
    "nagka",
    "magka",
    "pagka",
    "pinag",
    "ipag",
    "ipina",
    "naka",
    "maka",
    "paki",
    "nag",
    "mag",
    "pag",
    "tag",
    "mang",
    "nang",
    "pang",
    "pina",
    "ipa",
    "ika",
    "na",
    "ma",
    "ka",
    "pa",
    "i",
    "in",
];

/// Nasal prefixes swallow or change the consonant after them: bili, namili; takot, nanakot.
const NASALS: [(&str, &[&str]); 6] = [
    ("nam", &["b", "p"]),
    ("mam", &["b", "p"]),
    ("pam", &["b", "p"]),
    ("nan", &["t", "d", "s"]),
    ("man", &["t", "d", "s"]),
    ("pan", &["t", "d", "s"]),
];

const SUFFIXES: [&str; 4] = ["hin", "han", "in", "an"];

/// Shorter remainders are words of their own too seldom.
const SHORTEST: usize = 4;

/// The roots that `word`, which must be folded, may have, without the word itself.
pub(crate) fn roots(word: &str) -> Vec<String> {
    let mut roots = Vec::new();
    if !word.is_ascii() || word.len() <= SHORTEST {
        return roots;
    }
    for begun in without_prefix(word) {
        for whole in [Some(begun.clone()), without_doubling(&begun)].into_iter().flatten() {
            add(&mut roots, &whole);
            for suffix in SUFFIXES {
                let Some(root) = whole.strip_suffix(suffix) else { continue };
                add(&mut roots, root);
                // The vowel of a last syllable rises before a suffix: pulong, pulungan.
                if let Some(at) = root.rfind('u').filter(|at| root.len() - at <= 3) {
                    add(&mut roots, &[&root[..at], "o", &root[at + 1..]].concat());
                }
            }
        }
    }
    // The linker after a vowel or n: pangulong Marcos.
    let linked = word.strip_suffix("ng").filter(|rest| rest.ends_with(is_vowel));
    linked.into_iter().for_each(|rest| add(&mut roots, rest));
    roots.retain(|root| root != word);
    roots
}

/// `word`, and what it may be without a prefix or infix.
fn without_prefix(word: &str) -> Vec<String> {
    let mut begun = vec![word.to_owned()];
    begun.extend(PREFIXES.iter().filter_map(|prefix| word.strip_prefix(prefix)).map(str::to_owned));
    for (prefix, swallowed) in NASALS {
        if let Some(rest) = word.strip_prefix(prefix).filter(|rest| rest.starts_with(is_vowel)) {
            begun.extend(swallowed.iter().map(|consonant| [*consonant, rest].concat()));
        }
    }
    for infix in ["um", "in"] {
        // Kumain, ninakaw; umalis.
        begun.extend(word.strip_prefix(infix).filter(|rest| rest.starts_with(is_vowel)).map(str::to_owned));
        let (first, rest) = word.split_at(1);
        if !first.starts_with(is_vowel)
            && let Some(rest) = rest.strip_prefix(infix).filter(|rest| rest.starts_with(is_vowel))
        {
            begun.push([first, rest].concat());
        }
    }
    begun
}

/// `word` without its first syllable where the next is the same: sasanay.
fn without_doubling(word: &str) -> Option<String> {
    let length = if word.starts_with(is_vowel) { 1 } else { 2 };
    let (first, rest) = word.split_at_checked(length)?;
    rest.starts_with(first).then(|| rest.to_owned())
}

fn add(roots: &mut Vec<String>, root: &str) {
    if root.len() >= SHORTEST && !roots.iter().any(|known| known == root) {
        roots.push(root.to_owned());
    }
}

fn is_vowel(c: char) -> bool {
    matches!(c, 'a' | 'e' | 'i' | 'o' | 'u')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_offers_its_root() {
        for (word, root) in [
            ("nagpulong", "pulong"),
            ("pulungan", "pulong"),
            ("inatake", "atake"),
            ("ninakaw", "nakaw"),
            ("sinabi", "sabi"),
            ("palalakasin", "lakas"),
            ("pagsasanay", "sanay"),
            ("pangulong", "pangulo"),
            ("kumain", "kain"),
            ("namili", "bili"),
            ("umatake", "atake"),
        ] {
            assert!(roots(word).iter().any(|known| known == root), "{root} of {word}: {:?}", roots(word));
        }
        assert!(roots("bata").is_empty() && roots("ng").is_empty() && roots("año").is_empty());
    }
}

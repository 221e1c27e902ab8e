//! Ids as people copy them from a list: their beginnings. What begins nothing, or more than one id, is a wrong
//! usage, as every name that nothing has.

use super::output::Failure;

/// Characters of an id that tables show: enough to tell it from the others.
pub(super) const SHORT: usize = 8;

/// Hexadecimal digits that people copy, at least.
const SHORTEST: usize = 4;

/// Hexadecimal digits of a whole id.
const DIGITS: usize = 32;

/// The beginning that tables show of an id.
pub(super) fn short(id: impl ToString) -> String {
    id.to_string().chars().take(SHORT).collect()
}

/// The beginning of an id, or all of it: 32 hexadecimal digits.
#[derive(Clone, Debug)]
pub(super) struct IdPrefix(String);

impl IdPrefix {
    /// Reads what is a beginning of an id, with hyphens or without.
    pub(super) fn read(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|&c| c != '-').collect::<String>().to_ascii_lowercase();
        let is_id =
            digits.chars().all(|c| c.is_ascii_hexdigit()) && (SHORTEST..=DIGITS).contains(&digits.len());
        is_id.then_some(Self(digits))
    }

    /// The first id that begins so and the last one, as they are written.
    pub(super) fn ends(&self) -> [String; 2] {
        ["0", "f"].map(|digit| format!("{}{}", self.0, digit.repeat(DIGITS - self.0.len())))
    }
}

/// The only one of what was `found` under the beginning `given` of an id; `way_out` says where ids stand.
pub(super) fn only<T: Copy>(
    found: &[T],
    noun: &str,
    given: &dyn std::fmt::Display,
    way_out: &str,
) -> Result<T, Failure> {
    match found {
        [one] => Ok(*one),
        [] => Err(Failure::Usage(format!("error: there is no {noun} '{given}': {way_out}"))),
        _ => Err(Failure::Usage(format!(
            "error: the id of more than one {noun} begins with '{given}': write more of it"
        ))),
    }
}

impl std::fmt::Display for IdPrefix {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_may_be_cut() {
        for (text, read) in [
            ("b1ee1491", Some("b1ee1491")),
            ("B1EE1491-ec4c", Some("b1ee1491ec4c")),
            ("b1ee1491-ec4c-80e1-b8d4-b6bafe431558", Some("b1ee1491ec4c80e1b8d4b6bafe431558")),
            ("b1e", None),
            ("b1ee1491-ec4c-80e1-b8d4-b6bafe4315580", None),
            ("zzzz", None),
            ("", None),
        ] {
            assert_eq!(IdPrefix::read(text).map(|prefix| prefix.0).as_deref(), read, "{text}");
        }
        let [first, last] = IdPrefix::read("b1ee").unwrap().ends();
        assert_eq!(
            (&*first, &*last),
            ("b1ee0000000000000000000000000000", "b1eeffffffffffffffffffffffffffff")
        );
    }
}

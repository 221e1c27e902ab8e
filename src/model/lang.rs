//! Languages, as lower-case ISO 639 codes.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::query::usual_language;

/// A language: the primary subtag of a BCP 47 tag in lower case (`ru`, `zh`, `fil` as `tl`).
///
/// Regions and scripts are dropped, since feeds declare them at random; other codes of the same language
/// become the one in use.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Lang([u8; 3]);

impl Lang {
    /// Reads `ru`, `ru-RU`, `RU_ru`; `None` when the primary subtag is not two or three letters.
    pub fn parse(tag: &str) -> Option<Self> {
        let primary = tag.trim().split(['-', '_']).next()?.to_ascii_lowercase();
        let primary = usual_language(&primary).unwrap_or(&primary);
        let letters = primary.as_bytes();
        if !matches!(letters.len(), 2 | 3) || !letters.iter().all(u8::is_ascii_lowercase) {
            return None;
        }
        let mut code = [0; 3];
        code[..letters.len()].copy_from_slice(letters);
        Some(Self(code))
    }

    /// The code: two or three lower-case letters.
    pub fn as_str(&self) -> &str {
        let len = if self.0[2] == 0 { 2 } else { 3 };
        std::str::from_utf8(&self.0[..len]).unwrap_or("und")
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Lang({self})")
    }
}

impl From<Lang> for String {
    fn from(lang: Lang) -> Self {
        lang.as_str().to_owned()
    }
}

impl TryFrom<String> for Lang {
    type Error = String;

    fn try_from(tag: String) -> Result<Self, Self::Error> {
        Self::parse(&tag).ok_or_else(|| {
            format!("'{tag}' is not a language code: write two or three letters, as in \"en\"")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_reduced_to_their_language() {
        for (tag, code) in [
            ("en", Some("en")),
            ("RU-ru", Some("ru")),
            ("zh_Hant_TW", Some("zh")),
            ("fil-PH", Some("tl")),
            ("ceb", Some("ceb")),
            ("rus", Some("ru")),
            ("ger-AT", Some("de")),
            ("ua", Some("uk")),
            ("nb-NO", Some("no")),
            ("nn", Some("no")),
            ("", None),
            ("english", None),
            ("é", None),
        ] {
            let parsed = Lang::parse(tag);
            assert_eq!(parsed.as_ref().map(Lang::as_str), code, "{tag}");
        }
    }
}

//! What is known around a text: language, outlet, country, address, tags.

use super::document::Document;
use crate::analysis::{Folder, pieces};
use crate::model::Lang;
use crate::query::Field;

/// A question about what is known around the text.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum MetaTest {
    Lang(Lang),
    Country(String),
    /// The host itself or a parent domain.
    Site(String),
    /// Lower case.
    Url(String),
    Source(Words),
    Tag(Words),
}

/// Words to be found one after the other in a name.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Words {
    folded: Vec<String>,
    /// Whether the last is the beginning of a word.
    prefix: bool,
}

impl MetaTest {
    /// `text` asked of `field`; an error says why it can never match.
    pub(super) fn new(field: Field, text: &str, prefix: bool) -> Result<Self, String> {
        let lower = text.trim().to_lowercase();
        Ok(match field {
            Field::Lang => Self::Lang(Lang::parse(&lower).ok_or_else(|| {
                format!("'{text}' is not a language code: write two or three letters, as in lang:ru")
            })?),
            Field::Country if lower.len() == 2 && lower.is_ascii() => Self::Country(lower),
            Field::Country => {
                return Err(format!("'{text}' is not a country code: write two letters, as in country:jp"));
            }
            Field::Site => {
                let host = lower.trim_start_matches("https://").trim_start_matches("http://");
                let host = host.split('/').next().unwrap_or(host);
                Self::Site(host.trim_start_matches("www.").trim_end_matches('.').to_owned())
            }
            Field::Url => Self::Url(lower),
            Field::Source => Self::Source(Words::new(text, prefix)?),
            Field::Tag => Self::Tag(Words::new(text, prefix)?),
            _ => return Err(format!("'{text}' cannot be asked of a text field here")),
        })
    }

    pub(super) fn holds(&self, document: &Document<'_>) -> bool {
        match self {
            Self::Lang(lang) => document.analysis.lang() == Some(*lang),
            Self::Country(country) => document.country.eq_ignore_ascii_case(country),
            Self::Site(site) => host(document.url).is_some_and(|host| {
                host == *site || host.strip_suffix(site.as_str()).is_some_and(|rest| rest.ends_with('.'))
            }),
            Self::Url(part) => document.url.to_lowercase().contains(part.as_str()),
            Self::Source(words) => words.stand_in(document.source),
            Self::Tag(words) => document.tags.iter().any(|tag| words.stand_in(tag)),
        }
    }
}

impl Words {
    fn new(text: &str, prefix: bool) -> Result<Self, String> {
        let folded = fold_words(text);
        if folded.is_empty() {
            return Err(format!("'{text}' contains no word to match"));
        }
        Ok(Self { folded, prefix })
    }

    fn stand_in(&self, name: &str) -> bool {
        let name = fold_words(name);
        let last = self.folded.len() - 1;
        name.windows(self.folded.len()).any(|window| {
            let equal = window.iter().zip(&self.folded).enumerate();
            equal.fold(true, |all, (index, (word, asked))| {
                all && if self.prefix && index == last {
                    word.starts_with(asked.as_str())
                } else {
                    word == asked
                }
            })
        })
    }
}

fn fold_words(text: &str) -> Vec<String> {
    let folder = Folder::new();
    let mut words = Vec::new();
    pieces(text, |piece| {
        let folded = folder.fold(&text[piece.start..piece.end]);
        words.push(folder.strip(&folded).unwrap_or(folded));
    });
    words
}

/// The host of an address, in lower case.
fn host(url: &str) -> Option<String> {
    let rest = url.split_once("://")?.1;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = host.split(':').next()?;
    Some(host.trim_end_matches('.').to_ascii_lowercase())
}

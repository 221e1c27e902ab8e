//! What a query is asked about: an article's analysis with what is known around it.

use std::ops::Range;

use crate::analysis::{Analysis, Text};
use crate::model::Field;

/// An article as queries see it.
#[derive(Clone, Copy, Debug)]
pub struct Document<'a> {
    /// The stored text that [`analysis`](Self::analysis) was made from.
    pub text: Text<'a>,
    /// Its analysis; it also tells the language.
    pub analysis: &'a Analysis,
    /// The outlet's name.
    pub source: &'a str,
    /// Lower-case ISO 3166-1 alpha-2 code of the outlet's country; empty when unknown.
    pub country: &'a str,
    /// The owner's tags of the feed and the entry's categories.
    pub tags: &'a [String],
    /// The article's address; empty when it has none.
    pub url: &'a str,
    /// Recurring paragraphs, in bytes of a field's text: only `all:` matches in them.
    pub boilerplate: &'a [(Field, Range<usize>)],
}

impl<'a> Document<'a> {
    /// A document of which only the text is known.
    pub fn of(text: Text<'a>, analysis: &'a Analysis) -> Self {
        Self { text, analysis, source: "", country: "", tags: &[], url: "", boilerplate: &[] }
    }
}

//! Places in the analysis → spans of the stored text.

use super::document::Document;
use super::occurrence::Occurrence;
use crate::model::Span;

/// The spans of `places`, which are sorted for it, in reading order, each once.
pub(super) fn spans(document: &Document<'_>, places: &mut Vec<Occurrence>) -> Vec<Span> {
    places.sort_unstable();
    places.dedup_by_key(|place| (place.first, place.start, place.end));
    places.iter().map(|place| span(document, place)).collect()
}

/// The span of `place`.
pub(super) fn span(document: &Document<'_>, place: &Occurrence) -> Span {
    let units = document.analysis.units();
    let (first, last) = (&units[place.first as usize], &units[place.last as usize]);
    let text = document.text.field(first.field);
    // A pattern may begin before its first word or inside it.
    let characters = |from: u32, to: u32| text[from as usize..to as usize].chars().count();
    let start = if place.start < first.start {
        first.start_char as usize - characters(place.start, first.start)
    } else {
        first.start_char as usize + characters(first.start, place.start)
    };
    let end = if place.end < last.start {
        last.start_char as usize
    } else {
        last.start_char as usize + characters(last.start, place.end)
    };
    let text = text[place.start as usize..place.end as usize].to_owned();
    Span { field: first.field, start, end, text }
}

//! The folded text of scripts without spaces, and the way back to where each of its bytes was read.

use super::Unit;
use super::fold::Folder;
use super::script::Script;
use super::segment::{Segmenter, characters_of_run};

/// More characters after a place are a word of their own.
const MOST_LEFT: usize = 3;

/// Stands between runs that do not touch in the source.
const SEPARATOR: char = '\n';

/// The runs of a text in scripts without spaces, folded, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Dense {
    text: String,
    /// Where each unit begins in `text`, in order; ends with a sentinel once there is any text.
    marks: Vec<Mark>,
}

#[derive(Clone, Copy, Debug)]
struct Mark {
    offset: u32,
    /// `None` for a separator.
    unit: Option<u32>,
    /// Whether a word begins here, or the text before it ended.
    boundary: bool,
}

/// A place in the folded text that begins and ends with whole characters of the source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Place {
    /// First unit.
    pub(crate) first: u32,
    /// Last unit.
    pub(crate) last: u32,
    /// Whether it begins where a word begins.
    pub(crate) begins_word: bool,
    /// How many characters of its last word stand after it; no more than [`MOST_LEFT`] are counted.
    pub(crate) left: usize,
}

impl Dense {
    /// The folded text; runs that do not touch are separated.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The words as a dictionary cuts them, katakana apart: the first unit of each, and its folded text.
    pub(crate) fn words(&self) -> impl Iterator<Item = (u32, &str)> {
        self.marks.iter().enumerate().filter(|(_, mark)| mark.boundary).filter_map(|(at, mark)| {
            let end = self.marks[at + 1..].iter().find(|later| later.boundary)?.offset;
            Some((mark.unit?, &self.text[mark.offset as usize..end as usize]))
        })
    }

    /// Adds `run`, which stands where `at` says, and its units.
    pub(crate) fn push(
        &mut self,
        run: &str,
        at: Unit,
        units: &mut Vec<Unit>,
        folder: &Folder,
        segmenter: &Segmenter,
    ) {
        let mut words = segmenter.words_of_run(run).into_iter().peekable();
        let mut word = at.word;
        let mut start = 0;
        let mut start_char = at.start_char;
        let mut begins_word = true;
        let mut previous = Script::Other;
        for end in characters_of_run(run) {
            let cluster = &run[start..end];
            let script = cluster.chars().next().map_or(Script::Other, Script::of);
            let changes = (script == Script::Katakana) != (previous == Script::Katakana);
            let folded = folder.fold_dense(cluster);
            if !folded.is_empty() {
                let unit = units.len() as u32;
                let boundary = begins_word || changes;
                self.marks.push(Mark { offset: self.text.len() as u32, unit: Some(unit), boundary });
                self.text.push_str(&folded);
                let place = (at.start + start as u32, at.start + end as u32);
                units.push(Unit { word, start: place.0, end: place.1, start_char, ..at });
                begins_word = false;
            }
            start_char += cluster.chars().count() as u32;
            previous = script;
            start = end;
            while words.next_if(|boundary| *boundary <= end).is_some() {
                if !begins_word {
                    word += 1;
                }
                begins_word = true;
            }
        }
        self.marks.push(Mark { offset: self.text.len() as u32, unit: None, boundary: true });
        self.text.push(SEPARATOR);
    }

    /// The units of the bytes `start..end` of the folded text; `None` when they cut a character of the
    /// source in two.
    pub(crate) fn place(&self, start: usize, end: usize) -> Option<Place> {
        let mark = |offset: usize| self.marks.binary_search_by_key(&(offset as u32), |mark| mark.offset).ok();
        let (first, end) = (mark(start)?, mark(end)?);
        let last = end.checked_sub(1)?;
        Some(Place {
            first: self.marks[first].unit?,
            last: self.marks[last].unit?,
            begins_word: self.marks[first].boundary,
            left: self.marks[end..].iter().take(MOST_LEFT).take_while(|mark| !mark.boundary).count(),
        })
    }
}

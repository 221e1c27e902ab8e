//! Makes a message fit a medium: split between blocks, told briefly, cut with a word about the rest;
//! never in the middle of a character that people see as one, nor of an escape, since sizes are
//! measured on finished mark-up.

use icu_segmenter::GraphemeClusterSegmenter;

use super::block::{Block, Detail, Line, blocks, clipped};
use crate::alert::{Message, Segment, shorten};

/// What a medium takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room {
    /// The size of one part, in whatever unit the medium counts.
    pub limit: usize,
    /// Parts at most: more would be a flood.
    pub parts: usize,
}

/// Characters of what is too long to be shown whole and has no words: a cluster longer than this is no
/// letter of any script.
const LONGEST_CLUSTER: usize = 32;

/// The blocks of `message` in as few parts as hold them. `size` is that of a block in the medium, with
/// what separates it from the next.
///
/// Where all of it takes too many parts, articles are told briefly; where that is still too much, the
/// last part says how many are missing.
pub fn fit(message: &Message, room: Room, size: impl Fn(&Block) -> usize) -> Vec<Vec<Block>> {
    let pack = |detail| {
        let blocks = blocks(message, detail).into_iter().map(|block| trimmed(block, room.limit, &size));
        packed(blocks, room.limit, &size)
    };
    let full = pack(Detail::Full);
    if full.len() <= room.parts {
        return full;
    }
    cut(pack(Detail::Brief), room, &size)
}

/// The lines of `text` in as few parts as hold them, at most `room.parts`; `size` is that of a piece of
/// text in the medium, a line break counts 1.
pub fn fit_text(text: &str, room: Room, size: impl Fn(&str) -> usize) -> Vec<String> {
    let more = "… (cut)";
    let mut parts: Vec<String> = Vec::new();
    let mut used = 0;
    for line in text.lines() {
        let mut rest = line;
        loop {
            let head = head(rest, room.limit, &size);
            let cost = size(head) + 1;
            let is_whole_line = rest.len() == line.len();
            match parts.last_mut() {
                Some(part) if is_whole_line && used + cost <= room.limit => {
                    part.push('\n');
                    part.push_str(head);
                    used += cost;
                }
                _ => {
                    parts.push(head.to_owned());
                    used = cost;
                }
            }
            rest = &rest[head.len()..];
            if rest.is_empty() {
                break;
            }
        }
    }
    if parts.len() > room.parts {
        parts.truncate(room.parts);
        if let Some(last) = parts.last_mut() {
            let kept = head(last, room.limit.saturating_sub(size(more) + 1), &size).len();
            last.truncate(kept);
            last.push_str(more);
        }
    }
    parts
}

/// The longest beginning of `text` that `size` finds no larger than `limit`, ending between clusters
/// and, where there are words, after one. Not empty unless `text` is.
fn head<'t>(text: &'t str, limit: usize, size: &impl Fn(&str) -> usize) -> &'t str {
    if size(text) <= limit {
        return text;
    }
    let mut end = 0;
    let mut after_word = 0;
    let mut used = 0;
    for boundary in boundaries(text) {
        used += size(&text[end..boundary]);
        if used > limit {
            break;
        }
        if text[end..boundary].starts_with(' ') {
            after_word = boundary;
        }
        end = boundary;
    }
    // Half a part of words is better than a whole one that breaks a word.
    let end = if after_word * 2 > end { after_word } else { end };
    if end > 0 { &text[..end] } else { &text[..text.chars().next().map_or(0, char::len_utf8)] }
}

/// Where clusters end (UAX #29), in bytes; one that is longer than any letter ends earlier.
pub(in crate::alert) fn boundaries(text: &str) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut start = 0;
    for end in GraphemeClusterSegmenter::new().segment_str(text).skip(1) {
        let inside = text[start..end].char_indices().skip(1);
        ends.extend(
            inside
                .enumerate()
                .filter_map(|(index, (at, _))| ((index + 1) % LONGEST_CLUSTER == 0).then_some(start + at)),
        );
        ends.push(end);
        start = end;
    }
    ends
}

fn packed(
    blocks: impl Iterator<Item = Block>,
    limit: usize,
    size: &impl Fn(&Block) -> usize,
) -> Vec<Vec<Block>> {
    let mut parts: Vec<Vec<Block>> = Vec::new();
    let mut used = 0;
    for block in blocks {
        let cost = size(&block);
        match parts.last_mut() {
            Some(part) if used + cost <= limit => {
                part.push(block);
                used += cost;
            }
            last => {
                // A heading goes with what it heads.
                let heading = last.filter(|part| part.len() > 1).and_then(|part| {
                    let is_heading = matches!(part.last()?.lines.first(), Some(Line::Heading(_)));
                    if is_heading { part.pop() } else { None }
                });
                let heading = heading.filter(|heading| size(heading) + cost <= limit);
                used = cost + heading.as_ref().map_or(0, size);
                parts.push(heading.into_iter().chain([block]).collect());
            }
        }
    }
    parts
}

/// Takes lines from the end of `block`, then letters of its title, until it fits.
fn trimmed(mut block: Block, limit: usize, size: &impl Fn(&Block) -> usize) -> Block {
    while size(&block) > limit && block.lines.len() > 1 {
        block.lines.pop();
    }
    let mut width = 400;
    while size(&block) > limit && width > 0 {
        if let Some(line) = block.lines.first_mut() {
            *line = match std::mem::replace(line, Line::Text(String::new())) {
                // An address cannot be cut.
                Line::Title { segments, link: Some(_) } => Line::Title { segments, link: None },
                Line::Title { segments, link: None } => {
                    Line::Title { segments: clipped(segments, width), link: None }
                }
                Line::Heading(text) => Line::Heading(shorten(&text, width)),
                Line::Snippet(segments) => Line::Snippet(clipped(segments, width)),
                Line::About(text)
                | Line::Link(text)
                | Line::Watch(text)
                | Line::Also(text)
                | Line::Text(text)
                | Line::Other { text, .. } => Line::Text(shorten(&text, width)),
            };
        }
        width = width * 3 / 4;
    }
    block
}

/// The first parts of `parts`, the last of which says how many articles are missing.
fn cut(mut parts: Vec<Vec<Block>>, room: Room, size: &impl Fn(&Block) -> usize) -> Vec<Vec<Block>> {
    if parts.len() <= room.parts {
        return parts;
    }
    let articles = |blocks: &[Block]| blocks.iter().filter(|block| block.is_article()).count();
    let mut missing: usize = parts.drain(room.parts..).map(|part| articles(&part)).sum();
    if let Some(last) = parts.last_mut() {
        loop {
            let text = format!("… and {missing} more: `feedwatch matches` lists them");
            let segments = vec![Segment { text, marked: false }];
            let note = Block { lines: vec![Line::Title { segments, link: None }], lang: None };
            let used: usize = last.iter().map(size).sum();
            if used + size(&note) <= room.limit || last.is_empty() {
                last.push(note);
                break;
            }
            missing += last.pop().map_or(0, |block| articles(&[block]));
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alert::fixture;
    use crate::alert::render::Marks;
    use crate::alert::render::text::block_of;

    fn bytes(block: &Block) -> usize {
        block_of(block, Marks::STARS).len() + 1
    }

    fn message(articles: usize, title: &str) -> Message {
        let alerts: Vec<_> = (0..articles)
            .map(|n| {
                let mut alert = fixture::pending("desk", "asean-cyber", &n.to_string());
                alert.article.title = format!("{n} {title}");
                alert
            })
            .collect();
        fixture::payload(&alerts).message
    }

    /// How many parts, how many articles in them, and whether something is said of missing ones.
    fn check(message: &Message, room: Room, expected: (usize, usize, bool)) {
        let parts = fit(message, room, bytes);
        let text: Vec<String> = parts
            .iter()
            .map(|part| part.iter().map(|block| block_of(block, Marks::STARS)).collect())
            .collect();
        for part in &parts {
            let size: usize = part.iter().map(bytes).sum();
            assert!(size <= room.limit, "{size} bytes: {part:?}");
            assert!(
                part.len() == 1 || !matches!(part.last().expect("a block").lines[0], Line::Heading(_)),
                "a heading alone at the end: {part:?}"
            );
        }
        let articles = parts.iter().flatten().filter(|block| block.is_article()).count();
        let more = text.iter().any(|part| part.contains("more: `feedwatch matches`"));
        assert_eq!((parts.len(), articles - usize::from(more), more), expected, "{text:#?}");
    }

    #[test]
    fn what_fits_is_one_part_and_what_does_not_is_split_then_brief_then_cut() {
        let room = |limit, parts| Room { limit, parts };
        check(&message(1, "title"), room(4096, 5), (1, 1, false));
        check(&message(30, "title"), room(4096, 5), (2, 30, false));
        check(&message(30, "title"), room(4096, 1), (1, 30, false));
        check(&message(60, "title"), room(2000, 5), (3, 60, false));
        check(&message(300, "title"), room(2000, 2), (2, 44, true));
    }

    #[test]
    fn whatever_the_titles_are_every_part_fits() {
        for title in [
            "é".repeat(100_000),
            "日本".repeat(5_000),
            "a\u{301}".repeat(9_000),
            "👩‍👩‍👧‍👦".repeat(500),
            String::new(),
        ] {
            for limit in [120, 300, 2000] {
                let message = message(3, &title);
                for part in fit(&message, Room { limit, parts: 3 }, bytes) {
                    let size: usize = part.iter().map(bytes).sum();
                    assert!(size <= limit, "{size} of {limit}: {part:?}");
                }
            }
        }
    }

    #[test]
    fn text_is_split_between_lines_then_words_then_clusters() {
        let units = |text: &str| text.encode_utf16().count();
        for (text, limit, parts, expected) in [
            ("a\nb", 10, 5, vec!["a\nb"]),
            ("one\ntwo\nthree", 8, 5, vec!["one\ntwo", "three"]),
            ("one two three", 8, 5, vec!["one two ", "three"]),
            ("abcdefghij", 4, 5, vec!["abcd", "efgh", "ij"]),
            ("👩‍👩‍👧‍👦👩‍👩‍👧‍👦", 12, 5, vec!["👩‍👩‍👧‍👦", "👩‍👩‍👧‍👦"]),
            ("e\u{301}e\u{301}e\u{301}", 5, 5, vec!["e\u{301}e\u{301}", "e\u{301}"]),
            ("one\ntwo\nthree\nfour", 12, 1, vec!["one\n… (cut)"]),
        ] {
            assert_eq!(fit_text(text, Room { limit, parts }, units), expected, "{text} in {limit}");
        }
        let zalgo = format!("e{}", "\u{301}".repeat(10_000));
        for part in fit_text(&zalgo, Room { limit: 100, parts: 3 }, units) {
            assert!(units(&part) <= 100);
        }
    }

    proptest::proptest! {
        #[test]
        fn parts_of_a_text_are_the_text(text in "[a-z é👩‍🚀日\u{301}]{0,200}", limit in 8_usize..40) {
            let units = |text: &str| text.encode_utf16().count();
            let parts = fit_text(&text, Room { limit, parts: 1000 }, units);
            assert_eq!(parts.concat(), text);
            assert!(parts.iter().all(|part| units(part) <= limit), "{parts:?}");
        }
    }
}

//! Joins of places: phrases, NEAR and ONEAR.

use super::occurrence::Occurrence;
use crate::analysis::Unit;

/// Operands of one NEAR that are told apart; the parser allows no more.
const MOST_OPERANDS: usize = 8;

/// Where `parts` stand one after the other, with at most `slop` other words between, all in all.
pub(super) fn phrases(parts: &[Vec<Occurrence>], slop: u32, units: &[Unit]) -> Vec<Occurrence> {
    let Some((first, rest)) = parts.split_first() else { return Vec::new() };
    // Beginnings of the phrase found so far, with the words that they left out.
    let mut open: Vec<(Occurrence, u32)> = first.iter().map(|place| (*place, 0)).collect();
    for part in rest {
        let mut longer: Vec<(Occurrence, u32)> = Vec::new();
        for (place, skipped) in open {
            let from = part.partition_point(|next| next.first <= place.last);
            for next in &part[from..] {
                let between = match words_between(place.last, next.first, units) {
                    Between::Words(words) => words,
                    Between::Adjacent => 0,
                    Between::TooFar => break,
                };
                let adjacent = next.first == place.last + 1;
                if skipped + between > slop || (slop == 0 && !adjacent) {
                    break;
                }
                longer.push((place.to(*next), skipped + between));
            }
        }
        longer.sort_unstable();
        // Of several ways to one place, the one that left out least goes furthest.
        longer.dedup_by_key(|(place, _)| *place);
        open = longer;
    }
    open.into_iter().map(|(place, _)| place).collect()
}

/// Where one place of each operand stands with at most `within` words between neighbours.
pub(super) fn near(
    operands: &[Vec<Occurrence>],
    within: u32,
    ordered: bool,
    units: &[Unit],
) -> Vec<Occurrence> {
    if ordered || operands.len() > MOST_OPERANDS {
        return in_order(operands, within, units);
    }
    let all = (1u32 << operands.len()) - 1;
    let mut places: Vec<(Occurrence, usize)> = Vec::new();
    for (operand, found) in operands.iter().enumerate() {
        places.extend(found.iter().map(|place| (*place, operand)));
    }
    places.sort_unstable();
    // For each place, the sets of operands that a chain ending there has met, with where it began.
    let mut chains: Vec<Vec<(u32, Occurrence)>> = Vec::with_capacity(places.len());
    let mut found = Vec::new();
    for (index, &(place, operand)) in places.iter().enumerate() {
        let own = 1 << operand;
        let mut ending = vec![(own, place)];
        for earlier in (0..index).rev() {
            let (previous, _) = places[earlier];
            if previous.last >= place.first {
                continue;
            }
            if !is_within(previous.last, place.first, within, units) {
                // Earlier places may be longer and end later, yet not by more than any term is long.
                if place.first - previous.last > (within + 1) * LONGEST_WORD_UNITS {
                    break;
                }
                continue;
            }
            for (met, whole) in &chains[earlier] {
                let longer = (met | own, whole.to(place));
                // Of chains with the same operands, the shortest is enough.
                if met & own == 0 && !ending.iter().any(|(known, _)| *known == longer.0) {
                    ending.push(longer);
                }
            }
        }
        found.extend(ending.iter().filter(|(met, _)| *met == all).map(|(_, whole)| *whole));
        chains.push(ending);
    }
    found.sort_unstable();
    found.dedup();
    found
}

/// The fewest words between places of neighbouring operands, in whichever order; `None` when no two are
/// in one paragraph. Where several neighbours are too far apart, the farthest counts.
pub(super) fn least_between(operands: &[Vec<Occurrence>], units: &[Unit]) -> Option<u32> {
    let between = |a: &Occurrence, b: &Occurrence| {
        let (last, first) = if a.last < b.first { (a.last, b.first) } else { (b.last, a.first) };
        match (last < first).then(|| words_between(last, first, units))? {
            Between::Adjacent => Some(0),
            Between::Words(words) => Some(words),
            Between::TooFar => None,
        }
    };
    let neighbours = operands.windows(2).map(|pair| {
        let closest = |a: &Occurrence| {
            let after = pair[1].partition_point(|b| b.first < a.first);
            let beside = &pair[1][after.saturating_sub(1)..pair[1].len().min(after + 1)];
            beside.iter().filter_map(|b| between(a, b)).min()
        };
        pair[0].iter().filter_map(closest).min()
    });
    neighbours.collect::<Option<Vec<u32>>>()?.into_iter().max()
}

/// Units that a word of a script without spaces may have.
const LONGEST_WORD_UNITS: u32 = 24;

fn in_order(operands: &[Vec<Occurrence>], within: u32, units: &[Unit]) -> Vec<Occurrence> {
    let Some((first, rest)) = operands.split_first() else { return Vec::new() };
    let mut open = first.clone();
    for operand in rest {
        let mut longer: Vec<Occurrence> = Vec::new();
        for place in open {
            let from = operand.partition_point(|next| next.first <= place.last);
            let reached =
                operand[from..].iter().take_while(|next| is_within(place.last, next.first, within, units));
            longer.extend(reached.map(|next| place.to(*next)));
        }
        // Of places that end alike, the one that begins last is enough.
        longer.sort_unstable_by_key(|place| (place.last, std::cmp::Reverse(place.first)));
        longer.dedup_by_key(|place| place.last);
        longer.sort_unstable();
        open = longer;
    }
    open
}

enum Between {
    Adjacent,
    Words(u32),
    TooFar,
}

fn is_within(last: u32, first: u32, within: u32, units: &[Unit]) -> bool {
    match words_between(last, first, units) {
        Between::Adjacent => true,
        Between::Words(words) => words <= within,
        Between::TooFar => false,
    }
}

/// How many words stand between two units of which the first ends before the second begins.
fn words_between(last: u32, first: u32, units: &[Unit]) -> Between {
    let words = units[first as usize].word - units[last as usize].word;
    match words {
        0 | 1 => Between::Adjacent,
        words if words >= crate::analysis::PARAGRAPH_GAP => Between::TooFar,
        words => Between::Words(words - 1),
    }
}

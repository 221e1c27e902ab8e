//! Which stories have a feature: most features lead to one story, few to many.

use rustc_hash::FxHashMap;

/// A story's place in the index.
pub(super) type Slot = u32;

/// Marks a value of the map as a place in `many`.
const MANY: u32 = 1 << 31;
/// A feature of more stories tells none of them: it is not followed, and only counted until all of them are
/// over.
const MOST_FOLLOWED: usize = 1_000;
/// Entries read for one article at most. Whoever makes every article of the same few words makes each a
/// candidate for the story of any other.
const MOST_READ: usize = 2_000;

/// From features to slots; eight bytes for a feature of one story.
#[derive(Debug, Default)]
pub(super) struct Postings {
    map: FxHashMap<u32, u32>,
    many: Vec<Stories>,
    /// Places in `many` that are not used.
    free: Vec<u32>,
}

/// The stories that share a feature.
#[derive(Debug)]
enum Stories {
    Few(Vec<Slot>),
    TooMany(u32),
}

impl Postings {
    /// The stories that have `feature`; none when too many do.
    fn get(&self, feature: u32) -> &[Slot] {
        let Some(value) = self.map.get(&feature) else { return &[] };
        if value & MANY == 0 {
            return std::slice::from_ref(value);
        }
        match self.many.get((value & !MANY) as usize) {
            Some(Stories::Few(slots)) => slots,
            Some(Stories::TooMany(_)) | None => &[],
        }
    }

    /// The stories that share `features`, those first that share most of them, with how many. Rare features
    /// lead, and common ones are left out once too much was read.
    pub(super) fn sharing(&self, features: impl Iterator<Item = u32>) -> Vec<(Slot, usize)> {
        let mut lists: Vec<&[Slot]> = features.map(|feature| self.get(feature)).collect();
        lists.sort_by_key(|slots| slots.len());
        let mut read: Vec<Slot> = Vec::new();
        for slots in lists {
            if read.len() + slots.len() > MOST_READ {
                break;
            }
            read.extend(slots);
        }
        read.sort_unstable();
        let mut found: Vec<(Slot, usize)> =
            read.chunk_by(|a, b| a == b).map(|same| (same[0], same.len())).collect();
        found.sort_unstable_by_key(|(slot, count)| (std::cmp::Reverse(*count), *slot));
        found
    }

    /// Notes that the story at `slot` has `feature`.
    pub(super) fn add(&mut self, feature: u32, slot: Slot) {
        let value = self.map.entry(feature).or_insert(slot);
        if *value == slot {
            return;
        }
        if *value & MANY == 0 {
            let first = Stories::Few(vec![*value]);
            let place = self.free.pop().unwrap_or(self.many.len() as u32);
            match self.many.get_mut(place as usize) {
                Some(unused) => *unused = first,
                None => self.many.push(first),
            }
            *value = place | MANY;
        }
        let Some(stories) = self.many.get_mut((*value & !MANY) as usize) else { return };
        match stories {
            Stories::Few(slots) if slots.contains(&slot) => {}
            Stories::Few(slots) if slots.len() < MOST_FOLLOWED => slots.push(slot),
            Stories::Few(slots) => *stories = Stories::TooMany(slots.len() as u32 + 1),
            Stories::TooMany(count) => *count += 1,
        }
    }

    /// Notes that it has it no more.
    pub(super) fn remove(&mut self, feature: u32, slot: Slot) {
        let Some(value) = self.map.get(&feature).copied() else { return };
        if value == slot {
            self.map.remove(&feature);
            return;
        }
        let Some(stories) = self.many.get_mut((value & !MANY) as usize).filter(|_| value & MANY != 0) else {
            return;
        };
        let is_over = match stories {
            Stories::Few(slots) => {
                slots.retain(|other| *other != slot);
                slots.is_empty()
            }
            Stories::TooMany(count) => {
                *count -= 1;
                *count == 0
            }
        };
        if is_over {
            *stories = Stories::Few(Vec::new());
            self.free.push(value & !MANY);
            self.map.remove(&feature);
        }
    }

    /// Whether no story has any feature.
    #[cfg(test)]
    pub(super) fn is_empty(&self) -> bool {
        self.map.is_empty()
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let lists = self.many.iter().map(|stories| match stories {
            Stories::Few(slots) => slots.capacity() * size_of::<Slot>(),
            Stories::TooMany(_) => 0,
        });
        self.map.capacity() * 9 * 8 / 7 + self.many.capacity() * size_of::<Stories>() + lists.sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_added_is_found_until_it_is_removed() {
        let mut postings = Postings::default();
        for slot in 0..5 {
            postings.add(7, slot);
            postings.add(7, slot);
            postings.add(slot + 100, slot);
        }
        assert_eq!(postings.get(7), [0, 1, 2, 3, 4]);
        assert_eq!(postings.get(103), [3]);
        for slot in [2, 2, 4, 0, 1] {
            postings.remove(7, slot);
        }
        assert_eq!(postings.get(7), [3]);
        postings.remove(7, 3);
        assert_eq!(postings.get(7), [0; 0]);
        postings.add(8, 1);
        postings.add(8, 2);
        assert_eq!((postings.get(8), postings.many.len()), (&[1, 2][..], 1), "places are used again");
    }

    #[test]
    fn a_feature_of_very_many_stories_is_not_followed_until_they_are_over() {
        let mut postings = Postings::default();
        let many = MOST_FOLLOWED as u32 + 1;
        (0..many).for_each(|slot| postings.add(7, slot));
        assert!(postings.get(7).is_empty());
        (1..many).for_each(|slot| postings.remove(7, slot));
        assert!(postings.get(7).is_empty());
        postings.remove(7, 0);
        postings.add(7, 3);
        assert_eq!(postings.get(7), [3]);
    }

    #[test]
    fn stories_are_found_by_what_they_share_and_rare_features_first() {
        let mut postings = Postings::default();
        (0..900).for_each(|slot| [1, 2, 3].iter().for_each(|feature| postings.add(*feature, slot)));
        for (feature, slot) in [(10, 950), (11, 950), (11, 3), (12, 950)] {
            postings.add(feature, slot);
        }
        let found = postings.sharing([1, 2, 3, 10, 11, 12].into_iter());
        assert_eq!(
            (&found[..2], found.len()),
            (&[(3, 3), (950, 3)][..], 901),
            "the third common one is too much"
        );
        assert_eq!(postings.sharing([10, 11, 99].into_iter()), [(950, 2), (3, 1)]);
    }
}

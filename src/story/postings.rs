//! Which stories have a feature: most features lead to one story, few to many.

use rustc_hash::FxHashMap;

/// A story's place in the index.
pub(super) type Slot = u32;

/// Marks a value of the map as a place in `many`.
const MANY: u32 = 1 << 31;
/// A feature of more stories tells none of them: it is not followed, though it is counted.
const MOST_FOLLOWED: usize = 1_000;

/// From features to slots; eight bytes for a feature of one story.
#[derive(Debug, Default)]
pub(super) struct Postings {
    map: FxHashMap<u32, u32>,
    many: Vec<Vec<Slot>>,
    /// Places in `many` that are not used.
    free: Vec<u32>,
}

impl Postings {
    /// The stories that have `feature`; none when too many do.
    pub(super) fn get(&self, feature: u32) -> &[Slot] {
        let Some(value) = self.map.get(&feature) else { return &[] };
        if value & MANY == 0 {
            return std::slice::from_ref(value);
        }
        let slots = self.many.get((value & !MANY) as usize).map_or(&[][..], Vec::as_slice);
        if slots.len() > MOST_FOLLOWED { &[] } else { slots }
    }

    /// Notes that the story at `slot` has `feature`; it had not before.
    pub(super) fn add(&mut self, feature: u32, slot: Slot) {
        let value = self.map.entry(feature).or_insert(slot);
        if *value == slot {
            return;
        }
        if *value & MANY == 0 {
            let first = *value;
            let place = self.free.pop().unwrap_or_else(|| {
                self.many.push(Vec::new());
                self.many.len() as u32 - 1
            });
            *value = place | MANY;
            self.many[place as usize].push(first);
        }
        let slots = &mut self.many[(*value & !MANY) as usize];
        if !slots.contains(&slot) || slots.len() > MOST_FOLLOWED {
            slots.push(slot);
        }
    }

    /// Notes that it has it no more.
    pub(super) fn remove(&mut self, feature: u32, slot: Slot) {
        let Some(value) = self.map.get(&feature).copied() else { return };
        if value == slot {
            self.map.remove(&feature);
        } else if value & MANY != 0 {
            let place = value & !MANY;
            let slots = &mut self.many[place as usize];
            slots.retain(|other| *other != slot);
            if slots.is_empty() {
                slots.shrink_to_fit();
                self.free.push(place);
                self.map.remove(&feature);
            }
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        let lists: usize = self.many.iter().map(|slots| slots.capacity() * size_of::<Slot>()).sum();
        self.map.capacity() * 9 * 8 / 7 + self.many.capacity() * size_of::<Vec<Slot>>() + lists
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
    fn a_feature_of_very_many_stories_is_not_followed() {
        let mut postings = Postings::default();
        (0..=MOST_FOLLOWED as u32).for_each(|slot| postings.add(7, slot));
        assert!(postings.get(7).is_empty());
        postings.remove(7, 0);
        assert_eq!(postings.get(7).len(), MOST_FOLLOWED);
    }
}

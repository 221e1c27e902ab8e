//! Sets of small numbers, one bit each: a question about one of thousands of atoms or watches is answered
//! from a few kilobytes.

/// Numbers below a bound.
#[derive(Clone, Debug)]
pub(super) struct BitSet(Vec<u64>);

impl BitSet {
    /// An empty set of numbers below `bound`.
    pub(super) fn below(bound: usize) -> Self {
        Self(vec![0; bound.div_ceil(64)])
    }

    pub(super) fn insert(&mut self, number: u32) {
        self.0[number as usize / 64] |= 1 << (number % 64);
    }

    pub(super) fn extend<'n>(&mut self, numbers: impl IntoIterator<Item = &'n u32>) {
        numbers.into_iter().for_each(|number| self.insert(*number));
    }

    pub(super) fn contains(&self, number: u32) -> bool {
        self.0[number as usize / 64] & (1 << (number % 64)) != 0
    }

    /// Ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        self.0.iter().zip(0..).flat_map(|(word, index)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(index * 64 + bit)
            })
        })
    }
}

/// The position of each number of a set among its numbers.
#[derive(Debug)]
pub(super) struct Ranks {
    set: BitSet,
    /// How many numbers are in the words of bits before each.
    before: Vec<u32>,
    len: usize,
}

impl Ranks {
    pub(super) fn of(set: BitSet) -> Self {
        let mut len = 0;
        let before = set.0.iter().map(|word| {
            len += word.count_ones();
            len - word.count_ones()
        });
        Self { before: before.collect(), len: len as usize, set }
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// How many numbers of the set are less than `number`; `None` when it is not in the set.
    pub(super) fn rank(&self, number: u32) -> Option<u32> {
        let (index, bit) = (number as usize / 64, 1 << (number % 64));
        let word = self.set.0[index];
        (word & bit != 0).then(|| self.before[index] + (word & (bit - 1)).count_ones())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_numbers_of_a_set_come_back_ascending_and_ranked() {
        let numbers = [0, 63, 64, 191];
        let mut set = BitSet::below(192);
        set.extend(numbers.iter().rev());
        assert_eq!(set.iter().collect::<Vec<_>>(), numbers);
        assert!(set.contains(64) && !set.contains(65));
        let ranks = Ranks::of(set);
        assert_eq!(numbers.map(|number| ranks.rank(number)), [Some(0), Some(1), Some(2), Some(3)]);
        assert_eq!((ranks.rank(1), ranks.len()), (None, 4));
    }
}

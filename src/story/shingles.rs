//! Sampled shingles: which sequences of three words a text has, of a long text a fair sample.
//!
//! A sample is all hashes below a limit, so that two samples compare below the lower of their limits as if
//! both texts had been taken whole.

use super::sketch::Reader;

/// Words in a shingle.
const LENGTH: usize = 3;
/// A text of so few shingles is taken whole.
const WHOLE: usize = 64;
/// The limit of longer ones: a quarter of all hashes.
const QUARTER: u32 = u32::MAX / 4;
/// Hashes kept at most.
const MOST: usize = 128;
/// Texts that share fewer are no copies of each other.
const FEWEST_SHARED: usize = 4;

/// A sample of the shingles of a text.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shingles {
    /// Ascending, each once.
    hashes: Box<[u32]>,
    /// No hash above it was taken.
    limit: u32,
}

impl Shingles {
    /// The shingles of `texts`, each a list of words.
    pub(super) fn of(texts: &[Vec<u64>]) -> Self {
        let mut hashes: Vec<u32> = texts.iter().flat_map(|text| text.windows(LENGTH).map(hash)).collect();
        hashes.sort_unstable();
        hashes.dedup();
        let mut limit = u32::MAX;
        if hashes.len() > WHOLE {
            limit = QUARTER;
            hashes.truncate(hashes.partition_point(|hash| *hash <= limit));
        }
        if let Some(last) = hashes.get(MOST - 1).copied().filter(|_| hashes.len() > MOST) {
            limit = last;
            hashes.truncate(MOST);
        }
        Self { hashes: hashes.into(), limit }
    }

    /// Every hash of the sample.
    pub(super) fn hashes(&self) -> &[u32] {
        &self.hashes
    }

    /// How much of the smaller text is in the other, from 0 to 1; 0 where too little is shared to tell.
    pub(super) fn containment(&self, other: &Self) -> f32 {
        let limit = self.limit.min(other.limit);
        let (a, b) = (self.below(limit), other.below(limit));
        let shared = shared(a, b);
        let smaller = a.len().min(b.len());
        if shared < FEWEST_SHARED { 0.0 } else { shared as f32 / smaller as f32 }
    }

    /// How much of all that both texts say is said by both, from 0 to 1.
    pub(super) fn resemblance(&self, other: &Self) -> f32 {
        let limit = self.limit.min(other.limit);
        let (a, b) = (self.below(limit), other.below(limit));
        let shared = shared(a, b);
        let all = a.len() + b.len() - shared;
        if all == 0 { 0.0 } else { shared as f32 / all as f32 }
    }

    fn below(&self, limit: u32) -> &[u32] {
        &self.hashes[..self.hashes.partition_point(|hash| *hash <= limit)]
    }

    pub(super) fn write(&self, out: &mut Vec<u8>) {
        out.extend(self.limit.to_le_bytes());
        out.push(self.hashes.len() as u8);
        self.hashes.iter().for_each(|hash| out.extend(hash.to_le_bytes()));
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Option<Self> {
        let limit = reader.u32()?;
        let count = reader.u8()?;
        Some(Self { hashes: (0..count).map(|_| reader.u32()).collect::<Option<_>>()?, limit })
    }
}

/// How many values two ascending lists share.
pub(super) fn shared(a: &[u32], b: &[u32]) -> usize {
    let (mut shared, mut at) = (0, 0);
    for value in a {
        at += b[at..].partition_point(|other| other < value);
        shared += usize::from(b.get(at) == Some(value));
    }
    shared
}

fn hash(words: &[u64]) -> u32 {
    const MULTIPLIER: u64 = 0x9E37_79B9_7F4A_7C15;
    let mixed = words.iter().fold(0, |hash: u64, word| {
        let hash = (hash.rotate_left(5) ^ word).wrapping_mul(MULTIPLIER);
        hash ^ (hash >> 32)
    });
    (mixed >> 16) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(range: std::ops::Range<u64>) -> Vec<Vec<u64>> {
        vec![range.map(|word| word.wrapping_mul(0x1234_5678_9ABC_DEF1)).collect()]
    }

    /// A text of the words `0..length` against one of the words `range`.
    fn check(length: u64, range: std::ops::Range<u64>, expected: std::ops::RangeInclusive<f32>) {
        let (a, b) = (Shingles::of(&words(0..length)), Shingles::of(&words(range.clone())));
        let found = a.containment(&b);
        assert_eq!(found, b.containment(&a));
        assert!(expected.contains(&found), "{length} against {range:?}: {found}");
    }

    #[test]
    fn containment_is_that_of_the_whole_texts_whatever_was_sampled() {
        check(20, 0..20, 1.0..=1.0);
        check(20, 50..70, 0.0..=0.0);
        check(400, 0..160, 1.0..=1.0);
        check(400, 0..40, 1.0..=1.0);
        check(400, 200..600, 0.35..=0.65);
        check(5_000, 0..400, 1.0..=1.0);
        check(5_000, 4_000..6_000, 0.3..=0.7);
        check(50_000, 0..50_000, 1.0..=1.0);
    }

    #[test]
    fn few_shared_shingles_prove_nothing() {
        check(5, 0..5, 0.0..=0.0);
        check(6, 0..6, 1.0..=1.0);
    }

    #[test]
    fn a_sample_is_small_and_reads_back_as_it_was_written() {
        for length in [0, 2, 3, 60, 400, 100_000] {
            let shingles = Shingles::of(&words(0..length));
            assert!(shingles.hashes.len() <= MOST);
            let mut bytes = Vec::new();
            shingles.write(&mut bytes);
            assert_eq!(Shingles::read(&mut Reader(&bytes)), Some(shingles));
        }
    }
}

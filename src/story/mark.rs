//! What a text has in common with its translations: names, numbers, abbreviations, and words of the
//! [vocabulary](super::vocabulary). What a mark is worth is not told here.

use super::sound::Sound;
use crate::analysis::key_of;

/// What a mark is read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// A name, by its [sound](super::sound::Sound).
    Name = 1,
    /// A number, by its digits.
    Number,
    /// An abbreviation, or a word of Latin letters in a text of others.
    Letters,
    /// A state or city.
    Place,
    /// A union of states, an agency, a movement.
    Organisation,
    /// What the news is about.
    Event,
}

/// Bits of what a mark says, below those of its kind.
const PAYLOAD: u32 = 27;

/// One of the things that an article is recognised by in another language, in 30 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Mark(u32);

impl Mark {
    /// A word of this kind: an abbreviation, or the name under which a list has it.
    pub(super) fn word(kind: Kind, word: &str) -> Self {
        Self::new(kind, (key_of(word) >> 32) as u32)
    }

    /// A mark of `kind`; of `payload`, the lowest 27 bits count.
    fn new(kind: Kind, payload: u32) -> Self {
        Self((kind as u32) << PAYLOAD | payload & ((1 << PAYLOAD) - 1))
    }

    /// A name of this sound.
    pub(super) fn name(sound: Sound) -> Self {
        Self::new(Kind::Name, sound.bits())
    }

    /// The sound of a name.
    pub(super) fn sound(self) -> Option<Sound> {
        (self.kind() == Kind::Name).then(|| Sound::from_bits(self.0 & ((1 << PAYLOAD) - 1)))
    }

    /// How many digits of a number tell, from 2 to 5; more count as 5.
    pub(super) fn digits(self) -> Option<u32> {
        (self.kind() == Kind::Number).then_some((self.0 & 3) + 2)
    }

    /// The number with these telling digits, at least two.
    pub(super) fn number(digits: &str) -> Self {
        let digest = (key_of(digits) >> 32) as u32;
        Self::new(Kind::Number, digest & !3 | (digits.len().min(5) as u32).saturating_sub(2))
    }

    /// What it was read from.
    pub(super) fn kind(self) -> Kind {
        match self.0 >> PAYLOAD {
            1 => Kind::Name,
            2 => Kind::Number,
            3 => Kind::Letters,
            4 => Kind::Place,
            5 => Kind::Organisation,
            _ => Kind::Event,
        }
    }

    /// Its bits.
    pub(super) fn bits(self) -> u32 {
        self.0
    }

    /// The mark of a text, whose title it stands in or not.
    pub(super) fn marked(self, in_title: bool) -> Marked {
        Marked(self.0 << 1 | u32::from(in_title))
    }
}

/// A mark of a text, and whether it stands in its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Marked(u32);

impl Marked {
    /// Reads [`bits`](Self::bits).
    pub(super) fn from_bits(bits: u32) -> Self {
        Self(bits)
    }

    /// As stored.
    pub(super) fn bits(self) -> u32 {
        self.0
    }

    /// Which.
    pub(super) fn mark(self) -> Mark {
        Mark(self.0 >> 1)
    }

    /// Whether it stands in the title.
    pub(super) fn in_title(self) -> bool {
        self.0 & 1 == 1
    }
}

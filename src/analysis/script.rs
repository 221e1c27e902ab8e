//! Writing systems, as far as matching treats them differently.

/// A writing system, or a group of them that is treated alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Script {
    Latin,
    Cyrillic,
    Greek,
    Arabic,
    Hebrew,
    Devanagari,
    /// Words are separated by spaces, but particles attach to them.
    Hangul,
    Han,
    Hiragana,
    Katakana,
    Thai,
    Lao,
    Khmer,
    Burmese,
    /// A decimal digit of any script.
    Digit,
    /// Letters of any other script, all of which put spaces between words.
    Other,
}

impl Script {
    /// The script of a letter, mark or digit; meaningless for punctuation.
    pub(crate) fn of(c: char) -> Self {
        match c as u32 {
            0x30..=0x39 | 0xFF10..=0xFF19 => Self::Digit,
            0x41..=0x24F | 0x1E00..=0x1EFF | 0x2C60..=0x2C7F | 0xA720..=0xA7FF | 0xFF21..=0xFF5A => {
                Self::Latin
            }
            0x250..=0x2AF | 0xFB00..=0xFB06 => Self::Latin,
            0x370..=0x3FF | 0x1F00..=0x1FFF => Self::Greek,
            0x400..=0x52F | 0x1C80..=0x1C8F | 0x2DE0..=0x2DFF | 0xA640..=0xA69F => Self::Cyrillic,
            0x590..=0x5FF | 0xFB1D..=0xFB4F => Self::Hebrew,
            0x660..=0x669 | 0x6F0..=0x6F9 | 0x966..=0x96F => Self::Digit,
            0xE50..=0xE59 | 0xED0..=0xED9 | 0x1040..=0x1049 | 0x17E0..=0x17E9 => Self::Digit,
            0x600..=0x6FF | 0x750..=0x77F | 0x8A0..=0x8FF | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC => Self::Arabic,
            0x900..=0x97F | 0xA8E0..=0xA8FF => Self::Devanagari,
            0xE00..=0xE7F => Self::Thai,
            0xE80..=0xEFF => Self::Lao,
            0x1000..=0x109F | 0xA9E0..=0xA9FF | 0xAA60..=0xAA7F => Self::Burmese,
            0x1780..=0x17FF | 0x19E0..=0x19FF => Self::Khmer,
            0x1100..=0x11FF | 0x3130..=0x318F | 0xA960..=0xA97F | 0xAC00..=0xD7FF | 0xFFA0..=0xFFDC => {
                Self::Hangul
            }
            0x3041..=0x309F => Self::Hiragana,
            0x30A0..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F => Self::Katakana,
            0x3005
            | 0x3007
            | 0x2E80..=0x2FDF
            | 0x3400..=0x4DBF
            | 0x4E00..=0x9FFF
            | 0xF900..=0xFAFF
            | 0x20000..=0x3FFFF => Self::Han,
            _ => Self::Other,
        }
    }

    /// Whether it is written without spaces between words, so that words must be found by a dictionary.
    pub(crate) fn is_dense(self) -> bool {
        self.is_east_asian() || self.is_south_east_asian()
    }

    /// Han and kana.
    pub(crate) fn is_east_asian(self) -> bool {
        matches!(self, Self::Han | Self::Hiragana | Self::Katakana)
    }

    /// Thai, Lao, Khmer and Burmese.
    pub(crate) fn is_south_east_asian(self) -> bool {
        matches!(self, Self::Thai | Self::Lao | Self::Khmer | Self::Burmese)
    }
}

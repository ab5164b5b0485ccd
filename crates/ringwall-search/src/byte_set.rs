//! Sets of bytes.

use std::ops::RangeInclusive;

use regex_syntax::hir::{Class, ClassBytes};

/// Up to so many bytes the sum of their bits is faster than a table of all bytes.
const SHORT: usize = 96;

/// A set of bytes: those that a text has, that a pattern needs, or that a transformation changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ByteSet([u64; 4]);

impl ByteSet {
    /// No byte.
    pub const EMPTY: ByteSet = ByteSet([0; 4]);
    /// Every byte.
    pub const ALL: ByteSet = ByteSet([u64::MAX; 4]);
    /// White space as C knows it.
    pub const SPACE: ByteSet = ByteSet::of(b" \t\n\r\x0b\x0c");
    /// `A` to `Z`.
    pub const UPPER: ByteSet = ByteSet::range(b'A'..=b'Z');
    /// `a` to `z`.
    pub const LOWER: ByteSet = ByteSet::range(b'a'..=b'z');

    /// Those bytes.
    pub const fn of(bytes: &[u8]) -> ByteSet {
        let mut set = ByteSet::EMPTY;
        let mut at = 0;
        while at < bytes.len() {
            set = set.with(bytes[at]);
            at += 1;
        }
        set
    }

    /// All bytes of a range.
    pub const fn range(range: RangeInclusive<u8>) -> ByteSet {
        let mut set = ByteSet::EMPTY;
        let mut byte = *range.start() as u16;
        while byte <= *range.end() as u16 {
            set = set.with(byte as u8);
            byte += 1;
        }
        set
    }

    /// The bytes that a text has.
    pub fn in_text(text: &[u8]) -> ByteSet {
        if text.len() <= SHORT {
            return ByteSet::of(text);
        }
        // A store for each byte is faster than bits that wait for each other.
        let mut seen = [false; 256];
        for byte in text {
            seen[usize::from(*byte)] = true;
        }
        let word = |own: &[bool]| own.iter().enumerate().fold(0, |word, (at, has)| word | u64::from(*has) << at);
        ByteSet([word(&seen[..64]), word(&seen[64..128]), word(&seen[128..192]), word(&seen[192..])])
    }

    /// The bytes of a class of an expression; every byte where it has characters beyond ASCII.
    pub(crate) fn of_class(class: &Class) -> ByteSet {
        let ranges = |class: &ClassBytes| {
            let ranges = class.ranges().iter().map(|own| ByteSet::range(own.start()..=own.end()));
            ranges.fold(ByteSet::EMPTY, ByteSet::union)
        };
        match class {
            Class::Bytes(class) => ranges(class),
            Class::Unicode(class) => class.to_byte_class().map_or(ByteSet::ALL, |class| ranges(&class)),
        }
    }

    /// These, and one more.
    #[must_use]
    pub const fn with(mut self, byte: u8) -> ByteSet {
        self.0[(byte >> 6) as usize] |= 1 << (byte & 63);
        self
    }

    /// These and those.
    #[must_use]
    pub const fn union(self, other: ByteSet) -> ByteSet {
        let (a, b) = (self.0, other.0);
        ByteSet([a[0] | b[0], a[1] | b[1], a[2] | b[2], a[3] | b[3]])
    }

    /// All that are not in it.
    #[must_use]
    pub const fn complement(self) -> ByteSet {
        let own = self.0;
        ByteSet([!own[0], !own[1], !own[2], !own[3]])
    }

    /// Whether a byte is in it.
    pub const fn has(self, byte: u8) -> bool {
        self.0[(byte >> 6) as usize] & 1 << (byte & 63) != 0
    }

    /// Whether a byte is in both.
    pub const fn meets(self, other: ByteSet) -> bool {
        let (a, b) = (self.0, other.0);
        a[0] & b[0] | a[1] & b[1] | a[2] & b[2] | a[3] & b[3] != 0
    }

    /// Whether no byte is in it.
    pub const fn is_empty(self) -> bool {
        !self.meets(ByteSet::ALL)
    }

    /// How many bytes are in it.
    pub const fn len(self) -> u32 {
        self.0[0].count_ones() + self.0[1].count_ones() + self.0[2].count_ones() + self.0[3].count_ones()
    }

    /// The bytes in it, in their order.
    pub fn iter(self) -> impl Iterator<Item = u8> {
        (0..=u8::MAX).filter(move |byte| self.has(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_put_in_is_in_and_nothing_else() {
        let set = ByteSet::of(&[0, 63, 64, 200, 255]);
        assert_eq!(set.iter().collect::<Vec<_>>(), [0, 63, 64, 200, 255]);
        assert_eq!((set.len(), set.complement().len()), (5, 251));
        assert_eq!(ByteSet::range(250..=255), ByteSet::in_text(&[250, 251, 252, 253, 254, 255, 255]));
        assert!(set.meets(ByteSet::range(60..=63)) && !set.meets(ByteSet::range(1..=62)));
        assert!(ByteSet::in_text(b"").is_empty() && !set.is_empty());
        for length in SHORT - 1..SHORT + 2 {
            let text: Vec<u8> = (0..length as u8).map(|own| own.wrapping_mul(3)).collect();
            assert_eq!(ByteSet::in_text(&text), ByteSet::of(&text), "{length} bytes");
        }
        assert_eq!(set.union(set.complement()), ByteSet::ALL);
    }
}

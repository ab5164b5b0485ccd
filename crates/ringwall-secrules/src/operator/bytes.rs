//! `@validateByteRange` and `@validateUrlEncoding`: bytes that must not be there.

use std::ops::Range;

/// The bytes that may be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByteRange([bool; 256]);

impl ByteRange {
    /// Reads `1-255` or `32-36,38`.
    pub fn read(text: &str) -> Result<ByteRange, String> {
        let mut allowed = [false; 256];
        for part in text.split(',') {
            let (first, last) = part.split_once('-').unwrap_or((part, part));
            let number = |own: &str| own.trim().parse::<usize>().ok().filter(|own| *own < 256);
            let (Some(first), Some(last)) = (number(first), number(last)) else {
                return Err(format!("`{part}` is no range of bytes"));
            };
            allowed.get_mut(first..=last).ok_or_else(|| format!("`{part}` ends before it begins"))?.fill(true);
        }
        Ok(ByteRange(allowed))
    }

    /// Where the first byte is that must not be there.
    pub fn find(&self, value: &[u8]) -> Option<Range<usize>> {
        value.iter().position(|byte| !self.0[usize::from(*byte)]).map(|place| place..place + 1)
    }

    /// Whether a byte may be there.
    pub fn allows(&self, byte: u8) -> bool {
        self.0[usize::from(byte)]
    }
}

/// Where `%` stands before something else than two hexadecimal digits.
pub fn wrong_escape(value: &[u8]) -> Option<Range<usize>> {
    let is_wrong = |place: &usize| {
        let digits = value.get(place + 1..place + 3);
        !digits.is_some_and(|digits| digits.iter().all(u8::is_ascii_hexdigit))
    };
    memchr::memchr_iter(b'%', value).find(is_wrong).map(|place| place..value.len().min(place + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_outside_a_range_are_found() {
        let range = ByteRange::read("32-36, 38-126").unwrap();
        assert_eq!(range.find(b"a%b"), Some(1..2));
        assert_eq!(range.find(b"ab"), None);
        assert!(ByteRange::read("5-3").is_err() && ByteRange::read("256").is_err() && ByteRange::read("x").is_err());
    }

    #[test]
    fn wrong_escapes_are_found() {
        assert_eq!(wrong_escape(b"a%20%2"), Some(4..6));
        assert_eq!(wrong_escape(b"%zz"), Some(0..3));
        assert_eq!(wrong_escape(b"a%41%5a"), None);
    }
}

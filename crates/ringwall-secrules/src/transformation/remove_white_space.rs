//! `removeWhitespace`: white space, and the bytes of a non-breaking one.

use std::borrow::Cow;

/// The text without them.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r' | 0xa0 | 0xc2);
    if !input.iter().any(is_space) {
        return Cow::Borrowed(input);
    }
    Cow::Owned(input.iter().copied().filter(|byte| !is_space(byte)).collect())
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn white_space_goes() {
        assert_eq!(apply(b" a\t\x0b\xc2\xa0b\r\n"), b"ab".as_slice());
        assert_eq!(apply(b"ab"), b"ab".as_slice());
    }
}

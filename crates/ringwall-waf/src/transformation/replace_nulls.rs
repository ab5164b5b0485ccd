//! REPLACE_NULLS: bytes of zero become spaces (WAF-95).

use std::borrow::Cow;

use super::bytes::{Written, rewrite};

/// The text with spaces for zeros.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    rewrite(input, |rest| (rest[0] == 0).then_some((1, Written::Byte(b' '))))
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn zeros_become_spaces() {
        assert_eq!(apply(b"un\0\0ion"), b"un  ion".as_slice());
    }
}

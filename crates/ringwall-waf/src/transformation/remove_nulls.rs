//! REMOVE_NULLS: bytes of zero are left out (WAF-95).

use std::borrow::Cow;

use super::bytes::{Written, rewrite};

/// The text without zeros.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    rewrite(input, |rest| (rest[0] == 0).then_some((1, Written::Nothing)))
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn zeros_go() {
        assert_eq!(apply(b"\0un\0ion\0"), b"union".as_slice());
    }
}

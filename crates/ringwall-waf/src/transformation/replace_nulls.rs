//! REPLACE_NULLS: bytes of zero become spaces (WAF-95).

use ringwall_search::Made;

use super::bytes::{Written, rewrite};

/// The text with spaces for zeros.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| (rest[0] == 0).then_some((1, Written::Byte(b' '))))
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn zeros_become_spaces() {
        assert_eq!(made(apply, b"un\0\0ion"), b"un  ion".as_slice());
    }
}

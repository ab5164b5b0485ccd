//! URL_DECODE: `%HH` is a byte, `+` a space, as in forms; what is no escape stays (WAF-97).

use ringwall_search::Made;

use super::bytes::{Written, hex_pair, rewrite};

/// Decodes the text.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| match rest[0] {
        b'+' => Some((1, Written::Byte(b' '))),
        b'%' => hex_pair(&rest[1..]).map(|byte| (3, Written::Byte(byte))),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn escapes_are_decoded_once() {
        assert_eq!(made(apply, b"a%2fb+c"), b"a/b c".as_slice());
        assert_eq!(made(apply, b"%2527"), b"%27".as_slice());
        assert_eq!(made(apply, b"%2x%"), b"%2x%".as_slice());
    }
}

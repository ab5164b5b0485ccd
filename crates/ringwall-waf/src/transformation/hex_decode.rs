//! HEX_DECODE: a string of hexadecimal digits is the bytes that they stand for (WAF-90).
//!
//! What is no digit counts by its bits as in ModSecurity, which AWS took the transformation from, so that junk between digits
//! does not end the decoding; a last single digit is left out.

use ringwall_search::Made;

/// Decodes the text.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    if input.is_empty() {
        return Made::Same;
    }
    let pairs = input.chunks_exact(2);
    output.extend(pairs.map(|pair| digit(pair[0]).wrapping_shl(4).wrapping_add(digit(pair[1]))));
    Made::Written
}

/// A digit's value, and for other bytes the value that the same arithmetic gives.
fn digit(byte: u8) -> u8 {
    if byte >= b'A' { (byte & 0xdf).wrapping_sub(b'A').wrapping_add(10) } else { byte.wrapping_sub(b'0') }
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn digits_become_bytes() {
        assert_eq!(made(apply, b"3C736372697074"), b"<script".as_slice());
        assert_eq!(made(apply, b"414"), b"A".as_slice());
        assert_eq!(made(apply, b"a"), b"".as_slice());
    }
}

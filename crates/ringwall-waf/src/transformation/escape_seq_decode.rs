//! ESCAPE_SEQ_DECODE: the escapes of ANSI C (WAF-89).
//!
//! Of an escape that C does not know the backslash is left out and the rest stays, as in ModSecurity, which AWS took the
//! transformation from. A backslash at the end stays.

use ringwall_search::Made;

use super::bytes::{Written, control, hex_pair, octal, rewrite};

/// Decodes the text.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| {
        let [b'\\', letter, behind @ ..] = rest else { return None };
        if let Some(byte) = control(*letter) {
            return Some((2, Written::Byte(byte)));
        }
        if let (b'x' | b'X', Some(byte)) = (letter, hex_pair(behind)) {
            return Some((4, Written::Byte(byte)));
        }
        if let Some((byte, digits)) = octal(&rest[1..], 3) {
            return Some((1 + digits, Written::Byte(byte)));
        }
        Some((2, Written::Byte(*letter)))
    })
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn escapes_become_bytes() {
        assert_eq!(made(apply, br"\x3cscript\76\n\?\q\"), b"<script>\n?q\\".as_slice());
    }
}

//! URL_DECODE_UNI: as URL_DECODE, and `%uHHHH` as Microsoft's servers know it (WAF-97).

use ringwall_search::Made;

use super::bytes::{Written, hex_pair, hex_quad, rewrite};

/// Decodes the text.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| match rest {
        [b'+', ..] => Some((1, Written::Byte(b' '))),
        [b'%', b'u' | b'U', digits @ ..] => hex_quad(digits).map(|byte| (6, Written::Byte(byte))),
        [b'%', digits @ ..] => hex_pair(digits).map(|byte| (3, Written::Byte(byte))),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn full_width_characters_are_ascii() {
        assert_eq!(made(apply, b"%uff1cscript%uFF1E"), b"<script>".as_slice());
        assert_eq!(made(apply, b"%u003cb%3e+"), b"<b> ".as_slice());
        assert_eq!(made(apply, b"%u00"), b"%u00".as_slice());
    }
}

//! MD5: the sixteen bytes of the text's digest, not their hexadecimal form (WAF-93).

use md5::{Digest, Md5};
use ringwall_search::Made;

/// The digest.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    output.extend_from_slice(&Md5::digest(input));
    Made::Written
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn the_digest_is_binary() {
        assert_eq!(made(apply, b"").len(), 16);
        assert_eq!(made(apply, b"")[..4], [0xd4, 0x1d, 0x8c, 0xd9]);
    }
}

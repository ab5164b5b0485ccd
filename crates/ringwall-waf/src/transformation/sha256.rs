//! SHA256: the thirty-two bytes of the text's digest, not their hexadecimal form (WAF-93).

use ringwall_search::Made;
use sha2::{Digest, Sha256};

/// The digest.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    output.extend_from_slice(&Sha256::digest(input));
    Made::Written
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn the_digest_is_binary() {
        assert_eq!(made(apply, b"").len(), 32);
        assert_eq!(made(apply, b"")[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    }
}

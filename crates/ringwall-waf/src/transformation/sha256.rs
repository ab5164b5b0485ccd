//! SHA256: the thirty-two bytes of the text's digest, not their hexadecimal form (WAF-93).

use std::borrow::Cow;

use sha2::{Digest, Sha256};

/// The digest.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    Cow::Owned(Sha256::digest(input).to_vec())
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn the_digest_is_binary() {
        assert_eq!(apply(b"").len(), 32);
        assert_eq!(apply(b"")[..4], [0xe3, 0xb0, 0xc4, 0x42]);
    }
}

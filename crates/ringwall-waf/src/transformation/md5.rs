//! MD5: the sixteen bytes of the text's digest, not their hexadecimal form (WAF-93).

use std::borrow::Cow;

use md5::{Digest, Md5};

/// The digest.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    Cow::Owned(Md5::digest(input).to_vec())
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn the_digest_is_binary() {
        assert_eq!(apply(b"").len(), 16);
        assert_eq!(apply(b"")[..4], [0xd4, 0x1d, 0x8c, 0xd9]);
    }
}

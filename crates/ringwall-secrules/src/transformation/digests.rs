//! `base64Encode`, `hexEncode`, `length`, `sha1`: another text that stands for the whole.

use std::borrow::Cow;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha1::{Digest, Sha1};

/// Base64, with padding.
pub fn base64_encode(input: &[u8]) -> Cow<'_, [u8]> {
    Cow::Owned(BASE64_STANDARD.encode(input).into_bytes())
}

/// Two lower-case digits for each byte.
pub fn hex_encode(input: &[u8]) -> Cow<'_, [u8]> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let pair = |byte: &u8| [DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]];
    Cow::Owned(input.iter().flat_map(pair).collect())
}

/// How many bytes there are.
pub fn length(input: &[u8]) -> Cow<'_, [u8]> {
    Cow::Owned(input.len().to_string().into_bytes())
}

/// Twenty bytes.
pub fn sha1(input: &[u8]) -> Cow<'_, [u8]> {
    Cow::Owned(Sha1::digest(input).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_stand_for_the_whole() {
        assert_eq!(base64_encode(b"abcd"), b"YWJjZA==".as_slice());
        assert_eq!(hex_encode(b"a\xff"), b"61ff".as_slice());
        assert_eq!(length(b""), b"0".as_slice());
        assert_eq!(hex_encode(&sha1(b"")), b"da39a3ee5e6b4b0d3255bfef95601890afd80709".as_slice());
    }
}

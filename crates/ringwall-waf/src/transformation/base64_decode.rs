//! BASE64_DECODE: strict decoding (WAF-85).
//!
//! As in ModSecurity, which AWS took the transformation from, a byte of zero ends the text, and a text that is not base64 is
//! left as nothing.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::GeneralPurposeConfig;
use base64::engine::{DecodePaddingMode, GeneralPurpose};

/// The standard alphabet, with or without padding.
const STRICT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes the text.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    let text = input.split(|byte| *byte == 0).next().unwrap_or_default();
    Cow::Owned(STRICT.decode(text).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn only_what_is_base64_is_decoded() {
        assert_eq!(apply(b"PHNjcmlwdD4="), b"<script>".as_slice());
        assert_eq!(apply(b"PHNjcmlwdD4"), b"<script>".as_slice());
        assert_eq!(apply(b"PHNj*cmlwdD4="), b"".as_slice());
    }
}

//! BASE64_DECODE: strict decoding (WAF-85).
//!
//! As in ModSecurity, which AWS took the transformation from, a byte of zero ends the text, and a text that is not base64 is
//! left as nothing.

use base64::Engine;
use base64::engine::general_purpose::GeneralPurposeConfig;
use base64::engine::{DecodePaddingMode, GeneralPurpose};
use ringwall_search::Made;

/// The standard alphabet, with or without padding.
const STRICT: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// Decodes the text.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    let text = input.split(|byte| *byte == 0).next().unwrap_or_default();
    if STRICT.decode_vec(text, output).is_err() {
        output.clear();
    }
    Made::Written
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn only_what_is_base64_is_decoded() {
        assert_eq!(made(apply, b"PHNjcmlwdD4="), b"<script>".as_slice());
        assert_eq!(made(apply, b"PHNjcmlwdD4"), b"<script>".as_slice());
        assert_eq!(made(apply, b"PHNj*cmlwdD4="), b"".as_slice());
    }
}

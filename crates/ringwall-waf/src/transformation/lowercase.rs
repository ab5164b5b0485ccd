//! LOWERCASE: `A` to `Z` become `a` to `z` (WAF-84).

use std::borrow::Cow;

/// The text in lower case; bytes beyond ASCII stay.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    if input.iter().any(u8::is_ascii_uppercase) {
        return Cow::Owned(input.to_ascii_lowercase());
    }
    Cow::Borrowed(input)
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn only_ascii_letters_change() {
        assert_eq!(apply("SeLeCt \u{c4}".as_bytes()), "select \u{c4}".as_bytes());
    }
}

//! UPPERCASE: `a` to `z` become `A` to `Z` (WAF-84).

use std::borrow::Cow;

/// The text in upper case; bytes beyond ASCII stay.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    if input.iter().any(u8::is_ascii_lowercase) {
        return Cow::Owned(input.to_ascii_uppercase());
    }
    Cow::Borrowed(input)
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn only_ascii_letters_change() {
        assert_eq!(apply("SeLeCt \u{e4}".as_bytes()), "SELECT \u{e4}".as_bytes());
    }
}

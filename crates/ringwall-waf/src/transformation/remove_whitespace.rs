//! REMOVE_WHITESPACE: all white space is left out (WAF-88).

use std::borrow::Cow;

use super::bytes::{Written, is_space, rewrite};

/// The text without white space, the non-breaking space included.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    rewrite(input, |rest| (is_space(rest[0]) || rest[0] == 160).then_some((1, Written::Nothing)))
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn nothing_but_white_space_goes() {
        assert_eq!(apply(b" un\tion\r\n\x0b\xa0"), b"union".as_slice());
    }
}

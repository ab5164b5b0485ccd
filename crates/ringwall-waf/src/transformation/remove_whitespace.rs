//! REMOVE_WHITESPACE: all white space is left out (WAF-88).

use ringwall_search::Made;

use super::bytes::{Written, is_space, rewrite};

/// The text without white space, the non-breaking space included.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| (is_space(rest[0]) || rest[0] == 160).then_some((1, Written::Nothing)))
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn nothing_but_white_space_goes() {
        assert_eq!(made(apply, b" un\tion\r\n\x0b\xa0"), b"union".as_slice());
    }
}

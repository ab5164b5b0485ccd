//! COMPRESS_WHITE_SPACE: white space and the non-breaking space become spaces, and runs of them one (WAF-88).

use ringwall_search::Made;

use super::bytes::{Written, is_space, rewrite};

/// The byte of the non-breaking space.
const NON_BREAKING: u8 = 160;

/// The text with single spaces.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| {
        let run = rest.iter().take_while(|byte| is_space(**byte) || **byte == NON_BREAKING).count();
        let is_plain = run == 0 || run == 1 && rest[0] == b' ';
        (!is_plain).then_some((run, Written::Byte(b' ')))
    })
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn runs_of_any_white_space_become_one_space() {
        assert_eq!(made(apply, b"union\t\r\n \x0b\x0c\xa0all  "), b"union all ".as_slice());
        assert_eq!(apply(b"union all", &mut Vec::new()), ringwall_search::Made::Same);
    }
}

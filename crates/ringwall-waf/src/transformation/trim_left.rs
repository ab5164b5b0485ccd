//! TRIM_LEFT: white space at the left end is left out (WAF-88).

use std::borrow::Cow;

use super::bytes::is_space;

/// The text without white space at the left end.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    let start = input.iter().take_while(|byte| is_space(**byte)).count();
    Cow::Borrowed(&input[start..])
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn white_space_is_left_out_there_alone() {
        assert_eq!(apply(b" \ta \t"), b"a \t".as_slice());
        assert_eq!(apply(b" \r\n"), b"".as_slice());
    }
}

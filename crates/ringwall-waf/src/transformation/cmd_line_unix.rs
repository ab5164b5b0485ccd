//! CMD_LINE_UNIX: as CMD_LINE, with what Unix shells ignore (WAF-87).

use std::borrow::Cow;

use super::bytes::is_space;
use super::trim;

/// The text as a Unix command line that is easy to compare.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    let mut output: Vec<u8> = Vec::with_capacity(input.len());
    for &byte in input {
        match byte {
            b'\\' | b'"' | b'\'' => {}
            _ if is_space(byte) => {
                if output.last() != Some(&b' ') {
                    output.push(b' ');
                }
            }
            _ => output.push(byte.to_ascii_lowercase()),
        }
    }
    Cow::Owned(trim::apply(&output).into_owned())
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn quotes_and_backslashes_go_and_carets_stay() {
        assert_eq!(apply(b" C\\a't' \t /etc^ "), b"cat /etc^".as_slice());
    }
}

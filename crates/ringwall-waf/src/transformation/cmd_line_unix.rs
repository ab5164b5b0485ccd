//! CMD_LINE_UNIX: as CMD_LINE, with what Unix shells ignore (WAF-87).

use ringwall_search::Made;

use super::bytes::is_space;

/// The text as a Unix command line that is easy to compare.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    for &byte in input {
        match byte {
            b'\\' | b'"' | b'\'' => {}
            _ if is_space(byte) => {
                if !matches!(output.last(), None | Some(b' ')) {
                    output.push(b' ');
                }
            }
            _ => output.push(byte.to_ascii_lowercase()),
        }
    }
    if output.last() == Some(&b' ') {
        output.pop();
    }
    Made::Written
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn quotes_and_backslashes_go_and_carets_stay() {
        assert_eq!(made(apply, b" C\\a't' \t /etc^ "), b"cat /etc^".as_slice());
    }
}

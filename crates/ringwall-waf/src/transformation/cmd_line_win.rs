//! CMD_LINE_WIN: as CMD_LINE, with what the shells of Windows ignore (WAF-87).

use ringwall_search::Made;

use super::bytes::is_space;

/// The text as a Windows command line that is easy to compare.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    let mut place = 0;
    while place < input.len() {
        let byte = input[place];
        place += 1;
        match byte {
            b'"' | b'\'' | b'`' => {}
            // A caret at the end of a line joins it to the next one.
            b'^' => {
                place += match input[place..] {
                    [b'\r', b'\n', ..] => 2,
                    [b'\n', ..] => 1,
                    _ => 0,
                };
            }
            b'\\' if output.last() == Some(&b'\\') => {}
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
    fn quotes_carets_and_continued_lines_go() {
        assert_eq!(made(apply, b" po^wer^\r\nshell `\"C:\\\\\\Windows\"\t x "), b"powershell c:\\windows x".as_slice());
    }
}

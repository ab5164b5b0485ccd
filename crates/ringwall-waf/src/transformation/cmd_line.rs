//! CMD_LINE: what shells ignore is left out, so that `c^o"m"mand /x` reads `command/x` (WAF-86).

use std::borrow::Cow;

/// The text as a command line that is easy to compare.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    let mut output = Vec::with_capacity(input.len());
    for &byte in input {
        match byte {
            b'\\' | b'"' | b'\'' | b'^' => {}
            b' ' | b',' | b';' | b'\t' | b'\r' | b'\n' => {
                if output.last() != Some(&b' ') {
                    output.push(b' ');
                }
            }
            b'/' | b'(' => {
                if output.last() == Some(&b' ') {
                    output.pop();
                }
                output.push(byte);
            }
            _ => output.push(byte.to_ascii_lowercase()),
        }
    }
    if output == input { Cow::Borrowed(input) } else { Cow::Owned(output) }
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn what_hides_a_command_goes() {
        assert_eq!(apply(b"C^m\"D\" ,; /c  echo (x)"), b"cmd/c echo(x)".as_slice());
        assert_eq!(apply(b"ls -l"), b"ls -l".as_slice());
    }
}

//! CMD_LINE: what shells ignore is left out, so that `c^o"m"mand /x` reads `command/x` (WAF-86).

use ringwall_search::Made;

/// The text as a command line that is easy to compare.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
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
    Made::Written
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn what_hides_a_command_goes() {
        assert_eq!(made(apply, b"C^m\"D\" ,; /c  echo (x)"), b"cmd/c echo(x)".as_slice());
        assert_eq!(made(apply, b"ls -l"), b"ls -l".as_slice());
    }
}

//! CSS_DECODE: the escapes of CSS 2: a backslash and one to six hexadecimal digits, and at most one white space behind (WAF-89).

use ringwall_search::Made;

use super::bytes::{Written, fold_full_width, hex, hex_pair, is_space, rewrite};

/// Decodes the text.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| {
        let escaped = rest.strip_prefix(b"\\")?;
        let digits = escaped.iter().take(6).take_while(|byte| hex(**byte).is_some()).count();
        Some(match (digits, escaped.first()) {
            (0, None) => (1, Written::Nothing),
            (0, Some(b'\n')) => (2, Written::Nothing),
            (0, Some(byte)) => (2, Written::Byte(*byte)),
            (digits, _) => {
                let space = usize::from(escaped.get(digits).is_some_and(|byte| is_space(*byte)));
                (1 + digits + space, Written::Byte(character(&escaped[..digits])))
            }
        })
    })
}

/// The byte that one to six digits stand for: the lower one of the number, full-width forms folded.
fn character(digits: &[u8]) -> u8 {
    let low = match digits.len() {
        1 => hex(digits[0]).unwrap_or_default(),
        length => hex_pair(&digits[length - 2..]).unwrap_or_default(),
    };
    let above = digits.len().saturating_sub(4);
    let is_in_plane = digits[..above].iter().all(|digit| *digit == b'0');
    let high = digits.get(above..above + 2).filter(|_| digits.len() >= 4 && is_in_plane).and_then(hex_pair);
    fold_full_width(high.unwrap_or_default(), low)
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn escapes_end_with_one_white_space() {
        assert_eq!(made(apply, b"ja\\vascript\\3a alert\\28 1\\029"), b"javascript:alert(1)".as_slice());
        assert_eq!(made(apply, b"\\ff1c\\00ff1e\\\n\\"), b"<>".as_slice());
    }
}

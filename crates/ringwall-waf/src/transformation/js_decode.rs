//! JS_DECODE: the escapes of JavaScript (WAF-92).

use ringwall_search::Made;

use super::bytes::{Written, control, hex_pair, hex_quad, octal, rewrite};

/// Decodes the text. Of an escape that is none the backslash is left out.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| {
        let [b'\\', letter, ..] = rest else { return None };
        numeric(rest).or_else(|| Some((2, Written::Byte(control(*letter).unwrap_or(*letter)))))
    })
}

/// An escape by number at the beginning of a text: `\uHHHH`, `\xHH`, or one to three octal digits of at most 377.
pub(super) fn numeric(rest: &[u8]) -> Option<(usize, Written)> {
    match rest {
        [b'\\', b'u', digits @ ..] => hex_quad(digits).map(|byte| (6, Written::Byte(byte))),
        [b'\\', b'x', digits @ ..] => hex_pair(digits).map(|byte| (4, Written::Byte(byte))),
        [b'\\', digits @ ..] => {
            let most = if matches!(digits.first(), Some(b'0'..=b'3')) { 3 } else { 2 };
            octal(digits, most).map(|(byte, used)| (1 + used, Written::Byte(byte)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn escapes_become_bytes() {
        assert_eq!(made(apply, br"\u003cscript\x3E\101\uff1c\'\q"), b"<script>A<'q".as_slice());
        assert_eq!(made(apply, br"\400\"), b" 0\\".as_slice(), "an octal escape is at most a byte");
    }
}

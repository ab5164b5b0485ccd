//! JS_DECODE_EXT: the escapes of JavaScript, and paths of Windows stay what they are (WAF-92).
//!
//! Decoded are escapes by number (`\uHHHH`, `\u{H…}`, `\xHH`) and of quotes and slashes. A backslash before any other letter or
//! digit stays, so that `C:\new\temp` keeps its names.

use ringwall_search::Made;

use super::bytes::{Written, fold_full_width, hex, rewrite};
use super::js_decode::numeric;

/// Decodes the text.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| match rest {
        [b'\\', b'u', b'{', digits @ ..] => braced(digits).map(|(byte, used)| (4 + used, Written::Byte(byte))),
        [b'\\', b'u' | b'x', ..] => numeric(rest),
        [b'\\', quoted @ (b'\'' | b'"' | b'`' | b'/'), ..] => Some((2, Written::Byte(*quoted))),
        _ => None,
    })
}

/// The byte that one to six digits before a closing brace stand for, and how many there are.
fn braced(text: &[u8]) -> Option<(u8, usize)> {
    let digits = text.iter().take(6).take_while(|byte| hex(**byte).is_some()).count();
    if digits == 0 || text.get(digits) != Some(&b'}') {
        return None;
    }
    let number =
        text[..digits].iter().filter_map(|byte| hex(*byte)).fold(0_u32, |sum, digit| sum << 4 | u32::from(digit));
    let high = if number > 0xffff { 0 } else { (number >> 8) as u8 };
    Some((fold_full_width(high, number as u8), digits))
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn escapes_by_number_are_decoded_and_paths_stay() {
        assert_eq!(made(apply, br"\u003cb\x3e\u{3c}\'\/"), b"<b><'/".as_slice());
        assert_eq!(made(apply, br"C:\new\temp\101"), br"C:\new\temp\101".as_slice());
    }
}

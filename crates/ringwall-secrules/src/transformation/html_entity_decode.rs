//! `htmlEntityDecode`: `&#65;`, `&#x41;` and five names.
//!
//! AWS's knows more names; rules of the Core Rule Set look for those themselves, and so they must stay.

use std::borrow::Cow;

const NAMES: [(&[u8], u8); 5] = [(b"quot", b'"'), (b"amp", b'&'), (b"lt", b'<'), (b"gt", b'>'), (b"nbsp", 160)];

/// Decodes the text. Of a number the lowest byte counts; the semicolon may be missing.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    let Some(first) = memchr::memchr(b'&', input) else { return Cow::Borrowed(input) };
    let mut output = Vec::with_capacity(input.len());
    output.extend_from_slice(&input[..first]);
    let mut rest = &input[first..];
    while let Some(byte) = rest.first() {
        match entity(rest) {
            Some((character, used)) => {
                output.push(character);
                rest = rest[used..].strip_prefix(b";").unwrap_or(&rest[used..]);
            }
            None => {
                output.push(*byte);
                rest = &rest[1..];
            }
        }
    }
    Cow::Owned(output)
}

/// The character at the beginning of a text, and how long it is without its semicolon.
fn entity(text: &[u8]) -> Option<(u8, usize)> {
    match text {
        [b'&', b'#', b'x' | b'X', digits @ ..] => number(digits, 16).map(|(byte, used)| (byte, used + 3)),
        [b'&', b'#', digits @ ..] => number(digits, 10).map(|(byte, used)| (byte, used + 2)),
        [b'&', name @ ..] => {
            let is_begun = |own: &[u8]| name.get(..own.len()).is_some_and(|begun| begun.eq_ignore_ascii_case(own));
            NAMES.iter().find(|(own, _)| is_begun(own)).map(|(own, byte)| (*byte, own.len() + 1))
        }
        _ => None,
    }
}

fn number(text: &[u8], base: u32) -> Option<(u8, usize)> {
    let digits = text.iter().map_while(|byte| (*byte as char).to_digit(base));
    let (value, used) =
        digits.fold((0_u32, 0), |(value, used), digit| (value.wrapping_mul(base).wrapping_add(digit), used + 1));
    (used > 0).then_some((value as u8, used))
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn entities_become_characters() {
        assert_eq!(apply(b"&lt;&#62;&#x0003C&#0000060;&QUOT&ltscript"), b"<><<\"<script".as_slice());
        assert_eq!(apply(b"a&b=c&Tab;&#;&#x;&"), b"a&b=c&Tab;&#;&#x;&".as_slice());
    }
}

//! UTF8_TO_UNICODE: characters beyond ASCII become `%uHHHH` (WAF-97).
//!
//! What is no UTF-8 stays as it is. An overlong form is written as the character that it stands for, because lenient readers
//! take it for that; a byte above follows it as a trace that it was no good UTF-8.

use ringwall_search::Made;

/// Writes the text with escapes. The result is at most three times as long.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    if input.is_ascii() {
        return Made::Same;
    }
    let mut place = 0;
    while place < input.len() {
        let rest = &input[place..];
        let Some((character, length)) = sequence(rest) else {
            output.push(rest[0]);
            place += 1;
            continue;
        };
        write_character(output, character);
        let least = [0, 0, 0x80, 0x800, 0x1_0000][length];
        if character < least || (0xd800..=0xdfff).contains(&character) {
            output.push(rest[0]);
        }
        place += length;
    }
    Made::Written
}

/// Writes `%u` and at least four hexadecimal digits.
fn write_character(output: &mut Vec<u8>, character: u32) {
    output.extend_from_slice(b"%u");
    let digits = (8 - character.leading_zeros() / 4).max(4);
    let digit = |place: u32| b"0123456789abcdef"[(character >> (4 * place) & 0xf) as usize];
    output.extend((0..digits).rev().map(digit));
}

/// The number of the character that several bytes stand for, and how many they are.
fn sequence(text: &[u8]) -> Option<(u32, usize)> {
    let (length, bits) = match text[0] {
        0xc0..=0xdf => (2, text[0] & 0x1f),
        0xe0..=0xef => (3, text[0] & 0x0f),
        0xf0..=0xf4 => (4, text[0] & 0x07),
        _ => return None,
    };
    let behind = text.get(1..length)?;
    if behind.iter().any(|byte| byte & 0xc0 != 0x80) {
        return None;
    }
    let number = behind.iter().fold(u32::from(bits), |number, byte| number << 6 | u32::from(byte & 0x3f));
    Some((number, length))
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn characters_beyond_ascii_become_escapes() {
        assert_eq!(made(apply, "a\u{e4}\u{ff1c}".as_bytes()), b"a%u00e4%uff1c".as_slice());
        assert_eq!(made(apply, b"\xff\xe4a"), b"\xff\xe4a".as_slice());
        assert_eq!(made(apply, "\u{1f600}".as_bytes()), b"%u1f600".as_slice());
    }
}

//! What several transformations share: digits, escapes, white space.

use ringwall_search::Made;

/// A hexadecimal digit's value.
pub fn hex(byte: u8) -> Option<u8> {
    (byte as char).to_digit(16).map(|value| value as u8)
}

/// The byte that two hexadecimal digits at the beginning of a text stand for.
pub fn hex_pair(text: &[u8]) -> Option<u8> {
    let [high, low, ..] = *text else { return None };
    Some(hex(high)? << 4 | hex(low)?)
}

/// The byte that four hexadecimal digits stand for: the lower one of the two, and for the full-width forms of ASCII (`FF01`
/// to `FF5E`) the ASCII character itself (WAF-92, WAF-97).
pub fn hex_quad(text: &[u8]) -> Option<u8> {
    let [high, low] = hex_number(text)?.to_be_bytes();
    Some(fold_full_width(high, low))
}

/// The number that four hexadecimal digits stand for.
pub fn hex_number(text: &[u8]) -> Option<u16> {
    Some(u16::from_be_bytes([hex_pair(text)?, hex_pair(text.get(2..)?)?]))
}

/// The ASCII character of a full-width form, or the lower byte.
pub fn fold_full_width(high: u8, low: u8) -> u8 {
    if high == 0xff && (0x01..=0x5e).contains(&low) { low + 0x20 } else { low }
}

/// An octal escape of at most three digits: its value, and how many digits there were. What is more than a byte keeps its
/// lower eight bits.
pub fn octal(text: &[u8], most: usize) -> Option<(u8, usize)> {
    let digits = text.iter().take(most).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
    let value = text[..digits].iter().fold(0_u16, |value, digit| value << 3 | u16::from(digit - b'0'));
    (digits > 0).then_some((value as u8, digits))
}

/// The character that a letter behind a backslash stands for in C.
pub fn control(letter: u8) -> Option<u8> {
    Some(match letter {
        b'a' => 0x07,
        b'b' => 0x08,
        b'f' => 0x0c,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 0x0b,
        _ => return None,
    })
}

/// White space as C knows it.
pub fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c)
}

/// A text rewritten from left to right: `step` is given what is left, and says how many bytes it used (at least one) and what
/// to write for them; without an answer a byte stays as it is. What never changes is not copied.
pub fn rewrite<'a>(
    input: &'a [u8],
    output: &mut Vec<u8>,
    mut step: impl FnMut(&'a [u8]) -> Option<(usize, Written)>,
) -> Made {
    // What stays is copied in runs: from `kept` to `place` it is not yet.
    let (mut place, mut kept) = (0, 0);
    let mut is_changed = false;
    while place < input.len() {
        let Some((used, written)) = step(&input[place..]) else {
            place += 1;
            continue;
        };
        is_changed = true;
        output.extend_from_slice(&input[kept..place]);
        match written {
            Written::Nothing => {}
            Written::Byte(byte) => output.push(byte),
        }
        place += used.max(1);
        kept = place;
    }
    if !is_changed {
        return Made::Same;
    }
    output.extend_from_slice(input.get(kept..).unwrap_or_default());
    Made::Written
}

/// What is written in place of some bytes.
#[derive(Clone, Copy, Debug)]
pub enum Written {
    /// they are left out
    Nothing,
    /// one byte
    Byte(u8),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_forms_are_ascii_and_other_characters_their_lower_byte() {
        assert_eq!(hex_quad(b"ff01"), Some(b'!'));
        assert_eq!(hex_quad(b"FF5E"), Some(b'~'));
        assert_eq!(hex_quad(b"ff5f"), Some(0x5f));
        assert_eq!(hex_quad(b"ff00"), Some(0));
        assert_eq!(hex_quad(b"0141"), Some(b'A'));
        assert_eq!(hex_quad(b"014"), None);
    }

    #[test]
    fn what_does_not_change_is_not_copied() {
        let mut output = Vec::new();
        assert_eq!(rewrite(b"abc", &mut output, |_| None), Made::Same);
        assert!(output.is_empty());
        rewrite(b"abcb", &mut output, |rest| (rest[0] == b'b').then_some((1, Written::Nothing)));
        assert_eq!(output, b"ac");
    }
}

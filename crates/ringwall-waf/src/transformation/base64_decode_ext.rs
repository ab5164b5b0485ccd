//! BASE64_DECODE_EXT: forgiving decoding, which skips what is not in the alphabet (WAF-85).

use std::borrow::Cow;

/// Decodes what there is.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    let mut output = Vec::with_capacity(input.len() / 4 * 3 + 3);
    let (mut held, mut bits) = (0_u32, 0);
    for value in input.iter().filter_map(|byte| sextet(*byte)) {
        held = held << 6 | value;
        bits += 6;
        if bits >= 8 {
            bits -= 8;
            output.push((held >> bits) as u8);
            held &= (1 << bits) - 1;
        }
    }
    Cow::Owned(output)
}

/// The six bits of a letter of the alphabet.
fn sextet(byte: u8) -> Option<u32> {
    let value = match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(value))
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn what_is_not_in_the_alphabet_is_skipped() {
        assert_eq!(apply(b"P.HNj*cm\nlwdD4="), b"<script>".as_slice());
        assert_eq!(apply(b"PA"), b"<".as_slice());
        assert_eq!(apply(b"P"), b"".as_slice());
    }
}

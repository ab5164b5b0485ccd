//! BASE64_DECODE_EXT: forgiving decoding, which skips what is not in the alphabet (WAF-85).

use ringwall_search::Made;

/// Decodes what there is.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
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
    Made::Written
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
    use crate::transformation::tests::made;

    #[test]
    fn what_is_not_in_the_alphabet_is_skipped() {
        assert_eq!(made(apply, b"P.HNj*cm\nlwdD4="), b"<script>".as_slice());
        assert_eq!(made(apply, b"PA"), b"<".as_slice());
        assert_eq!(made(apply, b"P"), b"".as_slice());
    }
}

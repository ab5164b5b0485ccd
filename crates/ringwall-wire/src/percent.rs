//! Percent-encoding as AWS signs it, and its strict reverse.

/// The input holds a `%` that no two hexadecimal digits follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct BadEscape;

/// What a `+` stands for: a space in forms and query strings, itself in paths.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plus {
    Space,
    Itself,
}

/// Takes `%XX` apart. Every `%` must begin an escape: two readers that disagree about a lone one would see two requests.
pub(crate) fn decode(text: &[u8], plus: Plus) -> Result<Vec<u8>, BadEscape> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'%' => {
                let (&[high, low], after) = rest.split_first_chunk().ok_or(BadEscape)?;
                decoded.push(digit(high)? << 4 | digit(low)?);
                rest = after;
            }
            b'+' if plus == Plus::Space => decoded.push(b' '),
            other => decoded.push(other),
        }
    }
    Ok(decoded)
}

fn digit(character: u8) -> Result<u8, BadEscape> {
    match character {
        b'0'..=b'9' => Ok(character - b'0'),
        b'a'..=b'f' => Ok(character - b'a' + 10),
        b'A'..=b'F' => Ok(character - b'A' + 10),
        _ => Err(BadEscape),
    }
}

/// Appends the bytes, all but the unreserved characters of RFC 3986 and `keep` as `%XX` with capitals.
pub(crate) fn encode(bytes: &[u8], keep: &[u8], out: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || keep.contains(&byte) {
            out.push(byte);
        } else {
            out.extend([b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_survives_being_encoded_and_decoded() {
        let bytes: Vec<u8> = (0..=255).collect();
        let mut encoded = Vec::new();
        encode(&bytes, b"", &mut encoded);
        assert_eq!(encoded.len(), 66 + 190 * 3);
        assert_eq!(decode(&encoded, Plus::Space), Ok(bytes));
    }

    #[test]
    fn a_percent_sign_alone_is_an_error() {
        for text in ["%", "%4", "a%", "%zz", "%4g", "%%41", "%+1"] {
            assert_eq!(decode(text.as_bytes(), Plus::Space), Err(BadEscape), "{text}");
        }
    }

    #[test]
    fn a_plus_is_a_space_only_in_forms() {
        assert_eq!(decode(b"a+%2b", Plus::Space), Ok(b"a +".to_vec()));
        assert_eq!(decode(b"a+%2B", Plus::Itself), Ok(b"a++".to_vec()));
    }
}

//! `urlEncode`.

use std::borrow::Cow;

/// Every byte but letters, digits and `*` as `%xx`, and a blank as `+`.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut output = Vec::with_capacity(input.len());
    for byte in input {
        match byte {
            b' ' => output.push(b'+'),
            b'*' => output.push(b'*'),
            own if own.is_ascii_alphanumeric() => output.push(*own),
            own => output.extend([b'%', DIGITS[usize::from(own >> 4)], DIGITS[usize::from(own & 15)]]),
        }
    }
    Cow::Owned(output)
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn all_but_letters_and_digits_is_encoded() {
        assert_eq!(apply(b"a B*\xff/"), b"a+B*%ff%2f".as_slice());
    }
}

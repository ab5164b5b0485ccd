//! `parityEven7bit`, `parityOdd7bit`, `parityZero7bit`: the highest bit of each byte.

use std::borrow::Cow;

/// Set so that an even number of bits is set.
pub fn even(input: &[u8]) -> Cow<'_, [u8]> {
    each(input, |own| own | (((own.count_ones() & 1) as u8) << 7))
}

/// Set so that an odd number of bits is set.
pub fn odd(input: &[u8]) -> Cow<'_, [u8]> {
    each(input, |own| own | (((own.count_ones() & 1 ^ 1) as u8) << 7))
}

/// Not set.
pub fn zero(input: &[u8]) -> Cow<'_, [u8]> {
    each(input, |own| own)
}

fn each(input: &[u8], make: impl Fn(u8) -> u8) -> Cow<'_, [u8]> {
    Cow::Owned(input.iter().map(|byte| make(byte & 0x7f)).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_bit_says_how_many_are_set() {
        assert_eq!(even(b"\xe1c"), b"\xe1c".as_slice());
        assert_eq!(odd(b"ac"), b"a\xe3".as_slice());
        assert_eq!(zero(b"\xe1c"), b"ac".as_slice());
    }
}

//! SQL_HEX_DECODE: numbers like `0x414243` inside a text become the text that SQL reads in them (WAF-90).

use std::borrow::Cow;

use super::bytes::hex_pair;

/// Decodes every such number in the text.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    let mut output: Option<Vec<u8>> = None;
    let mut place = 0;
    while place < input.len() {
        let rest = &input[place..];
        let is_number = matches!(rest, [b'0', b'x' | b'X', digits @ ..] if hex_pair(digits).is_some());
        if !is_number {
            if let Some(output) = &mut output {
                output.push(rest[0]);
            }
            place += 1;
            continue;
        }
        let output = output.get_or_insert_with(|| input[..place].to_vec());
        place += 2;
        while let Some(byte) = hex_pair(&input[place..]) {
            output.push(byte);
            place += 2;
        }
    }
    output.map_or(Cow::Borrowed(input), Cow::Owned)
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn numbers_become_text_where_they_stand() {
        assert_eq!(apply(b"name=0x61646D696e or 0X41"), b"name=admin or A".as_slice());
        assert_eq!(apply(b"0x4 0xzz 0x"), b"0x4 0xzz 0x".as_slice());
        assert_eq!(apply(b"0x414"), b"A4".as_slice());
    }
}

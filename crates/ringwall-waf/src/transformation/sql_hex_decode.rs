//! SQL_HEX_DECODE: numbers like `0x414243` inside a text become the text that SQL reads in them (WAF-90).

use ringwall_search::Made;

use super::bytes::hex_pair;

/// Decodes every such number in the text.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    let mut is_changed = false;
    let (mut place, mut kept) = (0, 0);
    while let Some(zero) = memchr::memchr(b'0', &input[place..]) {
        place += zero;
        let is_number = matches!(&input[place..], [b'0', b'x' | b'X', digits @ ..] if hex_pair(digits).is_some());
        if !is_number {
            place += 1;
            continue;
        }
        is_changed = true;
        output.extend_from_slice(&input[kept..place]);
        place += 2;
        while let Some(byte) = hex_pair(&input[place..]) {
            output.push(byte);
            place += 2;
        }
        kept = place;
    }
    output.extend_from_slice(if is_changed { &input[kept..] } else { &[] });
    if is_changed { Made::Written } else { Made::Same }
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn numbers_become_text_where_they_stand() {
        assert_eq!(made(apply, b"name=0x61646D696e or 0X41"), b"name=admin or A".as_slice());
        assert_eq!(made(apply, b"0x4 0xzz 0x"), b"0x4 0xzz 0x".as_slice());
        assert_eq!(made(apply, b"0x414"), b"A4".as_slice());
    }
}

//! HTML_ENTITY_DECODE: `&#NNN;`, `&#xHH;` and the named characters that attacks are written with (WAF-91).
//!
//! The semicolon may be missing, as browsers allow. Numbers keep their lowest byte, with the full-width forms of ASCII folded,
//! so that leading zeros and large numbers hide nothing.

use ringwall_search::Made;

use super::bytes::{Written, fold_full_width, hex, rewrite};

/// Names without regard to case, and their characters.
const NAMES: &[(&str, u8)] = &[
    ("amp", b'&'),
    ("apos", b'\''),
    ("ast", b'*'),
    ("bsol", b'\\'),
    ("colon", b':'),
    ("comma", b','),
    ("commat", b'@'),
    ("dollar", b'$'),
    ("equals", b'='),
    ("excl", b'!'),
    ("grave", b'`'),
    ("gt", b'>'),
    ("lbrace", b'{'),
    ("lbrack", b'['),
    ("lcub", b'{'),
    ("lowbar", b'_'),
    ("lpar", b'('),
    ("lsqb", b'['),
    ("lt", b'<'),
    ("nbsp", 160),
    ("newline", b'\n'),
    ("num", b'#'),
    ("percnt", b'%'),
    ("period", b'.'),
    ("plus", b'+'),
    ("quest", b'?'),
    ("quot", b'"'),
    ("rbrace", b'}'),
    ("rbrack", b']'),
    ("rcub", b'}'),
    ("rpar", b')'),
    ("rsqb", b']'),
    ("semi", b';'),
    ("sol", b'/'),
    ("tab", b'\t'),
    ("vert", b'|'),
];

/// Names that browsers know even where more letters follow.
const OLD: &[(&str, u8)] = &[("amp", b'&'), ("gt", b'>'), ("lt", b'<'), ("nbsp", 160), ("quot", b'"')];

/// Decodes the text.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| {
        let (byte, used) = match rest {
            [b'&', b'#', b'x' | b'X', digits @ ..] => number(digits, 16).map(|(byte, used)| (byte, used + 3))?,
            [b'&', b'#', digits @ ..] => number(digits, 10).map(|(byte, used)| (byte, used + 2))?,
            [b'&', name @ ..] => named(name).map(|(byte, used)| (byte, used + 1))?,
            _ => return None,
        };
        let semicolon = usize::from(rest.get(used) == Some(&b';'));
        Some((used + semicolon, Written::Byte(byte)))
    })
}

/// The byte that digits stand for, and how many there are.
fn number(text: &[u8], base: u32) -> Option<(u8, usize)> {
    let digit = |byte: &u8| hex(*byte).map(u32::from).filter(|value| *value < base);
    let digits = text.iter().map_while(digit);
    let (value, used) =
        digits.fold((0_u32, 0), |(value, used), digit| (value.saturating_mul(base).saturating_add(digit), used + 1));
    let high = if value > 0xffff { 0 } else { (value >> 8) as u8 };
    (used > 0).then_some((fold_full_width(high, value as u8), used))
}

/// The character of a name that the text begins with, and the name's length.
fn named(text: &[u8]) -> Option<(u8, usize)> {
    let length = text.iter().take(8).take_while(|byte| byte.is_ascii_alphanumeric()).count();
    let whole =
        NAMES.iter().find(|(name, _)| name.len() == length && name.as_bytes().eq_ignore_ascii_case(&text[..length]));
    let begun = || {
        let is_begun = |name: &str| text.get(..name.len()).is_some_and(|own| own.eq_ignore_ascii_case(name.as_bytes()));
        OLD.iter().find(|(name, _)| is_begun(name))
    };
    let (name, byte) = whole.or_else(begun)?;
    Some((*byte, name.len()))
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn numbers_and_names_become_characters() {
        assert_eq!(made(apply, b"&lt;b&#62;&#x3C&#0000060;&quot;&LPAR;"), b"<b><<\"(".as_slice());
        assert_eq!(made(apply, b"jav&#x0000041;&Tab;&newline;&colon;"), b"javA\t\n:".as_slice());
        assert_eq!(made(apply, b"&#xff1c;&ltscript"), b"<<script".as_slice());
    }

    #[test]
    fn what_is_no_entity_stays() {
        assert_eq!(made(apply, b"a&b=c&solx;&#;&#x;&"), b"a&b=c&solx;&#;&#x;&".as_slice());
    }
}

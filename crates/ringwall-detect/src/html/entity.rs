//! Character references: `&#106;`, `&#x6a`, `&colon;`.

/// The characters of an attribute's value, as a browser has them. Reads each byte once and keeps nothing.
#[derive(Clone, Debug)]
pub(crate) struct Decoded<'a> {
    rest: &'a [u8],
}

impl<'a> Decoded<'a> {
    /// The characters of that text.
    pub(crate) fn new(text: &'a [u8]) -> Decoded<'a> {
        Decoded { rest: text }
    }

    fn take(&mut self, length: usize, character: u32) -> Option<u32> {
        self.rest = &self.rest[length..];
        Some(character)
    }

    fn number(&self) -> Option<(usize, u32)> {
        let (radix, from) = match self.rest {
            [b'&', b'#', b'x' | b'X', ..] => (16, 3),
            [b'&', b'#', ..] => (10, 2),
            _ => return None,
        };
        let digit = |byte: &u8| char::from(*byte).to_digit(radix);
        let digits = self.rest[from..].iter().take_while(|byte| digit(byte).is_some()).count();
        if digits == 0 {
            return None;
        }
        // Zeroes may lead without end; what is too big is no character that matters.
        let value = self.rest[from..from + digits].iter().filter_map(digit);
        let value = value.fold(0_u32, |value, digit| value.saturating_mul(radix).saturating_add(digit));
        let end = from + digits;
        Some((end + usize::from(self.rest.get(end) == Some(&b';')), value))
    }

    fn named(&self) -> Option<(usize, u32)> {
        let name = self.rest.strip_prefix(b"&")?;
        NAMED
            .iter()
            .find(|(known, _)| name.starts_with(known.as_bytes()))
            .map(|(known, value)| (known.len() + 1, *value))
    }
}

impl Iterator for Decoded<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let &first = self.rest.first()?;
        if first == b'&'
            && let Some((length, value)) = self.number().or_else(|| self.named())
        {
            return self.take(length, value);
        }
        self.take(1, u32::from(first))
    }
}

/// The names of characters with which a scheme or a script can be written. Those that end with a semicolon need it.
const NAMED: &[(&str, u32)] = &[
    ("Tab;", 0x09),
    ("NewLine;", 0x0a),
    ("nbsp;", 0xa0),
    ("colon;", 0x3a),
    ("lpar;", 0x28),
    ("rpar;", 0x29),
    ("sol;", 0x2f),
    ("bsol;", 0x5c),
    ("quot;", 0x22),
    ("quot", 0x22),
    ("apos;", 0x27),
    ("lt;", 0x3c),
    ("lt", 0x3c),
    ("LT", 0x3c),
    ("gt;", 0x3e),
    ("gt", 0x3e),
    ("GT", 0x3e),
    ("amp;", 0x26),
    ("amp", 0x26),
    ("grave;", 0x60),
    ("comma;", 0x2c),
    ("period;", 0x2e),
    ("semi;", 0x3b),
    ("equals;", 0x3d),
    ("num;", 0x23),
    ("excl;", 0x21),
    ("lbrack;", 0x5b),
    ("rbrack;", 0x5d),
    ("lcub;", 0x7b),
    ("rcub;", 0x7d),
    ("plus;", 0x2b),
    ("dollar;", 0x24),
];

#[cfg(test)]
mod tests {
    use super::*;

    fn decoded(text: &str) -> String {
        Decoded::new(text.as_bytes()).map(|value| char::from_u32(value).unwrap_or('?')).collect()
    }

    #[test]
    fn references_are_read_as_browsers_read_them() {
        assert_eq!(decoded("j&#97;va&#x73;cript&colon;"), "javascript:");
        assert_eq!(decoded("&#0000106&#x0006a;x"), "jjx", "zeroes lead, and the semicolon may be missing");
        assert_eq!(decoded("&Tab;&NewLine;&lt&gt;"), "\t\n<>");
    }

    #[test]
    fn what_is_no_reference_stays() {
        for text in ["&", "&#", "&#x", "&#xg", "&tab", "&colon", "a&b", "&&", "&;"] {
            assert_eq!(decoded(text), text);
        }
        assert_eq!(decoded("&#99999999999999999999;"), "?", "too big to be anything");
    }
}

//! Lines of words, some of them in quotation marks or brackets.

use std::borrow::Cow;

/// Takes the next word of a line: up to a blank, or what stands in quotation marks or brackets. None at the end, or where a
/// mark has no other.
pub(crate) fn word<'l>(line: &mut &'l [u8]) -> Option<&'l [u8]> {
    let rest = line.trim_ascii_start();
    let close = match rest.first()? {
        b'"' => b'"',
        b'[' => b']',
        _ => {
            let end = memchr::memchr(b' ', rest).unwrap_or(rest.len());
            let (word, rest) = rest.split_at(end);
            *line = rest;
            return Some(word);
        }
    };
    let inner = &rest[1..];
    let end = end_of(inner, close)?;
    *line = &inner[end + 1..];
    Some(&inner[..end])
}

/// Where the closing mark stands; one behind a backslash is a character.
fn end_of(inner: &[u8], close: u8) -> Option<usize> {
    let mut from = 0;
    loop {
        let found = from + memchr::memchr2(close, b'\\', &inner[from..])?;
        if inner[found] == close {
            return Some(found);
        }
        from = (found + 2).min(inner.len());
    }
}

/// What servers wrote with a backslash, as it was: `\"`, `\\`, `\n` and the like, `\x0a`.
pub(crate) fn unescaped(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'\\', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        let (byte, length) = match (*first, behind) {
            (b'\\', [b'x', high, low, ..]) if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |own: u8| char::from(own).to_digit(16).unwrap_or(0) as u8;
                (digit(*high) << 4 | digit(*low), 4)
            }
            (b'\\', [b'n', ..]) => (b'\n', 2),
            (b'\\', [b'r', ..]) => (b'\r', 2),
            (b'\\', [b't', ..]) => (b'\t', 2),
            (b'\\', [own @ (b'"' | b'\\'), ..]) => (*own, 2),
            (own, _) => (own, 1),
        };
        out.push(byte);
        rest = &rest[length..];
    }
    Cow::Owned(out)
}

/// What is percent-encoded, as it was.
pub(crate) fn percent_decoded(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'%', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let [first, behind @ ..] = rest {
        let digit = |own: &u8| char::from(*own).to_digit(16).map(|own| own as u8);
        let byte = match behind {
            [high, low, ..] if *first == b'%' => digit(high).zip(digit(low)).map(|(high, low)| high << 4 | low),
            _ => None,
        };
        out.push(byte.unwrap_or(*first));
        rest = &rest[if byte.is_some() { 3 } else { 1 }..];
    }
    Cow::Owned(out)
}

/// A value that logs write as `-` where there is none.
pub(crate) fn there(value: &[u8]) -> Option<&[u8]> {
    (value != b"-" && !value.is_empty()).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_end_where_their_marks_do() {
        let mut line = br#"a [b c] "d \" e\\" f"#.as_slice();
        let words: Vec<&[u8]> = std::iter::from_fn(|| word(&mut line)).collect();
        assert_eq!(words, [b"a".as_slice(), b"b c", br#"d \" e\\"#, b"f"]);
        for mut open in [br#""abc"#.as_slice(), br#""abc\"#, br#""abc\""#, b"[abc", b"", b"  "] {
            assert_eq!(word(&mut open), None, "{open:?}");
        }
    }

    #[test]
    fn what_was_escaped_is_as_it_was() {
        assert_eq!(*unescaped(br#"a\"b\\c\x41\x4\n\q\"#), *b"a\"b\\cA\\x4\n\\q\\");
        assert_eq!(*percent_decoded(b"a%20b%2Gc%"), *b"a b%2Gc%");
    }
}

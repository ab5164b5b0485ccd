//! Arguments: `a=b&c=d`.

use std::borrow::Cow;

/// The names and values of a form, decoded, and whether `%` stood where it must not.
pub(crate) fn arguments(text: &[u8]) -> impl Iterator<Item = (Cow<'_, [u8]>, Cow<'_, [u8]>, bool)> {
    let text = text.strip_suffix(b"&").unwrap_or(text);
    let is_empty = text.is_empty();
    let parts = text.split(|byte| *byte == b'&').filter(move |_| !is_empty);
    parts.map(|part| {
        let (name, value) = match memchr::memchr(b'=', part) {
            Some(place) => (&part[..place], &part[place + 1..]),
            None => (part, &[][..]),
        };
        let (name, is_name_wrong) = decode(name);
        let (value, is_value_wrong) = decode(value);
        (name, value, is_name_wrong || is_value_wrong)
    })
}

/// A text decoded; `%` before something else than two digits stays, and is told.
fn decode(text: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let Some(first) = memchr::memchr2(b'%', b'+', text) else { return (Cow::Borrowed(text), false) };
    let mut output = Vec::with_capacity(text.len());
    output.extend_from_slice(&text[..first]);
    let (mut rest, mut is_wrong) = (&text[first..], false);
    loop {
        match rest {
            [b'+', behind @ ..] => {
                output.push(b' ');
                rest = behind;
            }
            [b'%', high, low, behind @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: &u8| (*byte as char).to_digit(16).unwrap_or(0) as u8;
                output.push(digit(high) << 4 | digit(low));
                rest = behind;
            }
            [b'%', behind @ ..] => {
                output.push(b'%');
                is_wrong = true;
                rest = behind;
            }
            _ => return (Cow::Owned(output), is_wrong),
        }
        let plain = memchr::memchr2(b'%', b'+', rest).unwrap_or(rest.len());
        output.extend_from_slice(&rest[..plain]);
        rest = &rest[plain..];
    }
}

/// A path decoded: a `+` stays.
pub(crate) fn path(text: &[u8]) -> Cow<'_, [u8]> {
    if memchr::memchr(b'%', text).is_none() {
        return Cow::Borrowed(text);
    }
    let mut output = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(byte) = rest.first() {
        match rest {
            [b'%', high, low, behind @ ..] if high.is_ascii_hexdigit() && low.is_ascii_hexdigit() => {
                let digit = |byte: &u8| (*byte as char).to_digit(16).unwrap_or(0) as u8;
                output.push(digit(high) << 4 | digit(low));
                rest = behind;
            }
            _ => {
                output.push(*byte);
                rest = &rest[1..];
            }
        }
    }
    Cow::Owned(output)
}

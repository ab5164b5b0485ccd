//! Cookies of a header line.

/// Names and values; white space before a name goes, and behind the last value.
pub(crate) fn cookies(line: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    let parts = line.strip_suffix(b";").unwrap_or(line).split(|byte| *byte == b';');
    let last = line.len() - line.iter().rev().take_while(|byte| is_space(**byte)).count();
    let end_of_last = line.as_ptr() as usize + last;
    parts.filter_map(move |part| {
        let most = end_of_last.saturating_sub(part.as_ptr() as usize).min(part.len());
        let part = &part[..most];
        let (name, value) = match memchr::memchr(b'=', part) {
            Some(place) => (&part[..place], &part[place + 1..]),
            None => (part, &[][..]),
        };
        let name = &name[name.iter().take_while(|byte| is_space(**byte)).count()..];
        (!name.is_empty()).then_some((name, value))
    })
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

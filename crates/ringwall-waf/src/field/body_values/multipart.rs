//! Parts between boundaries: their contents, and the names and file names in their heads.

use memchr::memmem;

use super::super::{Found, Value};

/// The boundary that `Content-Type` names; none where it names none of 1 to 256 bytes.
pub fn boundary(kind: &[u8]) -> Option<&[u8]> {
    let at = kind.windows(9).position(|own| own.eq_ignore_ascii_case(b"boundary="))?;
    let rest = &kind[at + 9..];
    let boundary = match rest {
        [b'"', quoted @ ..] => quoted.split(|byte| *byte == b'"').next()?,
        _ => rest.split(|byte| matches!(byte, b';' | b',' | b' ' | b'\t')).next()?,
    };
    (1..=256).contains(&boundary.len()).then_some(boundary)
}

/// The boundary as the first line of a body has it, for one whose `Content-Type` names none.
pub fn guessed(body: &[u8]) -> Option<&[u8]> {
    let line = body.split(|byte| *byte == b'\n').next()?.trim_ascii_end();
    line.strip_prefix(b"--").filter(|own| (1..=256).contains(&own.len()))
}

/// Takes the parts out of a body; one that is not closed counts as well. Whether the body begins with a part and these were all.
pub fn read<'r>(body: &'r [u8], boundary: &[u8], most: usize, found: &mut Found<'r>) -> bool {
    let delimiter = [b"--", boundary].concat();
    let mut starts = memmem::find_iter(body, &delimiter).map(|at| (at, at + delimiter.len()));
    let Some((first, mut begin)) = starts.next() else { return false };
    let is_well_begun = body[..first].trim_ascii().is_empty();
    for _ in 0..most {
        let next = starts.next();
        let end = next.map_or(body.len(), |(at, _)| at);
        part(&body[begin..end], found);
        match next {
            Some((_, behind)) => begin = behind,
            None => return is_well_begun,
        }
    }
    false
}

/// A part, from behind its boundary to the next.
fn part<'r>(part: &'r [u8], found: &mut Found<'r>) {
    // Behind the last boundary stand two dashes and nothing else that counts.
    let Some(line) = part.iter().position(|byte| *byte == b'\n') else { return };
    let part = &part[line + 1..];
    let ends = [b"\r\n\r\n".as_slice(), b"\n\n"].into_iter();
    let (head, content) = match ends.filter_map(|end| Some((memmem::find(part, end)?, end.len()))).min() {
        _ if part.starts_with(b"\n") => (&part[..0], &part[1..]),
        _ if part.starts_with(b"\r\n") => (&part[..0], &part[2..]),
        Some((at, length)) => (&part[..at], &part[at + length..]),
        None => (&part[..0], part),
    };
    let mut name = None;
    for (key, is_name) in [(b"name=".as_slice(), true), (b"filename=", false), (b"filename*=", false)] {
        if let Some(value) = parameter(head, key) {
            let text = found.texts.add(value);
            found.values.push(Value { name: None, text });
            name = if is_name { Some(text) } else { name };
        }
    }
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    let content = content.strip_suffix(b"\r").unwrap_or(content);
    let text = found.texts.add(content);
    found.values.push(Value { name, text });
}

/// A parameter in the head of a part, with or without quotes.
fn parameter<'r>(head: &'r [u8], key: &[u8]) -> Option<&'r [u8]> {
    let is_own =
        |at: &usize| at.checked_sub(1).and_then(|at| head.get(at)).is_some_and(|byte| b"; \t\n".contains(byte));
    let at = (0..head.len()).find(|at| starts_with(&head[*at..], key) && is_own(at))?;
    let rest = &head[at + key.len()..];
    match rest {
        [b'"', quoted @ ..] => {
            let end =
                quoted.windows(2).position(|own| own[1] == b'"' && own[0] != b'\\').map_or(quoted.len(), |at| at + 1);
            Some(if quoted.first() == Some(&b'"') { &quoted[..0] } else { &quoted[..end.min(quoted.len())] })
        }
        _ => rest.split(|byte| b";\r\n".contains(byte)).next(),
    }
}

fn starts_with(text: &[u8], key: &[u8]) -> bool {
    text.get(..key.len()).is_some_and(|own| own.eq_ignore_ascii_case(key))
}

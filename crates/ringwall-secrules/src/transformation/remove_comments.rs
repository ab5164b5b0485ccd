//! `removeComments`: comments of C, HTML and SQL.

use std::borrow::Cow;

/// The text without `/* … */`, `<!-- … -->`, and what stands behind `--` or `#`. A comment without an end becomes a blank. The byte
/// behind a comment is never taken for the beginning of another one, and behind the end of the text there is a byte of zero.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    let mut output = Vec::with_capacity(input.len());
    let mut rest = input;
    loop {
        match rest {
            [] => break,
            [b'/', b'*', ..] | [b'<', b'!', b'-', b'-', ..] => {
                let inside = if rest[0] == b'/' { &rest[2..] } else { &rest[4..] };
                let Some(behind) = end(inside) else {
                    output.push(b' ');
                    break;
                };
                output.push(behind.first().copied().unwrap_or(0));
                rest = behind.get(1..).unwrap_or_default();
            }
            [b'-', b'-', ..] | [b'#', ..] => break,
            [byte, ..] => {
                output.push(*byte);
                rest = &rest[1..];
            }
        }
    }
    if output == input { Cow::Borrowed(input) } else { Cow::Owned(output) }
}

/// What stands behind the end of a comment.
fn end(inside: &[u8]) -> Option<&[u8]> {
    (0..inside.len()).find_map(|place| {
        let rest = &inside[place..];
        rest.strip_prefix(b"*/").or_else(|| rest.strip_prefix(b"-->"))
    })
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn comments_go() {
        assert_eq!(apply(b"a/* b */c<!-- d -->e-- f"), b"ace".as_slice());
        assert_eq!(apply(b"a/* b"), b"a ".as_slice());
        assert_eq!(apply(b"a*/b"), b"a*/b".as_slice());
    }
}

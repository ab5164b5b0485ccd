//! NORMALIZE_PATH: repeated slashes, `.` and `..` that are not at the beginning go (WAF-94).

use std::borrow::Cow;

/// The path in its shortest form. An absolute one does not climb above its root; a relative one keeps the `..` that it begins
/// with. It ends with a slash if it did before.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    let output = normalize(input);
    if output == input { Cow::Borrowed(input) } else { Cow::Owned(output) }
}

fn normalize(input: &[u8]) -> Vec<u8> {
    let is_absolute = input.first() == Some(&b'/');
    let mut segments: Vec<&[u8]> = Vec::new();
    for segment in input.split(|byte| *byte == b'/') {
        match segment {
            b"" | b"." => {}
            b".." => match segments.last() {
                Some(last) if *last != b".." => drop(segments.pop()),
                _ if is_absolute => {}
                _ => segments.push(segment),
            },
            _ => segments.push(segment),
        }
    }
    let mut output = Vec::with_capacity(input.len());
    if is_absolute {
        output.push(b'/');
    }
    output.extend(segments.join(&b'/'));
    if input.last() == Some(&b'/') && !segments.is_empty() {
        output.push(b'/');
    }
    output
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn a_path_is_as_short_as_it_can_be() {
        assert_eq!(apply(b"/a//b/./../../../etc/passwd"), b"/etc/passwd".as_slice());
        assert_eq!(apply(b"a/../../b/"), b"../b/".as_slice());
        assert_eq!(apply(b"/.."), b"/".as_slice());
    }
}

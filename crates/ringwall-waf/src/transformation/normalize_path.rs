//! NORMALIZE_PATH: repeated slashes, `.` and `..` that are not at the beginning go (WAF-94).

use ringwall_search::Made;

/// The path in its shortest form. An absolute one does not climb above its root; a relative one keeps the `..` that it begins
/// with. It ends with a slash if it did before.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    normalize(input, output, |byte| byte == b'/');
    if output == input { Made::Same } else { Made::Written }
}

/// Writes the path with slashes, whatever separates its segments.
pub(super) fn normalize(input: &[u8], output: &mut Vec<u8>, separates: fn(u8) -> bool) {
    let is_absolute = input.first().is_some_and(|byte| separates(*byte));
    output.extend(is_absolute.then_some(b'/'));
    let root = output.len();
    for segment in input.split(|byte| separates(*byte)) {
        let start = output[root..].iter().rposition(|byte| *byte == b'/').map_or(root, |slash| root + slash + 1);
        match (segment, &output[start..]) {
            (b"" | b".", _) => {}
            (b"..", b"") if is_absolute => {}
            // What is above stays where nothing stands before it.
            (b"..", last) if !matches!(last, b"" | b"..") => output.truncate(start.saturating_sub(1).max(root)),
            _ => {
                if output.len() > root {
                    output.push(b'/');
                }
                output.extend_from_slice(segment);
            }
        }
    }
    if input.last().is_some_and(|byte| separates(*byte)) && output.len() > root {
        output.push(b'/');
    }
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn a_path_is_as_short_as_it_can_be() {
        assert_eq!(made(apply, b"/a//b/./../../../etc/passwd"), b"/etc/passwd".as_slice());
        assert_eq!(made(apply, b"a/../../b/"), b"../b/".as_slice());
        assert_eq!(made(apply, b"/.."), b"/".as_slice());
    }
}

//! NORMALIZE_PATH_WIN: backslashes become slashes, then as NORMALIZE_PATH (WAF-94).

use ringwall_search::Made;

use super::normalize_path::normalize;

/// The path in its shortest form, with slashes.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    normalize(input, output, |byte| matches!(byte, b'/' | b'\\'));
    if output == input { Made::Same } else { Made::Written }
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn both_slashes_separate() {
        assert_eq!(made(apply, br"\a\.\..\..\windows//win.ini"), b"/windows/win.ini".as_slice());
    }
}

//! NORMALIZE_PATH_WIN: backslashes become slashes, then as NORMALIZE_PATH (WAF-94).

use std::borrow::Cow;

use super::normalize_path;

/// The path in its shortest form, with slashes.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    if !input.contains(&b'\\') {
        return normalize_path::apply(input);
    }
    let slashed: Vec<u8> = input.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect();
    Cow::Owned(normalize_path::apply(&slashed).into_owned())
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn both_slashes_separate() {
        assert_eq!(apply(br"\a\.\..\..\windows//win.ini"), b"/windows/win.ini".as_slice());
    }
}

//! REMOVE_COMMENTS_CHAR: the marks of comments are left out, and what they enclose stays (WAF-96).

use std::borrow::Cow;

use super::bytes::{Written, rewrite};

/// Marks of comments in C, SQL, HTML and shells; where two begin alike, the longer stands first.
const MARKS: &[&[u8]] = &[b"/*", b"*/", b"<!--", b"-->", b"--", b"#"];

/// The text without the marks.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    rewrite(input, |rest| {
        let mark = MARKS.iter().find(|mark| rest.starts_with(mark))?;
        Some((mark.len(), Written::Nothing))
    })
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn marks_go_and_their_content_stays() {
        assert_eq!(apply(b"un/*io*/n -- #x"), b"union  x".as_slice());
        assert_eq!(apply(b"<!--a-->-"), b"a-".as_slice());
    }
}

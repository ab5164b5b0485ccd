//! REMOVE_COMMENTS_CHAR: the marks of comments are left out, and what they enclose stays (WAF-96).

use ringwall_search::Made;

use super::bytes::{Written, rewrite};

/// Marks of comments in C, SQL, HTML and shells; where two begin alike, the longer stands first.
const MARKS: &[&[u8]] = &[b"/*", b"*/", b"<!--", b"-->", b"--", b"#"];

/// The text without the marks.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| {
        let mark = MARKS.iter().find(|mark| rest.starts_with(mark))?;
        Some((mark.len(), Written::Nothing))
    })
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn marks_go_and_their_content_stays() {
        assert_eq!(made(apply, b"un/*io*/n -- #x"), b"union  x".as_slice());
        assert_eq!(made(apply, b"<!--a-->-"), b"a-".as_slice());
    }
}

//! REPLACE_COMMENTS: each comment in the manner of C becomes a space, also one that does not end (WAF-96).

use ringwall_search::Made;

use super::bytes::{Written, rewrite};

/// The text with a space for each comment; a lone end of a comment stays.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| {
        let comment = rest.strip_prefix(b"/*")?;
        let end = comment.windows(2).position(|pair| pair == b"*/");
        let used = end.map_or(rest.len(), |end| end + 4);
        Some((used, Written::Byte(b' ')))
    })
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn comments_become_spaces_one_each() {
        assert_eq!(made(apply, b"union/**//* x */all"), b"union  all".as_slice());
        assert_eq!(made(apply, b"a/* b"), b"a ".as_slice());
        assert_eq!(made(apply, b"a */ b /"), b"a */ b /".as_slice());
        assert_eq!(made(apply, b"/*/ a"), b" ".as_slice(), "the star of the beginning does not end it");
    }
}

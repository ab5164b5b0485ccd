//! REPLACE_COMMENTS: each comment in the manner of C becomes a space, also one that does not end (WAF-96).

use std::borrow::Cow;

use super::bytes::{Written, rewrite};

/// The text with a space for each comment; a lone end of a comment stays.
pub fn apply(input: &[u8]) -> Cow<'_, [u8]> {
    rewrite(input, |rest| {
        let comment = rest.strip_prefix(b"/*")?;
        let end = comment.windows(2).position(|pair| pair == b"*/");
        let used = end.map_or(rest.len(), |end| end + 4);
        Some((used, Written::Byte(b' ')))
    })
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn comments_become_spaces_one_each() {
        assert_eq!(apply(b"union/**//* x */all"), b"union  all".as_slice());
        assert_eq!(apply(b"a/* b"), b"a ".as_slice());
        assert_eq!(apply(b"a */ b /"), b"a */ b /".as_slice());
        assert_eq!(apply(b"/*/ a"), b" ".as_slice(), "the star of the beginning does not end it");
    }
}

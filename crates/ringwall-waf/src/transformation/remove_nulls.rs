//! REMOVE_NULLS: bytes of zero are left out (WAF-95).

use ringwall_search::Made;

use super::bytes::{Written, rewrite};

/// The text without zeros.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    rewrite(input, output, |rest| (rest[0] == 0).then_some((1, Written::Nothing)))
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn zeros_go() {
        assert_eq!(made(apply, b"\0un\0ion\0"), b"union".as_slice());
    }
}

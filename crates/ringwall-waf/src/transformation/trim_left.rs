//! TRIM_LEFT: white space at the left end is left out (WAF-88).

use ringwall_search::Made;

use super::bytes::is_space;

/// The text without white space at the left end.
pub fn apply(input: &[u8], _: &mut Vec<u8>) -> Made {
    let start = input.iter().take_while(|byte| is_space(**byte)).count();
    Made::Part(start..input.len())
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn white_space_is_left_out_there_alone() {
        assert_eq!(made(apply, b" \ta \t"), b"a \t".as_slice());
        assert_eq!(made(apply, b" \r\n"), b"".as_slice());
    }
}

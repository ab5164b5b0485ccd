//! TRIM: white space at both ends is left out (WAF-88).

use ringwall_search::Made;

use super::bytes::is_space;

/// The text without white space at both ends.
pub fn apply(input: &[u8], _: &mut Vec<u8>) -> Made {
    let start = input.iter().take_while(|byte| is_space(**byte)).count();
    let end = input[start..].iter().rev().take_while(|byte| is_space(**byte)).count();
    Made::Part(start..input.len() - end)
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn white_space_is_left_out_there_alone() {
        assert_eq!(made(apply, b" \ta \t"), b"a".as_slice());
        assert_eq!(made(apply, b" \r\n"), b"".as_slice());
    }
}

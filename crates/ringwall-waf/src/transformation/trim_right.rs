//! TRIM_RIGHT: white space at the right end is left out (WAF-88).

use ringwall_search::Made;

use super::bytes::is_space;

/// The text without white space at the right end.
pub fn apply(input: &[u8], _: &mut Vec<u8>) -> Made {
    let end = input.iter().rev().take_while(|byte| is_space(**byte)).count();
    Made::Part(0..input.len() - end)
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn white_space_is_left_out_there_alone() {
        assert_eq!(made(apply, b" \ta \t"), b" \ta".as_slice());
        assert_eq!(made(apply, b" \r\n"), b"".as_slice());
    }
}

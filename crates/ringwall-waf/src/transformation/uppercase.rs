//! UPPERCASE: `a` to `z` become `A` to `Z` (WAF-84).

use ringwall_search::Made;

/// The text in upper case; bytes beyond ASCII stay.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    if input.iter().any(u8::is_ascii_lowercase) {
        output.extend(input.iter().map(u8::to_ascii_uppercase));
        return Made::Written;
    }
    Made::Same
}

#[cfg(test)]
mod tests {
    use super::apply;
    use crate::transformation::tests::made;

    #[test]
    fn only_ascii_letters_change() {
        assert_eq!(made(apply, "SeLeCt \u{e4}".as_bytes()), "SELECT \u{e4}".as_bytes());
    }
}

//! LOWERCASE: `A` to `Z` become `a` to `z` (WAF-84).

use ringwall_search::Made;

/// The text in lower case; bytes beyond ASCII stay.
pub fn apply(input: &[u8], output: &mut Vec<u8>) -> Made {
    if input.iter().any(u8::is_ascii_uppercase) {
        output.extend(input.iter().map(u8::to_ascii_lowercase));
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
        assert_eq!(made(apply, "SeLeCt \u{c4}".as_bytes()), "select \u{c4}".as_bytes());
    }
}

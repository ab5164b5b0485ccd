//! `@containsWord`.

use std::ops::Range;

/// Where a word is in a value that no letter stands beside.
pub fn contains_word(value: &[u8], word: &[u8]) -> Option<Range<usize>> {
    if word.is_empty() || value == word {
        return Some(0..word.len());
    }
    let is_letter = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphabetic);
    let mut start = 0;
    // A word may begin within another occurrence of it, so that each place is tried; `memmem` alone would pass over them.
    while let Some(found) = memchr::memmem::find(&value[start..], word) {
        let place = start + found;
        let end = place + word.len();
        let before = place.checked_sub(1).and_then(|own| value.get(own));
        if !is_letter(before) && !is_letter(value.get(end)) {
            return Some(place..end);
        }
        start = place + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::contains_word;

    #[test]
    fn a_word_has_no_letter_beside_it() {
        assert_eq!(contains_word(b"abcx abc1", b"abc"), Some(5..8));
        assert_eq!(contains_word(b"xabc abcd", b"abc"), None);
        assert_eq!(contains_word(b"", b"abc"), None);
        assert_eq!(contains_word(b"abc", b""), Some(0..0));
    }
}

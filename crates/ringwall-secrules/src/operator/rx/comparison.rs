//! Two words that are compared as SQL compares them: `1 = 1`, `a <> b`, `x like x`.
//!
//! Rule 942130 of the Core Rule Set 3.3 says so by an expression with back-references, which no engine does in bounded time.
//! It is known by its digest; what it means is written here.

use std::ops::Range;
use std::sync::LazyLock;

use regex::bytes::Regex;
use sha1::{Digest, Sha1};

use super::{Hit, build};

/// The SHA-1 of the expression.
const DIGEST: &str = "0b697f737c05d8f51e1652a2aea691cd6b777f5f";

/// Signs and words between two that are compared, and whether these have to be the same. Each is tried.
static BETWEEN: LazyLock<Vec<(Regex, bool)>> = LazyLock::new(|| {
    let between = [
        ("<=", false),
        ("<=>", true),
        ("<", false),
        ("<>", false),
        (r"not\s+(?:regexp|like)", false),
        (r"is\s+not", false),
        (">", false),
        (">=", false),
        ("!=", false),
        (r"\^", false),
        (r"(?:sounds\s+)?like", true),
        ("r(?:egexp|like)", true),
        ("=", true),
    ];
    between.iter().filter_map(|(own, same)| Some((build(&format!(r"\A(?i:{own})")).ok()?, *same))).collect()
});

/// Whether an expression is the one that is meant.
pub(super) fn is_meant(source: &[u8]) -> bool {
    let digest = Sha1::digest(source);
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<String>() == DIGEST
}

/// Where the first comparison is; the first word of it is the only group.
pub(super) fn find(value: &[u8]) -> Option<Hit> {
    let mut place = 0;
    while let Some(start) = value[place..].iter().position(|byte| is_word(*byte)).map(|own| place + own) {
        let word = start..end_of(value, start, is_word);
        place = word.end;
        let between = end_of(value, word.end, is_filling);
        if let Some(end) = BETWEEN.iter().find_map(|(own, same)| second(value, &word, between, own, *same)) {
            return Some(Hit { range: start..end, captures: vec![(0, start..end), (1, word)], says: None });
        }
    }
    None
}

/// Where a second word ends that stands behind a sign and is the first one again, or is not.
fn second(value: &[u8], first: &Range<usize>, at: usize, between: &Regex, same: bool) -> Option<usize> {
    let sign = between.find(&value[at..])?;
    let start = end_of(value, at + sign.end(), is_filling);
    let end = end_of(value, start, is_word);
    let begins_there = start > 0 && !is_word(value[start - 1]);
    let is_same = begins_there && value[start..end].eq_ignore_ascii_case(&value[first.clone()]);
    (end > start && is_same == same).then_some(end)
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

fn is_filling(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | b'\'' | b'"' | b'`' | b'(' | b')')
}

fn end_of(value: &[u8], start: usize, is_of: fn(u8) -> bool) -> usize {
    value[start..].iter().position(|byte| !is_of(*byte)).map_or(value.len(), |own| start + own)
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn words_that_are_compared_are_found() {
        for text in ["1=1", "1 = '1'", "a<>b", "a <=> A", "x like x", "1 is not 2", "1 not likex", "(1)=(1)", "1!=2"] {
            assert!(find(text.as_bytes()).is_some(), "{text}");
        }
        for text in ["1=2", "a<>a", "a <=> b", "x like y", "1 is not 1", "x likex", "=", "1=", "1 1"] {
            assert!(find(text.as_bytes()).is_none(), "{text}");
        }
    }
}

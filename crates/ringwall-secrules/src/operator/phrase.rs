//! `@pm` and `@pmFromFile`: many phrases at once, without regard to case.

use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickBuilder, AhoCorasickKind, MatchKind};

use super::Hit;

/// Phrases to look for.
#[derive(Clone, Debug)]
pub struct Phrases {
    automaton: Arc<AhoCorasick>,
    phrases: Arc<[Vec<u8>]>,
}

impl Phrases {
    /// The phrases of an `@pm`: words, in which `|41 42|` is two bytes.
    pub fn of_words(text: &str) -> Result<Phrases, String> {
        let text = binary(text).unwrap_or_else(|| text.as_bytes().to_vec());
        let words = text.split(u8::is_ascii_whitespace).filter(|own| !own.is_empty());
        Phrases::new(words.map(<[u8]>::to_vec).collect())
    }

    /// The phrases of a file, one a line, without comments.
    pub fn of_lines(file: &[u8]) -> Result<Phrases, String> {
        let is_phrase = |line: &&[u8]| !matches!(line.trim_ascii_start().first(), None | Some(b'#'));
        let lines = file.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        Phrases::new(lines.filter(is_phrase).map(<[u8]>::to_vec).collect())
    }

    fn new(phrases: Vec<Vec<u8>>) -> Result<Phrases, String> {
        if phrases.is_empty() {
            return Err("has no phrase".into());
        }
        let automaton = AhoCorasickBuilder::new()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&phrases)
            .map_err(|error| format!("has too many phrases: {error}"))?;
        Ok(Phrases { automaton: Arc::new(automaton), phrases: phrases.into() })
    }

    /// Where the first phrase ends that is in a value.
    pub fn find(&self, value: &[u8]) -> Option<Hit> {
        let found = self.automaton.find(value)?;
        let range = found.range();
        Some(Hit { captures: vec![(0, range.clone())], range, says: None })
    }

    /// The phrases.
    pub fn all(&self) -> &[Vec<u8>] {
        &self.phrases
    }
}

/// A text with bytes in hexadecimal between bars, and escaped signs; none if it is not well-formed.
fn binary(text: &str) -> Option<Vec<u8>> {
    let text = text.trim_start_matches([' ', '\t']);
    let text = text.strip_prefix('"').and_then(|own| own.strip_suffix('"')).unwrap_or(text);
    let mut output = Vec::new();
    let (mut is_binary, mut high) = (false, None);
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'|' => is_binary = !is_binary,
            b'\\' => output.push(bytes.next().filter(|own| b":;\\\"".contains(own))?),
            digit if is_binary => {
                let digit = (digit as char).to_digit(16)? as u8;
                match high.take() {
                    None => high = Some(digit),
                    Some(high) => output.push(high << 4 | digit),
                }
            }
            other => output.push(other),
        }
    }
    Some(output)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phrases_are_found_in_any_case() {
        let phrases = Phrases::of_words("abc d|65 |f").unwrap_or_else(|error| panic!("{error}"));
        assert!(phrases.find(b"xxABCx").is_some_and(|hit| hit.range == (2..5)));
        assert!(phrases.find(b"ab c").is_none());
        let phrases = Phrases::of_lines(b"# no\nabc d\n\n  # x\r\nef\r\n").unwrap();
        assert_eq!(phrases.all(), [b"abc d".to_vec(), b"ef".to_vec()]);
        assert!(Phrases::of_words("  ").is_err());
    }

    #[test]
    fn bytes_may_be_written_in_hexadecimal() {
        assert_eq!(binary("a|4142|b"), Some(b"aABb".to_vec()));
        assert_eq!(binary(r"a\;b"), Some(b"a;b".to_vec()));
        assert_eq!(binary("|4x|"), None);
        assert_eq!(binary(r"a\d"), None);
    }
}

//! What is in the input at all: most inputs need no reading, or not to their end.
//!
//! This may only save work. Whatever it says, what is found is the same; a test compares.

use super::word::{self, Word};

/// What one look at every byte shows.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Seen {
    pub single: bool,
    pub double: bool,
    pub backtick: bool,
    /// A backslash, `#`, `--`, `/*!` or `*/`: dialects read it differently.
    pub dialects_differ: bool,
    /// A word with which a phrase may begin, or what may hide one.
    pub phrase: bool,
    /// AND or OR, and with them something that compares: a chain may begin anew in the middle.
    pub resumes: bool,
    /// The same for the high sensitivity, to which a comment is enough.
    pub resumes_at_high: bool,
    /// Something else than letters, digits, `_`, `-` and `.`.
    pub other: bool,
}

impl Seen {
    /// Looks at the input.
    pub(crate) fn of(input: &[u8]) -> Seen {
        let mut seen = Seen::default();
        let (mut opens, mut calls, mut joins, mut compares, mut comments) = (false, false, false, false, false);
        let (mut before, mut start) = (0, None);
        for (at, &byte) in input.iter().enumerate() {
            if byte.is_ascii_alphanumeric() || byte == b'_' {
                start.get_or_insert(at);
                before = byte;
                continue;
            }
            if let Some(start) = start.take() {
                seen.word(&input[start..at], &mut calls, &mut joins, &mut compares);
            }
            match byte {
                b'\'' => seen.single = true,
                b'"' => seen.double = true,
                b'`' => seen.backtick = true,
                // `\N` may stand right before a word.
                b'\\' => (seen.dialects_differ, seen.phrase) = (true, true),
                b'#' => seen.dialects_differ = true,
                b'-' if before == b'-' => seen.dialects_differ = true,
                b'!' | b'/' if before == b'*' => seen.dialects_differ = true,
                b'*' if before == b'/' => comments = true,
                b'(' | b'{' => opens = true,
                _ => {}
            }
            match byte {
                b'=' | b'<' | b'>' | b'!' | b'~' => compares = true,
                b'&' if before == b'&' => joins = true,
                _ => {}
            }
            seen.other |= !matches!(byte, b'-' | b'.');
            before = byte;
        }
        if let Some(start) = start {
            seen.word(&input[start..], &mut calls, &mut joins, &mut compares);
        }
        seen.phrase |= calls && opens;
        // An open backtick ends a statement as a comment does.
        seen.resumes = joins && compares;
        seen.resumes_at_high = joins && (compares || comments || seen.dialects_differ || seen.backtick);
        seen
    }

    fn word(&mut self, word: &[u8], calls: &mut bool, joins: &mut bool, compares: &mut bool) {
        if word[0].is_ascii_digit() {
            // A number may stand right before a word.
            self.phrase |= word.iter().any(|byte| byte.is_ascii_alphabetic()) && word.len() > 2;
            return;
        }
        match word::lookup(word) {
            Some(Word::And | Word::Or) => *joins = true,
            Some(Word::Like | Word::In | Word::Is | Word::Between) => *compares = true,
            Some(
                Word::Wait | Word::Reach | Word::Probe | Word::Function | Word::Common | Word::Database | Word::If,
            ) => *calls = true,
            Some(word) => self.phrase |= word.begins_phrase(),
            None => {}
        }
    }

    /// Whether there can be an injection at all: one word is never SQL.
    pub(crate) fn can_inject(&self) -> bool {
        self.single || self.double || self.backtick || self.dialects_differ || self.other
    }
}

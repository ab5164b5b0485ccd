//! Regular expressions: searched, case-sensitive, over bytes, in time proportional to the text (WAF-44, WAF-45).

use std::ops::Range;

use ringwall_search::dialect::{Dialect, translate};
use ringwall_search::{Guards, Needed};

use crate::document::{Entry, Refusal};

/// The most memory of a compiled pattern, in bytes: some thousand states, each of which a byte of a text may cost a step.
const LARGEST: usize = 256 << 10;

/// The most memory of the automaton that is made of a pattern as it runs, in bytes.
const LARGEST_AUTOMATON: usize = 1 << 20;

/// The deepest nesting of a pattern.
const DEEPEST: u32 = 50;

/// A regular expression.
#[derive(Clone, Debug)]
pub struct Pattern {
    source: String,
    translated: String,
    compiled: regex::bytes::Regex,
}

impl Pattern {
    /// Reads `RegexString`, of at most 512 characters.
    pub(crate) fn read(entry: &Entry) -> Result<Pattern, Refusal> {
        let source = entry.text_of(1..=512, |_| true)?;
        Pattern::new(source).map_err(|reason| entry.invalid(reason))
    }

    /// Compiles a pattern, or says what is wrong with it.
    pub fn new(source: &str) -> Result<Pattern, String> {
        let translated = translate(source.as_bytes(), Dialect::AWS).map_err(|error| error.to_string())?;
        let mut builder = regex::bytes::RegexBuilder::new(&translated);
        let builder = builder.unicode(false).size_limit(LARGEST).dfa_size_limit(LARGEST_AUTOMATON).nest_limit(DEEPEST);
        match builder.build() {
            Ok(compiled) => Ok(Pattern { source: source.to_owned(), translated, compiled }),
            Err(regex::Error::CompiledTooBig(_)) => Err("is too large: its counts make too many states".to_owned()),
            Err(error) => {
                let last =
                    error.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned();
                Err(format!("is no regular expression: {last}"))
            }
        }
    }

    /// As it stands in the document.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// What a text must have for it to match.
    pub(crate) fn needed(&self) -> Needed {
        Needed::by_expression_with(&self.translated, Dialect::AWS.flags()).unwrap_or(Needed::Nothing)
    }

    /// Which bytes a text must have besides.
    pub(crate) fn guards(&self) -> Guards {
        Guards::by_expression_with(&self.translated, Dialect::AWS.flags()).unwrap_or(Guards::NONE)
    }

    /// Where the text has it.
    pub fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        self.compiled.find(text).map(|found| found.range())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(pattern: &str, text: &str) -> bool {
        Pattern::new(pattern).unwrap_or_else(|error| panic!("{pattern} {error}")).find(text.as_bytes()).is_some()
    }

    #[test]
    fn patterns_are_searched_and_case_counts() {
        assert!(finds("b+", "abbc"), "WAF-44");
        assert!(!finds("B+", "abbc"), "WAF-45");
        assert!(finds("(?i)B+", "abbc"));
        assert!(finds("^a(?-i:b)$", "ab\n"), "the end is also before a last newline");
        assert!(!finds("^ab$", "ab\n\n"));
        assert!(finds("(?m)^b$", "a\nb\nc"));
    }

    #[test]
    fn what_pcre_spells_otherwise_is_understood() {
        for (pattern, text) in [
            ("a{b}", "a{b}"),
            ("a{,3}", "a{,3}"),
            ("{{x", "{{x"),
            (r"[[\]&&~]+$", "[]&~"),
            ("[]a]+$", "]a"),
            (r"[^[]$", "x"),
            (r"\Qa.b\E.", "a.bc"),
            (r"\h\v\e\x41\x{42}\x4\012", " \n\u{1b}AB\x04\n"),
            (r"\/\<\>\-\#", "/<>-#"),
            (r"[\d\-\/\b]", "-"),
            ("[[:alpha:]]{2}", "ab"),
            ("(?<name>a)(?P<other>b)(?'third'c)(?#no)d", "abcd"),
            ("\u{e4}", "x\u{e4}"),
            (r"(?s:.)\Z", "\n"),
            ("a{2,3}?", "aa"),
        ] {
            assert!(finds(pattern, text), "{pattern} in {text:?}");
        }
        assert!(!finds(r"\<a", "a"), "no boundary, but a sign");
    }

    #[test]
    fn what_aws_refuses_is_refused() {
        for pattern in [
            r"(a)\1",
            r"\g{1}",
            "(?=a)",
            "(?!a)",
            "(?<=a)",
            "(?<!a)",
            "(?>a)",
            "a++",
            "a*+",
            "a{2}+",
            "(?R)",
            "(?1)",
            "(?(1)a)",
            "(*ACCEPT)",
            r"\C",
            r"\R",
            r"\K",
            "(?C1)",
            "(?|a|b)",
            "(",
            "[a",
            r"a\",
            "a**",
            "*a",
            "(?q)",
            r"\p{L}",
            "[z-a]",
        ] {
            assert!(Pattern::new(pattern).is_err(), "WAF-45: {pattern}");
        }
    }

    #[test]
    fn a_pattern_that_would_be_huge_is_refused() {
        assert!(Pattern::new("(?:a{1000}){1000}").unwrap_err().contains("too large"));
        assert!(Pattern::new(&"(".repeat(250)).is_err());
        let deep = "(".repeat(200) + "a" + &")".repeat(200);
        assert!(Pattern::new(&deep).is_err());
    }

    #[test]
    fn whatever_the_pattern_is_it_is_compiled_or_refused() {
        const PIECES: &[&str] =
            &["a", "\\", "[", "]", "{", "}", "(", ")", "(?", "*", "+", "?", "|", "^", "$", "-", "1", ",", ":"];
        for seed in 0..4_000 {
            let mut random = fastrand::Rng::with_seed(seed);
            let pieces: Vec<&str> = (0..random.usize(1..12)).map(|_| PIECES[random.usize(..PIECES.len())]).collect();
            if let Ok(pattern) = Pattern::new(&pieces.concat()) {
                pattern.find(b"a[]{}()");
            }
        }
    }
}

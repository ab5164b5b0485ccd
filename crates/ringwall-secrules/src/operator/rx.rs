//! `@rx`: regular expressions of PCRE, in time proportional to the value.
//!
//! The engine that runs them has no look-around and no back-references. Two kinds of look-around are taken apart here, and one
//! expression of the Core Rule Set with back-references is [written by hand](comparison).

mod comparison;
mod look;
mod possessive;

use std::sync::Arc;

use regex::bytes::{Regex, RegexBuilder};
use ringwall_search::Needed;
use ringwall_search::dialect::{Dialect, translate};

use super::Hit;

/// An expression, ready to be asked.
#[derive(Clone, Debug)]
pub struct Expression(Arc<Form>);

#[derive(Debug)]
enum Form {
    /// what the engine runs
    Plain { regex: Regex, needed: Needed },
    /// an expression that must not stand before another one
    NotBefore(look::NotBefore),
    /// an expression that must not stand behind another one, or something else
    NotBehind(look::NotBehind),
    /// two values that are compared
    Comparison,
}

/// How much memory an expression may take when it is compiled, in bytes.
const SIZE: usize = 4 << 20;
/// How long an expression may be, in bytes.
pub(crate) const LONGEST: usize = 64 << 10;

impl Expression {
    /// Makes an expression ready.
    pub fn read(source: &[u8]) -> Result<Expression, String> {
        if source.len() > LONGEST {
            return Err(format!("is longer than {LONGEST} bytes"));
        }
        if comparison::is_meant(source) {
            return Ok(Expression(Arc::new(Form::Comparison)));
        }
        let form = match plain(source) {
            Ok((regex, needed)) => Form::Plain { regex, needed },
            Err(says) => match look::read(source) {
                Some(form) => form?,
                None => return Err(says),
            },
        };
        Ok(Expression(Arc::new(form)))
    }

    /// Where it is first, and what its groups are.
    pub fn find(&self, value: &[u8], is_capturing: bool) -> Option<Hit> {
        match &*self.0 {
            Form::Plain { regex, .. } if is_capturing => {
                // Most values have no match, and whether they do is told faster than where its groups are.
                let captures = regex.is_match(value).then(|| regex.captures(value)).flatten()?;
                let groups = captures.iter().enumerate().take(10);
                let captures: Vec<_> = groups.filter_map(|(at, own)| own.map(|own| (at, own.range()))).collect();
                Some(Hit { range: captures[0].1.clone(), captures, says: None })
            }
            Form::Plain { regex, .. } => regex.find(value).map(|found| Hit::at(found.range())),
            Form::NotBefore(own) => own.find(value).map(whole),
            Form::NotBehind(own) => own.find(value).map(whole),
            Form::Comparison => comparison::find(value),
        }
    }

    /// Where it is first from a place on, seen with what stands before that place.
    pub(crate) fn find_from(&self, value: &[u8], start: usize) -> Option<std::ops::Range<usize>> {
        match &*self.0 {
            Form::Plain { regex, .. } => regex.find_at(value, start).map(|found| found.range()),
            _ => None,
        }
    }

    /// Where it is first; what was captured is of all places where it is, but for empty ones behind the first.
    pub fn find_all(&self, value: &[u8], is_capturing: bool) -> Option<Hit> {
        let Form::Plain { regex, .. } = &*self.0 else { return self.find(value, is_capturing) };
        let mut found = None;
        for captures in regex.captures_iter(value).take(100) {
            if found.is_some() && captures.get(0).is_none_or(|own| own.is_empty()) {
                continue;
            }
            let groups = captures.iter().flatten().map(|own| own.range());
            let hit = found.get_or_insert_with(|| Hit::at(captures.get(0).map_or(0..0, |own| own.range())));
            let begun = hit.captures.len();
            hit.captures.extend(groups.enumerate().map(|(at, range)| (begun + at, range)));
        }
        found
    }

    /// What a value must have for the expression to be in it.
    pub fn needed(&self) -> Needed {
        match &*self.0 {
            Form::Plain { needed, .. } => needed.clone(),
            _ => Needed::Nothing,
        }
    }
}

fn whole(range: std::ops::Range<usize>) -> Hit {
    Hit { captures: vec![(0, range.clone())], range, says: None }
}

/// Compiles what the engine can run.
fn plain(source: &[u8]) -> Result<(Regex, Needed), String> {
    let translated = match translate(source, Dialect::SEC_LANG) {
        Ok(translated) => translated,
        Err(error) => possessive::rewritten(source).ok_or_else(|| error.to_string())?,
    };
    let regex = build(&translated)?;
    let needed = Needed::by_expression_with(&translated, Dialect::SEC_LANG.flags())?;
    Ok((regex, needed))
}

fn build(translated: &str) -> Result<Regex, String> {
    let built = RegexBuilder::new(translated)
        .unicode(false)
        .multi_line(true)
        .dot_matches_new_line(true)
        .size_limit(SIZE)
        .build();
    built.map_err(|error| error.to_string())
}

/// Compiles an expression for names, which are compared without regard to case.
pub(crate) fn for_names(source: &str) -> Result<Regex, String> {
    if source.len() > LONGEST {
        return Err(format!("is longer than {LONGEST} bytes"));
    }
    let translated = translate(source.as_bytes(), Dialect::SEC_LANG).map_err(|error| error.to_string())?;
    build(&format!("(?i:{translated})"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(source: &str, value: &[u8]) -> Option<Vec<(usize, std::ops::Range<usize>)>> {
        let expression = Expression::read(source.as_bytes()).unwrap_or_else(|error| panic!("{source}: {error}"));
        expression.find(value, true).map(|hit| hit.captures)
    }

    #[test]
    fn groups_are_captured() {
        assert_eq!(find("(a)(x)?(b)", b".ab").unwrap(), [(0, 1..3), (1, 1..2), (3, 2..3)]);
        assert_eq!(find("a.b$", b"a\nb\nc").unwrap(), [(0, 0..3)], "lines, and `.` for all");
        assert_eq!(find("a{b", b"a{b").unwrap(), [(0, 0..3)]);
        assert!(find("A", b"a").is_none());
    }

    #[test]
    fn what_must_not_stand_beside_is_looked_at() {
        assert!(find(r"<\?(?!xml)", b"<?xml <?php").is_some());
        assert!(find(r"<\?(?!xml)", b"<?xml").is_none());
        assert!(find(r#"(?<!&(?:[ao]uml)|&amp);|["=]"#, b"&auml; &amp;").is_none());
        assert!(find(r#"(?<!&(?:[ao]uml)|&amp);|["=]"#, b"&auml; &uml;").is_some());
        assert!(find(r#"(?<!&(?:[ao]uml)|&amp);|["=]"#, b"&auml;=").is_some());
    }

    #[test]
    fn what_cannot_be_done_is_refused() {
        for source in [r"(a)\1", r"a(?=b)c", r"(?<=a)b", "(a", &"a".repeat(LONGEST + 1), "(?:a{1000}){1000}"] {
            assert!(Expression::read(source.as_bytes()).is_err(), "{}", &source[..source.len().min(20)]);
        }
    }

    #[test]
    fn all_places_count_where_they_are_asked_for() {
        let expression = Expression::read(b"(^|a)(b)").unwrap();
        let captures = expression.find_all(b"bab", true).unwrap().captures;
        assert_eq!(
            captures.iter().map(|(_, own)| own.clone()).collect::<Vec<_>>(),
            [0..1, 0..0, 0..1, 1..3, 1..2, 2..3]
        );
    }
}

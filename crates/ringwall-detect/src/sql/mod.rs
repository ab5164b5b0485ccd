//! SQL injection (WAF-34).
//!
//! The input is read as SQL as often as there are places for it: as it is, and between quotes of each kind that it holds; and where
//! dialects differ, once for each. A reading is a stream of parts (`tokenise`) that two readers follow: `chain`, which sees
//! whether the input goes on as an expression from where it is put, and `phrase`, which sees words that only SQL puts next to each
//! other. Both keep a few fields, so an injection is found however much stands before it. `rules` says what each finding is.

mod chain;
mod judge;
mod obscured;
mod phrase;
mod rules;
mod seen;
mod token;
mod tokenise;
mod word;

use crate::{Finding, Page, Sensitivity};
use chain::Chain;
use obscured::obscured;
use phrase::{AHEAD, Phrases};
use rules::{Hit, Level};
use seen::Seen;
use token::{Kind, Token};
use tokenise::{Dialect, Place, Tokens};

/// Finds an SQL injection.
///
/// ```
/// use ringwall_detect::{Sensitivity, sqli};
///
/// let finding = sqli(b"name=x' OR 'a'='a", Sensitivity::Low).unwrap();
/// assert_eq!((finding.rule, finding.range), ("condition", 8..17));
/// assert_eq!(sqli(b"O'Brien or O'Neil", Sensitivity::High), None);
/// ```
pub fn sqli(input: &[u8], sensitivity: Sensitivity) -> Option<Finding> {
    let seen = Seen::of(input);
    if !seen.can_inject() {
        return None;
    }
    let hit = find(input, seen, sensitivity)?;
    let page = hit.rule.page();
    Some(Finding { rule: page.name, says: page.says, range: hit.start..hit.end })
}

/// Finds an injection in an input of which this was seen.
fn find(input: &[u8], seen: Seen, sensitivity: Sensitivity) -> Option<Hit> {
    let places = [
        (true, Place::Bare),
        (seen.single, Place::Quoted(b'\'')),
        (seen.double, Place::Quoted(b'"')),
        (seen.backtick, Place::Quoted(b'`')),
    ];
    let mut seen = seen;
    if sensitivity == Sensitivity::High {
        seen.resumes = seen.resumes_at_high;
    }
    let counts = |hit: &Hit| hit.level == Level::Low || sensitivity == Sensitivity::High;
    let mut readings = places.into_iter().filter(|(there, _)| *there).flat_map(|(_, place)| {
        let standard = read(input, place, Dialect::Standard, seen, counts);
        standard.or_else(|| if seen.dialects_differ { read(input, place, Dialect::MySql, seen, counts) } else { None })
    });
    readings.next().or_else(|| obscured(input).filter(counts))
}

/// Every rule by which [`sqli`] finds something.
pub fn sqli_rules() -> &'static [Page] {
    &rules::PAGES
}

/// Reads the input in one way.
fn read(input: &[u8], place: Place, dialect: Dialect, seen: Seen, counts: impl Fn(&Hit) -> bool) -> Option<Hit> {
    let mut tokens = Tokens::new(input, place, dialect);
    let (mut chain, mut phrases) = (Chain::new(input), Phrases::new());
    let mut token = tokens.next();
    let mut next: [Token; AHEAD] = std::array::from_fn(|_| tokens.next());
    loop {
        if let Some(hit) = phrases.read(token, &next, &chain).filter(&counts) {
            return Some(hit);
        }
        if let Some(hit) = chain.read(token, next[0]).filter(&counts) {
            return Some(hit);
        }
        let is_over = chain.is_broken() && !seen.phrase && !seen.resumes;
        if is_over || matches!(token.kind, Kind::End | Kind::Rest(_)) {
            return None;
        }
        token = next[0];
        next.rotate_left(1);
        next[AHEAD - 1] = tokens.next();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_only_saves_work() {
        const PIECES: &[&str] = &[
            "'",
            "\"",
            "`",
            "\\",
            "--",
            "-- ",
            "#",
            "/*",
            "*/",
            "/*!",
            "(",
            ")",
            "{",
            ",",
            ";",
            ".",
            "=",
            "<",
            "!",
            "||",
            "&&",
            "-",
            "*",
            "@",
            "$$",
            " ",
            "\n",
            "\u{a0}",
            "1",
            "1.e",
            "1d",
            "\\N",
            "a",
            "or",
            "and",
            "is",
            "like",
            "select",
            "union",
            "from",
            "into",
            "outfile",
            "set",
            "drop",
            "table",
            "exec",
            "xp_a",
            "sleep",
            "version",
            "null",
            "case",
            "when",
            "information_schema",
            "load",
            "infile",
            "if",
            "user",
            "left",
        ];
        let everything = Seen {
            single: true,
            double: true,
            backtick: true,
            dialects_differ: true,
            phrase: true,
            resumes: true,
            resumes_at_high: true,
            other: true,
        };
        let mut random = fastrand::Rng::with_seed(23);
        let mut found = 0;
        for _ in 0..100_000 {
            let mut input = String::new();
            for _ in 0..random.usize(1..16) {
                input += PIECES[random.usize(..PIECES.len())];
                input += if random.bool() { " " } else { "" };
            }
            for sensitivity in [Sensitivity::Low, Sensitivity::High] {
                let all = find(input.as_bytes(), everything, sensitivity).is_some();
                assert_eq!(sqli(input.as_bytes(), sensitivity).is_some(), all, "{input:?} at {sensitivity:?}");
                found += usize::from(all);
            }
        }
        assert!(found > 1_000, "{found}");
    }
}

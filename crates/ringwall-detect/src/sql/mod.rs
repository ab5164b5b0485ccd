//! SQL injection (WAF-34).
//!
//! The input is read as SQL as often as there are places for it: as it is, and between quotes of each kind that it holds; and where
//! dialects differ, once for each. A reading is a stream of parts ([`tokenise`]) that two readers follow: [`chain`], which sees
//! whether the input goes on as an expression from where it is put, and [`phrase`], which sees words that only SQL puts next to each
//! other. Both keep a few fields, so an injection is found however much stands before it. [`rules`] says what each finding is.

mod chain;
mod judge;
mod obscured;
mod phrase;
mod rules;
mod token;
mod tokenise;
mod word;

use crate::{Finding, Page, Sensitivity};
use chain::Chain;
use obscured::obscured;
use phrase::{AHEAD, Phrases};
use rules::{Hit, Level};
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
    let places = [
        (true, Place::Bare),
        (seen.single, Place::Quoted(b'\'')),
        (seen.double, Place::Quoted(b'"')),
        (seen.backtick, Place::Quoted(b'`')),
    ];
    let counts = |hit: &Hit| hit.level == Level::Low || sensitivity == Sensitivity::High;
    let mut readings = places.into_iter().filter(|(there, _)| *there).flat_map(|(_, place)| {
        let standard = read(input, place, Dialect::Standard, counts);
        standard.or_else(|| if seen.dialects_differ { read(input, place, Dialect::MySql, counts) } else { None })
    });
    let hit = readings.next().or_else(|| obscured(input).filter(counts))?;
    let page = hit.rule.page();
    Some(Finding { rule: page.name, says: page.says, range: hit.start..hit.end })
}

/// Every rule by which [`sqli`] finds something.
pub fn sqli_rules() -> &'static [Page] {
    &rules::PAGES
}

/// Reads the input in one way.
fn read(input: &[u8], place: Place, dialect: Dialect, counts: impl Fn(&Hit) -> bool) -> Option<Hit> {
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
        if matches!(token.kind, Kind::End | Kind::Rest(_)) {
            return None;
        }
        token = next[0];
        next.rotate_left(1);
        next[AHEAD - 1] = tokens.next();
    }
}

/// What bytes are in the input at all: most inputs need no reading.
#[derive(Debug, Default)]
struct Seen {
    single: bool,
    double: bool,
    backtick: bool,
    /// A backslash, `#`, `--` or `/*!`.
    dialects_differ: bool,
    /// Something else than letters, digits, `_`, `-` and `.`.
    other: bool,
}

impl Seen {
    fn of(input: &[u8]) -> Seen {
        let mut seen = Seen::default();
        let mut before = 0;
        for &byte in input {
            match byte {
                b'\'' => seen.single = true,
                b'"' => seen.double = true,
                b'`' => seen.backtick = true,
                b'\\' | b'#' => seen.dialects_differ = true,
                b'-' if before == b'-' => seen.dialects_differ = true,
                b'!' if before == b'*' => seen.dialects_differ = true,
                b'/' if before == b'*' => seen.dialects_differ = true,
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'-' | b'.' => {}
                _ => seen.other = true,
            }
            before = byte;
        }
        seen
    }

    /// One word is never SQL.
    fn can_inject(&self) -> bool {
        self.single || self.double || self.backtick || self.dialects_differ || self.other
    }
}

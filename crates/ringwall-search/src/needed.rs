//! What a text must have if a regular expression is to match in it.
//!
//! A [`Needed`] says it without regard to the case of ASCII letters. It is sound: a text without it has no match. It is not
//! complete: a text with it may still have none. It is taken from the expression's structure, from the inside out: for a
//! part that matches few strings these are carried along, so that `(?i)in[ +]to` needs `in to` or `in+to`; where there are too
//! many, or any number of them, the best of what is known so far is kept.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, Hir, HirKind};

use crate::ByteSet;

/// What a text must have.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Needed {
    /// one of those strings, each at least two bytes long, its ASCII letters in lower case; without any, nothing matches
    OneOf(BTreeSet<Vec<u8>>),
    /// one of those bytes
    Byte(ByteSet),
    /// nothing: any text may match
    Nothing,
}

/// The shortest string that is searched for.
pub const SHORTEST: usize = 2;
/// The longest string that is worth its memory; of longer ones the beginning is searched for.
const LONGEST: usize = 24;
/// How many strings of a part are carried along.
const MOST_CARRIED: usize = 32;
/// How many strings one expression may need one of.
const MOST: usize = 512;
/// How many strings are compared each with each other.
const FEW: usize = 128;
/// How many bytes of a class are told apart.
const SMALL_CLASS: u32 = 6;

impl Needed {
    /// What an expression needs, in the spelling of `regex` with bytes and without Unicode.
    ///
    /// # Errors
    /// If it is no such expression, what the parser says.
    pub fn by_expression(expression: &str) -> Result<Needed, String> {
        Needed::by_expression_with(expression, Flags::default())
    }

    /// What an expression needs that is run with those flags.
    ///
    /// # Errors
    /// If it is no such expression, what the parser says.
    pub fn by_expression_with(expression: &str, flags: Flags) -> Result<Needed, String> {
        flags.parse(expression).map(|parsed| Needed::by(&parsed))
    }

    /// What a parsed expression needs.
    pub fn by(expression: &Hir) -> Needed {
        Part::of(expression).needed()
    }

    /// What a search for one of several strings needs, in any case of ASCII letters.
    pub fn one_of<'s>(strings: impl IntoIterator<Item = &'s [u8]>) -> Needed {
        needed_of(&strings.into_iter().map(<[u8]>::to_ascii_lowercase).collect(), usize::MAX)
    }

    /// What is needed if one of both must be there.
    #[must_use]
    pub fn or(self, other: Needed) -> Needed {
        match (self, other) {
            (Needed::Nothing, _) | (_, Needed::Nothing) => Needed::Nothing,
            (Needed::OneOf(mut own), Needed::OneOf(other)) => {
                own.extend(other);
                if own.len() > MOST { Needed::Byte(first_bytes(&own)) } else { Needed::OneOf(own) }
            }
            (own, other) => Needed::Byte(own.bytes().union(other.bytes())),
        }
    }

    /// A byte of which every text must have one that has what is needed.
    fn bytes(&self) -> ByteSet {
        match self {
            Needed::OneOf(strings) => first_bytes(strings),
            Needed::Byte(bytes) => *bytes,
            Needed::Nothing => ByteSet::ALL,
        }
    }

    /// How much is left out by it, as a rough measure: a byte more in a string is worth more than many strings.
    fn worth(&self) -> usize {
        match self {
            Needed::OneOf(strings) => {
                let shortest = strings.iter().map(Vec::len).min().unwrap_or(LONGEST).min(8);
                1000 + 200 * shortest - strings.len().min(MOST) / 4
            }
            Needed::Byte(bytes) => 1 + 256 - bytes.len() as usize + if bytes.meets(COMMON) { 0 } else { 300 },
            Needed::Nothing => 0,
        }
    }

    /// The better of both: either is true.
    fn better(self, other: Needed) -> Needed {
        if other.worth() > self.worth() { other } else { self }
    }
}

/// How an expression is run, where it does not say otherwise itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags {
    /// `i`
    pub ignores_case: bool,
    /// `m`
    pub multi_line: bool,
    /// `s`
    pub dot_matches_newline: bool,
}

impl Flags {
    /// An expression that is run so.
    pub(crate) fn parse(self, expression: &str) -> Result<Hir, String> {
        let mut parser = regex_syntax::ParserBuilder::new();
        let parser = parser.unicode(false).utf8(false).case_insensitive(self.ignores_case);
        let parser = parser.multi_line(self.multi_line).dot_matches_new_line(self.dot_matches_newline);
        parser.build().parse(expression).map_err(|error| error.to_string())
    }
}

/// Bytes that most texts have.
pub(crate) const COMMON: ByteSet = ByteSet::LOWER.union(ByteSet::range(b'0'..=b'9'));

/// The first bytes of strings, in both cases.
fn first_bytes(strings: &BTreeSet<Vec<u8>>) -> ByteSet {
    let first = strings.iter().filter_map(|own| own.first());
    first.fold(ByteSet::EMPTY, |set, byte| set.with(*byte).with(byte.to_ascii_uppercase()))
}

/// What is needed if one of the strings must be there, and they are not too many to be searched for.
fn needed_of(strings: &BTreeSet<Vec<u8>>, most: usize) -> Needed {
    match strings.iter().map(Vec::len).min() {
        Some(0) => Needed::Nothing,
        Some(1..SHORTEST) => Needed::Byte(first_bytes(strings)),
        _ if strings.len() > most => Needed::Byte(first_bytes(strings)),
        _ => Needed::OneOf(without_longer(strings)),
    }
}

/// The strings, not too long, and without those that have another one of them in them, where looking for these is cheap.
fn without_longer(strings: &BTreeSet<Vec<u8>>) -> BTreeSet<Vec<u8>> {
    let cut: BTreeSet<Vec<u8>> = strings.iter().map(|own| own[..own.len().min(LONGEST)].to_vec()).collect();
    if cut.len() > FEW {
        return cut;
    }
    let has = |own: &[u8], other: &[u8]| own.len() > other.len() && own.windows(other.len()).any(|part| part == other);
    cut.iter().filter(|own| !cut.iter().any(|other| has(own, other))).cloned().collect()
}

/// What is known of a part of an expression.
struct Part {
    /// the strings that it matches, in lower case, where they are few; assertions count as the empty string, so that these may
    /// be more than what it really matches
    strings: Option<BTreeSet<Vec<u8>>>,
    /// what a text needs that has a match of the part
    needed: Needed,
}

impl Part {
    fn of(expression: &Hir) -> Part {
        match expression.kind() {
            HirKind::Empty | HirKind::Look(_) => Part::exactly([Vec::new()].into()),
            HirKind::Literal(literal) => Part::exactly([literal.0.to_ascii_lowercase()].into()),
            HirKind::Class(class) => Part::class(class),
            HirKind::Capture(capture) => Part::of(&capture.sub),
            HirKind::Repetition(repetition) => Part::of(&repetition.sub).repeated(repetition.min, repetition.max),
            HirKind::Concat(parts) => Part::sequence(parts),
            HirKind::Alternation(parts) => Part::one_of(parts.iter().map(Part::of).collect()),
        }
    }

    fn exactly(strings: BTreeSet<Vec<u8>>) -> Part {
        Part { needed: Needed::Nothing, strings: Some(strings) }
    }

    fn class(class: &Class) -> Part {
        let bytes = ByteSet::of_class(class);
        let folded: BTreeSet<u8> = bytes.iter().map(|byte| byte.to_ascii_lowercase()).collect();
        let is_small = folded.len() <= SMALL_CLASS as usize;
        let strings = is_small.then(|| folded.into_iter().map(|byte| vec![byte]).collect());
        Part { strings, needed: Needed::Byte(bytes) }
    }

    /// What is needed, by what is known.
    fn needed(&self) -> Needed {
        match &self.strings {
            Some(strings) => needed_of(strings, MOST).better(self.needed.clone()),
            None => self.needed.clone(),
        }
    }

    /// The part several times.
    fn repeated(self, least: u32, most: Option<u32>) -> Part {
        if least == 0 {
            let or_nothing = |strings: BTreeSet<Vec<u8>>| strings.into_iter().chain([Vec::new()]).collect();
            let strings = self.strings.filter(|_| most == Some(1)).map(or_nothing);
            return Part { strings, needed: Needed::Nothing };
        }
        if most == Some(least) && least <= 4 {
            let once = self.strings.clone();
            let several = (1..least).fold(once.clone(), |sum, _| product(sum.as_ref()?, once.as_ref()?));
            if let Some(strings) = several {
                return Part { needed: self.needed, strings: Some(strings) };
            }
        }
        Part { needed: self.needed(), strings: None }
    }

    /// One of several.
    fn one_of(parts: Vec<Part>) -> Part {
        let strings: Option<Vec<&BTreeSet<Vec<u8>>>> = parts.iter().map(|part| part.strings.as_ref()).collect();
        let strings = strings.filter(|all| all.iter().map(|own| own.len()).sum::<usize>() <= MOST);
        match strings {
            Some(all) => Part::exactly(all.into_iter().flatten().cloned().collect()),
            None => {
                let needed = parts.iter().map(Part::needed).reduce(Needed::or);
                Part { needed: needed.unwrap_or(Needed::OneOf(BTreeSet::new())), strings: None }
            }
        }
    }

    /// One part behind the other: strings grow as long as they are few, and the best of them is kept.
    fn sequence(parts: &[Hir]) -> Part {
        let mut best = Needed::Nothing;
        let mut growing: Option<BTreeSet<Vec<u8>>> = Some([Vec::new()].into());
        let mut is_whole = true;
        for part in parts {
            for part in opened(part) {
                let part = Part::of(part);
                let grown = growing.as_ref().zip(part.strings.as_ref()).and_then(|(own, next)| product(own, next));
                if grown.is_none() {
                    is_whole = false;
                    best = growing.take().map_or(best.clone(), |own| best.better(needed_of(&own, MOST)));
                    best = best.better(part.needed());
                }
                growing = grown.or(part.strings.filter(|own| own.len() <= MOST_CARRIED));
            }
        }
        let strings = growing.clone().filter(|_| is_whole);
        let last = growing.map_or(Needed::Nothing, |own| needed_of(&own, MOST));
        Part { strings, needed: best.better(last) }
    }
}

/// A part once, and then what may follow: `b+` is `b`, and then `b*`. So strings before and behind it go on.
fn opened(part: &Hir) -> Vec<&Hir> {
    match part.kind() {
        HirKind::Repetition(own) if own.min == 1 && own.max.is_none() => vec![&own.sub, part],
        _ => vec![part],
    }
}

/// Each of the strings behind each of the others, if these are few.
fn product(first: &BTreeSet<Vec<u8>>, second: &BTreeSet<Vec<u8>>) -> Option<BTreeSet<Vec<u8>>> {
    if first.len() * second.len() > MOST_CARRIED.max(first.len().max(second.len()).min(MOST)) {
        return None;
    }
    let longest = |strings: &BTreeSet<Vec<u8>>| strings.iter().map(Vec::len).max().unwrap_or(0);
    if longest(first) + longest(second) > 4 * LONGEST {
        return None;
    }
    Some(first.iter().flat_map(|own| second.iter().map(move |next| [&own[..], next].concat())).collect())
}

#[cfg(test)]
mod tests;

//! Possessive quantifiers and atomic groups: taken where they change nothing.
//!
//! `[^"]*+"` matches what `[^"]*"` matches: giving back a byte that is no quote does not make the quote match. In general, what
//! repeats bytes of a class need give nothing back if what follows cannot begin with a byte of the class. Everything else is
//! refused: without the mark it would match more than was meant.

use regex_syntax::hir::{Hir, HirKind};

use super::{Translator, Unsupported};
use crate::ByteSet;

/// What groups that give nothing back are called while they are looked at.
const NAME: &str = "possessive";

/// Checks all groups that give nothing back.
pub(super) fn check(translator: &Translator) -> Result<(), Unsupported> {
    let mut marks = translator.possessive.clone();
    marks.sort_unstable();
    for (number, (start, at)) in marks.iter().enumerate() {
        // The same expression, with the group under a name, so that it is found again.
        let mut marked = translator.output.clone();
        marked.replace_range(*start..start + 3, &format!("(?P<{NAME}{number}>"));
        let flags = translator.dialect.flags;
        let mut parser = regex_syntax::ParserBuilder::new();
        let parser = parser.unicode(false).utf8(false).multi_line(flags.multi_line);
        let parsed = parser.dot_matches_new_line(flags.dot_matches_newline).build().parse(&marked);
        // What does not parse is refused by whoever compiles it.
        let Ok(parsed) = parsed else { return Ok(()) };
        if changes(&parsed, &format!("{NAME}{number}"), ByteSet::EMPTY) != Some(false) {
            return Err(Unsupported { what: "a part that gives nothing back and would need to".to_owned(), at: *at });
        }
    }
    Ok(())
}

/// The bytes that may follow what stands before a part: the part's, and where it may be empty also those behind it.
fn before(part: &Hir, behind: ByteSet) -> ByteSet {
    let (own, may_be_empty) = first(part);
    if may_be_empty { own.union(behind) } else { own }
}

/// Whether giving back matters for the named group; none if the group is not in the part.
fn changes(part: &Hir, name: &str, behind: ByteSet) -> Option<bool> {
    match part.kind() {
        HirKind::Capture(capture) if capture.name.as_deref() == Some(name) => {
            Some(match repeated_class(&capture.sub) {
                Some(class) => class.meets(behind),
                None => true,
            })
        }
        HirKind::Capture(capture) => changes(&capture.sub, name, behind),
        // The part may follow itself.
        HirKind::Repetition(repetition) => {
            changes(&repetition.sub, name, before(&repetition.sub, behind).union(behind))
        }
        HirKind::Concat(parts) => {
            let mut behind = behind;
            for part in parts.iter().rev() {
                if let Some(found) = changes(part, name, behind) {
                    return Some(found);
                }
                behind = before(part, behind);
            }
            None
        }
        HirKind::Alternation(parts) => parts.iter().find_map(|part| changes(part, name, behind)),
        _ => None,
    }
}

/// The class of which a part is a repetition.
fn repeated_class(part: &Hir) -> Option<ByteSet> {
    match part.kind() {
        HirKind::Repetition(repetition) if repetition.greedy && repetition.max.is_none() => class(&repetition.sub),
        _ => None,
    }
}

fn class(part: &Hir) -> Option<ByteSet> {
    match part.kind() {
        HirKind::Class(class) => Some(ByteSet::of_class(class)),
        HirKind::Literal(literal) if literal.0.len() == 1 => Some(ByteSet::of(&literal.0)),
        HirKind::Capture(capture) => class(&capture.sub),
        _ => None,
    }
}

/// The bytes that a part may begin with, and whether it may be empty. Assertions need more than what follows them says, so that
/// anything may begin there.
fn first(part: &Hir) -> (ByteSet, bool) {
    match part.kind() {
        HirKind::Empty => (ByteSet::EMPTY, true),
        HirKind::Look(_) => (ByteSet::ALL, true),
        HirKind::Literal(literal) => {
            (literal.0.first().map_or(ByteSet::EMPTY, |own| ByteSet::of(&[*own])), literal.0.is_empty())
        }
        HirKind::Class(_) => (class(part).unwrap_or(ByteSet::ALL), false),
        HirKind::Capture(capture) => first(&capture.sub),
        HirKind::Repetition(repetition) => {
            let (bytes, may_be_empty) = first(&repetition.sub);
            (bytes, may_be_empty || repetition.min == 0)
        }
        HirKind::Concat(parts) => parts.iter().fold((ByteSet::EMPTY, true), |(bytes, may_be_empty), part| {
            let (next, next_may_be) = first(part);
            if may_be_empty { (bytes.union(next), next_may_be) } else { (bytes, false) }
        }),
        HirKind::Alternation(parts) => {
            parts.iter().map(first).fold((ByteSet::EMPTY, false), |own, next| (own.0.union(next.0), own.1 || next.1))
        }
    }
}

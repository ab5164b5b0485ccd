//! Bytes that a text must have if a regular expression is to match in it, beside what it [needs](crate::Needed).
//!
//! Words of which an expression needs one are often there, as `cat` and `id` are in most texts; but the `;` or the backquote that
//! the expression wants before them is not. Which bytes a text has is known already, so that asking costs next to nothing.

use std::collections::BTreeSet;

use regex_syntax::hir::{Hir, HirKind};

use crate::needed::COMMON;
use crate::{ByteSet, Flags};

/// How many sets are kept of an expression.
const MOST: usize = 6;

/// Sets of bytes: a text in which the expression matches has one byte of each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guards(Vec<ByteSet>);

impl Guards {
    /// No text is left out.
    pub const NONE: Guards = Guards(Vec::new());

    /// The guards of an expression that is run with those flags, in the spelling of `regex` with bytes and without Unicode.
    ///
    /// # Errors
    /// If it is no such expression, what the parser says.
    pub fn by_expression_with(expression: &str, flags: Flags) -> Result<Guards, String> {
        flags.parse(expression).map(|parsed| Guards::by(&parsed))
    }

    /// The guards of a parsed expression.
    pub fn by(expression: &Hir) -> Guards {
        let mut sets: Vec<ByteSet> = sets_of(expression).into_iter().collect();
        sets.sort_by_key(|own| (own.meets(COMMON), own.len()));
        sets.truncate(MOST);
        Guards(sets)
    }

    /// Whether a text with those bytes may match.
    pub fn let_pass(&self, present: ByteSet) -> bool {
        self.0.iter().all(|own| own.meets(present))
    }

    /// Whether they leave out nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Sets of which every match has a byte, and which most texts do not have by themselves.
fn sets_of(expression: &Hir) -> BTreeSet<ByteSet> {
    match expression.kind() {
        HirKind::Empty | HirKind::Look(_) => BTreeSet::new(),
        HirKind::Literal(literal) => literal.0.iter().map(|byte| ByteSet::of(&[*byte])).filter(tells).collect(),
        HirKind::Class(class) => [ByteSet::of_class(class)].into_iter().filter(tells).collect(),
        HirKind::Capture(capture) => sets_of(&capture.sub),
        HirKind::Repetition(own) if own.min == 0 => BTreeSet::new(),
        HirKind::Repetition(own) => sets_of(&own.sub),
        HirKind::Concat(parts) => parts.iter().flat_map(sets_of).collect(),
        HirKind::Alternation(parts) => {
            // One set of each, together: the rarest.
            let rarest = parts.iter().map(|own| sets_of(own).into_iter().min_by_key(|own| own.len()));
            let together = rarest.reduce(|own, other| Some(own?.union(other?))).flatten();
            together.into_iter().filter(tells).collect()
        }
    }
}

/// Whether texts without a byte of a set are worth to be told apart: almost all have some letter or digit of many.
fn tells(set: &ByteSet) -> bool {
    let common = COMMON.iter().filter(|byte| set.has(*byte)).count();
    common <= 3 && set.len() <= 40
}

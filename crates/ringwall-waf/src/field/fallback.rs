//! What a statement says of a request that lacks what it needs.

use crate::document::{Entry, Refusal};

/// `FallbackBehavior`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fallback {
    /// the statement matches
    Match,
    /// the statement does not match
    NoMatch,
}

impl Fallback {
    /// Reads the word.
    pub(crate) fn read(entry: &Entry) -> Result<Fallback, Refusal> {
        entry.choice(&[("MATCH", Fallback::Match), ("NO_MATCH", Fallback::NoMatch)])
    }

    /// Whether the statement matches then.
    pub fn matches(self) -> bool {
        self == Fallback::Match
    }
}

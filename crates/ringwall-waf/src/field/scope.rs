//! Keys, values, or both.

use crate::document::{Entry, Refusal};

/// `MatchScope` of headers, cookies and JSON: which parts are looked at. ALL means that either may match (WAF-67).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchScope {
    /// keys and values
    All,
    /// keys
    Key,
    /// values
    Value,
}

impl MatchScope {
    /// Reads the word.
    pub(crate) fn read(entry: &Entry) -> Result<MatchScope, Refusal> {
        entry.choice(&[("ALL", MatchScope::All), ("KEY", MatchScope::Key), ("VALUE", MatchScope::Value)])
    }

    /// Whether keys are looked at.
    pub fn has_keys(self) -> bool {
        self != MatchScope::Value
    }

    /// Whether values are looked at.
    pub fn has_values(self) -> bool {
        self != MatchScope::Key
    }
}

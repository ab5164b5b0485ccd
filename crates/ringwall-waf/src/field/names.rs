//! Which headers or cookies are looked at: all, those that are named, or all but those.

use crate::document::{Entry, Refusal};

/// A pattern of names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Names {
    /// `All`
    All,
    /// `Included…`
    Included(Vec<String>),
    /// `Excluded…`
    Excluded(Vec<String>),
}

impl Names {
    /// Reads `MatchPattern` of headers or cookies: what it includes and excludes is named as given (WAF-71, WAF-72).
    pub(crate) fn read(entry: &Entry, included: &str, excluded: &str, longest: usize) -> Result<Names, Refusal> {
        let (form, entry) = entry.sole()?;
        let names = || {
            let list = entry.list_of(1, 199)?;
            list.iter().map(|own| own.text_of(1..=longest, |_| true).map(str::to_owned)).collect::<Result<Vec<_>, _>>()
        };
        match form {
            "All" => entry.empty().map(|()| Names::All),
            own if own == included => names().map(Names::Included),
            own if own == excluded => names().map(Names::Excluded),
            _ => Err(entry.invalid("is no pattern of names")),
        }
    }

    /// Whether a name is looked at, names being equal as the caller says.
    pub fn selects(&self, name: &[u8], is_same: fn(&[u8], &[u8]) -> bool) -> bool {
        let is_in = |names: &[String]| names.iter().any(|own| is_same(own.as_bytes(), name));
        match self {
            Names::All => true,
            Names::Included(names) => is_in(names),
            Names::Excluded(names) => !is_in(names),
        }
    }
}

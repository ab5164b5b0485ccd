//! Regex pattern sets: up to ten regular expressions, any of which may match (WAF-44).

use super::{Arn, Entry, Refusal};
use crate::pattern::Pattern;

/// A regex pattern set.
#[derive(Clone, Debug)]
pub struct RegexSet {
    /// its name
    pub arn: Arn,
    /// in the order of the document
    pub patterns: Vec<Pattern>,
}

impl RegexSet {
    /// Reads a set as `get-regex-pattern-set` prints it.
    pub(crate) fn read(entry: &Entry) -> Result<RegexSet, Refusal> {
        let mut members = super::unwrapped(entry, "RegexPatternSet")?;
        let arn = super::read_head(&mut members, "regexpatternset")?;
        let list = members.require("RegularExpressionList")?.list_of(0, 10)?;
        members.finish()?;
        let pattern = |own: &Entry| {
            let mut members = own.members()?;
            let pattern = Pattern::read(&members.require("RegexString")?)?;
            members.finish().map(|()| pattern)
        };
        let patterns = list.iter().map(pattern).collect::<Result<_, _>>()?;
        Ok(RegexSet { arn, patterns })
    }
}

//! Rule groups that another engine than the rule language stands behind, such as one of SecLang.
//!
//! Such a group reads like any other where a web ACL refers to it: its rules have names, they write labels, and a reference may
//! give each of them another action. What its rules ask is the engine's own business.

use std::fmt::Debug;

use crate::field::View;
use crate::inspection::Evidence;

/// An engine of rules.
///
/// It is asked by many threads at once. What it keeps between requests to be fast is its own.
pub trait Engine: Debug + Send + Sync {
    /// The names of the rules that did not stay silent, in the order in which they spoke. The one that ends the inspection, if one
    /// does, stands last.
    ///
    /// A rule [`is_set_aside`](Asked::is_set_aside) where the reference gives it another action than its own: it is asked and named, and
    /// has no part in what ends the inspection.
    fn inspect(&self, asked: &Asked) -> Vec<Spoken>;

    /// The names of all rules, and what each does if nothing else is said.
    fn rules(&self) -> Vec<(String, Opinion)>;
}

/// What an engine is asked.
pub struct Asked<'a, 'r> {
    /// about which request
    pub view: &'a View<'r>,
    /// whether a rule has no part in what ends the inspection
    pub is_set_aside: &'a dyn Fn(&str) -> bool,
}

/// A rule of an engine that matched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoken {
    /// its name
    pub rule: String,
    /// what it says is to be done
    pub opinion: Opinion,
    /// the label that it writes, without the group's namespace
    pub label: String,
    /// what it says of what it found
    pub says: String,
    /// where it found what it looked for
    pub evidence: Vec<Evidence>,
    /// for each of them, what was made of the value before it was found there
    pub transformations: Vec<Vec<&'static str>>,
}

/// What a rule of an engine does if nothing else is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Opinion {
    /// it counts: what it found adds to what another rule decides by
    Count,
    /// it blocks
    Block,
}

impl Opinion {
    /// The name of the action in documents.
    pub fn action(self) -> &'static str {
        match self {
            Opinion::Count => "Count",
            Opinion::Block => "Block",
        }
    }
}

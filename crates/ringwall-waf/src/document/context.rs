//! What a document is read in: what it may refer to, and what can be enforced.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::sync::Arc;

use super::{IpSet, Place, RegexSet, RuleGroup};
use crate::action::CustomBody;
use crate::environment::Abilities;
use crate::label::Namespace;

/// The things that documents refer to.
pub trait References {
    /// The IP set with that ARN.
    fn ip_set(&self, arn: &str) -> Option<Arc<IpSet>>;

    /// The regex pattern set with that ARN.
    fn regex_set(&self, arn: &str) -> Option<Arc<RegexSet>>;

    /// The rule group with that ARN.
    fn rule_group(&self, arn: &str) -> Option<Arc<RuleGroup>>;

    /// The managed rule group of that vendor and name, in that version or in the vendor's present one; else why there is none, as
    /// the end of a sentence that begins with the place of the name.
    fn managed_group(&self, vendor: &str, name: &str, version: Option<&str>) -> Result<Arc<RuleGroup>, String>;
}

/// The managed rule groups that there are.
pub trait ManagedGroups: std::fmt::Debug + Send + Sync {
    /// As [`References::managed_group`].
    fn group(&self, vendor: &str, name: &str, version: Option<&str>) -> Result<Arc<RuleGroup>, String>;
}

/// Why there is no group of a name.
pub(crate) fn no_such_group(vendor: &str, name: &str, version: Option<&str>) -> String {
    let version = version.map(|own| format!(" in version `{own}`")).unwrap_or_default();
    format!("names `{name}` of `{vendor}`{version}, which is no managed rule group here")
}

/// What a web ACL's or rule group's rules are read in.
pub struct Context<'a> {
    /// what they may refer to
    pub references: &'a dyn References,
    /// what can be enforced
    pub abilities: Abilities,
    /// what their labels begin with
    pub namespace: Namespace,
    /// the ARN of what they belong to
    pub owner: String,
    /// the custom bodies that they may answer with
    pub bodies: BTreeMap<String, Arc<CustomBody>>,
    /// how many custom headers they have so far
    pub custom_headers: Cell<usize>,
    /// where they say nothing about what is too long (WAF-82)
    pub unstated_oversize: RefCell<Vec<Place>>,
}

impl<'a> Context<'a> {
    /// The context of something with that ARN.
    pub(crate) fn new(references: &'a dyn References, abilities: Abilities, namespace: Namespace, owner: &str) -> Self {
        Context {
            references,
            abilities,
            namespace,
            owner: owner.to_owned(),
            bodies: BTreeMap::new(),
            custom_headers: Cell::new(0),
            unstated_oversize: RefCell::default(),
        }
    }
}
